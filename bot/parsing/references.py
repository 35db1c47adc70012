"""What only speaks of parcels reported before: 两宗都是昨天的, 这2宗没有遗留问题, 以上均为累计数."""

import re

from bot.parsing.figure import Figure
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from storage.records import Basis

_THESE = re.compile(r"(?:以上|上述|前面|上面)?的?(?:这|那|该|此)?")
_ALL_OF_THEM = re.compile(r"(?:地块|宗地|地|用地|项目)?[均都也全]")
_THEY_ARE = re.compile(r"(?:地块|宗地|地|用地|项目)?(?:是|为|在|位于|属)")
_FAR = 6
_TOLD_OF_ALL = frozenset(
    {
        Sort.ALL_ABOVE,
        Sort.PERIOD,
        Sort.CUMULATIVE,
        Sort.SINCE,
        Sort.UP_TO,
        Sort.CLOCK,
        Sort.PLACE,
        Sort.OWN,
        Sort.TRACK,
        Sort.NEW,
        Sort.PAUSE,
        Sort.BULLET,
        Sort.COUNT,
    }
)
"""What 均为 and 以上都是 may say of figures that have their step."""
_OTHER_MATTERS = frozenset(
    {Sort.PROBLEM, Sort.CATEGORY, Sort.VISIT, Sort.DIVISION, Sort.LEADER, Sort.NOTHING, Sort.NIL, Sort.NOT}
)
_OF_PAPERS = re.compile(r"(?:以上|上述)(?:数据|数字|情况|材料|信息|内容|事项|问题|工作|报?表)(?![均都全]?[为是系指])")
"""上述数据昨天已报省厅: no step of what was counted."""
_FILLERS = re.compile(r"[的是为系数据字值量指属在到止口径统计情况这那两几以上述前面一天内 ]*")


def speaks_of(state: State, token: Token, at: int, count: int) -> list[Figure] | None:
    """Return the figures that a count at the head of a clause speaks of; of none that are known, an empty list.

    A step said of them too is the same that they are of (两宗均是昨天批的), or none is known of them yet.
    """
    clause = state.now.clause
    heads = at == 0 or (at == 1 and state.now.tokens[0].sort is Sort.ALL_ABOVE)
    if not heads or not state.figures or Sort.AREA in clause.sorts or state.text[clause.start - 1] == ":":
        return None
    these = state.raw_between(clause.start, token.start)
    if _THESE.fullmatch(these) is None:
        return None
    told = _ALL_OF_THEM.match(state.text, token.end) or (_THEY_ARE.match(state.text, token.end) if these else None)
    if told is None:
        return None
    step = next((t.key for t in state.now.tokens if t.sort is Sort.STAGE), None)
    meant = _adding_up_to(state, count, step)
    return None if step is not None and not meant else meant


def _adding_up_to(state: State, count: int, step: str | None) -> list[Figure]:
    """Return the last figures that make a count together."""
    run: list[Figure] = []
    for figure in reversed(state.figures[-_FAR:]):
        if figure.void or figure.count is None or (step is not None and figure.stage not in {None, step}):
            break
        run.append(figure)
        told = sum(f.count or 0 for f in run)
        if told >= count:
            return run if told == count else []
    return []


def tells_of_all(state: State) -> bool:
    """Whether nothing else is said beside it: 以上均为累计数, but not 两个县都理顺了 or 以上数据今天都核对过了."""
    clause = state.now.clause
    if Sort.STAGE in clause.sorts:
        of_papers = _OF_PAPERS.search(state.text, clause.start, clause.end) is not None
        return clause.sorts.isdisjoint(_OTHER_MATTERS) and not of_papers
    if not clause.sorts <= _TOLD_OF_ALL:
        return False
    words, at = "", clause.start
    for token in clause.tokens:
        words += state.text[at : token.start]
        at = token.end
    return _FILLERS.fullmatch(words + state.text[at : clause.end]) is not None


def dates_standings(state: State, given: list[Figure]) -> bool:
    """Whether a day that is told of all leaves standings what they are: 批复1宗，累计22宗。以上是到12月6日17时的数."""
    marks, clause = state.context.marks, state.now.clause
    standing = [f for f in given if f.basis is Basis.CUMULATIVE]
    day = marks.stands_at or (marks.period.last if marks.period is not None and marks.period.is_day else None)
    if day is None or marks.cumulative or not (Sort.CLOCK in clause.sorts or (standing and _some_said(state, given))):
        return False
    for figure in standing:
        figure.date = day
    if marks.stands_at is None:
        for figure in given:
            if figure.basis is Basis.INCREMENT:
                figure.since = figure.date = day
    return True


def _some_said(state: State, given: list[Figure]) -> bool:
    """Whether standings were said to be so, or stand beside what happened."""
    return "累" in state.text[: state.now.clause.start] or any(f.basis is Basis.INCREMENT for f in given)


def is_land_of_projects(state: State, last: Figure, token: Token, at: int) -> bool:
    """Whether as many parcels as projects just counted are told by themselves: 有2个项目今天获批，2宗46亩."""
    tokens = state.now.tokens
    alone = not at and (len(tokens) == 1 or tokens[1].sort is Sort.AREA) and last.area_mu is None
    if not alone or "宗" not in token.text or "个" not in state.text[slice(*last.spans[-1])]:
        return False
    return not state.raw_between(state.now.clause.start, token.start)  # 上午2个地块批复，下午2宗46亩
