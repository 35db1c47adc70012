"""Shapes painted as pixels and packed as PNG: letters kept as they were first drawn, edges smoothed, few colours.

A renderer of SVG does the same five times slower, most of it spent on packing four bytes a pixel.
"""

import io
import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path as File

from PIL import Image, ImageDraw, ImageFont

from bot.papers.canvas import WIDTH, Canvas, Dot, Path, Rect, Shape, Text
from bot.papers.typeface import Typeface, TypefaceError

FINE = 4
"""Edges are drawn so many times as large and made small again: that smooths them."""

_SHADES = [round(value / 17) * 17 for value in range(256)]
"""Sixteen shades from paper to ink are as smooth to the eye as 256, and pack in half the room."""
_COLOURS = 256
_BOX = 0xFC
"""Pillow looks colours up by the corner of a box of four shades."""
_PACKING = 4

Place = tuple[float, float]


def paint(canvas: Canvas) -> bytes:
    """Return a finished page as PNG; the same page and font give the same bytes."""
    image = Image.new("RGB", (WIDTH, round(canvas.y)), "#ffffff")
    for shape in canvas.shapes:
        _paint(image, shape, canvas.typeface)
    packed = io.BytesIO()
    _few_colours(image).save(packed, "PNG", compress_level=_PACKING)
    return packed.getvalue()


def _paint(image: Image.Image, shape: Shape, face: Typeface) -> None:
    match shape:
        case Text():
            _paint_text(image, shape, face)
        case Rect():
            _paint_rect(image, shape)
        case Path():
            _paint_path(image, shape)
        case Dot():
            _paint_dot(image, shape)


def _paint_text(image: Image.Image, text: Text, face: Typeface) -> None:
    """Set letter by letter on whole pixels, as they were measured: equal letters then are equal pixels."""
    x = round(text.x)
    for character, advance in zip(text.text, face.advances_of(text.text, text.size), strict=True):
        letter = _letter(face.path, text.size, character)
        if letter is not None:
            mask, left, top = letter
            image.paste(text.fill, (x + left, text.y + top), mask)
        x += advance


@lru_cache(maxsize=8192)
def _letter(font: File, size: int, character: str) -> tuple[Image.Image, int, int] | None:
    """Return a letter's mask and where its corner lies from the pen; None for a space."""
    face = _font(font, size)
    left, top, right, bottom = (round(edge) for edge in face.getbbox(character, anchor="ls"))
    if right <= left or bottom <= top:
        return None
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), character, font=face, fill=255, anchor="ls")
    return mask.point(_SHADES), left, top


@lru_cache(maxsize=64)
def _font(font: File, size: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.BASIC)
    except OSError as fault:
        raise TypefaceError(f"{font}: {fault}") from fault


def _paint_rect(image: Image.Image, rect: Rect) -> None:
    left, top = round(rect.x), round(rect.y)
    right, bottom = max(round(rect.x + rect.width), left + 1), max(round(rect.y + rect.height), top + 1)
    if not rect.radius and rect.opacity == 1:
        image.paste(rect.fill, (left, top, right, bottom))
        return
    image.paste(rect.fill, (left, top), _rounded(right - left, bottom - top, rect.radius, rect.opacity))


@lru_cache(maxsize=1024)
def _rounded(width: int, height: int, radius: float, opacity: float) -> Image.Image:
    mask = Image.new("L", (width * FINE, height * FINE))
    corners = (0, 0, width * FINE - 1, height * FINE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(corners, radius * FINE, fill=round(255 * opacity))
    return mask.reduce(FINE)


def _paint_path(image: Image.Image, path: Path) -> None:
    """Paint a line or an area on a sheet of its own size, four times as fine."""
    margin = math.ceil(path.width) + 1
    left, top = (math.floor(min(part)) - margin for part in zip(*path.points, strict=True))
    right, bottom = (math.ceil(max(part)) + margin for part in zip(*path.points, strict=True))
    mask = Image.new("L", ((right - left) * FINE, (bottom - top) * FINE))
    pen = ImageDraw.Draw(mask)
    places = [((x - left) * FINE, (y - top) * FINE) for x, y in path.points]
    if path.width:
        for stroke in _strokes(places, path.dash):
            pen.line(stroke, fill=255, width=round(path.width * FINE), joint="curve")
    else:
        pen.polygon(places, fill=round(255 * path.opacity))
    image.paste(path.stroke if path.width else path.fill, (left, top), mask.reduce(FINE).point(_SHADES))


def _strokes(places: list[Place], dash: tuple[float, float] | None) -> Iterator[list[Place]]:
    """Cut a line into its dashes: so much drawn, so much left out, on round its corners."""
    if dash is None:
        yield places
        return
    stroke, left, is_drawn = [places[0]], dash[0] * FINE, True
    for (x, y), (to_x, to_y) in pairwise(places):
        length, done = math.dist((x, y), (to_x, to_y)), 0.0
        while length - done > left:
            done += left
            cut = (x + (to_x - x) * done / length, y + (to_y - y) * done / length)
            if is_drawn:
                yield [*stroke, cut]
            is_drawn = not is_drawn
            stroke, left = [cut], dash[0 if is_drawn else 1] * FINE
        left -= length - done
        stroke.append((to_x, to_y))
    if is_drawn:
        yield stroke


def _paint_dot(image: Image.Image, dot: Dot) -> None:
    """Paint the rim's circle, upon it the dot's."""
    _paint_circle(image, dot.x, dot.y, radius=dot.radius + dot.rim / 2, fill=dot.stroke)
    _paint_circle(image, dot.x, dot.y, radius=dot.radius - dot.rim / 2, fill=dot.fill)


def _paint_circle(image: Image.Image, x: float, y: float, *, radius: float, fill: str) -> None:
    reach = math.ceil(radius) + 1
    left, top = math.floor(x) - reach, math.floor(y) - reach
    mask = Image.new("L", ((2 * reach + 1) * FINE, (2 * reach + 1) * FINE))
    ImageDraw.Draw(mask).circle(((x - left) * FINE, (y - top) * FINE), radius * FINE, fill=255)
    image.paste(fill, (left, top), mask.reduce(FINE).point(_SHADES))


def _few_colours(image: Image.Image) -> Image.Image:
    """Return the picture in its most frequent colours, one byte a pixel; the rare ones become their nearest."""
    counted = image.getcolors(image.width * image.height) or []
    kept: dict[tuple[int, ...], tuple[int, ...]] = {}
    for _, colour in sorted(counted, key=lambda found: (-found[0], found[1])):
        assert isinstance(colour, tuple)
        kept.setdefault(tuple(part & _BOX for part in colour), colour)
    corners = Image.new("P", (1, 1))
    corners.putpalette([part for box in list(kept)[:_COLOURS] for part in box])
    indexed = image.quantize(palette=corners, dither=Image.Dither.NONE)
    indexed.putpalette([part for colour in list(kept.values())[:_COLOURS] for part in colour])
    return indexed
