"""Lists of what is kept, for replays, exports and checks: nothing is decided here."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Tx
from storage.records import ProjectStage, Visit
from storage.tables import problems, project_stages, projects, questions, visits


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """A problem as the ledger keeps it."""

    number: int
    region: str
    project: str | None
    category: str
    text: str
    state: str
    division: str | None
    measure: str | None
    person: str | None
    due: dt.date | None
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A question that was not answered yet."""

    id: int
    region: str
    asked_at: dt.datetime
    text: str
    state: str


async def all_problems(tx: Tx, campaign: str) -> list[ProblemRow]:
    """Return every problem that was opened, by number."""
    query = select(problems).where(problems.c.campaign == campaign, problems.c.number.is_not(None))
    names = ProblemRow.__dataclass_fields__
    rows = (await tx.execute(query.order_by(problems.c.number))).mappings()
    return [ProblemRow(**{name: row[name] for name in names}) for row in rows]


async def all_stages(tx: Tx, campaign: str) -> list[ProjectStage]:
    """Return every stage that a project was said to have reached, in the order it was said."""
    query = (
        select(projects.c.region, projects.c.name, project_stages.c.stage, project_stages.c.day)
        .join(project_stages, project_stages.c.project_id == projects.c.id)
        .where(project_stages.c.campaign == campaign, project_stages.c.live)
        .order_by(project_stages.c.id)
    )
    return [
        ProjectStage(region=region, project=name, stage=stage, date=day)
        for region, name, stage, day in await tx.execute(query)
    ]


async def all_visits(tx: Tx, campaign: str) -> list[Visit]:
    """Return every visit, in the order it was said."""
    query = select(visits).where(visits.c.campaign == campaign, visits.c.live).order_by(visits.c.id)
    rows = (await tx.execute(query)).mappings()
    return [Visit(region=r["region"], division=r["division"], leader=r["leader"], date=r["day"]) for r in rows]


async def open_questions(tx: Tx, campaign: str) -> list[QuestionRow]:
    """Return every question that still waits: asked, queued, or left for an admin to claim."""
    waiting = ["open", "queued", "unclaimed"]
    query = select(questions).where(questions.c.campaign == campaign, questions.c.state.in_(waiting))
    names = QuestionRow.__dataclass_fields__
    rows = (await tx.execute(query.order_by(questions.c.id))).mappings()
    return [QuestionRow(**{name: row[name] for name in names}) for row in rows]
