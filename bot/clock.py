"""The one look at the wall clock, and clocks that are moved by hand."""

import datetime as dt
import time
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Whoever knows what time it is."""

    def now(self) -> dt.datetime:
        """Return the moment, aware, in Asia/Shanghai."""
        ...


class SystemClock:
    """The wall clock, shifted to start at another moment when one is given (for trials)."""

    def __init__(self, *, starts_at: dt.datetime | None = None) -> None:
        self.shift = dt.timedelta() if starts_at is None else starts_at - _wall()

    def now(self) -> dt.datetime:
        """Return the moment in Asia/Shanghai."""
        return _wall() + self.shift

    def move_to(self, moment: dt.datetime) -> None:
        """Move the clock on to a moment, from where it runs on; a moment gone by leaves it."""
        self.shift += max(moment - self.now(), dt.timedelta())


class ManualClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, starts_at: dt.datetime) -> None:
        self._now = starts_at.astimezone(SHANGHAI)

    def now(self) -> dt.datetime:
        """Return the moment in Asia/Shanghai."""
        return self._now

    def move_to(self, moment: dt.datetime) -> None:
        """Move the clock on to a moment; a moment gone by leaves it."""
        self._now = max(self._now, moment.astimezone(SHANGHAI))

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock on by a span."""
        self._now += dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _wall() -> dt.datetime:
    return dt.datetime.fromtimestamp(time.time(), tz=SHANGHAI)  # noqa: TID251 the one place that asks


def local_day(moment: dt.datetime) -> dt.date:
    """Return the day in Asia/Shanghai that a moment lies in."""
    return moment.astimezone(SHANGHAI).date()


def local(day: dt.date, at: dt.time) -> dt.datetime:
    """Return the moment of a day and a time of day in Asia/Shanghai."""
    return dt.datetime.combine(day, at, tzinfo=SHANGHAI)
