"""What one person said lately in one chat, and what became of it."""

import datetime as dt
from collections import deque
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select

from storage.database import Tx
from storage.records import Role
from storage.tables import inbox, outbox, reports

Who = tuple[str, str, str]
"""A messenger, a chat, and who speaks there."""

_IS_TALK = (inbox.c.outcome == "answer") | ((inbox.c.outcome == "command") & (inbox.c.role != Role.UNKNOWN))
LOOKED_BACK = 1000
"""How many messages before one are looked at: the table's own order finds them without an index more."""


async def lately(tx: Tx, *, before: int, since: dt.datetime) -> dict[Who, deque[dt.datetime]]:
    """Return when everybody's last messages before one were received, oldest first."""
    query = select(inbox.c.messenger, inbox.c.chat_id, inbox.c.sender_id, inbox.c.received_at).where(
        inbox.c.id >= before - LOOKED_BACK, inbox.c.id < before, inbox.c.received_at > since
    )
    found: dict[Who, deque[dt.datetime]] = {}
    for messenger, chat_id, sender_id, at in await tx.execute(query.order_by(inbox.c.id)):
        found.setdefault((messenger, chat_id, sender_id), deque()).append(at)
    return found


async def first_of(tx: Tx, dedup_key: str) -> int | None:
    """Return the id of the first message that an owed answer is for; None when it is not owed yet."""
    first: int | None = (await tx.execute(select(outbox.c.inbox_id).where(outbox.c.dedup_key == dedup_key))).scalar()
    return first


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of messages: how many there were, how many made records, and the records' numbers by unit."""

    said: int
    registered: int
    numbers: dict[str, list[int]] = field(default_factory=dict)


async def outcome(tx: Tx, who: Who, *, first: int, last: int) -> Outcome:
    """Return what became of somebody's messages in a chat, from one to another, but for what is always answered."""
    theirs = _said_by(who) & inbox.c.id.between(first, last) & ~_IS_TALK
    said = (await tx.execute(select(func.count()).select_from(inbox).where(theirs))).scalar_one()
    made = select(reports.c.id, reports.c.region, reports.c.inbox_id).join(inbox, inbox.c.id == reports.c.inbox_id)
    rows = (await tx.execute(made.where(theirs).order_by(reports.c.id))).all()
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.region, []).append(row.id)
    return Outcome(said=int(said), registered=len({row.inbox_id for row in rows}), numbers=numbers)


def _said_by(who: Who) -> ColumnElement[bool]:
    messenger, chat_id, sender_id = who
    is_there = (inbox.c.messenger == messenger) & (inbox.c.chat_id == chat_id)
    return is_there & (inbox.c.sender_id == sender_id)
