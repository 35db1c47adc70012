"""Lists of what is kept, for replays, exports and checks: nothing is decided here."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from storage import problems, visits
from storage.database import Tx
from storage.kept import KeptProblem
from storage.records import LineKey, ProjectStage, Visit
from storage.tables import entries, project_stages, projects, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A question that was not answered yet."""

    id: int
    region: str
    asked_at: dt.datetime
    text: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastReport:
    """The newest live entry of a line: the report it came with, when it was sent, and by whom."""

    number: int
    sent_at: dt.datetime
    sender: str


async def last_reports(tx: Tx, campaign: str) -> dict[LineKey, LastReport]:
    """Return of each line the report that its newest live figure came with."""
    newest = (
        select(func.max(entries.c.id))
        .where(entries.c.campaign == campaign, entries.c.live, ~entries.c.part)
        .group_by(entries.c.region, entries.c.track, entries.c.stage)
    )
    rows = (await tx.execute(select(entries).where(entries.c.id.in_(newest)))).mappings()
    return {
        (r["region"], r["track"], r["stage"]): LastReport(
            number=r["report_id"], sent_at=r["sent_at"], sender=r["sender"]
        )
        for r in rows
    }


async def held_days(tx: Tx, campaign: str, *, since: dt.date, until: dt.date) -> set[tuple[str, dt.date]]:
    """Return the units and days of which a question is open."""
    query = select(questions.c.region, questions.c.day).where(
        questions.c.campaign == campaign,
        questions.c.day >= since,
        questions.c.day <= until,
        questions.c.state.in_(["open", "queued"]),
    )
    return {(str(region), day) for region, day in await tx.execute(query.distinct())}


async def all_problems(tx: Tx, campaign: str) -> list[KeptProblem]:
    """Return every problem that was opened and not withdrawn, by number."""
    return await problems.shown(tx, campaign)


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
    return await visits.every(tx, campaign)


async def open_questions(tx: Tx, campaign: str) -> list[QuestionRow]:
    """Return every question that still waits: asked, queued, or left for an admin to claim."""
    waiting = ["open", "queued", "unclaimed"]
    query = select(questions).where(questions.c.campaign == campaign, questions.c.state.in_(waiting))
    names = QuestionRow.__dataclass_fields__
    rows = (await tx.execute(query.order_by(questions.c.id))).mappings()
    return [QuestionRow(**{name: row[name] for name in names}) for row in rows]
