"""Which records are meant by whoever quotes a message."""

from storage import inbox, ledger
from storage.database import Tx
from storage.inbox import Message
from storage.records import Report

NAMED = "#A"
"""Begins a quoted id that is no message's but a record's, which the quoted words name: WeCom tells words alone."""


async def reports(tx: Tx, message: Message) -> list[Report]:
    """Return the records that the quoted message made or that its words name; none when nothing is quoted."""
    quoted = message.quoted_id
    if quoted is None:
        return []
    if quoted.startswith(NAMED):
        named = await ledger.report(tx, int(quoted.removeprefix(NAMED)))
        return [named] if named else []
    said = await inbox.by_message_id(tx, message.messenger, quoted)
    return await ledger.reports_of_message(tx, said.id) if said else []
