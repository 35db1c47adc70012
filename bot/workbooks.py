"""A workbook on its way in: fetched where a messenger keeps it for us, and its bytes kept before its message is."""

import asyncio
import hashlib

import structlog
from msgspec.structs import replace

from bot.messengers.base import WORKBOOK_BYTES, XLSX, Attached, FileLostError, Inbound
from bot.rules.wording import excel
from storage import outbox, people
from storage.database import Database
from storage.records import Role

log = structlog.get_logger(__name__)

FETCH_S = 2.0
"""The strictest messenger waits three seconds for its answer, and the message is still to be committed."""
KEEP_S = 4.0
ZIP = b"PK\x03\x04"
"""How every xlsx begins: a file without a name is told by it."""
LOST = "lost file"
"""The form of a message whose workbook could not be fetched: its sender is asked to send it again."""


async def take(inbound: Inbound, messenger: str, database: Database) -> Inbound:
    """Fetch an admin's workbook and keep its bytes; the message then names it by its hash, unless it says more."""
    if inbound.file is not None:
        inbound = await _fetched(inbound, messenger, database)
    workbook = inbound.workbook
    if workbook is None or not excel.only_hands_over(inbound.text) or len(workbook.data) > WORKBOOK_BYTES:
        return inbound
    sha256 = hashlib.sha256(workbook.data).hexdigest()
    async with asyncio.timeout(KEEP_S), database.transaction() as tx:
        await outbox.keep_attachment(tx, sha256=sha256, media_type=workbook.media_type, data=workbook.data)
    return replace(inbound, text=excel.sent_workbook(sha256), form="file")


async def _fetched(inbound: Inbound, messenger: str, database: Database) -> Inbound:
    """Get the bytes of a file, if it may be a workbook and an admin sent it; nobody else's is looked at."""
    file = inbound.file
    assert file is not None
    if file.name is not None and not file.name.lower().endswith(".xlsx"):
        return inbound
    try:
        async with asyncio.timeout(FETCH_S):
            if not await _is_admins(inbound, messenger, database):
                return inbound
            data = await file.fetch()
    except (FileLostError, TimeoutError) as fault:
        log.warning("file not fetched", messenger=messenger, message_id=inbound.message_id, fault=str(fault)[:100])
        return replace(inbound, form=LOST)
    if not data.startswith(ZIP):
        return inbound
    return replace(inbound, workbook=Attached(name=file.name or "", media_type=XLSX, data=data))


async def _is_admins(inbound: Inbound, messenger: str, database: Database) -> bool:
    async with database.transaction(reading=True) as tx:
        who = (await people.find(tx, messenger, [inbound.sender_id])).get(inbound.sender_id)
    return who is not None and who.role is Role.ADMIN
