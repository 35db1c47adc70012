"""On-site services are counted, and whoever still owes one is told in the last weeks."""

from tests.office import Office


async def test_a_visit_is_recorded_and_counted(office: Office) -> None:
    await office.dialog("""
    执法监督处：今日文峰副厅长到恩施州上门服务
    督办：…11月15日上门服务1次…
    恩施：上门服务
    督办：上门服务：包联厅领导已开展1/12（12月31日前至少1次）。
                恩施州：已开展1次（11月15日文峰）。
    领导：上门服务情况
    督办：上门服务：包联厅领导已开展1/12，尚未开展：吴祖云、…
    """)


async def test_leaders_names_are_not_shown_in_a_citys_group(office: Office) -> None:
    answers = await office.says("执法监督处", "上门服务", chat="city/恩施州")

    assert "尚未开展" not in answers[0]


async def test_a_visit_taken_back_counts_no_more(office: Office) -> None:
    await office.says("恩施", "今日文峰到恩施州上门服务")
    await office.says("恩施", "撤回")

    assert "已开展0/12" in (await office.says("恩施", "上门服务"))[0]


async def test_only_divisions_that_still_owe_are_reminded_on_a_monday_morning(office: Office) -> None:
    await office.says("恩施", "今日文峰到恩施州上门服务")
    office.clock.advance(days=18)

    posts = [p for p in await office.until("12-04 09:00") if "上门服务提示" in p.document.text]

    assert len(posts) == 16
    assert "division/执法监督处" not in {p.chat_id for p in posts}
    assert all(p.chat_id.startswith("division/") for p in posts)
