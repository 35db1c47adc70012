"""A problem is reported, routed, taken in hand, solved and confirmed; nobody has to remember it."""

import pytest

from bot.messengers.sandbox import Seen
from storage import audit, listing, problems
from storage.kept import ProblemState
from tests.office import Office

PROBLEM = "问题：来凤县永久基本农田补划方案未通过，请省厅协调"


async def states(office: Office) -> dict[int, str]:
    async with office.database.transaction(reading=True) as tx:
        kept = await listing.all_problems(tx, office.campaign.key)
    return {p.number or 0: p.state.value for p in kept}


def batches(posts: list[Seen]) -> dict[str, str]:
    return {p.chat_id: p.document.text for p in posts if p.kind == "problem"}


async def test_a_problem_under_its_heading_is_opened_and_routed(office: Office) -> None:
    await office.dialog(f"""
    恩施：{PROBLEM}
    督办：已登记｜恩施州 11月15日 #A1
                问题#1（耕地占补与征地）已转耕保处…
    """)

    assert await states(office) == {1: "待处置"}


async def test_the_same_obstacle_reported_again_joins_the_open_one(office: Office) -> None:
    await office.says("恩施", PROBLEM)

    await office.dialog("""
    恩施：问题：来凤县永久基本农田补划方案还是没有通过
    督办：…与在办问题#1（耕地占补与征地）相同，已并入…
    """)

    assert await states(office) == {1: "待处置"}


