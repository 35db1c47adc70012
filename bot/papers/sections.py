"""How a picture's head and its plain sections are set on the canvas; each goes on from `canvas.y` and moves it."""

from bot.papers import palette, wording
from bot.papers.canvas import INNER, LEFT, NOTE, RIGHT, TEXT, WIDTH, Box, Canvas
from bot.papers.views import Level, Line, Lines, Meter, Meters, Notes, Picture, Stat, Stats

GAP = 22
LINE = 38
PILL = 36
FIGURE, SMALLEST_FIGURE = 50, 40
MOST_IN_ROW = 5
GUTTER, NOTE_ROOM = 26, 190
SMALL = NOTE + 2


def set_head(canvas: Canvas, picture: Picture) -> None:
    """Set the title and the date line on their dark ground, a badge in the corner."""
    badge = canvas.clean(picture.badge)
    badge_room = canvas.width(badge, TEXT) + 28 if badge else 0
    titles = canvas.wrap(picture.title, size=40, room=INNER - (badge_room + 20 if badge else 0), lines=2)
    dates = canvas.wrap(picture.date_line, size=TEXT, room=INNER, lines=2)
    bottom = 26 + 54 * len(titles) + 38 * len(dates) + 24
    canvas.fill(0, 0, WIDTH, bottom, fill=palette.HEAD)
    baseline = 26.0
    for line in titles:
        baseline += 54
        # A quotation mark or bracket at the head hangs into the margin: its ink is on the right half of its square.
        hang = 18 if line[:1] in "“《（「" else 0
        canvas.write(line, x=LEFT - hang, y=baseline - 12, size=40, fill="#ffffff")
    for line in dates:
        baseline += 38
        canvas.write(line, x=LEFT, y=baseline - 4, size=TEXT, fill=palette.HEAD_SOFT)
    if badge:
        canvas.fill(RIGHT - badge_room, 34, badge_room, 42, fill=palette.BADGE, radius=6)
        canvas.write(badge, x=RIGHT - badge_room / 2, y=64, size=TEXT, fill="#3a2a00", anchor="middle")
    canvas.y = bottom


def set_title(canvas: Canvas, title: str) -> float:
    """Set a section's title with its rule above; return the baseline."""
    canvas.y += GAP
    canvas.fill(LEFT, canvas.y, INNER, 2, fill=palette.RULE)
    canvas.y += 46
    baseline = canvas.y
    if title:
        canvas.fill(LEFT, baseline - 25, 6, 28, fill=palette.ACCENT, radius=3)
        canvas.write(title, x=LEFT + 18, y=baseline, size=30, fill=palette.INK)
        canvas.y += 12
    else:
        canvas.y -= 38
    return baseline


def set_stats(canvas: Canvas, section: Stats) -> None:
    """Set headline figures side by side, as many to a row as have room at full size."""
    if section.title:
        set_title(canvas, section.title)
    else:
        canvas.y += GAP - 6
    size, room = _one_row(canvas, section.stats)
    if size:
        _set_stats(
            canvas, section.stats, size=size, rooms=[width + room for width in _widths(canvas, section.stats, size)]
        )
        return
    columns = _columns(canvas, section.stats)
    size = _stat_size(canvas, section.stats, columns)
    for start in range(0, len(section.stats), columns):
        _set_stats(canvas, section.stats[start : start + columns], size=size, rooms=[INNER / columns] * columns)


def _set_stats(canvas: Canvas, stats: tuple[Stat, ...], *, size: int, rooms: list[float]) -> None:
    """Set figures side by side, each in its room."""
    x, bottoms = float(LEFT), []
    for stat, room in zip(stats, rooms, strict=False):
        bottoms.append(_set_stat(canvas, stat, x=x, room=room, size=size))
        x += room
    canvas.y = max(bottoms)


def _one_row(canvas: Canvas, stats: tuple[Stat, ...]) -> tuple[int, float]:
    """Return in which size all figures have room in one row, each as wide as it is, and what is left for each.

    The size is 0 where they have none.
    """
    for size in range(FIGURE, SMALLEST_FIGURE - 1, -2) if len(stats) <= MOST_IN_ROW else ():
        left = INNER - sum(_widths(canvas, stats, size))
        if left >= GUTTER * len(stats):
            return size, left / len(stats)
    return 0, 0.0


