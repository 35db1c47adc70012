"""Which projects a clause speaks of: those it names, by the word 项目 or without it."""

import re

from bot.parsing.bare_names import bare_names
from bot.parsing.endings import MAY_NAME
from bot.parsing.projects import Name, names
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Clause

_NAMES = frozenset({Sort.PROJECT, Sort.NETWORK, Sort.TRACK})
_COUNTED = frozenset({Sort.COUNT, Sort.AREA})
_ONLY_NAMES = frozenset({Sort.NETWORK, Sort.PLACE, Sort.PAUSE, Sort.BULLET, Sort.OTHER_NUMBER, Sort.PLAIN})
_PUT_OFF = frozenset({Sort.LATER, Sort.PUT_OFF})
_ONLY_LISTS = re.compile(
    r"(?:[\W\d和及与共约]|以及|还有|项目|工程|占地|用地|面积|[一二三四五六]是|[一二两三四五六]?[宗个件亩]|万亩|公顷|今[天日]|昨[天日])*"
)
_HANDS_IN = re.compile(
    r"[^，。;,\n]{0,8}(?:名单|总结|方案|数据|情况|信息|表|清单|计划|经费|招生|时间|报案|请示|假)(?=[，。;,!\n]|\Z)"
)
"""襄阳五中今日上报请假人员名单: a paper is handed in, no land."""


def name_projects(state: State, clause: Clause, following: Clause | None) -> None:
    """Find the projects named in a clause, and let them be what is spoken of."""
    named = not clause.sorts.isdisjoint(_NAMES)
    may_name = state.may_name and MAY_NAME.search(state.text, clause.start, clause.end) is not None
    if not named and not may_name:
        return
    step_at = _step_at(clause, following)
    if named:
        track = state.campaign.projects_track
        key = track.key if track is not None else None
        alone = step_at if following is None or Sort.COUNT not in following.sorts else None
        ends_at = clause.end if step_at is not None else None
        state.now.names = names(clause.tokens, state.text, clause.body, key, alone, ends_at)
    if may_name:
        _name_bare(state, clause, leads=step_at is not None)
    if state.now.names and Sort.PROJECT not in clause.sorts and _tells_else(state, clause):
        state.now.names = []
    _speak_of(state, clause)


def _tells_else(state: State, clause: Clause) -> bool:
    """Whether the step of a clause is that of a paper, or something is put off: 三峡机场今天晚点."""
    if not clause.sorts.isdisjoint(_PUT_OFF):
        return True
    step = next((token for token in reversed(clause.tokens) if token.sort is Sort.STAGE), None)
    return step is not None and _HANDS_IN.match(state.text, step.end) is not None


def _name_bare(state: State, clause: Clause, *, leads: bool) -> None:
    """Find what is named by nothing but its ending, where a step is said of it."""
    told = state.context.stage is not None
    only_named = told and clause.sorts <= _ONLY_NAMES and _goes_on(state, clause)
    if not (leads or only_named or Sort.STAGE in clause.sorts or (told and not clause.sorts.isdisjoint(_COUNTED))):
        return
    ends_at = clause.end if leads or only_named else None
    bare = bare_names(clause.tokens, state.text, clause.body, ends_at, told=told)
    state.now.names = _longest(state.now.names, bare)


def _goes_on(state: State, clause: Clause) -> bool:
    """Whether a clause stands under a step or behind a figure: 今日受理1宗：天紫湖公园, but not 联系人：市规划馆."""
    if state.text[clause.start - 1 : clause.start] == ":":
        return state.colon_says_report
    return state.last is not None and state.last.sentence == state.sentence


def _longest(named: list[Name], bare: list[Name]) -> list[Name]:
    """Return all names, of two that stand in one place the longer: 神农架机场货站, not 神农架机场."""
    if not bare:
        return named
    kept = [name for name in named if not any(_is_within(name, other) for other in bare)]
    more = [name for name in bare if not any(_is_within(name, other) for other in kept)]
    return sorted(kept + more, key=_place)


def _is_within(name: Name, other: Name) -> bool:
    """Whether a name stands where the other, longer one does."""
    overlap = name.start < other.end and other.start < name.end
    return overlap and len(name.name) < len(other.name)


def _place(name: Name) -> int:
    return name.start


def _step_at(clause: Clause, following: Clause | None) -> int | None:
    """Return where the step begins that the next clause leads with: 东湖隧道，已批 · 大悟风电场：今日上报1宗."""
    if following is None or not following.tokens or clause.closer not in {Sort.COMMA, Sort.COLON}:
        return None
    first = following.tokens[0]
    leads = first.sort in {Sort.STAGE, Sort.ALREADY, Sort.PERIOD, Sort.DOING, Sort.STANDS, Sort.DONE}
    several = Sort.TRACK not in clause.sorts and any(t.sort is Sort.COUNT and t.value != 1 for t in following.tokens)
    return first.start if leads and Sort.STAGE in following.sorts and not several else None


def _speak_of(state: State, clause: Clause) -> None:
    """Let named projects be what is spoken of, beside those named before them of which nothing was said yet."""
    if not state.now.names:
        return
    if state.subject_done or (state.subjects and _is_told(state, state.subjects[-1], clause)):
        state.subjects, state.subject_done = [], False
    state.subjects = (state.subjects + state.now.names)[-12:]
    state.context.project = state.now.names[-1].name


def _is_told(state: State, name: Name, clause: Clause) -> bool:
    """Whether something was said of a project before the clause: 沔州大道项目正在做环评，城北水厂项目今天获批."""
    return name.end < clause.start and _ONLY_LISTS.fullmatch(state.text, name.end, clause.start) is None
