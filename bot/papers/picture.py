"""Pictures without stalling the event loop: a worker process draws, is started when needed and again when it died."""

import asyncio
import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from bot.papers.typeface import TypefaceError, typeface
from bot.papers.views import View

IDLE_S = 300.0
"""After so long without a picture the worker is let go, and its memory with it."""
LONGEST_DRAWING_S = 30.0


class PictureError(Exception):
    """A picture could not be drawn."""


class Painter:
    """The office that draws pictures, one at a time, in a process of its own."""

    def __init__(self, *, font_file: Path | None = None, idle_s: float = IDLE_S) -> None:
        self.font_file = font_file
        self.idle_s = idle_s
        self._pool: ProcessPoolExecutor | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._waiting = 0

    async def render(self, view: View) -> bytes:
        """Return a view as PNG, 900 pixels wide; the same view and font give the same bytes.

        A worker that died is started again once; raise PictureError when that one dies too, or the font is unusable.
        """
        self._waiting += 1
        if self._idle is not None:
            self._idle.cancel()
        try:
            try:
                return await self._draw(view)
            except BrokenProcessPool:
                return await self._draw(view)
        except BrokenProcessPool as fault:
            raise PictureError("the drawing process died twice") from fault
        except (TypefaceError, ImportError, ValueError) as fault:
            raise PictureError(str(fault)) from fault
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._idle = asyncio.get_running_loop().call_later(self.idle_s, self._let_go)

    async def _draw(self, view: View) -> bytes:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=settle)
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, draw_in_time, view, self.font_file)
        except BrokenProcessPool:
            if self._pool is pool:
                self._let_go()
            raise

    def _let_go(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def close(self) -> None:
        """End the worker and wait until it is gone."""
        if self._idle is not None:
            self._idle.cancel()
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


def draw(view: View, font_file: Path | None = None) -> bytes:
    """Return a view as PNG, here and now: for a worker, or a command that has no event loop to stall."""
    # Imported here because only the worker draws: the process that serves never loads the painter.
    from bot.papers.paint import paint  # noqa: PLC0415
    from bot.papers.press import compose  # noqa: PLC0415

    return paint(compose(view, typeface(font_file)))


def draw_in_time(view: View, font_file: Path | None) -> bytes:
    """Draw in the worker, which dies of a drawing that never ends even while it holds the interpreter lock."""
    signal.setitimer(signal.ITIMER_REAL, LONGEST_DRAWING_S)
    try:
        return draw(view, font_file)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def settle() -> None:
    """Leave Ctrl-C to the parent, and let the alarm end the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
