"""How fast the papers are made: `python -m benchmarks.papers`; figures are printed, never asserted."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from bot.papers.memo import WeeklyMemo, write_memo
from bot.papers.picture import Painter, draw
from bot.papers.press import compose
from bot.papers.sheet import Book, Column, Sheet, write_book
from bot.papers.sheet_reader import read_book
from bot.papers.typeface import typeface
from bot.papers.views import View
from tests.papers.samples import bad_day, calm_day, sixty_units, trend
from tests.papers.test_memo import MEMO


def best_ms(work: Callable[[], object], *, times: int = 5) -> float:
    """Return the best of several runs: what the work costs when nothing else runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken) * 1000


def pictures() -> None:
    views: dict[str, View] = {
        "picture of 17 units, calm day": calm_day(),
        "picture of 17 units, bad day": bad_day(),
        "picture of 60 units": sixty_units(),
        "curve of one unit": trend(),
    }
    for name, view in views.items():
        layout = best_ms(partial(compose, view, typeface()))
        print(f"{name}: {best_ms(partial(draw, view)):.0f} ms ({layout:.0f} ms layout), {len(draw(view))} bytes")


async def worker() -> None:
    painter = Painter()
    start = time.perf_counter()
    await painter.render(calm_day())
    print(f"first picture, worker started: {(time.perf_counter() - start) * 1000:.0f} ms")
    longest, last = 0.0, time.perf_counter()
    drawing = asyncio.ensure_future(painter.render(sixty_units()))
    while not drawing.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    print(f"longest pause of the event loop while 60 units are drawn: {longest * 1000:.1f} ms")
    await painter.close()


def sheets() -> None:
    columns = tuple(Column(header=f"列{n}", kind="area" if n > 4 else "text") for n in range(10))
    rows = tuple(tuple(f"文字{i}" if n < 5 else Decimal(i) / 7 for n in range(10)) for i in range(10_000))
    book = Book(sheets=(Sheet(name="台账", columns=columns, rows=rows),))
    data = write_book(book)
    print(f"sheet of 10,000 x 10 cells: {best_ms(lambda: write_book(book), times=2):.0f} ms, {len(data)} bytes")
    print(f"the same read: {best_ms(lambda: read_book(data), times=2):.0f} ms")


def memos() -> None:
    memo: WeeklyMemo = replace(MEMO, units=MEMO.units * 9, problems=MEMO.problems * 30, tasks=MEMO.tasks * 30)
    print(f"weekly report, 17 units and 30 problems: {best_ms(lambda: write_memo(memo)):.0f} ms")


def run() -> None:
    """Print all figures."""
    pictures()
    asyncio.run(worker())
    sheets()
    memos()


if __name__ == "__main__":
    run()
