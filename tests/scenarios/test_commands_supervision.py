"""Silence, exemption and reminders now, as conversations; what touches many is shown first."""

from tests.office import Office


async def kinds_to(office: Office, chat_id: str, until: str) -> list[str]:
    return [p.kind for p in await office.until(until) if p.chat_id == chat_id]


async def test_a_silence_needs_who_how_long_and_why(office: Office) -> None:
    await office.dialog("""
    管理员：静默
    督办：请写明市州，如“静默 恩施州 3天 省里调研”。
    管理员：静默 恩施
    督办：请写明时长，如“静默 恩施州 3天 省里调研”。
    管理员：静默 恩施 3天
    督办：请写明事由，如“静默 恩施州 3天 省里调研”。
    管理员：静默 恩施 3天 省里调研
    督办：已静默｜恩施州 11月15日至17日，事由：省里调研。期间不发报送提醒和进度预警，到期告知。
            如需撤销，请回复“恢复 C1”。
    """)


async def test_a_silenced_unit_hears_nothing_and_the_office_hears_when_it_ends(office: Office) -> None:
    await office.says("恩施", "累计批复10宗0.05万亩")
    await office.says("管理员", "静默 恩施 至11月16日 省里调研")

    assert await kinds_to(office, "city/恩施州", "11-16 18:30") == []
    assert office.id_of("恩施") not in {p.chat_id for p in office.posts if p.kind == "reminder"}
    posts = await office.until("11-17 09:30")
    (notice,) = [p.document.text for p in posts if p.chat_id == office.id_of("管理员")]
    assert "恩施州静默已到期（11月15日至16日，事由：省里调研）" in notice


async def test_a_silence_is_lifted_and_the_lifting_taken_back(office: Office) -> None:
    await office.dialog("""
    管理员：解除静默 恩施
    督办：恩施州没有静默。
    管理员：静默 恩施 3天 省里调研
    督办：已静默｜…
    管理员：解除静默 恩施
    督办：恩施州的静默已解除。
            如需撤销，请回复“恢复 C2”。
    管理员：恢复 C2
    督办：已撤销：恩施州的静默已解除。
    """)


async def test_an_exempt_unit_owes_no_report_that_day(office: Office) -> None:
    await office.dialog("""
    管理员：免报 恩施
    督办：“免报”的写法是：免报 恩施州 11月20日
    管理员：免报 恩施 11月15日
    督办：已免报｜恩施州 11月15日，期间不提醒、不计缺报。
            如需撤销，请回复“恢复 C1”。
    管理员：未报
    督办：截至11月15日09:00：应报16家，收到0家。…
    管理员：恢复 C1
    督办：已撤销：恩施州的免报。
    管理员：未报
    督办：截至11月15日09:00：应报17家，收到0家。…
    """)


async def test_what_touches_many_is_shown_and_done_only_when_confirmed(office: Office) -> None:
    await office.dialog("""
    管理员：免报 全省 11月15日
    督办：将免报17家（11月15日）：武汉市、…神农架林区。
            回“确认”执行，回“取消”放弃（15分钟内有效）。
    管理员：未报
    督办：截至11月15日09:00：应报17家，…
    管理员：确认
    督办：已免报｜武汉市、…等17家 11月15日，期间不提醒、不计缺报。
            如需撤销，请回复“恢复 C1”。
    管理员：未报
    督办：11月15日无须报送。
    管理员：确认
    督办：当前没有待确认的操作。
    """)


async def test_what_is_cancelled_or_confirmed_too_late_is_not_done(office: Office) -> None:
    await office.dialog("""
    管理员：免报 全省 11月15日
    督办：将免报17家…
    管理员：取消
    督办：已取消，未作任何改动。
    管理员：免报 全省 11月15日
    督办：将免报17家…
    """)
    await office.until("09:16")
    await office.dialog("""
    管理员：确认
    督办：已超过确认时限，未执行。如仍需要，请重新发起。
    管理员：未报
    督办：截至11月15日09:16：应报17家，…
    """)


