"""Periods that reach to a day said behind them: 12月1日到今天, 上周五至今, 月初到现在."""

import datetime as dt
import re

from bot.parsing.dates import read_period
from bot.parsing.periods import Period
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token

_JOINT = r"(?:起|开始)?(?:直|一直)?(?:至|到|--|——|-|—|–|~)"
_REACHES = re.compile(_JOINT)
_REACHING = ("至今", "到", "迄今")
_EARLY = re.compile(rf"(?:(?P<month>1[0-2]|0?[1-9])月|本月|这个?月|(?<![\u4e00-\u9fff\d])月|从月|自月)初{_JOINT}?$")


def reaches_to(state: State, token: Token, at: int, last: dt.date) -> bool:
    """Let the period begun before a word of today, or another day, reach to it; return whether one was begun."""
    marks = state.context.marks
    first = _first_day(state, token, at)
    if first is None or last < first:
        return False
    marks.period = Period(first, last, "range")
    marks.days = state.now.days = [marks.period]
    return True


def _first_day(state: State, token: Token, at: int) -> dt.date | None:
    """Return the first day of a period begun right before."""
    before, period = state.now.tokens[at - 1] if at else None, state.context.marks.period
    if before is not None and before.sort is Sort.PERIOD:
        gap = state.raw_between(before.end, token.start)
        joined = _REACHES.fullmatch(gap) is not None or (not gap and token.text.startswith(_REACHING))
        return period.first if joined and period is not None else None
    begins = before.end if before is not None and before.sort is not Sort.OTHER_NUMBER else state.now.clause.start
    lead = state.raw_between(begins, token.start)
    early = _EARLY.search(lead) if "初" in lead else None
    if early is None or not (lead.endswith(("至", "到")) or token.text.startswith(_REACHING)):
        return None
    today = state.context.today
    if early["month"] is None:
        return today.replace(day=1)
    month = read_period(f"{early['month']}月1日", today)
    return None if month is None else month.first
