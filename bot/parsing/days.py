"""Words that say a day or a period: 昨日, 11月23日, 上周, 双休日, 2023年."""

import datetime as dt
import re
from functools import lru_cache

from bot.parsing.marks import ADDED, COMPARE, PLAN, fact, on_since
from bot.parsing.periods import Period
from bot.parsing.reaches import reaches_to
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from storage.records import Basis

_OF_YEAR = frozenset({Sort.STAGE, Sort.CUMULATIVE, Sort.ALREADY, Sort.COUNT, Sort.NEW, Sort.TRACK})
_DAYS_ON = re.compile(r"(?:止|24时止|为止)")
_NOTE = re.compile(r"(?<=[日号\d])\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?$")
_HALF_A_YEAR = 180
_FROM = frozenset({"自", "从", "自从"})
_UNTIL = frozenset({"至", "到", "直至", "直到"})
_SINCE_EVER = ("从", "自", "以上", "上述")
_AND = frozenset({"和", "及", "与"})
_WEEK = ("周", "星期", "礼拜")
_DAYS_BEFORE = ("昨", "前", *_WEEK)
"""Behind these another day stands beside: 昨天今天共批复3宗, 周六周日."""
_NUMERALS = frozenset("0123456789一二三四五六七八九十廿")
_IT_IS = re.compile("(?:数据?|这|那|也|其|全)*(?:是|为|系|属于)")
_ITS_END = re.compile(r"的(?:数据?|量|了|哦|哈)?\s*")
_COMPARED = re.compile("(?:分别|各|均|依次)(?:新增|增加|增|多)")
_THAT_DAY = ("当天", "当日")
_DAYS = ("天", "日")
_THAN = ("比", "较")


def on_period(state: State, token: Token, at: int) -> None:
    """Read a day or period: that of the figures to come, or after 截至 the day they stand at."""
    context = state.context
    if _is_beside(state, token, at):
        return
    text = _in_plain_words(token.text)
    period = context.settle_period(text)
    if period is None or period.first is None or period.last is None:
        return
    if period.last > context.sent_on or _lies_ahead(period, context.sent_on) or _is_time_left(state, token, period):
        context.void = PLAN
        return
    period = _as_meant(state, token, text, period)
    if _tells_day(state, token, period):
        return
    fact(state, token)
    state.now.marked = True
    if period.last is not None and reaches_to(state, token, at, period.last):
        return
    ends = text.endswith(("底", "月末")) and any(t.sort is Sort.CUMULATIVE for t in state.now.tokens[at + 1 : at + 2])
    lead = state.raw_between(state.now.clause.start, token.start)
    if lead in _FROM and state.text.startswith(("起", "开始"), token.end):
        on_since(state, token, at)  # 自11月1日起
        return
    until = _is_until(lead) or (not lead and token.text.startswith("至"))
    if ends or context.marks.up_to or until or _DAYS_ON.match(state.text, token.end) is not None:
        context.marks.up_to = False
        context.marks.stands_at = period.last
        context.marks.period = None
    elif context.marks.period is None or not _is_note(state, token, at):
        _let_stand(state, period, at)


def _is_beside(state: State, token: Token, at: int) -> bool:
    """Whether a day is not that of the figures: 加上昨天的共5宗, 比昨天（45宗）多1宗."""
    if state.text.endswith(_THAN, 0, token.start) and _COMPARED.match(state.text, token.end) is None:
        state.context.void = COMPARE
        return True
    return state.context.void == ADDED and state.now.clause.has(Sort.ADDED) and not _takes_as_new(state, token, at)


def _as_meant(state: State, token: Token, text: str, period: Period) -> Period:
    """Return the day that 当日 speaks of, and today for what grew on the day before: 较昨日分别增加2宗、1宗."""
    day = _day_meant(state) if text.startswith(_THAT_DAY) else None
    if _COMPARED.match(state.text, token.end) is not None and state.text.endswith(_THAN, 0, token.start):
        day = state.context.today
    return period if day is None else Period(day, day)


