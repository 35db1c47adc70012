import datetime as dt
import struct
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.papers import palette
from bot.papers.canvas import MARGIN, NOTE, WIDTH, Box, Canvas, Path, Rect, Text
from bot.papers.curve import FINE_DASH
from bot.papers.paint import paint
from bot.papers.picture import draw
from bot.papers.press import compose
from bot.papers.typeface import typeface
from bot.papers.views import Bar, DailyView, Level, Line, Picture, Stat, UnitRow, View
from tests.papers.samples import ALL, LONG_NAME, bad_day, calm_day, curve, day_one, sixty_units, table

FACE = typeface()


class Words(NamedTuple):
    text: str
    size: int
    box: Box


def words_of(view: View) -> list[Words]:
    """Take every run of words off the finished page, with the room it takes by the font's own widths."""
    return [
        Words(
            text=text.text,
            size=text.size,
            box=Box(
                left=text.x,
                right=text.x + FACE.width(text.text, text.size),
                top=text.y - 0.86 * text.size,
                bottom=text.y + 0.10 * text.size,
            ),
        )
        for text in compose(view, FACE).shapes
        if isinstance(text, Text)
    ]


def collisions(words: list[Words]) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in combinations(words, 2) if a.box.meets(b.box)]


def height_of(view: View) -> int:
    return round(compose(view, FACE).y)


@pytest.fixture(params=ALL, ids=list(ALL))
def view(request: pytest.FixtureRequest) -> View:
    return ALL[request.param]()


def test_a_picture_is_a_png_900_pixels_wide_and_as_high_as_its_contents(view: View) -> None:
    png = draw(view)

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (WIDTH, height_of(view))
    assert len(png) < 2 * 1024 * 1024


def test_the_same_view_gives_the_same_bytes() -> None:
    assert draw(bad_day()) == draw(bad_day())


def test_text_is_large_enough_for_a_phone(view: View) -> None:
    for words in words_of(view):
        assert words.size >= NOTE, words.text


def test_no_words_stand_on_other_words(view: View) -> None:
    assert collisions(words_of(view)) == []


def test_no_words_leave_the_margins(view: View) -> None:
    height = height_of(view)
    for words in words_of(view):
        assert words.box.left >= MARGIN - 20, words.text
        assert words.box.right <= WIDTH - MARGIN + 1, words.text
        assert 0 <= words.box.top < words.box.bottom <= height, words.text


def test_every_character_of_every_picture_has_a_form_of_its_own_in_the_font() -> None:
    """Drawn one by one: neither nothing nor the empty box that stands for a missing character."""
    shown = {c for make in ALL.values() for words in words_of(make()) for c in words.text if not c.isspace()}
    nothing, missing = glyph(""), glyph("\U0010fffd")

    without = [c for c in sorted(shown) if glyph(c) in {nothing, missing}]

    assert without == []


def glyph(character: str) -> bytes:
    page = Canvas(typeface=FACE, y=40, shapes=[Text(x=4, y=30, text=character, size=26, fill="#000000")])
    return paint(page)


def test_figures_are_shown_as_they_were_given() -> None:
    day = bad_day()
    assert day.units is not None

    shown = {words.text for words in words_of(day)}

    for unit in day.units.rows:
        assert unit.name in shown
        for bar in filter(None, (unit.area, unit.count)):
            assert {bar.percent_text, bar.text} <= shown
    assert {"3.48", "万亩", "序时24.6%", "保底35万亩", "冲刺40万亩", "无任务", "红", "黄", "蓝"} <= shown


def test_sixty_units_stand_in_the_order_given() -> None:
    day = sixty_units()
    assert day.units is not None
    names = [unit.name for unit in day.units.rows]

    shown = sorted((words.box.top, words.text) for words in words_of(day) if words.text in names)

    assert [text for _, text in shown] == names


def test_a_column_without_divisions_does_not_promise_any() -> None:
    assert "市州" in {words.text for words in words_of(sixty_units())}
    assert "市州/责任处室" in {words.text for words in words_of(calm_day())}


def test_the_forecasts_words_keep_off_the_lines_they_are_not_about() -> None:
    """Of a day on which the place below the forecast is taken by the words at the point reached."""
    whole = curve(reached=5.2043, forecast=12.4179, today=dt.date(2023, 11, 24))
    page = compose(Picture(title="日报", date_line="", sections=(whole,)), FACE)
    (words,) = (shape for shape in page.shapes if isinstance(shape, Text) and "年底约" in shape.text)
    (task,) = (shape.points[0][1] for shape in page.shapes if isinstance(shape, Path) and shape.dash == FINE_DASH)

    assert not words.y - words.size < task < words.y


