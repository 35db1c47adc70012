"""What lines stand at when days end."""

import datetime as dt
from decimal import Decimal

from storage import ledger, standings
from storage.database import Database
from storage.records import Figures, LineDay

FIRST, SECOND, THIRD = (dt.date(2023, 11, n) for n in (1, 2, 3))
ENSHI, WUHAN = ("恩施州", "land", "approved"), ("武汉市", "land", "approved")
SUBMITTED = ("武汉市", "land", "submitted")


def row(day: dt.date, count: int) -> LineDay:
    figures = Figures(count=count, area_mu=Decimal(count) / 2)
    return LineDay(day=day, added=figures, standing=figures)


async def test_each_line_stands_at_its_newest_row_up_to_the_day(database: Database) -> None:
    async with database.transaction() as tx:
        rows = {ENSHI: [row(FIRST, 1)], WUHAN: [row(FIRST, 2), row(THIRD, 5)], SUBMITTED: [row(SECOND, 7)]}
        await ledger.save_days(tx, "c", rows)
        await ledger.save_days(tx, "another", {ENSHI: [row(FIRST, 99)]})

        found = await standings.of_days(tx, "c", [FIRST, SECOND, THIRD])
        some = await ledger.standings(tx, "c", as_of=SECOND, stages=["submitted"])

    assert found[FIRST] == {ENSHI: row(FIRST, 1), WUHAN: row(FIRST, 2)}
    assert found[SECOND] == {ENSHI: row(FIRST, 1), WUHAN: row(FIRST, 2), SUBMITTED: row(SECOND, 7)}
    assert found[THIRD] == {ENSHI: row(FIRST, 1), WUHAN: row(THIRD, 5), SUBMITTED: row(SECOND, 7)}
    assert some == {SUBMITTED: (SECOND, row(SECOND, 7).standing)}


async def test_an_empty_ledger_stands_at_nothing(database: Database) -> None:
    async with database.transaction(reading=True) as tx:
        assert await standings.of_days(tx, "c", [FIRST]) == {FIRST: {}}
