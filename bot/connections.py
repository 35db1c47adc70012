"""Long connections kept standing while the workers are at work: one process holds each, the others wait for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from bot import alerts
from bot.clock import Clock
from bot.lease import LeaseLostError
from bot.rules.wording import service
from storage import outbox
from storage.database import Database

log = structlog.get_logger(__name__)

CLOSE_S = 15.0
PAUSE_S = 5.0
CLOSED = "closed"


class Connection(Protocol):
    """A robot that listens on a connection of its own."""

    name: str

    async def run(self) -> str:
        """Hold the connection until it is over; say why it is."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class Connections:
    """The long connections of a process."""

    def __init__(
        self,
        connections: Sequence[Connection],
        *,
        database: Database,
        campaign: str,
        clock: Clock,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._connections = connections
        self._database = database
        self._campaign = campaign
        self._clock = clock
        self._pause = pause

    @contextlib.asynccontextmanager
    async def standing(self) -> AsyncIterator[None]:
        """Keep them standing as long as the block lasts; then hand on what was heard, and hang up."""
        tasks = [asyncio.create_task(self.stand(connection)) for connection in self._connections]
        try:
            yield
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    await asyncio.gather(*(connection.close() for connection in self._connections))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stand(self, connection: Connection) -> None:
        """Run a connection again and again, until it is closed, or somebody else's for good: then tell the admins."""
        while True:
            try:
                stop = await connection.run()
            except LeaseLostError:
                log.warning("connection is another process's now", messenger=connection.name)
            except Exception as fault:  # a connection must outlive any bug; it is told here
                log.exception("connection failed", messenger=connection.name, fault=type(fault).__name__)
                await self._pause(PAUSE_S)
            else:
                if stop != CLOSED:
                    log.error("connection given up", messenger=connection.name, reason=str(stop))
                    await self._tell_admins(connection.name, str(stop))
                return

    async def _tell_admins(self, name: str, reason: str) -> None:
        now = self._clock.now()
        key = f"connection/{name}/{reason}/{now:%Y%m%d%H%M}"
        text = service.connection_given_up(name, reason)
        async with self._database.transaction() as tx:
            owed = await alerts.to_admins(tx, campaign=self._campaign, text=text, key=key, now=now)
            await outbox.enqueue(tx, owed)
