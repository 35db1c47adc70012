"""A problem moves by the word of those who may, and is closed by both sides."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.clock import SHANGHAI
from bot.rules import problem_moves
from bot.rules.problem_moves import Move, Side, Unsettled
from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.kept import Deed, KeptProblem, ProblemState
from storage.records import Problem, Role

NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=SHANGHAI)
LATER = NOW + dt.timedelta(days=2)


def problem(**changes: object) -> KeptProblem:
    kept = KeptProblem(
        campaign="hubei-2023q4",
        region="恩施州",
        category="farmland",
        text="耕地占补指标不足",
        state=ProblemState.ROUTED,
        number=12,
        division="耕保处",
        opened_at=NOW,
        changed_at=NOW,
        announced_at=NOW,
    )
    return replace(kept, **changes)  # type: ignore[arg-type]


def speaker(role: Role, *, region: str | None = None, division: str | None = None) -> Speaker:
    return Speaker(messenger="sandbox", user_id="u", name="王", role=role, region=region, division=division)


CITY = speaker(Role.CITY_LIAISON, region="恩施州")
IN_CHARGE = speaker(Role.DIVISION_LIAISON, region="十堰市", division="耕保处")
CONTRACTED = speaker(Role.DIVISION_LIAISON, region="恩施州", division="执法监督处")
ANOTHER = speaker(Role.DIVISION_LIAISON, region="荆门市", division="规划处")
ADMIN = speaker(Role.ADMIN)
LEADER = speaker(Role.LEADER)


@pytest.mark.parametrize(
    ("who", "side", "handles", "sees"),
    [
        (CITY, Side.REGION, False, True),
        (IN_CHARGE, Side.DIVISION, True, True),
        (CONTRACTED, Side.REGION, True, True),
        (ANOTHER, None, False, False),
        (ADMIN, Side.OFFICE, True, True),
        (LEADER, None, False, True),
    ],
)
def test_who_may_do_what_follows_from_role_region_and_division(
    who: Speaker, side: Side | None, *, handles: bool, sees: bool
) -> None:
    assert problem_moves.side_of(who, problem()) == side
    assert problem_moves.may_handle(who, problem()) is handles
    assert problem_moves.may_see(who, problem()) is sees


def test_a_problem_of_policy_goes_to_the_leading_group_at_once(campaign: Campaign) -> None:
    said = Problem(region="恩施州", project=None, category="policy", text="普遍性问题，建议统一口径", stated=True)

    kept = problem_moves.opened(said, number=1, report=1, at=NOW, campaign=campaign)

    assert (kept.division, kept.state) == ("领导小组", ProblemState.ESCALATED)


def test_a_category_without_handler_goes_to_the_contracted_division(campaign: Campaign) -> None:
    said = Problem(region="恩施州", project=None, category="other", text="社保资金未到位", stated=True)

    kept = problem_moves.opened(said, number=1, report=1, at=NOW, campaign=campaign)

    assert (kept.division, kept.state) == ("执法监督处", ProblemState.WAITING)


def test_one_told_to_its_division_is_routed() -> None:
    move = problem_moves.announced(problem(state=ProblemState.WAITING, announced_at=None), at=LATER)

    assert (move.problem.state, move.problem.announced_at) == (ProblemState.ROUTED, LATER)


def test_a_task_keeps_what_was_not_said() -> None:
    first = problem_moves.tasked(
        problem(), measure="完成补划方案", person=None, due=dt.date(2023, 12, 1), at=NOW
    ).problem

    then = problem_moves.tasked(first, measure=None, person="王工", due=None, at=LATER).problem

    assert (then.measure, then.person, then.due) == ("完成补划方案", "王工", dt.date(2023, 12, 1))
    assert then.state is ProblemState.IN_HAND


@pytest.mark.parametrize(("first", "second"), [(Side.REGION, Side.DIVISION), (Side.DIVISION, Side.REGION)])
def test_whoever_solves_it_the_other_side_confirms(first: Side, second: Side) -> None:
    solved = problem_moves.settled(problem(), first, "指标已调剂到位", at=NOW)
    assert isinstance(solved, Move)

    again = problem_moves.settled(solved.problem, first, "", at=LATER)
    confirmed = problem_moves.settled(solved.problem, second, "", at=LATER)

    assert solved.problem.state is ProblemState.SOLVED
    assert again is Unsettled.WAITS_FOR_OTHER
    assert isinstance(confirmed, Move)
    assert (confirmed.problem.state, confirmed.problem.evidence) == (ProblemState.CLOSED, "指标已调剂到位")


def test_without_a_word_of_evidence_nothing_is_solved() -> None:
    assert problem_moves.settled(problem(), Side.REGION, "", at=NOW) is Unsettled.NO_EVIDENCE
    assert problem_moves.settled(problem(), Side.OFFICE, "", at=NOW) is Unsettled.NO_EVIDENCE


def test_the_campaign_office_stands_for_both_sides() -> None:
    move = problem_moves.settled(problem(), Side.OFFICE, "已核实", at=NOW)

    assert isinstance(move, Move)
    assert move.deed is Deed.CLOSED


def test_one_reported_again_after_it_was_solved_is_open_again() -> None:
    solved = problem(state=ProblemState.SOLVED, solved_by=Side.DIVISION)

    move = problem_moves.repeated(solved, "指标还是不够", at=LATER)

    assert (move.deed, move.problem.state) == (Deed.REOPENED, ProblemState.IN_HAND)


def test_one_reported_again_is_not_moved_by_that() -> None:
    move = problem_moves.repeated(problem(), "指标还是不够", at=LATER)

    assert (move.deed, move.problem) == (Deed.REPEATED, problem())
