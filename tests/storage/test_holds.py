"""Holds: on which days they hold, how they end, and which days are exempt."""

import datetime as dt

from storage import supervision
from storage.database import Database
from storage.supervision import Hold

NOW = dt.datetime(2023, 11, 15, 9, tzinfo=dt.UTC)


def day(number: int) -> dt.date:
    return dt.date(2023, 11, number)


def hold(kind: str, first: int, last: int, region: str = "恩施州") -> Hold:
    return Hold(
        kind=kind, region=region, person_id=None, from_day=day(first), to_day=day(last), reason=None, author="a"
    )


async def test_a_hold_holds_on_its_days_both_ends_included(database: Database) -> None:
    async with database.transaction() as tx:
        await supervision.add_hold(tx, "c", hold("silence", 15, 17), at=NOW)

        held = [len(await supervision.load_holds(tx, "c", kinds=["silence"], day=day(n))) for n in (14, 15, 17, 18)]
        current = await supervision.current_holds(tx, "c", kinds=["silence"], day=day(14))
    assert held == [0, 1, 1, 0]
    assert len(current) == 1


async def test_a_hold_that_ran_out_is_found_until_its_end_was_written_down(database: Database) -> None:
    async with database.transaction() as tx:
        number = await supervision.add_hold(tx, "c", hold("promise", 15, 17), at=NOW)
        assert await supervision.run_out(tx, "c", kinds=["promise"], day=day(17)) == []
        assert [h.id for h in await supervision.run_out(tx, "c", kinds=["promise"], day=day(18))] == [number]

        await supervision.end_hold(tx, number, outcome="missed", at=NOW)

        assert await supervision.run_out(tx, "c", kinds=["promise"], day=day(18)) == []
        ended = await supervision.ended_since(tx, "c", outcomes=["missed"], after=NOW - dt.timedelta(hours=1))
    assert [(h.id, how) for h, how in ended] == [(number, "missed")]


async def test_a_hold_that_was_lifted_can_hold_again(database: Database) -> None:
    async with database.transaction() as tx:
        number = await supervision.add_hold(tx, "c", hold("silence", 15, 17), at=NOW)
        await supervision.end_hold(tx, number, outcome="lifted", at=NOW)
        assert await supervision.load_holds(tx, "c", kinds=["silence"], day=day(15)) == []

        await supervision.revive_hold(tx, number)

        assert len(await supervision.load_holds(tx, "c", kinds=["silence"], day=day(15))) == 1


async def test_exempt_days_are_those_of_the_period_asked_for(database: Database) -> None:
    async with database.transaction() as tx:
        await supervision.add_hold(tx, "c", hold("exempt", 10, 15), at=NOW)
        await supervision.add_hold(tx, "c", hold("exempt", 17, 17), at=NOW)
        await supervision.add_hold(tx, "c", hold("exempt", 1, 2, "武汉市"), at=NOW)

        found = await supervision.exempt_days(tx, "c", since=day(14), until=day(20))
    assert found == {"恩施州": {day(14), day(15), day(17)}}
