"""Words about time, standing and fact: 今日, 累计, 截至, 计划, 任务, 应为."""

import re
from collections.abc import Callable

from bot.parsing.context import Standing
from bot.parsing.figure import Figure
from bot.parsing.lexicon import WAITING
from bot.parsing.periods import Period
from bot.parsing.reaches import reaches_to
from bot.parsing.reasons import UNKNOWN, WRONG
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from storage.records import Basis

PLAN, TARGET, LEFT, COMPARE, REQUEST = "是计划", "是目标任务", "是剩余差额", "是对比", "是要求"
HINDERED, ADDED = "是受影响的数", "是加在一起的数"
_MUST = frozenset({"必须", "务必", "应当", "须"})
_REST = frozenset({"剩余", "剩下", "余下", "还剩"})
_LIFTED_AT_ONCE = frozenset({TARGET, LEFT})
_LIFTED_LATER = frozenset({PLAN, TARGET, LEFT, COMPARE, REQUEST})
_HEADS = re.compile(r"完成|进展|情况|落实|推进")
_SUPPOSING = frozenset(["如果", "假如", "要是", "若", "一旦", "倘若", "只要", "假设", "假定", "假若", "假使", "万一"])
_GROWN = ("增", "升", "上升", "提")
_AGAINST = re.compile(r"[\d一二三四五六七八九十][\d一二三四五六七八九十年月 ]*[日号]|\d+月\d+")
_OF_ANOTHER = re.compile(r"那[几\d一二两三]?[宗块个批件]|另|其他|其余")
"""组卷2宗，麻城那宗没组成: what was counted first is done."""
_LONG_AGO = re.compile(r"月(?!\d)|[上去同]")
_STILL_RUNNING = ("本", "这", "四季度")
"""Periods that reach into days to come."""
_ENDS = ("月底", "年底")
_ENDING = re.compile("盘点|小结|汇总|收官|总结|结账|对账|报数|统计|战报|通报")
_CLAIMED = re.compile("说|[报发写填]的")


def fact(state: State, token: Token) -> None:
    """End, at a word of fact, a plan of an earlier clause, and at once what only was a target."""
    void = state.context.void
    if state.supposing or (void == PLAN and state.plan_heads and token.sort is Sort.PERIOD):
        return  # 下步打算：本周上报2宗
    if void == PLAN and void == state.base_void and token.text.startswith(_STILL_RUNNING):
        return  # 四、下步打算⏎本周再组卷3宗
    if void in _LIFTED_AT_ONCE or (void in _LIFTED_LATER and not _said_here(state, token)):
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


def _said_here(state: State, token: Token) -> bool:
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


def on_plan(state: State, token: Token, at: int) -> None:
    """Note that what follows has not happened, nor what stands before with no stage of its own."""
    now = state.now
    if token.text in _ENDS and _ENDING.match(state.text, token.end) is not None:
        return  # 月底盘点：本月批复3宗
    if token.text == "将" and (state.text[token.end : token.end + 1].isdigit() or now.clause.has(Sort.INSTEAD)):
        return  # 将批复数由3宗调整为2宗
    state.context.void = PLAN
    supposes = token.text in _SUPPOSING or "的话" in state.text[token.end : now.clause.end]  # 能再批1宗的话，…
    state.supposing = state.supposing or supposes
    state.plan_heads = state.plan_heads or state.supposing
    for figure in now.waiting:
        figure.void = figure.void or PLAN
    if not now.stage_said:
        for figure in now.made:
            figure.void = figure.void or PLAN
    of_papers = token.sort is Sort.LATER and Sort.STAGE not in now.clause.sorts  # 今天2宗31亩，材料随后发
    if token.key != "deadline" and not now.made and not of_papers:
        _void_unstaged(state)
    _ = at


def on_not(state: State, token: Token, at: int) -> None:
    """待, 等 at the head of a clause: what follows is waited for (等这3宗批了再说)."""
    if state.text.startswith("了", token.end):
        return  # 等了一个月
    if token.text in WAITING and at == 0 and not state.raw_between(state.now.clause.start, token.start):
        state.context.void = PLAN


def on_put_off(state: State, token: Token, at: int) -> None:
    """推迟, 改到: what was said before it in the sentence has not happened; 推迟的2宗 speaks of what follows."""
    before = () if state.text.startswith("的", token.end) else (*state.of_sentence(), *state.now.waiting)
    for figure in before:
        if not figure.spans or _OF_ANOTHER.search(state.text, figure.spans[-1][1], token.start) is None:
            figure.void = figure.void or PLAN
    on_plan(state, token, at)


def _void_unstaged(state: State) -> None:
    """Figures of the sentence that have no stage yet belong to the plan: 2宗40亩，计划明天上报."""
    for figure in state.of_sentence():
        if figure.stage is None:
            figure.void = figure.void or PLAN


def on_target(state: State, token: Token, at: int) -> None:
    """Targets are no progress, whether the figure stands behind the word or before it."""
    state.context.void = TARGET
    state.target_heads = _HEADS.search(state.text[token.end : state.now.clause.end]) is None
    made = state.now.made
    if made and state.raw_between(made[-1].spans[-1][1], token.start) in {"", "的", "年度", "全年", "的年度", "的全年"}:
        made[-1].void = TARGET
    _ = at


