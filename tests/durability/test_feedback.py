"""What the bot says never comes back to it as a report."""

import pytest
from sqlalchemy import func, select

from bot.rules.wording import service
from storage.tables import entries, reports
from tests.office import Office


async def test_its_own_answers_said_to_it_again_record_nothing(office: Office) -> None:
    answers = await office.says("恩施", "今日批复3宗、120亩")
    answers += await office.says("恩施", "进度")
    answers += await office.says("武汉", "无")
    digests = [post.document.text for post in await office.until("18:30")]
    before = await _counts(office)

    for text in [*answers, *digests]:
        await office.says("恩施", text, chat="city/恩施州")

    assert digests
    assert await _counts(office) == before


async def _counts(office: Office) -> tuple[int, int]:
    async with office.database.transaction(reading=True) as tx:
        made = (await tx.execute(select(func.count()).select_from(reports))).scalar_one()
        entered = (await tx.execute(select(func.count()).select_from(entries))).scalar_one()
    return made, entered


async def test_whoever_pastes_an_answer_is_told_that_it_was_not_taken_for_a_report(office: Office) -> None:
    """Whatever was added to it is not lost without a word."""
    (answer,) = await office.says("恩施", "今日批复3宗、120亩")

    told = await office.says("恩施", f"{answer}\n今日又上报2宗", chat="city/恩施州")

    assert told == [service.own_words()]


@pytest.mark.parametrize("who", ["恩施", "陌生人", "领导", "管理员", "耕保处"])
@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "今日批复0.12",
        "今天3宗0.12万亩",
        "今日批复3宗、120亩",
        "今日批复3000宗、120万亩",
        "今日武汉市批复3宗、120亩",
        "无",
        "帮助",
        "进度",
        "未报",
        "撤回",
        "问题 耕地占补指标不足",
        "我是 恩施州 张三",
        "状态",
    ],
)
async def test_an_answer_said_to_the_bot_again_and_again_comes_to_an_end(office: Office, who: str, text: str) -> None:
    """A bridge that returns the bot's posts to it must not start a conversation of the bot with itself."""
    said = [text]

    for _ in range(4):
        said = [answer for each in said for answer in await office.says(who, each)]

    assert said == []
