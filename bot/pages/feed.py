"""What the sandbox's chats have seen, numbered, so that a page can watch it live and take it up again where it left."""

import asyncio
import datetime as dt
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from bot.document import Document, File, PostKind, Severity
from storage.records import Role


class GoneError(Exception):
    """The events asked for are no longer kept, or belong to another run: begin anew."""


class Purpose(StrEnum):
    """What a chat is for."""

    HEADQUARTERS = "headquarters"
    LEADERS = "leaders"
    LIAISONS = "liaisons"
    CITY = "city"
    DIVISION = "division"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody one may be in the sandbox; the private chat with the bot has the person's id."""

    id: str
    name: str
    role: Role
    region: str | None = None
    division: str | None = None
    title: str | None = None
    """An office shown beside the name (攻坚办)."""
    suggestions: tuple[str, ...] = ()
    """What this person may try to say; those of the role where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A group and who is in it; everyone else may only look on."""

    id: str
    name: str
    purpose: Purpose
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as a chat shows it; the bot's own has no author."""

    chat_id: str
    at: dt.datetime
    text: str
    author: Person | None = None
    title: str | None = None
    kind: PostKind | None = None
    severity: Severity = Severity.INFO
    mentions: tuple[str, ...] = ()
    """Ids of people, or names."""
    files: tuple[File, ...] = ()

    @classmethod
    def of(cls, document: Document, *, chat_id: str, at: dt.datetime, kind: PostKind | None) -> Self:
        """Make the bot's message of a document."""
        return cls(
            chat_id=chat_id,
            at=at,
            text="\n".join(document.lines),
            title=document.title,
            kind=kind,
            severity=document.severity,
            mentions=document.mentions,
            files=document.attachments,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The clock stands elsewhere now; `moving` while it is on its way."""

    now: dt.datetime
    moving: bool = False


@dataclass(frozen=True, slots=True)
class RosterChange:
    """People or chats are no longer what they were."""


Event = Message | Tick | RosterChange
Numbered = tuple[int, Event]


class Feed:
    """The last events of the sandbox and the last messages of each chat, kept in memory.

    Watchers hold no queue here, only the number of the last event they saw: one that is slow, asleep or gone costs
    nothing.
    """

    def __init__(self, *, keep: int = 10_000, keep_per_chat: int = 300) -> None:
        self.last = 0
        self.closed = False
        self._keep_per_chat = keep_per_chat
        self._events: deque[Numbered] = deque(maxlen=keep)
        self._chats: dict[str, deque[tuple[int, Message]]] = {}
        self._files: dict[str, File] = {}
        self._news = asyncio.Event()

    def publish(self, event: Event) -> int:
        """Give an event its number, keep it and wake whoever waits for it."""
        self.last += 1
        self._events.append((self.last, event))
        if isinstance(event, Message):
            chat = self._chats.setdefault(event.chat_id, deque(maxlen=self._keep_per_chat))
            chat.append((self.last, event))
            self._files.update({file.sha256: file for file in event.files})
        self._wake()
        return self.last

    async def after(self, number: int, *, wait_s: float) -> tuple[Numbered, ...]:
        """Return the events after a number, waiting for the first; none when the time is up or the feed closes.

        Raise GoneError when some of them are no longer kept.
        """
        if self._is_gone(number):
            raise GoneError(number)
        if number == self.last and not self.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
        if self._is_gone(number):
            raise GoneError(number)
        fresh = self.last - number
        return tuple(self._events)[-fresh:] if fresh else ()

    def history(self, chat_id: str, *, limit: int) -> tuple[tuple[int, Message], ...]:
        """Return the last messages of a chat, the oldest first."""
        return tuple(self._chats.get(chat_id, ()))[-limit:]

    def file(self, sha256: str) -> File | None:
        """Return the file of that SHA-256 if some message carried it."""
        return self._files.get(sha256)

    def close(self) -> None:
        """Send every watcher home."""
        self.closed = True
        self._wake()

    def _is_gone(self, number: int) -> bool:
        return not self.last - len(self._events) <= number <= self.last

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