def _takes_as_new(state: State, token: Token, at: int) -> bool:
    """Take what is added for the day's own, if it is: 累计45宗，加上今天2宗，共47宗."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    counted = after is not None and after.sort is Sort.COUNT and state.raw_between(token.end, after.start) in {"", "的"}
    if not counted or not token.text.startswith("今") or not state.of_sentence():
        return False
    state.context.void = ""
    return True


def _is_until(lead: str) -> bool:
    """Whether a day ends a time that none knows the beginning of: 到今天, 从行动开始到今天, 以上是到12月6日的数."""
    return lead in _UNTIL or (lead.startswith(_SINCE_EVER) and lead.endswith(("到", "至")))


def _day_meant(state: State) -> dt.date | None:
    """Return the day that 当日 is, if not the report's: 截至14日累计45宗，当日3宗 · 11日批复4宗，截至当日91宗."""
    context, last = state.context, state.last
    if not context.marks.up_to or last is None or last.void or last.basis is not Basis.INCREMENT or state.nothings:
        return context.standing.stands_at
    return last.date if last.since == last.date else context.standing.stands_at


@lru_cache(maxsize=4096)
def _in_plain_words(said: str) -> str:
    """Return a day or period as it is read: 双休日 is 周末, 22、23日 is 22日至23日, 10、11两日 too."""
    text = _NOTE.sub("", said.removeprefix("至").replace("刚刚", "今日").replace("今儿", "今天"))
    if text.startswith("双休日"):
        return "周末"
    if text[0] not in _NUMERALS:
        return text
    if text[-2:] in {"两日", "两天"}:
        return text[:-2].replace("、", "日至").replace("和", "日至").replace("日日", "日") + "日"
    return text.replace("日、", "、").replace("、", "日至")


def _tells_day(state: State, token: Token, period: Period) -> bool:
    """Whether a day is only told of the figure before it, which is then of that day: 批复2宗，是昨天的."""
    last, meant = state.last, state.now.meant
    if not state.text.startswith("的", token.end) or state.now.all_above:
        return False
    if last is None or (last.sentence != state.sentence and not meant) or last.basis is not Basis.INCREMENT:
        return False
    if _ITS_END.fullmatch(state.text[token.end : state.now.clause.end]) is None:
        return False
    begins = max(last.spans[-1][1], state.now.clause.start)
    if meant:
        begins = state.now.tokens[0].end  # 这两宗是昨天的
    if _IT_IS.fullmatch(state.text[begins : token.start]) is None:
        return False
    for figure in meant or state.now.made or [last]:
        figure.since, figure.date = period.first, period.last or figure.date
    return True


def _is_time_left(state: State, token: Token, period: Period) -> bool:
    """Whether a period is the time in which something is to be done: 本周内上报3宗, but not 本周内已上报3宗."""
    if not state.text.startswith("内", token.end) or period.is_day or period.last != state.context.today:
        return False
    return (
        not state.now.clause.has(Sort.ALREADY, Sort.CUMULATIVE)
        and "了" not in state.text[token.end : state.now.clause.end]
    )


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
        and state.raw_between(before.end, tokens[at].start) not in _AND
        and not (before.text.startswith(_DAYS_BEFORE) and before.end == tokens[at].start)
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
    """Whether a weekday, 当天 or 这五天 only notes which days the date before it was."""
    before = state.now.tokens[at - 1] if at else None
    if before is None or before.sort is not Sort.PERIOD:
        return False
    if token.text.startswith("这") and token.text.endswith(_DAYS):
        return before.end == token.start
    if before.text.startswith(_WEEK):
        return False
    return token.text.startswith((*_WEEK, "当天", "当日"))


def on_year(state: State, token: Token, at: int) -> None:
    """Let the figures of another year be no progress: 2022年批复98宗."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    ours = token.text.startswith(str(state.context.sent_on.year))
    if not ours and after is not None and after.start == token.end and after.sort in _OF_YEAR:
        state.context.void = COMPARE
