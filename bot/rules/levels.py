"""Lag levels 蓝/黄/红: at which a unit is, when it leaves one, and whom to tell when.

The unit's own measure decides with hysteresis (`base`); what is in review may lower what is shown (`level`). A step is
pure: yesterday's state and today's measurement in, today's state and what to announce out.
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bot.clock import local, local_day
from bot.rules.pace import Pacing, Position
from config.campaign import Campaign, Level

QUIET_LEVEL = "blue"
"""Shown in the picture, never announced."""
LOUD_LEVEL = "red"
"""Goes out at once and again; the one below waits for the morning."""
MORNING = dt.time(9, 5)


class Audience(StrEnum):
    """Whom an announcement is for."""

    UNIT = "unit"
    REVIEWER = "reviewer"


class Occasion(StrEnum):
    """Why something is announced."""

    RAISED = "raised"
    AGAIN = "again"
    RELEASED = "released"
    IN_REVIEW = "in_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something to be said about a unit's level, not before `at`."""

    occasion: Occasion
    audience: Audience
    level: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelState:
    """What is remembered of a unit from one day's evaluation to the next; levels are keys of the campaign's."""

    base: str | None = None
    """Its level by its own figures."""
    level: str | None = None
    """Its level as shown: one lower where what is in review would reach the schedule."""
    is_suppressed: bool = False
    """Its report is overdue: no colour is shown until figures come again."""
    told: str | None = None
    """The highest level the unit was warned of and not released from."""
    told_at: dt.datetime | None = None
    review_told: str | None = None
    """The base level of which the reviewing division was told."""

    @property
    def colour(self) -> str | None:
        """The level to be shown today; None also where data is missing."""
        return None if self.is_suppressed else self.level


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """What keeps a warning back today: a missing report, a 静默 or a 计划 that still runs."""

    is_overdue: bool = False
    held_until: dt.date | None = None
    """The last day of a silence or the promised day, itself included."""


class LevelRules:
    """A campaign's levels, applied to a unit's position."""

    def __init__(self, campaign: Campaign, pacing: Pacing) -> None:
        self.campaign = campaign
        self.pacing = pacing
        self._levels = campaign.thresholds.levels
        self._rank: dict[str | None, int] = {None: -1}
        self._rank.update((level.key, rank) for rank, level in enumerate(self._levels))

    def base_level(self, position: Position, previous: str | None) -> str | None:
        """Return the level by the unit's own figures: the highest reached, or held until clearly left."""
        if position.gap is None or self._is_too_early_or_small(position):
            return None
        lag = -position.gap * 100
        days = position.days_behind or Fraction(0)
        for level in reversed(self._levels):
            if lag >= level.points or days >= level.days:
                return level.key
            if self._rank[level.key] <= self._rank[previous] and self._is_held(level, lag, days):
                return level.key
        return None

    def is_relieved(self, position: Position) -> bool:
        """Whether counted and in review together reach the schedule."""
        return (
            self.campaign.direction == "higher"
            and position.with_review is not None
            and position.with_review >= position.pace
        )

    def step(
        self, state: LevelState, position: Position, *, holds: Holds, now: dt.datetime
    ) -> tuple[LevelState, tuple[Announcement, ...]]:
        """Evaluate a unit once more: return what to remember and what to announce."""
        if holds.is_overdue:
            return replace(state, is_suppressed=True), ()
        base = self.base_level(position, state.base)
        relieved = base is not None and self.is_relieved(position)
        level = self._one_lower(base) if relieved else base
        state = replace(state, base=base, level=level, is_suppressed=False)
        if base is None:
            return self._released(state, now)
        if holds.held_until is not None and local_day(now) <= holds.held_until:
            return state, ()
        return self._told_reviewer(state, now) if relieved else self._told_unit(state, now)

    def _is_too_early_or_small(self, position: Position) -> bool:
        if self.pacing.day_number(position.day) <= self.campaign.thresholds.no_levels_in_first_days:
            return True
        parcel = position.average_parcel
        return parcel is not None and position.shortage < parcel

    def _is_held(self, level: Level, lag: Fraction, days: Fraction) -> bool:
        """Whether a unit stays at a level: until points are `leave_by_points` better, and days in the same measure."""
        leave_at = max(Decimal(0), level.points - self.campaign.thresholds.leave_by_points)
        leave_days = Fraction(level.days) * Fraction(leave_at) / Fraction(level.points) if level.points else Fraction(0)
        return lag > leave_at or days > leave_days

    def _one_lower(self, level: str | None) -> str | None:
        rank = self._rank[level]
        return self._levels[rank - 1].key if rank > 0 else None

    def _released(self, state: LevelState, now: dt.datetime) -> tuple[LevelState, tuple[Announcement, ...]]:
        announcements: tuple[Announcement, ...] = ()
        if state.told is not None:
            announcements = (
                Announcement(occasion=Occasion.RELEASED, audience=Audience.UNIT, level=state.told, at=now),
            )
        return replace(state, told=None, told_at=None, review_told=None), announcements

    def _told_reviewer(self, state: LevelState, now: dt.datetime) -> tuple[LevelState, tuple[Announcement, ...]]:
        """Tell the reviewing division instead of the unit, once for each base level that would be announced."""
        base = state.base
        if base is None or base == QUIET_LEVEL or self._rank[base] <= self._rank[state.review_told]:
            return state, ()
        notice = Announcement(
            occasion=Occasion.IN_REVIEW, audience=Audience.REVIEWER, level=base, at=self._when(base, now)
        )
        return replace(state, review_told=base), (notice,)

    def _told_unit(self, state: LevelState, now: dt.datetime) -> tuple[LevelState, tuple[Announcement, ...]]:
        level = state.level
        if level is None or level == QUIET_LEVEL:
            return state, ()
        if self._rank[level] > self._rank[state.told]:
            occasion = Occasion.RAISED
        elif level == LOUD_LEVEL and self._is_time_again(state, now):
            occasion = Occasion.AGAIN
        else:
            return state, ()
        at = self._when(level, now)
        return replace(state, told=level, told_at=at), (
            Announcement(occasion=occasion, audience=Audience.UNIT, level=level, at=at),
        )

    def _is_time_again(self, state: LevelState, now: dt.datetime) -> bool:
        if state.told_at is None:
            return True
        return (local_day(now) - local_day(state.told_at)).days >= self.campaign.thresholds.red_again_after_days

    def _when(self, level: str, now: dt.datetime) -> dt.datetime:
        if level == LOUD_LEVEL:
            return now
        return local(self.pacing.working_days.after(local_day(now)), MORNING)
