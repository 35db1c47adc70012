"""Where a unit stands against the schedule: progress, pace, gap, forecast, and what is needed per working day.

Shares are exact fractions of 1; only `figures` rounds them. A positive gap is good, whatever the campaign's direction.
"""

import datetime as dt
from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bot.rules.workdays import ONE_DAY, WorkingDays
from config.campaign import Campaign, Target
from storage.records import Figures

Amount = int | Decimal
"""Mu, or parcels."""


class Pacing:
    """The schedule of a campaign: which share of the target is due when a day ends."""

    def __init__(self, campaign: Campaign, working_days: WorkingDays) -> None:
        self.campaign = campaign
        self.working_days = working_days
        self.is_higher_better = campaign.direction == "higher"
        self._days = campaign.days
        days = [campaign.start + n * ONE_DAY for n in range(self._days)]
        self._worked = [0]
        for day in days:
            self._worked.append(self._worked[-1] + working_days.is_working(day))
        self._curve = self._milestones() if campaign.pace.mode == "milestones" else None
        self.straight_days = {"working": self._worked[-1], "milestones": None}.get(campaign.pace.mode, self._days)
        """How many days the schedule has, calendar or working, where each day is due as much as any other."""
        self._shares = [self._share_at(n) for n in range(self._days + 1)]

    def day_number(self, day: dt.date) -> int:
        """Return which day of the campaign it is: 1 on the first, 0 before, never beyond the last."""
        return min(max((day - self.campaign.start).days + 1, 0), self._days)

    def share(self, day: dt.date) -> Fraction:
        """Return the share due at the end of a day: 15/61 on the 15th of 61 days."""
        return self._shares[self.day_number(day)]

    def days_behind(self, day: dt.date, progress: Fraction) -> Fraction:
        """Return how many days of the schedule (calendar or working, as pace counts) progress lies behind it."""
        return self._elapsed(day) - self._elapsed_at(progress)

    def working_days_left(self, day: dt.date) -> int:
        """Count the working days after a day up to the campaign's end."""
        return self._worked[-1] - self._worked[self.day_number(day)]

    def rate_window(self, day: dt.date) -> tuple[dt.date, int]:
        """Return the day after which the last working days begin that the rate is taken over, and how many they are."""
        wanted = self.campaign.thresholds.rate_working_days
        worked = self._worked[self.day_number(day)]
        first = bisect_right(self._worked, worked - wanted) if worked > wanted else 1
        return self.campaign.start + (first - 2) * ONE_DAY, min(worked, wanted)

    def _share_at(self, n: int) -> Fraction:
        if self._curve is not None:
            return _interpolate(self._curve, Fraction(n))
        if self.campaign.pace.mode == "working" and self._worked[-1]:
            return Fraction(self._worked[n], self._worked[-1])
        return Fraction(n, self._days)

    def _elapsed(self, day: dt.date) -> Fraction:
        n = self.day_number(day)
        return Fraction(self._worked[n] if self.campaign.pace.mode == "working" else n)

    def _elapsed_at(self, progress: Fraction) -> Fraction:
        """Return after how many days of the schedule that much was due."""
        if self._curve is not None:
            back = [(share, n) for n, share in self._curve]
            return _interpolate(back, min(progress, Fraction(1)))
        return progress * (self.straight_days or 0)

    def _milestones(self) -> list[tuple[Fraction, Fraction]]:
        """Return the curve's corners (days gone, share due), from nothing before the first day to all at the end."""
        corners = {Fraction(0): Fraction(0), Fraction(self._days): Fraction(1)}
        for day, percent in self.campaign.pace.milestones.items():
            corners[Fraction(self.day_number(day))] = Fraction(percent) / 100
        return sorted(corners.items())


