"""What a command is given, and what it answers with."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

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
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One command as it was given."""

    office: Office
    speaker: Speaker
    message: Message
    chat: Chat | None
    args: Args
    now: dt.datetime

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


Run = Callable[[Tx, Call], Awaitable[Said]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line of the table: names, who may, what it takes, what it does, and its help."""

    name: str
    run: Run
    help: str
    may: frozenset[Role]
    aliases: tuple[str, ...] = ()
    takes_region: bool = False
    takes_number: bool = False
    words: str | None = None
    """A pattern of the free words that must follow the name, where it takes such."""


def say(*lines: str, kind: PostKind = PostKind.ANSWER) -> Said:
    """Answer with plain lines."""
    return Said(document=Document(lines=lines), kind=kind)
