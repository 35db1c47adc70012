"""A whole service before a platform: real settings, door, database, Clerk and Couriers, under a clock moved by hand."""

import asyncio
import datetime as dt
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from bot import server, wiring
from bot.clock import ManualClock
from bot.document import Document, PostKind
from bot.messengers.base import ChatKind
from bot.simulate import Simulation
from bot.wiring import Service
from config import settings as settings_
from config.campaign import Campaign
from storage import outbox, people
from storage.database import Database
from storage.outbox import Owed
from storage.records import Chat, Person, Role
from storage.tables import conflicts, inbox
from tests.messengers.platforms.base import Call, Platform
from tests.messengers.platforms.wecom import ConnectionPlatform

REGION = "恩施州"
REPORT = "今日批复2宗100亩"
ACK = f"已登记｜{REGION} 11月15日"


class Stage:
    """Opened for one platform or several; `restart` leaves nothing but the database."""

    def __init__(self, *platforms: Platform, url: str, campaign: Campaign, clock: ManualClock, **more: Any) -> None:
        self.platforms, self.clock, self.campaign = platforms, clock, campaign
        self.people: list[Person] = []
        self.bound: list[Chat] = []
        self._url = url
        self._more = more
        self._stack = AsyncExitStack()
        self._numbers = 0
        self.service: Service
        self.client: TestClient[Any, Any]

    @property
    def platform(self) -> Platform:
        return self.platforms[0]

    async def open(self) -> None:
        """Start the service, with one liaison who speaks through the platform."""
        wanted: dict[str, Any] = dict(self._more)
        for platform in self.platforms:
            wanted |= platform.settings()
        self._stack = AsyncExitStack()
        database = Database(self._url, durable=False)
        await database.migrate()
        self.service = await wiring.service_of(
            settings_.load(**wanted), self.campaign, database=database, clock=self.clock, wall=self.clock
        )
        self._stack.push_async_callback(self.service.close)
        self.simulation = Simulation(self.service, self.clock)
        await self.service.striker.start()
        await self._enrol()
        self.client = TestClient(TestServer(server.app_of(self.service)))
        await self._stack.enter_async_context(self.client)
        if self.service.robots.connections:
            await self._stack.enter_async_context(self.service.connections.standing())
        for platform in self.platforms:
            if isinstance(platform, ConnectionPlatform):
                await platform.connected()
                await until(lambda: all(one.connected for one in self.service.robots.connections))

    async def _enrol(self) -> None:
        liaisons = [_liaison(p) for p in self.platforms]
        async with self.service.database.transaction() as tx:
            await people.upsert_roster(tx, self.campaign.key, rows=[*liaisons, *self.people], bound=self.bound)

    async def close(self) -> None:
        for platform in self.platforms:
            platform.release()
        await self._stack.aclose()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    async def calls(self, call: Call, *, path: str | None = None) -> tuple[int, bytes]:
        """Call the webhook; return status and body."""
        where = path or self.platform.path
        async with self.client.request(
            call.method, where, params=call.query, headers=call.headers, data=call.body
        ) as response:
            return response.status, await response.read()

    async def hears(self, text: str, *, message_id: str = "m1", group: str | None = None) -> None:
        """Let the platform's member say something, and keep it."""
        before = await self.kept()
        if isinstance(self.platform, ConnectionPlatform):
            await self.platform.hear(text, message_id=message_id, group=group)
            async with asyncio.timeout(5):
                while await self.kept() == before:  # noqa: ASYNC110 nobody rings when a frame is stored
                    await asyncio.sleep(0)
        else:
            status, _ = await self.calls(self.platform.call(text, message_id=message_id, group=group))
            assert status == 200

    async def settle(self) -> None:
        await self.simulation.settle()

    async def passes(self, **span: float) -> None:
        """Let time pass, and whatever is due in it be done."""
        await self.simulation.run_until(self.clock.now() + dt.timedelta(**span))

    async def owes(self, document: Document, *, chats: int = 1, kind: PostKind = PostKind.DAILY) -> None:
        """Owe a document to chats of the platform, as a push."""
        now, self._numbers = self.clock.now(), self._numbers + 1
        owed = [
            _owed(self.platform, document, chat_id, chat_kind, key=f"{self._numbers}/{chat_id}", kind=kind, now=now)
            for chat_id, chat_kind in self.platform.chats(chats)
        ]
        async with self.service.database.transaction() as tx:
            await outbox.enqueue(tx, owed)

    async def kept(self) -> int:
        """How many messages are kept."""
        return await self._count(inbox)

    async def flagged(self) -> int:
        """How many conflicts are kept."""
        return await self._count(conflicts)

    async def _count(self, table: Any) -> int:
        async with self.service.database.transaction(reading=True) as tx:
            return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())

    async def posts(self) -> dict[str, int]:
        """How many posts are in which state."""
        async with self.service.database.transaction(reading=True) as tx:
            return await outbox.counts(tx)


def _liaison(platform: Platform) -> Person:
    return Person(messenger=platform.name, user_id=platform.member, name="张三", role=Role.CITY_LIAISON, region=REGION)


def _owed(
    platform: Platform,
    document: Document,
    chat_id: str,
    chat_kind: ChatKind,
    *,
    key: str,
    kind: PostKind,
    now: dt.datetime,
) -> Owed:
    return Owed(
        campaign="hubei-2023q4",
        dedup_key=f"test/{platform.name}/{key}",
        messenger=platform.name,
        chat_id=chat_id,
        chat_kind=chat_kind,
        kind=kind,
        document=document.to_json(),
        created_at=now,
        not_before=now,
        expires_at=now + dt.timedelta(hours=6),
        route=platform.route,
    )


async def until(true: Callable[[], bool]) -> None:
    """Let others work until something is so."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 what is waited for is anything
            await asyncio.sleep(0)
