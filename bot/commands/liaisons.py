"""What liaisons order about their records: taking one back, and bringing it in again."""

from bot import bookkeeping, quoting
from bot.clock import local_day
from bot.commands import confirming, pushing
from bot.commands.call import Call, Said, hint, refuse, say
from bot.commands.confirming import Actions
from bot.document import PostKind
from bot.rules.wording import acks, office, service
from bot.rules.wording.phrases import progress_text
from storage import audit, ledger
from storage.database import Tx
from storage.records import RecordState, Report, Role


async def withdraw(tx: Tx, call: Call) -> Said:
    """撤回 [#号]: void the sender's own last record, the one quoted, or the one named."""
    report = await _meant(tx, call)
    if report is None:
        return hint(service.nothing_to_withdraw())
    if not _may_touch(call, report):
        return refuse(service.not_your_record(report.number))
    if report.state is not RecordState.LIVE:
        return hint(service.already_withdrawn(report.number))
    items = [e.progress for e in await ledger.entries_of(tx, [report.number]) if not e.derived]
    await _set_state(tx, call, report, RecordState.VOIDED)
    where = await bookkeeping.positions(tx, call.office, day=local_day(call.now), regions=[report.region])
    lines = acks.voided(
        region=report.region,
        day=report.day,
        number=report.number,
        items=items,
        position=where[report.region] if items else None,
        campaign=call.campaign,
    )
    return say(*lines, kind=PostKind.ACK)


async def restore(tx: Tx, call: Call, *, actions: Actions) -> Said:
    """恢复 [#号]: bring a record back that was taken back, or undo a change (C12); alone, let paused pushes go on."""
    if "C" in call.args.letters:
        return await confirming.undo(tx, call, call.args.numbers[call.args.letters.index("C")], actions=actions)
    if not call.args.numbers and call.speaker.role is Role.ADMIN and await pushing.is_paused(tx, call.campaign.key):
        return await pushing.resume(tx, call)
    report = await _taken_back(tx, call)
    if report is None:
        return hint(office.nothing_to_restore())
    if not _may_touch(call, report):
        return refuse(service.not_your_record(report.number))
    if report.state is RecordState.LIVE:
        return hint(office.still_counts(report.number))
    await _set_state(tx, call, report, RecordState.LIVE)
    where = await bookkeeping.positions(tx, call.office, day=local_day(call.now), regions=[report.region])
    restored = acks.restored(region=report.region, day=report.day, number=report.number)
    return say(restored, progress_text(where[report.region], call.campaign), kind=PostKind.ACK)


def _may_touch(call: Call, report: Report) -> bool:
    """Whether a record is the speaker's own, or of a unit the speaker writes; never another campaign's."""
    own = report.sender == call.speaker.key
    return report.campaign == call.campaign.key and (own or call.speaker.may_write(report.region))


async def _set_state(tx: Tx, call: Call, report: Report, state: RecordState) -> None:
    await ledger.lock(tx, call.campaign.key, [report.region])
    await ledger.set_state(tx, report.number, state, at=call.now, by=call.speaker.key, reason=call.message.text[:200])
    await bookkeeping.refold(tx, call.campaign.key, await ledger.touched_lines(tx, report.number))
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action="withdraw" if state is RecordState.VOIDED else "restore",
        object_=f"A{report.number}",
        inbox_id=call.message.id,
    )


async def _meant(tx: Tx, call: Call) -> Report | None:
    if call.args.numbers:
        return await ledger.report(tx, call.args.numbers[0])
    quoted = await quoting.reports(tx, call.message)
    return quoted[0] if quoted else await ledger.last_report(tx, call.campaign.key, call.speaker.key)


async def _taken_back(tx: Tx, call: Call) -> Report | None:
    """Return the record to bring back: the one named, else the sender's newest that was taken back."""
    if call.args.numbers:
        return await ledger.report(tx, call.args.numbers[0])
    since = call.campaign.start
    key, sender = call.campaign.key, call.speaker.key
    found = await ledger.reports_by(tx, key, sender, since=since, limit=1, state=RecordState.VOIDED)
    return found[0] if found else None
