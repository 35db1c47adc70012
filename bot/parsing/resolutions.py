"""Obstacles removed: 问题12已解决 · 压矿补偿协议已签 · 违法用地整改到位."""

import re

from bot.parsing.lexicon import RESOLUTIONS, Sort
from bot.parsing.refs import refs
from bot.parsing.tokens import Clause
from bot.parsing.topics import INSIDE_PROBLEM, Draft, Findings, Topics

_WORDS = "|".join(map(re.escape, sorted(RESOLUTIONS.split(), key=len, reverse=True)))
_RESOLVED = re.compile(rf"{_WORDS}|问题(?:都|也|就|全部)?解决(?=$|[，。;,!\s])")
_NOT_YET = re.compile(
    r"(?:未|没|没有|还没|尚未|不|待|难|(?<![主重需])要|[需须应]先|暂未|无法|如何|怎么|请|帮|协助|望|推动|加快|争取|预计|将|计划|力争|尽快|抓紧)"
    r"[^，。;,]{0,4}$"
)
_REMAINS = re.compile(r"(?:还有|还剩|尚有|仍有|剩下?)[^。;\n]{0,12}(?:没|未|在协调|在谈)")


class ResolutionReader:
    """Finds obstacles said to be removed."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics

    def read(self, statement: list[Clause], text: str, findings: Findings) -> list[Clause]:
        """Write down what a statement says to be removed; return the clauses that say so."""
        said = [clause for clause in statement if _is_resolved(clause, text)]
        if not said or _REMAINS.search(text[statement[0].start : statement[-1].end]) is not None:
            return []  # 签了30户，还有5户没签
        settling = said[1:] if self._only_announces(said, text) else said
        done: set[int] = set()
        for clause in settling:
            self._settle(statement, clause, text, findings, done)
        return said

    def _only_announces(self, said: list[Clause], text: str) -> bool:
        """Whether the first clause only says what the others name: 问题已解决：压矿补偿协议签了."""
        first = said[0]
        return (
            first.closer is Sort.COLON
            and not refs(text[first.start : first.end])
            and not self._topics.named(first)
            and any(self._topics.named(clause) for clause in said[1:])
        )

    def _settle(self, statement: list[Clause], clause: Clause, text: str, findings: Findings, done: set[int]) -> None:
        """Write down what a clause says to be removed: each numbered problem, or what is named."""
        topics = self._topics
        numbers = refs(text[clause.start : clause.end])
        named = clause
        if not numbers and not topics.strong(clause) and not clause.has(Sort.PROBLEM):
            before = self._named_before(statement, clause)
            if before is None:
                return
            named = before
            if named.start in done:
                done.add(clause.start)
                return  # 已签订，已销号
            numbers = refs(text[named.start : named.end])
        heading = statement[0]
        if not numbers and heading.closer is Sort.COLON and heading.has(Sort.PROBLEM):
            numbers = refs(text[heading.start : heading.end])
        if not numbers and not named.has(Sort.PROBLEM) and self._counts_progress(clause):
            return
        category = topics.of(named)
        again = (
            not numbers
            and category not in {None, topics.other}
            and any(d.scene in done and d.category == category for d in findings.drafts)
        )
        done.update((clause.start, named.start))
        if again:
            return
        each: list[str | None] = [*numbers]
        for number in each or [None]:
            findings.drafts.append(Draft(clause.start, clause.start, clause.end, category, resolved=True, ref=number))
        findings.inside[clause.start] = INSIDE_PROBLEM
        findings.inside[named.start] = INSIDE_PROBLEM

    def _named_before(self, statement: list[Clause], clause: Clause) -> Clause | None:
        """Return the clause that names what is removed: this one by a word that may mean it, or the one before."""
        topics = self._topics
        at = statement.index(clause)
        before = statement[at - 1] if at else None
        if topics.named(clause) and (before is None or not (topics.strong(before) or before.has(Sort.PROBLEM))):
            return clause
        if before is None or before.has(Sort.COUNT) or not (topics.named(before) or before.has(Sort.PROBLEM)):
            return None
        return before

    def _counts_progress(self, clause: Clause) -> bool:
        """Whether a clause counts land that reached a step rather than obstacles: 3宗已办结, not 1宗违法用地已办结."""
        other = clause.has(Sort.PROCEDURE) and clause.has(Sort.STAGE)
        return clause.has(Sort.COUNT) and (not self._topics.strong(clause) or _counted_by_stage(clause) or other)


def _is_resolved(clause: Clause, text: str) -> bool:
    """Whether a clause says that something is removed, and not only that it shall be."""
    words = text[clause.start : clause.end]
    match = _RESOLVED.search(words)
    if match is None or clause.has(Sort.PLAN, Sort.LATER, Sort.ASK):
        return False
    return _NOT_YET.search(words[: match.start()]) is None


def _counted_by_stage(clause: Clause) -> bool:
    """Whether a stage that is no word of settling counts: 压矿协议已签的3宗已上报."""
    return any(token.sort is Sort.STAGE and token.text != "办结" for token in clause.tokens)
