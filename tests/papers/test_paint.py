from io import BytesIO

import pytest
from PIL import Image

from bot.papers import palette
from bot.papers.canvas import Canvas, Dot, Path, Rect, Shape, Text
from bot.papers.paint import paint
from bot.papers.press import compose
from bot.papers.typeface import typeface
from bot.papers.views import Level, View
from tests.papers.samples import bad_day, sixty_units

FACE = typeface()


def painted(*shapes: Shape) -> Image.Image:
    return Image.open(BytesIO(paint(Canvas(typeface=FACE, y=100, shapes=list(shapes))))).convert("RGB")


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


@pytest.mark.parametrize("day", [bad_day(), sixty_units()], ids=["17", "60"])
def test_the_paper_is_white_and_every_large_surface_has_its_very_colour(day: View) -> None:
    """The picture is packed in 256 colours; what is seen as a surface must not be one of those that are rounded."""
    page = compose(day, FACE)

    colours = {c for n, c in Image.open(BytesIO(paint(page))).convert("RGB").getcolors(1 << 24) or () if n > 50}

    surfaces = (palette.HEAD, palette.TRACK, palette.RULE, palette.ACCENT, palette.BADGE)
    levels = [shades[level] for level in Level for shades in (palette.LEVELS, palette.PALE_LEVELS)]
    assert {rgb(colour) for colour in ("#ffffff", *surfaces, *levels)} <= colours


def test_equal_letters_are_equal_pixels_wherever_they_stand() -> None:
    words = [Text(x=x, y=60, text="宗", size=26, fill=palette.INK) for x in (20, 301, 777)]

    image = painted(*words)

    first, *others = (image.crop((word.x - 4, 20, word.x + 30, 80)).tobytes() for word in words)
    assert others == [first, first]


def test_a_dashed_line_goes_on_round_its_corners() -> None:
    corner = Path(points=((100, 20), (115, 20), (115, 60)), stroke="#000000", width=2, dash=(20.0, 10.0))

    image = painted(corner)

    drawn = [image.getpixel(place) == (0, 0, 0) for place in ((110, 20), (115, 30), (115, 45), (115, 58))]
    assert drawn == [True, False, True, False]


def test_a_bars_end_is_where_its_figure_says_and_its_corners_are_round() -> None:
    image = painted(Rect(x=40, y=40, width=200, height=18, fill=palette.ACCENT, radius=5))

    assert image.getpixel((239, 49)) == rgb(palette.ACCENT)
    assert image.getpixel((240, 49)) == rgb("#ffffff")
    assert image.getpixel((40, 40)) == rgb("#ffffff")


def test_a_dot_has_a_rim() -> None:
    image = painted(
        Rect(x=0, y=0, width=900, height=100, fill=palette.HEAD),
        Dot(x=200, y=50, radius=9, fill=palette.ACCENT, stroke="#ffffff", rim=3),
    )

    assert [image.getpixel((x, 50)) for x in (200, 209, 215)] == [
        rgb(palette.ACCENT),
        rgb("#ffffff"),
        rgb(palette.HEAD),
    ]
