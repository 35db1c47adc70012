"""When each schedule is due: pure over APScheduler's CronTrigger, so that every clock runs the same code."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from apscheduler.triggers.cron import CronTrigger

from bot.clock import SHANGHAI, local, local_day
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One moment at which a schedule is due."""

    schedule: Schedule
    due_at: dt.datetime

    @property
    def day(self) -> dt.date:
        """The day it is due on."""
        return local_day(self.due_at)

    def is_late(self, now: dt.datetime) -> bool:
        """Whether it is too late to catch up."""
        return now > self.due_at + dt.timedelta(minutes=self.schedule.catch_up_minutes)


class Timetable:
    """A campaign's schedules."""

    def __init__(self, campaign: Campaign, working_days: WorkingDays) -> None:
        self._campaign = campaign
        self._working_days = working_days

    def due(self, now: dt.datetime, *, since: Mapping[str, dt.datetime], first: dt.datetime) -> list[Occurrence]:
        """Return what came due up to `now`, oldest first.

        `since` gives the newest accounted-for moment of each schedule; a schedule without one begins at `first`.
        """
        begin, end = bisect_right(self._all, first, key=_due_at), bisect_right(self._all, now, key=_due_at)
        return [o for o in self._all[begin:end] if o.due_at > since.get(o.schedule.key, first)]

    def next_after(self, moment: dt.datetime) -> dt.datetime | None:
        """Return the next moment at which anything is due, or None when the campaign is over."""
        place = bisect_right(self._all, moment, key=_due_at)
        return self._all[place].due_at if place < len(self._all) else None

    @cached_property
    def _all(self) -> tuple[Occurrence, ...]:
        """Every occurrence of the campaign, oldest first: asked for every few seconds, so worked out once."""
        found = [o for schedule in self._campaign.schedules for o in self._of(schedule)]
        return tuple(sorted(found, key=_due_at))

    def _of(self, schedule: Schedule) -> Iterator[Occurrence]:
        trigger = self._trigger(schedule)
        moment = trigger.get_next_fire_time(None, local(self._campaign.start, dt.time.min))
        while moment is not None:
            if self._is_due_on(schedule, moment.date()):
                yield Occurrence(schedule=schedule, due_at=moment)
            moment = trigger.get_next_fire_time(moment, moment + dt.timedelta(microseconds=1))

    def _is_due_on(self, schedule: Schedule, day: dt.date) -> bool:
        last = self._campaign.end
        if schedule.days == "working":
            return self._working_days.is_working(day)
        if schedule.days == "month_end":
            return (day + dt.timedelta(days=1)).day == 1 and day != last
        return schedule.days == "all" or day == last

    def _trigger(self, schedule: Schedule) -> CronTrigger:
        return CronTrigger(
            hour=schedule.at.hour,
            minute=schedule.at.minute,
            second=schedule.at.second,
            day_of_week=schedule.weekday,
            start_date=local(self._campaign.start, dt.time.min),
            end_date=local(self._campaign.end, dt.time.max),
            timezone=SHANGHAI,
        )


def _due_at(occurrence: Occurrence) -> dt.datetime:
    return occurrence.due_at
