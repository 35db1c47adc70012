"""What liaisons order: taking back and bringing in, promises, leave and stand-ins, as conversations."""

from tests.office import Office


def told(office: Office, who: str, kind: str) -> list[str]:
    """Return what somebody was told in private."""
    return [p.document.text for p in office.posts if p.chat_id == office.id_of(who) and p.kind == kind]


async def test_a_record_is_taken_back_and_brought_in_again(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：已登记｜恩施州 11月15日 #A1…
    恩施：撤回
    督办：已撤回｜恩施州 11月15日 #A1
            不再计入：批复＋2宗、＋100亩
            累计批复暂无数据
    恩施：撤回 A1
    督办：#A1此前已撤回。
    恩施：恢复 A1
    督办：已恢复｜恩施州 11月15日 #A1
            累计批复2/120宗、0.01/0.71万亩（1.4%，序时24.6%）
    恩施：恢复 A1
    督办：#A1未被撤回，无需恢复。
    """)


async def test_another_unit_s_record_is_neither_taken_back_nor_brought_in(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：…
    武汉：撤回 A1
    督办：#A1不是您单位的登记，未撤回。
    恩施：撤回 A1
    督办：…
    武汉：恢复 A1
    督办：#A1不是您单位的登记，未撤回。
    """)


async def test_a_promise_needs_a_day_to_come_within_the_campaign(office: Office) -> None:
    await office.dialog("""
    恩施：计划
    督办：“计划”的写法是：计划 11月24日
    恩施：计划 11月10日
    督办：11月10日已过，请写今天或以后的日期。
    恩施：计划 1月20日
    督办：请写12月31日前的日期。
    恩施：计划 武汉 11月24日
    督办：武汉市不是您负责的单位，如需办理请联系管理员。
    恩施：计划 11月24日
    督办：已记录计划｜恩施州 11月24日前补齐进度，此前不再发进度提醒；到期未达序时将恢复提醒。
            如需撤销，请回复“恢复 C1”。
    恩施：恢复 C1
    督办：已撤销：恩施州的计划，进度提醒恢复。
    恩施：恢复 C1
    督办：C1此前已撤销。
    """)


async def warnings_to(office: Office, region: str, until: str) -> list[str]:
    posts = await office.until(until)
    return [p.document.text for p in posts if p.kind == "warning" and p.chat_id == f"city/{region}"]


async def test_a_promise_holds_the_warning_and_a_missed_one_lets_it_go_out_again(office: Office) -> None:
    await office.says("恩施", "累计批复10宗0.05万亩，今日批复1宗50亩")
    (warned,) = await warnings_to(office, "恩施州", "11-16 09:30")
    assert "黄色" in warned

    await office.says("恩施", "计划 11月17日")
    await office.says("恩施", "无")
    assert await warnings_to(office, "恩施州", "11-17 12:00") == []
    await office.says("恩施", "无")
    assert await warnings_to(office, "恩施州", "11-20 12:00") == []

    await office.says("恩施", "无")
    assert await warnings_to(office, "恩施州", "11-21 09:30") != []
    assert "恩施州计划11月17日前补齐进度，未达序时，提醒已恢复" in told(office, "管理员", "alert")[-1]


async def test_who_is_on_leave_is_not_reminded_and_the_stand_in_is(office: Office) -> None:
    await office.dialog("""
    恩施：请假 11月15日至16日 由黄石 李晓燕代报
    督办：已登记请假｜吴国平 11月15日至16日，期间不再提醒您，由黄石市李晓燕代报。
            如需撤销，请回复“恢复 C1”。
    """)
    assert "请您11月15日至16日代恩施州报送" in told(office, "黄石", "alert")[0]
    await office.until("17:10")

    assert told(office, "恩施", "reminder") == []
    assert any("恩施州" in text for text in told(office, "黄石", "reminder"))

    await office.dialog("""
    黄石：恩施州今日批复1宗50亩
    督办：已登记｜恩施州 11月15日 #A1…
    """)
    await office.until("11-17 17:10")
    assert any("11月" not in text and "恩施州" in text for text in told(office, "恩施", "reminder"))


async def test_without_a_stand_in_the_reminder_goes_to_the_unit_s_group(office: Office) -> None:
    await office.says("恩施", "请假 今天")
    posts = await office.until("17:10")

    reminders = {p.chat_id: p.document.text for p in posts if p.kind == "reminder"}
    assert "@我回复" in reminders["city/恩施州"]
    assert office.id_of("恩施") not in reminders


async def test_leave_ends_early_when_told(office: Office) -> None:
    await office.dialog("""
    恩施：请假 3天 由武汉代报
    督办：已登记请假｜…
    恩施：销假
    督办：已撤销：吴国平的请假。
    武汉：恩施州今日批复1宗50亩
    督办：…恩施州…
    """)
    await office.until("17:10")
    assert told(office, "恩施", "reminder") != []


async def test_a_stand_in_nobody_knows_is_asked_for_again(office: Office) -> None:
    await office.dialog("""
    恩施：请假 明天 由武汉 诸葛亮代报
    督办：名单中没有找到“武汉 诸葛亮”，请写明单位和姓名，如“请假 11月20日至22日 由武汉 李四代报”。
    """)


async def test_a_liaison_stands_in_for_another_unit_only_when_an_admin_agrees(office: Office) -> None:
    await office.dialog("""
    武汉：代报 黄石 11月15日至16日
    督办：已收到代黄石市报送的申请，管理员同意后即可代报。
    武汉：黄石市今日无变化
    督办：…黄石市…
    管理员：同意 1
    督办：已登记代报｜张明 11月15日至16日代黄石市报送。
    武汉：黄石市今日无变化
    督办：已登记 黄石市 11月15日无变化。
    """)


async def test_an_admin_names_a_stand_in_and_takes_it_back(office: Office) -> None:
    await office.dialog("""
    管理员：代报 黄石 张明 11月15日至16日
    督办：已登记代报｜张明 11月15日至16日代黄石市报送。
            如需撤销，请回复“恢复 C1”。
    管理员：恢复 C1
    督办：已撤销：张明不再代黄石市报送。
    """)
