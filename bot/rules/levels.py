"""Lag levels 蓝/黄/红: at which a unit is, when it leaves one, and whom to tell when.

The unit's own measure decides with hysteresis (`base`); what is in review may lower what is shown (`level`). A step is
pure: yesterday's state and today's measurement in, today's state and what to announce out.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from bot.clock import local, local_day
from bot.rules.pace import Pacing, Position
from config.campaign import Campaign, Level, Target

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


class Announcement(Struct, frozen=True, kw_only=True, gc=False):
    """Something to be said about a unit's level, not before `at`."""

    occasion: Occasion
    audience: Audience
    level: str
    at: dt.datetime


class LevelState(Struct, frozen=True, kw_only=True, gc=False):
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


AT_NO_LEVEL = LevelState()
"""A unit never evaluated, or at no level and told of none."""


class Holds(Struct, frozen=True, kw_only=True, gc=False):
    """What keeps a warning back today: a missing report, a 静默 or a 计划 that still runs."""

    is_overdue: bool = False
    held_until: dt.date | None = None
    """The last day of a silence or the promised day, itself included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """Where a level begins, and where it is held: until `leave_by_points` better, and days in the same measure."""

    key: str
    share: Fraction
    days: Fraction
    held_share: Fraction
    held_days: Fraction

    @classmethod
    def of(cls, level: Level, *, leave_by_points: Decimal, straight_days: int | None) -> "_Bound":
        """On a straight schedule days behind are a share behind, and whichever is less decides."""
        points, days = Fraction(level.points), Fraction(level.days)
        held = max(Fraction(0), points - Fraction(leave_by_points))
        held_days = days * held / points if points else Fraction(0)
        share, held_share = points / 100, held / 100
        if straight_days:
            share, held_share = min(share, days / straight_days), min(held_share, held_days / straight_days)
        return cls(key=level.key, share=share, days=days, held_share=held_share, held_days=held_days)

    def is_reached(self, lag: Fraction, days: Fraction | None) -> bool:
        """Whether the level begins; `days` is None where the share says it all."""
        return lag >= self.share or (days is not None and days >= self.days)

    def is_held(self, lag: Fraction, days: Fraction | None) -> bool:
        """Whether a unit that was at the level stays there."""
        return lag > self.held_share or (days is not None and days > self.held_days)


class LevelRules:
    """A campaign's levels, applied to a unit's position."""

    def __init__(self, campaign: Campaign, pacing: Pacing) -> None:
        self.campaign = campaign
        self.pacing = pacing
        self._levels = campaign.thresholds.levels
        self._bounds = [
            _Bound.of(level, leave_by_points=campaign.thresholds.leave_by_points, straight_days=pacing.straight_days)
            for level in reversed(self._levels)
        ]
        self._rank: dict[str | None, int] = {None: -1}
        self._rank.update((level.key, rank) for rank, level in enumerate(self._levels))

    def base_level(self, position: Position, previous: str | None) -> str | None:
        """Return the level by the unit's own figures: the highest reached, or held until clearly left."""
        gap = position.gap
        if gap is None or self._is_too_early(position) or _is_small(gap, position.target):
            return None
        lag, days = -gap, None if self.pacing.straight_days else position.days_behind
        for bound in self._bounds:
            was_there = self._rank[bound.key] <= self._rank[previous]
            if bound.is_reached(lag, days) or (was_there and bound.is_held(lag, days)):
                return bound.key
        return None

    def is_relieved(self, position: Position) -> bool:
        """Whether counted and in review together reach the schedule."""
        reached = position.with_review if self.pacing.is_higher_better else None
        return reached is not None and reached >= position.pace

    def step(
        self, state: LevelState, position: Position, *, holds: Holds, now: dt.datetime
    ) -> tuple[LevelState, tuple[Announcement, ...]]:
        """Evaluate a unit once more: return what to remember and what to announce."""
        if holds.is_overdue:
            return replace(state, is_suppressed=True), ()
        base = self.base_level(position, state.base)
        if base is None:
            return AT_NO_LEVEL, _released(state, now)
        relieved = self.is_relieved(position)
        state = replace(state, base=base, level=self._one_lower(base) if relieved else base, is_suppressed=False)
        if holds.held_until is not None and local_day(now) <= holds.held_until:
            return state, ()
        return self._told_reviewer(state, now) if relieved else self._told_unit(state, now)

    def _is_too_early(self, position: Position) -> bool:
        return self.pacing.day_number(position.day) <= self.campaign.thresholds.no_levels_in_first_days

    def _one_lower(self, level: str | None) -> str | None:
        rank = self._rank[level]
        return self._levels[rank - 1].key if rank > 0 else None

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


def _released(state: LevelState, now: dt.datetime) -> tuple[Announcement, ...]:
    if state.told is None:
        return ()
    return (Announcement(occasion=Occasion.RELEASED, audience=Audience.UNIT, level=state.told, at=now),)


def _is_small(gap: Fraction, target: Target) -> bool:
    """Whether less than one average parcel is missing to the schedule: one part in `count` of the target."""
    return bool(target.count) and -gap.numerator * (target.count or 0) < gap.denominator
