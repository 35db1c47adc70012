from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.figures import FigureWriter, percent, plus, points, round_half_up
from config.campaign import Campaign, Target
from storage.records import Figures


@pytest.fixture(scope="module")
def writer(campaign: Campaign) -> FigureWriter:
    return FigureWriter(measures=campaign.measures)


@pytest.mark.parametrize(
    ("area_mu", "shown"),
    [
        ("0", "0.00万亩"),
        ("800", "0.08万亩"),
        ("812", "0.0812万亩"),
        ("810", "0.081万亩"),
        ("34800", "3.48万亩"),
        ("173200", "17.32万亩"),
        ("100000", "10.00万亩"),
        ("0.5", "0.0001万亩"),
        ("0.499999", "0.499999亩"),
        ("0.3", "0.3亩"),
        ("1.5", "0.0002万亩"),
        ("-0.3", "-0.3亩"),
    ],
)
def test_an_area_is_shown_half_up_to_four_decimals_and_at_least_two(
    writer: FigureWriter, area_mu: str, shown: str
) -> None:
    assert writer.area(Decimal(area_mu)) == shown


@pytest.mark.parametrize(
    ("area_mu", "shown"),
    [("100", "100亩"), ("36.5", "36.5亩"), ("999.994", "999.99亩"), ("1000", "0.10万亩"), ("2100", "0.21万亩")],
)
def test_what_was_added_is_told_in_mu_below_a_tenth_of_ten_thousand(
    writer: FigureWriter, area_mu: str, shown: str
) -> None:
    assert writer.added_area(Decimal(area_mu)) == shown


def test_what_is_done_stands_over_the_target(writer: FigureWriter) -> None:
    target = Target(count=120, area_wanmu=Decimal("0.71"))

    assert writer.progress(Figures(count=14, area_mu=Decimal(800)), target) == "14/120宗、0.08/0.71万亩"
    assert writer.progress(Figures(area_mu=Decimal("0.2")), target) == "0.2亩/0.71万亩"
    assert writer.progress(Figures(count=14), Target(area_wanmu=Decimal(1))) == "14宗"
    assert writer.progress(Figures(), target) == ""


def test_a_target_of_nothing_is_not_shown_as_a_divisor(writer: FigureWriter) -> None:
    assert writer.progress(Figures(count=2, area_mu=Decimal(50)), Target(count=0, area_wanmu=Decimal(0))) == (
        "2宗、0.005万亩"
    )


def test_signs_are_full_width() -> None:
    assert plus("2宗") == "＋2宗"
    assert plus("-2宗") == "－2宗"


def test_percent_and_points_have_one_decimal_half_up() -> None:
    assert percent(Fraction(15, 61)) == "24.6%"
    assert percent(Fraction(1, 2000)) == "0.1%"
    assert points(Fraction(800, 7100) - Fraction(15, 61)) == "13.3"


def test_a_shown_difference_is_the_exact_difference_rounded() -> None:
    reached, due = Fraction(1044, 10000), Fraction(2045, 10000)

    assert (percent(due), percent(reached), points(due - reached)) == ("20.5%", "10.4%", "10.0")


@settings(derandomize=True, deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_rounding_is_never_off_by_more_than_half_a_step(millionths: int) -> None:
    exact = Fraction(millionths, 10**6)

    assert abs(Fraction(round_half_up(exact, 4)) - exact) <= Fraction(1, 20_000)
