"""What a speaker mends in the same breath counts once, and a pair that nobody can tell apart is asked about."""

from decimal import Decimal

import pytest

from storage.records import Kind
from tests.parsing.reading import read


@pytest.mark.parametrize(
    ("text", "count", "correction"),
    [
        ("今日批复3宗，哦不，4宗", 4, False),
        ("今日批复3宗啊不是4宗", 4, False),
        ("呃今天批复三宗不对是两宗", 2, False),
        ("修正：今日批复5宗→6宗", 6, True),
        ("3宗不对，是4宗，今日批复", 4, True),
        ("今日批复2宗，不对外公开", 2, False),
    ],
)
def test_of_two_figures_of_which_one_is_a_slip_the_other_counts(text: str, count: int, *, correction: bool) -> None:
    reading = read(text)

    assert [item.count for item in reading.progress] == [count]
    assert reading.correction is correction


def test_a_figure_after_an_arrow_that_corrects_nothing_is_not_struck_out() -> None:
    counts = [item.count for item in read("今日批复1宗→累计30宗").progress]

    assert counts == [1, 30]


def test_what_stands_before_and_behind_a_slash_is_asked_about() -> None:
    assert read("批复45/120宗").kind is Kind.UNCLEAR


def test_an_area_behind_a_count_and_a_slash_is_an_area() -> None:
    (item,) = read("今日批复1宗/35亩").progress

    assert (item.count, item.area_mu) == (1, Decimal(35))


def test_what_was_counted_too_often_is_no_progress() -> None:
    (item,) = read("累计批复45宗（昨天多统计了1宗，已核减）").progress

    assert item.count == 45
