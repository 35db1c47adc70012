"""Working days by the Chinese calendar with 调休, and what a campaign adds to it or takes away."""

import datetime as dt
from functools import cache

import chinese_calendar

from config.campaign import Campaign

ONE_DAY = dt.timedelta(days=1)
FRIDAY = 4


class WorkingDays:
    """The working days of a campaign; years the calendar does not know have Monday to Friday."""

    def __init__(self, campaign: Campaign) -> None:
        self._holidays = frozenset(campaign.extra_holidays)
        self._working = frozenset(campaign.extra_working_days)

    def is_working(self, day: dt.date) -> bool:
        """Whether people are at work on a day."""
        if day in self._working:
            return True
        return day not in self._holidays and _is_working_by_law(day)

    def between(self, first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
        """Return the working days from one day to another, both included."""
        days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(day for day in days if self.is_working(day))

    def count(self, first: dt.date, last: dt.date) -> int:
        """Count the working days from one day to another, both included."""
        return len(self.between(first, last))

    def before(self, day: dt.date, n: int = 1) -> dt.date:
        """Return the nth working day before a day."""
        return self._step(day, n, -ONE_DAY)

    def after(self, day: dt.date, n: int = 1) -> dt.date:
        """Return the nth working day after a day."""
        return self._step(day, n, ONE_DAY)

    def _step(self, day: dt.date, n: int, step: dt.timedelta) -> dt.date:
        while n > 0:
            day += step
            n -= self.is_working(day)
        return day


@cache
def is_known(year: int) -> bool:
    """Whether the calendar has this year's holidays; `duban check` warns of the others."""
    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def _is_working_by_law(day: dt.date) -> bool:
    if not is_known(day.year):
        return day.weekday() <= FRIDAY
    return bool(chinese_calendar.is_workday(day))
