"""The day's duty to report: on which days it is due, which day a message meets, and what state a unit is in."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from bot.clock import SHANGHAI, local
from bot.rules.workdays import ONE_DAY, WorkingDays
from config.campaign import Campaign

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FRIDAY = 4


class ReportState(StrEnum):
    """How a unit's report of a day stands, in the words that people see."""

    NOT_DUE = "未到期"
    AWAITED = "待报"
    IN_GRACE = "宽限"
    OVERDUE = "逾期"
    REPORTED = "已报"
    HELD = "待核"
    LATE = "补报"
    NIL = "零报告"
    EXEMPT = "免报"

    @property
    def is_received(self) -> bool:
        """Whether something of the unit came in, be it nothing new, late, or held by a question."""
        return self in _RECEIVED

    @property
    def is_missing(self) -> bool:
        """Whether the unit still owes the day's report."""
        return self in _MISSING


_RECEIVED = {ReportState.REPORTED, ReportState.HELD, ReportState.LATE, ReportState.NIL}
_NOT_OWED = {ReportState.EXEMPT, ReportState.NOT_DUE}
_MISSING = {ReportState.AWAITED, ReportState.IN_GRACE, ReportState.OVERDUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many reports were owed, came, said nothing new, and are held by a question."""

    due: int
    received: int
    nil: int
    held: int


def tally(states: Iterable[ReportState]) -> Tally:
    """Count the units that owe a report by what became of it."""
    owed = [s for s in states if s not in _NOT_OWED]
    return Tally(
        due=len(owed),
        received=sum(s.is_received for s in owed),
        nil=owed.count(ReportState.NIL),
        held=owed.count(ReportState.HELD),
    )


class Received(Struct, frozen=True, kw_only=True, gc=False):
    """What came in of a unit for a day: when the first record that counts was sent, whether nil is all it said.

    `is_held` says that a question about it is open; alone, without a record, it makes the day 待核.
    """

    first_at: dt.datetime | None = None
    nil_only: bool = False
    is_held: bool = False
    is_exempt: bool = False


class Duty:
    """A campaign's reporting duty."""

    def __init__(self, campaign: Campaign, working_days: WorkingDays) -> None:
        self.campaign = campaign
        self.working_days = working_days
        weekdays = [s.weekday for s in campaign.schedules if s.push == "reminder" and s.weekday]
        self._weekday = WEEKDAYS.index(weekdays[0]) if weekdays else FRIDAY

    def is_due(self, day: dt.date) -> bool:
        """Whether a report is owed for a day.

        Daily on working days; weekly on the weekday of the reminder (else Friday), or the last working day of the
        week before it; on change never.
        """
        if not self.campaign.start <= day <= self.campaign.end or not self.working_days.is_working(day):
            return False
        if self.campaign.cadence == "weekly":
            return day == self._weekly_day(day)
        return self.campaign.cadence == "daily"

    def deadline(self, day: dt.date) -> dt.datetime:
        """Return the moment a day's report is due."""
        return local(day, self.campaign.deadlines.deadline)

    def grace_ends(self, day: dt.date) -> dt.datetime:
        """Return the last moment at which a day's report is still on time."""
        return local(day, self.campaign.deadlines.grace)

    def day_of(self, sent_at: dt.datetime) -> dt.date:
        """Return the day whose duty a message sent at that moment meets: before the day boundary, the day before."""
        here = sent_at.astimezone(SHANGHAI)
        return here.date() - ONE_DAY if here.time() < self.campaign.deadlines.day_boundary else here.date()

    def days_met(self, sent_at: dt.datetime, *, dated: Iterable[dt.date], has_problem: bool) -> frozenset[dt.date]:
        """Return the days that count as reported by a message: those its records are dated, and that of a problem.

        Records of the calendar day sent before the day boundary also meet the day before. Of a weekly duty, any day
        of the week meets the day it falls on.
        """
        met = set(dated)
        if has_problem or sent_at.astimezone(SHANGHAI).date() in met:
            met.add(self.day_of(sent_at))
        if self.campaign.cadence == "weekly":
            met = {self._weekly_day(day) or day for day in met}
        return frozenset(met)

    def state(self, day: dt.date, received: Received, at: dt.datetime) -> ReportState:
        """Return how a unit's report of a day stands at a moment."""
        if received.is_exempt:
            return ReportState.EXEMPT
        if received.first_at is not None:
            return self._state_received(day, received, received.first_at)
        if received.is_held:
            return ReportState.HELD
        if not self.is_due(day) or at < local(day, dt.time.min):
            return ReportState.NOT_DUE
        if at <= self.deadline(day):
            return ReportState.AWAITED
        return ReportState.IN_GRACE if at <= self.grace_ends(day) else ReportState.OVERDUE

    def missing_in_a_row(
        self, day: dt.date, *, received: Collection[dt.date], exempt: Collection[dt.date] = (), since: dt.date
    ) -> int:
        """Count the due days up to `day`, itself included, without a report; exempt days are passed over.

        It looks back no further than `since`, the first day of the duty.
        """
        missing = 0
        while day >= max(since, self.campaign.start) and day not in received:
            missing += self.is_due(day) and day not in exempt
            day -= ONE_DAY
        return missing

    def _state_received(self, day: dt.date, received: Received, first_at: dt.datetime) -> ReportState:
        if first_at > self.grace_ends(day) and self.is_due(day):
            return ReportState.LATE
        return ReportState.NIL if received.nil_only else ReportState.REPORTED

    def _weekly_day(self, day: dt.date) -> dt.date | None:
        monday = day - day.weekday() * ONE_DAY
        days = self.working_days.between(monday, monday + self._weekday * ONE_DAY)
        return days[-1] if days else None
