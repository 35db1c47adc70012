"""Work until nothing is left, then wait: the one loop of every worker, and the one place that catches a bug."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[bool]]
"""Do one piece of work; False when there was none."""


async def forever(work: Work, *, name: str, bell: asyncio.Event, idle_s: float) -> None:
    """Work as long as there is work; then wait for the bell, or `idle_s` seconds at most.

    An exception is logged and waited out with doubling pauses: a worker never dies of one bad row.
    """
    pause_s = 0.5
    while True:
        bell.clear()
        try:
            if await work():
                pause_s = 0.5
                continue
        except Exception as fault:  # a worker must outlive any bug; it is told here, once
            log.exception("worker failed", worker=name, fault=type(fault).__name__)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 30.0)
            continue
        try:
            async with asyncio.timeout(idle_s):
                await bell.wait()
        except TimeoutError:
            pass
