"""Obstacles and obstacles removed: 存在问题：水田指标不够 · 问题12已解决."""

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.parsing.lexicon import (
    CANNOT,
    MERE_MENTIONS,
    NO_OBSTACLES,
    NOT_IN_THE_WAY,
    NOTHING_WRONG,
    OBSTACLES,
    RESOLUTIONS,
    Sort,
)
from bot.parsing.tokens import Clause
from bot.parsing.vocabulary import Vocabulary
from config.campaign import Campaign

INSIDE_PROBLEM = "是问题里的数"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMBERS = r"\d{1,6}(?:号?\s*(?:、|,|，|和|及|-|~|至|到)\s*第?\d{1,6}){0,12}"
_REF = re.compile(
    rf"(?:问题)?编号\s*(\d{{1,6}})|问题\s*(?:编号|序号)?\s*[第#]?\s*({_NUMBERS})(?!\d*\s*(?:个|条|项|宗|件))"
    rf"|第\s*({_NUMBERS})\s*(?:号|个|条|项)?问题|({_NUMBERS})\s*号\s*的?(?:个|条|项)?问题|#(\d{{1,6}})"
    rf"|^\s*第?({_NUMBERS})号\s*(?:(?:都|均|全部)?已经?)?(?:销号|解决|闭环|化解|协调到位)"
)
_MOST_REFS = 20
_EACH_REF = re.compile(r"(?P<to>[-~至到]\s*第?)?(?P<number>\d{1,6})")
_MORE_REFS = re.compile(r"\s*(?:、|,|，|和|及)\s*(?:第)?(\d{1,6})(?:号)?")
_UNSOLVED = re.compile(
    r"(?:未|没|没有|还没|尚未|不|待|难|暂未|无法|如何|怎么|请|帮|协助|望|推动|加快|争取|预计|将|计划|力争|尽快|抓紧)[^，。;,]{0,4}$"
)


def _words(words: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(words.split(), key=len, reverse=True))))


def _negations(words: str) -> str:
    """Say what is lacking in the other ways too: 没落实 as 没有落实, 没能落实."""
    lacking = [word[1:] for word in words.split() if word[0] == "没" and len(word) > 1 and word[1] != "有"]
    return " ".join([words, *("没有" + rest for rest in lacking), *("没能" + rest for rest in lacking)])


_OBSTACLE = re.compile(f"{_words(_negations(OBSTACLES)).pattern}|{CANNOT}")
_MERE = frozenset(MERE_MENTIONS.split())
_ONLY_LOOKS = re.compile(f"{NOT_IN_THE_WAY}|{_words(NO_OBSTACLES).pattern}")
_RESOLVED = _words(RESOLUTIONS)
_NO_PROBLEM = frozenset(NOTHING_WRONG.split())
_TO_STOP = re.compile(r"[。;\n]")
_REMAINS = re.compile(r"(?:还有|还剩|尚有|仍有|剩下?)[^。;\n]{0,12}(?:没|未|在协调|在谈)")
_ASKS = re.compile(r"哪位|谁有|发一下|发我|再发|([有压涉占批])没\1|是不是|请问|吗|\?|如何处理|怎么办|怎么处理|怎么弄")
_ORDERS = re.compile(
    r"^\s*(?:请|麻烦|烦请|帮|劳驾|辛苦|要求|务必|望|各地|必须|严禁|要|加快|抓紧|加强|强化|推进|做好|对)"
)
_URGES = re.compile(r"一律|原则上|不得|严禁|方可|要抓紧|抓紧解决|务必|必须|要尽快|要加快|要高度重视")
_SECTION_ENDS = frozenset({Sort.PLAN, Sort.CUMULATIVE, Sort.NIL, Sort.VISIT})


@dataclass(slots=True)
class Draft:
    """An obstacle, or one removed, before it is known whose it is."""

    clause: Clause
    end: int
    category: str | None
    stated: bool = False
    resolved: bool = False
    ref: str | None = None


@dataclass(slots=True)
class Findings:
    """What was found, and in which clauses (by where they start) figures are no progress and stages none."""

    drafts: list[Draft]
    inside: dict[int, str]


