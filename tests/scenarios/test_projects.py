"""Projects are followed one by one; two names are one project only when an admin says so."""

import datetime as dt
from decimal import Decimal

from storage import projects
from storage.projects import ProjectPlan
from tests.office import Office

PLAN = ProjectPlan(
    region="武汉市",
    name="汉江大桥",
    county="江夏区",
    track="key_project",
    area_mu=Decimal(820),
    planned={"submitted": dt.date(2023, 11, 10), "approved": dt.date(2023, 11, 30)},
)


async def plan(office: Office, listed: ProjectPlan = PLAN) -> str:
    async with office.database.transaction() as tx:
        return await projects.upsert(tx, office.campaign.key, listed)


async def test_a_project_first_heard_of_is_kept_and_shown_as_unlisted(office: Office) -> None:
    await office.dialog("""
    武汉：汉江大桥项目已组卷上报省厅
    督办：…汉江大桥：上报…
    管理员：项目
    督办：【项目】武汉市共1个，未入库1个
                汉江大桥：11月15日上报（未入库）
    """)


async def test_a_listed_project_is_judged_against_its_plan(office: Office) -> None:
    await plan(office)

    await office.dialog("""
    武汉：项目
    督办：【项目】武汉市共1个，滞后1个
                汉江大桥：暂未收到进展；上报滞后5天
    武汉：汉江大桥项目已上报省厅
    督办：…
    武汉：项目 汉江大桥
    督办：【项目】汉江大桥（武汉市江夏区，重点项目，0.082万亩）
                进展：11月15日上报
                倒排工期：上报11月10日前，11月15日已完成，晚5天；批复11月30日前
    """)


async def test_a_list_brought_in_again_changes_nothing(office: Office) -> None:
    assert [await plan(office), await plan(office)] == ["added", "same"]


async def test_near_names_are_said_and_merged_only_by_an_admin(office: Office) -> None:
    await plan(office)

    await office.dialog("""
    武汉：汉江公路大桥项目已获批
    督办：…汉江公路大桥：批复（新名称，与“汉江大桥”相近，按新项目登记）…
    管理员：项目 武汉
    督办：…名称相近：武汉市“汉江公路大桥”与“汉江大桥”。如为同一项目，发“合并 保留名称 并入名称”。
    武汉：合并 汉江大桥 汉江公路大桥
    督办：您没有这项权限…
    管理员：合并 汉江大桥 汉江公路大桥
    督办：拟将武汉市“汉江公路大桥”（进展1条）并入“汉江大桥”（进展0条），今后报“汉江公路大桥”均记入“汉江大桥”。…
    管理员：确认
    督办：“汉江公路大桥”已并入“汉江大桥”。…
    武汉：汉江公路大桥项目已开工
    督办：…
    武汉：项目 汉江公路大桥
    督办：【项目】汉江大桥（…）
                进展：11月15日批复，11月15日开工…
    """)


async def test_merged_names_can_be_parted(office: Office) -> None:
    await plan(office)
    await office.says("武汉", "汉江公路大桥项目已获批")
    await office.says("管理员", "合并 汉江大桥 汉江公路大桥")
    await office.says("管理员", "确认")

    await office.dialog("""
    管理员：恢复 C1
    督办：“汉江公路大桥”已与“汉江大桥”分开。…
    武汉：项目 汉江公路大桥
    督办：【项目】汉江公路大桥（武汉市），未入库…
    """)


async def test_what_is_not_known_is_answered_with_what_is_near(office: Office) -> None:
    await plan(office)

    await office.dialog("""
    武汉：项目 汉江大橋
    督办：没有找到项目“汉江大橋”，…
    恩施：项目 汉江大桥
    督办：没有找到项目“汉江大桥”，发“项目”看清单。
    恩施：项目 武汉
    督办：只能查看本单位的项目，发“项目”看清单。
    """)


async def test_a_report_of_a_project_is_no_question_about_it(office: Office) -> None:
    assert "批复＋2宗" in (await office.says("武汉", "项目汉江大桥今日批复2宗"))[0]


async def test_taking_a_report_back_takes_its_stage_back(office: Office) -> None:
    await office.says("武汉", "汉江大桥项目已组卷上报省厅")

    await office.says("武汉", "撤回 A1")

    await office.dialog("""
    武汉：项目
    督办：暂无项目。
    """)
