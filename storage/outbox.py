"""Messages owed: written with what causes them, claimed by a Courier, and marked with how it went."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, case, delete, func, select, text, tuple_, update

from storage import wakeup
from storage.database import Tx, insert
from storage.tables import attachments, outbox, sends


class State(StrEnum):
    """Where an owed message is."""

    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    EXPIRED = "expired"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One message owed to one chat; `dedup_key` makes sure that it is owed once, `document` is the neutral form."""

    campaign: str
    dedup_key: str
    messenger: str
    chat_id: str
    chat_kind: str
    kind: str
    document: dict[str, Any]
    created_at: dt.datetime
    not_before: dt.datetime
    expires_at: dt.datetime
    priority: int = 5
    route: str | None = None
    inbox_id: int | None = None
    reply_to: str | None = None
    reply_route: dict[str, Any] | None = field(default=None)
    reply_until: dt.datetime | None = None
    region: str | None = None
    day: dt.date | None = None
    id: int = 0
    tries: int = 0
    unknown: int = 0
    """How many tries may have arrived without our knowing."""


_FIELDS = (
    "campaign",
    "dedup_key",
    "messenger",
    "chat_id",
    "chat_kind",
    "kind",
    "document",
    "created_at",
    "not_before",
    "expires_at",
    "priority",
    "route",
    "inbox_id",
    "reply_to",
    "reply_route",
    "reply_until",
    "region",
    "day",
)
LOOKED_AT = 1000
"""How many due messages a claim looks at to find one for each chat."""


async def enqueue(tx: Tx, owed: Sequence[Owed]) -> None:
    """Owe messages, each once per dedup key, for ever."""
    if not owed:
        return
    rows = [
        {name: getattr(o, name) for name in _FIELDS}
        | {"state": State.WAITING, "tries": 0, "unknown": 0, "doubled": False}
        for o in owed
    ]
    await tx.execute(insert(tx, outbox).on_conflict_do_nothing(index_elements=["dedup_key"]), rows)
    await wakeup.notify(tx, "outbox")


async def claim(
    tx: Tx,
    *,
    owner: str,
    now: dt.datetime,
    lease: dt.timedelta,
    limit: int,
    messengers: Sequence[str],
    only_routed: bool = False,
) -> list[Owed]:
    """Lease the most urgent due messages of these messengers, at most one for each chat, oldest first within a chat.

    `only_routed` leaves alone what does not go by a chat's own push robot, unless it is too late for it anyway.

    A message whose lease ran out was left by a Courier that died: it may have arrived, so it is *unknown*.
    """
    due = (outbox.c.state == State.WAITING) | ((outbox.c.state == State.LEASED) & (outbox.c.lease_until <= now))
    await _one_at_a_time(tx, messengers)
    query = (
        select(outbox.c.id, outbox.c.messenger, outbox.c.chat_id)
        .where(due, outbox.c.not_before <= now, outbox.c.messenger.in_(messengers))
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(LOOKED_AT)
    )
    if only_routed:
        is_routed = outbox.c.route.is_not(None) & outbox.c.reply_route.is_(None)
        query = query.where(is_routed | (outbox.c.expires_at <= now))
    taken = await _busy_chats(tx, now)
    chosen: list[int] = []
    for number, *chat in await tx.execute(query):
        if tuple(chat) not in taken and len(chosen) < limit:
            taken.add(tuple(chat))
            chosen.append(number)
    if not chosen:
        return []
    lease_it = (
        update(outbox)
        .where(outbox.c.id.in_(chosen), due)  # what was voided meanwhile stays void
        .values(
            unknown=outbox.c.unknown + case((outbox.c.state == State.LEASED, 1), else_=0),
            state=State.LEASED,
            owner=owner,
            lease_until=now + lease,
            tries=outbox.c.tries + 1,
        )
        .returning(outbox)
    )
    leased = {row["id"]: _owed(row) for row in (await tx.execute(lease_it)).mappings()}
    return [leased[number] for number in chosen if number in leased]


async def _one_at_a_time(tx: Tx, messengers: Sequence[str]) -> None:
    """Let only one Courier of a messenger claim at a time: chats keep their order, and nobody overdraws a budget."""
    if tx.dialect.name == "sqlite":
        return
    for messenger in sorted(messengers):
        await tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))"), {"key": f"claim/{messenger}"})


