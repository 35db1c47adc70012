"""A day as it is published: every unit's figures and state, and the whole they add up to."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bot.rules.duty import ReportState, Tally, tally
from bot.rules.pace import Pacing, Position, position
from config.campaign import Campaign, Target
from storage.records import Figures, LineKey

NOTHING = Figures()
Quantity = Callable[[Figures], int | Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemCounts:
    """How the problem ledger stands: open, new today, and overdue by division."""

    in_hand: int = 0
    new: int = 0
    overdue: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCorrection:
    """A unit's published standing of the counting stage that was found to be another."""

    region: str
    day: dt.date
    was: Figures
    now: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class LateProject:
    """A key project that has not reached a stage on its planned day."""

    region: str
    name: str
    stage: str
    planned: dt.date
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """All that a digest is made of; lines and regions that are missing were never stated."""

    campaign: Campaign
    day: dt.date
    cut_off: dt.datetime
    today: Mapping[LineKey, Figures]
    yesterday: Mapping[LineKey, Figures] = field(default_factory=dict)
    added: Mapping[LineKey, Figures] = field(default_factory=dict)
    """What the day's own increments say: today's gain of a line that was unknown yesterday."""
    earlier: Mapping[LineKey, Figures] = field(default_factory=dict)
    """The counting stage's standings on the first day of `Pacing.rate_window`."""
    states: Mapping[str, ReportState] = field(default_factory=dict)
    data_as_of: Mapping[str, dt.date] = field(default_factory=dict)
    missing_days: Mapping[str, int] = field(default_factory=dict)
    """Working days in a row without a report, today included."""
    levels: Mapping[str, str] = field(default_factory=dict)
    """The colours to be shown (`LevelState.colour`)."""
    problems: ProblemCounts = field(default_factory=ProblemCounts)
    corrections: tuple[PublishedCorrection, ...] = ()
    late_projects: tuple[LateProject, ...] = ()
    """The latest first."""
    has_picture: bool = True

    @property
    def reports(self) -> Tally:
        """How many units owed a report and were heard of."""
        return tally(self.states.values())

    def position(self, region: str, pacing: Pacing, track: str | None = None) -> Position:
        """Return where a unit stands on a track (the default one)."""
        track = track or self.campaign.default_track.key
        counting = self.campaign.counting_stage.key
        best = self.campaign.next_best_stage
        return position(
            region=region,
            track=track,
            day=self.day,
            counted=self.today.get((region, track, counting), NOTHING),
            next_best=self.today.get((region, track, best.key), NOTHING) if best else NOTHING,
            target=self.campaign.target(region, track),
            pacing=pacing,
            earlier=self.earlier.get((region, track, counting)),
        )

    def gained(self, region: str, track: str | None = None) -> Figures:
        """Return what the day brought on a line of the counting stage; for one unknown yesterday, what was said."""
        line = (region, track or self.campaign.default_track.key, self.campaign.counting_stage.key)
        now, said = self.today.get(line, NOTHING), self.added.get(line, NOTHING)
        if now is NOTHING:
            return said
        before = self.yesterday.get(line, NOTHING)
        count = said.count if now.count is None or before.count is None else now.count - before.count
        area_mu = said.area_mu if now.area_mu is None or before.area_mu is None else now.area_mu - before.area_mu
        return Figures(count=count, area_mu=area_mu)


def whole_target(campaign: Campaign) -> Target:
    """Return the target of the whole: the declared total where the order prints one, else the sum of the units'."""
    track = (campaign.total_track or campaign.default_track).key
    if track in campaign.totals.targets:
        return campaign.totals.targets[track]
    targets = [unit.targets[track] for unit in campaign.units if track in unit.targets]
    counts = [t.count for t in targets if t.count is not None]
    areas = [t.area_wanmu for t in targets if t.area_wanmu is not None]
    return Target(count=sum(counts) if counts else None, area_wanmu=sum(areas, Decimal(0)) if areas else None)


def whole_standing(lines: Mapping[LineKey, Figures], campaign: Campaign) -> Figures:
    """Return what all units together stand at in the counting stage, over all tracks.

    A unit stands at its total line or the sum of its other tracks, whichever is more: a total contains them.
    """
    return _standing_of(campaign.regions, lines, campaign)


def unit_standing(lines: Mapping[LineKey, Figures], region: str, campaign: Campaign) -> Figures:
    """Return what one unit stands at in the counting stage, over all tracks: its part of `whole_standing`."""
    return _standing_of([region], lines, campaign)


def whole_gain(view: DayView) -> Figures:
    """Return what the day brought to the whole."""
    return _sum_units(view.campaign.regions, view.campaign, view.gained)


def whole_forecast(view: DayView, pacing: Pacing) -> Figures:
    """Return what the end will see of the whole at the rate of the last working days; None where that is not known."""
    days = pacing.rate_window(view.day)[1]
    left = pacing.working_days_left(view.day)
    now, then = whole_standing(view.today, view.campaign), whole_standing(view.earlier, view.campaign)
    if not days or now.area_mu is None or then.area_mu is None:
        return NOTHING
    return Figures(area_mu=now.area_mu + (now.area_mu - then.area_mu) * left / days)


def _standing_of(regions: Iterable[str], lines: Mapping[LineKey, Figures], campaign: Campaign) -> Figures:
    stage = campaign.counting_stage.key
    return _sum_units(regions, campaign, lambda region, track: lines.get((region, track, stage), NOTHING))


def _sum_units(regions: Iterable[str], campaign: Campaign, of: Callable[[str, str], Figures]) -> Figures:
    parts = [track.key for track in campaign.tracks if track.role != "total"]
    total = campaign.total_track.key if campaign.total_track else None
    return _added_up([_over_tracks(region, parts, total, of) for region in regions])


def _over_tracks(region: str, parts: Iterable[str], total: str | None, of: Callable[[str, str], Figures]) -> Figures:
    said = _added_up([of(region, track) for track in parts])
    whole = of(region, total) if total else NOTHING
    if whole == NOTHING:
        return said
    count = _weightier(said.count, whole.count)
    area_mu = _weightier(said.area_mu, whole.area_mu)
    return Figures(count=None if count is None else int(count), area_mu=None if area_mu is None else Decimal(area_mu))


def _added_up(several: Iterable[Figures]) -> Figures:
    """Add figures up; a quantity that none of them states is None."""
    stated = [f for f in several if f is not NOTHING]
    if len(stated) < 2:
        return stated[0] if stated else NOTHING
    counts = [f.count for f in stated if f.count is not None]
    areas = [f.area_mu for f in stated if f.area_mu is not None]
    return Figures(count=sum(counts) if counts else None, area_mu=sum(areas, Decimal(0)) if areas else None)


def _weightier(one: int | Decimal | None, other: int | Decimal | None) -> int | Decimal | None:
    if one is None or other is None:
        return other if one is None else one
    return one if Decimal(one).copy_abs() >= Decimal(other).copy_abs() else other
