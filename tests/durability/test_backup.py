"""A backup is taken while the service runs, and put back whole into an empty database of either kind."""

import asyncio
import datetime as dt
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.selfaudit import SelfAudit
from config.campaign import Campaign
from storage.backup import BackupError, backup, restore
from storage.database import Database
from storage.tables import metadata
from tests.office import Office

NINE = dt.datetime(2023, 11, 15, 9, 0)  # noqa: DTZ001 local time


@pytest.fixture
async def busy(database: Database, campaign: Campaign) -> Office:
    """Return an office on a database of each kind in turn."""
    return await Office.open(database, campaign, at=NINE)


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    opened = Database(empty_url)
    await opened.migrate()
    yield opened
    await opened.close()


async def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    async with database.transaction(reading=True) as tx:
        return {
            table.name: [tuple(row) for row in await tx.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


async def test_what_was_backed_up_comes_back_the_same_from_either_kind_on_either_kind(
    busy: Office, empty: Database, tmp_path: Path
) -> None:
    office = busy
    await office.says("恩施", "今日批复3宗、120.5亩，上报2宗。问题：占补平衡指标不足")
    await office.until("18:30")
    file = tmp_path / "duban.zip"

    counts = await backup(office.database, file)
    await restore(empty, file)

    assert counts["inbox"] == 1
    assert await rows(empty) == await rows(office.database)
    reopened = await Office.open(empty, office.campaign, at=office.clock.now().replace(tzinfo=None))
    assert await reopened.says("武汉", "今日批复1宗", message_id="after")  # numbers go on where they were


async def test_a_backup_beside_a_service_that_works_is_of_one_moment(busy: Office, tmp_path: Path) -> None:
    """A message in it has its report, its entries, its line and its answer, or waits."""
    for number in range(3):
        await busy.says("恩施", f"又批复1宗、{60 + number}亩")
    stop, heard = asyncio.Event(), asyncio.Event()
    working = asyncio.create_task(_works_on(busy, stop, heard))
    counts = []
    for number in range(4):
        heard.clear()
        await heard.wait()  # so that there is more to keep each time
        counts.append(await backup(busy.database, tmp_path / f"{number}.zip"))
    stop.set()
    said = await working

    restored = Database(f"sqlite:///{tmp_path}/restored.db")
    await restored.migrate()
    await restore(restored, tmp_path / "3.zip")
    audit = SelfAudit(busy.service.office, busy.service.timetable, database=restored, clock=busy.clock)
    assert await audit.look() == []
    await restored.close()
    assert [(c["reports"], c["inbox"] - c["reports"] in {0, 1}) for c in counts] == [
        (c["outbox"], True) for c in counts
    ]
    assert 3 <= counts[0]["inbox"] < counts[-1]["inbox"] <= 3 + said


async def _works_on(office: Office, stop: asyncio.Event, heard: asyncio.Event) -> int:
    """Let somebody report again and again, telling of each time; return how often."""
    number = 0
    while not stop.is_set():
        number += 1
        await office.says("武汉", f"又批复1宗、{60 + number}亩")
        heard.set()
    return number


async def test_a_backup_is_not_put_over_what_is_there(office: Office, tmp_path: Path) -> None:
    await backup(office.database, tmp_path / "duban.zip")

    with pytest.raises(BackupError, match="不是空的"):
        await restore(office.database, tmp_path / "duban.zip")


async def test_a_changed_backup_leaves_the_database_empty(office: Office, empty: Database, tmp_path: Path) -> None:
    await office.says("恩施", "今日批复3宗、120亩")
    whole, changed = tmp_path / "duban.zip", tmp_path / "changed.zip"
    await backup(office.database, whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"120", b"999"))

    with pytest.raises(BackupError, match="不是完整的备份"):
        await restore(empty, changed)

    assert not any((await rows(empty)).values())
