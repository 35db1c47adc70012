"""A sheet of projects read: name, unit, county, area, track, and the planned day of each stage."""

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.rules.cells import MAX_NAME, Cells, Row
from bot.rules.wording import excel
from config.campaign import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row without a fault."""

    place: str
    region: str
    name: str
    county: str | None
    track: str | None
    area_mu: Decimal | None
    planned: Mapping[str, dt.date]
    """The planned day of each stage that the sheet has a column for."""


def has_projects(row: Row) -> bool:
    """Whether a row is of a sheet of projects: it has the columns."""
    cells = Cells(row, [])
    return all(cells.header(name) for name in (excel.PROJECT, excel.REGION))


def read_projects(rows: Sequence[Row], campaign: Campaign) -> tuple[list[Listed], list[str]]:
    """Return the projects that rows name, and every fault."""
    faults: list[str] = []
    listed: list[Listed] = []
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        cells = Cells(row, faults)
        if cells.is_sum(campaign, excel.PROJECT, excel.REGION):
            continue
        one = _listed(cells, campaign)
        if one is None:
            continue
        earlier = seen.setdefault((one.region, one.name), one.place)
        if earlier != one.place:
            cells.fault(excel.PROJECT, excel.stands_twice(earlier))
        listed.append(one)
    return listed, faults


def _listed(cells: Cells, campaign: Campaign) -> Listed | None:
    before = len(cells.faults)
    name = unicodedata.normalize("NFKC", cells.said(excel.PROJECT))
    if not name or len(name) > MAX_NAME:
        cells.fault(excel.PROJECT, excel.too_long(MAX_NAME) if name else excel.missing())
    region = cells.region(campaign)
    county = _county(cells, region, campaign)
    track = cells.track(campaign) if cells.said(excel.TRACK) else None
    area_mu = cells.area_mu(campaign)
    headers = _planned_headers(cells.row, campaign)
    days = {stage: cells.day(header) for stage, header in headers.items()}
    if region is None or len(cells.faults) > before:
        return None
    return Listed(
        place=cells.place,
        region=region,
        name=name,
        county=county,
        track=track,
        area_mu=area_mu,
        planned={stage: day for stage, day in days.items() if day is not None},
    )


def _county(cells: Cells, region: str | None, campaign: Campaign) -> str | None:
    """Return the full name of a county of the unit."""
    said = cells.said(excel.COUNTY)
    if not said or region is None:
        return None
    own = (p for p in campaign.places if p.region == region and p.county is not None)
    found = next((p.county for p in own if said in {p.county, *p.aliases}), None)
    if found is None:
        cells.fault(excel.COUNTY, excel.unknown_name(said))
    return found


def _planned_headers(row: Row, campaign: Campaign) -> dict[str, str]:
    """Return the header of each stage's planned day: 计划上报, 上报计划, 上报计划日期."""
    found = {}
    for stage in campaign.stages:
        wanted = {f"{excel.PLANNED}{stage.name}", f"{stage.name}{excel.PLANNED}", f"{excel.PLANNED}{stage.key}"}
        wanted |= {f"{name}{end}" for name in set(wanted) for end in ("日期", "时间")}
        header = next((h for h in row.cells if unicodedata.normalize("NFKC", h).replace(" ", "") in wanted), None)
        if header is not None:
            found[stage.key] = header
    return found
