"""The worker's side of a picture: sections set on a canvas, the canvas written as SVG, the SVG drawn as PNG."""

from pathlib import Path

import jinja2

from bot.papers.canvas import WIDTH, Canvas
from bot.papers.curve import set_curve
from bot.papers.sections import set_head, set_lines, set_meters, set_notes, set_stats
from bot.papers.table import set_units
from bot.papers.typeface import Typeface
from bot.papers.views import Curve, Lines, Meters, Notes, Section, Stats, UnitTable, View, as_picture

TEMPLATES = Path(__file__).parent / "templates"
MAX_SECTIONS = 30


def _pixels(value: float) -> str:
    return f"{round(value, 2):g}"


_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["px"] = _pixels


def compose(view: View, face: Typeface) -> str:
    """Return a view as SVG: the same view and font give the same text."""
    picture = as_picture(view)
    canvas = Canvas(typeface=face)
    set_head(canvas, picture)
    for section in picture.sections[:MAX_SECTIONS]:
        _set(canvas, section)
    template = _templates.get_template("picture.svg.j2")
    height = round(canvas.y) + 36
    return template.render(width=WIDTH, height=height, family=face.family.replace("'", ""), shapes=canvas.shapes)


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


def rasterise(svg: str, face: Typeface) -> bytes:
    """Draw SVG with one font and nothing else of the machine's."""
    # Imported here because only the worker draws: the process that serves never loads it.
    import resvg_py  # noqa: PLC0415

    return resvg_py.svg_to_bytes(
        svg_string=svg,
        skip_system_fonts=True,
        font_files=[str(face.path)],
        font_family=face.family,
        sans_serif_family=face.family,
        serif_family=face.family,
    )