def _widths(canvas: Canvas, stats: tuple[Stat, ...], size: int) -> list[float]:
    return [
        max(
            canvas.width(stat.value, size) + (canvas.width(stat.unit, TEXT) + 6 if stat.unit else 0),
            canvas.width(stat.label, TEXT),
            min(canvas.width(stat.note, TEXT), NOTE_ROOM),
        )
        for stat in stats
    ]


def _columns(canvas: Canvas, stats: tuple[Stat, ...]) -> int:
    """Return how many figures go to a row: 4 at most, an even spread, fewer while one would get small."""
    most = 3 if len(stats) in {5, 6} else min(len(stats), 4)
    for columns in range(most, 1, -1):
        if _stat_size(canvas, stats, columns) >= SMALLEST_FIGURE:
            return columns
    return min(most, 2)


def _stat_size(canvas: Canvas, stats: tuple[Stat, ...], columns: int) -> int:
    """Return the size in which all of the figures have room."""
    return min(
        canvas.fit(stat.value, size=FIGURE, smallest=TEXT, room=_value_room(canvas, stat, columns))[1] for stat in stats
    )


def _value_room(canvas: Canvas, stat: Stat, columns: int) -> float:
    return INNER / columns - 24 - (canvas.width(stat.unit, TEXT) + 6 if stat.unit else 0)


def _set_stat(canvas: Canvas, stat: Stat, *, x: float, room: float, size: int) -> float:
    """Set one figure; return where it ends below."""
    value_room = room - 24 - (canvas.width(stat.unit, TEXT) + 6 if stat.unit else 0)
    room -= 14
    label, _ = canvas.fit(stat.label, size=TEXT, smallest=TEXT, room=room)
    canvas.write(label, x=x, y=canvas.y + 34, size=TEXT, fill=palette.SOFT)
    value, size = canvas.fit(stat.value, size=size, smallest=TEXT, room=value_room)
    box = canvas.write(value, x=x, y=canvas.y + 86, size=size, fill=palette.TONES[stat.tone])
    canvas.write(stat.unit, x=box.right + 6, y=canvas.y + 86, size=TEXT, fill=palette.TONES[stat.tone])
    bottom = canvas.y + 96
    for line in canvas.wrap(stat.note, size=TEXT, room=room, lines=2):
        bottom += 34
        canvas.write(line, x=x, y=bottom - 6, size=TEXT, fill=palette.SOFT)
    return bottom


def set_meters(canvas: Canvas, section: Meters) -> None:
    """Set wide bars, each with its words above and its marks below."""
    canvas.y += GAP - 8
    for meter in section.meters:
        _set_meter(canvas, meter)


def _set_meter(canvas: Canvas, meter: Meter) -> None:
    value = canvas.clean(meter.value)
    value_room = min(canvas.width(value, TEXT), INNER * 0.62)
    label, size = canvas.fit(meter.label, size=TEXT, smallest=TEXT, room=INNER - value_room - 20)
    canvas.write(label, x=LEFT, y=canvas.y + 32, size=size, fill=palette.INK)
    value, size = canvas.fit(value, size=TEXT, smallest=TEXT, room=INNER - canvas.width(label, TEXT) - 20)
    canvas.write(value, x=RIGHT, y=canvas.y + 32, size=size, fill=palette.INK, anchor="end")
    top = canvas.y + 48
    canvas.fill(LEFT, top, INNER, 24, fill=palette.TRACK, radius=6)
    done = _share(meter.percent) * INNER
    canvas.fill(LEFT, top, done, 24, fill=palette.ACCENT, radius=min(6, done / 2))
    placed: list[Box] = []
    for mark in sorted(meter.marks, key=lambda mark: -mark.at):
        x = LEFT + _share(mark.at) * INNER
        canvas.draw((x, top - 5), (x, top + 31), stroke=palette.PACE, width=3)
        placed.append(_set_mark(canvas, mark.text, x=x, y=top + 58, placed=placed))
    canvas.y = max((box.bottom for box in placed), default=top + 24) + 8


