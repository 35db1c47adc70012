"""The first sheet: every unit's task as it was ordered, beside what was reached of it; equal to what chats are told."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.clock import SHANGHAI
from bot.office.contents import Contents
from bot.papers.sheet import Cell, Colouring, Column, Sheet
from bot.rules.figures import round_half_up
from bot.rules.overview import unit_standing, whole_standing
from bot.rules.pace import Position, progress_of
from bot.rules.wording import daily, excel
from bot.rules.wording.phrases import review_word
from bot.rules.wording.pushes import level_name
from config.campaign import Campaign, Target, Track
from storage.records import Figures

NO_TARGET = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One column with what it says of a unit, and of the whole against the declared totals."""

    column: Column
    of: Callable[[str], Cell]
    whole: Cell = None


def overview(contents: Contents) -> Sheet:
    """Return the first sheet."""
    campaign = contents.office.campaign
    parts = _Overview(contents).parts()
    labels = tuple(p.column.header for p in parts)
    footer = (daily_label(campaign), *(p.whole for p in parts[1:]))
    declared = contents.is_whole and bool(campaign.totals.targets)
    return Sheet(
        name=excel.OVERVIEW,
        title=f"{campaign.name}{excel.OVERVIEW}",
        notes=(newest(contents), *excel.overview_notes(), *_differences(campaign, is_whole=contents.is_whole)),
        columns=tuple(p.column for p in parts),
        rows=tuple(tuple(p.of(region) for p in parts) for region in contents.regions),
        total_label=excel.UNITS_SUM if len(contents.regions) > 1 else "",
        footers=(footer,) if declared else (),
        colourings=tuple(
            Colouring(column=labels.index(excel.LEVEL), words=level.name, mood=level.key)
            for level in campaign.thresholds.levels
        ),
        locked_columns=labels.index(excel.REGION) + 1,
    )


def daily_label(campaign: Campaign) -> str:
    """Name the row of the whole."""
    return excel.whole_label(daily.whole_text(campaign))


