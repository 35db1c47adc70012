"""What stands under 存在问题：, on its line and in the list below."""

import re

from bot.parsing.refs import REF, is_enumerated
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause

_STUCK = re.compile(
    r"卡在|卡着|卡住|难在|堵在|受阻|制约|没解决的|待解决的|诉求$|需要?(?:厅里?|省厅|上级)?(?:支持|协调|帮助|解决)的"
)
_OLD = re.compile("还是[那这]?[几两]?个?(?:老|原来的|原先的|以前的|上次的|之前的)问题")
"""还是老问题：9号没动: what follows was told before."""
_SHARED_OUT = re.compile("请各|请大家|认领|分工")
"""请各处室认领问题：what follows is shared out, and in nobody's way."""


_OF_LAND = frozenset({Sort.STAGE, Sort.AREA, Sort.PERIOD, Sort.CUMULATIVE})


class Section:
    """Whether what is read stands under 存在问题："""

    def __init__(self) -> None:
        self.on = False
        self.of_known = False
        self._list = False

    def begin_line(self, line: list[Clause]) -> None:
        """End, at a new line, an inline section; a list of numbered lines goes on."""
        numbered = bool(line and line[0].tokens and line[0].tokens[0].sort is Sort.BULLET)
        if self.on and not (self._list and (numbered or not _reports(line))):
            self.close()

    def open(self, heading: Clause, text: str) -> None:
        """Open the section at a heading; one with a number speaks of a known problem."""
        self.on = True
        words = text[heading.start : heading.end + 1]
        self.of_known = (REF.search(words) is not None or _OLD.search(words) is not None) and not is_enumerated(text)

    def end_line(self) -> None:
        """Note that a heading alone on its line opens a list."""
        self._list = self.on

    def close(self) -> None:
        """Note that what follows is no problem: 问题：无."""
        self.on = self.of_known = False


def split_heading(statement: list[Clause], text: str) -> tuple[Clause | None, list[Clause]]:
    """Split 存在问题：… into the heading and what stands under it."""
    for at, clause in enumerate(statement):
        if clause.closer is Sort.COLON and not _counts_land(clause) and _heads(clause, text):
            return clause, statement[at + 1 :]
        alone = clause.has(Sort.PROBLEM) and clause.closer is Sort.BREAK and len(statement) == 1
        says = any(token.category or token.sort in {Sort.STAGE, Sort.COUNT, Sort.NOTHING} for token in clause.tokens)
        if alone and not says and REF.search(text[clause.start : clause.end]) is None:  # 问题4已销号
            return clause, []
    return None, statement


def _counts_land(clause: Clause) -> bool:
    """Whether a clause counts land rather than problems: 堵点就一个：节余指标."""
    return clause.has(Sort.COUNT) and not (clause.has(Sort.PROBLEM) and clause.sorts.isdisjoint(_OF_LAND))


def _heads(clause: Clause, text: str) -> bool:
    """Whether a clause before a colon says that obstacles follow: 存在问题：, 主要卡在三处："""
    if clause.has(Sort.PROBLEM):
        return _SHARED_OUT.search(text, clause.start, clause.end) is None
    named = any(token.category for token in clause.tokens)
    return not named and _STUCK.search(text, clause.start, clause.end) is not None


def leaves_section(body: list[Clause]) -> bool:
    """Whether a statement is no longer about problems: it reports figures of a day, or plans."""
    if not body:
        return False
    first = body[0]
    if first.has(Sort.PLAN) and first.closer is Sort.COLON:
        return True
    if any(clause.has(Sort.CUMULATIVE, Sort.NIL) and clause.has(Sort.STAGE, Sort.NIL) for clause in body):
        return True
    return any(clause.has(Sort.PERIOD) and clause.has(Sort.STAGE) and clause.has(Sort.COUNT) for clause in body)


def _reports(line: list[Clause]) -> bool:
    """Whether a line reports progress or begins another heading."""
    for clause in line:
        if (clause.has(Sort.STAGE) and clause.has(Sort.COUNT, Sort.AREA)) or clause.has(Sort.CUMULATIVE, Sort.NIL):
            return True
    first = line[0]
    return (first.closer is Sort.COLON and not first.has(Sort.PROBLEM)) or first.has(Sort.PLAN)
