"""Words about time, standing and fact: 今日, 累计, 截至, 计划, 任务, 应为."""

import datetime as dt
import re
from collections.abc import Callable

from bot.parsing.context import Owner, Standing
from bot.parsing.dates import Period
from bot.parsing.lexicon import Sort
from bot.parsing.state import Nothing, State
from bot.parsing.tokens import Token
from storage.records import Basis

PLAN, TARGET, LEFT, COMPARE, REQUEST, WRONG = "是计划", "是目标任务", "是剩余差额", "是对比", "是要求", "是更正前的数"
HINDERED = "是受影响的数"
_REST = frozenset({"剩余", "剩下", "余下", "还剩"})
_LIFTED_AT_ONCE = frozenset({TARGET, LEFT})
_LIFTED_LATER = frozenset({PLAN, TARGET, LEFT, COMPARE, REQUEST})
_OF_YEAR = frozenset({Sort.STAGE, Sort.CUMULATIVE, Sort.ALREADY, Sort.COUNT, Sort.NEW, Sort.TRACK})
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HEADS = re.compile(r"完成|进展|情况|落实|推进")
_DAYS_ON = re.compile(r"(?:止|24时止|为止)")
_NOTE = re.compile(r"(?<=[日号\d])\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?$")
_HALF_A_YEAR = 180
_SUPPOSING = frozenset({"如果", "假如", "要是", "若", "一旦", "倘若", "只要"})
_GROWN = ("增", "升", "上升", "提")
_AGAINST = re.compile(r"[\d一二三四五六七八九十][\d一二三四五六七八九十年月 ]*[日号]|\d+月\d+")
_OF_ANOTHER = re.compile(r"那[几\d一二两三]?[宗块个批件]|另|其他|其余")
"""组卷2宗，麻城那宗没组成: what was counted first is done."""
_LONG_AGO = re.compile(r"月(?!\d)|[上去同]")
_STILL_RUNNING = ("本", "这", "四季度")
"""Periods that reach into days to come."""
_THAT_DAY = ("当天", "当日")


def fact(state: State, token: Token) -> None:
    """End, at a word of fact, a plan of an earlier clause, and at once what only was a target."""
    void = state.context.void
    if state.supposing or (void == PLAN and state.plan_heads and token.sort is Sort.PERIOD):
        return  # 下步打算：本周上报2宗
    if void == PLAN and void == state.base_void and token.text.startswith(_STILL_RUNNING):
        return  # 四、下步打算⏎本周再组卷3宗
    if void in _LIFTED_AT_ONCE or (void in _LIFTED_LATER and not _said_here(state, token)):
        state.context.void = ""


def _said_here(state: State, token: Token) -> bool:
    """Whether the word that made figures void stands in this same clause."""
    voids = {Sort.PLAN, Sort.LATER, Sort.REQUEST, Sort.COMPARE, Sort.YEAR}
    return any(other.sort in voids and other.start < token.start for other in state.now.tokens)


def on_period(state: State, token: Token, at: int) -> None:
    """Read a day or period: that of the figures to come, or after 截至 the day they stand at."""
    context = state.context
    text = _NOTE.sub("", token.text.removeprefix("至").replace("刚刚", "今日").replace("今儿", "今天"))
    if text[-2:] in {"两日", "两天"} and text[0] in "0123456789一二三四五六七八九十":
        text = text[:-2].replace("、", "日至").replace("和", "日至").replace("日日", "日") + "日"  # 10、11两日
    period = context.settle_period(text)
    if period is None or period.first is None or period.last is None:
        return
    if period.last > context.sent_on or _lies_ahead(period, context.sent_on):
        context.void = PLAN
        return
    if text.startswith(_THAT_DAY) and context.standing.stands_at is not None:
        period = Period(context.standing.stands_at, context.standing.stands_at)  # 截至14日累计45宗，其中当日3宗
    fact(state, token)
    state.now.marked = True
    ends = text.endswith("底") and any(t.sort is Sort.CUMULATIVE for t in state.now.tokens[at + 1 : at + 2])
    until = ends or context.marks.up_to or _DAYS_ON.match(state.text, token.end) is not None
    if until:
        context.marks.up_to = False
        context.marks.stands_at = period.last
        context.marks.period = None
    elif context.marks.period is None or not _is_note(state, token, at):
        _let_stand(state, period, at)


