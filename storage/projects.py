"""Projects: listed by a file or first heard of in reports, the stages they reached, other names they go by."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, select, update

from storage.database import Tx, insert
from storage.kept import KeptProject, Reached
from storage.records import ProjectStage, Report
from storage.tables import project_stages, projects


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """A project as a list names it, with the planned day of each stage."""

    region: str
    name: str
    county: str | None = None
    track: str | None = None
    area_mu: Decimal | None = None
    planned: dict[str, dt.date] = field(default_factory=dict)


async def load(tx: Tx, campaign: str, *, regions: Iterable[str] | None = None) -> list[KeptProject]:
    """Return the projects of these regions (or all) with their stages; other names come as rows of their own."""
    query = select(projects).where(projects.c.campaign == campaign)
    if regions is not None:
        query = query.where(projects.c.region.in_(sorted(set(regions))))
    rows = list((await tx.execute(query.order_by(projects.c.id))).mappings())
    reached = select(project_stages).where(project_stages.c.campaign == campaign, project_stages.c.live)
    if regions is not None:
        reached = reached.where(project_stages.c.project_id.in_([row["id"] for row in rows]))
    stages: dict[int, list[Reached]] = {}
    for row in (await tx.execute(reached.order_by(project_stages.c.id))).mappings():
        stage = Reached(stage=row["stage"], day=row["day"], report=row["report_id"])
        stages.setdefault(row["project_id"], []).append(stage)
    return [_kept(row, stages.get(row["id"], [])) for row in rows]


async def add_stages(tx: Tx, added: Sequence[tuple[Report, ProjectStage]]) -> None:
    """Keep the stages that projects reached; a project first heard of gets a row, not listed."""
    if not added:
        return
    ids = await _ids(tx, added)
    rows = [
        {
            "campaign": report.campaign,
            "project_id": ids[(stage.region, stage.project)],
            "report_id": report.number,
            "stage": stage.stage,
            "day": stage.date,
            "live": True,
        }
        for report, stage in added
    ]
    await tx.execute(insert(tx, project_stages), rows)


async def _ids(tx: Tx, added: Sequence[tuple[Report, ProjectStage]]) -> dict[tuple[str, str], int]:
    """Return the project that each name stands for; names not met before get a row."""
    campaign = added[0][0].campaign
    named = dict.fromkeys((stage.region, stage.project) for _, stage in added)
    new = [{"campaign": campaign, "region": region, "name": name, "listed": False} for region, name in named]
    await tx.execute(
        insert(tx, projects).on_conflict_do_nothing(index_elements=["campaign", "region", "name"]),
        new,
    )
    query = select(projects.c.id, projects.c.region, projects.c.name, projects.c.merged_into).where(
        projects.c.campaign == campaign, projects.c.name.in_([name for _, name in named])
    )
    return {(row.region, row.name): row.merged_into or row.id for row in await tx.execute(query)}


async def upsert(tx: Tx, campaign: str, plan: ProjectPlan) -> str:
    """Bring a listed project in: `added`, `changed` or `same`; what was reported of it stays."""
    values: dict[str, Any] = {
        "county": plan.county,
        "track": plan.track,
        "area_mu": plan.area_mu,
        "planned": {stage: day.isoformat() for stage, day in plan.planned.items()} or None,
        "listed": True,
    }
    where = (projects.c.campaign == campaign) & (projects.c.region == plan.region) & (projects.c.name == plan.name)
    row = (await tx.execute(select(projects).where(where))).mappings().first()
    if row is None:
        await tx.execute(insert(tx, projects).values(campaign=campaign, region=plan.region, name=plan.name, **values))
        return "added"
    if all(row[name] == value for name, value in values.items()):
        return "same"
    await tx.execute(update(projects).where(where).values(**values))
    return "changed"


async def merge(tx: Tx, *, kept: KeptProject, other: KeptProject) -> list[int]:
    """Make a project another name of one that is kept; return the ids of the stages that go over."""
    own = project_stages.c.project_id == other.id
    moved = list((await tx.execute(select(project_stages.c.id).where(own))).scalars())
    await tx.execute(update(project_stages).where(own).values(project_id=kept.id))
    names = (projects.c.id == other.id) | (projects.c.merged_into == other.id)
    await tx.execute(update(projects).where(names).values(merged_into=kept.id))
    return moved


async def part(tx: Tx, *, other: int, stages: Sequence[int]) -> None:
    """Make another name a project of its own again, with the stages it had."""
    await tx.execute(update(project_stages).where(project_stages.c.id.in_(stages)).values(project_id=other))
    await tx.execute(update(projects).where(projects.c.id == other).values(merged_into=None))


async def follow_report(tx: Tx, report: int, *, live: bool) -> None:
    """Let the stages of a report count, or not."""
    await tx.execute(update(project_stages).where(project_stages.c.report_id == report).values(live=live))


def _kept(row: RowMapping, stages: Sequence[Reached]) -> KeptProject:
    names = ("id", "campaign", "region", "name", "county", "track", "area_mu", "listed", "merged_into")
    planned = {stage: dt.date.fromisoformat(day) for stage, day in (row["planned"] or {}).items()}
    return KeptProject(planned=planned, stages=tuple(stages), **{name: row[name] for name in names})
