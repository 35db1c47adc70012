"""Bad days, each with its outcome: nothing lost, nothing doubled, and the rest goes on."""

import asyncio
import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import logs, receive, wiring
from bot.clock import SHANGHAI, ManualClock
from bot.demo import cast
from bot.document import Document, PostKind
from bot.handle import Clerk
from bot.messengers.base import ChatKind, Hook, Inbound, Limits
from bot.messengers.generic.client import Generic
from bot.messengers.sandbox import Sandbox, Seen
from bot.rules.wording import service as service_words
from bot.selfaudit import SelfAudit
from bot.wiring import Service
from config.campaign import Campaign
from storage import outbox
from storage.database import Database
from storage.inbox import State as Read
from storage.outbox import Owed, State
from storage.tables import inbox, levels, occurrences, snapshots
from storage.tables import outbox as owed
from tests.durability import outside
from tests.office import Office

NOW = dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def plain_tracebacks() -> None:
    """These faults are logged; drawing every local variable would take longer than the test."""
    logs.quiet()


def owing(number: int, *, campaign: str, messenger: str) -> Owed:
    return Owed(
        campaign=campaign,
        dedup_key=f"k{number}",
        messenger=messenger,
        chat_id=f"chat{number}",
        chat_kind="group",
        kind=PostKind.ANSWER,
        document=Document(lines=("日报",)).to_json(),
        created_at=NOW,
        not_before=NOW,
        expires_at=NOW + dt.timedelta(hours=12),
    )


async def states(database: Database) -> list[Any]:
    async with database.transaction(reading=True) as tx:
        return list((await tx.execute(select(owed.c.state, owed.c.unknown, owed.c.tries).order_by(owed.c.id))).all())


@pytest.fixture
async def receiver() -> AsyncIterator[outside.Receiver]:
    async with outside.receiving() as made:
        yield made


@pytest.fixture
async def service(sqlite: Database, campaign: Campaign, receiver: outside.Receiver) -> AsyncIterator[Service]:
    """Yield a service that owes one message through the fake messenger, whose answers it awaits for 0.3 s."""
    clock = ManualClock(NOW)
    http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.3))
    generic = Generic(secret=SecretStr(outside.SECRET), push_url=receiver.url, http=http, clock=clock)
    made = wiring.build(campaign, database=sqlite, messengers={"generic": generic}, clock=clock, wall=clock)
    async with sqlite.transaction() as tx:
        await outbox.enqueue(tx, [owing(1, campaign=campaign.key, messenger="generic")])
    yield made
    await http.close()


async def deliver(service: Service, *, after_s: float = 0) -> None:
    assert isinstance(service.clock, ManualClock)
    service.clock.advance(seconds=after_s)
    while await service.couriers[0].deliver_next():
        pass


async def test_a_dead_messenger_gets_its_message_when_it_is_back(service: Service, receiver: outside.Receiver) -> None:
    await receiver.stop()
    await deliver(service)
    assert await states(service.database) == [(State.WAITING, 0, 1)]

    await receiver.start()
    await deliver(service, after_s=10)

    assert len(receiver.arrived) == 1
    assert await states(service.database) == [(State.SENT, 0, 2)]


async def test_a_messenger_that_limits_the_rate_is_left_alone_as_long_as_it_asks(
    service: Service, receiver: outside.Receiver
) -> None:
    receiver.answers = [(429, {"retry-after": "30"})]
    await deliver(service)
    await deliver(service, after_s=29)
    assert receiver.arrived == []

    await deliver(service, after_s=2)

    assert len(receiver.arrived) == 1


async def test_a_messenger_too_slow_to_answer_is_sent_the_same_post_again_under_the_same_id(
    service: Service, receiver: outside.Receiver
) -> None:
    receiver.delay_s = 0.6
    await deliver(service)
    assert await states(service.database) == [(State.WAITING, 1, 1)]

    receiver.delay_s = 0
    await deliver(service, after_s=10)

    assert len(receiver.times()) == 1
    assert await states(service.database) == [(State.SENT, 1, 2)]


async def test_a_locked_database_answers_come_again_and_keeps_the_repeated_message_once(
    service: Service, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "COMMIT_TIMEOUT_S", 0.1)
    body = outside.message(chat="city/武汉市", sender="u", text="今日批复3宗", sent_at=NOW.isoformat())
    locker = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    first = await _calls(service, body)
    locker.execute("COMMIT")
    locker.close()

    async with asyncio.timeout(10):
        while (again := await _calls(service, body)) == 503:
            pass

    assert (first, again) == (503, 200)
    async with service.database.transaction(reading=True) as tx:
        assert (await tx.execute(select(inbox.c.message_id))).scalars().all() == ["m1"]


async def _calls(service: Service, body: bytes) -> int:
    headers = outside.signed("m1", body, at=NOW)
    hook = Hook(method="POST", query={}, headers=headers, body=body, received_at=NOW)
    return (await service.door.open(service.messengers["generic"], hook)).status


