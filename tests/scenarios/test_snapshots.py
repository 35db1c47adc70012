"""What was published stands; what was found to be wrong is printed anew, once."""

import datetime as dt

from bot.schedule import Occurrence
from config.campaign import Schedule
from storage import snapshots
from tests.office import Office


async def digest_of(office: Office, moment: str) -> str:
    posts = await office.until(moment)
    return "\n".join(post.document.text for post in posts if post.kind == "daily")


async def test_a_published_figure_that_was_wrong_is_printed_anew_in_the_next_digest(office: Office) -> None:
    await office.says("黄冈", "累计批复10宗0.13万亩")
    await office.until("18:30")
    await office.says("黄冈", "更正 截至今日累计批复10宗0.31万亩")

    digest = await digest_of(office, "11-16 18:00")
    next_digest = await digest_of(office, "11-17 18:00")

    assert "更正：昨日黄冈市累计批复应为0.31万亩（原0.13万亩）。" in digest
    assert "更正" not in next_digest


async def test_a_late_report_is_no_correction(office: Office) -> None:
    await office.says("黄冈", "累计批复10宗0.13万亩")
    await office.until("11-16 20:00")
    await office.says("黄冈", "今日批复1宗20亩")

    assert "更正" not in await digest_of(office, "11-17 18:00")


async def test_the_digest_comes_again_word_for_word(office: Office) -> None:
    await office.says("黄冈", "累计批复10宗0.13万亩")
    published = await digest_of(office, "18:00")
    await office.says("黄冈", "更正 截至今日累计批复10宗0.31万亩")

    assert await office.says("领导", "日报") == [published]
    assert await office.says("领导", "日报 11月15日") == [published]
    assert await office.says("领导", "日报 11月14日") == ["11月14日没有发出日报。"]


async def test_two_strikers_publish_once(office: Office) -> None:
    await office.until("17:59")
    office.clock.advance(minutes=1)
    schedule = next(s for s in office.campaign.schedules if s.key == "daily")
    due = Occurrence(schedule=schedule, due_at=office.clock.now())

    struck = [await office.service.striker.strike(due), await office.service.striker.strike(due)]
    before = len(office.posts)
    await office.simulation.settle()

    assert struck == [True, False]
    assert [post.chat_id for post in office.posts[before:] if post.kind == "daily"] == ["leaders"]


async def test_a_digest_pushed_by_hand_before_its_hour_is_not_yet_the_days(office: Office) -> None:
    await office.says("黄冈", "截至昨日累计批复10宗0.13万亩")
    by_hand = Schedule(key="by-hand", push="daily", at=dt.time(9))
    await office.service.striker.strike(Occurrence(schedule=by_hand, due_at=office.clock.now()))

    async with office.database.transaction(reading=True) as tx:
        early = await snapshots.of_day(tx, office.campaign.key, "daily", office.clock.now().date())
    await office.says("黄冈", "今日批复1宗20亩")
    digest = await digest_of(office, "18:00")

    assert early is None
    assert "累计批复0.132万亩" in digest


async def test_what_admins_try_out_is_never_corrected_nor_counted(office: Office) -> None:
    await office.says("管理员", "试运行 开")
    await office.until("18:30")

    async with office.database.transaction(reading=True) as tx:
        kept = await snapshots.of_day(tx, office.campaign.key, "daily", office.clock.now().date())

    assert kept is None
    assert [post.chat_id for post in office.posts if post.kind == "daily"] == [office.id_of("管理员")]
