"""How fast waiting messages become records and answers owed: `python -m benchmarks.pipeline`."""

import asyncio
import logging
import sys
import tempfile
import time

import structlog
import uvloop

from benchmarks import books
from benchmarks.figures import Figure
from bot import wiring
from bot.clock import ManualClock
from bot.messengers.sandbox import Sandbox
from storage import inbox
from storage.database import Database
from tests import postgres

MESSAGES = 6_000
CHATS = 100
TARGET = 1000


async def work(url: str, folder: str) -> None:
    """Handle everything that waits, from the moment a line comes on standard input; say how long it took."""
    database = Database(url)
    clock = ManualClock(books.NOW)
    sandbox = Sandbox(clock=clock, show=lambda _seen: None)
    service = wiring.build(books.roomy(folder), database=database, messengers={"generic": sandbox}, clock=clock)
    async with database.transaction(reading=True):
        pass
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    cpu = time.process_time()
    while await service.clerk.handle_next() or await _something_waits(database):
        pass
    print(time.process_time() - cpu, flush=True)
    await service.close()


async def _something_waits(database: Database) -> bool:
    """Tell whether messages are left, be it in chats that another worker holds; then give it a moment."""
    async with database.transaction(reading=True) as tx:
        waits = await inbox.oldest_waiting(tx) is not None
    if waits:
        await asyncio.sleep(0.005)
    return waits


async def measure(url: str, *, workers: int, chats: int, messages: int) -> tuple[float, float]:
    """Return messages a second by the wall, and by the CPU of the workers."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(url)
        await database.migrate()
        campaign = books.roomy(folder)
        await books.with_liaisons(database, campaign, chats=chats)
        await books.with_waiting(database, campaign, messages=messages, chats=chats)
        await database.close()
        arguments = ["-m", "benchmarks.pipeline", "work", url, folder]
        pipe = asyncio.subprocess.PIPE
        started = [
            await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=pipe, stdout=pipe)
            for _ in range(workers)
        ]
        for process in started:
            assert process.stdout
            assert await process.stdout.readline() == b"ready\n"
        start = time.perf_counter()
        told = await asyncio.gather(*(process.communicate(b"go\n") for process in started))
        return messages / (time.perf_counter() - start), messages / sum(float(out) for out, _ in told)


def run() -> list[Figure]:
    """Measure on SQLite and on PostgreSQL, with one and two workers."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for chats, messages in ((CHATS, MESSAGES), (1000, 1000), (1, 1000)):
            url = f"sqlite:///{folder}/{chats}.db"
            rate, per_core = asyncio.run(measure(url, workers=1, chats=chats, messages=messages))
            figures.append(_figure(f"SQLite, {chats:,} chat{'s' * (chats > 1)}, {messages:,} messages", rate, per_core))
    with postgres.server() as url:
        rates = {}
        for workers in (1, 2):
            name = f"bench_pipeline_{workers}"
            postgres.run_sql(url, f"DROP DATABASE IF EXISTS {name}")
            postgres.run_sql(url, f"CREATE DATABASE {name}")
            named = postgres.named(url, name)
            rate, per_core = asyncio.run(measure(named, workers=workers, chats=CHATS, messages=MESSAGES))
            rates[workers] = rate
            figures.append(_figure(f"PostgreSQL, {workers} worker{'s' * (workers > 1)}, {CHATS} chats", rate, per_core))
        faster = rates[2] / rates[1]
        figures.append(Figure("two workers / one (PostgreSQL)", f"{faster:.2f}", "> 1", faster > 1))
    return figures


def _figure(name: str, rate: float, per_core: float) -> Figure:
    figure = f"{rate:,.0f}/s by the wall, {per_core:,.0f}/s a core"
    return Figure(f"inbox → ledger → outbox ({name})", figure, f"≥ {TARGET:,}/s a core", per_core >= TARGET)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if sys.argv[1:2] == ["work"]:
        uvloop.run(work(sys.argv[2], sys.argv[3]))
    else:
        for figure in run():
            print(figure)
