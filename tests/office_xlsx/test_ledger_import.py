"""An opening balance or an edited ledger brought in: only what changed is entered, and nothing of a faulty file."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from bot import rebuild, wiring
from bot.bookkeeping import Office
from bot.clock import SHANGHAI
from bot.office import opening
from bot.papers.sheet import Book, Column, Sheet, SheetError, write_book
from bot.papers.sheet_reader import read_book
from bot.rules.opening import read_standings
from config.campaign import Campaign
from storage import ledger, occurrences
from storage.audit import lines
from storage.database import Database
from storage.records import Figures
from tests.office_xlsx.books import EVE, HEADER, edited, exported, imported, opened, rows, workbook

NOW = dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI)
TODAY = dt.date(2023, 11, 15)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def rules(campaign: Campaign) -> Office:
    return wiring.office_of(campaign)


async def standings(database: Database, *, as_of: dt.date = TODAY) -> dict[tuple[str, str, str], Figures]:
    async with database.transaction(reading=True) as tx:
        found = await ledger.standings(tx, "hubei-2023q4", as_of=as_of, stages=["approved", "submitted"])
    return {key: figures for key, (_, figures) in found.items()}


async def test_an_opening_balance_stands_as_of_its_day(database: Database, rules: Office) -> None:
    data = workbook(
        ("恩施州", "批次用地", "批复", 12, 0.07, EVE),
        ("武汉", None, "approved", "3", None, "2023年10月31日"),
        ("武汉市", "重点项目", "批复", 1, 0.2, "2023-10-31"),
        ("合计", None, None, 16, 0.27, None),
    )

    said = await imported(database, rules, data, now=NOW)

    found = await standings(database)
    assert found["恩施州", "batch", "approved"] == Figures(count=12, area_mu=Decimal(700))
    assert found["武汉市", "batch", "approved"] == Figures(count=3, area_mu=None)
    assert found["武汉市", "key_project", "approved"] == Figures(count=1, area_mu=Decimal(2000))
    assert said[0] == "台账 2：恩施州 批次用地 批复（截至2023-10-31）宗数 空→12、面积 空→700亩"
    assert said[-2:] == ["共3行有变化，涉及2个单位；0行不变。", "已导入，更正3行，登记为#A1、#A2。"]
    assert (await standings(database, as_of=EVE - dt.timedelta(days=1))) == {}


async def test_a_dry_run_says_the_same_and_changes_nothing(sqlite: Database, rules: Office) -> None:
    data = workbook(("恩施州", "批次用地", "批复", 12, 0.07, EVE))

    dry = await imported(sqlite, rules, data, now=NOW, dry_run=True)
    wet = await imported(sqlite, rules, data, now=NOW)

    assert dry == wet[:-1]
    async with sqlite.transaction(reading=True) as tx:
        assert [one.action for one in await lines(tx, "hubei-2023q4", limit=9)] == ["import_ledger"]


async def test_the_exported_ledger_comes_back_without_a_change(database: Database, rules: Office) -> None:
    await imported(database, rules, workbook(("恩施州", "批次用地", "批复", 12, 0.0812345678, EVE)), now=NOW)

    said = await imported(database, rules, await exported(database, rules, now=LATER), now=LATER)

    assert said == ["1行与台账一致，没有变化。"]


async def test_only_the_edited_rows_become_corrections(database: Database, rules: Office) -> None:
    first = workbook(("恩施州", "批次用地", "批复", 12, 0.07, EVE), ("恩施州", "批次用地", "上报", 20, 0.1, EVE))
    await imported(database, rules, first, now=NOW)
    before = await exported(database, rules, now=LATER)

    def change(sheet: Worksheet, where: dict[tuple[str, str, str], int], columns: dict[str, int]) -> None:
        sheet.cell(where["恩施州", "批次用地", "批复"], columns["宗数"]).value = 14

    said = await imported(database, rules, edited(before, change), now=LATER)
    after = await exported(database, rules, now=LATER)

    assert said[0].endswith("恩施州 批次用地 批复（截至2023-10-31）宗数 12→14")
    old, new = (rows(opened(data)["进度明细"]) for data in (before, after))
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert [(a["环节"], a["宗数"], b["宗数"], b["面积（亩）"], b["依据"]) for a, b in changed] == [
        ("批复", 12, 14, 700, "#A2")
    ]


async def test_what_came_later_still_adds_to_a_corrected_opening_figure(sqlite: Database, rules: Office) -> None:
    await imported(sqlite, rules, workbook(("恩施州", None, "批复", 12, 0.07, EVE)), now=NOW)
    await imported(sqlite, rules, workbook(("恩施州", None, "批复", 15, 0.09, dt.date(2023, 11, 10))), now=NOW)
    await imported(sqlite, rules, workbook(("恩施州", None, "批复", 13, 0.07, EVE)), now=LATER)

    assert (await standings(sqlite, as_of=EVE))["恩施州", "batch", "approved"].count == 13
    assert (await standings(sqlite))["恩施州", "batch", "approved"].count == 15


async def test_what_looks_odd_is_told_and_not_refused(sqlite: Database, rules: Office) -> None:
    said = await imported(sqlite, rules, workbook(("恩施州", None, "批复", 12, 700, EVE)), now=NOW, dry_run=True)

    assert said[0].endswith("面积 空→7000000亩〔面积单位可能有误〕")


FAULTY: list[tuple[tuple[Any, ...], str]] = [
    (("长沙市", None, "批复", 1, None, EVE), "台账 2 A: 不认识“长沙市”"),
    ((None, None, "批复", 1, None, EVE), "台账 2 A: 不能为空"),
    (("恩施州", "林地", "批复", 1, None, EVE), "台账 2 B: 不认识“林地”"),
    (("恩施州", None, "飞起", 1, None, EVE), "台账 2 C: 不认识“飞起”"),
    (("恩施州", None, None, 1, None, EVE), "台账 2 C: 不能为空"),
    (("恩施州", None, "批复", -1, None, EVE), "台账 2 D: 应为不小于0的整数"),
    (("恩施州", None, "批复", 1.5, None, EVE), "台账 2 D: 应为不小于0的整数"),
    (("恩施州", None, "批复", "十二宗", None, EVE), "台账 2 D: 应为不小于0的整数"),
    (("恩施州", None, "批复", 10**7, None, EVE), "台账 2 D: 数值过大"),
    (("恩施州", None, "批复", True, None, EVE), "台账 2 D: 应为不小于0的整数"),
    (("恩施州", None, "批复", None, -0.1, EVE), "台账 2 E: 应为不小于0的数"),
    (("恩施州", None, "批复", None, 10**9, EVE), "台账 2 E: 数值过大"),
    (("恩施州", None, "批复", None, "很多", EVE), "台账 2 E: 应为不小于0的数"),
    (("恩施州", None, "批复", None, "1E999999", EVE), "台账 2 E: 数值过大"),
    (("恩施州", None, "批复", 1, None, None), "台账 2 F: 不能为空"),
    (("恩施州", None, "批复", 1, None, "去年"), "台账 2 F: 应为日期，如2023-10-31"),
    (("恩施州", None, "批复", 1, None, "2023-02-30"), "台账 2 F: 应为日期，如2023-10-31"),
    (("恩施州", None, "批复", 1, None, 45230), "台账 2 F: 应为日期，如2023-10-31"),
    (("恩施州", None, "批复", 1, None, dt.date(2023, 11, 16)), "台账 2 F: 2023-11-16还没有到"),
    (("恩施州", None, "批复", 1, None, dt.date(2020, 1, 1)), "台账 2 F: 2020-01-01过早"),
    (("=1+1", None, "批复", 1, None, EVE), "台账 2 A: 不能为空"),
]


@pytest.mark.parametrize(("row", "fault"), FAULTY, ids=[fault for _, fault in FAULTY])
async def test_a_fault_names_its_row_and_column_and_stops_the_whole_file(
    sqlite: Database, rules: Office, row: tuple[Any, ...], fault: str
) -> None:
    with pytest.raises(SheetError) as caught:
        await imported(sqlite, rules, workbook(row, ("武汉市", None, "批复", 1, None, EVE)), now=NOW)

    assert caught.value.faults == (fault,)
    assert await standings(sqlite) == {}


async def test_the_same_line_and_day_twice_is_a_fault(sqlite: Database, rules: Office) -> None:
    row = ("恩施州", None, "批复", 1, None, EVE)

    with pytest.raises(SheetError, match="台账 3 A: 与台账 2重复"):
        await imported(sqlite, rules, workbook(row, row), now=NOW)


async def test_an_area_needs_its_unit_in_the_header(sqlite: Database, rules: Office) -> None:
    data = workbook(("恩施州", None, "批复", 1, 0.1, EVE), header=(*HEADER[:4], "面积", HEADER[5]))

    with pytest.raises(SheetError, match="台账 2 E: 表头须写明单位，如“面积（万亩）”或“面积（亩）”"):
        await imported(sqlite, rules, data, now=NOW)


async def test_a_file_of_something_else_is_refused(sqlite: Database, rules: Office) -> None:
    with pytest.raises(SheetError, match="没有找到含“市州”“环节”“宗数”“截至日期”列的表"):
        await imported(sqlite, rules, workbook(("张三", "1380"), header=("姓名", "电话")), now=NOW)
    with pytest.raises(SheetError, match="no xlsx workbook"):
        await imported(sqlite, rules, b"nonsense", now=NOW)


async def test_very_many_faults_are_counted(sqlite: Database, rules: Office) -> None:
    data = workbook(*[("长沙市", None, "批复", n, None, EVE) for n in range(250)])

    with pytest.raises(SheetError) as caught:
        await imported(sqlite, rules, data, now=NOW)

    assert len(caught.value.faults) == 201
    assert caught.value.faults[-1] == "另有50处问题未列出"


async def test_confirmed_opening_figures_end_the_trial_that_the_campaign_file_began(
    sqlite: Database, campaign: Campaign
) -> None:
    rules = wiring.office_of(campaign.model_copy(update={"trial": True}))
    today = workbook(("恩施州", None, "批复", 12, 0.07, NOW.date()))
    eve = workbook(("恩施州", None, "批复", 10, 0.05, EVE))

    first = await imported(sqlite, rules, today, now=NOW)
    async with sqlite.transaction(reading=True) as tx:
        assert await occurrences.recall(tx, campaign.key, "trial") is None
    second = await imported(sqlite, rules, eve, now=LATER)

    assert "试运行" not in first[-1]
    assert second[-1] == "期初数据已确认，试运行结束，推送将发往各群和联络员。"
    async with sqlite.transaction(reading=True) as tx:
        assert await occurrences.recall(tx, campaign.key, "trial") is False


async def test_a_rebuild_leaves_what_an_admin_brought_in(sqlite: Database, rules: Office) -> None:
    await imported(sqlite, rules, workbook(("恩施州", None, "批复", 12, 0.07, EVE)), now=NOW)

    said = [line async for line in rebuild.run(rules, sqlite, apply=True, now=LATER)]

    assert said
    assert (await standings(sqlite))["恩施州", "batch", "approved"] == Figures(count=12, area_mu=Decimal(700))


async def test_an_import_taken_back_lets_what_it_replaced_count_again(database: Database, rules: Office) -> None:
    await imported(database, rules, workbook(("恩施州", None, "批复", 12, 0.07, EVE)), now=NOW)
    await imported(database, rules, workbook(("恩施州", None, "批复", 14, None, EVE)), now=LATER)

    async with database.transaction() as tx:
        await opening.undo(tx, rules, [2], by="office/test", at=LATER)

    assert (await standings(database))["恩施州", "batch", "approved"] == Figures(count=12, area_mu=Decimal(700))


mu = st.integers(min_value=0, max_value=10**14).map(lambda micro: Decimal(micro) / 10**6)


@settings(max_examples=40, deadline=None)
@given(count=st.integers(min_value=0, max_value=10**6), area_mu=mu)
def test_any_figure_that_is_written_is_read_back_exactly(campaign: Campaign, count: int, area_mu: Decimal) -> None:
    words = tuple(Column(header=name) for name in ("市州", "环节", "宗数", "面积（亩）"))
    columns = (*words, Column(header="截至日期", kind="date"))
    sheet = Sheet(name="进度明细", columns=columns, rows=(("恩施州", "批复", count, area_mu, EVE),))

    read, faults = read_standings(read_book(write_book(Book(sheets=(sheet,))))[sheet.name], campaign, today=TODAY)

    assert faults == []
    assert [(r.progress.count, r.progress.area_mu) for r in read] == [(count, area_mu)]
