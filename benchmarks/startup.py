"""How soon a service answers, and what it takes up, with a million stored messages: `python -m benchmarks.startup`."""

import asyncio
import tempfile
import time
from pathlib import Path

import aiohttp
from sqlalchemy import insert

from benchmarks import books
from benchmarks.figures import Figure
from config.campaign import load
from storage.database import Database
from storage.tables import inbox
from tests.durability import outside

MESSAGES = 1_000_000
STARTS = 3
IDLE_AFTER_S = 3.0


async def fill(url: str, how_many: int) -> None:
    """Store handled messages."""
    database = Database(url, durable=False)
    await database.migrate()
    campaign = load()
    for start in range(0, how_many, 20_000):
        async with database.transaction() as tx:
            rows = [books.received_row(campaign, n) for n in range(start + 1, min(start + 20_000, how_many) + 1)]
            await tx.execute(insert(inbox), rows)
    await database.close()


async def start(url: str) -> tuple[float, float]:
    """Start a service; return the seconds until it answers /readyz with 200, and its idle memory in MB."""
    port = outside.free_port()
    began = time.perf_counter()
    served = await outside.serve({"DUBAN_DATABASE_URL": url}, port=port)
    async with aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        break
            except aiohttp.ClientError:
                await asyncio.sleep(0.005)
        ready_s = time.perf_counter() - began
    await asyncio.sleep(IDLE_AFTER_S)
    status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii")  # noqa: ASYNC240 it is no disk
    memory = int(status.partition("VmRSS:")[2].split()[0]) / 1000
    served.process.terminate()
    assert await served.process.wait() == 0
    return ready_s, memory


async def measure(how_many: int) -> list[Figure]:
    """Fill a SQLite file and start upon it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/duban.db"
        await fill(url, how_many)
        found = [await start(url) for _ in range(STARTS)]
    ready_s, memory = min(s for s, _ in found), max(m for _, m in found)
    return [
        Figure(f"start to ready, {how_many:,} messages stored", f"{ready_s:.2f} s", "< 1.5 s", ready_s < 1.5),
        Figure(f"resident memory idle, {how_many:,} messages stored", f"{memory:.0f} MB", "< 150 MB", memory < 150),
    ]


def run(*, how_many: int = MESSAGES) -> list[Figure]:
    """Measure."""
    return asyncio.run(measure(how_many))


if __name__ == "__main__":
    import sys

    for figure in run(how_many=int(sys.argv[1]) if sys.argv[1:] else MESSAGES):
        print(figure)
