"""How fast messages are taken in durably, beside a bare aiohttp handler: `python -m benchmarks.intake`."""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import uvloop
from aiohttp import web
from pydantic import SecretStr

from benchmarks.client import SECRET
from benchmarks.figures import Figure
from bot import server, wiring
from bot.clock import SystemClock
from bot.messengers.generic.client import Generic
from config.campaign import load
from storage.database import Database
from tests import postgres

BARE, OURS = "/bare", "/webhooks/generic"
MESSAGES = 2_000
"""Of one turn: a fifth of a second, so that both handlers meet the same weather."""
ROUNDS = 24
RATE = 1000.0


async def bare(request: web.Request) -> web.Response:
    """Read the body and answer: the least that any webhook does."""
    await request.read()
    return web.Response(body=b'{"status":"accepted"}', content_type="application/json")


@asynccontextmanager
async def served(url: str) -> AsyncIterator[tuple[int, Database]]:
    """Serve the real door and the bare handler from one loop; yield the port."""
    database = Database(url)
    await database.migrate()
    clock = SystemClock()
    generic = Generic(secret=SecretStr(SECRET), push_url=None, http=aiohttp.ClientSession(), clock=clock)
    service = wiring.build(load(), database=database, messengers={"generic": generic}, clock=clock)
    app = server.app_of(service)
    app.add_routes([web.post("/bare", bare)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.spare_the_collector()  # as a service does when it opens its door
    try:
        yield runner.addresses[0][1], database
    finally:
        await runner.cleanup()
        await service.close()


@dataclass(slots=True)
class Client:
    """The client in a process of its own; its connections stay open from turn to turn."""

    process: asyncio.subprocess.Process
    asked: int = 0

    async def turn(self, path: str, how_many: int, rate: float = 0.0) -> dict[str, float]:
        """Let it take one turn; return what it saw, and what a message cost this process in microseconds of CPU."""
        assert self.process.stdin
        assert self.process.stdout
        self.asked += 1
        said = {"path": path, "how_many": how_many, "prefix": f"{self.asked}-", "rate": rate}
        before = time.process_time()
        self.process.stdin.write(json.dumps(said).encode() + b"\n")
        found: dict[str, float] = json.loads(await self.process.stdout.readline())
        assert not found["bad"], found
        return found | {"cpu_us": (time.process_time() - before) / how_many * 1e6}


@asynccontextmanager
async def client(port: int) -> AsyncIterator[Client]:
    """Start the client; it ends when nothing more can be asked of it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.client", str(port), stdin=pipe, stdout=pipe
    )
    yield Client(process)
    assert process.stdin
    process.stdin.close()
    assert await process.wait() == 0


@dataclass(frozen=True, slots=True)
class Turns:
    """What the turns of one handler showed."""

    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)

    def take(self, found: dict[str, float]) -> None:
        """Take in one turn."""
        self.rates.append(found["rate"])
        self.cpu_us.append(found["cpu_us"])


Contender = tuple[Client, str]
"""Who asks, and where."""


async def take_turns(one: Contender, other: Contender) -> tuple[Turns, Turns]:
    """Let two take turns, each first as often as the other, so that no drift favours either."""
    turns = Turns(), Turns()
    both = list(zip((one, other), turns, strict=True))
    for (asked, path), _ in both:
        await asked.turn(path, MESSAGES)
    for _ in range(ROUNDS):
        for (asked, path), found in both:
            found.take(await asked.turn(path, MESSAGES))
        both.reverse()
    return turns


async def compare(name: str, url: str) -> list[Figure]:
    """Take turns between both handlers, then hold the rate of an open loop."""
    async with served(url) as (port, _), client(port) as asked:
        theirs, ours = await take_turns((asked, BARE), (asked, OURS))
        held = await asked.turn(OURS, int(RATE * 5), RATE)
    by_rate = [rate / bare_rate for rate, bare_rate in zip(ours.rates, theirs.rates, strict=True)]
    by_cpu = [bare_us / us for us, bare_us in zip(ours.cpu_us, theirs.cpu_us, strict=True)]
    return [
        Figure(f"bare aiohttp handler beside it ({name})", _handler(theirs)),
        Figure(f"durable intake over HTTP ({name})", _handler(ours)),
        _ratio(f"durable intake / bare handler, messages a second ({name})", by_rate),
        _ratio(f"durable intake / bare handler, messages a second of CPU ({name})", by_cpu),
        Figure(
            f"intake at {RATE:,.0f}/s, open loop ({name})",
            f"p50 {held['p50']:.1f} ms, p99 {held['p99']:.1f} ms, max {held['max']:.0f} ms",
            "p99 < 50 ms",
            held["p99"] < 50,
        ),
    ]


def _handler(turns: Turns) -> str:
    rate, cpu_us = statistics.median(turns.rates), statistics.median(turns.cpu_us)
    return f"{rate:,.0f}/s, {cpu_us:.0f} µs of CPU each"


def _ratio(what: str, ratios: list[float]) -> Figure:
    """Show the median of the turns' ratios and between which the half of them lies."""
    low, middle, high = statistics.quantiles(ratios, n=4)
    return Figure(what, f"{middle:.2f} (half the turns {low:.2f} to {high:.2f})", "≥ 0.6", middle >= 0.6)


def run() -> list[Figure]:
    """Measure on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        figures = uvloop.run(compare("SQLite", f"sqlite:///{folder}/duban.db"))
    with postgres.server() as url:
        postgres.run_sql(url, "DROP DATABASE IF EXISTS bench_intake")
        postgres.run_sql(url, "CREATE DATABASE bench_intake")
        figures += uvloop.run(compare("PostgreSQL", postgres.named(url, "bench_intake")))
    return figures


if __name__ == "__main__":
    for figure in run():
        print(figure)
