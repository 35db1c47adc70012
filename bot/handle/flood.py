"""The answers of a flood: held back beyond what one person is answered in a minute, and given as one."""

import datetime as dt
import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

from bot.document import Document, PostKind
from bot.handle.replies import reply
from bot.rules import flood as rules
from bot.rules.wording import flood as wording
from storage import floods, undelivered
from storage.database import Tx
from storage.floods import Who
from storage.inbox import Message


class Flood:
    """Who writes more than is answered one by one, in the chats of a batch."""

    def __init__(self, earlier: dict[Who, deque[dt.datetime]], most: Mapping[str, int]) -> None:
        self._earlier = earlier
        self._most = most
        self._held_back: dict[Who, list[Message]] = {}

    @classmethod
    async def watch(cls, tx: Tx, messages: Sequence[Message], most: Mapping[str, int]) -> Self:
        """Look at what was said shortly before these messages; `most` are the answers a minute, by messenger."""
        if not any(m.messenger in most for m in messages):
            return cls({}, most)
        since = messages[0].received_at - rules.WINDOW
        return cls(await floods.lately(tx, before=messages[0].id, since=since), most)

    def is_over(self, message: Message) -> bool:
        """Whether a message goes beyond what its sender is answered one by one; it is counted."""
        most = self._most.get(message.messenger)
        if most is None:
            return False
        return rules.is_over(self._earlier.setdefault(_who(message), deque()), message.received_at, most=most)

    def hold_back(self, message: Message) -> None:
        """Answer a message together with the others of its sender."""
        self._held_back.setdefault(_who(message), []).append(message)

    async def answer(self, tx: Tx, *, now: dt.datetime) -> None:
        """Owe each sender one answer to what was held back, or let the one that is owed already say it too."""
        for who, messages in self._held_back.items():
            due = rules.share(now)
            while not await _owe(tx, who, messages, now=now, due=due):
                due += rules.SHARED_FOR  # that one is on its way already


async def _owe(tx: Tx, who: Who, messages: Sequence[Message], *, now: dt.datetime, due: dt.datetime) -> bool:
    key = f"together/{hashlib.sha256('/'.join(who).encode()).hexdigest()[:32]}/{due.astimezone(dt.UTC):%Y%m%d%H%M%S}"
    first = await floods.first_of(tx, key) or messages[0].id
    became = await floods.outcome(tx, who, first=first, last=messages[-1].id)
    document = Document(lines=wording.together(became.said, became.registered, became.numbers))
    owed = reply(messages[0], PostKind.ACK, document, now=now)
    return await undelivered.owe_or_renew(tx, [replace(owed, dedup_key=key, not_before=due)])


def _who(message: Message) -> Who:
    return message.messenger, message.chat_id, message.sender_id