class ProblemReader:
    """Finds obstacles by the categories of one campaign."""

    def __init__(self, campaign: Campaign, vocabulary: Vocabulary) -> None:
        self._weak = vocabulary.weak_categories
        self._special = {
            c.key
            for c in campaign.categories
            if c.handler is not None and c.handler not in {d.name for d in campaign.divisions}
        }
        self._other = next((c.key for c in campaign.categories if c.handler is None), campaign.categories[-1].key)

    def find(self, lines: list[list[Clause]], text: str) -> Findings:
        """Find all obstacles of a message."""
        findings = Findings([], {})
        section = _Section()
        for line in lines:
            section.begin_line(line, text)
            for statement in _statements(line):
                self._read(statement, text, section, findings)
                self._read_brackets(statement, text, findings)
            section.end_line()
        return findings

    def _read_brackets(self, statement: list[Clause], text: str, findings: Findings) -> None:
        """Read what is said in brackets: 退回1宗（水田占补指标没落实）."""
        for clause in statement:
            for token in clause.tokens:
                if token.sort is Sort.GROUP and any(inner.category for each in token.inner for inner in each.tokens):
                    for inner_statement in _statements(list(token.inner)):
                        self._read(inner_statement, text, _Section(), findings)

    def _read(self, statement: list[Clause], text: str, section: "_Section", findings: Findings) -> None:
        """Read what stands between two stops, semicolons or list numbers."""
        heading, body = _split_heading(statement)
        if heading is not None:
            section.open(heading, text)
        elif section.on and _leaves_section(body):
            section.close()
        if not body or self._resolve(statement, text, findings):
            return
        words = text[body[0].start : body[-1].end].strip(" ,，;。!\n")
        stated = section.on
        if words.lstrip("0123456789.、) ") in _NO_PROBLEM:
            section.after_nothing()
            return
        body = [clause for clause in body if not _REF.search(text[clause.start : clause.end])]
        if section.of_known or not body:
            return
        found = self._obstacles(statement if heading is not None else body, body, text, stated=stated)
        findings.drafts += found
        if found or stated:
            self._mark_inside(body, found, findings, stated=stated)

    def _mark_inside(self, body: list[Clause], found: list[Draft], findings: Findings, *, stated: bool) -> None:
        """Note the clauses whose figures are no progress."""
        for clause in body:
            reports = clause.has(Sort.STAGE) and clause.has(Sort.COUNT)
            speaks = any(token.category for token in clause.tokens) or any(draft.clause is clause for draft in found)
            if stated or (speaks and not reports):
                findings.inside[clause.start] = INSIDE_PROBLEM

    def _obstacles(self, statement: list[Clause], body: list[Clause], text: str, *, stated: bool) -> list[Draft]:
        """Return one draft for each distinct obstacle of a statement."""
        whole = text[body[0].start : body[-1].end]
        closers = whole + body[-1].mark
        if body[-1].closer is Sort.COMMA:
            closers += _TO_STOP.split(text[body[-1].end : body[-1].end + 40], maxsplit=1)[0]
        if _ASKS.search(closers) or (not stated and _URGES.search(whole)):
            return []
        reports = any(clause.has(Sort.STAGE) and clause.has(Sort.COUNT) for clause in body)
        found: list[Draft] = []
        plain = any(self._strong(clause) for clause in body)
        for at, clause in enumerate(body):
            category = self._category(clause)
            if plain and not self._strong(clause):
                continue  # 压矿协议没签，补偿谈不拢 is one obstacle
            if category is None or (not stated and _is_order(clause, text)):
                continue
            if stated or self._is_obstacle(clause, body[at + 1 : at + 6], text, reports=reports):
                found.append(Draft(clause, clause.end, category, stated or clause.has(Sort.PROBLEM)))
        special = next((c for clause in statement for c in self._categories(clause) if c in self._special), None)
        if special is not None and (
            found or stated or _OBSTACLE.search(whole) or any(c.has(Sort.PROBLEM) for c in statement)
        ):
            return [Draft(body[0], body[-1].end, special, stated=True)]
        if stated and not found and len(_HAN.findall(whole)) >= 4 and not body[0].has(Sort.NOTHING):
            return [Draft(body[0], body[-1].end, self._other, stated=True)]
        return _distinct(found)

    def _is_obstacle(self, clause: Clause, rest: list[Clause], text: str, *, reports: bool) -> bool:
        """Whether something is in the way in a clause, or in those after it that name nothing else."""
        weak = not self._strong(clause)
        words = text[clause.start : clause.end]
        for other in rest:
            if self._strong(other) or other.has(Sort.COUNT):
                break
            words += "，" + text[other.start : other.end]
        words = _ONLY_LOOKS.sub("", words)
        said = {match[0] for match in _OBSTACLE.finditer(words)}
        return bool(said - _MERE if weak or reports else said)

    def _categories(self, clause: Clause) -> list[str]:
        return [token.category for token in clause.tokens if token.category]

    def _strong(self, clause: Clause) -> list[str]:
        """Return what is named in a clause by words that say it alone: 矿业权 and not 补偿."""
        return [token.category for token in clause.tokens if token.category and token.text not in self._weak]

    def _category(self, clause: Clause) -> str | None:
        """Return what a clause is about: the last thing it names, or the first that only may be meant."""
        strong = self._strong(clause)
        if strong:
            return strong[-1]
        weak = self._categories(clause)
        return weak[0] if weak else None

    def _resolve(self, statement: list[Clause], text: str, findings: Findings) -> bool:
        """Read obstacles said to be removed; return whether the statement is about nothing else."""
        said = [clause for clause in statement if self._is_resolved(clause, text)]
        if not said or _REMAINS.search(text[statement[0].start : statement[-1].end]) is not None:
            return False  # 签了30户，还有5户没签
        done: set[int] = set()
        for clause in said:
            self._resolve_clause(statement, clause, text, findings, done)
        return (
            bool(findings.drafts)
            and findings.drafts[-1].resolved
            and not any(
                _OBSTACLE.search(text[c.start : c.end]) and self._category(c) for c in statement if c not in said
            )
        )

    def _is_resolved(self, clause: Clause, text: str) -> bool:
        """Whether a clause says that something is removed, and not only that it shall be."""
        words = text[clause.start : clause.end]
        match = _RESOLVED.search(words)
        if clause.has(Sort.PLAN, Sort.LATER):
            return False
        return match is not None and _UNSOLVED.search(words[: match.start()]) is None and not clause.has(Sort.ASK)

    def _resolve_clause(
        self, statement: list[Clause], clause: Clause, text: str, findings: Findings, done: set[int]
    ) -> None:
        """Write down what a clause says to be removed: each numbered problem, or what is named."""
        at = statement.index(clause)
        refs = _refs(text[clause.start : clause.end])
        named = clause
        if not refs and not self._strong(clause) and not clause.has(Sort.PROBLEM):
            before = statement[at - 1] if at else None
            if self._categories(clause) and (before is None or not (self._strong(before) or before.has(Sort.PROBLEM))):
                before = clause
            if before is None or before.has(Sort.COUNT) or not (self._categories(before) or before.has(Sort.PROBLEM)):
                return
            if before.start in done:
                done.add(clause.start)
                return  # 已签订，已销号
            named = before
            refs = _refs(text[before.start : before.end])
        heading = statement[0]
        if not refs and heading.closer is Sort.COLON and heading.has(Sort.PROBLEM):
            refs = _refs(text[heading.start : heading.end])
        if not refs and not named.has(Sort.PROBLEM) and self._counts_progress(clause):
            return
        category = self._category(named)
        again = (
            not refs
            and category not in {None, self._other}
            and any(d.clause.start in done and d.category == category for d in findings.drafts)
        )
        done.update((clause.start, named.start))
        if again:
            return
        numbers: list[str | None] = [*refs]
        for ref in numbers or [None]:
            findings.drafts.append(Draft(clause, clause.end, category, resolved=True, ref=ref))
        findings.inside[clause.start] = INSIDE_PROBLEM
        findings.inside[named.start] = INSIDE_PROBLEM

    def _counts_progress(self, clause: Clause) -> bool:
        """Whether a clause counts land that reached a step rather than obstacles: 3宗已办结, not 1宗违法用地已办结."""
        other = clause.has(Sort.PROCEDURE) and clause.has(Sort.STAGE)
        return clause.has(Sort.COUNT) and (not self._strong(clause) or _counted_by_stage(clause) or other)


