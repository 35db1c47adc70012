"""The pictures of each occasion: daily digest, weekly, a month's or the campaign's summary, one unit's curve."""

from collections.abc import Mapping
from dataclasses import replace

from bot.papers.views import DailyView, Line, Stat, TrendView, WeeklyView
from bot.publish import pieces
from bot.publish.curves import unit_curve, whole_curve
from bot.publish.pieces import Pen, stat
from bot.rules import digest
from bot.rules.overview import DayView
from bot.rules.pace import Position
from bot.rules.visits import VisitTally
from bot.rules.weekly import Tally, Week
from bot.rules.wording import daily, papers
from bot.rules.wording.phrases import progress_text
from storage.history import Series
from storage.records import Figures, LineKey


def daily_view(view: DayView, pen: Pen, *, series: Series, visits: VisitTally, is_trial: bool = False) -> DailyView:
    """Return the day's digest as a picture."""
    campaign = view.campaign
    return DailyView(
        title=papers.daily_head(campaign),
        date_line=papers.day_line(view.day, pen.pacing.day_number(view.day), campaign.days, view.cut_off),
        badge=papers.TRIAL if is_trial else "",
        stats=(*pieces.total_stats(view, pen, period=papers.TODAY), *_missing(view)),
        meters=pieces.meters(view, pen),
        attention=(*pieces.attention(view, pen), *_late(view)),
        units=pieces.unit_table(view, pen, period=papers.TODAY),
        curve=whole_curve(view, pen, series),
        problem_stats=_problem_stats(view, visits),
        corrections=_corrections(view),
        notes=papers.notes(campaign),
        legend=pieces.legend(campaign),
    )


def weekly_view(week: Week, pen: Pen, *, series: Series, is_trial: bool = False) -> WeeklyView:
    """Return the week as a picture."""
    view, campaign = week.view, week.view.campaign
    owing = len(week.unconfirmed) + len(week.confirmed)
    confirmed = Stat(label=papers.LISTS, value=f"{len(week.confirmed)}/{owing}", note=papers.CONFIRMED)
    total = pieces.total_stats(week.gains, pen, period=papers.WEEK)
    return WeeklyView(
        title=papers.weekly_head(campaign),
        date_line=papers.week_line(week.number, week.since, view.day, view.cut_off),
        badge=papers.TRIAL if is_trial else "",
        stats=(total[2], *total[:2], *((confirmed,) if owing else ())),
        meters=pieces.meters(view, pen),
        lagging=(*pieces.attention(view, pen), *_late(view)),
        recovered=tuple(Line(text=region) for region in week.recovered),
        units=pieces.unit_table(week.gains, pen, period=papers.WEEK),
        curve=whole_curve(view, pen, series),
        problem_stats=_moved(week.tally, week.visits),
        corrections=_corrections(view),
        notes=papers.notes(campaign),
        legend=pieces.legend(campaign),
    )


def summary_view(
    view: DayView,
    pen: Pen,
    *,
    before: Mapping[LineKey, Figures],
    series: Series,
    tally: Tally,
    visits: VisitTally,
    is_whole: bool = False,
    is_trial: bool = False,
) -> WeeklyView:
    """Return a month, or the whole campaign, as a picture."""
    campaign = view.campaign
    period = papers.PERIOD if is_whole else papers.MONTH
    gains = replace(view, yesterday=before, added={})
    return WeeklyView(
        title=papers.end_head(campaign) if is_whole else papers.month_head(campaign, view.day),
        date_line=papers.day_line(view.day, pen.pacing.day_number(view.day), campaign.days, view.cut_off),
        badge=papers.TRIAL if is_trial else "",
        stats=pieces.total_stats(gains, pen, period=period),
        meters=pieces.meters(view, pen),
        lagging=(*pieces.attention(view, pen), *_late(view)),
        units=pieces.unit_table(gains, pen, period=period),
        curve=whole_curve(view, pen, series),
        problem_stats=_moved(tally, visits),
        notes=papers.notes(campaign),
        legend=pieces.legend(campaign),
    )


def trend_view(position: Position, pen: Pen, *, series: Series) -> TrendView:
    """Return one unit's curves, by area and by count."""
    campaign = pen.campaign
    curves = [unit_curve(position, pen, series, by_area=by_area) for by_area in (True, False)]
    return TrendView(
        title=papers.trend_head(position.region),
        date_line=papers.trend_line(position.day, pen.pacing.day_number(position.day), campaign.days),
        stats=pieces.unit_stats(position, pen),
        curves=tuple(curve for curve in curves if curve is not None),
        lines=(Line(text=progress_text(position, campaign)),),
    )


def whole_trend_view(view: DayView, pen: Pen, *, series: Series) -> TrendView:
    """Return the whole's curve."""
    campaign = view.campaign
    curve = whole_curve(view, pen, series)
    return TrendView(
        title=papers.trend_head(daily.whole_text(campaign)),
        date_line=papers.trend_line(view.day, pen.pacing.day_number(view.day), campaign.days),
        stats=pieces.total_stats(view, pen, period=papers.TODAY),
        curves=(curve,) if curve is not None else (),
    )


def _missing(view: DayView) -> tuple[Stat, ...]:
    reports = view.reports
    if not reports.due:
        return ()
    absent = reports.due - reports.received
    note = papers.due_of(reports.due)
    return (Stat(label=papers.MISSING, value=str(absent), unit="家", note=note, tone="bad" if absent else "plain"),)


def _problem_stats(view: DayView, visits: VisitTally) -> tuple[Stat, ...]:
    overdue = view.problems.overdue
    late = "、".join(name for name in overdue if name)
    return (
        _number(papers.OPEN_PROBLEMS, view.problems.in_hand),
        _number(papers.NEW_PROBLEMS, view.problems.new),
        _number(papers.OVERDUE_PROBLEMS, sum(overdue.values()), bad=True, note=late),
        *_visits(visits),
    )


def _moved(tally: Tally, visits: VisitTally) -> tuple[Stat, ...]:
    return (
        _number(papers.OPEN_PROBLEMS, tally.in_hand),
        _number(papers.NEW_PROBLEMS, tally.new),
        _number(papers.CLOSED_PROBLEMS, tally.closed),
        _number(papers.OVERDUE_PROBLEMS, tally.overdue, bad=True),
        *_visits(visits),
    )


def _visits(visits: VisitTally) -> tuple[Stat, ...]:
    if not visits.owed_by:
        return ()
    return (Stat(label=papers.VISITS, value=f"{len(visits.done)}/{len(visits.owed_by)}", note=papers.HELD),)


def _number(label: str, number: int, *, bad: bool = False, note: str = "") -> Stat:
    return stat(label, f"{number}个", note=note, tone="bad" if bad and number else "plain")


def _late(view: DayView) -> tuple[Line, ...]:
    named = view.late_projects[: daily.PROJECTS_NAMED * 2]
    return tuple(Line(text=daily.late_project_text(project, view.campaign)) for project in named)


def _corrections(view: DayView) -> tuple[Line, ...]:
    return tuple(Line(text=text) for text in digest.correction_texts(view))
