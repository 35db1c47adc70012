"""Days and periods as people say them (昨日 · 上周 · 11月13日至17日) as first and last day, on the side of the past.

A day without a year is the latest such day not after today; a week begins on Monday.
"""

import datetime as dt
import re
from functools import lru_cache

from msgspec.structs import replace

from bot.parsing.day_forms import DAYS_BACK, NUMBER, read_single
from bot.parsing.periods import Period, date_of, month_of, whole_number

_JOINTS = re.compile(r"\s*(?:——|--|至|到|—|–|－|-|~|～)\s*")
_CLOCK = re.compile(
    r"\s*(?P<part>一整天|全天|晚间|上午|下午|早上|晚上|中午|凌晨|黎明|傍晚|早|晚|夜里)?\s*(?:"
    r"(?P<hour>\d{1,2}|[一二两三四五六七八九十零]{1,3})(?:[:点时](?P<minute>\d{1,2}|[一二三四五六七八九十零]{1,3}|半)?"
    r"(?P<quarter>刻)?(?::\d{2})?分?)?许?)?$",
)
_AFTER_NOON = frozenset({"下午", "晚上", "傍晚", "晚", "夜里"})


def _clock(text: str) -> tuple[str, dt.time | None]:
    """Split `day [ part of the day ] [ hour [ minute ] ]` into the day and the minute."""
    for start in range(len(text)):
        said = _CLOCK.match(text, start)
        if said is None or not said[0].strip() or (said["hour"] and not re.search(r"[:点时]", said[0])):
            continue
        if start and text[start - 1].isdigit() and text[start].isdigit():
            continue
        return text[:start].strip(), _minute(text[:start], said)
    return text, None


def _minute(day: str, said: re.Match[str]) -> dt.time | None:
    """Return the minute of the day that was said."""
    if not said["hour"]:
        return None
    minute = 30 if said["minute"] == "半" else whole_number(said["minute"] or "0") * (15 if said["quarter"] else 1)
    hour = whole_number(said["hour"])
    late = said["part"] in _AFTER_NOON or day.endswith("晚")
    hour += 12 if late and hour < 12 else 0
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _one(text: str, today: dt.date) -> Period | None:
    """Read day = period [ clock ] | clock"""
    found = read_single(text, today)
    if found is not None:
        return found
    day, minute = _clock(text)
    if not day and minute is not None:
        return Period(today, today, at=minute)
    if day.endswith("晚") and len(day) > 1:
        day = day if day in DAYS_BACK else day[:-1]
    found = read_single(day, today) if day and day != text else None
    return found and replace(found, at=minute)


_WEEK_OF = re.compile(r"上+(?:一|个|一个)?(?:周|星期|礼拜)(?=[一二三四五六日天])")
_BARE_WEEKDAY = re.compile(r"(?:周|星期|礼拜)?[一二三四五六日天]")


def _range(text: str, today: dt.date) -> Period | None:
    """Read range = [ 从 | 自 ] day [ 起 ] ( 至 | 到 | - ) day [ 止 ].

    The later day takes year and month of the earlier.
    """
    for joint in _JOINTS.finditer(text):
        left, right = text[: joint.start()].removesuffix("起"), text[joint.end() :]
        if re.fullmatch(NUMBER, left.split("年")[-1]) and (unit := re.search(r"月份?$", right)):
            left += unit[0]
        if (week := _WEEK_OF.match(left)) is not None and _BARE_WEEKDAY.fullmatch(right):
            right = week[0] + right[-1]
        first, last = _one(left, today), _one(right, today)
        if first is not None and last is not None and first.first is not None:
            return _joined(first, last, right)
    return None


def _joined(first: Period, last: Period, right: str) -> Period | None:
    """Complete the later side of a range from the earlier one."""
    assert first.first is not None
    assert last.last is not None
    start, end = first.first, last.last
    if last.kind == "day" and not last.has_month and re.fullmatch(rf"{NUMBER}[日号]?", right):
        day = date_of(start.year, start.month, whole_number(right.rstrip("日号")))
        end = day or end
    elif not last.has_year and last.has_month:
        end = _after(end, start)
    if last.kind == "month" and not last.has_year:
        end = month_of(date_of(start.year + (end.month < start.month), end.month, 1) or end).last or end
    return Period(start, end, "range") if start <= end else None


def _after(end: dt.date, start: dt.date) -> dt.date:
    """Return the first such day of a year that does not lie before the start."""
    day = date_of(start.year, end.month, end.day) or end
    return day if day >= start else date_of(start.year + 1, end.month, end.day) or end


@lru_cache(maxsize=8192)
def read_period(text: str, today: dt.date) -> Period | None:
    """Read period = range | day | ( 从 | 自 ) day ( 起 | 开始 ) | day ( 或之前 | 及以前 )"""
    text = text.strip()
    since = re.fullmatch(r"(?:从|自)(.+?)(?:起|开始)", text)
    if since is not None and (found := _one(since[1], today)):
        return Period(found.first, None, "since")
    until = re.fullmatch(r"(.+?)(?:或之前|及以前)", text)
    if until is not None and (found := _one(until[1], today)):
        return Period(None, found.last, "until")
    bare = re.sub(r"^[从自]|止$", "", text)
    bare = re.sub(r"[,，]\s*(?:周|星期|礼拜)[一二三四五六日天]$", "", bare)
    return _one(bare, today) or _range(bare, today)