async def test_one_mentioned_in_passing_is_opened_only_on_the_senders_word(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复3宗100亩，有1宗因占补指标没落实卡住
    督办：…另提到1个问题（耕地占补与征地），回“列入”转耕保处办理，不回不转。
    武汉：列入
    督办：没有待列入的问题。…
    恩施：列入
    督办：已列入｜恩施州 问题#1（耕地占补与征地）已转耕保处：…
    恩施：列入
    督办：没有待列入的问题。…
    """)


async def test_two_mentioned_in_passing_are_offered_with_each_ones_kind_and_division(office: Office) -> None:
    await office.dialog("""
    恩施：今日上报2宗80亩。有一宗压覆矿产，矿权人不签协议，另外占补指标也没落实
    督办：…另提到2个问题（压覆矿产、耕地占补与征地），回“列入”转矿保处、耕保处办理，不回不转。
    恩施：列入
    督办：…问题#1（压覆矿产）已转矿保处…
    """)

    assert await states(office) == {1: "待处置", 2: "待处置"}


async def test_any_words_said_as_a_problem_open_one(office: Office) -> None:
    await office.dialog("""
    恩施：问题 想请省厅帮忙协调一下供电线路迁改
    督办：…问题#1（其他）已转执法监督处…
    恩施：问题
    督办：【问题台账】恩施州在办1个
                #1 想请省厅帮忙协调一下供电线路迁改（待处置 执法监督处）
                发“问题 #1”看办理过程。
    """)


async def test_a_division_hears_of_new_problems_in_one_list(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.says("武汉", "问题：耕地占补平衡指标不足")

    first = batches(await office.until("15:00"))
    second = batches(await office.until("11-16 09:00"))

    assert list(first) == ["division/耕保处"]
    assert "新转办2个" in first["division/耕保处"]
    assert second == {}
    assert await states(office) == {1: "已转办", 2: "已转办"}


async def test_a_problem_is_tasked_solved_and_confirmed(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.until("15:00")

    await office.dialog("""
    耕保处：任务 #1 12月1日前 完成补划方案 王工
    督办：问题#1处置中：完成补划方案，王工，12月1日前。
    恩施：办结 #1
    督办：请附一句办结佐证，如“办结 #1 指标已调剂到位”。
    恩施：办结 #1 补划方案已批准
    督办：问题#1已记为解决，待耕保处确认后销号。
    恩施：办结 #1
    督办：问题#1已记为解决，待耕保处确认后销号。
    """)
    asked = batches(await office.until("11-16 09:00"))
    await office.dialog("""
    耕保处：办结 #1
    督办：问题#1已销号（恩施州：来凤县永久基本农田补划方案未通过）。
    恩施：问题 #1
    督办：【问题#1】…状态：已销号…佐证：补划方案已批准…销号（…）
    """)

    assert "待确认销号1个" in asked["division/耕保处"]
    assert await states(office) == {1: "已销号"}


async def test_what_a_division_solves_the_unit_confirms(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.says("耕保处", "办结 #1 方案已批准")

    asked = batches(await office.until("15:00"))
    await office.says("恩施", "问题1已解决")

    assert "属实请回“办结 #1”" in asked["liaison/恩施州"]
    assert await states(office) == {1: "已销号"}


async def test_words_of_removal_solve_the_problem_they_fit(office: Office) -> None:
    await office.dialog("""
    恩施：问题：压覆矿产补偿协议还没谈下来，请厅里协调
    督办：…问题#1（压覆矿产）已转矿保处…
    恩施：压覆矿产补偿协议已签订
    督办：…问题#1已解决，待矿保处确认后销号…
    武汉：压覆矿产补偿协议已签订
    督办：…没有找到武汉市对应的在办问题，请回复“办结 #号”…
    """)


async def test_one_that_comes_back_is_open_again(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.says("耕保处", "办结 #1 方案已批准")

    await office.dialog(f"""
    恩施：{PROBLEM}
    督办：…问题#1（耕地占补与征地）又有反映，已恢复办理…
    """)

    assert await states(office) == {1: "处置中"}


async def test_a_problem_handed_on_is_told_to_its_new_division(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.until("15:00")

    await office.dialog("""
    耕保处：转办 #1 国土空间规划处
    督办：问题#1已转规划处，将随下一批通知。
    耕保处：任务 #1 12月1日 完成方案
    督办：问题#1不在您的办理范围，如需办理请联系管理员。
    规划处：转办 #1 水利处
    督办：没有找到处室“水利处”，可选：…
    """)

    assert "新转办1个" in batches(await office.until("11-16 09:00"))["division/规划处"]


async def test_what_is_put_to_the_leading_group_is_told_to_leaders(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.dialog("""
    执法监督处：提请 #1 涉及多个市州
    督办：问题#1已提请领导小组，将随下一批报送；原办理处室继续跟进。
    """)

    assert "#1 恩施州" in batches(await office.until("15:00"))["leaders"]
    assert await states(office) == {1: "提请领导小组"}


async def test_a_problem_of_policy_goes_to_the_leading_group_at_once(office: Office) -> None:
    await office.says("恩施", "问题：全省普遍性问题，占补指标库口径不统一，提请领导小组研究")

    assert list(batches(await office.until("15:00"))) == ["leaders"]
    assert await states(office) == {1: "提请领导小组"}


async def test_a_silent_division_is_asked_again_and_then_the_leaders_hear(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.until("15:00")

    asked = batches(await office.until("11-20 09:00"))
    again = batches(await office.until("11-23 09:00"))
    given_up = batches(await office.until("11-28 09:00"))

    assert "请反馈进展1个" in asked["division/耕保处"]
    assert "请反馈进展1个" in again["division/耕保处"]
    assert "多次催办未反馈" in given_up["leaders"]
    assert await states(office) == {1: "提请领导小组"}


async def test_an_overdue_problem_is_told_the_day_after(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.says("耕保处", "任务 #1 11月21日 完成方案 王工")

    before = batches(await office.until("11-21 09:00"))
    after = batches(await office.until("11-22 09:00"))

    assert before == {}
    assert "已逾期1个" in after["division/耕保处"]
    assert "逾期1天" in after["division/耕保处"]


async def test_the_three_lists_are_views_of_the_same_rows(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.says("恩施", "问题 想请省厅帮忙协调一下供电线路迁改")
    await office.says("耕保处", "任务 #1 12月1日 完成补划方案 王工")

    await office.dialog("""
    执法监督处：三清单
    督办：【三清单】执法监督处11月15日：2个
                一、问题清单
                #1 恩施州 来凤县永久基本农田补划方案未通过（耕地占补与征地，0天）
                #2 恩施州 想请省厅帮忙协调一下供电线路迁改（其他，0天）
                二、责任清单
                #1 耕保处 王工
                #2 执法监督处 未定责任人
                三、任务清单
                #1 完成补划方案，12月1日前（处置中）
                #2 未定措施，未定时限（待处置）
                待补措施、责任人或时限：#2，请回“任务 #号 日期 措施 责任人”。
    恩施：三清单
    督办：您没有这项权限…
    """)


async def test_liaisons_see_their_own_units_problems_only(office: Office) -> None:
    await office.says("恩施", PROBLEM)

    await office.dialog("""
    武汉：问题 恩施
    督办：只能查看本单位的问题，发“问题”看在办清单。
    武汉：问题 #1
    督办：问题#1不在您的办理范围，如需办理请联系管理员。
    武汉：办结 #1 已解决
    督办：问题#1不在您的办理范围，如需办理请联系管理员。
    领导：问题 恩施
    督办：【问题台账】恩施州在办1个…
    领导：办结 #1 已解决
    督办：您没有这项权限…
    """)


async def test_taking_a_report_back_takes_its_problem_back_and_restoring_brings_it(office: Office) -> None:
    await office.says("恩施", PROBLEM)

    await office.says("恩施", "撤回 A1")
    withdrawn = await states(office)
    await office.says("恩施", "恢复 A1")

    assert withdrawn == {}
    assert await states(office) == {1: "待处置"}


async def test_a_problem_taken_in_hand_stays_when_its_report_is_taken_back(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.says("耕保处", "任务 #1 12月1日 完成方案")

    await office.says("恩施", "撤回 A1")

    assert await states(office) == {1: "处置中"}


async def test_taking_back_that_it_is_solved_opens_it_again(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    await office.says("恩施", "问题1已解决")
    solved = await states(office)

    await office.says("恩施", "撤回 A2")

    assert (solved, await states(office)) == ({1: "已解决"}, {1: "待处置"})


@pytest.mark.parametrize("text", ["办结3宗100亩", "任务72宗，今日批复3宗", "办结 3宗", "今日办结2宗"])
async def test_no_report_is_taken_for_an_order(office: Office, text: str) -> None:
    assert "批复＋" in (await office.says("恩施", text))[0]


async def test_every_order_is_audited(office: Office) -> None:
    await office.says("恩施", PROBLEM)
    for who, text in [
        ("耕保处", "任务 #1 12月1日 完成方案 王工"),
        ("耕保处", "转办 #1 规划处"),
        ("规划处", "提请 #1 政策问题"),
        ("管理员", "办结 #1 已核实"),
    ]:
        await office.says(who, text)

    async with office.database.transaction(reading=True) as tx:
        rows = await audit.lines(tx, office.campaign.key, object_="1", limit=9)
        kept = await problems.find(tx, office.campaign.key, 1)
    assert [row.action for row in rows] == ["close", "escalate", "route", "task"]
    assert kept is not None
    assert kept.state is ProblemState.CLOSED


async def test_a_word_that_moves_no_problem_is_not_answered_as_something_registered(office: Office) -> None:
    await office.dialog("""
    武汉：#12 已办结
    督办：没有问题#12，发“问题”看在办清单。
    武汉：今日批复2宗100亩。12号问题已办结
    督办：已登记｜武汉市…
        批复＋2宗、＋100亩
        累计批复2/72宗…
        没有问题#12，发“问题”看在办清单。
    """)


async def test_a_problem_said_to_be_solved_twice_is_told_so(office: Office) -> None:
    await office.says("武汉", "问题：光谷项目耕地占补指标不足")
    await office.says("武汉", "#1 已解决")

    assert await office.says("武汉", "#1 已解决") == ["问题#1此前已报解决，待耕保处确认后销号。"]
