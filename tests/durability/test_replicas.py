"""Two replicas on one PostgreSQL: each thing is done once, and every chat keeps its order."""

import asyncio
import datetime as dt
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from bot import server
from bot.demo import cast
from bot.messengers.base import ChatKind, Inbound
from bot.messengers.sandbox import Sandbox, Seen
from config.campaign import Campaign
from storage import outbox, wakeup
from storage.database import Database
from storage.outbox import State
from storage.tables import occurrences, reports
from storage.tables import outbox as owed
from tests.durability import outside
from tests.office import Office

NINE = dt.datetime(2023, 11, 15, 9, 0)  # noqa: DTZ001 local time


@pytest.fixture
async def replicas(postgres_url: str, campaign: Campaign) -> AsyncIterator[list[Office]]:
    databases = [Database(postgres_url), Database(postgres_url)]
    await databases[0].migrate()
    yield [await Office.open(database, campaign, at=NINE) for database in databases]
    for database in databases:
        await database.close()


async def hears(office: Office, who: str, number: int) -> None:
    sender = office.id_of(who)
    inbound = Inbound(
        message_id=f"{who}{number}",
        chat_id=sender,
        chat_kind=ChatKind.DIRECT,
        sender_id=sender,
        text="又批复1宗、60亩",
        sent_at=office.clock.now(),
    )
    await office.service.door.keep(cast.MESSENGER, inbound)


async def works(office: Office) -> None:
    for _ in range(30):
        await office.service.clerk.handle_next()
        for courier in office.service.couriers:
            await courier.deliver_next()


async def test_messages_are_recorded_once_and_answered_once_in_their_order(replicas: list[Office]) -> None:
    posts: list[Seen] = []
    for office in replicas:
        sandbox = office.service.messengers[cast.MESSENGER]
        assert isinstance(sandbox, Sandbox)
        sandbox._show = posts.append
    for number in range(4):
        for who in ("武汉", "恩施", "黄冈", "宜昌", "荆州"):
            await hears(replicas[number % 2], who, number)

    await asyncio.gather(*(works(office) for office in replicas))

    said: dict[str, list[str]] = {}
    for post in posts:
        said.setdefault(post.chat_id, []).extend(re.findall(r"累计批复(\d+)", post.document.text))
    async with replicas[0].database.transaction(reading=True) as tx:
        made = Counter((await tx.execute(select(reports.c.inbox_id))).scalars())
        left = select(func.count()).where(owed.c.state != State.SENT)
        assert (await tx.execute(left)).scalar_one() == 0
    assert len(made) == 20
    assert set(made.values()) == {1}
    assert len({post.key for post in posts}) == len(posts) == 20
    assert list(said.values()) == [["1", "2", "3", "4"]] * 5


async def test_an_occurrence_is_struck_by_one_replica_only(replicas: list[Office]) -> None:
    for office in replicas:
        office.clock.move_to(office.clock.now().replace(hour=18, minute=1))

    await asyncio.gather(*(office.service.striker.strike_due() for office in replicas))

    async with replicas[0].database.transaction(reading=True) as tx:
        struck = (await tx.execute(select(occurrences.c.schedule).where(occurrences.c.schedule == "daily"))).all()
        digests = (await tx.execute(select(owed.c.id).where(owed.c.kind == "daily"))).all()
    assert (len(struck), len(digests)) == (1, 1)


async def test_a_holder_that_was_paused_past_its_lease_marks_nothing(replicas: list[Office]) -> None:
    one, other = replicas
    await hears(one, "武汉", 1)
    await one.service.clerk.handle_next()
    now, lease = one.clock.now(), dt.timedelta(seconds=90)
    async with one.database.transaction() as tx:
        (held,) = await outbox.claim(tx, owner="paused", now=now, lease=lease, limit=9, messengers=[cast.MESSENGER])

    other.clock.advance(seconds=91)
    await works(other)
    async with one.database.transaction() as tx:
        await outbox.mark_later(tx, held.id, owner="paused", not_before=now, fault="late")

    assert len(other.posts) == 1
    async with one.database.transaction(reading=True) as tx:
        row = (await tx.execute(select(owed).where(owed.c.id == held.id))).one()
    assert (row.state, row.unknown, row.tries) == (State.SENT, 1, 2)