def voider(reason: str) -> Callable[[State, Token, int], None]:
    """Return what to do at a word after which figures are no facts."""

    def on_word(state: State, token: Token, at: int) -> None:
        if reason == LEFT and _leaves_nothing(state, token, at):
            return
        if reason == HINDERED and _was_in_the_way(state, token, at):
            return
        if token.text in _MUST:
            for figure in state.now.waiting:
                figure.void = figure.void or REQUEST  # 剩下的3宗必须全部上报
        if reason == REQUEST and (state.context.void or _is_followed(state, token)):
            return
        if reason == REQUEST and _heads_list(state, token, at):
            on_plan(state, token, at)  # 本周要求：上报5宗
            return
        if reason == REQUEST and state.now.made and state.text.startswith("的", state.now.made[-1].spans[-1][1]):
            for figure in state.now.made:
                figure.void = REQUEST
        state.context.void = reason

    return on_word


def _was_in_the_way(state: State, token: Token, at: int) -> bool:
    """Whether a word like 卡住 only describes what a step is said of: 昨天卡住的2宗今天报出去了."""
    counted = next((i for i, t in enumerate(state.now.tokens[at + 1 :], start=at + 1) if t.sort is Sort.COUNT), None)
    if counted is None or counted not in state.now.waits:
        return False
    return "的" in state.text[token.end : state.now.tokens[counted].start]


def _leaves_nothing(state: State, token: Token, at: int) -> bool:
    """Whether a word like 剩余 says nothing of what follows; 7宗没完成 is said of what stands before."""
    if token.text.endswith("完成") and at and state.now.tokens[at - 1].sort is Sort.COUNT:
        for figure in state.now.made[-1:]:
            figure.void = figure.void or LEFT
    if len(token.text) == 1 and not _figure_follows(state, token, at):
        return True
    if token.text not in _REST:
        return False
    return at + 1 in state.now.waits or _are_the_others(state, at)  # 剩余2宗今日全部上报; 一宗80亩，余下两宗各20亩


def _is_followed(state: State, token: Token) -> bool:
    """Whether what was asked for is what was done: 按王局要求先报了2宗."""
    said = state.text[state.now.clause.start : token.start].strip()
    return token.text == "要求" and said.startswith(("按", "根据", "依"))


def _are_the_others(state: State, at: int) -> bool:
    """Whether the count behind is what is missing to one said before, some of which were told."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    if after is None or after.sort is not Sort.COUNT or after.value is None:
        return False
    told = int(after.value)
    said = state.of_sentence()
    for figure in reversed(said):
        if figure.key() != said[-1].key() or figure.void not in {"", UNKNOWN}:
            return False
        if figure.count == told > after.value:
            return True
        told += figure.count or 0
    return False


def _heads_list(state: State, token: Token, at: int) -> bool:
    """Whether a word of request stands over what follows: 本周要求：…, but not 按要求：…"""
    clause = state.now.clause
    told = state.text[clause.start : clause.end].strip().startswith(("按", "根据", "依"))
    return clause.closer is Sort.COLON and at == len(state.now.tokens) - 1 and token.text == "要求" and not told


def _figure_follows(state: State, token: Token, at: int) -> bool:
    """Whether a figure follows at once."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    near = after is not None and len(state.raw_between(token.end, after.start)) <= 1
    return near and after is not None and after.sort in {Sort.COUNT, Sort.AREA, Sort.BARE}


def on_instead(state: State, token: Token, at: int) -> None:
    """应为: what stands before it was wrong, what follows is right."""
    now, context = state.now, state.context
    if context.void in {WRONG, PLAN} and not _said_here(state, token):
        context.void = ""
    if context.void == WRONG or (context.void == REQUEST and _asks_for_correction(state, at)):
        context.void = ""
    behind = {t.sort for t in now.tokens[at + 1 :]}
    told = not behind.isdisjoint({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.STAGE}) or now.clause.closer is Sort.COLON
    if not told and not now.made:
        return  # 材料修改为最新版
    only_area = Sort.AREA in behind and Sort.COUNT not in behind
    told_area = state.last is not None and state.last.area_mu is not None
    for figure in now.made:
        if only_area and figure.count is not None:
            figure.area_mu = None  # 批复2宗应为0.02万亩
        else:
            figure.void = figure.void or WRONG
    now.waiting = []
    now.clause.body = max(now.clause.body, token.end)  # 复核后修正为20宗
    if not now.made and not any(t.sort in {Sort.STAGE, Sort.PERIOD, Sort.PLACE} for t in now.tokens[:at]):
        labelled = any(t.sort is Sort.AREA_LABEL for t in now.tokens[:at])
        _take_back(state, only_area=labelled or (only_area and told_area))


def _asks_for_correction(state: State, at: int) -> bool:
    """Whether a liaison asks to have own figures put right: 请把今天的供地更正为2宗."""
    asked = next((t for t in state.now.tokens[:at] if t.sort is Sort.REQUEST), None)
    if asked is None or state.context.sender_region is None or not asked.text.endswith("请"):
        return False
    return all(t.place is None or t.place.region == state.context.sender_region for t in state.now.tokens[:at])


def _speaks_of_other(state: State, last: Figure) -> bool:
    """Whether what was wrong is none of the figure before: 今日批复1宗；昨天的上报数有误，应为3宗."""
    period, stage = state.context.marks.period, state.context.stage
    return (period is not None and period.last != last.date) or (stage is not None and last.stage not in {None, stage})


def _take_back(state: State, *, only_area: bool) -> None:
    """Take back the figure before: 今日批复3宗0.3万亩，面积应为0.03万亩."""
    last = state.last
    if last is not None and last.within is not None and state.context.within is None:
        last = state.figures[last.within]  # 批复3宗，其中1宗重复了，应为2宗
    if last is None or last.sentence != state.sentence or last.void or _speaks_of_other(state, last):
        return
    if only_area and last.count is not None:
        last.area_mu = None
    elif last.spans and state.sentence == last.sentence:
        last.void = WRONG