def newest(contents: Contents) -> str:
    """Say when the newest figure shown was sent; the hour of the export itself is not in the file."""
    sent = [r.sent_at for key, r in contents.last_reports.items() if key[0] in contents.regions]
    return excel.newest_text(f"{max(sent).astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if sent else None)


def _differences(campaign: Campaign, *, is_whole: bool) -> tuple[str, ...]:
    """Say where the declared totals are not what the units' targets add up to."""
    if not is_whole:
        return ()
    said = (
        excel.difference_text(t.name, summed(t, campaign), campaign.totals.targets[t.key], campaign)
        for t in campaign.tracks
        if t.key in campaign.totals.targets
    )
    return tuple(filter(None, said))


def summed(track: Track, campaign: Campaign) -> Target:
    """Return what the units' targets on a track add up to."""
    targets = [u.targets[track.key] for u in campaign.units if track.key in u.targets]
    counts = [t.count for t in targets if t.count is not None]
    areas = [t.area_wanmu for t in targets if t.area_wanmu is not None]
    return Target(count=sum(counts) if counts else None, area_wanmu=sum(areas, Decimal(0)) if areas else None)


def share(value: Fraction | None) -> Decimal | None:
    """Return a share rounded as it is shown everywhere: 0.113 for 11.3%."""
    return None if value is None else round_half_up(value * 100, 1) / 100


class _Overview:
    """The columns of the first sheet."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.campaign = contents.office.campaign
        self.view = contents.view

    def parts(self) -> list[Part]:
        """Return the columns in their order: who, what is to be done, what was reached."""
        reached = [*self._default(), *self._projects(), *self._total()]
        return [*self._who(), *self._targets(), *reached, *self._state()]

    def _who(self) -> list[Part]:
        unit = self.campaign.unit
        leader = Part(column=Column(header=excel.LEADER, width=13), of=lambda r: unit(r).leader)
        division = Part(column=Column(header=excel.DIVISION, width=14), of=lambda r: unit(r).division)
        region = Part(column=Column(header=excel.REGION, width=12), of=lambda r: r)
        return [leader, division, region] if self.contents.shows_leaders else [division, region]

    def _targets(self) -> list[Part]:
        default, projects, total = self.campaign.default_track, self.campaign.projects_track, self.campaign.total_track
        parts = [
            self._target_count(default, excel.TARGET_COUNT),
            self._target_area(default, excel.TARGET_AREA),
        ]
        if projects is not None:
            parts += [
                self._target_count(projects, f"{projects.name}{excel.COUNT}"),
                self._target_area(projects, f"{projects.name}{excel.AREA}"),
            ]
        return parts if total is None else [*parts, self._target_area(total, total.name)]

    def _target_count(self, track: Track, name: str) -> Part:
        return Part(
            column=Column(header=name, kind="count", width=9, total=True),
            of=lambda r: self.campaign.target(r, track.key).count,
            whole=self.campaign.totals.targets.get(track.key, NO_TARGET).count,
        )

    def _target_area(self, track: Track, name: str) -> Part:
        return Part(
            column=self._area_column(name),
            of=lambda r: self.campaign.target(r, track.key).area_wanmu,
            whole=self.campaign.totals.targets.get(track.key, NO_TARGET).area_wanmu,
        )

    def _default(self) -> list[Part]:
        """Return what pace judges: the default track, its share, the schedule's, the distance and what is in review."""
        track = self.campaign.default_track
        whole = self._whole(track)
        target = self.campaign.totals.targets.get(track.key) or summed(track, self.campaign)
        pace = self.contents.office.pacing.share(self.view.day)
        progress = _of_target(whole, target)
        sign = 1 if self.campaign.direction == "higher" else -1
        percent = {"kind": "percent", "width": 9}
        gap = None if progress is None else sign * (progress - pace)
        return [
            *self._reached(track),
            Part(
                column=_column(excel.RATE, **percent),
                of=lambda r: share(self._known(r, self._at(r).progress)),
                whole=share(progress),
            ),
            Part(column=_column(excel.PACE, **percent), of=lambda _: share(pace), whole=share(pace)),
            Part(
                column=Column(header=excel.GAP, kind="number", number_format="0.0", width=10),
                of=lambda r: _points(self._known(r, self._at(r).gap)),
                whole=_points(gap),
            ),
            Part(column=Column(header=excel.LEVEL, width=8), of=self._level),
            Part(
                column=Column(
                    header=f"{review_word(self.campaign)}（{self._count}）", kind="count", width=9, total=True
                ),
                of=lambda r: self._at(r).in_review.count,
            ),
            Part(
                column=self._area_column(review_word(self.campaign)),
                of=lambda r: self._big(self._at(r).in_review.area_mu),
            ),
        ]

    def _projects(self) -> list[Part]:
        track = self.campaign.projects_track
        return [] if track is None else self._reached(track)

    def _total(self) -> list[Part]:
        """Return what a unit has reached over all tracks: its total line, or the others' sum where that is more."""
        track = self.campaign.total_track
        if track is None:
            return []
        whole = whole_standing(self.view.today, self.campaign)
        target = self.campaign.totals.targets.get(track.key) or summed(track, self.campaign)
        name = excel.cumulative(track.name, self.campaign.counting_stage.name)
        return [
            Part(
                column=self._area_column(name),
                of=lambda r: self._big(self._all(r).area_mu),
                whole=self._big(whole.area_mu),
            ),
            Part(
                column=Column(header=f"{track.name}{excel.RATE}", kind="percent", width=10),
                of=lambda r: share(_of_target(self._all(r), self.campaign.target(r, track.key))),
                whole=share(_of_target(whole, target)),
            ),
        ]

    def _reached(self, track: Track) -> list[Part]:
        name = excel.cumulative(track.name, self.campaign.counting_stage.name)
        whole = self._whole(track)
        return [
            Part(
                column=Column(header=f"{name}（{self._count}）", kind="count", width=11, total=True),
                of=lambda r: self._counted(r, track).count,
                whole=whole.count,
            ),
            Part(
                column=self._area_column(name),
                of=lambda r: self._big(self._counted(r, track).area_mu),
                whole=self._big(whole.area_mu),
            ),
        ]

    def _state(self) -> list[Part]:
        return [
            Part(
                column=Column(header=excel.DATA_AS_OF, kind="date", width=12),
                of=self.view.data_as_of.get,
            ),
            Part(column=Column(header=excel.REPORT, width=10), of=self._report),
        ]

    def _report(self, region: str) -> Cell:
        state = self.view.states.get(region)
        return None if state is None else state.value

    def _level(self, region: str) -> Cell:
        colour = self.contents.colours.get(region)
        return None if colour is None else level_name(colour, self.campaign)

    def _at(self, region: str) -> Position:
        return self.view.position(region, self.contents.office.pacing)

    def _known(self, region: str, value: Fraction | None) -> Fraction | None:
        """Return a value only where figures were stated: no data is not no progress."""
        return None if self._counted(region, self.campaign.default_track) == Figures() else value

    def _counted(self, region: str, track: Track) -> Figures:
        return self.view.today.get((region, track.key, self.campaign.counting_stage.key), Figures())

    def _all(self, region: str) -> Figures:
        return unit_standing(self.view.today, region, self.campaign)

    def _whole(self, track: Track) -> Figures:
        found = [self._counted(region, track) for region in self.campaign.regions]
        counts = [f.count for f in found if f.count is not None]
        areas = [f.area_mu for f in found if f.area_mu is not None]
        return Figures(count=sum(counts) if counts else None, area_mu=sum(areas, Decimal(0)) if areas else None)

    @property
    def _count(self) -> str:
        return self.campaign.measures.count.name

    def _big(self, area_mu: Decimal | None) -> Decimal | None:
        return None if area_mu is None else area_mu / self.campaign.measures.area.big_factor

    def _area_column(self, name: str) -> Column:
        header = excel.with_unit(name, self.campaign.measures.area.big_name)
        return Column(header=header, kind="area", width=12, total=True)


def _column(header: str, **look: object) -> Column:
    return Column(header=header, **look)  # type: ignore[arg-type]  # kind and width


def _of_target(done: Figures, target: Target) -> Fraction | None:
    return None if done == Figures() else progress_of(done, target)


def _points(gap: Fraction | None) -> Decimal | None:
    return None if gap is None else round_half_up(gap * 100, 1)
