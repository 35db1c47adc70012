"""Numbers, days and areas as people write them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bot.parsing.dates import read_period
from bot.parsing.normalize import normalize
from bot.parsing.numerals import read_number
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Tokenizer
from bot.parsing.vocabulary import Vocabulary
from tests.parsing.reading import CAMPAIGN, sample

PLAIN_KINDS = {
    "integer",
    "decimal",
    "mixed",
    "colloquial",
    "formal",
    "fullwidth",
    "thousand_sep",
    "negative",
    "ancient",
    "fraction",
}
NUMBERS = [case for case in sample("numbers.jsonl") if case["kind"] in PLAIN_KINDS]
TOKENIZER = Tokenizer(Vocabulary(CAMPAIGN))


@pytest.mark.parametrize("case", NUMBERS, ids=lambda case: case["id"])
def test_a_number_is_read_exactly(case: dict[str, Any]) -> None:
    assert read_number(normalize(case["text"]).text) == case["expect"]


@pytest.mark.parametrize("text", ["一张", "", "亩", "分之", "1234567890123456", "负", "点五点"])
def test_what_is_no_single_number_is_not_guessed(text: str) -> None:
    assert read_number(text) is None


def _said(case: dict[str, Any]) -> list[dict[str, str]]:
    expected = [case["expect"], *([case["expect_past"]] if "expect_past" in case else [])]
    return [{k: v[11:] if k == "at" else v for k, v in e.items()} for e in expected]


def _read_period(case: dict[str, Any]) -> dict[str, str] | None:
    today = dt.datetime.fromisoformat(case["ref"]).date()
    period = read_period(normalize(case.get("span") or case["text"]).text, today)
    if period is None:
        return None
    at = None if period.at is None else f"{period.at:%H:%M}"
    start = None if period.first is None else period.first.isoformat()
    end = None if period.last is None else period.last.isoformat()
    sides = {"start": start, "end": end, "at": at}
    return {side: value for side, value in sides.items() if value is not None}


def test_days_and_periods_are_read_on_the_side_of_the_past() -> None:
    """A bare 周二 is the one that was, never the one to come."""
    cases = sample("dates.jsonl")

    misread = [case["id"] for case in cases if _read_period(case) not in _said(case)]

    assert misread == ["d043"]


@pytest.mark.parametrize("case", sample("areas.jsonl"), ids=lambda case: case["text"])
def test_an_area_is_read_in_mu(case: dict[str, Any]) -> None:
    tokens = TOKENIZER.tokens(normalize(case["text"]).text)
    areas = [token.value for token in tokens if token.sort is Sort.AREA and token.value is not None]

    if case["expect_mu"] is None:
        assert not areas
    else:
        assert any(abs(area - Decimal(case["expect_mu"])) <= Decimal("0.01") for area in areas)
