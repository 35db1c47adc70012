"""The lines of the ledger kept true: loaded, brought up to date entry by entry, and saved where they changed."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.rules import standing
from bot.rules.duty import Duty
from bot.rules.pace import Pacing, Position, position
from bot.rules.scene import BookLine
from bot.rules.standing import DaySum
from config.campaign import Campaign, Target
from storage import ledger, occurrences
from storage.database import Tx
from storage.ledger import DutyMet
from storage.records import Entry, Figures, LineDay, LineKey, Progress, Report, Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The campaign, and the rules that hold for all of it."""

    campaign: Campaign
    duty: Duty
    pacing: Pacing
    has_pictures: bool = False
    """Whether pictures are drawn here: else the words do not speak of any."""


@dataclass(slots=True)
class Line:
    """One line: its days with their standings, and its increments over several days."""

    days: dict[dt.date, LineDay] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)
    saved: dict[dt.date, LineDay] = field(default_factory=dict)
    folded: tuple[LineDay, ...] = ()
    stale_from: dt.date | None = dt.date.min
    """The first day that changed since `folded` was made; None when none did."""

    def rows(self) -> tuple[LineDay, ...]:
        """Return the days in order, each with what the line stands at when it ends."""
        if self.stale_from is not None:
            self.folded = standing.fold(self.days.values(), self.stretches, since=self.stale_from)
            self.days = {row.day: row for row in self.folded}
            self.stale_from = None
        return self.folded

    def put(self, row: LineDay) -> None:
        """Let a day be another than it was."""
        self.days[row.day] = row
        self.touch(row.day)

    def touch(self, day: dt.date) -> None:
        """Remember that a day changed: it and those after it are folded anew."""
        self.stale_from = day if self.stale_from is None else min(day, self.stale_from)

    def at(self, day: dt.date) -> Figures:
        """Return what the line stands at when a day ends."""
        return standing.at(self.rows(), day)

    def changed(self) -> list[LineDay]:
        """Return the days that are not as they were saved."""
        return [row for row in self.rows() if self.saved.get(row.day) != row]


class Books:
    """The lines and the day's live entries that one batch of messages needs, kept true while it is worked through."""

    def __init__(
        self,
        *,
        days: dict[LineKey, tuple[LineDay, ...]],
        stretches: dict[LineKey, tuple[Stretch, ...]],
        entries: Iterable[Entry],
    ) -> None:
        self.lines: dict[LineKey, Line] = {}
        for key, rows in days.items():
            by_day = {row.day: row for row in rows}
            self.lines[key] = Line(days=dict(by_day), saved=by_day, folded=rows, stale_from=None)
        for key, spans in stretches.items():
            self._line(key).stretches = list(spans)
        self._entries: dict[tuple[LineKey, dt.date], list[Entry]] = {}
        self._sums: dict[tuple[LineKey, dt.date], DaySum] = {}
        for entry in entries:
            self._entries.setdefault((line_key(entry), entry.progress.date), []).append(entry)

    def at(self, key: LineKey, day: dt.date) -> Figures:
        """Return what a line stands at when a day ends."""
        line = self.lines.get(key)
        return line.at(day) if line else Figures()

    def entries(self, key: LineKey, day: dt.date) -> Sequence[Entry]:
        """Return the live entries of a line that are dated on a day."""
        return self._entries.get((key, day), ())

    def view(self, keys: Iterable[LineKey], days: Iterable[dt.date]) -> dict[LineKey, BookLine]:
        """Return what a check may look at: these lines' days as they stand, and their live entries of these days."""
        days = tuple(days)
        return {
            key: BookLine(days=line.rows(), entries=tuple(e for day in days for e in self.entries(key, day)))
            for key in keys
            if (line := self.lines.get(key)) is not None
        }

    def add(self, entry: Entry) -> None:
        """Take an entry in."""
        key, day = line_key(entry), entry.progress.date
        held = self._entries.setdefault((key, day), [])
        if standing.is_stretch(entry):
            self._line(key).stretches.append(standing.stretch_of(entry))
            self._line(key).touch(day)
        elif standing.counts(entry):
            if (key, day) not in self._sums:
                self._sums[(key, day)] = DaySum.of(held)
            total = self._sums[(key, day)]
            total.take(entry)
            self._line(key).put(total.row(day))
        held.append(entry)

    def retire(self, entry: Entry) -> None:
        """Let an entry count no longer."""
        key, day = line_key(entry), entry.progress.date
        left = [e for e in self.entries(key, day) if e.id != entry.id]
        self._entries[(key, day)] = left
        line = self._line(key)
        if standing.is_stretch(entry):
            line.stretches.remove(standing.stretch_of(entry))
            line.touch(day)
        elif standing.counts(entry):
            total = self._sums[(key, day)] = DaySum.of(left)
            line.put(total.row(day))

    def changed(self) -> dict[LineKey, list[LineDay]]:
        """Return the days of each line that have to be saved."""
        return {key: rows for key, line in self.lines.items() if (rows := line.changed())}

    def _line(self, key: LineKey) -> Line:
        return self.lines.setdefault(key, Line())


def line_key(entry: Entry) -> LineKey:
    """Return the line an entry stands on."""
    return entry.progress.region, entry.progress.track, entry.progress.stage


