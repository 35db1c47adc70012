"""What pictures are put together from: headline figures, bars and unit rows, all in the rules' own words."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.papers.views import Bar, Level, Line, Mark, Meter, Stat, Tone, UnitRow, UnitTable
from bot.rules import digest
from bot.rules.figures import FigureWriter, percent, plus
from bot.rules.overview import DayView, whole_gain, whole_standing, whole_target
from bot.rules.pace import Pacing, Position
from bot.rules.wording import daily, papers
from config.campaign import Campaign
from storage.records import Figures

QUANTITY = re.compile(r"([＋－-]?\d[\d.]*)(\D*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """A campaign's figures, written as everywhere."""

    campaign: Campaign
    pacing: Pacing

    @property
    def writer(self) -> FigureWriter:
        """Whoever writes figures."""
        return FigureWriter(measures=self.campaign.measures)


def stat(label: str, text: str, *, note: str = "", tone: Tone = "plain") -> Stat:
    """Return a headline figure, the number apart from its unit."""
    found = QUANTITY.match(text)
    value, unit = (found[1], found[2]) if found and found[2] != "%" else (text or "—", "")
    return Stat(label=label, value=value, unit=unit, note=note, tone=tone)


def total_stats(view: DayView, pen: Pen, *, period: str) -> tuple[Stat, ...]:
    """Return where the whole stands: done, share of the target, and what the period brought."""
    done, target, gained = whole_standing(view.today, view.campaign), whole_target(view.campaign), whole_gain(view)
    by_area = bool(target.area_mu)
    pace = pen.pacing.share(view.day)
    share = _share(done, target.area_mu if by_area else target.count, by_area=by_area)
    total = papers.task(pen.writer.area(target.area_mu or 0) if by_area else pen.writer.count(target.count or 0))
    areas = (_amount(pen, done, by_area=by_area), _amount(pen, gained, by_area=by_area))
    counted = "" if not gained.count or not by_area else plus(pen.writer.count(gained.count))
    return (
        stat(papers.total_of(view.campaign), areas[0], note=total),
        stat(
            papers.DONE,
            "" if share is None else percent(share),
            note=papers.pace(pace),
            tone="plain" if share is None else _tone(share - pace, view.campaign),
        ),
        stat(period, plus(areas[1]) if areas[1] and _is_some(gained, by_area=by_area) else "—", note=counted),
    )


def unit_stats(position: Position, pen: Pen) -> tuple[Stat, ...]:
    """Return where one unit stands: area, share of the target, parcels."""
    campaign, counted, target = pen.campaign, position.counted, position.target
    found = []
    if target.area_mu:
        area = "" if counted.area_mu is None else pen.writer.area(counted.area_mu)
        found.append(stat(papers.total_of(campaign), area, note=papers.task(pen.writer.area(target.area_mu))))
    if position.progress is not None and position.gap is not None:
        note, tone = papers.pace(position.pace), _tone(position.progress - position.pace, campaign)
        found.append(stat(papers.DONE, percent(position.progress), note=note, tone=tone))
    if target.count:
        count = "" if counted.count is None else pen.writer.count(counted.count)
        found.append(stat(papers.total_of(campaign), count, note=papers.task(pen.writer.count(target.count))))
    return tuple(found)


def _amount(pen: Pen, figures: Figures, *, by_area: bool) -> str:
    if by_area:
        return "" if figures.area_mu is None else pen.writer.area(figures.area_mu)
    return "" if figures.count is None else pen.writer.count(figures.count)


def _is_some(figures: Figures, *, by_area: bool) -> bool:
    return bool(figures.area_mu if by_area else figures.count)


def _share(done: Figures, target: object, *, by_area: bool) -> Fraction | None:
    amount = done.area_mu if by_area else done.count
    return None if amount is None or not target else Fraction(amount) / Fraction(str(target))


def _tone(gap: Fraction, campaign: Campaign) -> Tone:
    return "good" if (gap >= 0) == (campaign.direction == "higher") else "bad"