def _counted_by_stage(clause: Clause) -> bool:
    """Whether a stage that is no word of settling counts: 压矿协议已签的3宗已上报."""
    return any(token.sort is Sort.STAGE and token.text != "办结" for token in clause.tokens)


def _is_order(clause: Clause, text: str) -> bool:
    """Whether a clause tells others what to do: 请荆门先调规划."""
    asked = any(
        token.sort is Sort.REQUEST and after.sort is Sort.PLACE and token.end == after.start
        for token, after in pairwise(clause.tokens)
    )
    return asked or _ORDERS.match(text[clause.start : clause.end]) is not None


class _Section:
    """Whether what is read stands under 存在问题："""

    def __init__(self) -> None:
        self.on = False
        self.of_known = False
        self._list = False
        self._fresh = False

    def begin_line(self, line: list[Clause], text: str) -> None:
        """End, at a new line, an inline section; a list of numbered lines goes on."""
        numbered = bool(line and line[0].tokens and line[0].tokens[0].sort is Sort.BULLET)
        if self.on and not (self._list and (numbered or not _reports(line))):
            self.close()
        self._fresh = False
        _ = text

    def open(self, heading: Clause, text: str) -> None:
        """Open the section at a heading; one with a number speaks of a known problem."""
        self.on = self._fresh = True
        self.of_known = _REF.search(text[heading.start : heading.end + 1]) is not None

    def end_line(self) -> None:
        """Note that a heading alone on its line opens a list."""
        self._list = self.on

    def after_nothing(self) -> None:
        """问题：无 closes the section."""
        self.close()

    def close(self) -> None:
        """Note that what follows is no problem."""
        self.on = self.of_known = False


