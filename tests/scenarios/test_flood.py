"""One person who writes very much is answered by themselves at first, and once for all the rest."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from bot.demo import cast
from bot.messengers.base import ChatKind, Inbound, Limits
from config.campaign import Campaign
from storage.database import Database
from storage.tables import reports
from tests.office import Office

NINE = dt.datetime(2023, 11, 15, 9, 0)  # noqa: DTZ001 local time
TWENTY_A_MINUTE = Limits(posts=20, idempotent=True, jitter=False)


@pytest.fixture
async def office(database: Database, campaign: Campaign) -> Office:
    return await Office.open(database, campaign, at=NINE, limits=TWENTY_A_MINUTE)


async def test_thirty_lines_pasted_as_thirty_messages_are_all_recorded_and_share_an_answer(office: Office) -> None:
    """Ten answers are what half of the messenger's budget allows; they are handled at once, as they come at once."""
    for number in range(30):
        await _drops(office, "恩施", f"又批复1宗、{60 + number}亩")
    await office.simulation.settle()
    assert [post.document.text.split("#")[1].split("\n")[0] for post in office.posts] == [f"A{n}" for n in range(1, 11)]

    (shared,) = await office.until("09:01")

    assert shared.document.lines == (
        "消息较多，以下20条合并答复。",
        "已登记20条：恩施州 #A11至#A30。",
        "累计情况请回“进度”，有误请回“撤回 #号”。",
    )
    assert await _recorded(office) == 30


async def test_whoever_writes_on_gets_the_same_answer_and_later_answers_one_by_one_again(office: Office) -> None:
    answered = [await office.says("恩施", f"又批复1宗、{60 + number}亩") for number in range(14)]
    answered += [await office.says("恩施", "收到，谢谢")]

    (shared,) = await office.until("09:02")

    assert [len(each) for each in answered] == [1] * 10 + [0] * 5
    assert shared.document.lines[:3] == (
        "消息较多，以下5条合并答复。",
        "已登记4条：恩施州 #A11至#A14。",
        "另1条没有登记，如需报送请稍后单独发送。",
    )
    assert len(await office.says("恩施", "又批复1宗、99亩")) == 1


async def test_a_question_is_put_at_once_and_its_answer_answered_in_the_middle_of_a_flood(office: Office) -> None:
    for number in range(12):
        await office.says("恩施", f"又批复1宗、{60 + number}亩")

    (asked,) = await office.says("恩施", "累计批复9宗、0.05万亩")
    (answered,) = await office.says("恩施", "2")

    assert "回1" in asked
    assert "恩施州" in answered


async def test_a_flood_hides_nobody_elses_answer_and_no_answer_to_a_command(office: Office) -> None:
    for number in range(10):
        await office.says("恩施", f"又批复1宗、{60 + number}亩", chat="city/恩施州")

    assert await office.says("恩施", "又批复1宗、99亩", chat="city/恩施州") == []
    assert len(await office.says("恩施", "进度", chat="city/恩施州")) == 1
    assert len(await office.says("武汉", "又批复1宗、99亩", chat="city/武汉市")) == 1


async def test_a_stranger_who_floods_is_answered_politely_once_more(office: Office) -> None:
    answered = [len(await office.says("陌生人", "帮助" if number % 2 else "今日批复3宗")) for number in range(40)]

    after = await office.until("09:01")

    assert sum(answered) == 10
    assert [post.document.lines[0] for post in after] == ["消息较多，以下30条合并答复。"]
    assert await _recorded(office) == 0


async def _drops(office: Office, who: str, text: str) -> None:
    """Put a message into the inbox without waiting for what becomes of it."""
    sender = office.id_of(who)
    inbound = Inbound(
        message_id=text,
        chat_id=sender,
        chat_kind=ChatKind.DIRECT,
        sender_id=sender,
        text=text,
        sent_at=office.clock.now(),
    )
    await office.service.door.keep(cast.MESSENGER, inbound)


async def _recorded(office: Office) -> int:
    async with office.database.transaction(reading=True) as tx:
        return int((await tx.execute(select(func.count()).select_from(reports))).scalar_one())
