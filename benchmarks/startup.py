"""How soon a service answers with a million stored messages, and what they cost: `python -m benchmarks.startup`."""

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
import uvloop

from benchmarks import books, digest, intake
from benchmarks.figures import Figure
from bot import wiring
from config.campaign import load
from storage.database import Database
from tests.durability import outside

MESSAGES = 1_000_000
STARTS = 3
IDLE_AFTER_S = 3.0
DIGESTS = 10
"""Of one turn."""
AS_QUICK = 0.95
"""What is called no slower: the turns differ by more among themselves."""


async def fill(url: str, how_many: int) -> None:
    """Fill the books with a year of 17 units, and store so many handled messages beside."""
    database = Database(url, durable=False)
    await database.migrate()
    campaign = load()
    await books.with_year(database, campaign, days=digest.DAYS)
    await books.with_messages(database, campaign, last=how_many)
    await database.close()


async def start(url: str) -> tuple[float, float, float]:
    """Start a service; return after how many seconds /readyz says 200, of them CPU, and its idle memory in MB."""
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
        ready_s, cpu_s = time.perf_counter() - began, _cpu_s(served.process.pid)
    await asyncio.sleep(IDLE_AFTER_S)
    status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii")  # noqa: ASYNC240 it is no disk
    memory = int(status.partition("VmRSS:")[2].split()[0]) / 1000
    served.process.terminate()
    assert await served.process.wait() == 0
    return ready_s, cpu_s, memory


def _cpu_s(pid: int) -> float:
    """Return how many seconds of CPU a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def take_in(empty: str, full: str) -> list[float]:
    """Let both books take messages in, turn by turn; return each time full's messages a second of CPU by empty's."""
    async with (
        intake.served(empty) as (empty_port, _),
        intake.served(full) as (full_port, _),
        intake.client(empty_port) as to_empty,
        intake.client(full_port) as to_full,
    ):
        without, with_all = await intake.take_turns((to_empty, intake.OURS), (to_full, intake.OURS))
    return [few / many for few, many in zip(without.cpu_us, with_all.cpu_us, strict=True)]


async def compose(empty: str, full: str) -> list[float]:
    """Compose the day's digest from both books in turn; return each time empty's seconds of CPU by full's."""
    office = wiring.office_of(load())
    taken: dict[str, list[float]] = {empty: [], full: []}
    for _ in range(intake.ROUNDS):
        for url, found in taken.items():
            database = Database(url)
            await digest.compose(database, office)  # opens the file and reads what is read the first time
            before = time.process_time()
            for _ in range(DIGESTS):
                await digest.compose(database, office)
            found.append(time.process_time() - before)
            await database.close()
    return [few / many for few, many in zip(taken[empty], taken[full], strict=True)]


def measure(how_many: int, folder: str) -> list[Figure]:
    """Fill two SQLite files, start upon the full one, and compare both."""
    empty, full = f"sqlite:///{folder}/empty.db", f"sqlite:///{folder}/full.db"
    asyncio.run(fill(empty, 1))
    asyncio.run(fill(full, how_many))
    started = [asyncio.run(start(full)) for _ in range(STARTS)]
    ready_s, cpu_s, _ = min(started)
    memory = max(m for _, _, m in started)
    stored = f"{how_many:,} messages stored"
    ready = Figure(f"start to ready, {stored}", f"{ready_s:.2f} s, {cpu_s:.2f} of CPU", "< 1.5 s", ready_s < 1.5)
    idle = Figure(f"resident memory idle, {stored}", f"{memory:.0f} MB", "< 150 MB", memory < 150)
    digests = asyncio.run(compose(empty, full))
    taken_in = uvloop.run(take_in(empty, full))
    return [ready, idle, _beside("intake", taken_in, stored), _beside("daily digest", digests, stored)]


def _beside(what: str, ratios: list[float], stored: str) -> Figure:
    """Show how quick something is beside the same with nothing stored."""
    low, middle, high = statistics.quantiles(ratios, n=4)
    said = f"{middle:.2f} (half the turns {low:.2f} to {high:.2f})"
    return Figure(f"{what} a second of CPU, {stored} / none", said, "no slower", middle >= AS_QUICK)


def run(*, how_many: int = MESSAGES) -> list[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(how_many, folder)


if __name__ == "__main__":
    import sys

    for figure in run(how_many=int(sys.argv[1]) if sys.argv[1:] else MESSAGES):
        print(figure)
