"""What a test may ask of any platform: what it sends us, what people see there, and its bad days."""

import datetime as dt
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from bot.clock import ManualClock
from bot.messengers.base import ChatKind

ADMIN = "admin-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a webhook, as it goes over the wire."""

    body: bytes
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Platform(ABC):
    """One messenger with its fake, its settings and one robot called `main`."""

    name: str
    path: str = ""
    member: str
    """A person whom the robot knows."""
    route: str | None = None
    """The push robot of its group, where pushes go by one."""
    stale_after = dt.timedelta(minutes=11)
    conflict_status = 200
    idempotent = True
    """Whether a post sent again is shown once."""
    has_tokens = False

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.leads_to: str | None = None
        """Where every call is sent on to, instead of an answer."""
        app = self.application()
        app.middlewares.append(self._leading)
        self.server = TestServer(app)

    @web.middleware
    async def _leading(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self.leads_to is not None:
            raise web.HTTPTemporaryRedirect(self.leads_to)
        return await handler(request)

    @property
    def url(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    async def start(self) -> None:
        await self.server.start_server(shutdown_timeout=0.1)  # a socket that stays open holds up nobody

    async def stop(self) -> None:
        self.release()
        await self.server.close()

    @abstractmethod
    def application(self) -> web.Application:
        """The fake as it is served."""

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """The settings that switch the robot on."""

    @abstractmethod
    def message(self, text: str, *, message_id: str, sender: str, group: str | None) -> bytes:
        """What the platform says of a message, before it is sealed and signed."""

    @abstractmethod
    def believed(self, plain: bytes) -> Call:
        """Seal and sign anything as the platform does."""

    @abstractmethod
    def unsigned(self, call: Call) -> Call:
        """The same call without its signature."""

    @abstractmethod
    def forged(self, call: Call) -> Call:
        """The same call, signed by somebody who does not know the secret."""

    def call(self, text: str, *, message_id: str = "m1", sender: str | None = None, group: str | None = None) -> Call:
        return self.believed(self.message(text, message_id=message_id, sender=sender or self.member, group=group))

    def echo(self, text: str, *, message_id: str) -> Call:
        """The robot's own word, told to it as if somebody had said it."""
        return self.call(text, message_id=message_id, sender="duban")

    def handshake(self) -> tuple[Call, bytes] | None:
        """What the console sends when an address is saved, and what it wants to read in the answer."""
        return None

    # What people see.

    @property
    @abstractmethod
    def said(self) -> list[str]:
        """What is shown, message by message, markup and all."""

    @property
    @abstractmethod
    def called_out(self) -> list[str]:
        """Who was mentioned so that it rings: everybody, if ever, among them."""

    @property
    def marked_up(self) -> list[str]:
        """Of what is shown, that in which markup acts."""
        return []

    @abstractmethod
    def chats(self, number: int) -> list[tuple[str, ChatKind]]:
        """As many chats as wanted that the robot can push to."""

    # Bad days.

    @abstractmethod
    def lose_next_answer(self) -> None:
        """Take the next message, show it, and cut the line."""

    @abstractmethod
    def refuse_for_pace(self) -> None:
        """Refuse the next message: too many."""

    @abstractmethod
    def hold(self) -> None:
        """Answer nobody until `release`."""

    @abstractmethod
    def release(self) -> None:
        """Answer again."""

    def end_tokens(self) -> None:  # noqa: B027 some platforms know no tokens
        """Let every token end."""

    @property
    def token_fetches(self) -> int:
        return 0


def dump(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def without(call: Call, *names: str) -> Call:
    return replace(
        call,
        headers={name: value for name, value in call.headers.items() if name not in names},
        query={name: value for name, value in call.query.items() if name not in names},
    )
