"""Remarks between a count and its area, whose days are none of theirs: 昨天批复2宗，今天才知道，共51亩.

remark = clause { clause }        # behind a count and without figures
"""

import re
from collections.abc import Sequence

from bot.parsing.clauses import ends_sentence
from bot.parsing.context import Marks, Standing
from bot.parsing.periods import Period
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Clause
from storage.records import Basis

_AREA_ALONE = frozenset({Sort.ALREADY, Sort.AREA_LABEL, Sort.AREA, Sort.RESPECTIVELY, Sort.PAUSE})
_SAYINGS = frozenset(
    {Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE, Sort.GROUP, Sort.NIL, Sort.NOTHING, Sort.CUMULATIVE, Sort.NEW},
)
_NO_REMARK = _SAYINGS | {Sort.TARGET, Sort.LEFT, Sort.DOING, Sort.UP_TO, Sort.TRACK}
_OF_TIME = frozenset({Sort.PERIOD, Sort.CLOCK, Sort.STANDS})
_NEAR = ("今", "本", "昨", "前", "当")
_LEARNT = re.compile(
    "才(?:知|告|跟|和|对|给|说|看|收|接|拿|想|发现|听|统计|录|反馈|汇总|传|通知|联系)|忘了?[说报发记]|没来得及|来不及|没顾[上得]"
    "|(?:收|拿|看|接|取)到(?:了)?(?:批|文|通知|消息|件|函|信)|告诉我|跟我说|想起来|补报一?下|补一下|刚(?:刚)?(?:知道|听说|收到|看到|拿到|接到|想起|发现|统计|反馈)"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FAR = 3
"""How many clauses behind a remark the area may stand."""


def _is_area_alone(clause: Clause) -> bool:
    """Whether a clause says an area and nothing else: 19.8亩 · 面积合起来0.03万亩."""
    if Sort.AREA not in clause.sorts or not clause.sorts <= _AREA_ALONE:
        return False
    return "已" not in clause.tokens[0].text


def without_remarks(line: Sequence[Clause], text: str) -> Sequence[Clause]:
    """Return the clauses of a line without the days on which one came to know of what was counted."""
    if len(line) < 2 or not any(Sort.PERIOD in clause.sorts for clause in line[1:]):
        return line
    clauses = list(line)
    counted = False
    for at, clause in enumerate(line):
        counted = counted or Sort.COUNT in clause.sorts
        if counted and Sort.PERIOD in clause.sorts and _is_learnt(line, at, text):
            tokens = [token for token in clause.tokens if token.sort not in _OF_TIME]
            clauses[at] = Clause(tokens, clause.start, clause.end, clause.closer, clause.mark, clause.body)
        counted = counted and not ends_sentence(clause)
    return clauses


def _is_learnt(line: Sequence[Clause], at: int, text: str) -> bool:
    """Whether a clause behind a count only tells how one came to know of it: 今天才看到批文, 我昨天请假没来得及报."""
    clause = line[at]
    if at == 0 or Sort.COLON in {clause.closer, line[at - 1].closer} or not clause.sorts.isdisjoint(_SAYINGS):
        return False
    if any(token.sort is Sort.STAGE and not token.text.endswith("文") for token in clause.tokens):
        return False
    return tells_how_known(text, clause)


def tells_how_known(text: str, clause: Clause) -> bool:
    """Whether a clause tells how one came to know: 今天才知道, 23日收到文件."""
    return _LEARNT.search(text, clause.start, clause.end) is not None


def returns_to_count(state: State, line: Sequence[Clause], at: int) -> bool:
    """Whether an area stands alone behind remarks on what was counted: 上报2宗，上周退回过一次，66亩."""
    if not _is_area_alone(line[at]) or not _waits_for_area(state, sums=Sort.ALREADY in line[at].sorts):
        return False
    for clause in reversed(line[max(0, at - 1 - _FAR) : at]):
        if Sort.COUNT in clause.sorts:
            return clause is not line[at - 1] and Sort.AREA not in clause.sorts
        if clause.closer is Sort.COLON or not clause.sorts.isdisjoint(_NO_REMARK) or _is_label(clause, state.text):
            return False
    return False


def _is_label(clause: Clause, text: str) -> bool:
    """Whether a clause says nothing but a step, and no day long ago: 上报2宗，今天供地，30亩."""
    days = [token.text for token in clause.tokens if token.sort is Sort.PERIOD]
    if Sort.STAGE not in clause.sorts or (days and not days[0].startswith(_NEAR)):
        return False
    known = sum(len(_HAN.findall(token.text)) for token in clause.tokens if token.sort is not Sort.PLAIN)
    return len(_HAN.findall(text, clause.start, clause.end)) <= known


def tells_area(state: State, line: list[Clause], at: int) -> bool:
    """Whether the next that is said is only the area of what was counted: 又下来2个批文！！一共73亩 · 批1宗！19.8亩."""
    behind = next((clause for clause in line[at:] if clause.tokens), None)
    if behind is None or not _is_area_alone(behind):
        return False
    return behind.tokens[0].sort is not Sort.AREA or _waits_for_area(state)


def tells_area_below(state: State, line: Sequence[Clause]) -> bool:
    """Whether a line says the area of the count that ended the line above: 累计批复：8宗⏎面积：6.1公顷."""
    sorts = [token.sort for clause in line for token in clause.tokens]
    return sorts == [Sort.AREA_LABEL, Sort.AREA] and _waits_for_area(state)


def _waits_for_area(state: State, *, sums: bool = True) -> bool:
    """Whether the last count was said without its area, and if a sum follows, no other was."""
    last = state.last
    if last is None or last.line != state.line:
        return False
    waiting = [f for f in state.of_sentence() if f.count is not None and f.area_mu is None and not f.void]
    return waiting[-1:] == [last] and (len(waiting) == 1 or not sums)


def go_back(state: State) -> None:
    """Let all stand as it did where the last figure was said."""
    context, last = state.context, state.last
    assert last is not None
    context.void, context.marks = state.base_void, Marks()
    context.stage, context.track = last.stage, last.track
    if not last.told:
        context.owner = last.owner
    context.standing = Standing(last.basis)
    if last.basis is Basis.INCREMENT:
        context.standing.period = Period(last.since, last.date)
    else:
        context.standing.stands_at = last.date
