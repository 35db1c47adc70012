"""The ledger's workbook: after the overview the standings, projects, the three lists, visits, reports, audit."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from bot.office.contents import Contents
from bot.office.overview_sheet import newest, overview
from bot.office.problem_sheets import duties, problems, tasks
from bot.papers.sheet import Book, Cell, Colouring, Column, Mood, Sheet
from bot.rules import opening
from bot.rules.duty import ReportState
from bot.rules.wording import excel
from config.campaign import Campaign, Stage
from storage.kept import KeptProject
from storage.records import Figures, LineKey

MAX_DETAIL = 1_000
REPORT_MOODS: Mapping[ReportState, Mood] = {
    ReportState.OVERDUE: "red",
    ReportState.IN_GRACE: "yellow",
    ReportState.LATE: "yellow",
    ReportState.HELD: "blue",
    ReportState.NIL: "grey",
    ReportState.EXEMPT: "grey",
    ReportState.REPORTED: "green",
}


def compose(contents: Contents) -> Book:
    """Return the workbook; the same state of the same day gives the same book."""
    sheets = [
        overview(contents),
        standings(contents),
        projects(contents),
        problems(contents),
        duties(contents),
        tasks(contents),
        visits(contents),
        reports(contents),
    ]
    if contents.is_whole:
        sheets.append(audit(contents))
    return Book(title=contents.office.campaign.name, sheets=tuple(sheets))


def standings(contents: Contents) -> Sheet:
    """Return every line of the ledger, and empty ones to be filled in; this sheet can be edited and brought back."""
    campaign = contents.office.campaign
    columns = (
        Column(header=excel.REGION, width=12),
        Column(header=excel.TRACK, width=12),
        Column(header=excel.STAGE, width=10),
        Column(header=excel.COUNT, kind="count", width=9),
        Column(
            header=excel.with_unit(excel.AREA, campaign.measures.area.name),
            kind="area",
            width=16,
            number_format="#,##0.######",
        ),
        Column(header=excel.AS_OF, kind="date", width=12),
        Column(header=excel.SOURCE, width=9),
        Column(header=excel.SENDER, width=12),
        Column(header=excel.SENT_AT, kind="moment", width=17),
    )
    return Sheet(
        name=excel.STANDINGS,
        title=f"{campaign.name}{excel.STANDINGS}",
        notes=(newest(contents), excel.standings_note()),
        columns=columns,
        rows=tuple(_standing_row(contents, key) for key in _lines(contents)),
        locked_columns=3,
    )


def _lines(contents: Contents) -> list[LineKey]:
    """Return the lines with a figure, and those that every unit has: the default track's shown stages, its projects."""
    campaign = contents.office.campaign
    stages = {campaign.counting_stage.key, (campaign.next_best_stage or campaign.counting_stage).key}
    wanted = {(region, campaign.default_track.key, stage) for region in contents.regions for stage in stages}
    if (track := campaign.projects_track) is not None:
        owed = [r for r in contents.regions if campaign.target(r, track.key).count]
        wanted |= {(region, track.key, campaign.counting_stage.key) for region in owed}
    wanted |= {key for key, (_, figures) in contents.standings.items() if figures != Figures()}
    units = {region: n for n, region in enumerate(campaign.regions)}
    tracks = {track.key: n for n, track in enumerate(campaign.tracks)}
    return sorted(wanted, key=lambda key: (units[key[0]], tracks[key[1]], campaign.stage_order[key[2]]))


def _standing_row(contents: Contents, key: LineKey) -> tuple[Cell, ...]:
    campaign = contents.office.campaign
    day, figures = contents.standings.get(key, (None, Figures()))
    if day is None and not contents.standings:
        day = opening.opening_day(campaign)
    last = contents.last_reports.get(key)
    source = (None, None, None)
    if last is not None:
        return (
            *_named(key, campaign),
            figures.count,
            figures.area_mu,
            day,
            f"#A{last.number}",
            contents.names.get(last.sender, last.sender),
            last.sent_at,
        )
    return (*_named(key, campaign), figures.count, figures.area_mu, day, *source)


def _named(key: LineKey, campaign: Campaign) -> tuple[str, str, str]:
    region, track, stage = key
    return region, campaign.track(track).name, campaign.stage(stage).name