def test_a_leaders_name_is_shown_only_where_it_is_given() -> None:
    named = " ".join(words.text for words in words_of(bad_day(leaders=True)))
    unnamed = " ".join(words.text for words in words_of(bad_day()))

    assert "执法监督处 文峰" in named
    assert "文峰" not in unnamed


def test_old_data_are_dated_and_lose_their_colour() -> None:
    row = UnitRow(
        name="随州市", level=Level.NONE, area=Bar(percent=20.5, percent_text="20.5%"), as_of="数据截至11月10日"
    )

    page = compose(DailyView(title="日报", date_line="11月15日", units=table((row,))), FACE)

    words = [shape.text for shape in page.shapes if isinstance(shape, Text)]
    assert {"数据截至", "11月10日"} <= set(words)
    assert palette.STALE in {shape.fill for shape in page.shapes if isinstance(shape, Rect) and shape.height == 18}


def test_a_day_without_data_says_so() -> None:
    assert [words.text for words in words_of(day_one())].count("尚无数据") == 18


def test_what_is_empty_is_left_out() -> None:
    shown = [words.text for words in words_of(DailyView(title="日报", date_line="11月15日"))]

    assert shown == ["日报", "11月15日"]


def test_a_bar_ends_at_the_tracks_end_however_much_is_done() -> None:
    row = UnitRow(
        name="黄冈市", area=Bar(percent=1e9, percent_text="1000000000%"), count=Bar(percent=-5, percent_text="−5%")
    )

    page = compose(DailyView(title="日报", date_line="", units=table((row,))), FACE)

    bars = [shape for shape in page.shapes if isinstance(shape, Rect) and shape.x > 0]
    assert max(bar.x + bar.width for bar in bars) <= WIDTH - MARGIN


HOSTILE = "<script>alert(1)</script>&amp;\"'\x00\x0b\ud800\u202e\u200d\U0001f600{{ 7*7 }}{% raw %}\n]]>"


def test_hostile_words_are_words() -> None:
    day = replace(calm_day(), title=HOSTILE, attention=(Line(text=HOSTILE, level=Level.RED),), notes=(HOSTILE,))

    shown = " ".join(words.text for words in words_of(day))

    assert "<script>alert(1)</script>&amp;" in shown
    assert "{{ 7*7 }}" in shown
    assert draw(day).startswith(b"\x89PNG")


names = st.text(max_size=60)
figures = st.builds(
    Bar,
    percent=st.floats(0, 1000),
    percent_text=st.text("0123456789.,%", max_size=12),
    text=st.text("0123456789./万亩宗", max_size=24),
)
units = st.builds(
    UnitRow,
    name=names,
    division=names,
    leader=names,
    level=st.sampled_from(Level),
    area=st.none() | figures,
    count=st.none() | figures,
    change=names,
    change_note=names,
    as_of=st.just("") | names,
)
stats = st.builds(Stat, label=names, value=names, unit=st.text(max_size=4), note=names)


@settings(max_examples=40, deadline=None)
@given(st.lists(units, min_size=1, max_size=40), st.lists(stats, max_size=8), st.lists(names, max_size=3))
def test_no_words_of_anybody_make_words_collide(
    rows: list[UnitRow],
    heads: list[Stat],
    notes: list[str],
) -> None:
    day = DailyView(title="日报", date_line="", stats=tuple(heads), units=table(tuple(rows)), notes=tuple(notes))

    assert collisions(words_of(day)) == []


@given(st.text(max_size=300), st.integers(60, 828))
def test_wrapping_loses_nothing_but_spaces(text: str, room: int) -> None:
    canvas = Canvas(typeface=FACE)

    lines = canvas.wrap(text, size=26, room=room)

    assert "".join(lines).replace(" ", "") == canvas.clean(text).replace(" ", "")
    assert all(FACE.width(line, 26) <= room for line in lines)


def test_figures_stay_with_their_units_and_punctuation_off_a_lines_head() -> None:
    canvas = Canvas(typeface=FACE)

    for room in range(200, 800, 20):
        lines = canvas.wrap(
            "荆州市：低于序时19.9个百分点（约12天），近7个工作日无新增批复0.04万亩。", size=26, room=room
        )
        assert not any(line[0] in "，。）、：" for line in lines)
        assert all("19.9个百分点" in "".join(lines[n : n + 1]) for n, line in enumerate(lines) if "19.9" in line)


def test_an_empty_picture_is_a_head() -> None:
    assert draw(Picture(title=LONG_NAME * 9, date_line="")).startswith(b"\x89PNG")
