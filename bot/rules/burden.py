"""How much is said to people unasked, and when: quiet hours, holidays, and so many messages a person a day.

A reply is never held, and neither is what an admin is told of the work of the bot itself. Red ignores the number,
not the hours: nobody acts on it at night. What may not be said now is said on the next working morning.
"""

import datetime as dt

from bot.clock import SHANGHAI, local, local_day
from bot.document import PostKind
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign

UNPROMPTED = frozenset(
    {
        PostKind.REMINDER,
        PostKind.MISSING,
        PostKind.DAILY,
        PostKind.WARNING,
        PostKind.WEEKLY,
        PostKind.SUMMARY,
        PostKind.PROBLEM,
        PostKind.ALERT,
    }
)
"""Kinds that nobody asked for: they are counted."""


class Burden:
    """A campaign's limits on what is said unasked."""

    def __init__(self, campaign: Campaign, working_days: WorkingDays) -> None:
        self._quiet = campaign.quiet
        self._most = campaign.thresholds.messages_per_person_and_day
        self._working_days = working_days

    def when(
        self, at: dt.datetime, *, said_today: int = 0, is_red: bool = False, holidays_too: bool = False
    ) -> dt.datetime:
        """Return when something due at a moment may be said to somebody to whom so much was said that day.

        `holidays_too` is for what the campaign itself puts on a day that may be none of work, like a month's end.
        """
        if said_today >= self._most and not is_red:
            return self._next_morning(local_day(at) + dt.timedelta(days=1))
        if not holidays_too and not self._working_days.is_working(local_day(at)):
            return self._next_morning(local_day(at))
        return self._after_quiet(at, holidays_too=holidays_too)

    def is_quiet(self, at: dt.datetime) -> bool:
        """Whether nobody is addressed unasked at a moment."""
        time, start, end = at.astimezone(SHANGHAI).time(), self._quiet.start, self._quiet.end
        return start <= time < end if start <= end else time >= start or time < end

    def _after_quiet(self, at: dt.datetime, *, holidays_too: bool) -> dt.datetime:
        if not self.is_quiet(at):
            return at
        day = local_day(at)
        if at >= local(day, self._quiet.end):
            day += dt.timedelta(days=1)
        return local(day, self._quiet.end) if holidays_too else self._next_morning(day)

    def _next_morning(self, day: dt.date) -> dt.datetime:
        """Return when the quiet hours of the first working day from this one on are over."""
        while not self._working_days.is_working(day):
            day += dt.timedelta(days=1)
        return local(day, self._quiet.end)
