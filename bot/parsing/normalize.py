"""A message's text made plain: one width, no invisible marks, slips as meant, and the way back to what was received."""

import re
import unicodedata
from collections.abc import Callable

from msgspec import Struct

from bot.parsing.glyphs import PLAIN_GLYPHS
from storage.records import Span

Mend = Callable[[str, list[int] | None], tuple[str, list[int] | None]]
"""Mends the slips of a plain text, and tells where each character stood before."""

MAX_BYTES = 20 * 1024
"""Longer texts are cut: nobody reports in a message of 20 KB."""

_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff"
)
_BREAKS = frozenset("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_KEPT = frozenset("，…‥。、")
"""Marks that must not become ASCII: 12，345 are two figures, 12,345 is one."""
_FEW_SPACES = 5
_GROWN = frozenset("↑⬆⇧")
"""45宗↑3 is 45宗+3."""
_ASCII_LOWER = {chr(upper): chr(upper + 32) for upper in range(ord("A"), ord("Z") + 1)}


def _is_enumerator(char: str) -> bool:
    """Whether the character is a number in a circle or brackets (①, ⑴, ㈠), which counts nothing."""
    return "\u2460" <= char <= "\u24ff" or "\u3220" <= char <= "\u3243" or "\u3280" <= char <= "\u32b0"


def _plain_char(char: str) -> str:
    """Return what one character reads as: nothing, itself, or its plain form."""
    if char in _INVISIBLE or "\U000e0000" <= char <= "\U000e0fff":
        return ""
    if char in _BREAKS:
        return "\n"
    if char in _KEPT or _is_enumerator(char):
        return char
    plain = "+" if char in _GROWN else unicodedata.normalize("NFKC", char)
    if len(plain) > 4 or (plain[:1] == " " and len(plain) > 1):
        return char
    if plain == "\t" or unicodedata.category(plain[0]) == "Zs":
        return " "
    plain = PLAIN_GLYPHS.get(plain, plain)
    return "".join(_ASCII_LOWER.get(c, c) for c in plain)


class _Fold(dict[int, str]):
    """The table for str.translate, filled as characters are met."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        plain = _plain_char(chr(code))
        if len(plain) != 1:
            self.uneven.add(chr(code))
        self[code] = plain
        return plain


_FOLD = _Fold()
_ODD = re.compile(f"[^\\n -@\\[-~\u4e00-\u9fff{''.join(sorted(_KEPT))}]")
_ODD_GLYPH = re.compile(f"[{''.join(PLAIN_GLYPHS)}]")
"""A text without any of these is plain as it is."""


class Plain(Struct, frozen=True):
    """A text as it is read; `offsets[i]` is where its character i stood, or None when nothing moved."""

    text: str
    length: int
    offsets: tuple[int, ...] | None = None
    cut: bool = False

    def span(self, start: int, end: int) -> Span:
        """Return where a stretch of the plain text stood in the text as it was received."""
        if self.offsets is None or start >= end:
            return (start, end)
        return (self.offsets[start], self.offsets[end - 1] + 1)


def _cut(text: str) -> str:
    """Return the text, or as much of it as fits into the bound."""
    if len(text) * 4 <= MAX_BYTES:
        return text
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= MAX_BYTES else text[: len(raw[:MAX_BYTES].decode("utf-8", "ignore"))]


def _fold(text: str) -> tuple[str, list[int] | None]:
    """Fold each character, and tell where each came from when characters were added or left out."""
    if _ODD.search(text) is None and _ODD_GLYPH.search(text) is None:
        return text, None
    folded = text.translate(_FOLD)
    if _FOLD.uneven.isdisjoint(text):
        return folded, None
    return folded, [i for i, char in enumerate(text) for _ in _FOLD[ord(char)]]


_SPACED_OUT = re.compile(r"(?:[\u4e00-\u9fff] ){4}")
_ADDRESSED = re.compile(r"(?:\s*@\S{1,20}\s)+")
_LETTER_SPACE = re.compile(r"(?<=[\u4e00-\u9fff\d,，。:;]) (?=[\u4e00-\u9fff\d,，。:;])")


def _close_up(text: str, offsets: list[int] | None) -> tuple[str, list[int] | None]:
    """Take the spaces out of a text that is spaced out letter by letter: 今 日 批 复 2 宗."""
    if text.count(" ") < _FEW_SPACES or _SPACED_OUT.search(text) is None:
        return text, offsets
    origin = offsets or list(range(len(text)))
    addressed = _ADDRESSED.match(text)
    gone = {space.start() for space in _LETTER_SPACE.finditer(text, 0 if addressed is None else addressed.end())}
    kept = [at for at in range(len(text)) if at not in gone]
    return "".join(text[at] for at in kept), [origin[at] for at in kept]


_WIDE_THOUSANDS = re.compile(r"[０-９]，(?=[０-９]{3}(?![０-９]))")
"""１，０２３．５ is one number, though 12，345 are two."""


def normalize(text: str, mend: Mend | None = None) -> Plain:
    """Make a text plain; doing so twice changes nothing."""
    kept = _cut(text)
    if _WIDE_THOUSANDS.search(kept) is not None:
        kept = _WIDE_THOUSANDS.sub(lambda found: found[0].replace("，", ","), kept)
    plain, offsets = _close_up(*_fold(kept))
    if mend is not None:
        plain, offsets = mend(plain, offsets)
    return Plain(plain, len(kept), None if offsets is None else tuple(offsets), cut=len(kept) < len(text))
