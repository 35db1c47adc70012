"""A lease on what only one process may hold: waited for, kept while the block lasts; once lost, the block ends."""

import asyncio
import contextlib
import datetime as dt
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from bot.clock import Clock
from storage import leases
from storage.database import Database

log = structlog.get_logger(__name__)

LASTS = dt.timedelta(seconds=30)
RENEW_S = 10.0
RETRY_S = 5.0


class LeaseLostError(Exception):
    """Somebody else holds the lease now, or the database could not be asked for too long."""


class Lease:
    """One lease, entered as often as wanted: `async with lease():` waits until it is free.

    Its clock is the wall clock, the same for every process. When it is lost, the block is cancelled and
    LeaseLostError is raised in place of the cancellation.
    """

    def __init__(
        self,
        name: str,
        *,
        database: Database,
        clock: Clock,
        pause: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._database = database
        self._clock = clock
        self._pause = pause
        self._owner = secrets.token_hex(16)

    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Wait for the lease, and keep it while the block lasts."""
        return self._held()

    @contextlib.asynccontextmanager
    async def _held(self) -> AsyncIterator[None]:
        while not await self._claimed():
            await self._pause(RETRY_S)
        log.info("lease taken", lease=self.name)
        holder = asyncio.current_task()
        assert holder is not None
        lost = asyncio.Event()
        keeper = asyncio.create_task(self._keep(holder, lost))
        try:
            yield
        except asyncio.CancelledError:
            if lost.is_set() and holder.uncancel() == 0:
                raise LeaseLostError(self.name) from None
            raise
        finally:
            keeper.cancel()
            is_ours = await _to_the_end(asyncio.create_task(self._released(keeper)))
        if not is_ours:
            raise LeaseLostError(self.name)

    async def _keep(self, holder: "asyncio.Task[Any]", lost: asyncio.Event) -> None:
        until = self._clock.now() + LASTS
        while self._clock.now() < until - dt.timedelta(seconds=RENEW_S / 2):
            await self._pause(RENEW_S)
            asked_at = self._clock.now()
            claimed = await self._asked()
            if claimed:
                until = asked_at + LASTS
            elif claimed is False:
                break
        log.error("lease lost", lease=self.name)
        lost.set()
        holder.cancel()

    async def _claimed(self) -> bool:
        return await self._asked() is True

    async def _asked(self) -> bool | None:
        """Ask the database for the lease; None when it does not answer."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(RETRY_S), self._database.transaction() as tx:
                return await leases.claim(tx, self.name, owner=self._owner, now=now, until=now + LASTS)
        except Exception as fault:  # noqa: BLE001 whatever ails the database, the lease is not renewed
            log.warning("lease not renewed", lease=self.name, fault=type(fault).__name__)
            return None

    async def _released(self, keeper: "asyncio.Task[None]") -> bool:
        """Give the lease back; False when it was somebody else's already. Not given back, it runs out."""
        await asyncio.gather(keeper, return_exceptions=True)
        try:
            async with asyncio.timeout(RETRY_S), self._database.transaction() as tx:
                return await leases.release(tx, self.name, owner=self._owner)
        except Exception as fault:  # noqa: BLE001 as above
            log.warning("lease not given back", lease=self.name, fault=type(fault).__name__)
            return True


async def _to_the_end(task: "asyncio.Task[bool]") -> bool:
    """Wait for a task, also when we are cancelled meanwhile: a lease not given back holds up whoever comes next."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
