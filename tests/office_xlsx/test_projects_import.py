"""A list of projects brought in: what it names is kept with its plan, what it leaves empty stays."""

import datetime as dt
from decimal import Decimal

import pytest

from bot import wiring
from bot.bookkeeping import Office
from bot.clock import SHANGHAI
from bot.office import files
from bot.papers.sheet import SheetError
from config.campaign import Campaign
from storage import projects
from storage.database import Database
from storage.kept import KeptProject
from tests.office import Office as Desk
from tests.office_xlsx.books import exported, workbook

NOW = dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI)
HEADER = ("项目", "市州", "县区", "用地类型", "面积（亩）", "计划上报", "计划批复")
DUE = dt.date(2023, 12, 10)


@pytest.fixture
def rules(campaign: Campaign) -> Office:
    return wiring.office_of(campaign)


async def brought_in(database: Database, rules: Office, data: bytes, *, dry_run: bool = False) -> list[str]:
    return await files.import_projects(database, rules, data, name="项目.xlsx", now=NOW, dry_run=dry_run)


async def kept(database: Database) -> list[KeptProject]:
    async with database.transaction(reading=True) as tx:
        return await projects.load(tx, "hubei-2023q4")


async def test_a_project_is_kept_with_its_plan(database: Database, rules: Office) -> None:
    data = workbook(("利川工业园", "恩施", "利川", "重点项目", 300.5, "2023-11-20", DUE), header=HEADER)

    said = await brought_in(database, rules, data)

    (project,) = await kept(database)
    assert said == ["台账 2：新增 恩施州 利川工业园", "新增1个项目，更新0个，0个不变。"]
    assert (project.county, project.track, project.area_mu) == ("利川市", "key_project", Decimal("300.5"))
    assert project.planned == {"submitted": dt.date(2023, 11, 20), "approved": DUE}
    assert project.listed


async def test_the_exported_projects_come_back_without_a_change(database: Database, rules: Office) -> None:
    data = workbook(("利川工业园", "恩施州", None, None, 300.5, None, DUE), header=HEADER)
    await brought_in(database, rules, data)

    assert await brought_in(database, rules, await exported(database, rules, now=NOW)) == [
        "新增0个项目，更新0个，1个不变。"
    ]


async def test_an_empty_cell_leaves_what_was_there(sqlite: Database, rules: Office) -> None:
    await brought_in(sqlite, rules, workbook(("利川工业园", "恩施州", "利川市", None, 300, None, DUE), header=HEADER))

    said = await brought_in(
        sqlite, rules, workbook(("利川工业园", "恩施州", dt.date(2023, 12, 1)), header=(*HEADER[:2], "计划上报"))
    )

    (project,) = await kept(sqlite)
    assert said[-1] == "新增0个项目，更新1个，0个不变。"
    assert (project.county, project.area_mu) == ("利川市", Decimal(300))
    assert project.planned == {"submitted": dt.date(2023, 12, 1), "approved": DUE}


async def test_a_dry_run_writes_nothing(sqlite: Database, rules: Office) -> None:
    await brought_in(sqlite, rules, workbook(("利川工业园", "恩施州"), header=HEADER[:2]), dry_run=True)

    assert await kept(sqlite) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ((None, "恩施州"), "台账 2 A: 不能为空"),
        (("长" * 101, "恩施州"), "台账 2 A: 超过100个字"),
        (("利川工业园", None), "台账 2 B: 不能为空"),
        (("利川工业园", "恩施州", "江夏区"), "台账 2 C: 不认识“江夏区”"),
        (("利川工业园", "恩施州", None, "林地"), "台账 2 D: 不认识“林地”"),
        (("利川工业园", "恩施州", None, None, "大"), "台账 2 E: 应为不小于0的数"),
        (("利川工业园", "恩施州", None, None, None, "明年"), "台账 2 F: 应为日期，如2023-10-31"),
    ],
)
async def test_a_fault_stops_the_whole_list(
    sqlite: Database, rules: Office, row: tuple[str | None, ...], fault: str
) -> None:
    with pytest.raises(SheetError) as caught:
        await brought_in(sqlite, rules, workbook(row, ("光谷", "武汉市"), header=HEADER))

    assert caught.value.faults == (fault,)
    assert await kept(sqlite) == []


async def test_a_project_named_twice_is_a_fault(sqlite: Database, rules: Office) -> None:
    row = ("利川工业园", "恩施州")

    with pytest.raises(SheetError, match="台账 3 A: 与台账 2重复"):
        await brought_in(sqlite, rules, workbook(row, row, header=HEADER[:2]))


async def test_projects_that_the_ledgers_problems_name_are_no_list_of_projects(office: Desk) -> None:
    await office.says("恩施", "问题：利川工业园耕地占补指标不足，请省厅协调")
    rules = wiring.office_of(office.campaign)
    book = await exported(office.database, rules, now=NOW)

    with pytest.raises(SheetError) as refused:
        await brought_in(office.database, rules, book)

    assert not any("问题" in fault for fault in refused.value.faults)