async def test_a_clock_that_steps_back_and_forth_strikes_everything_once(office: Office) -> None:
    striker = office.service.striker
    for time in ("17:05", "18:02", "17:10", "09:30", "18:01", "18:31", "17:40", "18:40"):
        office.clock._now = NOW.replace(hour=int(time[:2]), minute=int(time[3:]))
        await striker.strike_due()
        await office.simulation.settle()

    async with office.database.transaction(reading=True) as tx:
        struck = Counter((await tx.execute(select(occurrences.c.schedule, occurrences.c.due_at))).all())
        kinds = Counter((await tx.execute(select(owed.c.kind).where(owed.c.kind == "daily"))).scalars())
    assert set(struck.values()) == {1}
    assert kinds == {"daily": 1}
    audit = SelfAudit(office.service.office, office.service.timetable, database=office.database, clock=office.clock)
    assert await audit.look() == []


async def test_a_message_that_stumbles_over_a_bug_is_set_aside_and_the_others_are_handled(office: Office) -> None:
    clerk = Clerk(
        office.service.office, database=office.database, clock=office.clock, press=Broken(), answers_a_minute={}
    )
    for number, text in enumerate(("推送 日报", "状态"), start=1):
        sender = office.id_of("管理员")
        said = Inbound(
            message_id=f"m{number}",
            chat_id=sender,
            chat_kind=ChatKind.DIRECT,
            sender_id=sender,
            text=text,
            sent_at=office.clock.now(),
        )
        await office.service.door.keep(cast.MESSENGER, said)

    while await clerk.handle_next():
        pass

    async with office.database.transaction(reading=True) as tx:
        read = (await tx.execute(select(inbox.c.state, inbox.c.tries).order_by(inbox.c.id))).all()
        told = (await tx.execute(select(owed.c.kind).order_by(owed.c.id))).scalars().all()
    assert [tuple(row) for row in read] == [(Read.SET_ASIDE, 3), (Read.DONE, 0)]
    assert told == ["alert", "answer"]


class Broken:
    """Whoever pushes by hand, with a bug."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise ZeroDivisionError(name)


async def test_a_schedule_that_fails_stops_no_other_and_is_made_up_for(office: Office) -> None:
    await office.until("17:50")
    async with office.database.transaction() as tx:
        eve = {"campaign": office.campaign.key, "kind": "daily", "day": NOW.date() - dt.timedelta(days=1)}
        await tx.execute(snapshots.insert().values(**eve, published_at=NOW, figures={"standings": 1}, document={}))
    await office.until("18:20")
    before = await _struck(office)
    async with office.database.transaction() as tx:
        await tx.execute(snapshots.delete())

    await office.service.striker.strike_due()

    assert {"missing", "warnings"} <= before
    assert await _struck(office) - before == {"daily"}


async def test_a_unit_that_stumbles_over_a_bug_stops_no_other(office: Office) -> None:
    """武汉's remembered level cannot be read: the digest and the others' warnings go out, and its own are held."""
    for who in ("武汉", "恩施", "黄冈"):
        await office.says(who, "今日批复1宗、60亩")
    async with office.database.transaction() as tx:
        await tx.execute(levels.insert().values(campaign=office.campaign.key, region="武汉市", data={"nonsense": 1}))

    said = [*await office.until("18:30"), *await office.until("11-16 09:30")]

    warned = {post.chat_id for post in said if post.kind == PostKind.WARNING}
    assert any(post.kind == PostKind.DAILY for post in said)
    assert {"city/恩施州", "city/黄冈市"} <= warned
    assert "city/武汉市" not in warned
    told = [post.document.text for post in said if post.kind == PostKind.ALERT]
    assert told == [service_words.not_evaluated(["武汉市"])]


async def _struck(office: Office) -> set[str]:
    async with office.database.transaction(reading=True) as tx:
        return set((await tx.execute(select(occurrences.c.schedule))).scalars())


THREE_A_MINUTE = Limits(posts=3, per_chat=False, jitter=False)


async def test_two_couriers_share_one_budget(postgres_url: str, campaign: Campaign) -> None:
    posts: list[Seen] = []
    clock, made = ManualClock(NOW), []
    for _ in range(2):
        database = Database(postgres_url)
        narrow = Sandbox(clock=clock, show=posts.append, limits=THREE_A_MINUTE)
        made.append(wiring.build(campaign, database=database, messengers={"sandbox": narrow}, clock=clock))
    async with made[0].database.transaction() as tx:
        await outbox.enqueue(tx, [owing(n, campaign=campaign.key, messenger="sandbox") for n in range(8)])

    counts = []
    for _ in range(3):
        await asyncio.gather(*(deliver(one) for one in made))
        counts.append(len(posts))
        clock.advance(seconds=61)
    for one in made:
        await one.database.close()

    assert counts == [3, 6, 8]
