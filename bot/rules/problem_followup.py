"""What a batch says of a problem, and to whom: by its state, its due day and its silence."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.clock import local_day
from bot.rules import problem_moves
from bot.rules.problem_moves import Side
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign
from storage.kept import KeptProblem, ProblemState

ONE_DAY = dt.timedelta(days=1)


class Chase(StrEnum):
    """Why a problem stands in a batch."""

    NEW = "new"
    ESCALATED = "escalated"
    SILENT = "silent"
    OVERDUE = "overdue"
    CONFIRM = "confirm"
    GIVEN_UP = "given up"
    """Asked often enough without a word: it goes to the leading group."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one addressee is told: problems by why they are told."""

    chased: dict[Chase, list[KeptProblem]] = field(default_factory=dict)

    def add(self, chase: Chase, problem: KeptProblem) -> None:
        """Put a problem in."""
        self.chased.setdefault(chase, []).append(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """What each division, the leading group and each unit are told, and what is escalated by itself."""

    divisions: Mapping[str, Batch]
    leaders: Batch
    regions: Mapping[str, Batch]
    unhandled: Batch
    """Problems that no division handles: for headquarters."""


def chase(
    problem: KeptProblem,
    *,
    asked: Sequence[dt.datetime],
    today: dt.date,
    working_days: WorkingDays,
    campaign: Campaign,
) -> Chase | None:
    """Return why a problem is to be told of today, or None.

    A division is asked again when it is silent for some working days, or when the due day is over; one that has a due
    day ahead is left to work. Asked often enough without a word, the problem goes to the leading group.
    """
    since = [at for at in asked if at >= problem.changed_at]
    if problem.state is ProblemState.SOLVED:
        return Chase.CONFIRM if not since or _is_silent(max(since), today, working_days, campaign) else None
    if not problem.is_open:
        return None
    is_escalated = problem.state is ProblemState.ESCALATED
    if problem.announced_at is None:
        return Chase.ESCALATED if is_escalated else Chase.NEW
    last = max([problem.changed_at, problem.announced_at, *since])
    if is_escalated or not (_is_just_overdue(problem, last, today) or _is_silent(last, today, working_days, campaign)):
        return None
    return _asked_again(problem, len(since), today, campaign)


def _asked_again(problem: KeptProblem, times: int, today: dt.date, campaign: Campaign) -> Chase | None:
    if problem.due is not None and problem.due >= today:
        return None
    if times >= campaign.thresholds.problem_asks:
        return Chase.GIVEN_UP
    return Chase.OVERDUE if problem.is_overdue(today) else Chase.SILENT


def _is_just_overdue(problem: KeptProblem, last: dt.datetime, today: dt.date) -> bool:
    """Whether the due day went by since anything was last done or said."""
    return problem.due is not None and local_day(last) <= problem.due < today


def _is_silent(since: dt.datetime, today: dt.date, working_days: WorkingDays, campaign: Campaign) -> bool:
    silent = working_days.count(local_day(since) + ONE_DAY, today)
    return silent >= campaign.thresholds.problem_silent_days


def sort_out(chased: Iterable[tuple[Chase, KeptProblem]], campaign: Campaign) -> Batches:
    """Put each problem before whoever has to act on it."""
    divisions: dict[str, Batch] = {}
    regions: dict[str, Batch] = {}
    leaders, unhandled = Batch(), Batch()
    for why, problem in chased:
        if why in {Chase.ESCALATED, Chase.GIVEN_UP}:
            leaders.add(why, problem)
        elif why is Chase.CONFIRM and problem.solved_by == Side.DIVISION:
            regions.setdefault(problem.region, Batch()).add(why, problem)
        elif problem.division is None or problem_moves.is_leading_group(problem.division, campaign):
            unhandled.add(why, problem)
        else:
            divisions.setdefault(problem.division, Batch()).add(why, problem)
    return Batches(divisions=divisions, leaders=leaders, regions=regions, unhandled=unhandled)
