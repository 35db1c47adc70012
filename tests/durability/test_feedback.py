"""What the bot says never comes back to it as a report."""

from sqlalchemy import func, select

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
