"""The three lists (问题、责任、任务): three views of the same rows, and which rows somebody is shown."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.clock import local_day
from bot.rules import problem_moves
from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.kept import KeptProblem, ProblemState
from storage.records import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One problem as the three lists, the weekly report and the sheets show it."""

    number: int
    region: str
    category: str
    """The category's shown name."""
    project: str | None
    what: str
    measure: str | None
    person: str | None
    due: dt.date | None
    status: ProblemState
    division: str | None
    opened: dt.date
    age_days: int
    days_overdue: int
    """0 while it is not."""


def rows_of(problems: Iterable[KeptProblem], *, today: dt.date, campaign: Campaign) -> tuple[ListRow, ...]:
    """Return the rows of the three lists, by number."""
    return tuple(_row(p, today, campaign) for p in sorted(problems, key=lambda p: p.number or 0))


def _row(problem: KeptProblem, today: dt.date, campaign: Campaign) -> ListRow:
    opened = local_day(problem.opened_at)
    end = local_day(problem.changed_at) if problem.state is ProblemState.CLOSED else today
    return ListRow(
        number=problem.number or 0,
        region=problem.region,
        category=campaign.category(problem.category).name,
        project=problem.project,
        what=problem.text,
        measure=problem.measure,
        person=problem.person,
        due=problem.due,
        status=problem.state,
        division=problem.division,
        opened=opened,
        age_days=(end - opened).days,
        days_overdue=(today - problem.due).days if problem.due and problem.is_overdue(today) else 0,
    )


def in_scope(problems: Iterable[KeptProblem], speaker: Speaker, regions: Sequence[str]) -> list[KeptProblem]:
    """Return the problems that a speaker may see, of these units where some are named; the overdue first."""
    seen = [p for p in problems if problem_moves.may_see(speaker, p)]
    return [p for p in seen if not regions or p.region in regions]


def may_look_at(speaker: Speaker, regions: Sequence[str]) -> bool:
    """Whether a speaker may ask for these units: city liaisons for their own, others for any."""
    return speaker.role is not Role.CITY_LIAISON or all(map(speaker.may_write, regions))
