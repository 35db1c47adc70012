"""Words after which figures are no facts (计划, 任务, 剩余, 推迟, 要求), and what puts right the wrong (应为)."""

import re
from collections.abc import Callable

from bot.parsing.figure import Figure
from bot.parsing.lexicon import WAITING
from bot.parsing.marks import HINDERED, LEFT, PLAN, REQUEST, TARGET, said_here
from bot.parsing.reasons import UNKNOWN, WRONG
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token

_MUST = frozenset({"必须", "务必", "应当", "须"})
_REST = frozenset({"剩余", "剩下", "余下", "还剩"})
_HEADS = re.compile(r"完成|进展|情况|落实|推进")
_SUPPOSING = frozenset(["如果", "假如", "要是", "若", "一旦", "倘若", "只要", "假设", "假定", "假若", "假使", "万一"])
_OF_ANOTHER = re.compile(r"那[几\d一二两三]?[宗块个批件]|另|其他|其余")
"""组卷2宗，麻城那宗没组成: what was counted first is done."""
_ENDS = ("月底", "年底")
_ENDING = re.compile("盘点|小结|汇总|收官|总结|结账|对账|报数|统计|战报|通报")


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
    if context.void in {WRONG, PLAN} and not said_here(state, token):
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


def _asks_for_correction(state: State, at: int) -> bool:
    """Whether a liaison asks to have own figures put right: 请把今天的供地更正为2宗."""
    asked = next((t for t in state.now.tokens[:at] if t.sort is Sort.REQUEST), None)
    if asked is None or state.context.sender_region is None or not asked.text.endswith("请"):
        return False
    return all(t.place is None or t.place.region == state.context.sender_region for t in state.now.tokens[:at])