def _interpolate(corners: list[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    """Read a broken line at x; on a level stretch the latest corner counts."""
    place = bisect_right(corners, x, key=lambda corner: corner[0])
    if place == 0:
        return corners[0][1]
    if place == len(corners):
        return corners[-1][1]
    (x0, y0), (x1, y1) = corners[place - 1], corners[place]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


class Position(Struct, frozen=True, kw_only=True, gc=False):
    """Where a unit (or the whole) stands on a track at the end of a day, against its target and the schedule.

    It is made for every unit of a digest, so a figure is worked out when it is asked for.
    """

    region: str
    track: str
    day: dt.date
    counted: Figures
    """The counting stage's standing (批复)."""
    next_best: Figures
    """The next best stage's (上报)."""
    target: Target
    by_area: bool
    """Whether progress is measured by area; by count where the target, or the unit, gives no area."""
    pacing: Pacing
    earlier: Figures | None
    """What the counting stage stood at on the first day of `Pacing.rate_window`; None where it is not known."""

    @property
    def in_review(self) -> Figures:
        """Next best less counted, never below zero (在审)."""
        return in_review(self.counted, self.next_best)

    @property
    def pace(self) -> Fraction:
        """The share of the target that is due."""
        return self.pacing.share(self.day)

    @property
    def has_task(self) -> bool:
        """Whether there is a target to measure by."""
        return bool(_whole(self.target, by_area=self.by_area))

    @property
    def progress(self) -> Fraction | None:
        """The share of the target reached; None where there is no task."""
        return self._share(self._done)

    @property
    def with_review(self) -> Fraction | None:
        """The share that would be reached if all in review were counted."""
        return self._share(max(self._done, _amount(self.next_best, by_area=self.by_area)))

    @property
    def gap(self) -> Fraction | None:
        """Progress less pace; the other way round where less is better."""
        progress = self.progress
        if progress is None:
            return None
        return progress - self.pace if self.pacing.is_higher_better else self.pace - progress

    @property
    def days_behind(self) -> Fraction | None:
        """How many days of the schedule the unit is behind it."""
        progress = self.progress
        if progress is None:
            return None
        days = self.pacing.days_behind(self.day, progress)
        return days if self.pacing.is_higher_better else -days

    @property
    def needed_per_day(self) -> Fraction | None:
        """What each working day left must bring (mu, or parcels when not by area); None on the last day."""
        left = self.pacing.working_days_left(self.day)
        whole = _whole(self.target, by_area=self.by_area)
        return max(Fraction(0), Fraction(whole) - Fraction(self._done)) / left if whole and left else None

    @property
    def rate(self) -> Fraction | None:
        """What each of the last working days brought; None where it is not known."""
        days = self.pacing.rate_window(self.day)[1]
        earlier = None if self.earlier is None else self.earlier.area_mu if self.by_area else self.earlier.count
        return None if earlier is None or not days else (Fraction(self._done) - Fraction(earlier)) / days

    @property
    def forecast(self) -> Fraction | None:
        """What the end will see at that rate (mu, or parcels)."""
        rate = self.rate
        return None if rate is None else Fraction(self._done) + rate * self.pacing.working_days_left(self.day)

    @property
    def _done(self) -> Amount:
        return _amount(self.counted, by_area=self.by_area)

    def _share(self, amount: Amount) -> Fraction | None:
        return _ratio(amount, _whole(self.target, by_area=self.by_area))


def in_review(counted: Figures, next_best: Figures) -> Figures:
    """Return what is in the next best stage and not counted yet; None where either was never stated."""
    count = None if next_best.count is None else max(0, next_best.count - (counted.count or 0))
    area_mu = None if next_best.area_mu is None else max(Decimal(0), next_best.area_mu - (counted.area_mu or 0))
    return Figures(count=count, area_mu=area_mu)


def position(
    *,
    region: str,
    track: str,
    day: dt.date,
    counted: Figures,
    next_best: Figures,
    target: Target,
    pacing: Pacing,
    earlier: Figures | None = None,
) -> Position:
    """Measure a standing against target and schedule; without `earlier`, rate and forecast are unknown."""
    return Position(
        region=region,
        track=track,
        day=day,
        counted=counted,
        next_best=next_best,
        target=target,
        by_area=_is_by_area(counted, target),
        pacing=pacing,
        earlier=earlier,
    )


def progress_of(counted: Figures, target: Target) -> Fraction | None:
    """Return the share of the target reached; None where there is no task."""
    by_area = _is_by_area(counted, target)
    return _ratio(_amount(counted, by_area=by_area), _whole(target, by_area=by_area))


def _ratio(amount: Amount, whole: Amount) -> Fraction | None:
    """Divide exactly, with one fraction made; None by nothing."""
    if not whole:
        return None
    above, under = amount.as_integer_ratio()
    times, by = whole.as_integer_ratio()
    return Fraction(above * by, under * times)


def _whole(target: Target, *, by_area: bool) -> Amount:
    return (target.area_mu if by_area else target.count) or 0


def _is_by_area(counted: Figures, target: Target) -> bool:
    if not target.area_mu:
        return not target.count
    return counted.area_mu is not None or counted.count is None or not target.count


def _amount(figures: Figures, *, by_area: bool) -> Amount:
    return (figures.area_mu if by_area else figures.count) or 0
