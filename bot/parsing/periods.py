"""Periods, and the arithmetic of days and months that their forms need."""

import calendar
import datetime as dt

from msgspec import Struct

from bot.parsing.numerals import read_number

DAY = dt.timedelta(days=1)
YEARS_BACK = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上一年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "这一年": 0,
    "明年": 1,
    "后年": 2,
}


class Period(Struct, frozen=True):
    """The days from `first` to `last`; an open side is None. `at` is a minute of the day, where one was said."""

    first: dt.date | None
    last: dt.date | None
    kind: str = "day"
    at: dt.time | None = None
    has_year: bool = False
    has_month: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last


def whole_number(text: str) -> int:
    """Return the number that digits or numerals say; 0 if they say none."""
    value = read_number(text)
    return 0 if value is None else int(value)


def date_of(year: int, month: int, day: int) -> dt.date | None:
    """Return the day, or nothing if the calendar has none such."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_of(day: dt.date) -> Period:
    """Return the whole month that a day lies in."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=1), day.replace(day=last), "month")


def months_on(day: dt.date, months: int) -> dt.date:
    """Return the same day some months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def year_of(text: str, today: dt.date) -> int:
    """Read 2023, 23, 二零二三, 零八 or 去年."""
    if text in YEARS_BACK:
        return today.year + YEARS_BACK[text]
    digits = "".join(c if c.isdigit() else str("零一二三四五六七八九".find(c.replace("〇", "零"))) for c in text)
    return int(digits) + (2000 if len(digits) == 2 else 0)


def latest_day(today: dt.date, month: int, day: int) -> dt.date | None:
    """Return the latest such day that is not after today."""
    for year in range(today.year, today.year - 5, -1):
        found = date_of(year, month, day)
        if found is not None and found <= today:
            return found
    return None
