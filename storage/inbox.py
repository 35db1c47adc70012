"""Messages received: each is kept once per message id, in the order of receipt, until it is handled or set aside."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, literal_column, select, tuple_, update

from storage.bulk import insert_new, moment_text
from storage.database import Tx, insert
from storage.records import Role
from storage.tables import chats, conflicts, inbox

MAX_TRIES = 3


class Intake(StrEnum):
    """What became of a message at the door."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


class State(StrEnum):
    """Where a message is."""

    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it was received; `id` is its place in the order of receipt."""

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

_FIELDS = (
    "campaign",
    "messenger",
    "message_id",
    "body_sha256",
    "chat_id",
    "chat_kind",
    "sender_id",
    "text",
    "sent_at",
    "received_at",
    "sender_name",
    "form",
    "quoted_id",
    "reply_route",
    "reply_until",
)
_COLUMNS = (*_FIELDS, "state", "tries")


async def add(tx: Tx, messages: Sequence[Message]) -> list[Intake]:
    """Keep messages, each once; say of each whether it is new, known, or another body under a known id."""
    rows = [_row(tx, message) for message in messages]
    added = await insert_new(tx, inbox, _COLUMNS, rows, unique=("messenger", "message_id"))
    if len(added) == len(messages):
        return [Intake.NEW] * len(messages)
    known = await _bodies(tx, [m for m in messages if (m.messenger, m.message_id) not in added])
    answers = []
    for message in messages:
        key = (message.messenger, message.message_id)
        if key in added:
            added.discard(key)
            known[key] = message.body_sha256
            answers.append(Intake.NEW)
        else:
            answers.append(Intake.DUPLICATE if known[key] == message.body_sha256 else Intake.CONFLICT)
    await _keep_conflicts(tx, [m for m, answer in zip(messages, answers, strict=True) if answer is Intake.CONFLICT])
    return answers


def _row(tx: Tx, m: Message) -> tuple[Any, ...]:
    """Return a waiting message's values, in the order of `_COLUMNS`."""
    return (
        m.campaign,
        m.messenger,
        m.message_id,
        m.body_sha256,
        m.chat_id,
        m.chat_kind,
        m.sender_id,
        m.text,
        moment_text(tx, m.sent_at),
        moment_text(tx, m.received_at),
        m.sender_name,
        m.form,
        m.quoted_id,
        None if m.reply_route is None else json.dumps(m.reply_route, ensure_ascii=False),
        None if m.reply_until is None else moment_text(tx, m.reply_until),
        State.WAITING,
        0,
    )


async def _bodies(tx: Tx, messages: Sequence[Message]) -> dict[tuple[str, str], str]:
    bodies: dict[tuple[str, str], str] = {}
    for messenger in {m.messenger for m in messages}:
        ids = [m.message_id for m in messages if m.messenger == messenger]
        query = select(inbox.c.message_id, inbox.c.body_sha256).where(
            inbox.c.messenger == messenger, inbox.c.message_id.in_(ids)
        )
        bodies |= {(messenger, message_id): body for message_id, body in await tx.execute(query)}
    return bodies


async def _keep_conflicts(tx: Tx, messages: Sequence[Message]) -> None:
    if not messages:
        return
    rows = [
        {name: getattr(m, name) for name in ("messenger", "message_id", "body_sha256", "text", "received_at")}
        for m in messages
    ]
    await tx.execute(insert(tx, conflicts).on_conflict_do_nothing(), rows)


async def meet_chats(tx: Tx, campaign: str, met: Sequence[tuple[str, str, str, str | None]]) -> None:
    """Make a row for each chat (messenger, id, kind, name) seen for the first time: the row is what a Clerk locks."""
    rows = [
        {"messenger": messenger, "chat_id": chat_id, "kind": kind, "name": name, "campaign": campaign}
        for messenger, chat_id, kind, name in met
    ]
    await tx.execute(insert(tx, chats).on_conflict_do_nothing(index_elements=["messenger", "chat_id"]), rows)


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
