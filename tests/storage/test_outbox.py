"""What is owed is owed once, leased to one Courier at a time, and its order in a chat is kept."""

import datetime as dt

from storage import outbox
from storage.database import Database
from storage.outbox import Owed, State

NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=dt.UTC)
LEASE = dt.timedelta(seconds=90)


def owed(key: str, *, chat: str = "g1", priority: int = 5, after_s: int = 0, region: str | None = None) -> Owed:
    return Owed(
        campaign="c",
        dedup_key=key,
        messenger="generic",
        chat_id=chat,
        chat_kind="group",
        kind="reminder",
        document={"lines": [key]},
        created_at=NOW,
        not_before=NOW + dt.timedelta(seconds=after_s),
        expires_at=NOW + dt.timedelta(hours=1),
        priority=priority,
        region=region,
        day=NOW.date() if region else None,
    )


async def enqueue(database: Database, *many: Owed) -> None:
    async with database.transaction() as tx:
        await outbox.enqueue(tx, many)


async def claim(database: Database, *, owner: str = "a", after_s: int = 0, limit: int = 10) -> list[Owed]:
    now = NOW + dt.timedelta(seconds=after_s)
    async with database.transaction() as tx:
        return await outbox.claim(tx, owner=owner, now=now, lease=LEASE, limit=limit, messengers=["generic"])


async def test_the_same_key_is_owed_once(database: Database) -> None:
    await enqueue(database, owed("one"), owed("one"))
    await enqueue(database, owed("one"))

    assert [o.dedup_key for o in await claim(database)] == ["one"]


async def test_one_message_a_chat_at_a_time_in_the_order_it_was_owed(database: Database) -> None:
    await enqueue(database, owed("first"), owed("second"), owed("elsewhere", chat="g2"))

    assert sorted(o.dedup_key for o in await claim(database)) == ["elsewhere", "first"]
    assert await claim(database) == []


async def test_the_urgent_goes_first_and_the_early_waits(database: Database) -> None:
    await enqueue(database, owed("later", after_s=60), owed("digest"), owed("red", chat="g2", priority=1))

    assert [o.dedup_key for o in await claim(database, limit=1)] == ["red"]
    assert [o.dedup_key for o in await claim(database)] == ["digest"]


async def test_a_lease_that_ran_out_is_taken_over_and_its_outcome_unknown(database: Database) -> None:
    await enqueue(database, owed("one"))
    first = (await claim(database, owner="dead"))[0]

    assert await claim(database, owner="alive", after_s=89) == []
    again = (await claim(database, owner="alive", after_s=91))[0]

    assert (first.unknown, again.unknown, again.tries) == (0, 1, 2)


async def test_who_lost_the_lease_can_mark_nothing(database: Database) -> None:
    await enqueue(database, owed("one"))
    one = (await claim(database, owner="paused"))[0]
    await claim(database, owner="alive", after_s=91)

    async with database.transaction() as tx:
        await outbox.mark_sent(tx, [one.id], owner="paused", at=NOW, doubled=False)
        states = await outbox.states_of(tx, ["one"])

    assert states == {"one": State.LEASED}


async def test_a_report_voids_the_reminders_of_its_unit_and_day_alone(database: Database) -> None:
    await enqueue(database, owed("恩施", region="恩施州"), owed("黄石", region="黄石市", chat="g2"))

    async with database.transaction() as tx:
        assert await outbox.void(tx, campaign="c", kind="reminder", reported=[("恩施州", NOW.date())]) == 1

    assert [o.dedup_key for o in await claim(database)] == ["黄石"]
