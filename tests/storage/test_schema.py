"""The schema: what the migrations make is what the tables say, on either kind of database."""

import asyncio
import datetime as dt
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.tables import attachments, line_days, metadata, occurrences


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrated_schema_is_that_of_the_tables(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.run_sync(differences) == []


async def test_migrating_twice_and_at_once_does_nothing_more(empty_url: str) -> None:
    databases = [Database(empty_url), Database(empty_url)]
    await asyncio.gather(*(database.migrate() for database in databases))
    await databases[0].migrate()
    for database in databases:
        await database.close()


async def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    here = dt.datetime(2023, 11, 15, 18, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    row = {"campaign": "c", "schedule": "daily", "due_at": here, "state": "done", "at": here}
    async with database.transaction() as tx:
        await tx.execute(insert(occurrences).values(row))
        kept = (await tx.execute(select(occurrences.c.due_at))).scalar_one()

    assert kept == here
    assert kept.utcoffset() == dt.timedelta()


async def test_a_naive_moment_is_refused(database: Database) -> None:
    row = {"campaign": "c", "schedule": "daily", "due_at": dt.datetime(2023, 11, 15), "state": "done"}  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"):
        async with database.transaction() as tx:
            await tx.execute(insert(occurrences).values(row | {"at": row["due_at"]}))


@pytest.mark.parametrize("area_mu", [Decimal("0.000001"), Decimal("173200.5"), Decimal(0)])
async def test_an_area_is_kept_exactly(database: Database, area_mu: Decimal) -> None:
    row = {"campaign": "c", "region": "武汉市", "track": "batch", "stage": "approved", "day": dt.date(2023, 11, 15)}
    async with database.transaction() as tx:
        await tx.execute(insert(line_days).values(row | {"area_mu": area_mu}))
        assert (await tx.execute(select(line_days.c.area_mu))).scalar_one() == area_mu


async def test_an_area_finer_than_kept_is_refused_and_not_rounded(database: Database) -> None:
    row = {"campaign": "c", "region": "武汉市", "track": "batch", "stage": "approved", "day": dt.date(2023, 11, 15)}
    with pytest.raises(StatementError, match="finer"):
        async with database.transaction() as tx:
            await tx.execute(insert(line_days).values(row | {"area_mu": Decimal("0.0000001")}))


async def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as tx:
            await tx.execute(insert(attachments).values(sha256="a", media_type="x", data=b""))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.transaction(reading=True) as tx:
        assert (await tx.execute(select(attachments.c.sha256))).all() == []
