"""All stored messages read again with today's parser and that day's rights: shown first, applied when told to."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot import bookkeeping, parsing
from bot.bookkeeping import Office
from bot.clock import local_day
from bot.handle import hearing
from bot.rules import reread
from bot.rules.derive import corrected, derived_batch
from bot.rules.speaker import Speaker
from bot.rules.wording import reading as wording
from storage import audit, inbox, ledger, questions
from storage.database import Database, Tx
from storage.inbox import Reread
from storage.ledger import DutyMet
from storage.records import Kind, Nil, Reading, RecordState, Report

PAGE = 200
ACTOR = "duban rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One message that is read otherwise today; `held` says why it is left as it is."""

    message: Reread
    reading: Reading
    reports: tuple[Report, ...]
    lines: tuple[str, ...]
    held: str | None


async def run(office: Office, database: Database, *, apply: bool, now: dt.datetime) -> AsyncIterator[str]:
    """Yield a line for each difference; with `apply`, change what nobody has touched by hand."""
    changed = left = after = 0
    while True:
        async with database.transaction() as tx:
            page = await inbox.handled_after(tx, office.campaign.key, after=after, limit=PAGE)
            differences = await _compare(tx, office, page) if page else []
            for difference in differences:
                if apply and difference.held is None:
                    await _apply(tx, office, difference, now)
        for difference in differences:
            changed += difference.held is None
            left += difference.held is not None
            yield wording.head(difference.message.message.message_id, difference.message.message.text, difference.held)
            for line in difference.lines:
                yield line
        if not page:
            break
        after = page[-1].message.id
    yield wording.total(changed, left, applied=apply)


async def _compare(tx: Tx, office: Office, page: Sequence[Reread]) -> list[Difference]:
    ids = [one.message.id for one in page]
    made = await ledger.reports_of_messages(tx, ids)
    asked = await questions.asked_about(tx, ids)
    found = []
    for one in page:
        reports = [(r, by) for r, by in made.get(one.message.id, []) if by != ACTOR]
        speaker = _speaker(one)
        reading = hearing.read(one.message, speaker, office.campaign)
        if reading.kind is not Kind.REPORT and any(r.correction for r, _ in reports):
            continue  # it was completed with the words of the record it corrects, and cannot be read by itself
        before = await _recorded(tx, [r for r, _ in reports])
        regions = {r for r in office.campaign.regions if speaker.may_write(r)} | {r.region for r, _ in reports}
        said = [item for item in _said(office, one, reading) if item.region in regions]
        gone, come = reread.differences(before, said, is_correction=reading.correction)
        if gone or come:
            touched = any(by for _, by in reports) or one.message.id in asked
            found.append(
                Difference(
                    message=one,
                    reading=reading,
                    reports=tuple(r for r, _ in reports),
                    lines=tuple(wording.difference(item, office.campaign, gone=True) for item in gone)
                    + tuple(wording.difference(item, office.campaign, gone=False) for item in come),
                    held=wording.touched() if touched else None,
                )
            )
    return found


def _said(office: Office, one: Reread, reading: Reading) -> list[reread.Item]:
    """Return what a reading would be recorded as: a nil report by each day whose duty it meets."""
    found: list[reread.Item] = list(reading.progress)
    for nil in reading.nil:
        met = office.duty.days_met(one.message.sent_at, dated=[nil.date], has_problem=False)
        found += [Nil(region=nil.region, date=day) for day in sorted(met)]
    return found


def _speaker(one: Reread) -> Speaker:
    message = one.message
    return Speaker(
        messenger=message.messenger,
        user_id=message.sender_id,
        name=message.sender_name or message.sender_id,
        role=one.role,
        region=one.region,
        division=one.division,
    )


async def _recorded(tx: Tx, reports: Sequence[Report]) -> list[reread.Item]:
    """Return what was recorded of a message, whether or not something replaced it later."""
    entries = [e for e in await ledger.entries_of(tx, [r.number for r in reports]) if not e.derived]
    nils = await ledger.nil_days(tx, [r.number for r in reports if r.nil])
    return [*(e.progress for e in entries), *(Nil(region=region, date=day) for region, day in nils)]


async def _apply(tx: Tx, office: Office, difference: Difference, now: dt.datetime) -> None:
    """Void what the message made, and record what it says today under new numbers."""
    message, reading = difference.message.message, difference.reading
    lines = set()
    for report in difference.reports:
        lines |= await ledger.touched_lines(tx, report.number)
        await ledger.set_state(tx, report.number, RecordState.VOIDED, at=now, by=ACTOR, reason=parsing.VERSION)
    await bookkeeping.refold(tx, office.campaign.key, lines)
    speaker = _speaker(difference.message)
    numbers = []
    said = [i.region for i in reading.progress] + [n.region for n in reading.nil]
    for region in dict.fromkeys(r for r in said if speaker.may_write(r)):
        (number,) = await ledger.draw_report_numbers(tx, 1)
        numbers.append(number)
        await _record(tx, office, reading, region, number, difference.message, speaker)
    await audit.note(
        tx,
        campaign=office.campaign.key,
        at=now,
        actor=ACTOR,
        action="reread",
        object_=message.message_id[:120],
        inbox_id=message.id,
        detail={"void": [r.number for r in difference.reports], "made": numbers, "parser": parsing.VERSION},
    )


async def _record(
    tx: Tx, office: Office, reading: Reading, region: str, number: int, one: Reread, speaker: Speaker
) -> None:
    message = one.message
    items = [i for i in reading.progress if i.region == region]
    nils = [n for n in reading.nil if n.region == region]
    report = Report(
        number=number,
        campaign=office.campaign.key,
        region=region,
        inbox_id=message.id,
        sender=speaker.key,
        day=max([i.date for i in items] + [n.date for n in nils], default=local_day(message.sent_at)),
        sent_at=message.sent_at,
        correction=reading.correction,
        nil=bool(nils),
    )
    await ledger.add_reports(tx, [report])
    replaced: list[int] = []
    if reading.correction:
        days = sorted({i.date for i in items})
        live = await ledger.load_entries(tx, office.campaign.key, regions=[region], days=days)
        found = [corrected(item, live) for item in items]
        items, replaced = [f.item for f in found], [e for f in found for e in f.replaces]
    await bookkeeping.enter(tx, office, report, [*items, *derived_batch(items, office.campaign)], replaces=replaced)
    await ledger.add_duties(tx, [DutyMet(report=report, day=n.date, nil=not items) for n in nils])
