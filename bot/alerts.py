"""Alerts: what went wrong, owed to every admin in private, each once for its key; else to the headquarters' group."""

import datetime as dt
from dataclasses import replace

from bot.document import Document, PostKind
from bot.messengers.base import ChatKind
from storage import people
from storage.database import Tx
from storage.outbox import Owed
from storage.records import Role

KEPT_FOR = dt.timedelta(hours=12)


async def to_admins(
    tx: Tx, *, campaign: str, text: str, key: str, now: dt.datetime, not_before: dt.datetime | None = None
) -> list[Owed]:
    """Return an alert for every admin whom some messenger can reach."""
    admins = [p for p in await people.everybody(tx) if p.role is Role.ADMIN and p.user_id]
    due = not_before or now
    return [
        Owed(
            campaign=campaign,
            dedup_key=f"{key}/{admin.id}",
            messenger=admin.messenger,
            chat_id=admin.user_id or "",
            chat_kind=ChatKind.DIRECT,
            kind=PostKind.ALERT,
            document=Document(lines=(text,)).to_json(),
            created_at=now,
            not_before=due,
            expires_at=due + KEPT_FOR,
        )
        for admin in admins
    ]


async def in_the_group(tx: Tx, alert: Owed) -> list[Owed]:
    """Return an admin's alert for the headquarters' groups instead, owed once however many admins were to be told."""
    roster = await people.everybody(tx)
    if not any(p.role is Role.ADMIN and (p.messenger, p.user_id) == (alert.messenger, alert.chat_id) for p in roster):
        return []
    told, _, _ = alert.dedup_key.rpartition("/")
    return [
        replace(
            alert,
            dedup_key=f"{told}/{chat.messenger}/{chat.chat_id}",
            messenger=chat.messenger,
            chat_id=chat.chat_id,
            chat_kind=ChatKind.GROUP,
            route=chat.route,
        )
        for chat in await people.all_chats(tx, alert.campaign)
        if chat.kind == "headquarters"
    ]
