"""A list of projects brought in: compared with what is kept, shown, and written."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.bookkeeping import Office
from bot.office.opening import Source, refuse
from bot.papers.sheet import SheetError
from bot.papers.sheet_reader import Limits, ReadRow, read_book
from bot.rules.opening_projects import Listed, has_projects, read_projects
from bot.rules.wording import excel
from storage import audit, projects
from storage.database import Tx
from storage.kept import KeptProject
from storage.projects import ProjectPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectsPlan:
    """What a list of projects would change."""

    added: tuple[tuple[str, ProjectPlan], ...]
    changed: tuple[tuple[str, ProjectPlan], ...]
    same: int

    @property
    def rows(self) -> tuple[tuple[str, ProjectPlan], ...]:
        """Every project that would be written, with its row."""
        return (*self.added, *self.changed)

    def lines(self) -> list[str]:
        """Say what would change."""
        added = [excel.project_text(place, plan.region, plan.name, "added") for place, plan in self.added]
        changed = [excel.project_text(place, plan.region, plan.name, "changed") for place, plan in self.changed]
        return [*added, *changed, excel.projects_text(len(self.added), len(self.changed), self.same)]


async def read(data: bytes, office: Office, *, limits: Limits | None = None) -> list[Listed]:
    """Return the projects of a workbook; raise SheetError with every fault."""
    sheets = await asyncio.to_thread(read_book, data, limits)
    listed, faults = read_projects(_pick(sheets), office.campaign)
    refuse(faults)
    return listed


def _pick(sheets: Mapping[str, tuple[ReadRow, ...]]) -> tuple[ReadRow, ...]:
    """Return the rows of the sheet of projects, or of the only ones there are: the ledger's 问题 name projects too."""
    for rows in [sheets[excel.PROJECTS]] if excel.PROJECTS in sheets else sheets.values():
        if rows and has_projects(rows[0]):
            return rows
    raise SheetError(excel.no_columns((excel.PROJECT, excel.REGION)))


async def plan(tx: Tx, office: Office, listed: Sequence[Listed]) -> ProjectsPlan:
    """Compare a list with the projects kept; a name that turned out to be another's means that other."""
    kept = await projects.load(tx, office.campaign.key, regions={one.region for one in listed})
    by_id = {p.id: p for p in kept}
    by_name = {(p.region, p.name): by_id.get(p.merged_into or p.id, p) for p in kept}
    added, changed, same = [], [], 0
    for one in listed:
        old = by_name.get((one.region, one.name))
        wanted = _wanted(one, old)
        if old is None:
            added.append((one.place, wanted))
        elif old.listed and wanted == _as_listed(old):
            same += 1
        else:
            changed.append((one.place, wanted))
    return ProjectsPlan(added=tuple(added), changed=tuple(changed), same=same)


def _wanted(one: Listed, old: KeptProject | None) -> ProjectPlan:
    """Return a project as it is to be kept: what the sheet has no column for, or leaves empty, stays as it was."""
    said = ProjectPlan(
        region=one.region,
        name=one.name,
        county=one.county,
        track=one.track,
        area_mu=one.area_mu,
        planned=dict(one.planned),
    )
    if old is None:
        return said
    return replace(
        said,
        name=old.name,
        county=said.county or old.county,
        track=said.track or old.track,
        area_mu=old.area_mu if said.area_mu is None else said.area_mu,
        planned={**old.planned, **said.planned},
    )


def _as_listed(old: KeptProject) -> ProjectPlan:
    return ProjectPlan(
        region=old.region,
        name=old.name,
        county=old.county,
        track=old.track,
        area_mu=old.area_mu,
        planned=dict(old.planned),
    )


async def write(tx: Tx, office: Office, planned: ProjectsPlan, source: Source) -> None:
    """Write a list of projects, and one line of the audit."""
    for _, one in planned.rows:
        await projects.upsert(tx, office.campaign.key, one)
    if planned.rows:
        await audit.note(
            tx,
            campaign=office.campaign.key,
            at=source.at,
            actor=source.actor,
            action="import_projects",
            inbox_id=source.inbox_id,
            detail={"added": len(planned.added), "changed": len(planned.changed)},
        )