async def test_only_who_was_asked_and_only_in_that_chat_confirms(office: Office) -> None:
    await office.says("管理员", "免报 全省 11月15日")

    assert await office.says("管理员", "确认", chat="headquarters") == []
    assert await office.says("恩施", "确认") == ["当前没有待确认的操作。"]
    (done,) = await office.says("管理员", "确认")
    assert done.startswith("已免报｜")


async def test_a_unit_is_reminded_at_once_when_told_to(office: Office) -> None:
    await office.says("武汉", "无")
    await office.dialog("""
    管理员：催报 武汉
    督办：没有需要催报的单位：均已收到、免报或无须报送。
    管理员：催报 恩施
    督办：已提醒1家：恩施州。
    """)

    assert [p.chat_id for p in office.posts if p.kind == "reminder"] == [office.id_of("恩施")]


async def test_all_who_are_missing_are_reminded_after_a_look(office: Office) -> None:
    await office.dialog("""
    管理员：催报
    督办：将提醒暂未收到的17家：…
            回“确认”执行，回“取消”放弃（15分钟内有效）。
    恩施：无
    督办：已登记 恩施州 11月15日无变化。
    管理员：确认
    督办：已提醒16家：…
    """)
    assert office.id_of("恩施") not in {p.chat_id for p in office.posts if p.kind == "reminder"}


async def test_after_the_deadline_a_reminder_names_none(office: Office) -> None:
    await office.until("17:40")
    before = len(office.posts)
    await office.says("管理员", "催报 恩施")

    (reminder,) = [p.document.text for p in office.posts[before:] if p.kind == "reminder"]
    assert reminder == "【报送提示】恩施州今日用地进展暂未收到，请尽快直接回复本消息：有变化报数，无变化回“无”。"


async def account(office: Office, until: str) -> str:
    (post,) = [p for p in await office.until(until) if p.chat_id == "headquarters" and p.kind == "missing"]
    return post.document.text


async def test_the_account_says_who_was_reminded_and_who_was_not(office: Office) -> None:
    await office.says("管理员", "静默 随州 1天 省里调研")
    (early,) = await office.says("管理员", "预览 报送情况")

    said = await account(office, "17:45")

    assert "神农架林区。" in early
    assert "提示" not in early
    assert "神农架林区，已分别提示；随州市，静默期内未提示。" in said


async def test_a_silence_may_last_hours(office: Office) -> None:
    await office.says("恩施", "累计批复10宗0.05万亩")
    await office.dialog("""
    管理员：静默 黄石 9小时 省里调研
    督办：已静默｜黄石市 11月15日18:00前，事由：省里调研。期间不发报送提醒和进度预警，到期告知。
            如需撤销，请回复“恢复 C1”。
    管理员：静默 武汉 视频会 两个半小时
    督办：已静默｜武汉市 11月15日11:30前，事由：视频会。…
    管理员：静默 恩施 10小时 调研
    督办：已静默｜恩施州 11月15日19:00前，事由：调研。…
    管理员：静默 恩施 10小时
    督办：请写明事由，…
    """)

    posts = await office.until("18:30")

    reminded = {p.chat_id for p in posts if p.kind == "reminder"}
    assert (office.id_of("武汉") in reminded, office.id_of("黄石") in reminded) == (True, False)
    assert [p for p in posts if p.kind == "warning" and p.chat_id == "city/恩施州"] == []
    (notice,) = [p.document.text for p in posts if p.kind == "alert"]
    assert "武汉市静默已到期（11月15日11:30前，事由：视频会）" in notice
    assert "黄石市" not in notice


async def test_a_silence_of_hours_that_is_over_is_none(office: Office) -> None:
    await office.says("管理员", "静默 恩施 1小时 开会")
    await office.until("10:01")

    assert await office.says("管理员", "解除静默 恩施") == ["恩施州没有静默。"]