async def load(tx: Tx, campaign: str, *, keys: Sequence[LineKey], days: Sequence[dt.date]) -> Books:
    """Load the books for these lines, with the live entries of these days."""
    regions = sorted({region for region, _, _ in keys})
    return Books(
        days=await ledger.load_days(tx, campaign, keys),
        stretches=await ledger.load_stretches(tx, campaign, keys),
        entries=await ledger.load_entries(tx, campaign, regions=regions, days=days) if regions else [],
    )


async def enter(
    tx: Tx, office: Office, report: Report, items: Sequence[Progress], *, replaces: Sequence[int] = ()
) -> None:
    """Enter items under a report that is kept already, in place of other entries: what a person decides by hand."""
    key = office.campaign.key
    await ledger.lock(tx, key, {report.region})
    lines = sorted({(i.region, i.track, i.stage) for i in items})
    books = await load(tx, key, keys=lines, days=sorted({i.date for i in items}))
    for gone in [e for line in lines for i in items for e in books.entries(line, i.date) if e.id in replaces]:
        books.retire(gone)
    ids = await ledger.draw_entry_ids(tx, len(items))
    added = [
        Entry(
            id=entry_id,
            number=report.number,
            progress=item,
            sent_at=report.sent_at,
            order=report.inbox_id,
            sender=report.sender,
        )
        for entry_id, item in zip(ids, items, strict=True)
    ]
    for entry in added:
        books.add(entry)
    await ledger.add_entries(tx, key, added)
    await ledger.retire(tx, dict.fromkeys(replaces, report.number))
    await ledger.save_days(tx, key, books.changed())
    met = office.duty.days_met(report.sent_at, dated=[i.date for i in items], has_problem=False)
    await ledger.add_duties(tx, [DutyMet(report=report, day=day, nil=False) for day in sorted(met) if items])


async def refold(tx: Tx, campaign: str, keys: Iterable[LineKey]) -> None:
    """Count lines anew from all their entries, after some were voided or brought back."""
    wanted = sorted(set(keys))
    if not wanted:
        return
    saved = await ledger.load_days(tx, campaign, wanted)
    entries = await ledger.load_entries(tx, campaign, regions=sorted({region for region, _, _ in wanted}))
    changed = {}
    for key in wanted:
        counted, stretches = standing.line_days(e for e in entries if line_key(e) == key)
        days = {row.day: LineDay(day=row.day) for row in saved.get(key, ())} | {row.day: row for row in counted}
        changed[key] = standing.fold(days.values(), stretches)
    await ledger.save_days(tx, campaign, changed)


async def positions(
    tx: Tx, office: Office, *, day: dt.date, regions: Sequence[str] | None = None, track: str | None = None
) -> dict[str, Position]:
    """Return where units stand on a track (the default one) at the end of a day, in the campaign's order."""
    campaign = office.campaign
    track = track or campaign.default_track.key
    counted = campaign.counting_stage.key
    best = campaign.next_best_stage.key if campaign.next_best_stage else counted
    stages = sorted({counted, best})
    now = await ledger.standings(tx, campaign.key, as_of=day, stages=stages)
    window = office.pacing.rate_window(day)[0]
    then = await ledger.standings(tx, campaign.key, as_of=window, stages=[counted])
    nothing = (day, Figures())
    return {
        region: position(
            region=region,
            track=track,
            day=day,
            counted=now.get((region, track, counted), nothing)[1],
            next_best=now.get((region, track, best), nothing)[1],
            target=campaign.target(region, track),
            pacing=office.pacing,
            earlier=then.get((region, track, counted), nothing)[1],
        )
        for region in (campaign.regions if regions is None else regions)
    }


TARGETS = "targets"
"""Under which name changed targets are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOverlay:
    """Targets changed while the campaign runs: by unit and track, as JSON, with how often they were changed."""

    version: int = 0
    units: Mapping[str, Mapping[str, dict[str, Any]]] = field(default_factory=dict)


async def target_overlay(tx: Tx, campaign: str) -> TargetOverlay:
    """Return the targets that admins changed."""
    said = await occurrences.recall(tx, campaign, TARGETS)
    return TargetOverlay(version=said["version"], units=said["units"]) if isinstance(said, dict) else TargetOverlay()


async def current(tx: Tx, office: Office) -> Office:
    """Return the office with the targets of today: the campaign file's, or what admins changed them to."""
    overlay = await target_overlay(tx, office.campaign.key)
    return replace(office, campaign=_overlaid(office.campaign, overlay)) if overlay.units else office


_overlays: dict[str, tuple[TargetOverlay, Campaign, Campaign]] = {}
"""By campaign: what was last laid over which campaign, and what came out; made once a version."""


def _overlaid(campaign: Campaign, overlay: TargetOverlay) -> Campaign:
    known = _overlays.get(campaign.key)
    if known is None or known[0] != overlay or known[1] is not campaign:
        changed = {
            region: {track: Target.model_validate(target) for track, target in tracks.items()}
            for region, tracks in overlay.units.items()
        }
        known = _overlays[campaign.key] = (overlay, campaign, campaign.with_targets(changed))
    return known[2]
