"""Looking before sending, broadcasts, pauses and trials; and how little people are told unasked."""

from storage import occurrences
from tests.office import Office


async def test_a_preview_shows_what_would_go_out_and_sends_nothing(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    before = len(office.posts)
    (shown,) = await office.says("管理员", "预览 日报")

    assert shown.splitlines()[:2] == ["【预览】将发送到1处：", "【攻坚日报】11月15日（第15天，共61天）"]
    assert [p.chat_id for p in office.posts[before:]] == [office.id_of("管理员")]
    assert await office.says("领导", "日报") == ["还没有发出过日报。"]


async def test_a_preview_of_warnings_leaves_them_to_be_sent(office: Office) -> None:
    await office.says("恩施", "累计批复1宗0.005万亩")
    (shown,) = await office.says("管理员", "预览 预警")
    assert "【进度提醒·红色】恩施州" in shown

    posts = await office.until("18:30")
    assert "city/恩施州" in {p.chat_id for p in posts if p.kind == "warning"}


async def test_a_push_by_hand_goes_out_when_confirmed(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：…
    管理员：推送 日报
    督办：【预览】将发送到1处：…
            回“确认”执行，回“取消”放弃（15分钟内有效）。
    管理员：确认
    督办：已发送1条。
    """)
    assert [p.chat_id for p in office.posts if p.kind == "daily"] == ["leaders"]

    posts = await office.until("18:30")
    assert "口径截至18:00" in next(p.document.text for p in posts if p.kind == "daily")


async def test_a_digest_published_today_is_sent_again_word_for_word(office: Office) -> None:
    posts = await office.until("18:30")
    (published,) = [p.document.text for p in posts if p.kind == "daily"]
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("管理员", "推送 日报")
    await office.says("管理员", "确认")

    assert [p.document.text for p in office.posts if p.kind == "daily"] == [published, published]


async def test_what_has_nothing_to_say_is_not_sent(office: Office) -> None:
    await office.dialog("""
    管理员：推送 预警
    督办：没有要发送的内容：无新的预警。
    管理员：预览
    督办：“预览”的写法是：预览 日报 / 预览 报送情况 / 预览 预警
    """)


async def test_a_broadcast_is_shown_first_and_goes_out_word_for_word(office: Office) -> None:
    await office.dialog("""
    管理员：广播 明天（周四）系统维护，请提前报送。
    督办：将向各市州群（17处）广播：
            明天（周四）系统维护，请提前报送。
            回“确认”执行，回“取消”放弃（15分钟内有效）。
    管理员：确认
    督办：已发送17条。
    """)
    texts = {p.chat_id: p.document.text for p in office.posts if p.kind == "alert"}
    assert texts["city/恩施州"] == "【通知】明天（周四）系统维护，请提前报送。\n（陈主任）"


async def test_a_broadcast_goes_to_whom_it_names(office: Office) -> None:
    await office.dialog("""
    管理员：广播 武汉、恩施：请核对台账。
    督办：将向武汉、恩施（2处）广播：
            请核对台账。…
    管理员：确认
    督办：已发送2条。
    管理员：广播 联络员：请核对台账。
    督办：将向联络员（17处）广播：…
    """)
    assert {p.chat_id for p in office.posts if p.kind == "alert"} == {"city/武汉市", "city/恩施州"}


async def test_while_paused_nothing_goes_out_and_it_is_written_down_why(office: Office) -> None:
    await office.dialog("""
    管理员：暂停推送 系统维护
    督办：推送已暂停，事由：系统维护。回复不受影响；恢复请回“恢复推送”。
    恩施：无
    督办：已登记 恩施州 11月15日无变化。
    管理员：推送 日报
    督办：推送已暂停：系统维护，未发送。请先回“恢复推送”；只看内容可用“预览 日报”。
    管理员：催报 武汉
    督办：推送已暂停：系统维护，未发送。…
    管理员：预览 日报
    督办：【预览】将发送到1处：…
    """)
    assert [p for p in await office.until("18:30") if p.kind != "alert"] == []
    async with office.database.transaction(reading=True) as tx:
        latest = {s: (state, why) for s, _, state, why in await occurrences.latest(tx, office.campaign.key)}
    assert latest["daily"] == ("skipped", "推送已暂停：系统维护")

    await office.dialog("""
    管理员：恢复推送
    督办：推送已恢复。暂停期间未发的不补发，可用“推送 日报”补发。
    管理员：恢复推送
    督办：推送未暂停。恢复某条登记请写“恢复 A102”，撤销操作请写“恢复 C12”。
    """)
    assert "daily" in {p.kind for p in await office.until("11-16 18:30")}


async def test_what_was_shown_before_the_pause_is_not_sent_in_it(office: Office) -> None:
    for said in ("推送 日报", "暂停推送 维护"):
        await office.says("管理员", said)

    assert await office.says("管理员", "确认") == [
        "推送已暂停：维护，未发送。请先回“恢复推送”；只看内容可用“预览 日报”。"
    ]
    assert [p for p in office.posts if p.kind == "daily"] == []


async def test_on_trial_only_admins_hear_the_pushes(office: Office) -> None:
    await office.dialog("""
    管理员：试运行
    督办：试运行：关，推送发往各群和联络员。
    管理员：试运行 开
    督办：试运行：开，推送只发管理员。
            如需撤销，请回复“恢复 C1”。
    """)
    assert {p.chat_id for p in await office.until("18:30")} == {office.id_of("管理员")}

    await office.dialog("""
    管理员：试运行 关
    督办：结束试运行后，提醒、预警和日报将发往各群和联络员。
            回“确认”执行，回“取消”放弃（15分钟内有效）。
    管理员：确认
    督办：试运行：关，推送发往各群和联络员。
            如需撤销，请回复“恢复 C2”。
    """)


async def test_a_person_is_told_no_more_than_so_much_a_day(office: Office) -> None:
    for _ in range(6):
        await office.says("管理员", "催报 恩施")
        await office.until((office.clock.now()).strftime("%H:") + f"{office.clock.now().minute + 1:02}")

    most = office.campaign.thresholds.messages_per_person_and_day
    assert len([p for p in office.posts if p.kind == "reminder" and p.chat_id == office.id_of("恩施")]) == most


async def test_at_night_nobody_is_addressed_and_replies_come_all_the_same(office: Office) -> None:
    await office.until("21:00")
    before = len(office.posts)
    await office.says("管理员", "广播 联络员：请核对台账。")
    (answer,) = await office.says("管理员", "确认")

    assert answer == "已发送17条。其中17条因免打扰时段、节假日或当日条数上限顺延。"
    assert {p.chat_id for p in office.posts[before:]} == {office.id_of("管理员")}
    posts = await office.until("11-16 08:01")
    assert len({p.chat_id for p in posts if p.kind == "alert"}) == 17


async def test_admins_hear_twice_a_day_what_needs_a_hand(office: Office) -> None:
    assert [p for p in await office.until("09:10") if p.kind == "alert"] == []
    await office.says("陌生人", "我是 恩施州 张三")
    posts = await office.until("15:10")

    (notice,) = [p.document.text for p in posts if p.kind == "alert"]
    assert notice == "【待办提示】11月15日15:00\n1. 恩施州 张三申请加入，回“同意 1”或“拒绝 1”"
    await office.says("管理员", "同意 1")
    assert [p for p in await office.until("11-16 09:10") if p.kind == "alert"] == []


async def test_the_campaign_s_summary_is_shown_as_such_while_it_runs(office: Office) -> None:
    await office.says("恩施", "累计批复10宗0.05万亩")

    (shown,) = await office.says("管理员", "预览 总结")

    assert shown.startswith("【预览】将发送到1处：\n【攻坚总结】截至11月15日")


async def test_a_broadcast_that_names_nobody_is_not_sent_to_all_instead(office: Office) -> None:
    await office.dialog("""
    管理员：广播 武汉、火星：请核对台账。
    督办：没有找到“火星”，未发送。…
    管理员：广播 通知：明天停机。
    督办：将向各市州群（17处）广播：…通知：明天停机。…
    """)


async def test_a_preview_of_much_says_how_much_it_leaves_out(office: Office) -> None:
    (shown,) = await office.says("管理员", "预览 提醒")

    assert shown.count("【预览】") == 3
    assert shown.endswith("另有14条同类内容（发送到14处）未列出。")
