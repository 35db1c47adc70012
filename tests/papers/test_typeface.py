import struct
import zlib
from pathlib import Path

import pytest
from resvg_py import svg_to_bytes

from bot.papers.typeface import Typeface, TypefaceError, shipped_font, typeface

FACE = typeface()


def ink(text: str, size: int, face: Typeface) -> tuple[int, int]:
    """Draw words at 20 pixels from the left and return the first and last column with ink in it."""
    nudges = " ".join(map(str, face.nudges(text, size))) or "0"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="80" font-kerning="none">'
        f'<text x="20" y="50" dx="{nudges}" font-family="{face.family}" font-size="{size}">{text}</text></svg>'
    )
    png = svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(face.path)])
    columns = [column for row in alphas(png) for column, alpha in enumerate(row) if alpha > 60]
    return min(columns), max(columns)


def alphas(png: bytes) -> list[list[int]]:
    """Unpack the alpha of every pixel of an RGBA picture."""
    width, height = struct.unpack(">II", png[16:24])
    packed, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            packed += png[place + 8 : place + 8 + length]
        place += 12 + length
    raw, stride = zlib.decompress(packed), 4 * width
    before, rows = bytearray(stride), []
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for i in range(stride):
            left = line[i - 4] if i >= 4 else 0
            above, corner = before[i], before[i - 4] if i >= 4 else 0
            line[i] = (line[i] + (0, left, above, (left + above) // 2, paeth(left, above, corner))[kind]) & 255
        rows.append(list(line[3::4]))
        before = line
    return rows


def paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


@pytest.mark.parametrize("text", ["神农架林区", "0.19/0.70万亩", "＋1234宗", "WWWWiiii%%%", "序时24.6%（低13.3）"])
def test_words_are_drawn_as_wide_as_they_are_measured(text: str) -> None:
    first, last = ink(text, 26, FACE)

    assert first >= 20
    assert last <= 20 + FACE.width(text, 26)
    assert last >= 20 + FACE.width(text, 26) - 26


def test_the_shipped_font_has_the_characters_of_official_papers() -> None:
    assert all(FACE.has(c) for c in "督办宗亩㎡²％%·—…“”（）【】①②③〇—→±＋－±℃№〓㛃䶮")


def test_what_the_font_lacks_is_shown_by_the_printers_mark() -> None:
    assert FACE.showable("恩施😀州") == "恩施〓州"


def test_digits_are_all_equally_wide_so_that_columns_stand() -> None:
    assert len({FACE.width(digit, 26) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("content", [b"", b"not a font", b"OTTO\xff\xff" + b"\0" * 40, b"ttcf" + b"\xff" * 40])
def test_a_file_that_is_no_font_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "font.otf"
    file.write_bytes(content)

    with pytest.raises(TypefaceError, match=r"font\.otf"):
        Typeface.load(file)


def test_a_font_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypefaceError, match="No such file"):
        Typeface.load(tmp_path / "simsun.ttc")


def test_a_collection_is_read_by_its_first_face(tmp_path: Path) -> None:
    font = shipped_font().read_bytes()
    head = b"ttcf\0\1\0\0" + struct.pack(">II", 1, 16)
    (count,) = struct.unpack(">H", font[4:6])
    moved = bytearray(font)
    for number in range(count):
        at = 12 + 16 * number + 8
        (offset,) = struct.unpack(">I", moved[at : at + 4])
        moved[at : at + 4] = struct.pack(">I", offset + 16)
    file = tmp_path / "font.ttc"
    file.write_bytes(head + bytes(moved))

    face = Typeface.load(file)

    assert (face.family, face.width("督办", 26)) == ("Noto Sans SC", 52)
