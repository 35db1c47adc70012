"""What lines stand at when days end."""

import datetime as dt
from decimal import Decimal

from storage import ledger, standings
from storage.database import Database
from storage.records import Figures, LineDay
from storage.standings import DayEnd

FIRST, SECOND, THIRD = (dt.date(2023, 11, n) for n in (1, 2, 3))
ENSHI, WUHAN = ("恩施州", "land", "approved"), ("武汉市", "land", "approved")
SUBMITTED = ("武汉市", "land", "submitted")
BOTH = ["approved", "submitted"]


def figures(count: int) -> Figures:
    return Figures(count=count, area_mu=Decimal(count) / 2)


def row(day: dt.date, count: int, *, added: int = 0) -> LineDay:
    return LineDay(day=day, added=figures(added), standing=figures(count))


async def test_each_line_stands_at_its_newest_row_up_to_the_day(database: Database) -> None:
    async with database.transaction() as tx:
        rows = {ENSHI: [row(FIRST, 1)], WUHAN: [row(FIRST, 2), row(THIRD, 5, added=3)], SUBMITTED: [row(SECOND, 7)]}
        await ledger.save_days(tx, "c", rows)
        await ledger.save_days(tx, "another", {ENSHI: [row(FIRST, 99)]})

        found = await standings.of_days(tx, "c", dict.fromkeys([FIRST, SECOND], BOTH) | {THIRD: ["approved"]})
        some = await ledger.standings(tx, "c", as_of=SECOND, stages=["submitted"])

    assert found[FIRST].standing == {ENSHI: figures(1), WUHAN: figures(2)}
    assert found[SECOND].standing == {ENSHI: figures(1), WUHAN: figures(2), SUBMITTED: figures(7)}
    assert found[THIRD].standing == {ENSHI: figures(1), WUHAN: figures(5)}
    assert found[THIRD].as_of == {ENSHI: FIRST, WUHAN: THIRD}
    assert found[THIRD].added == {WUHAN: figures(3)}
    assert some == {SUBMITTED: (SECOND, figures(7))}


async def test_an_empty_ledger_stands_at_nothing(database: Database) -> None:
    async with database.transaction(reading=True) as tx:
        assert await standings.of_days(tx, "c", {FIRST: BOTH}) == {FIRST: DayEnd()}