async def test_what_one_process_leaves_to_do_wakes_the_others(replicas: list[Office]) -> None:
    one, other = replicas
    heard: asyncio.Queue[str] = asyncio.Queue()
    listening = asyncio.create_task(wakeup.listen(other.database, heard.put_nowait))
    async with asyncio.timeout(10):
        while heard.empty():  # until it listens
            async with one.database.transaction() as tx:
                await wakeup.notify(tx, "hello")
            await asyncio.sleep(0.01)

        await hears(one, "武汉", 1)
        while (word := await heard.get()) == "hello":
            pass
        await one.service.clerk.handle_next()
        next_word = await heard.get()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)

    assert (word, next_word) == ("inbox", "outbox")


async def test_a_word_from_another_process_wakes_who_has_nothing_to_do(
    replicas: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who polls only once an hour answers at once."""
    monkeypatch.setattr(server, "IDLE_S", 3600.0)
    one, other = replicas

    async with asyncio.timeout(20), server.working(other.service, {"worker"}):
        await _listens(other.database)
        await hears(one, "武汉", 1)
        while not other.posts:  # noqa: ASYNC110 nobody rings when it is shown
            await asyncio.sleep(0.01)

    assert "累计批复1" in other.posts[0].document.text


async def _listens(database: Database) -> None:
    """Wait until somebody listens on the database that this one belongs to."""
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    while True:
        async with database.transaction(reading=True) as tx:
            if (await tx.exec_driver_sql(sessions)).scalar_one():
                return
        await asyncio.sleep(0.01)


async def test_a_worker_that_is_stopped_and_goes_on_later_leaves_its_work_to_the_other_and_doubles_nothing(
    postgres_url: str, campaign: Campaign, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.toml"
    roster.write_text(outside.roster(campaign), encoding="utf-8")
    async with outside.receiving() as receiver, aiohttp.ClientSession() as http:
        environment = {
            "DUBAN_DATABASE_URL": postgres_url,
            "DUBAN_ROSTER": str(roster),
            "DUBAN_CLOCK": NINE.isoformat() + "+08:00",
            "DUBAN_SPOOL_DIR": str(tmp_path / "spool"),
            "DUBAN_GENERIC__SECRET": outside.SECRET,
            "DUBAN_GENERIC__PUSH_URL": receiver.url,
        }
        both = []
        try:
            for _ in range(2):
                both.append(await outside.serve(environment, port=outside.free_port(), roles="web,worker"))
                assert await both[-1].ready(http)
            one, other = both
            assert await _report(http, one, 1) == 200
            await receiver.wait_for(1)
            await _marked_sent(postgres_url)  # else its one post may come twice, which is no fault

            one.process.send_signal(signal.SIGSTOP)
            assert await _report(http, other, 2) == 200
            await receiver.wait_for(2, seconds=120)  # what it held is let go after a minute
            one.process.send_signal(signal.SIGCONT)
            assert await _report(http, one, 3) == 200
            await receiver.wait_for(3)
        finally:
            for served in both:
                await served.end(signal.SIGKILL)

    assert set(receiver.times().values()) == {1}


async def _marked_sent(url: str) -> None:
    """Wait until the books say that a post arrived."""
    database = Database(url)
    try:
        async with asyncio.timeout(30):
            while True:
                async with database.transaction(reading=True) as tx:
                    sent = await tx.execute(select(func.count()).where(owed.c.state == State.SENT))
                if sent.scalar_one():
                    return
                await asyncio.sleep(0.05)
    finally:
        await database.close()


async def _report(http: aiohttp.ClientSession, served: outside.Served, number: int) -> int:
    """Say something in a chat of its own: one in which a stopped holder was posting is left alone for its lease."""
    region = ("武汉市", "恩施州", "黄冈市")[number - 1]
    sent_at = f"{NINE.isoformat()}+08:00"
    body = outside.message(chat=f"city/{region}", sender=f"u-{region}", text="又批复1宗、60亩", sent_at=sent_at)
    return await outside.say(http, served.url, f"m{number}", body)
