"""An opening balance, or an edited ledger, brought in: compared with the books, shown, and entered as corrections."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot import bookkeeping
from bot.bookkeeping import Books, Office
from bot.clock import local_day
from bot.document import PostKind
from bot.papers.sheet import SheetError
from bot.papers.sheet_reader import Limits, ReadRow, read_book
from bot.rules import derive, opening
from bot.rules.derive import Replacement
from bot.rules.opening import Change, Stated
from bot.rules.scene import BookLine
from bot.rules.wording import excel
from config.campaign import Campaign
from storage import imports, ledger, occurrences, outbox
from storage.database import Tx
from storage.ledger import DutyMet
from storage.records import Entry, LineKey, Progress, RecordState, Report

FAULTS_SHOWN = 200
UNITS_AT_ONCE = 100
TRIAL = "trial"
"""Under which name it is remembered whether a campaign is on trial."""


_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who brings a file in, when, and the message that stands for it."""

    inbox_id: int
    actor: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a file would change: its rows that say something else than the books."""

    changes: tuple[Change, ...]
    same: int
    ends_trial: bool
    """Whether it confirms the opening figures that a trial waits for."""

    def lines(self, office: Office) -> list[str]:
        """Say what would change, a line each row, and the count of them."""
        shown = [
            excel.change_text(c.stated.place, c.stated.progress, c.before, office.campaign, doubt=c.doubt)
            for c in self.changes
        ]
        regions = {c.stated.progress.region for c in self.changes}
        return [*shown, excel.plan_text(len(self.changes), self.same, len(regions))]

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to enter and nothing to confirm."""
        return not self.changes and not self.ends_trial

    @property
    def digest(self) -> str:
        """The plan in one word: what was shown is what is entered, or nothing is."""
        said = repr([(c.stated.progress, c.before) for c in self.changes])
        return hashlib.sha256(said.encode()).hexdigest()


async def read(data: bytes, office: Office, *, now: dt.datetime, limits: Limits | None = None) -> list[Stated]:
    """Return what a workbook says of standings; raise SheetError with every fault, and then nothing is brought in."""
    sheets = await asyncio.to_thread(read_book, data, limits)
    rows = pick(sheets, office)
    stated, faults = opening.read_standings(rows, office.campaign, today=local_day(now))
    refuse(faults)
    return stated


def pick(sheets: dict[str, tuple[ReadRow, ...]], office: Office) -> tuple[ReadRow, ...]:
    """Return the rows of the ledger's sheet, or of the first that has its columns; raise SheetError."""
    named = sheets.get(excel.STANDINGS, ())
    for rows in (named, *sheets.values()):
        if rows and opening.has_standings(rows[0], office.campaign):
            return rows
    raise SheetError(excel.no_columns((excel.REGION, excel.STAGE, excel.COUNT, excel.AS_OF)))


def refuse(faults: Sequence[str]) -> None:
    """Raise SheetError when there is any fault; of very many the first are told and the rest counted."""
    if faults:
        more = len(faults) - FAULTS_SHOWN
        raise SheetError(*faults[:FAULTS_SHOWN], *([excel.too_many_faults(more)] if more > 0 else []))


async def plan(tx: Tx, office: Office, stated: Sequence[Stated], *, today: dt.date) -> Plan:
    """Compare rows with the books; of one line, each row with what the older ones would leave."""
    campaign = office.campaign
    await ledger.lock(tx, campaign.key, {s.progress.region for s in stated})
    changes: list[Change] = []
    for some in _by_units(stated):
        books = await _load(tx, campaign, [s.progress for s in some])
        for one in sorted(some, key=lambda s: s.progress.date):
            held = books.at(one.line, one.progress.date)
            if opening.differs(one.progress, held):
                doubt = opening.doubt(one.progress, _scene(books, one.line), campaign, today=today)
                replacement = derive.corrected(one.progress, books.entries(one.line, one.progress.date))
                _enter(
                    books,
                    replacement,
                    Entry(id=0, number=0, progress=replacement.item, sent_at=_LAST, order=0, sender=""),
                )
                changes.append(Change(stated=one, replacement=replacement, before=held, doubt=doubt))
    is_opening = opening.is_opening((s.progress for s in stated), campaign)
    ends_trial = is_opening and await _is_on_trial(tx, campaign)
    changes.sort(key=lambda c: c.stated.row)
    return Plan(changes=tuple(changes), same=len(stated) - len(changes), ends_trial=ends_trial)


def _by_units(stated: Sequence[Stated]) -> Iterator[list[Stated]]:
    """Yield the rows of some units at a time: a statement takes only so many lines."""
    units: dict[str, list[Stated]] = {}
    for one in stated:
        units.setdefault(one.progress.region, []).append(one)
    names = list(units)
    for start in range(0, len(names), UNITS_AT_ONCE):
        yield [one for name in names[start : start + UNITS_AT_ONCE] for one in units[name]]


