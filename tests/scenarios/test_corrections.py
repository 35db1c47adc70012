"""Mistakes are mended in the liaison's own words, and what was said before is kept."""

from storage import ledger
from storage.records import Figures
from tests.office import Office


async def stands(office: Office) -> Figures:
    async with office.database.transaction(reading=True) as tx:
        found = await ledger.standings(tx, office.campaign.key, as_of=office.clock.now().date(), stages=["approved"])
    return found["恩施州", "batch", "approved"][1]


async def test_a_correction_replaces_what_was_said_of_the_same(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复3宗150亩
    督办：…
    恩施：更正：今日批复2宗100亩
    督办：已更正｜恩施州 11月15日 #A2
        批复＋2宗、＋100亩（原＋3宗、＋150亩）…
    """)
    assert (await stands(office)).count == 2


async def test_a_correction_may_leave_out_what_stays(office: Office) -> None:
    await office.says("恩施", "今日批复3宗150亩")

    await office.dialog("""
    恩施：宗数应为2，面积不变
    督办：已更正｜恩施州 11月15日 #A2
        批复＋2宗、＋150亩（原＋3宗、＋150亩）…
    """)


async def test_a_quoted_message_is_the_one_that_is_corrected(office: Office) -> None:
    await office.says("恩施", "今日批复3宗150亩", message_id="first")
    await office.says("恩施", "今日上报5宗")

    answers = await office.says("恩施", "报错了，应为2宗", quotes="first")

    assert "批复＋2宗" in answers[0]
    assert (await stands(office)).count == 2


async def test_the_record_that_a_quoted_answer_names_is_withdrawn_or_corrected(office: Office) -> None:
    await office.says("恩施", "今日批复3宗150亩")
    await office.says("恩施", "今日上报5宗")

    assert "批复＋2宗" in (await office.says("恩施", "报错了，应为2宗", quotes="#A1"))[0]
    assert "#A2" in (await office.says("恩施", "撤回", quotes="#A2"))[0]
    assert (await stands(office)).count == 2


async def test_yesterday_is_corrected_today(office: Office) -> None:
    await office.says("恩施", "今日批复3宗150亩")
    await office.until("11-16 09:00")

    answers = await office.says("恩施", "更正昨日数据：昨日批复2宗100亩")

    assert answers[0].startswith("已更正｜恩施州 11月15日 #A2")
    assert (await stands(office)).count == 2


async def test_a_correction_of_nothing_is_recorded_and_said_so(office: Office) -> None:
    answers = await office.says("恩施", "更正：今日批复2宗100亩")

    assert "此前没有同类数据，已按新数登记" in answers[0]


async def test_taking_a_correction_back_brings_back_what_it_replaced(office: Office) -> None:
    await office.says("恩施", "今日批复3宗150亩")
    await office.says("恩施", "更正：今日批复2宗100亩")

    await office.says("恩施", "撤回")

    assert (await stands(office)).count == 3
