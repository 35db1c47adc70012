"""How the table of units is set: a mark, a name, two bars against the pace, figures, the day's change."""

from dataclasses import dataclass
from itertools import groupby

from bot.papers import palette, wording
from bot.papers.canvas import INNER, LEFT, NOTE, RIGHT, TEXT, Canvas, Path
from bot.papers.sections import GAP, PILL, SMALL, set_pill
from bot.papers.views import MAX_UNITS, Bar, UnitRow, UnitTable

COMPACT_FROM = 31
"""From so many units on a row is one line: divisions and the figures behind the percentages stay in the sheet."""

NAME_AT = LEFT + PILL + 14
NAME_ROOM = 184
GUTTER = 12
ROW, COMPACT_ROW = 74, 54


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the columns lie: bars begin at `bar`, percentages end at `percent`, figures begin at `figure`."""

    bar: float
    bar_room: float
    percent: float
    figure: float
    figure_room: float
    change_room: float
    compact: bool

    def at(self, percent: float) -> float:
        """Return where a percentage lies on the bars; beyond 100 it lies at their end."""
        return self.bar + self.bar_room * min(max(percent, 0.0), 100.0) / 100


def set_units(canvas: Canvas, table: UnitTable) -> None:
    """Set the table, the pace as one line through all of its bars."""
    rows = table.rows[:MAX_UNITS]
    columns = _columns(canvas, rows)
    _set_header(canvas, table, columns)
    for has_bars, group in groupby(rows, key=lambda row: bool(row.area or row.count)):
        top = canvas.y
        for row in group:
            _set_row(canvas, row, columns)
        if has_bars and table.pace_percent is not None:
            canvas.fill(round(columns.at(table.pace_percent)) - 1, top, 2, canvas.y - top, fill=palette.PACE)
    if table.pace_percent is not None and len(rows) > 20:
        canvas.y += 30
        _set_pace(canvas, table, columns)


def _columns(canvas: Canvas, rows: tuple[UnitRow, ...]) -> Columns:
    """Give figures the room they need within bounds, and the bars what is left."""
    compact = len(rows) >= COMPACT_FROM
    bars = [bar for row in rows for bar in (row.area, row.count) if bar]
    percent_room = _widest(canvas, [bar.percent_text for bar in bars], 26 if compact else 28, least=84, most=112)
    if compact:
        figure_room = _widest(canvas, [row.count.percent_text for row in rows if row.count], SMALL, least=0, most=100)
        days = [f"{row.change} {row.change_note}" for row in rows] + [row.as_of for row in rows]
        change_room = _widest(canvas, days, SMALL, least=104, most=200)
    else:
        figure_room = _widest(canvas, [bar.text for bar in bars], SMALL, least=0, most=176)
        days = [words for row in rows for words in (row.change, row.change_note)]
        change_room = _widest(canvas, days, TEXT, least=104, most=148)
    figure = RIGHT - change_room - GUTTER - figure_room
    percent = figure - (GUTTER if figure_room else 0)
    bar = NAME_AT + NAME_ROOM + GUTTER
    return Columns(
        bar=bar,
        bar_room=percent - percent_room - GUTTER - bar,
        percent=percent,
        figure=figure,
        figure_room=figure_room,
        change_room=change_room,
        compact=compact,
    )


def _widest(canvas: Canvas, texts: list[str], size: int, *, least: float, most: float) -> float:
    return min(max((least, *(canvas.width(text, size) for text in texts))), most)


def _set_header(canvas: Canvas, table: UnitTable, columns: Columns) -> None:
    canvas.y += GAP
    canvas.fill(LEFT, canvas.y, INNER, 2, fill=palette.RULE)
    canvas.y += 40
    head = (table.short_head if columns.compact else "") or table.head
    head, size = canvas.fit(head, size=TEXT, smallest=NOTE, room=columns.bar - LEFT - GUTTER)
    canvas.write(head, x=LEFT, y=canvas.y, size=size, fill=palette.SOFT)
    x = columns.bar
    for word, height in ((wording.AREA, 20), (wording.COUNT, 12)):
        box = canvas.write(word, x=x, y=canvas.y, size=TEXT, fill=palette.SOFT)
        canvas.fill(box.right + 8, canvas.y - 9 - height / 2, 34, height, fill=palette.STALE, radius=height / 4)
        x = box.right + 64
    head, size = canvas.fit(table.change_head, size=TEXT, smallest=NOTE, room=columns.change_room)
    canvas.write(head, x=RIGHT, y=canvas.y, size=size, fill=palette.SOFT, anchor="end")
    canvas.y += 14
    if table.pace_percent is not None and table.pace_text:
        canvas.y += 24
        _set_pace(canvas, table, columns)
        canvas.y += 8


def _set_pace(canvas: Canvas, table: UnitTable, columns: Columns) -> None:
    """Write the pace at its line, inside the margins."""
    text, _ = canvas.fit(table.pace_text, size=SMALL, smallest=SMALL, room=INNER)
    half = canvas.width(text, SMALL) / 2
    x = min(max(columns.at(table.pace_percent or 0), LEFT + half), RIGHT - half)
    canvas.write(text, x=x, y=canvas.y, size=SMALL, fill=palette.INK, anchor="middle")


def _set_row(canvas: Canvas, row: UnitRow, columns: Columns) -> None:
    """Set one unit; the row is as high as its names or its figures need."""
    top = canvas.y
    names = _name_lines(canvas, row, compact=columns.compact)
    height = max(sum(step for _, _, step, _ in names) + 12, COMPACT_ROW if columns.compact else ROW)
    middle = top + height // 2
    set_pill(canvas, row.level, x=LEFT, middle=middle)
    _set_names(canvas, names, middle=middle)
    if not row.area and not row.count:
        canvas.write(wording.NO_TASK, x=columns.bar, y=middle + 9, size=TEXT, fill=palette.SOFT)
    elif columns.compact:
        _set_bars(canvas, row, columns, middle=middle, apart=9)
        _set_compact_figures(canvas, row, columns, middle=middle)
    else:
        _set_bars(canvas, row, columns, middle=middle, apart=16)
        _set_figures(canvas, row, columns, middle=middle)
    _set_change(canvas, row, columns, middle=middle)
    canvas.y = top + height
    canvas.fill(LEFT, canvas.y - 1, INNER, 1, fill=palette.RULE)


NameLine = tuple[str, int, int, str]
"""Words, size, line height, colour."""


def _name_lines(canvas: Canvas, row: UnitRow, *, compact: bool) -> list[NameLine]:
    """Put the name on one line or two, below it the division and, where shown, the leader."""
    name, size = canvas.fit(row.name, size=28, smallest=TEXT, room=NAME_ROOM)
    names = [name]
    if name != canvas.clean(row.name):
        names = canvas.wrap(row.name, size=TEXT, room=NAME_ROOM, lines=3)
        size = TEXT
    lines: list[NameLine] = [(words, size, size + 5, palette.INK) for words in names]
    if compact:
        return lines
    both = f"{row.division} {row.leader}" if row.division and row.leader else row.division or row.leader
    _, both_size = canvas.fit(both, size=SMALL, smallest=NOTE, room=NAME_ROOM)
    below = [both] if canvas.width(both, both_size) <= NAME_ROOM else [row.division, row.leader]
    for words in filter(None, below):
        fitted, size = canvas.fit(words, size=SMALL, smallest=NOTE, room=NAME_ROOM)
        lines.append((fitted, size, SMALL + 5, palette.SOFT))
    return lines


def _set_names(canvas: Canvas, lines: list[NameLine], *, middle: float) -> None:
    y = middle - sum(step for _, _, step, _ in lines) / 2
    for words, size, step, fill in lines:
        canvas.write(words, x=NAME_AT, y=y + step / 2 + size * 0.36, size=size, fill=fill)
        y += step


def _set_bars(canvas: Canvas, row: UnitRow, columns: Columns, *, middle: float, apart: float) -> None:
    """Draw the area's bar above the count's; one of them alone lies in the middle."""
    strong, pale = palette.STALE_PAIR if row.as_of else (palette.LEVELS[row.level], palette.PALE_LEVELS[row.level])
    apart = apart if row.area and row.count else 0
    if row.area:
        _set_bar(canvas, row.area, columns, middle=middle - apart, height=18, fill=strong)
    if row.count:
        _set_bar(
            canvas, row.count, columns, middle=middle + apart + (2 if columns.compact else 0), height=10, fill=pale
        )


def _set_bar(canvas: Canvas, bar: Bar, columns: Columns, *, middle: float, height: float, fill: str) -> None:
    """Draw a bar on its track; above 100 it ends in an arrow."""
    top, radius = middle - height / 2, height / 4
    canvas.fill(columns.bar, top, columns.bar_room, height, fill=palette.TRACK, radius=radius)
    done = columns.at(bar.percent) - columns.bar
    if done > 0:
        canvas.fill(columns.bar, top, max(done, 3), height, fill=fill, radius=min(radius, done / 2))
    if bar.percent > 100:
        tip = columns.bar + columns.bar_room
        points = ((tip - 12, top), (tip - 2, middle), (tip - 12, top + height))
        canvas.shapes.append(Path(points=points, stroke="#ffffff", width=3))


def _set_figures(canvas: Canvas, row: UnitRow, columns: Columns, *, middle: float) -> None:
    """Set percentages and what they are made of, beside their bars."""
    apart = 16 if row.area and row.count else 0
    if row.area:
        _set_figure(canvas, row.area, columns, y=middle - apart + 9, size=28, fill=_ink(row))
    if row.count:
        _set_figure(canvas, row.count, columns, y=middle + apart + 9, size=TEXT, fill=palette.SOFT)


def _ink(row: UnitRow) -> str:
    return palette.SOFT if row.as_of else palette.LEVEL_INKS[row.level]


def _set_figure(canvas: Canvas, bar: Bar, columns: Columns, *, y: float, size: int, fill: str) -> None:
    room = columns.percent - columns.bar - columns.bar_room - GUTTER
    percent, size = canvas.fit(bar.percent_text, size=size, smallest=NOTE, room=room)
    canvas.write(percent, x=columns.percent, y=y, size=size, fill=fill, anchor="end")
    if columns.figure_room:
        text, size = canvas.fit(bar.text, size=SMALL, smallest=NOTE, room=columns.figure_room)
        canvas.write(text, x=columns.figure, y=y, size=size, fill=palette.SOFT)


def _set_compact_figures(canvas: Canvas, row: UnitRow, columns: Columns, *, middle: float) -> None:
    """Set the area's percentage and behind it the count's, on one line."""
    if row.area:
        room = columns.percent - columns.bar - columns.bar_room - GUTTER
        text, size = canvas.fit(row.area.percent_text, size=TEXT, smallest=NOTE, room=room)
        canvas.write(text, x=columns.percent, y=middle + 9, size=size, fill=_ink(row), anchor="end")
    if row.count and columns.figure_room:
        text, size = canvas.fit(row.count.percent_text, size=SMALL, smallest=NOTE, room=columns.figure_room)
        end = columns.figure + columns.figure_room
        canvas.write(text, x=end, y=middle + 9, size=size, fill=palette.SOFT, anchor="end")


def _set_change(canvas: Canvas, row: UnitRow, columns: Columns, *, middle: float) -> None:
    """Set what the day brought, or as of when there are data."""
    if row.as_of:
        lines = canvas.wrap(row.as_of, size=SMALL, room=columns.change_room, lines=1 if columns.compact else 2)
        top = middle - 15 * len(lines)
        for number, words in enumerate(lines):
            y = top + 30 * number + 24
            canvas.write(words, x=RIGHT, y=y, size=SMALL, fill=palette.SOFT, anchor="end")
        return
    if columns.compact:
        words, size = canvas.fit(f"{row.change} {row.change_note}", size=SMALL, smallest=NOTE, room=columns.change_room)
        canvas.write(words, x=RIGHT, y=middle + 9, size=size, fill=palette.INK, anchor="end")
        return
    change, size = canvas.fit(row.change, size=TEXT, smallest=NOTE, room=columns.change_room)
    above = 6 if row.change_note else -9
    canvas.write(change, x=RIGHT, y=middle - above, size=size, fill=palette.INK, anchor="end")
    note, size = canvas.fit(row.change_note, size=SMALL, smallest=NOTE, room=columns.change_room)
    canvas.write(note, x=RIGHT, y=middle + 25, size=size, fill=palette.SOFT, anchor="end")
