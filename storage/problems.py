"""Problems, project stages and visits, as reports bring them in."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from storage.database import Tx, insert
from storage.records import Problem, ProjectStage, Report, Visit
from storage.tables import problem_events, problems, project_stages, projects, visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A problem to be kept: with a number when it is opened, without while it is only a candidate."""

    report: Report
    problem: Problem
    number: int | None
    division: str | None
    actor: str


async def next_number(tx: Tx, campaign: str) -> int:
    """Return the number that the campaign's next problem gets; numbers are given in one transaction at a time."""
    if tx.dialect.name != "sqlite":
        await tx.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))"), {"key": f"{campaign}/problems"}
        )
    query = select(func.coalesce(func.max(problems.c.number), 0)).where(problems.c.campaign == campaign)
    return int((await tx.execute(query)).scalar_one()) + 1


async def open_problems(tx: Tx, opened: Sequence[Opened]) -> None:
    """Keep problems, with the first line of their history."""
    for one in opened:
        values = {
            "campaign": one.report.campaign,
            "number": one.number,
            "report_id": one.report.number,
            "region": one.problem.region,
            "project": one.problem.project,
            "category": one.problem.category,
            "text": one.problem.text,
            "state": "candidate" if one.number is None else "open",
            "division": one.division,
            "opened_at": one.report.sent_at,
            "changed_at": one.report.sent_at,
        }
        problem_id = (await tx.execute(insert(tx, problems).values(**values).returning(problems.c.id))).scalar_one()
        event = {"problem_id": problem_id, "at": one.report.sent_at, "actor": one.actor, "action": "opened"}
        await tx.execute(insert(tx, problem_events).values(**event))


async def add_stages(tx: Tx, added: Sequence[tuple[Report, ProjectStage]]) -> None:
    """Keep the stages that projects reached; a project first heard of gets a row, not listed."""
    for report, stage in added:
        same = (projects.c.campaign == report.campaign) & (projects.c.region == stage.region)
        query = select(projects.c.id).where(same, projects.c.name == stage.project)
        project_id = (await tx.execute(query)).scalar()
        if project_id is None:
            values = {"campaign": report.campaign, "region": stage.region, "name": stage.project, "listed": False}
            project_id = (await tx.execute(insert(tx, projects).values(**values).returning(projects.c.id))).scalar_one()
        values = {"campaign": report.campaign, "project_id": project_id, "report_id": report.number}
        await tx.execute(insert(tx, project_stages).values(**values, stage=stage.stage, day=stage.date, live=True))


async def add_visits(tx: Tx, added: Sequence[tuple[Report, Visit]]) -> None:
    """Keep visits."""
    rows = [
        {"campaign": r.campaign, "report_id": r.number, "region": v.region, "division": v.division}
        | {"leader": v.leader, "day": v.date, "live": True}
        for r, v in added
    ]
    if rows:
        await tx.execute(insert(tx, visits), rows)


async def counts(
    tx: Tx, campaign: str, *, day_starts: dt.datetime, day_ends: dt.datetime, today: dt.date
) -> tuple[int, dict[str, int]]:
    """Return how many problems were opened on a day, and how many of each division's are overdue."""
    opened = select(func.count()).where(
        problems.c.campaign == campaign,
        problems.c.number.is_not(None),
        problems.c.opened_at >= day_starts,
        problems.c.opened_at < day_ends,
    )
    overdue = (
        select(problems.c.division, func.count())
        .where(problems.c.campaign == campaign, problems.c.due < today, problems.c.state.not_in(["closed", "solved"]))
        .group_by(problems.c.division)
    )
    late = {str(division or ""): int(number) for division, number in await tx.execute(overdue)}
    return int((await tx.execute(opened)).scalar_one()), late
