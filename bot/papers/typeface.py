"""A font file read as far as paper needs it: which characters it has, how wide they are, what it is called."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

MAX_FONT_BYTES = 64 * 1024 * 1024
_UNICODE_SUBTABLES = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
_ENGLISH = 0x409


class TypefaceError(Exception):
    """A font file that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """Widths and coverage of a font's first face; widths are in parts of the font size."""

    path: Path
    family: str
    glyphs: dict[int, int] = field(repr=False)
    advances: tuple[float, ...] = field(repr=False)
    _known: dict[int, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a TrueType or OpenType file or collection; raise TypefaceError when it is none."""
        try:
            if path.stat().st_size > MAX_FONT_BYTES:
                raise TypefaceError(f"{path}: larger than {MAX_FONT_BYTES} bytes")
            data = path.read_bytes()
            tables = _tables(data)
            return cls(
                path=path, family=_family(tables["name"]), glyphs=_cmap(tables["cmap"]), advances=_advances(tables)
            )
        except OSError as fault:
            raise TypefaceError(f"{path}: {fault.strerror}") from fault
        except (struct.error, KeyError, IndexError, ValueError, ZeroDivisionError) as fault:
            raise TypefaceError(f"{path}: not a TrueType or OpenType font ({fault})") from fault

    def has(self, character: str) -> bool:
        """Tell whether the font can show a character."""
        return self.glyphs.get(ord(character), 0) != 0

    def advances_of(self, text: str, size: int) -> list[int]:
        """Return for each character how far it moves the pen, in whole pixels and without kerning."""
        known = self._known.setdefault(size, {})
        try:
            return [known[c] for c in text]
        except KeyError:
            last = len(self.advances) - 1
            for c in text:
                known[c] = round(size * self.advances[min(self.glyphs.get(ord(c), 0), last)])
            return [known[c] for c in text]

    def width(self, text: str, size: int) -> int:
        """Return how wide a text is in a size."""
        return sum(self.advances_of(text, size))

    def showable(self, text: str) -> str:
        """Return the text with 〓 for what the font lacks: the printer's mark, never an empty box."""
        if all(self.has(c) for c in text):
            return text
        stand_in = "〓" if self.has("〓") else "?"
        return "".join(c if self.has(c) else stand_in for c in text)


@cache
def typeface(path: Path | None = None) -> Typeface:
    """Return the font of that file, or the one that is shipped; read once per process."""
    return Typeface.load(path or shipped_font())


def shipped_font() -> Path:
    """Return the font file that is installed along with duban."""
    # Imported here because only a process that draws needs it, and a given font file makes the package optional.
    import pylopdf_fonts_zh_cn  # noqa: PLC0415

    return pylopdf_fonts_zh_cn.sans_path()


# https://learn.microsoft.com/en-us/typography/opentype/spec/otff
def _tables(data: bytes) -> dict[str, bytes]:
    start = 0
    if data[:4] == b"ttcf":
        (start,) = struct.unpack_from(">I", data, 12)
    version, count = struct.unpack_from(">4sH", data, start)
    if version not in {b"\0\1\0\0", b"OTTO", b"true"}:
        raise ValueError("unknown signature")
    found = {}
    for number in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        found[tag.decode("latin-1")] = data[offset : offset + length]
    return found


def _family(table: bytes) -> str:
    """Return the typographic family (name 16) or the family (name 1), in English where there is one."""
    _, count, strings = struct.unpack_from(">HHH", table)
    names: dict[tuple[int, bool], str] = {}
    for number in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
        if platform == 3 and name in {1, 16}:
            text = table[strings + offset : strings + offset + length].decode("utf-16-be")
            names.setdefault((name, language == _ENGLISH), text)
    for key in ((16, True), (1, True), (16, False), (1, False)):
        if key in names:
            return names[key]
    raise ValueError("no family name")


def _advances(tables: dict[str, bytes]) -> tuple[float, ...]:
    (units,) = struct.unpack_from(">H", tables["head"], 18)
    (count,) = struct.unpack_from(">H", tables["hhea"], 34)
    pairs = struct.unpack_from(f">{2 * count}H", tables["hmtx"])
    return tuple(advance / units for advance in pairs[::2])


def _cmap(table: bytes) -> dict[int, int]:
    (count,) = struct.unpack_from(">H", table, 2)
    offsets = {}
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * number)
        offsets[platform, encoding] = offset
    for key in _UNICODE_SUBTABLES:
        if key in offsets:
            found = _subtable(table, offsets[key])
            if found:
                return found
    raise ValueError("no Unicode character map")


def _subtable(table: bytes, start: int) -> dict[int, int]:
    (form,) = struct.unpack_from(">H", table, start)
    if form == 12:
        return dict(_groups(table, start))
    if form == 4:
        return dict(_segments(table, start))
    return {}


def _groups(table: bytes, start: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", table, start + 12)
    for number in range(count):
        first, last, glyph = struct.unpack_from(">III", table, start + 16 + 12 * number)
        if last > 0x10FFFF:
            raise ValueError("a character beyond Unicode")
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _segments(table: bytes, start: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", table, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, start + 14)
    starts = struct.unpack_from(f">{count}H", table, start + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", table, start + 16 + 4 * count)
    offsets_at = start + 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", table, offsets_at)
    for number in range(count):
        for code in range(starts[number], min(ends[number], 0xFFFE) + 1):
            if offsets[number] == 0:
                yield code, (code + deltas[number]) & 0xFFFF
                continue
            place = offsets_at + 2 * number + offsets[number] + 2 * (code - starts[number])
            (glyph,) = struct.unpack_from(">H", table, place)
            yield code, (glyph + deltas[number]) & 0xFFFF if glyph else 0
