"""The weekly's workbook and its report."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from bot.papers.memo import DutyLine, ProblemLine, TaskLine, UnitLine, WeeklyMemo
from bot.papers.sheet import Book, Cell, Colouring, Column, Sheet
from bot.publish import lists
from bot.publish.pieces import Pen
from bot.rules import digest, problem_lists
from bot.rules.figures import NO_TASK, percent, round_half_up
from bot.rules.overview import DayView
from bot.rules.pace import Position
from bot.rules.problem_lists import ListRow
from bot.rules.weekly import Week, owing
from bot.rules.wording import daily, papers, weekly
from bot.rules.wording.phrases import day_text
from bot.rules.wording.pushes import level_name
from storage.records import Figures

MOODS = (("红色", "red"), ("黄色", "yellow"), ("蓝色", "blue"))


def rows_of(week: Week) -> tuple[ListRow, ...]:
    """Return the rows of the week's three lists."""
    return problem_lists.rows_of(week.listed, today=week.view.day, campaign=week.view.campaign)


def weekly_book(week: Week, pen: Pen) -> Book:
    """Return the weekly's workbook: progress, the three lists, visits."""
    campaign = week.view.campaign
    return Book(
        title=weekly.book_title(campaign, week.number),
        sheets=(
            progress_sheet(week.gains, pen, period=papers.WEEK, confirmed=week),
            *lists.three_lists(rows_of(week)),
            _visits_sheet(week),
        ),
    )


def progress_sheet(view: DayView, pen: Pen, *, period: str, confirmed: Week | None = None) -> Sheet:
    """Return where every unit stands, with exact figures in typed cells."""
    campaign = view.campaign
    stage, count, area = campaign.counting_stage.name, campaign.measures.count.name, campaign.measures.area
    words = [Column(header="市州", width=13), Column(header="责任处室", width=14)]
    words += [Column(header="包联领导", width=12)] if campaign.show_leaders else []
    columns = (
        *words,
        Column(header=f"{period}{stage}\n（{count}）", kind="count", width=10, total=True),
        Column(header=f"{period}{stage}\n（{area.name}）", kind="number", width=10, total=True),
        Column(header=f"累计{stage}\n（{count}）", kind="count", width=10, total=True),
        Column(header=f"任务\n（{count}）", kind="count", width=10, total=True),
        Column(header=f"累计{stage}\n（{area.big_name}）", kind="area", width=11, total=True),
        Column(header=f"任务\n（{area.big_name}）", kind="area", width=11, total=True),
        Column(header="完成", kind="percent", width=9),
        Column(header="与序时相差\n（百分点）", kind="number", number_format="+0.0;-0.0;0.0", width=12),
        Column(header="进度提醒", width=10),
        Column(header="数据截至", width=11),
        *((Column(header="三清单", width=10),) if confirmed else ()),
    )
    rows = tuple(
        (*_unit_cells(view, view.position(r, pen.pacing)), *_confirmation(confirmed, r)) for r in campaign.regions
    )
    level_column = len(words) + 8
    return Sheet(
        name=weekly.PROGRESS,
        title=f"{campaign.default_track.name}{weekly.PROGRESS}",
        notes=(papers.sheet_note(view.day, view.cut_off, pen.pacing.share(view.day)),),
        columns=columns,
        rows=rows,
        total_label="合计",
        colourings=tuple(Colouring(column=level_column, words=words, mood=mood) for words, mood in MOODS),  # type: ignore[arg-type]  # the moods are those that sheets know
    )


def _unit_cells(view: DayView, position: Position) -> tuple[Cell, ...]:
    campaign = view.campaign
    unit, gained, counted = campaign.unit(position.region), view.gained(position.region), position.counted
    words: list[Cell] = [position.region, unit.division or ""]
    words += [unit.leader or ""] if campaign.show_leaders else []
    big = campaign.measures.area.big_factor
    return (
        *words,
        gained.count,
        gained.area_mu,
        counted.count,
        position.target.count,
        _in_big(counted.area_mu, big),
        position.target.area_wanmu,
        NO_TASK if position.progress is None else round_half_up(position.progress * 100, 1) / 100,
        None if position.gap is None else round_half_up(position.gap * 100, 1),
        _level(view, position.region),
        _as_of(view, position.region),
    )


