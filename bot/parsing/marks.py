"""Words about time, standing and fact: 今日, 累计, 截至, 计划, 任务, 应为."""

import re

from bot.parsing.context import Standing
from bot.parsing.periods import Period
from bot.parsing.reaches import reaches_to
from bot.parsing.reasons import WRONG
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from storage.records import Basis

PLAN, TARGET, LEFT, COMPARE, REQUEST = "是计划", "是目标任务", "是剩余差额", "是对比", "是要求"
HINDERED, ADDED = "是受影响的数", "是加在一起的数"
_LIFTED_AT_ONCE = frozenset({TARGET, LEFT})
_LIFTED_LATER = frozenset({PLAN, TARGET, LEFT, COMPARE, REQUEST})
_GROWN = ("增", "升", "上升", "提")
_AGAINST = re.compile(r"[\d一二三四五六七八九十][\d一二三四五六七八九十年月 ]*[日号]|\d+月\d+")
_LONG_AGO = re.compile(r"月(?!\d)|[上去同]")
_STILL_RUNNING = ("本", "这", "四季度")
"""Periods that reach into days to come."""
_CLAIMED = re.compile("说|[报发写填]的")


def fact(state: State, token: Token) -> None:
    """End, at a word of fact, a plan of an earlier clause, and at once what only was a target."""
    void = state.context.void
    if state.supposing or (void == PLAN and state.plan_heads and token.sort is Sort.PERIOD):
        return  # 下步打算：本周上报2宗
    if void == PLAN and void == state.base_void and token.text.startswith(_STILL_RUNNING):
        return  # 四、下步打算⏎本周再组卷3宗
    if void in _LIFTED_AT_ONCE or (void in _LIFTED_LATER and not said_here(state, token)):
        state.context.void = ""


def on_fact(state: State, token: Token, at: int) -> None:
    """实际, 其实: end a plan; of what was only said before, it is what takes its place (昨天说批了3宗，其实批了2宗)."""
    fact(state, token)
    last, behind = state.last, state.now.tokens[at + 1 :]
    if last is None or last.void or last.sentence != state.sentence or not any(t.sort is Sort.COUNT for t in behind):
        return
    said = _CLAIMED.search(state.text, max(0, last.spans[0][0] - 12), token.start) is not None
    if said and all(t.key == last.stage for t in behind if t.sort is Sort.STAGE):
        last.void = WRONG


def said_here(state: State, token: Token) -> bool:
    """Whether the word that made figures void stands in this same clause."""
    voids = {Sort.PLAN, Sort.LATER, Sort.REQUEST, Sort.COMPARE, Sort.YEAR}
    return any(other.sort in voids and other.start < token.start for other in state.now.tokens)


def on_cumulative(state: State, token: Token, at: int) -> None:
    """累计 stands at a day, but 本周累计 in one piece is the increment of that week."""
    fact(state, token)
    state.now.marked = True
    marks = state.context.marks
    if "今" in token.text and reaches_to(state, token, at, state.context.today):
        return
    if state.context.void == ADDED:
        state.context.void = ""  # 加上前期的43宗累计45宗
    if token.text.startswith(_GROWN):
        for figure in state.now.made:
            figure.void = COMPARE  # 由60宗增加到61宗
        for figure in state.now.waiting:
            figure.void = COMPARE
        state.context.void = ""
    before = state.now.tokens[at - 1] if at else None
    of_period = before is not None and before.sort is Sort.PERIOD and before.end == token.start
    if (
        of_period
        and marks.period is not None
        and marks.period.kind in {"week", "month", "ten_days"}
        and token.text.startswith("累")
    ):
        return
    marks.cumulative = True
    if "前" in token.text and state.context.standing.stands_at is not None:
        marks.stands_at = state.context.today  # 截至昨日获批38宗，截至目前累计受理64宗


def on_since(state: State, token: Token, at: int) -> None:
    """…以来 stands at the report's day."""
    fact(state, token)
    state.now.marked = True
    state.context.marks.period = None
    state.context.marks.cumulative = True
    _ = at


def on_already(state: State, token: Token, at: int) -> None:
    """已, 共, 合计: cumulative unless a period is said."""
    if not only_sums(state.now.tokens[: at + 1]):
        fact(state, token)
    state.now.marked = True
    if _is_after_nil(state):
        state.context.standing = Standing()
    state.context.marks.already = True


def _is_after_nil(state: State) -> bool:
    """Whether the unit just had nothing in the period in force: 今日无新增，已批复10宗 is what there is by now.

    Not of another step: 今日无新增批复，已上报3宗.
    """
    context = state.context
    nothing = state.nothings[-1] if state.nothings and context.marks.period is None else None
    if nothing is None or nothing.of_period is not None or nothing.region != context.owner.region:
        return False
    of_step = next((t for t in state.now.tokens if t.sort is Sort.STAGE), None)
    behind = state.text[nothing.span[1] : nothing.span[1] + 6]
    said = next((word for word in state.vocabulary.stage_words if behind.startswith(word)), None)
    return said is None or (of_step is not None and state.vocabulary.entries[said].key == of_step.key)


def only_sums(tokens: list[Token]) -> bool:
    """Whether each 共 only gives the area of the count right before it: 任务110宗共1.27万亩."""
    said = [at for at, token in enumerate(tokens) if token.sort is Sort.ALREADY]
    return bool(said) and all(
        at > 0 and tokens[at - 1].sort is Sort.COUNT and "已" not in tokens[at].text for at in said
    )


def on_stands(state: State, token: Token, at: int) -> None:
    """目前: as things stand today."""
    fact(state, token)
    state.now.marked = True
    context, last = state.context, state.last
    if reaches_to(state, token, at, context.today):
        return
    context.marks.stands = True
    context.marks.up_to = False
    if context.standing.stands_at is not None and last is not None and last.sentence == state.sentence:
        context.marks.stands_at = context.today  # 10月底累计40宗，目前57宗


def on_up_to(state: State, token: Token, at: int) -> None:
    """截至 waits for its day; alone it is the report's."""
    fact(state, token)
    state.now.marked = True
    state.context.marks.up_to = True
    state.context.marks.stands = True
    _ = at


def on_more_than(state: State, token: Token, at: int) -> None:
    """比昨日增加: what happened on the report's day."""
    context = state.context
    last = state.last
    if (
        last is not None
        and last.sentence == state.sentence
        and last.basis is Basis.INCREMENT
        and last.stage == context.stage
        and not last.void
    ):
        context.void = COMPARE  # one day's figure against another's
        return
    if _LONG_AGO.search(token.text) is not None:
        context.void = COMPARE
        return
    against = _AGAINST.search(token.text)
    period = context.settle_period(against[0]) if against is not None else None
    if period is not None:
        stands = context.marks.stands_at or context.standing.stands_at or context.today
        if period.last is None or (stands - period.last).days != 1:
            context.void = COMPARE  # against a day further back
            return
        fact(state, token)
        state.now.marked = True
        context.marks.period = Period(stands, stands)
        return
    fact(state, token)
    state.now.marked = True
    context.marks.period = Period(context.today, context.today)
    _ = at


def on_late(state: State, token: Token, at: int) -> None:
    """补报, 漏报: on top of what the day has; 今天补报 is of the day said before it."""
    state.again = True
    before, context = state.now.tokens[at - 1] if at else None, state.context
    if before is None or before.end != token.start or before.sort is not Sort.PERIOD or context.standing.period is None:
        return
    if before.text.startswith("今"):
        context.marks.period, context.marks.days = None, []
