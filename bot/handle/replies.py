"""How an answer is owed to whoever said something: in the same chat, for a day, once."""

import datetime as dt
from collections.abc import Sequence

from bot.document import Document, PostKind
from storage.inbox import Message
from storage.outbox import Owed

KEPT_FOR = dt.timedelta(hours=24)
PRIORITY = 2
"""An answer goes before whatever nobody asked for; only red goes first."""


def reply(message: Message, kind: PostKind, document: Document, *, now: dt.datetime, number: int = 1) -> Owed:
    """Owe an answer to a message; `number` tells several answers to one message apart."""
    return Owed(
        campaign=message.campaign,
        dedup_key=f"{message.messenger}/{message.message_id}/{number}",
        messenger=message.messenger,
        chat_id=message.chat_id,
        chat_kind=message.chat_kind,
        kind=kind,
        document=document.to_json(),
        created_at=now,
        not_before=now,
        expires_at=now + KEPT_FOR,
        priority=PRIORITY,
        inbox_id=message.id,
        reply_to=message.message_id,
        reply_route=message.reply_route,
        reply_until=message.reply_until,
    )


def lines(text: str | Sequence[str]) -> Document:
    """Make a document of one text or several lines."""
    return Document(lines=tuple(text.split("\n")) if isinstance(text, str) else tuple(text))
