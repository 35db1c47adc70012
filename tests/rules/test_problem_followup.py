"""A problem is told once, asked again when silent or overdue, and put to the leading group at last."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.clock import SHANGHAI
from bot.rules.problem_followup import Chase, chase, sort_out
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign
from storage.kept import KeptProblem, ProblemState

WEDNESDAY = dt.date(2023, 11, 15)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(10), tzinfo=SHANGHAI)


TOLD = KeptProblem(
    campaign="hubei-2023q4",
    region="恩施州",
    category="farmland",
    text="耕地占补指标不足",
    state=ProblemState.ROUTED,
    number=12,
    division="耕保处",
    opened_at=at(WEDNESDAY),
    changed_at=at(WEDNESDAY),
    announced_at=at(WEDNESDAY),
)


def why(problem: KeptProblem, campaign: Campaign, *, today: dt.date, asked: Sequence[dt.datetime] = ()) -> Chase | None:
    return chase(problem, asked=asked, today=today, working_days=WorkingDays(campaign), campaign=campaign)


def test_a_new_one_is_told(campaign: Campaign) -> None:
    assert why(replace(TOLD, announced_at=None), campaign, today=WEDNESDAY) is Chase.NEW


@pytest.mark.parametrize(("day", "expected"), [(17, None), (19, None), (20, Chase.SILENT)])
def test_a_division_is_asked_again_after_three_working_days(
    campaign: Campaign, day: int, expected: Chase | None
) -> None:
    assert why(TOLD, campaign, today=dt.date(2023, 11, day)) is expected


def test_one_with_a_due_day_ahead_is_left_to_work(campaign: Campaign) -> None:
    tasked = replace(TOLD, state=ProblemState.IN_HAND, due=dt.date(2023, 12, 1))

    assert why(tasked, campaign, today=dt.date(2023, 12, 1)) is None
    assert why(tasked, campaign, today=dt.date(2023, 12, 2)) is Chase.OVERDUE


def test_one_asked_twice_without_a_word_goes_to_the_leading_group(campaign: Campaign) -> None:
    asked = [at(dt.date(2023, 11, 20)), at(dt.date(2023, 11, 23))]

    assert why(TOLD, campaign, today=dt.date(2023, 11, 23), asked=asked[:1]) is Chase.SILENT
    assert why(TOLD, campaign, today=dt.date(2023, 11, 28), asked=asked) is Chase.GIVEN_UP


def test_a_word_of_the_division_begins_the_count_anew(campaign: Campaign) -> None:
    asked = [at(dt.date(2023, 11, 20)), at(dt.date(2023, 11, 23))]
    moved = replace(TOLD, state=ProblemState.IN_HAND, changed_at=at(dt.date(2023, 11, 24)))

    assert why(moved, campaign, today=dt.date(2023, 11, 28), asked=asked) is None
    assert why(moved, campaign, today=dt.date(2023, 11, 29), asked=asked) is Chase.SILENT


def test_a_solved_one_waits_for_the_other_side(campaign: Campaign) -> None:
    by_city = replace(TOLD, state=ProblemState.SOLVED, solved_by="region")
    by_division = replace(TOLD, number=13, state=ProblemState.SOLVED, solved_by="division")

    assert why(by_city, campaign, today=WEDNESDAY) is Chase.CONFIRM
    batches = sort_out([(Chase.CONFIRM, by_city), (Chase.CONFIRM, by_division)], campaign)
    assert batches.divisions["耕保处"].chased[Chase.CONFIRM] == [by_city]
    assert batches.regions["恩施州"].chased[Chase.CONFIRM] == [by_division]


def test_a_closed_one_is_never_told(campaign: Campaign) -> None:
    closed = replace(TOLD, state=ProblemState.CLOSED, due=dt.date(2023, 11, 1))

    assert why(closed, campaign, today=dt.date(2023, 12, 15)) is None
