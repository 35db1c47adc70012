"""What every messenger is to duban: it opens a webhook call, and it sends a document."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from bot.document import Document, File

WORKBOOK_BYTES = 2 * 1024 * 1024
"""A workbook that is sent in chat is no larger."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BadSignatureError(Exception):
    """The call is unsigned, forged or stale: whoever sent it is not believed."""


class MalformedError(Exception):
    """The call is believed, but is not what the messenger is documented to send."""


class SendError(Exception):
    """A message did not arrive; a *permanent* failure will fail again however often we try.

    `retry_after_s` is how long the messenger asks us to wait; `unknown` means that it may have arrived all the same.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after_s: float | None = None, unknown: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.unknown = unknown


class FileLostError(Exception):
    """A file that was sent could not be brought in: gone, refused, or larger than a workbook may be."""


class ChatKind(StrEnum):
    """How a messenger tells chats apart."""

    GROUP = "group"
    DIRECT = "direct"


class Verdict(StrEnum):
    """What became of a call at the door."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    IGNORED = "ignored"
    UNAVAILABLE = "unavailable"


class Hook(Struct, frozen=True, kw_only=True):
    """A webhook call as it came in; header names are lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that came with a message."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file that the messenger keeps for us: its name, where it tells one, and what brings its bytes."""

    name: str | None = None
    fetch: Callable[[], Awaitable[bytes]]


class Inbound(Struct, frozen=True, kw_only=True):
    """One message that was said to the bot, the same for every messenger."""

    message_id: str
    chat_id: str
    chat_kind: ChatKind
    sender_id: str
    text: str
    sent_at: datetime | None
    """When it was said; None where the messenger does not tell: then its receipt counts, by the business clock."""
    sender_name: str | None = None
    chat_name: str | None = None
    quoted_id: str | None = None
    """The message that is replied to, where the messenger tells; `#A102` where it tells its words alone, and they name
    that record.
    """
    reply_route: dict[str, Any] | None = None
    """Where this one message is best answered (a session webhook, a response_url), where the messenger has such."""
    reply_until: datetime | None = None
    identity: bytes | None = None
    """What a repeated message id is compared by, where the messenger's contract says (the raw body); else what is said.

    An encrypted call is sealed anew each time it is repeated, so it is never compared itself.
    """
    form: str = "text"
    """`text`, `voice` (transcribed by the messenger) or what it was instead (image, file …), with an empty text."""
    workbook: Attached | None = None
    """An xlsx that was sent, where the messenger hands files over: an admin's is brought in (导入)."""
    file: Handed | None = None
    """A file that was sent, where it has to be fetched: only an admin's is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call is answered with over HTTP."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message owed, ready for its messenger."""

    key: str
    """The same on every retry: the messenger's idempotency key is made of it."""
    chat_id: str
    chat_kind: ChatKind
    document: Document
    kind: str = ""
    """What it is for (a PostKind)."""
    route: str | None = None
    """The push robot that the roster names for this chat, where there are several."""
    reply_to: str | None = None
    reply_route: dict[str, Any] | None = None
    is_unsure: bool = False
    """Whether an earlier try may have arrived: its answer was lost, or whoever posted it died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a messenger lets one robot say: `posts` in `window_s` seconds for each chat (`per_chat`) or in all."""

    posts: int = 1_000_000
    window_s: float = 60.0
    per_chat: bool = True
    second: tuple[int, float] | None = None
    """A second pair of posts and seconds that holds as well (1,000 an hour)."""
    idempotent: bool = False
    """Whether a re-sent post with the same key is shown only once."""
    jitter: bool = True
    """Whether pushes keep off :00 and :30, when everybody's robots speak."""
    private: bool = True
    """Whether a person can be told something unasked."""

    @property
    def windows(self) -> tuple[tuple[int, float], ...]:
        """The pairs of posts and seconds that hold; none for a messenger without limits."""
        first = () if self.posts >= 1_000_000 else ((self.posts, self.window_s),)
        return first if self.second is None else (*first, self.second)


Load = Callable[[File], Awaitable[bytes]]
"""How an adapter gets the bytes of an attachment."""


class Messenger(Protocol):
    """One messenger, switched on."""

    name: str
    limits: Limits

    def open(self, hook: Hook) -> Inbound | Answer:
        """Believe and read a call: a message, or what to answer at once (a handshake, an event we ignore).

        Raise BadSignatureError or MalformedError.
        """
        ...

    def verdict(self, verdict: Verdict) -> Answer:
        """Say over HTTP what became of an opened message."""
        ...

    async def send(self, post: Post, load: Load) -> None:
        """Post a message; raise SendError when it did not, or may not have, arrived."""
        ...

    async def close(self) -> None:
        """Give back what the messenger holds open."""
        ...
