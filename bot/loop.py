"""Work until nothing is left, then wait: the one loop of every worker, and the one place that catches a bug."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[bool]]
"""Do one piece of work; False when there was none."""


async def forever(work: Work, *, name: str, bell: asyncio.Event, stop: asyncio.Event, idle_s: float) -> None:
    """Work as long as there is work; then wait for the bell, or `idle_s` seconds at most. End between two pieces.

    An exception is logged and waited out with doubling pauses: a worker never dies of one bad row.
    """
    pause_s = 0.5
    while not stop.is_set():
        bell.clear()
        try:
            worked = await work()
            pause_s = 0.5
        except Exception as fault:  # a worker must outlive any bug; it is told here, once
            log.exception("worker failed", worker=name, fault=type(fault).__name__)
            worked = False
            await rest(stop, pause_s)
            pause_s = min(pause_s * 2, 30.0)
        if not worked and not stop.is_set():
            await rest(bell, idle_s)


async def rest(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not longer than that."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