def _in_big(area_mu: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if area_mu is None else area_mu / factor


def _percent(position: Position) -> str:
    return NO_TASK if position.progress is None else percent(Fraction(position.progress))


def _level(view: DayView, region: str) -> str:
    level = view.levels.get(region)
    return level_name(level, view.campaign) if level else ""


def _as_of(view: DayView, region: str) -> str:
    return daily.as_of_text(view.data_as_of.get(region)).removeprefix("数据截至")


def _confirmation(week: Week | None, region: str) -> tuple[Cell, ...]:
    if week is None:
        return ()
    return (weekly.CONFIRMED[region in week.confirmed] if region in owing(week.view.campaign) else "",)


def _visits_sheet(week: Week) -> Sheet:
    owed_by = "包联领导" if week.view.campaign.visits_owed_by == "leader" else "责任处室"
    visits = week.visits
    return Sheet(
        name=weekly.VISITS,
        title=f"{weekly.VISITS}{weekly.visits_text(len(visits.done), len(visits.owed_by))}",
        columns=(Column(header=owed_by, width=18), Column(header=weekly.VISITS, width=14)),
        rows=tuple((name, papers.HELD if name in visits.done else papers.NOT_HELD) for name in visits.owed_by),
    )


def weekly_memo(week: Week, pen: Pen, *, summary: Sequence[str]) -> WeeklyMemo:
    """Return the weekly as an official report."""
    campaign = week.view.campaign
    rows = rows_of(week)
    day = week.view.day
    return WeeklyMemo(
        organisation=papers.organisation(campaign),
        title=papers.weekly_head(campaign),
        issue=weekly.issue(week.number),
        date=f"{day.year}年{day.month}月{day.day}日",
        status=weekly.status_line(len(owing(campaign)), week.unconfirmed),
        summary=tuple(summary),
        units=tuple(_unit_line(week, region, pen) for region in campaign.regions),
        problems=tuple(
            ProblemLine(
                number=lists.number(r),
                region=r.region,
                project=r.project or "",
                text=r.what,
                category=r.category,
                opened=day_text(r.opened),
            )
            for r in rows
        ),
        duties=tuple(
            DutyLine(
                number=lists.number(r),
                region=r.region,
                division=r.division or "",
                person=r.person or "",
                status=r.status.value,
                progress=papers.overdue(r.days_overdue),
            )
            for r in rows
        ),
        tasks=tuple(
            TaskLine(
                number=lists.number(r),
                region=r.region,
                task=r.measure or papers.TO_BE_SET,
                person=r.person or "",
                due=lists.due(r),
            )
            for r in rows
        ),
        corrections=digest.correction_texts(week.view),
        notes=(papers.sheet_note(day, week.view.cut_off, pen.pacing.share(day)),),
    )


def _unit_line(week: Week, region: str, pen: Pen) -> UnitLine:
    view, unit = week.view, week.view.campaign.unit(region)
    position, gained = view.position(region, pen.pacing), week.gains.gained(region)
    some = Figures(count=gained.count or None, area_mu=gained.area_mu or None)
    return UnitLine(
        name=region,
        division=unit.division or "",
        leader=(unit.leader or "") if view.campaign.show_leaders else "",
        week=_in_lines(pen.writer.added(some)) or "—",
        total=_in_lines(pen.writer.progress(position.counted, position.target)) or daily.as_of_text(None),
        percent=_percent(position),
        level=daily.as_of_text(view.data_as_of.get(region)) if digest.is_old(view, region) else _level(view, region),
    )


def _in_lines(figures: str) -> str:
    """Put count and area below each other: a narrow column would break them inside of a figure."""
    return figures.replace("、", "\n")
