"""An opening balance, or an edited ledger, brought in: compared with the books, shown, and entered as corrections."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Sequence
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
from storage import ledger, occurrences, outbox
from storage.database import Tx
from storage.records import Entry, LineKey, RecordState, Report

FAULTS_SHOWN = 200
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
    """Compare rows with the books, oldest first: each row with what the ones before it would leave."""
    campaign = office.campaign
    await ledger.lock(tx, campaign.key, {s.progress.region for s in stated})
    keys = sorted({s.line for s in stated})
    books = await bookkeeping.load(tx, campaign.key, keys=keys, days=sorted({s.progress.date for s in stated}))
    changes = []
    for one in stated:
        held = books.at(one.line, one.progress.date)
        if opening.differs(one.progress, held):
            doubt = opening.doubt(one.progress, _scene(books, one.line), campaign, today=today)
            changes.append(Change(stated=one, replacement=_enter(books, one), before=held, doubt=doubt))
    is_opening = opening.is_opening((s.progress for s in stated), campaign)
    ends_trial = is_opening and await _is_on_trial(tx, campaign)
    return Plan(changes=tuple(changes), same=len(stated) - len(changes), ends_trial=ends_trial)


def _scene(books: Books, key: LineKey) -> dict[LineKey, BookLine]:
    line = books.lines.get(key)
    return {} if line is None else {key: BookLine(days=line.rows())}


def _enter(books: Books, stated: Stated) -> Replacement:
    """Let a row replace whatever stated the same before, in these books only."""
    live = books.entries(stated.line, stated.progress.date)
    replacement = derive.corrected(stated.progress, live)
    for gone in [e for e in live if e.id in replacement.replaces]:
        books.retire(gone)
    books.add(Entry(id=0, number=0, progress=replacement.item, sent_at=_LAST, order=0, sender=""))
    return replacement


async def enter(tx: Tx, office: Office, planned: Plan, source: Source) -> tuple[int, ...]:
    """Enter a plan's changes, one report for each unit, touched by a person; return the reports' numbers."""
    key = office.campaign.key
    if planned.ends_trial:
        await occurrences.remember(tx, key, TRIAL, value=False)
    changed = {c.stated.progress.region for c in planned.changes}
    regions = [region for region in office.campaign.regions if region in changed]
    numbers = await ledger.draw_report_numbers(tx, len(regions)) if regions else []
    for region, number in zip(regions, numbers, strict=True):
        changes = [c.replacement for c in planned.changes if c.stated.progress.region == region]
        report = Report(
            number=number,
            campaign=key,
            region=region,
            inbox_id=source.inbox_id,
            sender=source.actor,
            day=max(c.item.date for c in changes),
            sent_at=source.at,
            correction=True,
        )
        await ledger.add_reports(tx, [report])
        replaces = [entry for c in changes for entry in c.replaces]
        await bookkeeping.enter(tx, office, report, [c.item for c in changes], replaces=replaces)
        await ledger.touch(tx, number, by=source.actor)
        for day in {c.item.date for c in changes}:
            await outbox.void(tx, campaign=key, kind=PostKind.REMINDER, region=region, day=day)
    return tuple(numbers)


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
