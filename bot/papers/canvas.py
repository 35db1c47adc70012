"""A page that grows downwards: shapes at measured places, and words fitted, wrapped or shortened to their room."""

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.papers.typeface import Typeface
from bot.papers.words import printable

WIDTH = 900
MARGIN = 36
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
INNER = RIGHT - LEFT

TEXT = 26
"""The smallest size of text at 900 pixels: readable on a phone that shows the whole width."""
NOTE = 22
"""The smallest size of notes."""

Anchor = Literal["start", "middle", "end"]

_ASCENT, _DESCENT = 0.88, 0.12
_CLOSING = "，。、；：？！）》〉」』】”’％%…·,.;:?!)]}"
_OPENING = "（《〈「『【“‘([{＋+－−#"
_UNBROKEN = re.compile(
    r"\d+年\d+月\d+日|\d+月\d+日|[0-9A-Za-z.,:/%％+＋\-－−~#@_]+(?:个百分点|个工作日|万亩|[亩宗个家天年月日人项件])?|."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle that words take up."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box", *, gap: float = 0) -> bool:
        """Tell whether two boxes overlap or come nearer than a gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One run of words on one line, `y` its baseline."""

    x: float
    y: int
    text: str
    size: int
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """A filled rectangle, its corners rounded."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    radius: float = 0
    opacity: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A line through points, dashed by so much drawn and left out; without a width the area inside of them."""

    points: tuple[tuple[float, float], ...]
    stroke: str = ""
    width: float = 0
    dash: tuple[float, float] | None = None
    fill: str = ""
    opacity: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A filled circle with a rim."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str
    rim: float


Shape = Text | Rect | Path | Dot


@dataclass(slots=True, kw_only=True)
class Canvas:
    """What is drawn so far, and how far down the page is filled (`y`)."""

    typeface: Typeface
    y: float = 0
    shapes: list[Shape] = field(default_factory=list)

    def clean(self, text: str) -> str:
        """Return the words as this font can show them."""
        return self.typeface.showable(printable(text))

    def width(self, text: str, size: int) -> int:
        """Return how wide cleaned words are set in a size."""
        return self.typeface.width(self.clean(text), size)

    def write(
        self,
        text: str,
        *,
        x: float,
        y: float,
        size: int,
        fill: str,
        anchor: Anchor = "start",
    ) -> Box:
        """Set words on a baseline and return the room they take."""
        text = self.clean(text)
        box = self.room(text, x=x, y=y, size=size, anchor=anchor)
        if text:
            self.shapes.append(Text(x=box.left, y=round(y), text=text, size=size, fill=fill))
        return box

    def room(self, text: str, *, x: float, y: float, size: int, anchor: Anchor = "start") -> Box:
        """Return the room that words would take, without setting them."""
        wide = self.width(text, size)
        left = round(x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor])
        y = round(y)
        return Box(left=left, top=y - _ASCENT * size, right=left + wide, bottom=y + _DESCENT * size)

    def fit(self, text: str, *, size: int, smallest: int, room: float) -> tuple[str, int]:
        """Shrink words to their room, down to the smallest size, then end them in …; return words and size."""
        text = self.clean(text)
        for fitting in range(size, smallest - 1, -1):
            if self.typeface.width(text, fitting) <= room:
                return text, fitting
        return self._cut(text, size=smallest, room=room), smallest

    def wrap(self, text: str, *, size: int, room: float, lines: int = 100) -> list[str]:
        """Break words into lines, figures with their units, punctuation off a line's head, no orphan last."""
        text = self.clean(text)
        tokens = self._tokens(text, size=size, room=room)
        done = self._lines(tokens, size=size, room=room)
        if len(done) > lines:
            return [*done[: lines - 1], self._cut(f"{done[lines - 1]}……", size=size, room=room)]
        for percent in (95, 90, 85, 80, 75):
            if len(done) < 2 or self.typeface.width(done[-1], size) * 4 >= room:
                break
            narrower = self._lines(tokens, size=size, room=room * percent / 100)
            if len(narrower) > len(done):
                break
            done = narrower
        return done

    def _lines(self, tokens: list[str], *, size: int, room: float) -> list[str]:
        done: list[str] = []
        line = ""
        for token in tokens:
            if line and self.typeface.width(line + token, size) > room:
                done.append(line.rstrip())
                line = token.lstrip()
            else:
                line += token
        return [*done, line] if line else done

    def _tokens(self, text: str, *, size: int, room: float) -> list[str]:
        """Split into what must not be broken; a token wider than the room is broken anyway."""
        tokens: list[str] = []
        for piece in _UNBROKEN.findall(text):
            if tokens and (piece in _CLOSING or tokens[-1] in _OPENING):
                tokens[-1] += piece
            else:
                tokens.append(piece)
        return [part for token in tokens for part in self._broken(token, size=size, room=room)]

    def _broken(self, token: str, *, size: int, room: float) -> list[str]:
        parts = [""]
        for character in token:
            if parts[-1] and self.typeface.width(parts[-1] + character, size) > room:
                parts.append("")
            parts[-1] += character
        return parts

    def _cut(self, text: str, *, size: int, room: float) -> str:
        text = text.rstrip("…")
        while text and self.typeface.width(f"{text}…", size) > room:
            text = text[:-1]
        return f"{text}…"

    def fill(self, x: float, y: float, width: float, height: float, *, fill: str, radius: float = 0) -> None:
        """Fill a rectangle."""
        if width > 0 and height > 0:
            self.shapes.append(Rect(x=x, y=y, width=width, height=height, fill=fill, radius=radius))

    def veil(self, box: Box) -> None:
        """Pale what lies behind words that stand on a drawing."""
        self.shapes.append(
            Rect(
                x=box.left - 4,
                y=box.top - 2,
                width=box.right - box.left + 8,
                height=box.bottom - box.top + 6,
                fill="#ffffff",
                radius=4,
                opacity=0.86,
            ),
        )

    def draw(
        self, *points: tuple[float, float], stroke: str, width: float = 2, dash: tuple[float, float] | None = None
    ) -> None:
        """Draw a line through points."""
        self.shapes.append(Path(points=points, stroke=stroke, width=width, dash=dash))
