"""What was received is handled chat by chat, in order, by one Clerk at a time."""

import asyncio
import datetime as dt

from storage import inbox, intake
from storage.database import Database
from storage.inbox import Message
from storage.intake import Intake

NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=dt.UTC)


def message(number: int, *, chat: str = "g1", body: str = "a") -> Message:
    return Message(
        campaign="c",
        messenger="generic",
        message_id=f"m{number}",
        body_sha256=body,
        chat_id=chat,
        chat_kind="group",
        sender_id="u1",
        text=f"第{number}条",
        sent_at=NOW,
        received_at=NOW,
    )


async def add(database: Database, *messages: Message) -> list[Intake]:
    return await intake.add(database, messages, strangers=messages)


async def test_within_one_commit_too_an_id_counts_once(database: Database) -> None:
    assert await add(database, message(1), message(1), message(1, body="b"), message(2)) == [
        Intake.NEW,
        Intake.DUPLICATE,
        Intake.CONFLICT,
        Intake.NEW,
    ]


async def test_what_waits_longest_comes_first_whatever_its_chat(database: Database) -> None:
    await add(database, message(1, chat="g2"), message(2), message(3, chat="g2"))

    async with database.transaction() as tx:
        assert [m.message_id for m in await inbox.take(tx, limit=10)] == ["m1", "m2", "m3"]
        assert [m.message_id for m in await inbox.take(tx, limit=1)] == ["m1"]


async def test_so_many_chats_are_held_at_once_with_all_that_waits_in_them(postgres_url: str) -> None:
    database = Database(postgres_url)
    await add(database, message(1, chat="g2"), message(2), message(3, chat="g2"))

    async with database.transaction() as tx:
        assert [m.message_id for m in await inbox.take(tx, limit=10, chats_at_once=1)] == ["m1", "m3"]
    await database.close()


async def test_two_clerks_never_hold_the_same_chat(postgres_url: str) -> None:
    """On SQLite the writer's turn sees to it; on PostgreSQL the chat's row lock does."""
    one, two = Database(postgres_url), Database(postgres_url)
    await add(one, message(1), message(2, chat="g2"))

    async with one.transaction() as tx:
        first = await inbox.take(tx, limit=10, chats_at_once=1)
        async with asyncio.timeout(5), two.transaction() as other:
            second = await inbox.take(other, limit=10)

    assert [m.chat_id for m in first + second] == ["g1", "g2"]
    await one.close()
    await two.close()


async def test_a_message_that_fails_three_times_is_set_aside(database: Database) -> None:
    await add(database, message(1))

    async with database.transaction() as tx:
        taken = (await inbox.take(tx, limit=1))[0]
        aside = [await inbox.count_try(tx, taken.id, fault="a bug", at=NOW) for _ in range(3)]
        left = await inbox.take(tx, limit=1)

    assert aside == [False, False, True]
    assert left == []
