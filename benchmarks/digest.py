"""How long the daily digest takes, from the tables to its words: `python -m benchmarks.digest`."""

import asyncio
import datetime as dt
import statistics
import tempfile
import time

from benchmarks import books
from benchmarks.figures import Figure
from bot import account, wiring
from bot.bookkeeping import Office
from bot.rules import digest
from bot.server import spare_the_collector
from config.campaign import Campaign, load
from storage.database import Database

DAYS = 365
MANY = 10_000


async def compose(database: Database, office: Office) -> str:
    """Return the text of the day's digest, from the tables to its words."""
    async with database.transaction(reading=True) as tx:
        at = books.NOW + dt.timedelta(hours=8)
        view = await account.of_day(tx, office, day=books.NOW.date(), at=at)
        levelled = await account.levels(tx, view, office, now=at)
    colours = {region: one.state.colour for region, one in levelled.items() if one.state.colour}
    return digest.compose(account.with_levels(view, colours), office.pacing).text


async def measure(campaign: Campaign, *, days: int, times: int) -> tuple[float, float]:
    """Return how many seconds one digest takes, and how many of CPU: the medians of several."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/d.db", durable=False)
        await database.migrate()
        await books.with_year(database, campaign, days=days)
        office = wiring.office_of(campaign)
        spare_the_collector()  # as the service that strikes the hour does
        taken, worked = [], []
        for _ in range(times):
            start, cpu = time.perf_counter(), time.process_time()
            assert await compose(database, office)
            taken.append(time.perf_counter() - start)
            worked.append(time.process_time() - cpu)
        await database.close()
    return statistics.median(taken), statistics.median(worked)


def run(*, many: int = MANY, days: int = DAYS) -> list[Figure]:
    """Measure a province and a country."""
    few, few_cpu = asyncio.run(measure(load(), days=days, times=9))
    lots, lots_cpu = asyncio.run(measure(books.of_many_units(many), days=days, times=5))
    few_said = f"{few * 1000:.0f} ms, {few_cpu * 1000:.0f} of CPU"
    lots_said = f"{lots:.2f} s, {lots_cpu:.2f} of CPU"
    return [
        Figure(f"daily digest, 17 units, {days} days", few_said, "< 20 ms", few < 0.02),
        Figure(f"daily digest, {many:,} units, {days} days", lots_said, "< 1 s", lots < 1),
    ]


if __name__ == "__main__":
    import sys

    for figure in run(many=int(sys.argv[1]) if sys.argv[1:] else MANY):
        print(figure)