def _lies_ahead(period: Period, sent_on: dt.date) -> bool:
    """Whether a day without a year is rather one to come: the latest such day was long ago."""
    months = period.kind in {"month", "months"} and period.last is not None and period.last.year == sent_on.year
    return not months and period.last is not None and (sent_on - period.last).days > _HALF_A_YEAR


def _let_stand(state: State, period: Period, at: int) -> None:
    """Let a period stand; days side by side (2日、3日) are one period, and each of them for 无新增."""
    marks = state.context.marks
    tokens = state.now.tokens
    before = tokens[at - 2] if at > 1 and tokens[at - 1].sort is Sort.PAUSE else tokens[at - 1] if at else None
    if (
        before is not None
        and before is tokens[at - 1]
        and state.raw_between(before.end, tokens[at].start) not in {"和", "及", "与"}
    ):
        before = None
    beside = before is not None and before.sort is Sort.PERIOD and marks.period is not None
    days = marks.days if beside else []
    marks.days = [*days[-9:], period]
    state.now.days = marks.days
    if beside and days[0].first is not None and period.first is not None and days[0].first <= period.first:
        period = Period(days[0].first, period.last, "range")
    marks.period = period


def _is_note(state: State, token: Token, at: int) -> bool:
    """Whether a weekday or 当天 only notes which day the date before it was."""
    before = state.now.tokens[at - 1] if at else None
    notes = ("周", "星期", "礼拜", "当天", "当日")
    return before is not None and before.sort is Sort.PERIOD and token.text.startswith(notes)


