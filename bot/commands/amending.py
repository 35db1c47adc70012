"""改 A102 批复3宗120亩: an admin changes a record's figures; the record is kept, and a new version replaces it."""

import itertools
import re

from bot import bookkeeping, parsing
from bot.clock import local_day
from bot.commands.call import Call, Said, hint
from bot.document import Document, PostKind
from bot.rules import derive
from bot.rules.wording import office, service
from bot.rules.wording.phrases import item_text, progress_text
from storage import audit, ledger
from storage.database import Tx
from storage.records import Entry, Progress, RecordState, Report, Role, Sender

WORDS = r"[#＃]?\s*[Aa]\s?(?P<number>\d{1,9})\s*(?:改为|改成|为)?[\s，,：:]*(?P<figures>.{2,150})"

_NEGATIVE = re.compile(r"(?<![\d.])[-－−负]\s?\d")


async def amend(tx: Tx, call: Call) -> Said:
    """改 A102 批复3宗120亩: enter a new version in the place of a record's figures."""
    said = re.fullmatch(WORDS, call.args.words, re.DOTALL)
    assert said is not None  # the grammar lets nothing else through
    report = await ledger.report(tx, int(said["number"]))
    if report is None or report.campaign != call.campaign.key:
        return hint(office.nothing_to_amend())
    if report.state is not RecordState.LIVE:
        return hint(service.already_withdrawn(report.number))
    items = _read(said["figures"], report, call)
    if not items:
        return hint(office.unreadable_figures(said["figures"]))
    await ledger.lock(tx, call.campaign.key, [report.region])
    kept = await ledger.entries_of(tx, [report.number])
    newer = _newer(items, kept, await ledger.replacements(tx, report.number))
    if newer is not None:
        return hint(office.amended_already(report.number, newer))
    old = [e for e in kept if e.live]
    items = _with_kept(items, old)
    number = await _enter(tx, call, report, items, old)
    await _note(tx, call, report, number, items)
    lines = _lines(report, number, old, items, call)
    where = await bookkeeping.positions(tx, call.office, day=local_day(call.now), regions=[report.region])
    shown = (*lines, progress_text(where[report.region], call.campaign))
    return Said(document=Document(lines=shown), kind=PostKind.ACK, elsewhere=_told(report, number, items, call))


def _read(words: str, report: Report, call: Call) -> tuple[Progress, ...]:
    """Read the new figures as the unit itself would have said them on the report's day; none where one is negative."""
    if _NEGATIVE.search(words) is not None:
        return ()
    sender = Sender(role=Role.CITY_LIAISON, region=report.region)
    reading = parsing.parse(words, sender=sender, sent_at=report.sent_at, campaign=call.campaign)
    return tuple(p for p in reading.progress if p.region == report.region)


def _newer(items: tuple[Progress, ...], kept: list[Entry], replaced: dict[int, int]) -> int | None:
    """Return the record that holds by now what the new figures restate, or None: one record alone is changed."""
    said = {derive.item_key(i) for i in items}
    is_empty = not any(e.live for e in kept)
    by = [replaced[e.id] for e in kept if e.id in replaced and (is_empty or derive.item_key(e.progress) in said)]
    return max(by, default=None)


def _with_kept(items: tuple[Progress, ...], old: list[Entry]) -> tuple[Progress, ...]:
    """Return the whole new version: what was said anew, and what the record says beside it.

    Where nothing of the record is restated, the new figures stand for all of it: it had been read quite wrongly.
    """
    before = [e for e in old if not e.derived]
    restated = {derive.item_key(i) for i in items} & {derive.item_key(e.progress) for e in before}
    if not restated:
        return items
    filled = [
        derive.kept_where_open(i, [e for e in before if derive.item_key(e.progress) == derive.item_key(i)])
        for i in items
    ]
    said = {derive.item_key(i) for i in items}
    return (*filled, *(e.progress for e in before if derive.item_key(e.progress) not in said))


async def _enter(tx: Tx, call: Call, report: Report, items: tuple[Progress, ...], old: list[Entry]) -> int:
    """Enter the new version where the old one stood in time, and let the old figures count no longer."""
    derived = derive.derived_batch(items, call.campaign)
    (number,) = await ledger.draw_report_numbers(tx, 1)
    ids = iter(await ledger.draw_entry_ids(tx, len(items) + len(derived)))
    version = Report(
        number=number,
        campaign=report.campaign,
        region=report.region,
        inbox_id=call.message.id,
        sender=call.speaker.key,
        day=report.day,
        sent_at=report.sent_at,
        correction=True,
        replaces=(report.number,),
    )
    entries = [
        Entry(
            id=next(ids),
            number=number,
            progress=item,
            sent_at=report.sent_at,
            order=call.message.id,
            sender=call.speaker.key,
            derived=item in derived,
        )
        for item in itertools.chain(items, derived)
    ]
    await ledger.add_reports(tx, [version])
    await ledger.add_entries(tx, report.campaign, entries)
    await ledger.retire(tx, {e.id: number for e in old})
    for touched in (number, report.number):
        await ledger.touch(tx, touched, by=call.speaker.key)
    lines = {bookkeeping.line_key(e) for e in (*old, *entries)}
    await bookkeeping.refold(tx, report.campaign, lines)
    return number


async def _note(tx: Tx, call: Call, report: Report, number: int, items: tuple[Progress, ...]) -> None:
    """Write the change down under both numbers."""
    texts = [item_text(i, call.campaign, day=report.day) for i in items]
    for action, object_, detail in (
        ("amend", f"A{number}", {"replaces": f"A{report.number}", "figures": texts}),
        ("amended", f"A{report.number}", {"by": f"A{number}", "figures": texts}),
    ):
        await audit.note(
            tx,
            campaign=call.campaign.key,
            at=call.now,
            actor=call.speaker.key,
            action=action,
            object_=object_,
            inbox_id=call.message.id,
            detail=detail,
        )


def _lines(report: Report, number: int, old: list[Entry], items: tuple[Progress, ...], call: Call) -> tuple[str, ...]:
    before = [item_text(e.progress, call.campaign, day=report.day) for e in old if not e.derived]
    after = [item_text(i, call.campaign, day=report.day) for i in items]
    return office.amended(report, number=number, before=before, after=after)


def _told(
    report: Report, number: int, items: tuple[Progress, ...], call: Call
) -> tuple[tuple[str, str, Document], ...]:
    """Tell whoever reported it."""
    messenger, _, user_id = report.sender.partition("/")
    if not user_id or report.sender == call.speaker.key:
        return ()
    after = [item_text(i, call.campaign, day=report.day) for i in items]
    text = office.told_of_amendment(report, number=number, after=after, by=call.speaker.name)
    return ((messenger, user_id, Document(lines=(text,))),)
