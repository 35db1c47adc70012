"""台账 and 导入: the ledger as a workbook, and a workbook brought back after 确认."""

import hashlib
import re
from typing import Any

from bot.clock import local_day
from bot.commands import confirming
from bot.commands.call import Action, Applied, Call, Said, hint, refuse, say
from bot.document import Document, PostKind
from bot.messengers.base import ChatKind
from bot.office import contents, opening, sheets
from bot.office.opening import Plan, Source
from bot.papers.sheet import SheetError
from bot.publish.studio import XLSX, order
from bot.rules.wording import excel, hints
from storage import outbox
from storage.database import Tx
from storage.records import Role

OFFICE_CHATS = frozenset({"headquarters", "leaders"})
FAULTS_IN_CHAT = 10
FILE = re.compile(r"[0-9a-f]{64}")
FILE_WORDS = rf"(?:台账|文件)?\s*(?:{FILE.pattern})?"
"""A file that was sent is named by its SHA-256: whoever hands it over writes it, nobody types it."""


async def ledger_book(tx: Tx, call: Call) -> Said:
    """台账 [市州]: the ledger as a workbook; admins get all of it, others their own unit's part."""
    regions = _asked(call)
    if regions is not None and not all(_may_see(call, region) for region in regions):
        return refuse(hints.not_allowed())
    if not _fits_chat(call, regions):
        return hint(excel.ask_in_private())
    found = await contents.load(tx, call.office, now=call.now, regions=regions)
    name = excel.file_name(call.campaign, found.day, regions or ())
    document = Document(
        lines=(excel.answer(found.day, regions or (), call.campaign),), files=(order(name, sheets.compose(found)),)
    )
    return Said(document=document)


def _asked(call: Call) -> list[str] | None:
    """Return the units that are asked for; None for all of them, which only admins may have."""
    if call.args.regions:
        return list(call.args.regions)
    if call.chat is not None and call.chat.region is not None and call.message.chat_kind == ChatKind.GROUP:
        return [call.chat.region]
    if call.speaker.role is Role.ADMIN:
        return None
    own = (call.speaker.region, call.speaker.stand_in)
    return [region for region in call.campaign.regions if region in own]


def _may_see(call: Call, region: str) -> bool:
    return call.speaker.role is Role.ADMIN or region in {call.speaker.region, call.speaker.stand_in}


def _fits_chat(call: Call, regions: list[str] | None) -> bool:
    """Whether everybody who reads this chat may read that part of the ledger."""
    if call.message.chat_kind != ChatKind.GROUP:
        return bool(regions) or regions is None
    if call.chat is None:
        return False
    if call.chat.kind in OFFICE_CHATS:
        return call.speaker.role is Role.ADMIN
    own = call.chat.region
    if call.chat.kind == "division" and call.chat.division is not None:
        own = call.campaign.region_of_division(call.chat.division)
    return regions is not None and own is not None and set(regions) == {own}


async def bring_in(tx: Tx, call: Call) -> Said:
    """导入: say how a workbook is brought in; with one that was sent, show what it would change."""
    found = FILE.search(call.args.words)
    if found is None:
        return say(*excel.how_to_import(), kind=PostKind.HINT)
    kept = await outbox.attachment(tx, found[0])
    if kept is None or kept[0] != XLSX:
        return hint(excel.file_is_gone())
    return await take_file(tx, call, kept[1])


async def take_file(tx: Tx, call: Call, data: bytes) -> Said:
    """Show what a workbook of standings would change, and ask for 确认; a file with any fault changes nothing."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        planned = await _plan(tx, call, data)
    except SheetError as fault:
        shown, more = fault.faults[:FAULTS_IN_CHAT], len(fault.faults) - FAULTS_IN_CHAT
        tail = (excel.too_many_faults(more),) if more > 0 else ()
        return hint(excel.cannot_import(len(fault.faults)), *shown, *tail)
    lines = shortened(planned.lines(call.office))
    if planned.is_idle:
        return say(*lines)
    await outbox.keep_attachment(tx, sha256=sha256, media_type=XLSX, data=data)
    return await confirming.propose(tx, call, IMPORT, {"sha256": sha256, "digest": planned.digest}, *lines)


def shortened(lines: list[str]) -> list[str]:
    """Return the first lines, how many are left out, and the last one, which counts them all."""
    if len(lines) <= excel.CHAT_LINES:
        return lines
    return [*lines[: excel.CHAT_LINES - 2], excel.more_lines(len(lines) - excel.CHAT_LINES + 1), lines[-1]]


async def _plan(tx: Tx, call: Call, data: bytes) -> Plan:
    stated = await opening.read(data, call.office, now=call.now, limits=opening.limits_in_chat())
    return await opening.plan(tx, call.office, stated, today=local_day(call.now))


async def _import(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    """Enter a workbook as it was shown; nothing when the ledger has moved since."""
    kept = await outbox.attachment(tx, args["sha256"])
    if kept is None:
        return Applied(said=hint(excel.file_is_gone()))
    try:
        planned = await _plan(tx, call, kept[1])
    except SheetError:
        return Applied(said=hint(excel.plan_is_stale()))
    if planned.digest != args["digest"]:
        return Applied(said=hint(excel.plan_is_stale()))
    source = Source(inbox_id=call.message.id, actor=call.speaker.key, at=call.now)
    numbers = await opening.enter(tx, call.office, planned, source)
    lines = [excel.imported(len(planned.changes), numbers), *([excel.trial_over()] if planned.ends_trial else [])]
    undo = {"numbers": list(numbers)} if numbers else None
    return Applied(said=say(*lines, kind=PostKind.ACK), undo=undo)


async def _take_back(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    numbers = [int(number) for number in undo["numbers"]]
    await opening.undo(tx, call.office, numbers, by=call.speaker.key, at=call.now)
    return say(excel.import_undone(numbers))


IMPORT = Action(name="import_ledger", apply=_import, undo=_take_back)
