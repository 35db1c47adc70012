"""Reading everything again: what differs is shown, applied when told to, and what a person touched is left."""

from sqlalchemy import update

from bot import rebuild
from storage import ledger
from storage.records import Figures
from storage.tables import inbox
from tests.office import Office


async def reread(office: Office, *, apply: bool = False) -> list[str]:
    """Read all again, in today's words for the messages that the test has made say something else."""
    found = rebuild.run(office.service.office, office.database, apply=apply, now=office.clock.now())
    return [line async for line in found]


async def now_says(office: Office, message_id: str, text: str) -> None:
    """Let a stored message be read otherwise, as a better parser would."""
    async with office.database.transaction() as tx:
        await tx.execute(update(inbox).where(inbox.c.message_id == message_id).values(text=text))


async def stands(office: Office, region: str = "恩施州") -> Figures:
    async with office.database.transaction(reading=True) as tx:
        found = await ledger.standings(tx, office.campaign.key, as_of=office.clock.now().date(), stages=["approved"])
    return found[region, "batch", "approved"][1]


async def test_what_is_read_the_same_today_differs_in_nothing(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩，累计批复14宗0.08万亩")
    await office.says("黄石", "无")
    await office.says("黄冈", "更正：今日批复1宗", chat="city/黄冈市")
    await office.says("黄冈", "面积应为30亩", chat="city/黄冈市")
    await office.says("武汉", "收到")

    assert await reread(office) == ["没有差异。"]


async def test_a_difference_is_shown_by_message_and_applied_only_when_told_to(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩", message_id="m-e")
    await now_says(office, "m-e", "今日批复3宗150亩")
    before = await stands(office)

    shown = await reread(office)
    assert await stands(office) == before
    applied = await reread(office, apply=True)

    assert shown[0].startswith("m-e：今日批复3宗150亩")
    assert shown[1:3] == ["  － 恩施州 11月15日 批复＋2宗、＋100亩", "  ＋ 恩施州 11月15日 批复＋3宗、＋150亩"]
    assert "有差异1条" in applied[-1]
    assert (await stands(office)).count == 3
    assert await reread(office) == ["没有差异。"]


async def test_what_a_person_touched_is_listed_and_left(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩", message_id="m-1")
    await office.says("恩施", "今日批复3宗", message_id="m-2")
    await office.says("恩施", "1")
    await now_says(office, "m-2", "今日批复9宗")

    lines = await reread(office, apply=True)

    assert "已经人工处理，保持不变" in lines[0]
    assert (await stands(office)).count == 5
