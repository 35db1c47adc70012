"""The summary of a month, and of the campaign when it ends."""

import datetime as dt

from bot.clock import SHANGHAI
from bot.schedule import Occurrence
from tests.office import Office


async def pushed(office: Office, key: str, at: dt.datetime) -> list[str]:
    """Jump to a moment at which only one schedule is struck, and return what the leaders see of it."""
    office.clock.move_to(at.replace(tzinfo=SHANGHAI))
    schedule = next(s for s in office.campaign.schedules if s.key == key)
    before = len(office.posts)
    await office.service.striker.strike(Occurrence(schedule=schedule, due_at=office.clock.now()))
    await office.simulation.settle()
    return [p.document.text for p in office.posts[before:] if p.kind == "summary" and p.chat_id == "leaders"]


async def test_a_month_ends_with_what_it_brought(office: Office) -> None:
    await office.says("恩施", "累计批复14宗0.08万亩")

    (said,) = await pushed(office, "month", dt.datetime(2023, 11, 30, 18, 20))  # noqa: DTZ001 local time

    assert said.startswith(
        "【攻坚月报】11月（截至11月30日）\n一、全省累计批复0.08万亩，占任务17.32万亩的0.5%（序时49.2%）"
    )
    assert "；本月＋14宗、＋0.08万亩。" in said
    assert await office.says("领导", "月报") == [said]


async def test_the_campaign_ends_with_its_whole(office: Office) -> None:
    await office.says("恩施", "累计批复14宗0.08万亩")

    (said,) = await pushed(office, "end", dt.datetime(2023, 12, 31, 18, 20))  # noqa: DTZ001 local time

    assert said.startswith("【攻坚总结】截至12月31日\n一、全省累计批复0.08万亩")
    assert "期间＋14宗、＋0.08万亩" in said
    assert "预计" not in said
