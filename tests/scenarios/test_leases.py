"""What only one process may hold: leases, the connections under them, and quotas that all processes use up."""

import asyncio
import datetime as dt
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from bot.clock import SHANGHAI, ManualClock
from bot.connections import Connections
from bot.document import PostKind
from bot.lease import Lease, LeaseLostError
from bot.messengers.dingtalk import Quota
from bot.messengers.dingtalk.quota import Meter
from bot.messengers.feishu.quota import Quota as FeishuQuota
from bot.meters import Meters
from storage import leases, people, usage
from storage.database import Database
from storage.records import Person, Role
from storage.tables import outbox as owed

NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=SHANGHAI)
ADMIN = Person(messenger="feishu:main", user_id="ou_9", name="陈主任", role=Role.ADMIN)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


class Pauses:
    """Somebody who waits until told."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[float] = asyncio.Queue()
        self.go = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.asked.put_nowait(seconds)
        await self.go.acquire()


async def holder(database: Database, clock: ManualClock) -> str | None:
    async with database.transaction(reading=True) as tx:
        return await leases.holder(tx, "robot", now=clock.now())


async def test_a_lease_is_held_by_one_and_free_when_the_block_ends(database: Database, clock: ManualClock) -> None:
    pauses = Pauses()
    first = Lease("robot", database=database, clock=clock)
    second = Lease("robot", database=database, clock=clock, pause=pauses)

    async with first():
        waiting = asyncio.create_task(_enter(second))
        await asyncio.wait_for(pauses.asked.get(), 5)
        assert not waiting.done()
    pauses.go.release()

    assert await asyncio.wait_for(waiting, 5)
    assert await holder(database, clock) is None


async def _enter(lease: Lease) -> bool:
    async with lease():
        return True


async def test_a_lease_that_was_not_renewed_goes_to_the_next(database: Database, clock: ManualClock) -> None:
    async with database.transaction() as tx:
        until = clock.now() + dt.timedelta(seconds=30)
        assert await leases.claim(tx, "robot", owner="dead", now=clock.now(), until=until)
        assert not await leases.claim(tx, "robot", owner="next", now=clock.now(), until=until)
    clock.advance(seconds=31)

    assert await asyncio.wait_for(_enter(Lease("robot", database=database, clock=clock)), 5)


async def test_a_block_ends_when_its_lease_is_lost(database: Database, clock: ManualClock) -> None:
    pauses = Pauses()
    lease = Lease("robot", database=database, clock=clock, pause=pauses)
    forever = asyncio.Event()

    async def hold() -> None:
        async with lease():
            await forever.wait()

    holding = asyncio.create_task(hold())
    await asyncio.wait_for(pauses.asked.get(), 5)
    clock.advance(seconds=31)
    async with database.transaction() as tx:
        until = clock.now() + dt.timedelta(seconds=30)
        assert await leases.claim(tx, "robot", owner="other", now=clock.now(), until=until)
    pauses.go.release()

    with pytest.raises(LeaseLostError):
        await asyncio.wait_for(holding, 5)
    assert await holder(database, clock) == "other"


async def test_a_block_that_is_cancelled_gives_its_lease_back(sqlite: Database, clock: ManualClock) -> None:
    entered = asyncio.Event()

    async def hold() -> None:
        async with Lease("robot", database=sqlite, clock=clock)():
            entered.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await asyncio.wait_for(entered.wait(), 5)
    holding.cancel()

    with pytest.raises(asyncio.CancelledError):
        await holding
    assert await holder(sqlite, clock) is None


class Robot:
    """A connection whose fate is written beforehand."""

    name = "wecom-robot:main"

    def __init__(self, *fate: str | Exception) -> None:
        self.fate = list(fate)

    async def run(self) -> str:
        end = self.fate.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("reason", "words"), [("kicked", "顶掉"), ("refused", "凭据被拒")])
async def test_admins_are_told_when_a_connection_is_given_up(
    sqlite: Database, clock: ManualClock, reason: str, words: str
) -> None:
    await _enrol(sqlite)
    connections = Connections([], database=sqlite, campaign="c", clock=clock, pause=lambda _: asyncio.sleep(0))
    robot = Robot(LeaseLostError("robot"), RuntimeError("a bug"), reason)

    await connections.stand(robot)

    assert robot.fate == []
    (alert,) = await _alerts(sqlite)
    assert words in alert


async def test_a_connection_that_is_closed_is_no_news(sqlite: Database, clock: ManualClock) -> None:
    await _enrol(sqlite)

    await Connections([], database=sqlite, campaign="c", clock=clock).stand(Robot("closed"))

    assert await _alerts(sqlite) == []


async def test_a_quota_is_added_up_over_processes_and_restarts(database: Database, clock: ManualClock) -> None:
    first, second = Quota(clock=clock), Quota(clock=clock)
    one, two = (Meters([q], database=database, campaign="c", clock=clock) for q in (first, second))

    for _ in range(3):
        first.count(Meter.API)
    second.count(Meter.WEBHOOK)
    for meters in (one, two, one):
        await meters.keep()
    first.count(Meter.API)
    await one.keep()
    await two.keep()

    assert (first.usage.api, first.usage.webhook) == (second.usage.api, second.usage.webhook) == (4, 1)
    again = Quota(clock=clock)
    await Meters([again], database=database, campaign="c", clock=clock).keep()
    assert (again.usage.api, again.usage.webhook) == (4, 1)


async def test_a_new_month_begins_at_nothing(sqlite: Database, clock: ManualClock) -> None:
    quota = FeishuQuota(robot="feishu:main", clock=clock)
    meters = Meters([quota], database=sqlite, campaign="c", clock=clock)
    quota.count()
    await meters.keep()
    clock.advance(days=20)
    quota.count()
    await meters.keep()

    async with sqlite.transaction(reading=True) as tx:
        kept: list[Mapping[str, int]] = [await usage.of_month(tx, "feishu:main", m) for m in ("2023-11", "2023-12")]
    assert kept == [{"api": 1}, {"api": 1}]


async def test_admins_are_told_once_for_each_mark_that_a_quota_passes(sqlite: Database, clock: ManualClock) -> None:
    await _enrol(sqlite)
    quota = FeishuQuota(robot="feishu:main", clock=clock, limit=10)
    meters = Meters([quota], database=sqlite, campaign="c", clock=clock)

    told = []
    for _ in range(10):
        quota.count()
        await meters.keep()
        await meters.keep()
        told.append(len(await _alerts(sqlite)))

    assert told == [0, 0, 0, 0, 0, 0, 0, 1, 2, 3]


async def _enrol(database: Database) -> None:
    async with database.transaction() as tx:
        await people.upsert_roster(tx, "c", rows=[ADMIN], bound=[])


async def _alerts(database: Database) -> list[str]:
    """What admins will be told."""
    query = select(owed.c.document).where(owed.c.kind == PostKind.ALERT).order_by(owed.c.id)
    async with database.transaction(reading=True) as tx:
        return [str(document["lines"][0]) for document in (await tx.execute(query)).scalars()]
