"""While the database is away messages are kept in a file, and handed on whole, once and in order."""

import asyncio
import datetime as dt
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.receive import Letterbox
from storage.database import Database
from storage.inbox import Message
from storage.intake import Intake
from storage.spool import QUARANTINE, Spool, SpoolFullError
from storage.tables import inbox

NOW = dt.datetime(2023, 11, 15, 9, 0, tzinfo=dt.UTC)


def said(number: int, text: str = "今日批复3宗") -> Message:
    return Message(
        campaign="c",
        messenger="generic",
        message_id=f"m{number}",
        body_sha256=f"{number}",
        chat_id="city/武汉市",
        chat_kind="group",
        sender_id="u",
        text=text,
        sent_at=NOW,
        received_at=NOW,
        reply_route={"url": "https://example.org/a"},
        reply_until=NOW,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    opened = Database(postgres_url)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
async def away() -> AsyncIterator[Database]:
    """Yield a database that nobody serves."""
    opened = Database("postgresql://duban@127.0.0.1:1/duban")
    yield opened
    await opened.close()


def box(database: Database, spool: Spool) -> Letterbox:
    return Letterbox(database, bell=asyncio.Event(), spool=spool)


async def kept(database: Database) -> list[str]:
    async with database.transaction(reading=True) as tx:
        return list((await tx.execute(select(inbox.c.message_id).order_by(inbox.c.id))).scalars())


async def test_what_came_while_the_database_was_away_is_handed_on_in_order_and_once(
    away: Database, postgres: Database, folder: Path
) -> None:
    letterbox = box(away, Spool(folder))
    answers = [await letterbox.drop(said(n)) for n in (1, 2, 2, 3)]
    assert answers == [Intake.NEW] * 4
    assert letterbox.spool
    letterbox.spool.close()  # the process dies

    taken_over = Spool(folder)
    assert taken_over.adopt()
    letterbox = box(postgres, taken_over)
    assert await letterbox.drop(said(4)) is Intake.NEW  # goes behind the others
    while await letterbox.drain():
        pass

    assert await kept(postgres) == ["m1", "m2", "m3", "m4"]
    assert taken_over.is_empty
    assert not list(folder.glob("spool-*"))
    assert await letterbox.drop(said(5)) is Intake.NEW
    assert await kept(postgres) == ["m1", "m2", "m3", "m4", "m5"]


async def test_a_file_handed_on_twice_is_kept_once(postgres: Database, folder: Path) -> None:
    """A crash between the commit and forgetting the lines hands them on again."""
    spool = Spool(folder)
    await spool.append([said(1), said(2)])
    letterbox = box(postgres, spool)

    await letterbox._commit([said(1), said(2)], point="drain")
    assert await letterbox.drain()

    assert await kept(postgres) == ["m1", "m2"]


async def test_torn_and_corrupt_lines_are_set_apart_and_the_others_handed_on(postgres: Database, folder: Path) -> None:
    spool = Spool(folder)
    await spool.append([said(1), said(2, "第二条"), said(3)])
    spool.close()
    (file,) = folder.glob("spool-*")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[1].replace(b"generic", b"genarec") + lines[2] + lines[0][:50])

    spool = Spool(folder)
    spool.adopt()
    letterbox = box(postgres, spool)
    while await letterbox.drain():
        pass

    assert await kept(postgres) == ["m1", "m3"]
    assert spool.quarantined == 2
    assert len((folder / QUARANTINE).read_bytes().splitlines()) == 2
    assert spool.is_empty


async def test_a_message_that_the_database_will_never_take_does_not_hold_up_the_others(
    postgres: Database, folder: Path
) -> None:
    spool = Spool(folder)
    await spool.append([said(1), said(2, "a\x00b"), said(3)])
    letterbox = box(postgres, spool)

    while await letterbox.drain():
        pass

    assert await kept(postgres) == ["m1", "m3"]
    assert spool.quarantined == 1


async def test_a_full_spool_takes_nothing_and_keeps_what_it_has(folder: Path) -> None:
    spool = Spool(folder, max_bytes=1500)
    await spool.append([said(1)])

    with pytest.raises(SpoolFullError):
        await spool.append([said(2), said(3), said(4)])

    assert [m.message_id for m in await spool.oldest(10)] == ["m1"]


async def test_a_full_disk_leaves_no_half_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(folder)
    await spool.append([said(1)])
    written = os.write

    def half(descriptor: int, data: bytes) -> int:
        if len(data) > 100:
            return written(descriptor, data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", half)
        with pytest.raises(SpoolFullError, match="No space"):
            await spool.append([said(2)])
    await spool.append([said(3)])

    assert [m.message_id for m in await spool.oldest(10)] == ["m1", "m3"]
    assert not spool.quarantined


async def test_two_processes_write_to_one_folder_and_leave_each_others_files(folder: Path) -> None:
    one, other = Spool(folder), Spool(folder)

    await one.append([said(1)])
    await other.append([said(2)])
    other_again = Spool(folder)

    assert not other_again.adopt()
    assert [m.message_id for m in await one.oldest(10)] == ["m1"]
    assert [m.message_id for m in await other.oldest(10)] == ["m2"]


async def test_without_database_and_spool_the_answer_is_to_come_again(away: Database, folder: Path) -> None:
    letterbox = box(away, Spool(folder, max_bytes=10))

    with pytest.raises(SpoolFullError):
        await letterbox.drop(said(1))
