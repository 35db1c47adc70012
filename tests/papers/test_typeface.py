import struct
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.papers.canvas import Canvas, Text
from bot.papers.paint import paint
from bot.papers.typeface import Typeface, TypefaceError, shipped_font, typeface

FACE = typeface()


def ink(text: str, size: int, face: Typeface) -> tuple[int, int]:
    """Paint words at 20 pixels from the left and return the first and last column with ink in it."""
    page = Canvas(typeface=face, y=80, shapes=[Text(x=20, y=50, text=text, size=size, fill="#000000")])
    paper = Image.open(BytesIO(paint(page))).convert("L").point(lambda value: 255 if value < 195 else 0)
    box = paper.getbbox()
    assert box is not None
    return box[0], box[2] - 1


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
