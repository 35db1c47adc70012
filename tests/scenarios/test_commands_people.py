"""The roster and the chats, as conversations."""

from tests.office import Office


async def test_the_roster_is_shown_with_gaps_and_requests(office: Office) -> None:
    await office.dialog("""
    陌生人：我是 黄石市 王五
    督办：已收到黄石市 王五的申请，管理员同意后即可报送。
    管理员：名单
    督办：名单共38人，已加入38人，待同意申请1个。
            各市州均有联络员。
            1. 黄石市 王五 申请加入，回“同意 1”或“拒绝 1”
    管理员：名单 黄石
    督办：黄石市 李晓燕（联络员）
            综合处 何国平（处室联络员）
    """)


async def test_a_request_is_refused(office: Office) -> None:
    await office.dialog("""
    陌生人：我是 黄石市 王五
    督办：…
    管理员：拒绝 1
    督办：已拒绝王五的申请。
    管理员：同意 1
    督办：没有编号1的待办申请。
    """)
    told = [p.document.text for p in office.posts if p.chat_id == office.id_of("陌生人")]
    assert told[-1] == "您加入黄石市的申请未获同意，如有疑问请联系管理员。"


async def test_a_division_s_liaison_joins_too(office: Office) -> None:
    await office.dialog("""
    陌生人：我是 规划处 王五
    督办：已收到规划处 王五的申请，管理员同意后即可报送。
    管理员：同意 1
    督办：已同意王五加入，身份为规划处联络员。
    """)


async def test_a_group_is_bound_where_it_is(office: Office) -> None:
    await office.dialog("""
    管理员：绑定 领导群
    督办：请把机器人加入要绑定的群，在群里@机器人发“绑定 市州 恩施”“绑定 领导群”等。
    """)
    await office.dialog(
        """
    管理员：@督办 绑定 城市 武汉
    督办：本群已绑定为武汉市市州群。
    管理员：@督办 绑定 处室 规划处
    督办：本群已绑定为规划处处室群（原为武汉市市州群）。
    管理员：@督办 绑定 什么群
    督办：写法：绑定 恩施州 / 绑定 处室 规划处 / 绑定 领导群 / 绑定 工作群 / 绑定 联络员群
    管理员：@督办 解绑
    督办：本群已解绑，不再接收推送。
    管理员：@督办 解绑
    督办：本群尚未绑定。
    """,
        chat="a new group",
    )


async def test_a_bound_group_receives_what_it_is_for(office: Office) -> None:
    await office.says("管理员", "@督办 绑定 领导群", chat="a new group")
    posts = await office.until("18:30")

    assert {p.chat_id for p in posts if p.kind == "daily"} == {"leaders", "a new group"}


async def test_who_left_is_taken_out_of_the_roster_and_may_be_brought_back(office: Office) -> None:
    await office.dialog("""
    管理员：移出 武汉 李四
    督办：名单中没有这个人，如“移出 武汉市 张明”；不能移出本人。
    管理员：移出 陈主任
    督办：请写明单位和姓名，如“移出 武汉市 张明”；不能移出本人。
    管理员：移出 武汉 张明
    督办：将移出名单｜武汉市张明（联络员），此后不能报送、不再收到提醒，已登记的数据不变。
            回“确认”执行，回“取消”放弃（15分钟内有效）。
    管理员：确认
    督办：已将张明移出名单。
            如需撤销，请回复“恢复 C1”。
    武汉：今日批复2宗100亩
    督办：您还未登记，暂不能报送。…
    管理员：恢复 C1
    督办：已撤销：张明的移出。
    武汉：今日批复2宗100亩
    督办：已登记｜武汉市…
    """)


async def test_a_removed_person_joins_again(office: Office) -> None:
    await office.says("管理员", "移出 武汉 张明")
    await office.says("管理员", "确认")
    await office.dialog("""
    武汉：我是 武汉市 张明
    督办：已收到武汉市 张明的申请，…
    管理员：同意 1
    督办：已同意张明加入，…
    武汉：无
    督办：已登记 武汉市 11月15日无变化。
    """)
