"""Where the messenger tells nobody anything in private unasked, the group hears it, and the liaison is called by @."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import delete

from bot import alerts
from bot.messengers.sandbox.client import LIMITS
from config.campaign import Campaign
from storage import outbox
from storage.database import Database
from storage.tables import chats
from tests.office import Office


@pytest.fixture
async def office(sqlite: Database, campaign: Campaign) -> Office:
    at = dt.datetime(2023, 11, 15, 9, 0)  # noqa: DTZ001 local time
    return await Office.open(sqlite, campaign, at=at, limits=replace(LIMITS, private=False))


async def test_a_reminder_calls_the_unit_s_liaison_in_its_group(office: Office) -> None:
    posts = [p for p in await office.until("17:10") if p.kind == "reminder"]

    (told,) = [p.document for p in posts if p.chat_id == "city/恩施州"]
    assert "恩施州" in told.text
    assert "@我回复" in told.text
    assert told.mentions == (office.id_of("恩施"),)
    assert office.id_of("恩施") not in {p.chat_id for p in posts}


async def test_a_reminder_calls_who_stands_in_for_the_liaison(office: Office) -> None:
    await office.says("恩施", "请假 11月15日 由黄石 李晓燕代报")

    posts = [p for p in await office.until("17:10") if p.kind == "reminder"]

    (told,) = [p.document for p in posts if p.chat_id == "city/恩施州"]
    assert told.mentions == (office.id_of("黄石"),)


async def test_a_reminder_by_hand_calls_the_liaison_too(office: Office) -> None:
    await office.says("管理员", "催报 恩施")

    (told,) = [p for p in office.posts if p.kind == "reminder"]
    assert (told.chat_id, told.document.mentions) == ("city/恩施州", (office.id_of("恩施"),))


async def tell_admins(office: Office) -> list[tuple[str, str]]:
    """Owe the admins an alert; return where it went, and what it said."""
    now, key = office.clock.now(), office.campaign.key
    async with office.database.transaction() as tx:
        await outbox.enqueue(tx, await alerts.to_admins(tx, campaign=key, text="磁盘将满。", key="disk", now=now))
    await office.simulation.settle()
    return [(p.chat_id, p.document.text) for p in office.posts if p.kind == "alert"]


async def test_what_admins_are_to_know_is_told_once_in_the_headquarters_group(office: Office) -> None:
    assert await tell_admins(office) == [("headquarters", "磁盘将满。")]


async def test_without_such_a_group_an_alert_is_tried_in_private_and_never_dropped(office: Office) -> None:
    async with office.database.transaction() as tx:
        await tx.execute(delete(chats).where(chats.c.kind == "headquarters"))

    assert await tell_admins(office) == [(office.id_of("管理员"), "磁盘将满。")]
