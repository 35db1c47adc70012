"""What a picture shows: every figure as a ready string, beside it the bare number where something is drawn from it.

A picture is a head and a list of sections; the named views put the sections of their occasion in order and leave the
empty ones out. All of them are plain frozen values and travel to the worker process.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.papers import wording

MAX_UNITS = 400

Point = tuple[dt.date, float]
"""A day and what stood (or is due, or is expected) at its end, in the unit of the curve's axis."""


class Level(StrEnum):
    """How far behind; the values are the keys of the campaign's levels."""

    NONE = "none"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


Tone = Literal["plain", "good", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """One headline figure: 累计批复 / 3.48 / 万亩 / 任务17.32万亩."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on a meter (percent) or on a curve's axis (its unit), and its words: 序时24.6%, 保底35万亩."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """One wide bar: the whole campaign against its target, or the year against floor and stretch."""

    label: str
    value: str
    percent: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of words, with a level's mark before it where it has one."""

    text: str
    level: Level = Level.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One measure of one unit: 27.5 / "27.5%" / "0.19/0.70万亩"."""

    percent: float
    percent_text: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit. No bar for a measure without target; no bars at all is 无任务."""

    name: str
    division: str = ""
    leader: str = ""
    """Left empty where leaders are not shown."""
    level: Level = Level.NONE
    area: Bar | None = None
    count: Bar | None = None
    change: str = ""
    """Today's change, its first line (＋2宗); `change_note` is the second (＋194亩)."""
    change_note: str = ""
    as_of: str = ""
    """数据截至11月10日: what there is, is old. The row turns grey and this stands where today's change would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTable:
    """All units in the attachment's order, each against the same pace."""

    rows: tuple[UnitRow, ...]
    head: str
    """市州/责任处室"""
    change_head: str
    """今日, 本周"""
    pace_percent: float | None = None
    pace_text: str = ""
    short_head: str = ""
    """市州: for so many units that their divisions have no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What was reached by each day, what was due, what is expected."""

    title: str
    start: dt.date
    end: dt.date
    actual: tuple[Point, ...] = ()
    pace: tuple[Point, ...] = ()
    forecast: tuple[Point, ...] = ()
    """Begins at the last actual point."""
    lines: tuple[Mark, ...] = ()
    """Level lines, such as the target."""
    actual_text: str = ""
    forecast_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """A section of headline figures."""

    stats: tuple[Stat, ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """A section of wide bars."""

    meters: tuple[Meter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A section of lines under a title."""

    lines: tuple[Line, ...]
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The small print at the end, and what the colours mean."""

    notes: tuple[str, ...] = ()
    legend: tuple[Line, ...] = ()


Section = Stats | Meters | Lines | UnitTable | Curve | Notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Any picture: a head and its sections from top to bottom."""

    title: str
    date_line: str
    badge: str = ""
    """试运行, 补发: shown in the head's corner."""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyView:
    """The daily digest as one picture, complete without any link."""

    title: str
    date_line: str
    badge: str = ""
    stats: tuple[Stat, ...] = ()
    meters: tuple[Meter, ...] = ()
    attention: tuple[Line, ...] = ()
    units: UnitTable | None = None
    curve: Curve | None = None
    problem_stats: tuple[Stat, ...] = ()
    problems: tuple[Line, ...] = ()
    corrections: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    legend: tuple[Line, ...] = ()

    def picture(self) -> Picture:
        """Put the day's sections in order."""
        return Picture(
            title=self.title,
            date_line=self.date_line,
            badge=self.badge,
            sections=_filled(
                Stats(stats=self.stats),
                Meters(meters=self.meters),
                Lines(title=wording.ATTENTION, lines=self.attention),
                self.units,
                self.curve,
                Stats(title=wording.PROBLEMS, stats=self.problem_stats),
                Lines(title="" if self.problem_stats else wording.PROBLEMS, lines=self.problems),
                Lines(title=wording.CORRECTIONS, lines=self.corrections),
                Notes(notes=self.notes, legend=self.legend),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyView:
    """The week as one picture: also the month's and the campaign's summary."""

    title: str
    date_line: str
    badge: str = ""
    stats: tuple[Stat, ...] = ()
    meters: tuple[Meter, ...] = ()
    summary: tuple[Line, ...] = ()
    lagging: tuple[Line, ...] = ()
    recovered: tuple[Line, ...] = ()
    units: UnitTable | None = None
    curve: Curve | None = None
    problem_stats: tuple[Stat, ...] = ()
    problems: tuple[Line, ...] = ()
    corrections: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    legend: tuple[Line, ...] = ()

    def picture(self) -> Picture:
        """Put the week's sections in order."""
        return Picture(
            title=self.title,
            date_line=self.date_line,
            badge=self.badge,
            sections=_filled(
                Stats(stats=self.stats),
                Meters(meters=self.meters),
                Lines(title=wording.SUMMARY, lines=self.summary),
                Lines(title=wording.LAGGING, lines=self.lagging),
                Lines(title=wording.RECOVERED, lines=self.recovered),
                self.units,
                self.curve,
                Stats(title=wording.PROBLEMS, stats=self.problem_stats),
                Lines(title="" if self.problem_stats else wording.PROBLEMS, lines=self.problems),
                Lines(title=wording.CORRECTIONS, lines=self.corrections),
                Notes(notes=self.notes, legend=self.legend),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendView:
    """One unit's curve (走势), by area and where wanted by count."""

    title: str
    date_line: str
    badge: str = ""
    stats: tuple[Stat, ...] = ()
    curves: tuple[Curve, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()

    def picture(self) -> Picture:
        """Put the unit's sections in order."""
        return Picture(
            title=self.title,
            date_line=self.date_line,
            badge=self.badge,
            sections=_filled(Stats(stats=self.stats), *self.curves, Lines(lines=self.lines), Notes(notes=self.notes)),
        )


View = Picture | DailyView | WeeklyView | TrendView


def as_picture(view: View) -> Picture:
    """Return the picture that a view means."""
    return view if isinstance(view, Picture) else view.picture()


def _filled(*sections: Section | None) -> tuple[Section, ...]:
    return tuple(section for section in sections if section is not None and _has_content(section))


def _has_content(section: Section) -> bool:
    match section:
        case Stats(stats=content) | Meters(meters=content) | Lines(lines=content) | UnitTable(rows=content):
            return bool(content)
        case Notes():
            return bool(section.notes or section.legend)
        case Curve():
            return True
