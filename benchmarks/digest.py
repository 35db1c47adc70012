"""How long the daily digest takes, from the tables to its words: `python -m benchmarks.digest`."""

import asyncio
import datetime as dt
import statistics
import tempfile
import time

from benchmarks import books
from benchmarks.figures import Figure
from bot import account, wiring
from bot.rules import digest
from config.campaign import Campaign, load
from storage.database import Database

DAYS = 365
MANY = 10_000


async def measure(campaign: Campaign, *, days: int, times: int) -> float:
    """Return how many seconds one digest takes: the median of several."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/d.db", durable=False)
        await database.migrate()
        await books.with_year(database, campaign, days=days)
        office = wiring.office_of(campaign)
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            async with database.transaction(reading=True) as tx:
                at = books.NOW + dt.timedelta(hours=8)
                view = await account.of_day(tx, office, day=books.NOW.date(), at=at)
                levelled = await account.levels(tx, view, office, now=at)
            colours = {region: one.state.colour for region, one in levelled.items() if one.state.colour}
            assert digest.compose(account.with_levels(view, colours), office.pacing).text
            taken.append(time.perf_counter() - start)
        await database.close()
    return statistics.median(taken)


def run(*, many: int = MANY, days: int = DAYS) -> list[Figure]:
    """Measure a province and a country."""
    few = asyncio.run(measure(load(), days=days, times=9))
    lots = asyncio.run(measure(books.of_many_units(many), days=days, times=3))
    return [
        Figure(f"daily digest, 17 units, {days} days", f"{few * 1000:.0f} ms", "< 20 ms", few < 0.02),
        Figure(f"daily digest, {many:,} units, {days} days", f"{lots:.2f} s", "< 1 s", lots < 1),
    ]


if __name__ == "__main__":
    import sys

    for figure in run(many=int(sys.argv[1]) if sys.argv[1:] else MANY):
        print(figure)