async def _busy_chats(tx: Tx, now: dt.datetime) -> set[tuple[str, str]]:
    """Return the chats for which somebody is posting just now: order within a chat is kept."""
    query = select(outbox.c.messenger, outbox.c.chat_id).where(
        outbox.c.state == State.LEASED, outbox.c.lease_until > now
    )
    return {(messenger, chat_id) for messenger, chat_id in await tx.execute(query)}


async def mark_sent(tx: Tx, ids: Sequence[int], *, owner: str, at: dt.datetime, doubled: bool) -> None:
    """Write down that messages arrived; `doubled` when an earlier try may have arrived too."""
    if not ids:
        return
    await tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.owner == owner, outbox.c.state == State.LEASED)
        .values(state=State.SENT, sent_at=at, lease_until=None, fault=None, doubled=doubled)
    )


async def put_back(tx: Tx, owed_id: int, *, owner: str, not_before: dt.datetime) -> None:
    """Give a claim back untried: the budget is used up until then."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == owed_id, outbox.c.owner == owner)
        .values(state=State.WAITING, not_before=not_before, lease_until=None, owner=None, tries=outbox.c.tries - 1)
    )


async def mark_later(
    tx: Tx, owed_id: int, *, owner: str, not_before: dt.datetime, fault: str, unknown: bool = False
) -> None:
    """Put a message back until later; `unknown` remembers that this try may have arrived."""
    values: dict[str, Any] = {
        "state": State.WAITING,
        "not_before": not_before,
        "lease_until": None,
        "owner": None,
        "fault": fault[:2000],
    }
    if unknown:
        values["unknown"] = outbox.c.unknown + 1
    await tx.execute(update(outbox).where(outbox.c.id == owed_id, outbox.c.owner == owner).values(values))


async def mark_over(tx: Tx, owed_id: int, state: State, *, owner: str, fault: str, at: dt.datetime) -> None:
    """Give a message up: dead, or expired."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == owed_id, outbox.c.owner == owner)
        .values(state=state, fault=fault[:2000], lease_until=None, sent_at=at)
    )


async def void(tx: Tx, *, campaign: str, kind: str, reported: Collection[tuple[str, dt.date]]) -> int:
    """Void the unsent messages of a kind that reports of these units and days make needless; return how many."""
    if not reported:
        return 0
    result = await tx.execute(
        update(outbox)
        .where(
            outbox.c.campaign == campaign,
            outbox.c.kind == kind,
            tuple_(outbox.c.region, outbox.c.day).in_(sorted(reported)),
            outbox.c.state == State.WAITING,
        )
        .values(state=State.VOID, fault="已收到报送")
    )
    return int(result.rowcount)


async def note_send(tx: Tx, destination: str, *, at: dt.datetime) -> None:
    """Count a send against a destination's budget."""
    await tx.execute(insert(tx, sends).values(destination=destination, at=at))


async def sends_since(tx: Tx, destinations: Sequence[str], *, since: dt.datetime) -> dict[str, list[dt.datetime]]:
    """Return when these destinations were sent to since a moment, oldest first; forget what is older than a day."""
    await tx.execute(delete(sends).where(sends.c.at < since - dt.timedelta(days=1)))
    query = select(sends.c.destination, sends.c.at).where(sends.c.destination.in_(destinations), sends.c.at > since)
    found: dict[str, list[dt.datetime]] = {}
    for destination, at in await tx.execute(query.order_by(sends.c.at)):
        found.setdefault(destination, []).append(at)
    return found


async def sends_by_destination(tx: Tx, *, since: dt.datetime) -> dict[str, int]:
    """Count the posts of each destination since a moment."""
    query = select(sends.c.destination, func.count()).where(sends.c.at > since).group_by(sends.c.destination)
    return {str(destination): int(many) for destination, many in await tx.execute(query)}


async def keep_attachment(tx: Tx, *, sha256: str, media_type: str, data: bytes) -> None:
    """Keep a file's bytes once."""
    statement = insert(tx, attachments).values(sha256=sha256, media_type=media_type, data=data)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))


