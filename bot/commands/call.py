"""What a command is given, and what it answers with; how a wide change is asked to be confirmed, done and undone.

A change that touches much is not made at once. The command keeps it with `confirming.propose(tx, call, ACTION, args,
*lines)`: one row of the table `pending` for this person in this chat, with the action's name and its arguments as
JSON. 确认 within a quarter of an hour runs the action's `apply(tx, call, args)`, 取消 drops it, another proposal
replaces it. What `apply` returns as `undo` is kept with the row; 恢复 C12 runs the action's `undo(tx, call, undo)`.
Small changes that can be taken back as well go through `confirming.do`, which applies at once. Every action stands in
`ACTIONS` in `bot.commands.table`; proposing, applying and undoing are audited there, not by each action.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.bookkeeping import Office
from bot.document import Document, PostKind
from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.database import Tx
from storage.inbox import Message
from storage.records import Chat, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Args:
    """What was said beside the command's name; empty where nothing was."""

    regions: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    letters: tuple[str, ...] = ()
    """Before each number: A a record, M an owed message, C a change, or nothing."""
    when: str = ""
    """A day, a period or a length of time, as it was said: `days.read` reads it."""
    whole: bool = False
    """All units were named at once (全省)."""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a push would say or was owed: each document with how many it goes to, or why there is none."""

    documents: tuple[tuple[Document, int], ...] = ()
    posts: int = 0
    held: int = 0
    """Posts held back to the next morning by quiet hours, holidays or the day's limit."""
    reason: str | None = None


class Press(Protocol):
    """Whoever makes unprompted messages, lent to the commands that preview and push by hand."""

    async def preview(self, tx: Tx, office: Office, kind: str, *, now: dt.datetime) -> Pressed:
        """Say what a push would send now; nothing is owed and nothing remembered."""
        ...

    async def push(self, tx: Tx, office: Office, kind: str, *, now: dt.datetime, key: str) -> Pressed:
        """Owe what a push sends now."""
        ...

    async def remind(self, tx: Tx, office: Office, regions: Sequence[str], *, now: dt.datetime, key: str) -> Pressed:
        """Owe a reminder to whoever reports for these units."""
        ...

    async def tell(
        self, tx: Tx, office: Office, document: Document, audience: Sequence[str], *, now: dt.datetime, key: str
    ) -> Pressed:
        """Owe a document to audiences: a kind of chats, `liaison` for each liaison in private, or a unit's name."""
        ...

    async def count(self, tx: Tx, office: Office, audience: Sequence[str], *, now: dt.datetime) -> int:
        """Return how many chats and people audiences are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One command as it was given."""

    office: Office
    speaker: Speaker
    message: Message
    chat: Chat | None
    args: Args
    now: dt.datetime
    press: Press

    @property
    def campaign(self) -> Campaign:
        """The campaign it is about."""
        return self.office.campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command answers; `elsewhere` are notices to other people, by messenger and user id."""

    document: Document
    kind: PostKind = PostKind.ANSWER
    elsewhere: tuple[tuple[str, str, Document], ...] = field(default=())

    @property
    def is_silent(self) -> bool:
        """Whether nothing is answered: a 确认 that was chatter in a group."""
        return not self.document.text and not self.document.attachments


Run = Callable[[Tx, Call], Awaitable[Said]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # each is itself: the table is looked up by identity
class Command:
    """One line of the table: names, who may, what it takes, what it does, and its help."""

    name: str
    run: Run
    help: str
    """How it is said and what it does: `进度 恩施州：看进度`."""
    may: frozenset[Role]
    aliases: tuple[str, ...] = ()
    takes_region: bool = False
    takes_number: bool = False
    takes_when: bool = False
    words: str | None = None
    """A pattern of the free words that must follow the name (and units, numbers, days), where it takes such."""
    long_words: bool = False
    """Whether the free words may be long and of several lines."""
    needs_number: bool = False
    """Whether it is this command only when a number of ours (#12) follows the name: 办结3宗 is a report."""
    yields: bool = False
    """Whether a text that reads as a report is one, though it fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an action did: what to answer, and what its undoing needs (None: it cannot be undone)."""

    said: Said
    undo: dict[str, Any] | None = None
    object_: str | None = None
    """What the audit names it by, where that is no change's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One kind of change: how it is made, how it is undone, and what the audit calls it."""

    name: str
    apply: Callable[[Tx, Call, dict[str, Any]], Awaitable[Applied]]
    undo: Callable[[Tx, Call, dict[str, Any]], Awaitable[Said]] | None = None


def say(*lines: str, kind: PostKind = PostKind.ANSWER) -> Said:
    """Answer with plain lines."""
    return Said(document=Document(lines=lines), kind=kind)


def hint(*lines: str) -> Said:
    """Answer what could not be done as it was said."""
    return say(*lines, kind=PostKind.HINT)


def refuse(*lines: str) -> Said:
    """Refuse."""
    return say(*lines, kind=PostKind.REFUSAL)