async def _load(tx: Tx, campaign: Campaign, items: Sequence[Progress]) -> Books:
    keys = sorted({(i.region, i.track, i.stage) for i in items})
    return await bookkeeping.load(tx, campaign.key, keys=keys, days=sorted({i.date for i in items}))


def _scene(books: Books, key: LineKey) -> dict[LineKey, BookLine]:
    line = books.lines.get(key)
    return {} if line is None else {key: BookLine(days=line.rows())}


def _enter(books: Books, replacement: Replacement, entry: Entry) -> None:
    """Let an entry take the place of whatever said the same before."""
    live = books.entries(bookkeeping.line_key(entry), entry.progress.date)
    for gone in [e for e in live if e.id in replacement.replaces]:
        books.retire(gone)
    books.add(entry)


async def enter(tx: Tx, office: Office, planned: Plan, source: Source) -> tuple[int, ...]:
    """Enter a plan's changes, one report for each unit, touched by a person; return the reports' numbers."""
    campaign = office.campaign
    if planned.ends_trial:
        await occurrences.remember(tx, campaign.key, TRIAL, value=False)
    numbers: list[int] = []
    replacements = {id(c.stated): c.replacement for c in planned.changes}
    for some in _by_units([c.stated for c in planned.changes]):
        numbers += await _enter_units(tx, office, [replacements[id(s)] for s in some], source)
    return tuple(numbers)


async def _enter_units(tx: Tx, office: Office, some: Sequence[Replacement], source: Source) -> list[int]:
    key = office.campaign.key
    books = await _load(tx, office.campaign, [r.item for r in some])
    days: dict[str, set[dt.date]] = {}
    for replacement in some:
        days.setdefault(replacement.item.region, set()).add(replacement.item.date)
    reports = {
        region: Report(
            number=number,
            campaign=key,
            region=region,
            inbox_id=source.inbox_id,
            sender=source.actor,
            day=max(days[region]),
            sent_at=source.at,
            correction=True,
        )
        for region, number in zip(days, await ledger.draw_report_numbers(tx, len(days)), strict=True)
    }
    entries = []
    for replacement, entry_id in zip(some, await ledger.draw_entry_ids(tx, len(some)), strict=True):
        report = reports[replacement.item.region]
        entry = Entry(
            id=entry_id,
            number=report.number,
            progress=replacement.item,
            sent_at=source.at,
            order=source.inbox_id,
            sender=source.actor,
        )
        _enter(books, replacement, entry)
        entries.append(entry)
    await ledger.add_reports(tx, list(reports.values()))
    await ledger.add_entries(tx, key, entries)
    await ledger.retire(tx, {old: reports[r.item.region].number for r in some for old in r.replaces})
    await ledger.save_days(tx, key, books.changed())
    await _meet_duties(tx, office, reports, days, source)
    numbers = [report.number for report in reports.values()]
    await imports.touch(tx, numbers, by=source.actor)
    return numbers


async def _meet_duties(
    tx: Tx, office: Office, reports: Mapping[str, Report], days: Mapping[str, set[dt.date]], source: Source
) -> None:
    """Let the figures count as reports of their days; who reported today is not reminded any more."""
    met = {r: sorted(office.duty.days_met(source.at, dated=days[r], has_problem=False)) for r in reports}
    await ledger.add_duties(
        tx, [DutyMet(report=report, day=day, nil=False) for r, report in reports.items() for day in met[r]]
    )
    today = office.duty.day_of(source.at)
    for region in [r for r in met if today in met[r]]:
        await outbox.void(tx, campaign=office.campaign.key, kind=PostKind.REMINDER, reported=[(region, today)])


async def undo(tx: Tx, office: Office, numbers: Sequence[int], *, by: str, at: dt.datetime) -> None:
    """Take an import back: its records count no longer, and what they replaced counts again."""
    for number in numbers:
        report = await ledger.report(tx, number)
        if report is None or report.state is not RecordState.LIVE:
            continue
        await ledger.lock(tx, office.campaign.key, [report.region])
        await ledger.set_state(tx, number, RecordState.VOIDED, at=at, by=by, reason=excel.import_undone([number]))
        await bookkeeping.refold(tx, office.campaign.key, await ledger.touched_lines(tx, number))


async def _is_on_trial(tx: Tx, campaign: Campaign) -> bool:
    """Whether a trial that the campaign file began goes on, and nobody has decided on it since."""
    return campaign.trial and await occurrences.recall(tx, campaign.key, TRIAL) is None


def limits_in_chat() -> Limits:
    """Return how much of a workbook is read while a chat waits."""
    return Limits(file_bytes=2 * 1024 * 1024, unpacked_bytes=20 * 1024 * 1024, rows=5_000)
