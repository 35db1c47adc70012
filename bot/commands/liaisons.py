"""What liaisons order: taking back what they said."""

from bot import bookkeeping
from bot.clock import local_day
from bot.commands.call import Call, Said, say
from bot.document import PostKind
from bot.rules.wording import acks, service
from storage import audit, inbox, ledger
from storage.database import Tx
from storage.records import RecordState, Report


async def withdraw(tx: Tx, call: Call) -> Said:
    """撤回 [#号]: void the sender's own last record, the one quoted, or the one named."""
    report = await _meant(tx, call)
    if report is None:
        return say(service.nothing_to_withdraw(), kind=PostKind.HINT)
    if report.sender != call.speaker.key and not call.speaker.may_write(report.region):
        return say(service.not_your_record(report.number), kind=PostKind.REFUSAL)
    if report.state is not RecordState.LIVE:
        return say(service.already_withdrawn(report.number), kind=PostKind.HINT)
    await ledger.lock(tx, call.campaign.key, [report.region])
    items = [e.progress for e in await ledger.entries_of(tx, [report.number]) if not e.derived]
    await ledger.set_state(
        tx, report.number, RecordState.VOIDED, at=call.now, by=call.speaker.key, reason=call.message.text[:200]
    )
    await bookkeeping.refold(tx, call.campaign.key, await ledger.touched_lines(tx, report.number))
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action="withdraw",
        object_=f"A{report.number}",
        inbox_id=call.message.id,
    )
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


async def _meant(tx: Tx, call: Call) -> Report | None:
    if call.args.numbers:
        return await ledger.report(tx, call.args.numbers[0])
    if call.message.quoted_id is not None:
        quoted = await inbox.by_message_id(tx, call.message.messenger, call.message.quoted_id)
        made = await ledger.reports_of_message(tx, quoted.id) if quoted else []
        if made:
            return made[0]
    return await ledger.last_report(tx, call.campaign.key, call.speaker.key)
