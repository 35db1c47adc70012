"""The ledger as a workbook: typed, safe, equal to what chats say, the same bytes for the same state."""

import datetime as dt
from decimal import Decimal

from bot import wiring
from bot.clock import SHANGHAI
from bot.papers.sheet_reader import read_book
from config.campaign import Campaign
from storage import projects
from storage.database import Database
from storage.projects import ProjectPlan
from tests.office import Office
from tests.office_xlsx.books import EVE, exported, imported, opened, rows, workbook

NOW = dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI)
SHEETS = ["总表", "进度明细", "项目", "问题", "责任", "任务", "上门服务", "报送情况", "审计"]
HOSTILE = '=HYPERLINK("http://example.invalid","点")'


async def book_of(office: Office, regions: list[str] | None = None) -> bytes:
    return await exported(office.database, office.service.office, now=office.clock.now(), regions=regions)


async def test_the_first_sheet_is_the_order_with_what_was_reached_beside_it(office: Office) -> None:
    await office.says("恩施", "累计批复14宗812亩，累计上报20宗1200亩")
    await office.says("恩施", "重点项目累计批复1宗300亩")

    sheet = opened(await book_of(office), values=True)["总表"]

    found = {row["市州"]: row for row in rows(sheet)}
    enshi = found["恩施州"]
    assert [enshi[name] for name in ("包联厅领导", "责任处室", "任务宗数", "任务面积（万亩）")] == [
        "文峰",
        "执法监督处",
        120,
        0.71,
    ]
    assert [enshi[name] for name in ("重点项目宗数", "重点项目面积（万亩）", "用地总量（万亩）")] == [5, 0.74, 1.45]
    assert [enshi[name] for name in ("批次用地累计批复（宗）", "批次用地累计批复（万亩）")] == [14, 0.0812]
    assert [enshi[name] for name in ("完成率", "序时", "差距（百分点）")] == [0.114, 0.246, -13.2]
    assert [enshi[name] for name in ("在审（宗）", "在审（万亩）", "用地总量累计批复（万亩）")] == [6, 0.0388, 0.1112]
    assert enshi["数据截至"] == dt.datetime(2023, 11, 15)  # noqa: DTZ001 cells know no time zones
    assert enshi["今日报送"] == "已报"
    assert (found["武汉市"]["完成率"], found["武汉市"]["差距（百分点）"]) == (None, None)  # no data is not no progress


async def test_sums_and_declared_totals_both_stand_there_and_the_difference_is_said(office: Office) -> None:
    await office.says("恩施", "累计批复14宗812亩")

    sheet = opened(await book_of(office), values=True)["总表"]

    summed, declared = rows(sheet)[-2:]
    assert (summed["包联厅领导"], summed["任务面积（万亩）"], summed["批次用地累计批复（万亩）"]) == (
        "各单位合计",
        13.13,
        0.0812,
    )
    assert (declared["包联厅领导"], declared["任务面积（万亩）"]) == ("全省（任务按通知合计）", 13.15)
    assert (declared["用地总量（万亩）"], declared["用地总量累计批复（万亩）"]) == (17.32, 0.0812)
    notes = [str(row[0]) for row in sheet.iter_rows(max_row=6, max_col=1, values_only=True)]
    assert "批次用地任务面积通知合计13.15万亩，各单位之和13.13万亩；推送按通知合计。" in notes


async def test_the_workbook_says_what_the_chat_says(office: Office) -> None:
    await office.says("武汉", "累计批复20宗2500亩")
    await office.says("恩施", "累计批复14宗812亩，重点项目累计批复1宗300亩")

    told = (await office.says("管理员", "进度"))[0]
    declared = rows(opened(await book_of(office), values=True)["总表"])[-1]

    assert f"全省累计批复{declared['用地总量累计批复（万亩）']:.4f}万亩" in told
    assert f"占任务17.32万亩的{declared['用地总量完成率']:.1%}" in told