def meters(view: DayView, pen: Pen) -> tuple[Meter, ...]:
    """Return the whole against its target, and the year against its lines where its base is known."""
    campaign = view.campaign
    done, target = whole_standing(view.today, campaign), whole_target(campaign)
    found = []
    share = _share(done, target.area_mu, by_area=True)
    if share is not None and done.area_mu is not None:
        pace = pen.pacing.share(view.day)
        found.append(
            Meter(
                label=papers.whole_area(campaign),
                value=f"{pen.writer.area_of(done.area_mu, target.area_mu)}（{percent(share)}）",
                percent=float(share * 100),
                marks=(Mark(at=float(pace * 100), text=papers.pace_and_gap(pace, share - pace)),),
            )
        )
    return (*found, *_year_meter(view, pen))


def _year_meter(view: DayView, pen: Pen) -> tuple[Meter, ...]:
    totals, factor = view.campaign.totals, view.campaign.measures.area.big_factor
    lines = [(papers.FLOOR, totals.annual_floor_wanmu), (papers.STRETCH, totals.annual_stretch_wanmu)]
    known = [(name, line) for name, line in lines if line]
    if totals.annual_base_wanmu is None or not known:
        return ()
    year_mu = totals.annual_base_wanmu * factor + (whole_standing(view.today, view.campaign).area_mu or 0)
    longest = max(line for _, line in known)
    marks = [
        Mark(at=float(100 * line / longest), text=f"{name}{pen.writer.area(line * factor)}") for name, line in known
    ]
    share = float(100 * year_mu / (longest * factor))
    return (Meter(label=papers.year(view.campaign), value=pen.writer.area(year_mu), percent=share, marks=tuple(marks)),)


def attention(view: DayView, pen: Pen, *, most: int = 8) -> tuple[Line, ...]:
    """Return a line for each unit that needs a look: behind the schedule, with old data, silent for long."""
    found = [
        Line(text=papers.lagging(view.position(region, pen.pacing), view.campaign), level=Level(level))
        for region, level in digest.lags(view)
    ]
    found += [Line(text=daily.stale_text(regions, day)) for day, regions in digest.stale(view).items()]
    found += [Line(text=daily.silent_text(silence)) for silence in digest.silent(view)]
    more = len(found) - most
    return (*found[:most], Line(text=papers.more(more))) if more > 0 else tuple(found)


def unit_table(view: DayView, pen: Pen, *, period: str) -> UnitTable:
    """Return all units in the attachment's order."""
    campaign, pace = view.campaign, pen.pacing.share(view.day)
    return UnitTable(
        rows=tuple(_row(view, view.position(region, pen.pacing), pen) for region in campaign.regions),
        head=papers.unit_head(campaign),
        short_head=papers.UNIT,
        change_head=period,
        pace_percent=float(pace * 100),
        pace_text=papers.pace(pace),
    )


def _row(view: DayView, position: Position, pen: Pen) -> UnitRow:
    unit = view.campaign.unit(position.region)
    counted, target = position.counted, position.target
    area, count = None, None
    if target.area_mu:
        text = "" if counted.area_mu is None else pen.writer.area_of(counted.area_mu, target.area_mu)
        area = _bar(counted.area_mu, target.area_mu, text)
    if target.count:
        text = "" if counted.count is None else f"{counted.count}/{pen.writer.count(target.count)}"
        count = _bar(counted.count, target.count, text)
    gained = view.gained(position.region)
    said = pen.writer.added(Figures(count=gained.count or None, area_mu=gained.area_mu or None)).split("、")
    old = digest.is_old(view, position.region)
    level = view.levels.get(position.region)
    return UnitRow(
        name=position.region,
        division=unit.division or "",
        leader=(unit.leader or "") if view.campaign.show_leaders else "",
        level=Level(level) if level else Level.NONE,
        area=area,
        count=count,
        change="" if old else said[0] or "—",
        change_note="" if old or len(said) < 2 else said[1],
        as_of=daily.as_of_text(view.data_as_of.get(position.region)) if old else "",
    )


def _bar(done: object, target: object, text: str) -> Bar:
    if done is None:
        return Bar(percent=0, percent_text="—")
    share = Fraction(str(done)) / Fraction(str(target))
    return Bar(percent=float(share * 100), percent_text=percent(share), text=text)


def legend(campaign: Campaign) -> tuple[Line, ...]:
    """Say what the colours mean."""
    found = [Line(text=papers.NORMAL)]
    found += [Line(text=papers.below(level.points), level=Level(level.key)) for level in campaign.thresholds.levels]
    return tuple(found)