def _set_mark(canvas: Canvas, text: str, *, x: float, y: float, placed: list[Box]) -> Box:
    """Set a mark's words under it, or beside or below the words that stand there already."""
    text, _ = canvas.fit(text, size=SMALL, smallest=SMALL, room=INNER)
    wide = canvas.width(text, SMALL)
    while True:
        beside = [side for other in placed for side in (other.left - 16 - wide / 2, other.right + 16 + wide / 2)]
        for middle in (min(max(x, LEFT + wide / 2), RIGHT - wide / 2), *beside):
            box = canvas.room(text, x=middle, y=y, size=SMALL, anchor="middle")
            near = box.left <= x + 60 and box.right >= x - 60 and box.left >= LEFT - 1 and box.right <= RIGHT + 1
            if near and not any(box.meets(other, gap=6) for other in placed):
                return canvas.write(text, x=middle, y=y, size=SMALL, fill=palette.SOFT, anchor="middle")
        y += 32


def _share(percent: float) -> float:
    return min(max(percent, 0.0), 100.0) / 100


def set_lines(canvas: Canvas, section: Lines) -> None:
    """Set lines of words under a title, levels marked before them."""
    if section.title:
        set_title(canvas, section.title)
    else:
        canvas.y += 12
    marked = any(line.level is not Level.NONE for line in section.lines)
    for line in section.lines:
        _set_line(canvas, line, indent=PILL + 14 if marked else 0)


def _set_line(canvas: Canvas, line: Line, *, indent: float) -> None:
    set_pill(canvas, line.level, x=LEFT, middle=canvas.y + 20)
    for words in canvas.wrap(line.text, size=TEXT, room=INNER - indent, lines=6):
        canvas.y += LINE
        canvas.write(words, x=LEFT + indent, y=canvas.y - 10, size=TEXT, fill=palette.INK)
    canvas.y += 4


def set_pill(canvas: Canvas, level: Level, *, x: float, middle: float) -> None:
    """Set a level's mark, in words and colour; nothing where there is no level."""
    if level is Level.NONE:
        return
    canvas.fill(x, middle - PILL / 2, PILL, PILL, fill=palette.LEVELS[level], radius=8)
    canvas.write(
        wording.LEVEL_MARKS[level],
        x=x + PILL / 2,
        y=middle + 10,
        size=TEXT,
        fill=palette.ON_LEVELS[level],
        anchor="middle",
    )


def set_notes(canvas: Canvas, section: Notes) -> None:
    """Set what the colours mean and the small print."""
    canvas.y += GAP
    canvas.fill(LEFT, canvas.y, INNER, 2, fill=palette.RULE)
    canvas.y += 14
    _set_legend(canvas, section.legend)
    for note in section.notes:
        for words in canvas.wrap(note, size=SMALL, room=INNER, lines=6):
            canvas.y += 36
            canvas.write(words, x=LEFT, y=canvas.y - 8, size=SMALL, fill=palette.SOFT)


def _set_legend(canvas: Canvas, legend: tuple[Line, ...]) -> None:
    """Set marks and meanings one after another, on as many lines as they need."""
    x = float(LEFT)
    for number, line in enumerate(legend):
        text, _ = canvas.fit(line.text, size=SMALL, smallest=SMALL, room=INNER - PILL - 8)
        wide = PILL + 8 + canvas.width(text, SMALL)
        if number and x + wide > RIGHT:
            canvas.y += 46
            x = float(LEFT)
        if line.level is Level.NONE:
            canvas.fill(x, canvas.y + 14, PILL, 18, fill=palette.LEVELS[Level.NONE], radius=5)
        set_pill(canvas, line.level, x=x, middle=canvas.y + 22)
        canvas.write(text, x=x + PILL + 8, y=canvas.y + 31, size=SMALL, fill=palette.SOFT)
        x += wide + 28
    if legend:
        canvas.y += 50
