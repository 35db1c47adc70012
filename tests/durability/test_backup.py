"""A backup is taken while the service runs, and put back whole into an empty database of either kind."""

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.backup import BackupError, backup, restore
from storage.database import Database
from storage.tables import metadata
from tests.office import Office


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database beside the office's own, of either kind."""
    url: str = f"sqlite:///{tmp_path}/o.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return url


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


async def test_what_was_backed_up_comes_back_the_same_on_either_kind(
    office: Office, empty: Database, tmp_path: Path
) -> None:
    await office.says("恩施", "今日批复3宗、120.5亩，上报2宗。问题：占补平衡指标不足")
    await office.until("18:30")
    file = tmp_path / "duban.zip"

    counts = await backup(office.database, file)
    await restore(empty, file)

    assert counts["inbox"] == 1
    assert await rows(empty) == await rows(office.database)
    reopened = await Office.open(empty, office.campaign, at=office.clock.now().replace(tzinfo=None))
    assert await reopened.says("武汉", "今日批复1宗", message_id="after")  # numbers go on where they were


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
