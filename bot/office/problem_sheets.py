"""The three lists of the ledger's workbook: what is in the way, who is responsible, what is to be done until when."""

import datetime as dt
from collections.abc import Mapping

from bot.clock import local_day
from bot.office.contents import Contents
from bot.papers.sheet import Colouring, Column, Mood, Sheet
from bot.rules.wording import excel
from storage.kept import OPEN_STATES, KeptProblem, ProblemState

PROBLEM_MOODS: Mapping[ProblemState, Mood] = {
    ProblemState.ESCALATED: "red",
    ProblemState.WAITING: "yellow",
    ProblemState.SOLVED: "green",
    ProblemState.CLOSED: "grey",
}


def problems(contents: Contents) -> Sheet:
    """Return the list of problems."""
    columns = (
        Column(header=excel.NUMBER, width=8),
        Column(header=excel.REGION, width=12),
        Column(header=excel.PROJECT, width=22, wrap=True),
        Column(header=excel.CATEGORY, width=12),
        Column(header=excel.TEXT, width=48, wrap=True),
        Column(header=excel.STATUS, width=12),
        Column(header=excel.OPENED, kind="date", width=12),
        Column(header=excel.LATE, kind="count", width=10),
        Column(header=excel.EVIDENCE, width=30, wrap=True),
    )
    campaign = contents.office.campaign
    rows = tuple(
        (
            f"#{p.number}",
            p.region,
            p.project,
            campaign.category(p.category).name,
            p.text,
            p.state.value,
            local_day(p.opened_at),
            _days_late(p, contents.day),
            p.evidence,
        )
        for p in contents.problems
    )
    return Sheet(name=excel.PROBLEMS, columns=columns, rows=rows, colourings=_problem_colours(5), locked_columns=2)


def duties(contents: Contents) -> Sheet:
    """Return the list of who is responsible."""
    columns = (
        Column(header=excel.NUMBER, width=8),
        Column(header=excel.REGION, width=12),
        Column(header=excel.TEXT, width=48, wrap=True),
        Column(header=excel.DIVISION, width=14),
        Column(header=excel.PERSON, width=12),
        Column(header=excel.STATUS, width=12),
    )
    rows = tuple((f"#{p.number}", p.region, p.text, p.division, p.person, p.state.value) for p in contents.problems)
    return Sheet(name=excel.DUTIES, columns=columns, rows=rows, colourings=_problem_colours(5), locked_columns=2)


def tasks(contents: Contents) -> Sheet:
    """Return the list of what is to be done until when."""
    columns = (
        Column(header=excel.NUMBER, width=8),
        Column(header=excel.REGION, width=12),
        Column(header=excel.MEASURE, width=48, wrap=True),
        Column(header=excel.PERSON, width=12),
        Column(header=excel.DUE, kind="date", width=12),
        Column(header=excel.STATUS, width=12),
        Column(header=excel.LATE, kind="count", width=10),
    )
    rows = tuple(
        (f"#{p.number}", p.region, p.measure, p.person, p.due, p.state.value, _days_late(p, contents.day))
        for p in contents.problems
    )
    return Sheet(name=excel.TASKS, columns=columns, rows=rows, colourings=_problem_colours(5), locked_columns=2)


def _days_late(problem: KeptProblem, day: dt.date) -> int | None:
    is_late = problem.state in OPEN_STATES and problem.due is not None and problem.due < day
    return (day - problem.due).days if is_late and problem.due else None


def _problem_colours(column: int) -> tuple[Colouring, ...]:
    return tuple(Colouring(column=column, words=state.value, mood=mood) for state, mood in PROBLEM_MOODS.items())
