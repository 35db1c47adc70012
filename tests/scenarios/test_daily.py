"""The digest at six, what it rests on, and the curve behind it."""

import datetime as dt
from decimal import Decimal

from bot.papers import recipe
from bot.papers.views import DailyView
from bot.publish import editions
from storage import ledger, projects
from storage.projects import ProjectPlan
from tests.office import Office


async def test_the_digest_says_where_the_whole_stands(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩，累计批复14宗0.08万亩，累计上报20宗0.12万亩")

    posts = await office.until("18:00")

    digest = next(post.document for post in posts if post.kind == "daily")
    assert digest.text.splitlines()[:2] == [
        "【攻坚日报】11月15日（第15天，共61天）",
        "一、全省累计批复0.08万亩，占任务17.32万亩的0.5%（序时24.6%）；今日＋2宗、＋0.01万亩。",
    ]
    assert digest.lines[-1].endswith("口径截至18:00。")
    assert digest.attachments == ()


async def test_the_picture_shows_what_the_words_and_the_ledger_say(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩，累计批复14宗0.08万亩")
    await office.says("武汉", "今日批复1宗30亩，累计批复20宗0.1802万亩")
    await office.until("17:59")

    view = await drawn(office)

    async with office.database.transaction(reading=True) as tx:
        stands = await ledger.standings(tx, office.campaign.key, as_of=office.clock.now().date(), stages=["approved"])
    assert stands["武汉市", "batch", "approved"][1].area_mu == Decimal(1802)
    assert [f"{s.label}{s.value}{s.unit}" for s in view.stats] == [
        "累计批复0.2602万亩",
        "完成1.5%",
        "今日＋0.013万亩",
        "暂未收到15家",
    ]
    assert view.units is not None
    rows = {row.name: row for row in view.units.rows}
    assert list(rows) == list(office.campaign.regions)
    wuhan = rows["武汉市"]
    assert wuhan.area is not None
    assert wuhan.count is not None
    assert (wuhan.area.percent_text, wuhan.area.text, wuhan.count.text) == ("25.7%", "0.1802/0.70万亩", "20/72宗")
    assert (wuhan.change, wuhan.change_note) == ("＋1宗", "＋30亩")
    assert rows["黄石市"].as_of == "尚无数据"
    assert view.curve is not None
    assert view.curve.actual[-1][1] == 0.2602
    assert all(not row.leader for row in view.units.rows)


async def drawn(office: Office) -> DailyView:
    """Compose today's digest as an office with pictures would, and return what would be drawn."""
    rules = office.service.office
    with_pictures = type(rules)(campaign=rules.campaign, duty=rules.duty, pacing=rules.pacing, has_pictures=True)
    now = office.clock.now()
    async with office.database.transaction(reading=True) as tx:
        edition = await editions.daily(tx, with_pictures, day=now.date(), at=now)
    assert edition.document.lines[-1].endswith("明细见图。")
    assert edition.document.picture is not None
    view = recipe.read(edition.document.picture.recipe or "")
    assert isinstance(view, DailyView)
    return view


async def test_old_data_is_marked_and_has_no_colour(office: Office) -> None:
    await office.says("随州", "累计批复1宗200亩")
    await office.until("11-17 17:59")

    view = await drawn(office)

    assert view.units is not None
    row = next(r for r in view.units.rows if r.name == "随州市")
    assert (row.as_of, row.level) == ("数据截至11月15日", "none")


async def test_problems_and_visits_are_counted(office: Office) -> None:
    await office.says("恩施", "问题：占补平衡指标不足，需省厅协调")
    await office.says("执法监督处", "11月14日文峰副厅长到恩施开展上门服务")

    view = await drawn(office)

    assert [(s.label, s.value) for s in view.problem_stats] == [
        ("在办", "1"),
        ("新增", "1"),
        ("逾期", "0"),
        ("上门服务", "1/12"),
    ]


async def test_the_messages_behind_a_figure_are_told_with_whose_and_when(office: Office) -> None:
    await office.says("恩施", "截至昨日累计批复12宗0.07万亩")
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("恩施", "更正 今日批复3宗120亩")
    await office.says("恩施", "今日上报1宗")

    said = (await office.says("执法监督处", "依据 恩施"))[0].splitlines()

    assert said[0].startswith("【依据】恩施州截至11月15日累计批复15/120宗、0.082/0.71万亩")
    assert len(said) == 3
    assert "#A3：批复＋3宗、＋120亩（更正，原#A2 批复＋2宗、＋100亩）｜“更正 今日批复3宗120亩”" in said[1]
    assert "#A1：截至11月14日累计批复12宗、0.07万亩｜" in said[2]


async def test_the_ground_of_another_stage_may_be_asked_for(office: Office) -> None:
    await office.says("恩施", "今日上报1宗20亩")

    said = (await office.says("管理员", "依据 恩施 上报"))[0]

    assert "恩施州截至11月15日累计上报1宗、0.002万亩" in said
    assert "#A1：上报＋1宗、＋20亩" in said


async def test_a_city_sees_the_grounds_of_its_own_figures_only(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")

    assert "批复＋2宗" not in "".join(await office.says("武汉", "依据 恩施"))
    assert "批复＋2宗" in "".join(await office.says("恩施", "依据"))


async def test_the_curve_of_a_unit_comes_with_where_it_stands(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")

    said = await office.says("领导", "走势 恩施州")

    assert said == ["恩施州截至11月15日：累计批复2/120宗、0.01/0.71万亩（1.4%，序时24.6%）。"]


async def test_a_key_project_behind_its_plan_is_named(office: Office) -> None:
    plan = ProjectPlan(region="咸宁市", name="赤壁长江大桥", planned={"approved": dt.date(2023, 11, 10)})
    async with office.database.transaction() as tx:
        await projects.upsert(tx, office.campaign.key, plan)

    late = next(p for p in await office.until("18:00") if p.kind == "daily").document.text
    await office.says("咸宁", "赤壁长江大桥今日批复")
    met = next(p for p in await office.until("11-16 18:00") if p.kind == "daily").document.text

    assert "重点项目未按计划1个：赤壁长江大桥（咸宁市，批复应于11月10日）" in late
    assert "未按计划" not in met