def projects(contents: Contents) -> Sheet:
    """Return every project: planned and reached days stage by stage; this sheet can be edited and brought back."""
    campaign = contents.office.campaign
    steps = [stage for stage in campaign.stages if not stage.returns]
    columns = [
        Column(header=excel.PROJECT, width=30, wrap=True),
        Column(header=excel.REGION, width=12),
        Column(header=excel.COUNTY, width=12),
        Column(header=excel.TRACK, width=12),
        Column(header=excel.with_unit(excel.AREA, campaign.measures.area.name), kind="area", width=12),
        Column(header=excel.NOW_AT, width=10),
        Column(header=excel.BEHIND, width=24, wrap=True),
        Column(header=excel.LISTED, width=8),
    ]
    for stage in steps:
        columns.append(Column(header=f"{excel.PLANNED}{stage.name}", kind="date", width=12))
        columns.append(Column(header=f"{excel.REACHED}{stage.name}", kind="date", width=12))
    order = {region: n for n, region in enumerate(campaign.regions)}
    shown = sorted(contents.projects, key=lambda p: (order.get(p.region, len(order)), p.name))
    return Sheet(
        name=excel.PROJECTS,
        columns=tuple(columns),
        rows=tuple(_project_row(p, steps, campaign, contents.day) for p in shown),
    )


def _project_row(project: KeptProject, steps: Sequence[Stage], campaign: Campaign, day: dt.date) -> tuple[Cell, ...]:
    reached: dict[str, dt.date] = {}
    for one in project.stages:
        reached[one.stage] = min(one.day, reached.get(one.stage, one.day))
    furthest = max((campaign.stage_order[key] for key in reached if key in campaign.stage_order), default=-1)
    late = [
        excel.behind_text(stage.name, due)
        for stage in steps
        if (due := project.planned.get(stage.key)) and due < day and campaign.stage_order[stage.key] > furthest
    ]
    days: list[Cell] = []
    for stage in steps:
        days += [project.planned.get(stage.key), reached.get(stage.key)]
    track = campaign.track(project.track).name if project.track else None
    now_at = campaign.stages[furthest].name if furthest >= 0 else None
    listed = excel.YES if project.listed else excel.NO
    who: tuple[Cell, ...] = (project.name, project.region, project.county, track, project.area_mu)
    return (*who, now_at, "；".join(late) or None, listed, *days)


def visits(contents: Contents) -> Sheet:
    """Return the on-site services held, and the units where none was yet."""
    campaign = contents.office.campaign
    columns = [
        Column(header=excel.REGION, width=12),
        Column(header=excel.DIVISION, width=14),
        Column(header=excel.VISIT_DAY, kind="date", width=12),
        Column(header=excel.VISITOR, width=16),
        Column(header=excel.STATUS, width=12),
    ]
    if contents.shows_leaders:
        columns.insert(1, Column(header=excel.LEADER, width=13))
    rows: list[tuple[Cell, ...]] = []
    for region in contents.regions:
        unit = campaign.unit(region)
        who = (region, unit.leader, unit.division) if contents.shows_leaders else (region, unit.division)
        held = sorted((v for v in contents.visits if v.region == region), key=lambda v: v.date)
        rows += [(*who, v.date, v.leader or v.division, excel.VISITED) for v in held]
        if not held:
            rows.append((*who, None, None, excel.NOT_VISITED))
    moods = (
        Colouring(column=len(columns) - 1, words=excel.VISITED, mood="green"),
        Colouring(column=len(columns) - 1, words=excel.NOT_VISITED, mood="yellow"),
    )
    return Sheet(name=excel.VISITS, columns=tuple(columns), rows=tuple(rows), colourings=moods)


def reports(contents: Contents) -> Sheet:
    """Return how every unit's report of every working day stood."""
    campaign = contents.office.campaign
    days = list(contents.reports)
    is_one_year = campaign.start.year == campaign.end.year
    headers = [day.isoformat()[5:] if is_one_year else day.isoformat() for day in days]
    rows = tuple((region, *(contents.reports[day][region].value for day in days)) for region in contents.regions)
    moods = tuple(
        Colouring(column=place, words=state.value, mood=mood)
        for place in range(1, len(days) + 1)
        for state, mood in REPORT_MOODS.items()
    )
    columns = (Column(header=excel.REGION, width=12), *(Column(header=h, width=8) for h in headers))
    return Sheet(name=excel.REPORTS, columns=columns, rows=rows, colourings=moods)


def audit(contents: Contents) -> Sheet:
    """Return who did what when, the newest first."""
    columns = (
        Column(header=excel.WHEN, kind="moment", width=17),
        Column(header=excel.WHO, width=16),
        Column(header=excel.ACTION, width=14),
        Column(header=excel.OBJECT, width=16),
        Column(header=excel.DETAIL, width=60, wrap=True),
    )
    rows = tuple(
        (line.at, contents.names.get(line.actor, line.actor), line.action, line.object_, _detail(line.detail))
        for line in contents.audit
    )
    return Sheet(name=excel.AUDIT, columns=columns, rows=rows)


def _detail(detail: object) -> str | None:
    if detail is None:
        return None
    text = json.dumps(detail, ensure_ascii=False)
    return text if len(text) <= MAX_DETAIL else f"{text[:MAX_DETAIL]}…"