def _reports(line: list[Clause]) -> bool:
    """Whether a line reports progress or begins another heading."""
    for clause in line:
        if (clause.has(Sort.STAGE) and clause.has(Sort.COUNT, Sort.AREA)) or clause.has(Sort.CUMULATIVE, Sort.NIL):
            return True
    first = line[0]
    return (first.closer is Sort.COLON and not first.has(Sort.PROBLEM)) or first.has(Sort.PLAN)


def _leaves_section(body: list[Clause]) -> bool:
    """Whether a statement is no longer about problems: it reports figures of a day, or plans."""
    if not body:
        return False
    first = body[0]
    if first.has(Sort.PLAN) and first.closer is Sort.COLON:
        return True
    if any(clause.has(Sort.CUMULATIVE, Sort.NIL) and clause.has(Sort.STAGE, Sort.NIL) for clause in body):
        return True
    return any(clause.has(Sort.PERIOD) and clause.has(Sort.STAGE) and clause.has(Sort.COUNT) for clause in body)


def _statements(line: list[Clause]) -> list[list[Clause]]:
    """Split a line at its stops, semicolons and list numbers."""
    found: list[list[Clause]] = [[]]
    for clause in line:
        if found[-1] and clause.tokens and clause.tokens[0].sort is Sort.BULLET:
            found.append([])
        found[-1].append(clause)
        if clause.closer in {Sort.STOP, Sort.SEMICOLON, Sort.BREAK}:
            found.append([])
    return [statement for statement in found if statement]


def _split_heading(statement: list[Clause]) -> tuple[Clause | None, list[Clause]]:
    """Split 存在问题：… into the heading and what stands under it."""
    for at, clause in enumerate(statement):
        if clause.closer is Sort.COLON and clause.has(Sort.PROBLEM) and not clause.has(Sort.COUNT):
            return clause, statement[at + 1 :]
        alone = clause.has(Sort.PROBLEM) and clause.closer is Sort.BREAK and len(statement) == 1
        if alone and not any(
            token.category or token.sort in {Sort.STAGE, Sort.COUNT, Sort.NOTHING} for token in clause.tokens
        ):
            return clause, []
    return None, statement


def _distinct(found: list[Draft]) -> list[Draft]:
    """Keep the first draft of each category."""
    seen: dict[str | None, Draft] = {}
    for draft in found:
        seen.setdefault(draft.category, draft)
    return list(seen.values())


def _numbers(said: str) -> list[str]:
    """Return each number of 3、5 and of 1-3."""
    found: list[str] = []
    for match in _EACH_REF.finditer(said):
        number = int(match["number"])
        if match["to"] and found and 0 < number - int(found[-1]) <= _MOST_REFS:
            found += [str(each) for each in range(int(found[-1]) + 1, number)]
        found.append(match["number"])
    return found


def _refs(words: str) -> list[str]:
    """Return the numbers of the problems named: 问题12、13, 第5号问题."""
    refs: list[str] = []
    for match in _REF.finditer(words):
        refs += _numbers(next(group for group in match.groups() if group))
        at = match.end()
        while (more := _MORE_REFS.match(words, at)) is not None:
            refs.append(more[1])
            at = more.end()
    return [ref.lstrip("0") or "0" for ref in dict.fromkeys(refs)]
