"""Curves: what was reached by each day, what was due, what is expected, of the whole or of one unit."""

import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from bot.papers.views import Curve, Mark, Point
from bot.publish.pieces import Pen
from bot.rules.overview import DayView, whole_forecast, whole_standing, whole_target
from bot.rules.pace import Position
from bot.rules.wording import daily, papers
from config.campaign import Campaign
from storage.history import Series
from storage.records import Figures, LineKey

ONE_DAY = dt.timedelta(days=1)
Made = TypeVar("Made")


def whole_curve(view: DayView, pen: Pen, series: Series) -> Curve | None:
    """Return the campaign's curve by area; None where its target gives none."""
    campaign = view.campaign
    target_mu = whole_target(campaign).area_mu
    if not target_mu:
        return None
    factor = float(campaign.measures.area.big_factor)
    days = _days(campaign, view.day)
    actual = [
        (day, float(done.area_mu) / factor)
        for day, done in stood(series, days, lambda lines: whole_standing(lines, campaign))
        if done.area_mu is not None
    ]
    last = whole_standing(view.today, campaign).area_mu
    expected = whole_forecast(view, pen.pacing).area_mu if view.day < campaign.end else None
    return Curve(
        title=papers.curve_title(daily.whole_text(campaign), campaign, campaign.measures.area.big_name),
        start=campaign.start,
        end=campaign.end,
        actual=tuple(actual),
        pace=pace_points(pen, float(target_mu) / factor),
        forecast=_forecast(actual, campaign.end, None if expected is None else float(expected) / factor),
        lines=(Mark(at=float(target_mu) / factor, text=papers.task(pen.writer.area(target_mu))),),
        actual_text="" if last is None else pen.writer.area(last),
        forecast_text="" if expected is None else papers.forecast(pen.writer.area(expected), campaign),
    )


def unit_curve(position: Position, pen: Pen, series: Series, *, by_area: bool) -> Curve | None:
    """Return one unit's curve by area or by count; None where its target gives none."""
    campaign = pen.campaign
    target = position.target.area_mu if by_area else position.target.count
    if not target:
        return None
    factor = float(campaign.measures.area.big_factor) if by_area else 1.0
    key: LineKey = (position.region, position.track, campaign.counting_stage.key)
    actual = []
    for day, done in stood({key: series.get(key, [])}, _days(campaign, position.day), lambda lines: lines.get(key)):
        amount = None if done is None else done.area_mu if by_area else done.count
        if amount is not None:
            actual.append((day, float(amount) / factor))
    expected = position.forecast if by_area == position.by_area and position.day < campaign.end else None
    write: Callable[..., str] = pen.writer.area if by_area else _whole_count(pen)
    done_now = position.counted.area_mu if by_area else position.counted.count
    unit = campaign.measures.area.big_name if by_area else campaign.measures.count.name
    return Curve(
        title=papers.curve_title("", campaign, unit),
        start=campaign.start,
        end=campaign.end,
        actual=tuple(actual),
        pace=pace_points(pen, float(target) / factor),
        forecast=_forecast(actual, campaign.end, None if expected is None else float(expected) / factor),
        lines=(Mark(at=float(target) / factor, text=papers.task(write(target))),),
        actual_text="" if done_now is None else write(done_now),
        forecast_text="" if expected is None else papers.forecast(write(expected), campaign),
    )


def _whole_count(pen: Pen) -> Callable[[Fraction | int], str]:
    return lambda count: pen.writer.count(int(Fraction(count) + Fraction(1, 2)))


def stood(
    series: Series, days: Sequence[dt.date], of: Callable[[dict[LineKey, Figures]], Made]
) -> list[tuple[dt.date, Made]]:
    """Return what is made of all lines' standings at the end of each of these days."""
    changes: dict[dt.date, list[tuple[LineKey, Figures]]] = {}
    for key, rows in series.items():
        for day, figures in rows:
            changes.setdefault(max(day, days[0]) if days else day, []).append((key, figures))
    lines: dict[LineKey, Figures] = {}
    found: list[tuple[dt.date, Made]] = []
    for day in days:
        if day in changes or not found:
            lines.update(changes.get(day, ()))
            found.append((day, of(lines)))
        else:
            found.append((day, found[-1][1]))
    return found


def _days(campaign: Campaign, until: dt.date) -> list[dt.date]:
    last = min(until, campaign.end)
    return [campaign.start + n * ONE_DAY for n in range((last - campaign.start).days + 1)]


def pace_points(pen: Pen, target: float) -> tuple[Point, ...]:
    """Return what was due by each day; a straight line needs only its ends."""
    campaign = pen.campaign
    days = _days(campaign, campaign.end)
    if campaign.pace.mode == "calendar":
        days = [days[0], days[-1]]
    return tuple((day, float(pen.pacing.share(day)) * target) for day in days)


def _forecast(actual: list[Point], end: dt.date, expected: float | None) -> tuple[Point, ...]:
    return () if expected is None or not actual else (actual[-1], (end, expected))