async def attachment(tx: Tx, sha256: str) -> tuple[str, bytes] | None:
    """Return the media type and the bytes of a kept file."""
    query = select(attachments.c.media_type, attachments.c.data).where(attachments.c.sha256 == sha256)
    row = (await tx.execute(query)).first()
    return (row.media_type, bytes(row.data)) if row else None


async def next_due(tx: Tx) -> dt.datetime | None:
    """Return when the next waiting message may go, to know how long to sleep."""
    query = select(func.min(outbox.c.not_before)).where(outbox.c.state == State.WAITING)
    moment: dt.datetime | None = (await tx.execute(query)).scalar()
    return moment


async def counts(tx: Tx) -> dict[str, int]:
    """Count owed messages by state, and those maybe doubled."""
    rows = await tx.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    found = {str(state): int(number) for state, number in rows}
    doubled = select(func.count()).where(outbox.c.doubled)
    return found | {"doubled": int((await tx.execute(doubled)).scalar_one())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A message that did not arrive; `number` is shown as #M<number>."""

    number: int
    chat_id: str
    kind: str
    document: dict[str, Any]
    fault: str
    at: dt.datetime | None
    state: State


async def dead_letters(tx: Tx, campaign: str, *, since: int = 0, limit: int = 20) -> list[Dead]:
    """Return the messages that did not arrive, with a number above `since`, oldest first."""
    query = select(outbox).where(outbox.c.campaign == campaign, outbox.c.state == State.DEAD, outbox.c.id > since)
    return [_dead(row) for row in (await tx.execute(query.order_by(outbox.c.id).limit(limit))).mappings()]


async def letter(tx: Tx, campaign: str, number: int) -> Dead | None:
    """Return an owed message by its number, or None."""
    query = select(outbox).where(outbox.c.campaign == campaign, outbox.c.id == number)
    row = (await tx.execute(query)).mappings().first()
    return _dead(row) if row else None


async def send_again(tx: Tx, number: int, *, at: dt.datetime, expires_at: dt.datetime) -> None:
    """Owe a message that did not arrive once more, under the same key."""
    values = {"state": State.WAITING, "not_before": at, "expires_at": expires_at, "tries": 0, "unknown": 0}
    await tx.execute(update(outbox).where(outbox.c.id == number).values(**values, owner=None, lease_until=None))


async def said_on(
    tx: Tx, campaign: str, *, kinds: Sequence[str], starts: dt.datetime, ends: dt.datetime
) -> dict[tuple[str, str], int]:
    """Count by (messenger, person) what of these kinds goes or went out in private in a period."""
    query = (
        select(outbox.c.messenger, outbox.c.chat_id, func.count())
        .where(
            outbox.c.campaign == campaign,
            outbox.c.chat_kind == "direct",
            outbox.c.kind.in_(kinds),
            outbox.c.inbox_id.is_(None),
            outbox.c.not_before >= starts,
            outbox.c.not_before < ends,
            outbox.c.state.in_([State.WAITING, State.LEASED, State.SENT]),
        )
        .group_by(outbox.c.messenger, outbox.c.chat_id)
    )
    return {(messenger, chat_id): int(many) for messenger, chat_id, many in await tx.execute(query)}


async def oldest_due(tx: Tx, *, now: dt.datetime) -> dt.datetime | None:
    """Return since when the message that waits longest might have gone."""
    query = select(func.min(outbox.c.not_before)).where(outbox.c.state == State.WAITING, outbox.c.not_before <= now)
    moment: dt.datetime | None = (await tx.execute(query)).scalar()
    return moment


async def states_of(tx: Tx, dedup_keys: Sequence[str]) -> dict[str, State]:
    """Return where owed messages are, by dedup key."""
    query = select(outbox.c.dedup_key, outbox.c.state).where(outbox.c.dedup_key.in_(dedup_keys))
    return {str(key): State(state) for key, state in await tx.execute(query)}


def _dead(row: RowMapping) -> Dead:
    names = ("chat_id", "kind", "document")
    values = {name: row[name] for name in names}
    return Dead(number=row["id"], fault=row["fault"] or "", at=row["sent_at"], state=State(row["state"]), **values)


def _owed(row: RowMapping) -> Owed:
    values = {name: row[name] for name in _FIELDS}
    return Owed(id=row["id"], tries=row["tries"], unknown=row["unknown"], **values)
