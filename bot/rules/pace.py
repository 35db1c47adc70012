"""Where a unit stands against the schedule: progress, pace, gap, forecast, and what is needed per working day.

Shares are exact fractions of 1; only `figures` rounds them. A positive gap is good, whatever the campaign's direction.
"""

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.rules.workdays import ONE_DAY, WorkingDays
from config.campaign import Campaign, Target
from storage.records import Figures


class Pacing:
    """The schedule of a campaign: which share of the target is due when a day ends."""

    def __init__(self, campaign: Campaign, working_days: WorkingDays) -> None:
        self.campaign = campaign
        self.working_days = working_days
        days = [campaign.start + n * ONE_DAY for n in range(campaign.days)]
        self._worked = [0]
        for day in days:
            self._worked.append(self._worked[-1] + working_days.is_working(day))
        self._curve = self._milestones() if campaign.pace.mode == "milestones" else None
        self._shares = [self._share_at(n) for n in range(campaign.days + 1)]

    def day_number(self, day: dt.date) -> int:
        """Return which day of the campaign it is: 1 on the first, 0 before, never beyond the last."""
        return min(max((day - self.campaign.start).days + 1, 0), self.campaign.days)

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
        return Fraction(n, self.campaign.days)

    def _elapsed(self, day: dt.date) -> Fraction:
        n = self.day_number(day)
        return Fraction(self._worked[n] if self.campaign.pace.mode == "working" else n)

    def _elapsed_at(self, progress: Fraction) -> Fraction:
        """Return after how many days of the schedule that much was due."""
        if self._curve is not None:
            back = [(share, n) for n, share in self._curve]
            return _interpolate(back, min(progress, Fraction(1)))
        return progress * (self._worked[-1] if self.campaign.pace.mode == "working" else self.campaign.days)

    def _milestones(self) -> list[tuple[Fraction, Fraction]]:
        """Return the curve's corners (days gone, share due), from nothing before the first day to all at the end."""
        corners = {Fraction(0): Fraction(0), Fraction(self.campaign.days): Fraction(1)}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a unit (or the whole) stands on a track at the end of a day, against its target and the schedule."""

    region: str
    track: str
    day: dt.date
    counted: Figures
    """The counting stage's standing (批复)."""
    next_best: Figures
    """The next best stage's (上报)."""
    in_review: Figures
    """Next best less counted, never below zero (在审)."""
    target: Target
    pace: Fraction
    by_area: bool
    """Whether progress is measured by area; by count where the target, or the unit, gives no area."""
    progress: Fraction | None
    """The share of the target reached; None where there is no task."""
    with_review: Fraction | None
    """The share that would be reached if all in review were counted."""
    gap: Fraction | None
    """Progress less pace; the other way round where less is better."""
    days_behind: Fraction | None
    needed_per_day: Fraction | None
    """What each working day left must bring (mu, or parcels when not by area); None on the last day."""
    rate: Fraction | None
    """What each of the last working days brought; None where it is not known."""
    forecast: Fraction | None
    """What the end will see at that rate (mu, or parcels)."""

    @property
    def has_task(self) -> bool:
        """Whether there is a target to measure by."""
        return self.progress is not None

    @property
    def target_amount(self) -> Fraction:
        """The target in the measure that progress goes by."""
        return _whole(self.target, by_area=self.by_area)

    @property
    def shortage(self) -> Fraction:
        """How much is missing to the schedule (mu, or parcels); 0 when it is met."""
        return Fraction(0) if self.gap is None else max(Fraction(0), -self.gap * self.target_amount)

    @property
    def average_parcel(self) -> Fraction | None:
        """The target's average parcel in the same measure; None where it gives no count."""
        if not self.by_area:
            return Fraction(1)
        return average_parcel_mu(self.target)


def average_parcel_mu(target: Target) -> Fraction | None:
    """Return the target's average parcel in mu, where it gives both figures."""
    if not target.count or not target.area_mu:
        return None
    return Fraction(target.area_mu) / target.count


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
    """Measure a standing against target and schedule.

    `earlier` is what the counting stage stood at on the first day of `Pacing.rate_window`; without it, rate and
    forecast are unknown.
    """
    by_area = _is_by_area(counted, target)
    whole = _whole(target, by_area=by_area)
    done = _amount(counted, by_area=by_area)
    best = max(done, _amount(next_best, by_area=by_area))
    due = pacing.share(day)
    progress = done / whole if whole else None
    sign = 1 if pacing.campaign.direction == "higher" else -1
    left = pacing.working_days_left(day)
    rate = _rate(done, earlier, by_area=by_area, days=pacing.rate_window(day)[1])
    return Position(
        region=region,
        track=track,
        day=day,
        counted=counted,
        next_best=next_best,
        in_review=in_review(counted, next_best),
        target=target,
        pace=due,
        by_area=by_area,
        progress=progress,
        with_review=best / whole if whole else None,
        gap=None if progress is None else sign * (progress - due),
        days_behind=None if progress is None else sign * pacing.days_behind(day, progress),
        needed_per_day=max(Fraction(0), whole - done) / left if whole and left else None,
        rate=rate,
        forecast=None if rate is None else done + rate * left,
    )


def progress_of(counted: Figures, target: Target) -> Fraction | None:
    """Return the share of the target reached; None where there is no task."""
    by_area = _is_by_area(counted, target)
    whole = _whole(target, by_area=by_area)
    return _amount(counted, by_area=by_area) / whole if whole else None


def _whole(target: Target, *, by_area: bool) -> Fraction:
    return Fraction((target.area_mu if by_area else target.count) or 0)


def _is_by_area(counted: Figures, target: Target) -> bool:
    if not target.area_mu:
        return not target.count
    return counted.area_mu is not None or counted.count is None or not target.count


def _amount(figures: Figures, *, by_area: bool) -> Fraction:
    return Fraction((figures.area_mu if by_area else figures.count) or 0)


def _rate(done: Fraction, earlier: Figures | None, *, by_area: bool, days: int) -> Fraction | None:
    if earlier is None or not days or (earlier.area_mu if by_area else earlier.count) is None:
        return None
    return (done - _amount(earlier, by_area=by_area)) / days
