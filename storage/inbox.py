"""Messages received: each is kept once per message id, in the order of receipt, until it is handled or set aside."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import RowMapping, bindparam, func, literal_column, select, tuple_, update

from storage.database import Tx
from storage.records import Role
from storage.tables import chats, conflicts, inbox

MAX_TRIES = 3


class State(StrEnum):
    """Where a message is."""

    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Message(Struct, frozen=True, kw_only=True):
    """A message as it was received; `id` is its place in the order of receipt.

    A Struct is a dataclass that is made in a sixth of the time, and one is made for every call at the door.
    """

    campaign: str
    messenger: str
    message_id: str
    body_sha256: str
    chat_id: str
    chat_kind: str
    sender_id: str
    text: str
    sent_at: dt.datetime
    received_at: dt.datetime
    sender_name: str | None = None
    form: str = "text"
    quoted_id: str | None = None
    reply_route: dict[str, Any] | None = None
    reply_until: dt.datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """How a message was handled: by whom it was said, and what it was."""

    id: int
    outcome: str
    role: Role
    region: str | None
    division: str | None
    person: str | None
    parser_version: str


CHATS_AT_ONCE = 48
"""How many chats one process works on at once, where others work too."""

IS_WAITING = inbox.c.state == literal_column(f"'{State.WAITING}'")
"""Written out, so that the index of what waits is found."""

_FIELDS = tuple(name for name in Message.__struct_fields__ if name != "id")


async def take(tx: Tx, *, limit: int, chats_at_once: int = CHATS_AT_ONCE) -> list[Message]:
    """Take the messages that wait longest, in the order of receipt, with nothing older of their chats left out.

    Where several processes work, the rows of their chats are locked for the length of the transaction, and chats that
    others hold are passed over; so many chats at once, that something is left for the others.
    """
    query = select(inbox).where(IS_WAITING).order_by(inbox.c.id).limit(limit)
    if tx.dialect.name != "sqlite":  # there the writer's turn locks everything
        held = await _hold_chats(tx, chats_at_once)
        if not held:
            return []
        query = query.where(tuple_(inbox.c.messenger, inbox.c.chat_id).in_(held))
    return [_message(row) for row in (await tx.execute(query)).mappings()]


async def _hold_chats(tx: Tx, how_many: int) -> list[tuple[str, str]]:
    """Lock the chats of the messages that wait longest; what waits in them is looked at only then."""
    oldest = (
        select(inbox.c.messenger, inbox.c.chat_id)
        .join(chats, (chats.c.messenger == inbox.c.messenger) & (chats.c.chat_id == inbox.c.chat_id))
        .where(IS_WAITING)
        .order_by(inbox.c.id)
        .limit(how_many)
        .with_for_update(of=chats, skip_locked=True)
    )
    return list(dict.fromkeys((messenger, chat_id) for messenger, chat_id in await tx.execute(oldest)))


async def close(tx: Tx, handled: Sequence[Handled], *, at: dt.datetime) -> None:
    """Write down that messages are handled, and how."""
    if not handled:
        return
    rows = [
        {
            "closed": done.id,
            "outcome": done.outcome,
            "role": done.role,
            "region": done.region,
            "division": done.division,
            "person": done.person,
            "parser_version": done.parser_version,
            "handled_at": at,
        }
        for done in handled
    ]
    await tx.execute(_CLOSE, rows)


_CLOSE = (
    update(inbox)
    .where(inbox.c.id == bindparam("closed"))
    .values(
        state=State.DONE,
        **{
            name: bindparam(name)
            for name in ("outcome", "role", "region", "division", "person", "parser_version", "handled_at")
        },
    )
)


async def count_try(tx: Tx, message_id: int, *, fault: str, at: dt.datetime) -> bool:
    """Count a failed try of a message; set it aside after the last one, and say whether that was it."""
    tries = int((await tx.execute(select(inbox.c.tries).where(inbox.c.id == message_id))).scalar_one()) + 1
    aside = tries >= MAX_TRIES
    values: dict[str, Any] = {"tries": tries, "fault": fault[:2000]}
    if aside:
        values |= {"state": State.SET_ASIDE, "handled_at": at}
    await tx.execute(update(inbox).where(inbox.c.id == message_id).values(values))
    return aside


async def oldest_waiting(tx: Tx, *, beside: int = 0) -> dt.datetime | None:
    """Return when the message that waits longest (`beside` one of that id) was received."""
    query = select(inbox.c.received_at).where(IS_WAITING, inbox.c.id != beside).order_by(inbox.c.id).limit(1)
    moment: dt.datetime | None = (await tx.execute(query)).scalar()
    return moment


async def by_message_id(tx: Tx, messenger: str, message_id: str) -> Message | None:
    """Return the message of that id, or None."""
    query = select(inbox).where(inbox.c.messenger == messenger, inbox.c.message_id == message_id)
    row = (await tx.execute(query)).mappings().first()
    return _message(row) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A handled message with who its sender was on that day."""

    message: Message
    role: Role
    region: str | None
    division: str | None


async def handled_after(tx: Tx, campaign: str, *, after: int, limit: int) -> list[Reread]:
    """Return handled messages that were read (no commands), in the order of receipt, a page at a time."""
    query = (
        select(inbox)
        .where(
            inbox.c.campaign == campaign,
            inbox.c.id > after,
            inbox.c.state == State.DONE,
            inbox.c.outcome.in_(["report", "unclear", "none"]),
        )
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [
        Reread(message=_message(r), role=Role(r["role"]), region=r["region"], division=r["division"])
        for r in (await tx.execute(query)).mappings()
    ]


async def counts(tx: Tx) -> dict[str, int]:
    """Count the messages by state."""
    rows = await tx.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state))
    return {str(state): int(number) for state, number in rows}


async def set_aside_since(tx: Tx, campaign: str, *, since: int = 0) -> list[Message]:
    """Return the messages that could not be handled, with an id above `since`, oldest first."""
    query = select(inbox).where(inbox.c.campaign == campaign, inbox.c.state == State.SET_ASIDE, inbox.c.id > since)
    return [_message(row) for row in (await tx.execute(query.order_by(inbox.c.id))).mappings()]


async def conflicts_since(tx: Tx, *, since: int = 0) -> list[int]:
    """Return the numbers, above `since`, of the bodies that came under a known message id."""
    query = select(conflicts.c.id).where(conflicts.c.id > since).order_by(conflicts.c.id)
    return [int(number) for number in (await tx.execute(query)).scalars()]


def _message(row: RowMapping) -> Message:
    return Message(id=row["id"], **{name: row[name] for name in _FIELDS})
