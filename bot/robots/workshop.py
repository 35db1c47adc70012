"""The workshop that every robot is built in: sessions, the wall clock, and the list of what was built."""

import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from bot.clock import Clock
from bot.messengers.base import Inbound, Messenger
from bot.messengers.dingtalk import DingTalkWebhook
from bot.messengers.feishu import FeishuHook
from bot.messengers.wecom import WeComGroupWebhook, WeComLongConnection
from bot.meters import Metered
from config.robots import Robot
from config.settings import PREFIX, Settings, SettingsError
from storage.database import Database

Hear = Callable[[str, Inbound], Awaitable[None]]
"""How a long connection hands on what it heard: the messenger's name, and the message."""


class Checked(Protocol):
    """Whoever can be tried out."""

    async def check(self) -> list[str]:
        """Return findings in Chinese, each beginning with 正常, 注意 or 故障."""
        ...

    def hosts(self) -> list[str]:
        """Return host:port of what is called."""
        ...


class CheckedMessenger(Messenger, Checked, Protocol):
    """A messenger that can be tried out."""


@dataclass(slots=True)
class Robots:
    """What was built: the messengers by name, and what has to be looked after beside sending."""

    messengers: dict[str, Messenger] = field(default_factory=dict)
    checked: dict[str, Checked] = field(default_factory=dict)
    connections: list[WeComLongConnection] = field(default_factory=list)
    quotas: list[Metered] = field(default_factory=list)
    sessions: list[aiohttp.ClientSession] = field(default_factory=list)

    @property
    def deaf(self) -> frozenset[str]:
        """The names of those that take no webhook calls: they only push, or listen on a connection of their own."""
        kinds = (WeComLongConnection, WeComGroupWebhook, DingTalkWebhook, FeishuHook)
        return frozenset(name for name, messenger in self.messengers.items() if isinstance(messenger, kinds))

    async def close(self) -> None:
        """Give back what the messengers hold, then the sessions."""
        for messenger in self.messengers.values():
            await messenger.close()
        for session in self.sessions:
            await session.close()


@contextmanager
def named(messenger: str, robot: str | None = None) -> Iterator[None]:
    """Tell of which robot a setting cannot be used; constructors never put a value in their errors."""
    name = PREFIX + "__".join(part.upper() for part in (messenger, robot) if part)
    try:
        yield
    except OSError as fault:
        raise SettingsError([f"{name}__CA_FILE: cannot be used ({type(fault).__name__})"]) from None
    except ValueError as fault:
        raise SettingsError([f"{name}: {fault}"]) from None


@dataclass(slots=True, kw_only=True)
class Workshop:
    """What robots are built with, and where they are put."""

    settings: Settings
    database: Database
    hear: Hear
    wall: Clock
    """Signatures and tokens go by it, whatever the business clock says."""
    traces: Sequence[aiohttp.TraceConfig] = ()
    built: Robots = field(default_factory=Robots)

    def session(self, robot: Robot) -> aiohttp.ClientSession:
        """Open the session of one robot: its certificates, its proxy, its patience."""
        trust = ssl.create_default_context(cafile=str(robot.ca_file)) if robot.ca_file else True
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=trust, limit=32),
            proxy=robot.proxy.get_secret_value() if robot.proxy else None,
            timeout=aiohttp.ClientTimeout(total=robot.timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=list(self.traces),
        )
        self.built.sessions.append(session)
        return session

    def add(self, messenger: CheckedMessenger) -> None:
        """Put a messenger with those that are on."""
        self.built.messengers[messenger.name] = messenger
        self.built.checked[messenger.name] = messenger
