"""How a curve is set: what was reached, what was due, what is expected, and the lines to be reached."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bot.papers import palette, wording
from bot.papers.canvas import LEFT, RIGHT, TEXT, Anchor, Box, Canvas, Dot, Path
from bot.papers.sections import SMALL, set_title
from bot.papers.views import Curve, Point

HEIGHT = 290
DASH, DOTS, FINE_DASH = (10.0, 8.0), (3.0, 7.0), (4.0, 6.0)

STEPS = (0, 20, -20, 40, -40, 60, -60, 80, -80, 120, -120, 160, -160, 200, -200)
"""How far words may be moved down and up from where they would stand best."""

Place = tuple[float, float, Anchor]
"""Where words may stand: x, baseline, and which end of them x is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The drawn field: which days lie between left and right, what lies at the top, and the words placed in it."""

    start: dt.date
    days: int
    left: float
    right: float
    top: float
    bottom: float
    highest: float
    drawn: list[tuple[tuple[float, float], ...]] = field(default_factory=list)
    placed: list[Box] = field(default_factory=list)

    def x(self, day: dt.date) -> float:
        """Return where a day lies; days outside of the field lie at its rim."""
        share = (day - self.start).days / self.days
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        """Return how high a value lies."""
        share = min(max(value / self.highest, 0.0), 1.0)
        return self.bottom - (self.bottom - self.top) * share

    def path(self, points: tuple[Point, ...]) -> tuple[tuple[float, float], ...]:
        """Return points as places, in the order of days."""
        return tuple((self.x(day), self.y(value)) for day, value in sorted(points))


def set_curve(canvas: Canvas, curve: Curve) -> None:
    """Set a curve with its title, key, axes and words."""
    baseline = set_title(canvas, "")
    canvas.y = baseline + 16
    _set_key(canvas, curve, baseline=baseline)
    ticks = _ticks(_highest(curve))
    axis_room = max(canvas.width(label, SMALL) for _, label in ticks)
    plot = Plot(
        start=curve.start,
        days=max((curve.end - curve.start).days, 1),
        left=LEFT + axis_room + 14,
        right=RIGHT - 8,
        top=canvas.y + 22,
        bottom=canvas.y + HEIGHT,
        highest=ticks[-1][0],
    )
    _set_axes(canvas, curve, plot, ticks)
    _set_paths(canvas, curve, plot)
    _set_words(canvas, curve, plot)
    canvas.y = plot.bottom + 46


def _set_key(canvas: Canvas, curve: Curve, *, baseline: float) -> None:
    """Set the title and, at the right, which line is which."""
    x = float(RIGHT)
    for word, points, stroke, dash in reversed(_strokes(curve)):
        if points:
            canvas.draw((x - 40, baseline - 9), (x, baseline - 9), stroke=stroke, width=4, dash=dash)
            x = canvas.write(word, x=x - 48, y=baseline, size=SMALL, fill=palette.SOFT, anchor="end").left - 24
    canvas.fill(LEFT, baseline - 25, 6, 28, fill=palette.ACCENT, radius=3)
    title, size = canvas.fit(curve.title, size=30, smallest=TEXT, room=x - LEFT - 18)
    canvas.write(title, x=LEFT + 18, y=baseline, size=size, fill=palette.INK)


def _strokes(curve: Curve) -> tuple[tuple[str, tuple[Point, ...], str, tuple[float, float] | None], ...]:
    return (
        (wording.ACTUAL, curve.actual, palette.ACCENT, None),
        (wording.PACE, curve.pace, palette.SOFT, DASH),
        (wording.FORECAST, curve.forecast, palette.ACCENT, DOTS),
    )


def _highest(curve: Curve) -> float:
    points = (*curve.actual, *curve.pace, *curve.forecast)
    return max((*(value for _, value in points), *(line.at for line in curve.lines)), default=0.0)


def _ticks(highest: float) -> list[tuple[float, str]]:
    """Return round values from 0 to above the highest, with the same number of decimals."""
    if not math.isfinite(highest) or highest <= 0:
        return [(0.0, "0"), (1.0, "1")]
    rough = highest * 1.06 / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough)
    decimals = max(0, -math.floor(math.log10(step)) + (1 if round(step / power, 1) == 2.5 else 0))
    count = math.ceil(highest * 1.06 / step)
    return [(step * n, f"{step * n:.{decimals}f}" if n else "0") for n in range(count + 1)]


def _set_axes(canvas: Canvas, curve: Curve, plot: Plot, ticks: list[tuple[float, str]]) -> None:
    for value, label in ticks:
        y = plot.y(value)
        canvas.fill(plot.left, y - 1, plot.right - plot.left, 1 if value else 2, fill=palette.RULE)
        canvas.write(label, x=plot.left - 14, y=y + 8, size=SMALL, fill=palette.SOFT, anchor="end")
    placed: list[Box] = []
    for day in _days(curve.start, curve.end):
        text = wording.month_and_day(day.month, day.day)
        half = canvas.width(text, SMALL) / 2
        x = min(max(plot.x(day), plot.left - 14 + half), RIGHT - half)
        box = canvas.room(text, x=x, y=plot.bottom + 36, size=SMALL, anchor="middle")
        if any(box.meets(other, gap=28) for other in placed):
            continue
        placed.append(canvas.write(text, x=x, y=plot.bottom + 36, size=SMALL, fill=palette.SOFT, anchor="middle"))
        if curve.start < day < curve.end:
            canvas.fill(plot.x(day) - 1, plot.bottom, 2, 8, fill=palette.STALE)


def _days(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    """Yield the days worth naming, the most important first: both ends, firsts of months, middles of months, others."""
    yield start
    if end <= start:
        return
    yield end
    between = [start + dt.timedelta(days=n) for n in range(1, min((end - start).days, 800))]
    yield from (day for day in between if day.day == 1)
    yield from (day for day in between if day.day == 16)
    if len(between) < 28:
        yield from between


def _set_paths(canvas: Canvas, curve: Curve, plot: Plot) -> None:
    """Draw what there is, the actual line last and on top."""
    for line in curve.lines:
        y = plot.y(line.at)
        ends = ((plot.left, y), (plot.right, y))
        plot.drawn.append(ends)
        canvas.draw(*ends, stroke=palette.STALE, width=2, dash=FINE_DASH)
    actual = plot.path(curve.actual)
    if len(actual) > 1:
        inside = (*actual, (actual[-1][0], plot.bottom), (actual[0][0], plot.bottom))
        canvas.shapes.append(Path(points=inside, fill=palette.ACTUAL_AREA, opacity=0.7))
    for _, points, stroke, dash in reversed(_strokes(curve)):
        path = plot.path(points)
        if len(path) > 1:
            plot.drawn.append(path)
            canvas.draw(*path, stroke=stroke, width=3 if dash else 5, dash=dash)
    if actual:
        set_dot(canvas, actual[-1])


def set_dot(canvas: Canvas, place: tuple[float, float]) -> None:
    """Mark where things stand."""
    canvas.shapes.append(Dot(x=place[0], y=place[1], radius=9, fill=palette.ACCENT, stroke="#ffffff", rim=3))


def _set_words(canvas: Canvas, curve: Curve, plot: Plot) -> None:
    """Write at the lines what they are, each where it meets no other words."""
    places: list[Place]
    for line in curve.lines:
        y = plot.y(line.at)
        places = [(plot.left + 8, y - 8, "start"), (plot.left + 8, y + 28, "start"), (plot.right - 8, y + 28, "end")]
        _place(canvas, plot, line.text, places, fill=palette.SOFT)
    if curve.actual:
        x, y = plot.path(curve.actual)[-1]
        places = [(x + 14, y + 30, "start"), (x - 14, y - 14, "end"), (x + 18, y + 8, "start"), (x - 14, y + 30, "end")]
        _place(canvas, plot, curve.actual_text, places, fill=palette.ACCENT)
    else:
        _place(canvas, plot, wording.NO_DATA, [(plot.right - 40, plot.bottom - 40, "end")], fill=palette.SOFT)
    if curve.forecast:
        path = plot.path(curve.forecast)
        x, y = path[-1]
        below = _height_at(path, x - 6 - canvas.width(curve.forecast_text, TEXT)) + 34
        places = [(x - 6, below, "end"), (x - 6, y + 38, "end"), (x - 6, y - 16, "end"), (x - 60, y - 40, "end")]
        _place(canvas, plot, curve.forecast_text, places, fill=palette.ACCENT)


def _height_at(path: tuple[tuple[float, float], ...], x: float) -> float:
    """Return how high a path lies at a place."""
    for (left, low), (right, high) in pairwise(path):
        if left <= x <= right and left < right:
            return low + (high - low) * (x - left) / (right - left)
    return path[0][1]


def _place(canvas: Canvas, plot: Plot, text: str, places: list[Place], *, fill: str) -> None:
    """Set words where they meet neither words nor lines, or at least no words; each place is tried up and down too."""
    text, _ = canvas.fit(text, size=TEXT, smallest=TEXT, room=plot.right - plot.left - 20)
    if not text:
        return
    tries = [(x, y + step, anchor) for step in STEPS for x, y, anchor in places]
    boxes = [box for box in (_inside(canvas, plot, text, place) for place in tries) if box is not None]
    free = [box for box in boxes if not any(box.meets(other, gap=4) for other in plot.placed)]
    clear = (box for box in free if not any(_crosses(box, path) for path in plot.drawn))
    box = next(clear, free[0] if free else None)
    if box is not None:
        canvas.veil(box)
        y = box.bottom - 0.12 * TEXT
        plot.placed.append(canvas.write(text, x=box.left, y=y, size=TEXT, fill=fill))


def _inside(canvas: Canvas, plot: Plot, text: str, place: Place) -> Box | None:
    """Return the room of words at a place, pushed in from the sides; None above or below the field."""
    x, y, anchor = place
    wide = canvas.width(text, TEXT)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    left = min(max(left, plot.left + 4), plot.right - wide - 4)
    box = canvas.room(text, x=left, y=y, size=TEXT)
    return box if box.top >= plot.top - 24 and box.bottom <= plot.bottom else None


def _crosses(box: Box, path: tuple[tuple[float, float], ...]) -> bool:
    """Tell whether a path runs through a box, looked at every few pixels."""
    x = max(box.left, path[0][0])
    while x <= min(box.right, path[-1][0]):
        if box.top - 3 < _height_at(path, x) < box.bottom + 3:
            return True
        x += 6
    return False
