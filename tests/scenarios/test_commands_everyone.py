"""What everybody may ask, as conversations."""

from tests.office import Office


async def test_help_shows_about_five_things_a_role_may_do(office: Office) -> None:
    for who in ("恩施", "规划处", "领导", "管理员"):
        (answer,) = await office.says(who, "帮助")
        assert 4 <= len(answer.splitlines()) <= 7


async def test_help_on_a_command_shows_how_it_is_said(office: Office) -> None:
    await office.dialog("""
    管理员：帮助 静默
    督办：静默 恩施州 3天 省里调研：期间不提醒、不预警；也可写“4小时”
    """)
    (everything,) = await office.says("管理员", "帮助 全部")
    assert "审计 A102" in everything
    (allowed,) = await office.says("恩施", "帮助 全部")
    assert "审计" not in allowed


async def test_progress_is_told_of_one_s_own_unit_of_another_and_of_all(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：已登记｜恩施州 11月15日 #A1…
    恩施：进度
    督办：恩施州（截至11月15日）：累计批复2/120宗、0.01/0.71万亩（1.4%，序时24.6%）。
    武汉：恩施的进度怎么样
    督办：恩施州（截至11月15日）：累计批复2/120宗、0.01/0.71万亩（1.4%，序时24.6%）。
    恩施：全省进度
    督办：全省累计批复0.01万亩，占任务17.32万亩的0.1%（序时24.6%）；今日＋2宗、＋0.01万亩。…
    """)


async def test_one_s_own_reports_are_shown_today_s_or_the_last(office: Office) -> None:
    await office.dialog("""
    恩施：我的
    督办：您还没有登记过数据。直接发今日进展即可，无变化回“无”。
    恩施：今日批复2宗100亩
    督办：已登记｜恩施州 11月15日 #A1…
    恩施：我的
    督办：恩施州 11月15日 批复＋2宗100亩 #A1
    """)
    await office.until("11-16 09:00")
    await office.dialog("""
    恩施：我的
    督办：11月16日您还没有报送，上次登记：
            恩施州 11月15日 批复＋2宗100亩 #A1
    """)


async def test_who_has_not_reported_is_told(office: Office) -> None:
    await office.says("恩施", "无")
    (answer,) = await office.says("武汉", "未报")

    assert answer.startswith("截至11月15日09:00：应报17家，收到1家（含无变化1家）。暂未收到：武汉市、黄石市、")


async def test_leaders_see_who_is_ahead_and_liaisons_do_not(office: Office) -> None:
    await office.says("恩施", "累计批复30宗0.2万亩")
    await office.says("黄石", "累计批复12宗0.1万亩")
    await office.says("孝感", "累计批复0宗0亩")
    await office.says("随州", "累计批复0宗0亩")
    (ranking,) = await office.says("领导", "排名")

    assert ranking.splitlines()[:5] == [
        "批次用地完成任务排名（截至11月15日，序时24.6%）：",
        "1. 黄石市 50.0%",
        "2. 恩施州 28.2%",
        "3. 孝感市 0.0%（低于序时24.6个百分点）",
        "3. 随州市 0.0%（低于序时24.6个百分点）",
    ]
    assert ranking.splitlines()[5:] == [
        "暂无数据：武汉市、襄阳市、宜昌市、鄂州市、黄冈市、潜江市、荆门市、十堰市、仙桃市、荆州市、咸宁市、天门市、神农架林区。"
    ]
    assert await office.says("恩施", "排名") == ["您没有这项权限，如需办理请联系管理员。发“帮助”看可用指令。"]


async def test_the_last_digest_is_shown_again_word_for_word(office: Office) -> None:
    assert await office.says("领导", "日报") == ["还没有发出过日报。"]
    await office.says("恩施", "今日批复2宗100亩")
    posts = await office.until("18:30")
    (published,) = [p.document.text for p in posts if p.kind == "daily"]
    await office.says("恩施", "撤回")

    assert await office.says("领导", "日报") == [published]


async def test_the_messages_behind_another_unit_s_figures_are_not_shown(office: Office) -> None:
    assert await office.says("恩施", "依据 武汉") == ["只能查看本单位数据的依据；其他市州的进度，发“进度 市州”查看。"]