async def test_cells_are_typed_headers_frozen_and_words_never_formulas(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    async with office.database.transaction() as tx:
        plan = ProjectPlan(region="恩施州", name=HOSTILE, county="+1", planned={"approved": NOW.date()})
        await projects.upsert(tx, office.campaign.key, plan)

    book = opened(await book_of(office))

    assert book.sheetnames == SHEETS
    for sheet in book.worksheets:
        assert sheet.freeze_panes is not None
        formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert all(str(f).startswith("=SUM(") for f in formulas)
    (project,) = rows(book["项目"])
    assert (project["项目"], project["县区"], project["计划批复"]) == (HOSTILE, "+1", dt.datetime(2023, 11, 15))  # noqa: DTZ001
    assert book["总表"].auto_filter.ref is not None
    assert len(list(book["总表"].conditional_formatting)) > 0


async def test_the_same_state_gives_the_same_bytes_and_can_be_read_again(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")

    data = await book_of(office)

    assert data == await book_of(office)
    assert set(read_book(data)) == set(SHEETS)


async def test_reports_of_every_working_day_stand_in_a_row(office: Office) -> None:
    await office.says("恩施", "无")
    await office.until("18:00")

    found = {row["市州"]: row for row in rows(opened(await book_of(office))["报送情况"])}

    assert list(found["恩施州"]) == ["市州", "11-15"]  # nobody owed a report before duban was started
    assert (found["恩施州"]["11-15"], found["武汉市"]["11-15"]) == ("零报告", "逾期")


async def test_problems_are_three_lists_of_the_same_rows(office: Office) -> None:
    await office.says("恩施", "问题：利川工业园项目压覆矿产，需省厅协调")

    book = opened(await book_of(office))

    assert [row["编号"] for name in ("问题", "责任", "任务") for row in rows(book[name])] == ["#1"] * 3
    assert rows(book["问题"])[0]["类别"] == "压覆矿产"
    assert rows(book["责任"])[0]["责任处室"]


async def test_units_without_a_visit_are_listed_too(office: Office) -> None:
    await office.says("恩施", "11月14日文峰副厅长带队到恩施开展上门服务")

    found = {row["市州"]: row for row in rows(opened(await book_of(office))["上门服务"])}

    assert (found["恩施州"]["状态"], found["武汉市"]["状态"]) == ("已开展", "尚未开展")
    assert found["恩施州"]["日期"] == dt.datetime(2023, 11, 14)  # noqa: DTZ001 cells know no time zones


async def test_one_units_part_names_no_other_unit_no_leader_and_no_audit(office: Office) -> None:
    await office.says("武汉", "今日批复2宗100亩")

    book = opened(await book_of(office, ["恩施州"]))

    words = {str(c.value) for sheet in book.worksheets for row in sheet.iter_rows() for c in row}
    assert book.sheetnames == SHEETS[:-1]
    assert not {"武汉市", "文峰"} & words


async def test_an_empty_ledger_is_a_template_for_the_opening_balance(sqlite: Database, campaign: Campaign) -> None:
    rules = wiring.office_of(campaign)

    found = rows(opened(await exported(sqlite, rules, now=NOW))["进度明细"])

    assert {row["截至日期"] for row in found} == {dt.datetime(2023, 10, 31)}  # noqa: DTZ001 cells know no time zones
    assert {(row["用地类型"], row["环节"]) for row in found if row["市州"] == "潜江市"} == {
        ("批次用地", "上报"),
        ("批次用地", "批复"),
    }


async def test_exact_areas_survive_the_way_through_excel(database: Database, campaign: Campaign) -> None:
    rules = wiring.office_of(campaign)
    await imported(database, rules, workbook(("恩施州", None, "批复", 1, 0.0001234567, EVE)), now=NOW)

    found = rows(opened(await exported(database, rules, now=NOW))["进度明细"])

    areas = [row["面积（亩）"] for row in found if row["市州"] == "恩施州" and row["环节"] == "批复"]
    assert Decimal(str(areas[0])) == Decimal("1.23457")
