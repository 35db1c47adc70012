"""What holds for every text."""

import re
import time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.parsing.normalize import MAX_BYTES, normalize
from storage.records import Progress, Reading
from tests.parsing.reading import messages, read
from tests.parsing.strategies import cumulatives, increments, scraps

WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789."}
QUICK = settings(max_examples=150, deadline=None, derandomize=True)
REPORTS = [m["input"]["text"] for m in messages() if m["expect"]["kind"] == "report"]


def _records(reading: Reading) -> tuple[object, ...]:
    return (reading.kind, reading.correction, reading.progress, reading.projects, reading.visits, reading.nil)


@QUICK
@given(st.text(max_size=300))
@example("\ud800")
@example("(" * 50)
@example("1,234,5，６.７.8")
def test_any_text_is_read_without_an_error(text: str) -> None:
    read(text)


@QUICK
@given(scraps)
def test_words_of_reports_in_any_order_are_read_without_an_error(text: str) -> None:
    reading = read(text)

    spans = [span for item in reading.progress for span in item.spans]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert reading == read(text)


@QUICK
@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text).text

    assert normalize(once).text == once


@QUICK
@given(st.text(max_size=100))
def test_every_place_of_the_plain_text_leads_back_to_the_original(text: str) -> None:
    plain = normalize(text)

    for at in range(len(plain.text)):
        start, end = plain.span(at, at + 1)
        assert 0 <= start < end <= len(text)


@QUICK
@given(increments())
def test_an_increment_that_was_said_is_what_is_read(said: tuple[str, Progress]) -> None:
    text, item = said

    assert read(text).progress == (item,)


@QUICK
@given(cumulatives())
def test_a_cumulative_that_was_said_is_what_is_read(said: tuple[str, Progress]) -> None:
    text, item = said

    assert read(text).progress == (item,)


@QUICK
@given(increments(), st.sampled_from(["明天计划", "力争月底前", "预计", "拟", "下步打算："]))
def test_a_report_put_as_a_plan_yields_nothing(said: tuple[str, Progress], plan: str) -> None:
    assert not read(plan + said[0].replace("昨日", "").replace("本周", "").replace("本月", "")).has_records


@QUICK
@given(increments())
def test_full_width_digits_change_nothing(said: tuple[str, Progress]) -> None:
    assert read(said[0].translate(WIDE)).progress == read(said[0]).progress


@QUICK
@given(increments())
def test_spaces_between_words_change_nothing(said: tuple[str, Progress]) -> None:
    spaced = re.sub(r"(?<=[宗亩日周月区])(?=[^，、])|(?<=[宗亩])(?=\d)", " ", said[0])

    assert read(spaced).progress == read(said[0]).progress


def test_being_addressed_changes_nothing() -> None:
    changed = [text for text in REPORTS[::5] if _records(read(f"@督办机器人 {text}")) != _records(read(text))]

    assert changed == []


@QUICK
@given(increments(), increments())
def test_every_figure_stands_in_the_text_or_is_a_sum_of_such(
    one: tuple[str, Progress], two: tuple[str, Progress]
) -> None:
    text = f"{one[0]}；{two[0]}"

    for item in read(text).progress:
        said = [i.count or 0 for _, i in (one, two)]
        assert item.count in {*said, sum(said)}
        areas = [i.area_mu or Decimal(0) for _, i in (one, two)]
        assert (item.area_mu or Decimal(0)) in {*areas, sum(areas, Decimal(0)), Decimal(0)}


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "(",
        "（【",
        "其中",
        "一",
        "今日批复3宗0.12万亩\n",
        "江夏、新洲各2宗，",
        "问题1、",
        "45（+3）宗",
        "上报的3宗",
        " ",
        "\n",
        "—",
        "“",
    ],
)
def test_twenty_kilobytes_of_anything_are_read_in_time(piece: str) -> None:
    """The bound is several times that of the benchmark: the machines of a test run are busy."""
    text = piece * (MAX_BYTES // len(piece.encode()))
    read(text)

    begun = time.process_time()
    read(text)

    assert time.process_time() - begun < 0.5


def test_what_is_too_long_is_cut_and_said_so() -> None:
    reading = read("今日批复3宗。" + "好" * MAX_BYTES)

    assert reading.progress
    assert "太长" in reading.passed_over[-1].reason
