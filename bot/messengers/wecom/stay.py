"""Staying connected: lease, subscription, heartbeat, the way back, and what was heard handed on in order."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any

import aiohttp
import structlog

from bot.clock import Clock
from bot.messengers.base import Inbound, MalformedError, SendError
from bot.messengers.wecom.codes import RefusedError
from bot.messengers.wecom.link import Link

CONNECT_S = 15.0
MAX_PAUSE_S = 30.0
"""The vendor's SDK waits 1 s, 2 s … 30 s between its tries."""
STEADY = dt.timedelta(seconds=60)
"""A connection that has stood so long starts the waiting anew."""
MAX_MISSED = 2
"""Heartbeats without an answer, after which a link is dead."""
MAX_REFUSALS = 5
"""Subscriptions refused in a row for a passing reason; WeCom guards against more."""
ROOM = 1000
"""Messages heard and not yet handed on; over it the socket is not read."""
DELIVERIES = 8
DRAIN_S = 10.0

Hearing = Callable[[Link, str, str, dict[str, Any]], Awaitable[Inbound | None]]
log = structlog.get_logger()


class Stop(StrEnum):
    """Why nobody listens any more."""

    CLOSED = "closed"
    KICKED = "kicked"
    """Another connection took the robot over; connecting again would only take it back, for ever."""
    REFUSED = "refused"
    """BotID or secret is wrong, or WeCom keeps refusing."""


class Stay:
    """The one connection of a robot, for as long as it is ours."""

    def __init__(  # noqa: PLR0913 wired in one place
        self,
        *,
        name: str,
        connect: Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]],
        wrap: Callable[[aiohttp.ClientWebSocketResponse], Link],
        subscription: dict[str, Any],
        hear: Hearing,
        deliver: Callable[[Inbound], Awaitable[None]],
        lease: Callable[[], AbstractAsyncContextManager[object]],
        clock: Clock,
        heartbeat_s: float,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self.link: Link | None = None
        self.kicked = asyncio.Event()
        self._up = asyncio.Event()
        self._closing = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._heard: asyncio.Queue[Inbound] = asyncio.Queue(ROOM)
        self._name = name
        self._connect = connect
        self._wrap = wrap
        self._subscription = subscription
        self._hear = hear
        self._deliver = deliver
        self._lease = lease
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._pause = pause

    async def run(self) -> Stop:
        """Hold the connection under the lease until it is over; what was heard is handed on before the lease goes."""
        async with self._lease():
            self._ended.clear()
            self.kicked.clear()
            worker = asyncio.create_task(self._hand_on())
            try:
                return await self._stay()
            finally:
                await self._drain(worker)
                self._ended.set()

    async def close(self) -> None:
        """Hang up and wait until what was heard is handed on."""
        self._closing.set()
        await self._ended.wait()

    def now(self) -> Link:
        """Return the link; raise SendError when there is none in this process."""
        if self.link is None:
            raise SendError("the long connection is down", retry_after_s=5.0)
        return self.link

    async def renew(self, link: Link, timeout_s: float) -> Link:
        """Give up a link whose subscription is gone, and return the next one."""
        self._down(link)
        link.drop()
        try:
            await asyncio.wait_for(self._up.wait(), timeout_s)
        except TimeoutError:
            log.warning("no new subscription in time", messenger=self._name)
        return self.now()

    async def _stay(self) -> Stop:
        failures = refusals = 0
        while not self._closing.is_set():
            began, wait_s = self._clock.now(), 0.0
            try:
                if (stop := await self._hold()) is not None:
                    log.warning("long connection over", messenger=self._name, reason=stop.value)
                    return stop
                refusals = 0
            except RefusedError as fault:
                refusals += 1
                log.error("subscription refused", messenger=self._name, code=fault.code, fault=str(fault))  # noqa: TRY400
                if fault.permanent or refusals >= MAX_REFUSALS:
                    return Stop.REFUSED
                wait_s = fault.retry_after_s or 0.0
            except (SendError, aiohttp.ClientError, TimeoutError, OSError) as fault:
                log.warning("long connection lost", messenger=self._name, fault=type(fault).__name__)
            failures = 0 if self._clock.now() - began >= STEADY else failures
            await _first(self._pause(max(wait_s, min(MAX_PAUSE_S, 2.0**failures))), self._closing.wait())
            failures = min(failures + 1, 5)
        return Stop.CLOSED

    async def _hold(self) -> Stop | None:
        """Connect and stay until something ends it; return None when it is to be tried again."""
        async with asyncio.timeout(CONNECT_S):
            ws = await self._connect()
        link = self._wrap(ws)
        reader = asyncio.create_task(link.read(self._listener(link)))
        try:
            await link.call("aibot_subscribe", self._subscription, harmless=True)
            self.link = link
            self._up.set()
            log.info("subscribed", messenger=self._name, link=link.id)
            await _first(link.dropped.wait(), self._beat(link), self.kicked.wait(), self._closing.wait())
        finally:
            self._down(link)
            link.drop()
            reader.cancel()
            (fault,) = await asyncio.gather(reader, return_exceptions=True)
            if isinstance(fault, Exception):
                log.error("reading ended", messenger=self._name, fault=type(fault).__name__)
            await ws.close()
        if self.kicked.is_set():
            return Stop.KICKED
        return Stop.CLOSED if self._closing.is_set() else None

    async def _beat(self, link: Link) -> None:
        """Ping until two pings in a row are not answered."""
        missed = 0
        while missed < MAX_MISSED:
            await asyncio.sleep(self._heartbeat_s)
            try:
                await link.call("ping", harmless=True)
                missed = 0
            except SendError:
                missed += 1

    def _listener(self, link: Link) -> Callable[[str, str, dict[str, Any]], Awaitable[None]]:
        async def listen(cmd: str, req_id: str, body: dict[str, Any]) -> None:
            try:
                heard = await self._hear(link, cmd, req_id, body)
            except MalformedError as fault:
                log.warning("frame not understood", messenger=self._name, cmd=cmd[:64], fault=str(fault))
                return
            if heard is not None:
                await self._heard.put(heard)

        return listen

    async def _hand_on(self) -> None:
        while True:
            inbound = await self._heard.get()
            try:
                await self._hand_on_one(inbound)
            finally:
                self._heard.task_done()

    async def _hand_on_one(self, inbound: Inbound) -> None:
        """Hand a message on until it is stored: WeCom does not say it a second time."""
        for number in range(DELIVERIES):
            try:
                await self._deliver(inbound)
            except Exception as fault:  # noqa: BLE001 a full disk, a lost database: it may pass
                kind = type(fault).__name__  # and no traceback: a database's error repeats the words it was given
                log.error("message not stored", message_id=inbound.message_id, tries=number + 1, fault=kind)  # noqa: TRY400
                await self._pause(min(MAX_PAUSE_S, 2.0**number))
            else:
                return
        log.error("message lost", messenger=self._name, message_id=inbound.message_id)

    async def _drain(self, worker: asyncio.Task[None]) -> None:
        await _first(self._heard.join(), asyncio.sleep(DRAIN_S))
        if not self._heard.empty():
            log.error("messages not stored in time", messenger=self._name, count=self._heard.qsize())
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    def _down(self, link: Link) -> None:
        if self.link is link:
            self.link = None
            self._up.clear()


async def _first(*works: Coroutine[Any, Any, Any] | Awaitable[Any]) -> None:
    """Wait for the first of several; the others are given up, and what it raised is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
