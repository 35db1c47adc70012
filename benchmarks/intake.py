"""How fast messages are taken in durably, beside a bare aiohttp handler: `python -m benchmarks.intake`."""

import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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

MESSAGES = 5_000
ROUNDS = 5
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
    try:
        yield runner.addresses[0][1], database
    finally:
        await runner.cleanup()
        await service.close()


async def ask(port: int, path: str, how_many: int, prefix: str, rate: float = 0.0) -> dict[str, float]:
    """Run the client in a process of its own."""
    arguments = ["-m", "benchmarks.client", str(port), path, str(how_many), prefix, str(rate)]
    client = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    out, _ = await client.communicate()
    found: dict[str, float] = json.loads(out)
    assert not found["bad"], found
    return found


async def compare(name: str, url: str) -> list[Figure]:
    """Take turns between both handlers, then hold the rate of an open loop."""
    rates: dict[str, list[float]] = {"/bare": [], "/webhooks/generic": []}
    async with served(url) as (port, _):
        await ask(port, "/bare", 500, "w")
        await ask(port, "/webhooks/generic", 500, "w")
        for turn in range(ROUNDS):
            for path, found in rates.items():
                found.append((await ask(port, path, MESSAGES, f"{turn}-"))["rate"])
        held = await ask(port, "/webhooks/generic", int(RATE * 5), "open-", RATE)
    bare_rate, rate = (statistics.median(rates[path]) for path in rates)
    ratio = statistics.median(ours / theirs for theirs, ours in zip(*rates.values(), strict=True))
    return [
        Figure(f"bare aiohttp handler beside it ({name})", f"{bare_rate:,.0f}/s"),
        Figure(f"durable intake over HTTP ({name})", f"{rate:,.0f}/s"),
        Figure(f"durable intake / bare handler ({name})", f"{ratio:.2f}", "≥ 0.6", ratio >= 0.6),
        Figure(
            f"intake at {RATE:,.0f}/s, open loop ({name})",
            f"p50 {held['p50']:.1f} ms, p99 {held['p99']:.1f} ms, max {held['max']:.0f} ms",
            "p99 < 50 ms",
            held["p99"] < 50,
        ),
    ]


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
