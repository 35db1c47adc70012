"""Days, periods and lengths of time as people say them in orders, on the side of the future: 11月24日 · 下周五 · 3天.

The parser reads what has happened; here people say what is to come, so a weekday is the next such, not the last.
"""

import calendar
import datetime as dt
import re

from bot.parsing.numerals import read_number

ONE_DAY = dt.timedelta(days=1)
LONGEST = 366
"""Days that a period may last."""
LONGEST_INTO_NEXT_MONTH = 20
"""12月30日至2日 goes on into January; 11月22日至20日 is a slip."""
_WEEKDAYS = "一二三四五六日"
_RELATIVE = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "昨天": -1, "昨日": -1}
_COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_JOINT = r"\s*(?:至|到|-|—|–|~|～)+\s*"
_DAY = (
    r"(?:(?:\d{4}[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?|\d{1,2}[日号]|大后天|今天|今日|明天|明日|后天|昨天|昨日"
    r"|(?:本|这|下{1,2})?(?:周|星期|礼拜)[一二三四五六日天]|(?:本|这个|下个)?月[底末]|年底)"
)
_PERIODS = (
    rf"{_DAY}{_JOINT}{_DAY}|{_DAY}起?{_COUNT}天|(?:至|到|截至|截止)\s*{_DAY}|{_COUNT}个?(?:工作日|天|日|周|星期|礼拜)"
    rf"|半天|(?:本|这|下)(?:周|星期)(?![一二三四五六日天])|{_DAY}"
)
WHEN = re.compile(rf"(?:{_PERIODS})(?:为止|止|之?前|以前)?(?![\d.]|个?[宗亩件])")
"""What looks like a day, a period or a length; a number of parcels or mu is none."""

Period = tuple[dt.date, dt.date]


def read(words: str, today: dt.date) -> Period | None:
    """Return the first and the last day that words mean; None where they mean none, or too long a time."""
    said = re.sub(r"(?:为止|止|之?前|以前)$", "", words.strip())
    found = _span(said, today) or _until(said, today) or _length(said, today) or _week(said, today)
    if found is None and (day := read_day(said, today)) is not None:
        found = (day, day)
    if found is None or not dt.timedelta() <= found[1] - found[0] < LONGEST * ONE_DAY:
        return None
    return found


_HOURS = re.compile(
    r"(?:(?P<many>\d{1,2}(?:\.\d)?|[一二两三四五六七八九十]{1,3})个?(?P<half>半)?|(?P<only>半)个?)(?:小时|钟头|[hH])"
)


def take_hours(words: str, now: dt.datetime) -> tuple[dt.datetime | None, str]:
    """Take hours from either end of words (4小时 · 1.5小时 · 两个半小时 · 半小时): until when, and the rest."""
    said = words.strip()
    found = next((m for m in _HOURS.finditer(said) if m.start() == 0 or m.end() == len(said)), None)
    if found is None:
        return None, words
    many = found["many"] or "0"
    hours = float(many) if many[0].isdigit() else float(read_number(many.replace("两", "二")) or 0)
    hours += 0.5 if found["half"] or found["only"] else 0
    rest = (said[: found.start()] + said[found.end() :]).strip()
    return (now + dt.timedelta(hours=hours), rest) if hours else (None, words)


def read_day(said: str, today: dt.date) -> dt.date | None:
    """Return the day that words mean, or None."""
    said = said.strip()
    if said in _RELATIVE:
        return today + _RELATIVE[said] * ONE_DAY
    if found := re.fullmatch(r"(本|这|下{1,2})?(?:周|星期|礼拜)([一二三四五六日天])", said):
        return _weekday(found[1] or "", found[2], today)
    if found := re.fullmatch(r"(本|这个|下个)?(月|年)[底末]", said):
        months = 12 - today.month if found[2] == "年" else int(found[1] == "下个")
        return _month_end(today, months)
    if found := re.fullmatch(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?", said):
        return _date(found[1], int(found[2]), int(found[3]), today)
    if found := re.fullmatch(r"(\d{1,2})[日号]", said):
        return _day_of_month(int(found[1]), today)
    return None


def _span(said: str, today: dt.date) -> Period | None:
    """11月20日至22日 · 明天到周五 · 11月20日起3天"""
    if found := re.fullmatch(rf"({_DAY}){_JOINT}({_DAY})", said):
        first = read_day(found[1], today)
        last = first and read_day(found[2], first)
        if first and last and found[2].strip()[:-1].isdigit() and (last - first).days > LONGEST_INTO_NEXT_MONTH:
            return None
        return (first, last) if first and last else None
    if found := re.fullmatch(rf"({_DAY})起?({_COUNT})天", said):
        first, many = read_day(found[1], today), read_number(found[2])
        return (first, first + (int(many) - 1) * ONE_DAY) if first and many else None
    return None


def _until(said: str, today: dt.date) -> Period | None:
    """至11月20日"""
    found = re.fullmatch(rf"(?:至|到|截至|截止)\s*({_DAY})", said)
    last = read_day(found[1], today) if found else None
    return (today, last) if last else None


def _length(said: str, today: dt.date) -> Period | None:
    """3天 · 一周 · 半天: from today on, itself included"""
    if said == "半天":
        return today, today
    found = re.fullmatch(rf"({_COUNT})个?(工作日|天|日|周|星期|礼拜)", said)
    many = read_number(found[1].replace("两", "二")) if found else None
    if found is None or not many or many > LONGEST:
        return None
    if found[2] == "日":
        return None
    days = int(many) * (7 if found[2] in {"周", "星期", "礼拜"} else 1)
    if found[2] == "工作日":
        days = days + 2 * ((today.weekday() + days - 1) // 5)
    return today, today + (days - 1) * ONE_DAY


def _week(said: str, today: dt.date) -> Period | None:
    """本周 · 下周"""
    found = re.fullmatch(r"(本|这|下)(?:周|星期)", said)
    if found is None:
        return None
    monday = today - today.weekday() * ONE_DAY + (7 * ONE_DAY if found[1] == "下" else dt.timedelta())
    return max(monday, today), monday + 6 * ONE_DAY


def _weekday(which: str, name: str, today: dt.date) -> dt.date:
    index = _WEEKDAYS.index("日" if name == "天" else name)
    monday = today - today.weekday() * ONE_DAY
    day = monday + index * ONE_DAY + which.count("下") * 7 * ONE_DAY
    return day + 7 * ONE_DAY if not which and day < today else day


def _month_end(today: dt.date, months: int) -> dt.date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _date(year: str | None, month: int, day: int, today: dt.date) -> dt.date | None:
    """Return a date; without a year, the one of this year unless it lies more than half a year back."""
    try:
        found = dt.date(int(year) if year else today.year, month, day)
        if not year and (today - found).days > LONGEST // 2:
            return found.replace(year=today.year + 1)
    except ValueError:
        return None
    return found


def _day_of_month(day: int, today: dt.date) -> dt.date | None:
    """Return the next day of that number, today included."""
    for months in range(3):
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        if 1 <= day <= calendar.monthrange(year, month + 1)[1]:
            found = dt.date(year, month + 1, day)
            if found >= today:
                return found
    return None
