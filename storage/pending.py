"""Changes that wait for 确认, and those that were made and may be undone: one row each, never deleted."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from storage.database import Tx, insert
from storage.tables import pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change by an action's name and arguments; `number` is shown as #C<number>."""

    messenger: str
    chat_id: str
    sender_id: str
    action: str
    args: dict[str, Any]
    asked_at: dt.datetime
    expires_at: dt.datetime
    state: str = "open"
    undo: dict[str, Any] | None = None
    number: int = 0


_FIELDS = ("messenger", "chat_id", "sender_id", "action", "args", "asked_at", "expires_at", "state", "undo")


async def keep(tx: Tx, campaign: str, change: Change) -> int:
    """Keep a change and return its number; an open one replaces whatever its person had open in that chat."""
    if change.state == "open":
        await tx.execute(
            update(pending)
            .where(
                pending.c.campaign == campaign,
                pending.c.messenger == change.messenger,
                pending.c.chat_id == change.chat_id,
                pending.c.sender_id == change.sender_id,
                pending.c.state == "open",
            )
            .values(state="replaced")
        )
    values = {name: getattr(change, name) for name in _FIELDS}
    statement = insert(tx, pending).values(campaign=campaign, **values).returning(pending.c.id)
    return int((await tx.execute(statement)).scalar_one())


async def open_one(tx: Tx, campaign: str, *, messenger: str, chat_id: str, sender_id: str) -> Change | None:
    """Return the change that a person was asked to confirm in a chat, be it too late or not."""
    query = select(pending).where(
        pending.c.campaign == campaign,
        pending.c.messenger == messenger,
        pending.c.chat_id == chat_id,
        pending.c.sender_id == sender_id,
        pending.c.state == "open",
    )
    row = (await tx.execute(query.order_by(pending.c.id.desc()).limit(1))).mappings().first()
    return Change(number=row["id"], **{name: row[name] for name in _FIELDS}) if row else None


async def find(tx: Tx, campaign: str, number: int) -> Change | None:
    """Return a change by its number, or None."""
    query = select(pending).where(pending.c.campaign == campaign, pending.c.id == number)
    row = (await tx.execute(query)).mappings().first()
    return Change(number=row["id"], **{name: row[name] for name in _FIELDS}) if row else None


async def close(tx: Tx, number: int, state: str, *, at: dt.datetime, undo: dict[str, Any] | None = None) -> None:
    """Write down what became of a change: done (with what its undoing needs), cancelled, or undone."""
    values: dict[str, Any] = {"state": state, "done_at": at}
    if state == "done":
        values["undo"] = undo
    await tx.execute(update(pending).where(pending.c.id == number).values(**values))
