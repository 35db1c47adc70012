"""The same obstacle joins the open problem; words of removal find theirs."""

import datetime as dt
import itertools

import pytest

from bot.clock import SHANGHAI
from bot.rules.problem_book import Outcome, ProblemBook
from bot.rules.problem_same import best_category, said_as_problem
from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.kept import Deed, ProblemState
from storage.records import Problem, Report, Resolution, Role

NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=SHANGHAI)
CITY = Speaker(messenger="sandbox", user_id="liaison", name="王", role=Role.CITY_LIAISON, region="恩施州")
OTHER_CITY = Speaker(messenger="sandbox", user_id="other", name="李", role=Role.CITY_LIAISON, region="武汉市")
IN_CHARGE = Speaker(messenger="sandbox", user_id="d", name="周", role=Role.DIVISION_LIAISON, division="耕保处")
REPORT = Report(
    number=1, campaign="hubei-2023q4", region="恩施州", inbox_id=1, sender=CITY.key, day=NOW.date(), sent_at=NOW
)


@pytest.fixture
def book(campaign: Campaign) -> ProblemBook:
    return ProblemBook(campaign, numbers=itertools.count(1))


def said(
    text: str, *, category: str = "farmland", project: str | None = None, region: str = "恩施州", stated: bool = True
) -> Problem:
    return Problem(region=region, project=project, category=category, text=text, stated=stated)


def removed(*, ref: str | None = None, category: str | None = None, project: str | None = None) -> Resolution:
    return Resolution(ref=ref, region="恩施州", project=project, category=category)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (said("耕地占补平衡指标不足"), said("耕地占补指标仍然不足")),
        (said("耕地占补平衡指标不足"), said("目前耕地占补平衡的指标还是不足")),
        (said("占补指标不够", project="汉江大桥"), said("大桥占用的水田没有着落", project="汉江大桥")),
        (said("占补指标不够"), said("占补指标不够", stated=False)),
    ],
)
def test_the_same_obstacle_reported_again_joins_the_open_one(
    book: ProblemBook, first: Problem, second: Problem
) -> None:
    book.take(first, REPORT)

    result = book.take(second, REPORT)

    assert (result.outcome, result.problem.number) == (Outcome.JOINED, 1)
    assert [h.deed for h in book.happened] == [Deed.OPENED, Deed.REPEATED]
    assert len(book.added) == 1


@pytest.mark.parametrize(
    "second",
    [
        said("永久基本农田补划方案未通过"),
        said("耕地占补平衡指标不足", category="approval"),
        said("耕地占补平衡指标不足", region="武汉市"),
        said("耕地占补平衡指标不足", project="十巫高速"),
    ],
)
def test_another_obstacle_opens_another_problem(book: ProblemBook, second: Problem) -> None:
    book.take(said("耕地占补平衡指标不足", project="汉江大桥"), REPORT)

    assert book.take(second, REPORT).outcome is Outcome.OPENED
    assert [p.number for p in book.added] == [1, 2]


def test_one_mentioned_in_passing_is_only_a_candidate(book: ProblemBook) -> None:
    result = book.take(said("占补指标不够", stated=False), REPORT)

    assert (result.outcome, result.problem.number) == (Outcome.CANDIDATE, None)
    assert result.problem.state is ProblemState.CANDIDATE


def test_a_numbered_problem_is_solved_and_then_confirmed(book: ProblemBook) -> None:
    book.take(said("占补指标不够"), REPORT)

    first = book.resolve(removed(ref="1"), REPORT, speaker=CITY, evidence="指标已落实")
    then = book.resolve(removed(ref="1"), REPORT, speaker=IN_CHARGE, evidence="已核实")

    assert [first.outcome, then.outcome] == [Outcome.SOLVED, Outcome.CLOSED]


def test_what_is_removed_is_found_by_category_and_project(book: ProblemBook) -> None:
    book.take(said("占补指标不够"), REPORT)
    book.take(said("压覆矿产", category="mineral", project="汉江大桥"), REPORT)
    book.take(said("矿业权人不配合", category="mineral", project="十巫高速"), REPORT)

    by_category = book.resolve(removed(category="farmland"), REPORT, speaker=CITY, evidence="已补划到位")
    by_project = book.resolve(
        removed(category="mineral", project="十巫高速"), REPORT, speaker=CITY, evidence="协议已签"
    )

    assert (by_category.outcome, by_category.problem.number) == (Outcome.SOLVED, 1)
    assert (by_project.outcome, by_project.problem.number) == (Outcome.SOLVED, 3)


def test_what_fits_several_is_asked_back(book: ProblemBook) -> None:
    book.take(said("压覆矿产", category="mineral", project="汉江大桥"), REPORT)
    book.take(said("矿业权人不配合", category="mineral", project="十巫高速"), REPORT)

    result = book.resolve(removed(category="mineral"), REPORT, speaker=CITY, evidence="协议已签")

    assert (result.outcome, [p.number for p in result.problems]) == (Outcome.AMBIGUOUS, [1, 2])


def test_a_removal_that_fits_nothing_is_unknown(book: ProblemBook) -> None:
    assert book.resolve(removed(ref="9"), REPORT, speaker=CITY, evidence="好").outcome is Outcome.UNKNOWN
    assert book.resolve(removed(category="mineral"), REPORT, speaker=CITY, evidence="好").outcome is Outcome.UNKNOWN


def test_nobody_solves_another_units_problem(book: ProblemBook) -> None:
    book.take(said("占补指标不够"), REPORT)

    assert book.resolve(removed(ref="1"), REPORT, speaker=OTHER_CITY, evidence="好").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("想请省厅帮忙协调一下供电线路迁改", "other"),
        ("城镇开发边界还差一点没对上", "planning"),
        ("增减挂钩节余指标交易迟迟没有批下来", "linked_quota"),
    ],
)
def test_words_go_to_the_category_they_say_most(campaign: Campaign, words: str, category: str) -> None:
    assert best_category(words, campaign) == category


@pytest.mark.parametrize(
    "text",
    [
        "问题：无",
        "问题 已解决",
        "问题",
        "问题多吗？",
        "问题 恩施",
        "问题 9还在协调",
        "问题 怎么登记",
        "没有问题 请放心使用",
    ],
)
def test_what_states_no_problem_opens_none(campaign: Campaign, text: str) -> None:
    assert said_as_problem(text, "恩施州", campaign) is None


def test_an_admin_names_the_unit_whose_problem_it_is(campaign: Campaign) -> None:
    problem = said_as_problem("问题 恩施州供电线路迁改需要协调", None, campaign)

    assert problem is not None
    assert problem.region == "恩施州"