def on_year(state: State, token: Token, at: int) -> None:
    """Let the figures of another year be no progress: 2022年批复98宗."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    ours = token.text.startswith(str(state.context.sent_on.year))
    if not ours and after is not None and after.start == token.end and after.sort in _OF_YEAR:
        state.context.void = COMPARE


def on_cumulative(state: State, token: Token, at: int) -> None:
    """累计 stands at a day, but 本周累计 in one piece is the increment of that week."""
    fact(state, token)
    state.now.marked = True
    marks = state.context.marks
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
    if "已" in token.text and _is_after_nil(state):
        state.context.standing = Standing()
    state.context.marks.already = True


def _is_after_nil(state: State) -> bool:
    """Whether the unit just had nothing in the period in force: 今日无新增，已批复10宗 is what there is by now."""
    context = state.context
    nothing = state.nothings[-1] if state.nothings and context.marks.period is None else None
    if nothing is None or nothing.of_period is not None or nothing.region != context.owner.region:
        return False
    return not state.text.startswith(tuple(state.vocabulary.stage_words), nothing.span[1])  # 无新增批复，已上报3宗


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
    context.marks.stands = True
    context.marks.up_to = False
    if context.standing.stands_at is not None and last is not None and last.sentence == state.sentence:
        context.marks.stands_at = context.today  # 10月底累计40宗，目前57宗
    _ = at


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
    """补报, 漏报: on top of what the day has."""
    state.again = True
    _ = token, at


def on_plan(state: State, token: Token, at: int) -> None:
    """Note that what follows has not happened, nor what stands before with no stage of its own."""
    now = state.now
    if token.text == "将" and state.text[token.end : token.end + 1].isdigit():
        return
    state.context.void = PLAN
    state.supposing = state.supposing or token.text in _SUPPOSING
    state.plan_heads = state.plan_heads or state.supposing
    for figure in now.waiting:
        figure.void = figure.void or PLAN
    if not now.stage_said:
        for figure in now.made:
            figure.void = figure.void or PLAN
    if token.key != "deadline" and not now.made:
        _void_unstaged(state)
    _ = at


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
        if reason == LEFT and len(token.text) == 1 and not _figure_follows(state, token, at):
            return
        if reason == LEFT and token.text in _REST and at + 1 in state.now.waits:
            return  # 剩余2宗今日全部上报
        if reason == REQUEST and state.context.void:
            return
        if reason == REQUEST and _heads_list(state, token, at):
            on_plan(state, token, at)  # 本周要求：上报5宗
            return
        if reason == REQUEST and state.now.made and state.text.startswith("的", state.now.made[-1].spans[-1][1]):
            for figure in state.now.made:
                figure.void = REQUEST
        state.context.void = reason

    return on_word


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
    if context.void == WRONG:
        context.void = ""
    behind = {t.sort for t in now.tokens[at + 1 :]}
    only_area = Sort.AREA in behind and Sort.COUNT not in behind
    for figure in now.made:
        if only_area and figure.count is not None:
            figure.area_mu = None  # 批复2宗应为0.02万亩
        else:
            figure.void = figure.void or WRONG
    now.waiting = []
    if not now.made and not any(t.sort in {Sort.STAGE, Sort.PERIOD, Sort.PLACE} for t in now.tokens[:at]):
        _take_back(state, only_area=any(t.sort is Sort.AREA_LABEL for t in now.tokens[:at]))


def _take_back(state: State, *, only_area: bool) -> None:
    """Take back the figure before: 今日批复3宗0.3万亩，面积应为0.03万亩."""
    last = state.last
    if last is None or last.sentence != state.sentence or last.void:
        return
    if only_area and last.count is not None:
        last.area_mu = None
    elif last.spans and state.sentence == last.sentence:
        last.void = WRONG


def on_nil(state: State, token: Token, at: int) -> None:
    """今日无新增, 零报告: nothing happened on the day said."""
    now = state.now
    if now.void or state.context.void == PLAN:
        return
    state.nil_said = True
    _say_nothing(state, token)
    _ = at


def on_nothing(state: State, token: Token, at: int) -> None:
    """无 at the end of what was said of a day, a unit or a stage."""
    now = state.now
    after = now.tokens[at + 1] if at + 1 < len(now.tokens) else None
    if now.void or state.context.void == PLAN or now.clause.has(Sort.PROBLEM, Sort.CATEGORY):
        return
    if after is not None and at + 1 in now.negated:
        _say_nothing(state, token)
    elif after is None or after.sort in {Sort.GROUP, Sort.SEMICOLON}:
        tail = state.raw_between(token.end, now.clause.end)
        if len(_HAN.findall(tail)) <= 1 and _of_something(state, token, at):
            _say_nothing(state, token)


def _of_something(state: State, token: Token, at: int) -> bool:
    """Whether 无 says something of a day, a unit or a stage."""
    known = {Sort.PERIOD, Sort.PLACE, Sort.STAGE, Sort.OWN}
    raw = state.raw_between(state.now.clause.start, token.start)
    if any(other.sort in known for other in state.now.tokens[:at]):
        return True
    return not _HAN.search(raw) and state.colon_says_report


def _say_nothing(state: State, token: Token) -> None:
    """Note that nothing happened on the day in force."""
    context = state.context
    days = context.marks.days
    context.resolve()
    period = context.standing.period
    if len(days) <= 1 and period is not None:
        days = [period]
    said = [day.last for day in days if day.is_day and day.last is not None] or [context.today]
    owner: Owner = context.owner
    if owner.whole:
        return
    regions: list[str | None] = [*dict.fromkeys(place.region for place in context.owners)]
    longer = None
    if state.now.clause.has(Sort.STAGE) and period is not None and not period.is_day and period.first and period.last:
        longer = (period.first, period.last)
    for region in regions or [owner.region]:
        for day in said:
            state.nothings.append(Nothing(region, day, (token.start, token.end), longer))
