"""The worker's side of a picture: its sections set one below the other on a canvas."""

from bot.papers.canvas import Canvas
from bot.papers.curve import set_curve
from bot.papers.sections import set_head, set_lines, set_meters, set_notes, set_stats
from bot.papers.table import set_units
from bot.papers.typeface import Typeface
from bot.papers.views import Curve, Lines, Meters, Notes, Section, Stats, UnitTable, View, as_picture

MAX_SECTIONS = 30
FOOT = 36


def compose(view: View, face: Typeface) -> Canvas:
    """Return a view as a finished page: the same view and font give the same shapes."""
    picture = as_picture(view)
    canvas = Canvas(typeface=face)
    set_head(canvas, picture)
    for section in picture.sections[:MAX_SECTIONS]:
        _set(canvas, section)
    canvas.y += FOOT
    return canvas


def _set(canvas: Canvas, section: Section) -> None:
    match section:
        case Stats():
            set_stats(canvas, section)
        case Meters():
            set_meters(canvas, section)
        case Lines():
            set_lines(canvas, section)
        case UnitTable():
            set_units(canvas, section)
        case Curve():
            set_curve(canvas, section)
        case Notes():
            set_notes(canvas, section)
