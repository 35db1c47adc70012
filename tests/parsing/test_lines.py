"""JSON lines in, JSON lines out."""

import json
from typing import Any

import pytest

from bot.parsing.lines import MAX_LINE_BYTES, read_line, to_text
from tests.parsing.reading import CAMPAIGN

MESSAGE: dict[str, Any] = {
    "id": "m1",
    "sent_at": "2023-11-15T16:40:00+08:00",
    "chat": "group",
    "sender": {"role": "city_liaison", "region": "武汉市", "division": None},
    "text": "今日批复3宗0.12万亩",
}


def _answer(message: object) -> dict[str, Any]:
    line = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    answer: dict[str, Any] = json.loads(to_text(read_line(line, campaign=CAMPAIGN)))
    return answer


def test_an_answer_has_the_keys_of_the_guide_in_their_order() -> None:
    answer = _answer(MESSAGE)

    assert list(answer) == [
        "id", "kind", "correction", "progress", "problems", "resolutions", "projects", "visits", "nil",
    ]  # fmt: skip
    assert list(answer["progress"][0].items()) == [
        ("region", "武汉市"), ("track", "batch"), ("stage", "approved"), ("basis", "increment"),
        ("since", "2023-11-15"), ("date", "2023-11-15"), ("count", 3), ("area_mu", "1200"), ("county", None),
        ("part", False),
    ]  # fmt: skip


def test_unknown_keys_are_ignored() -> None:
    assert _answer(MESSAGE | {"mood": "fine"}) == _answer(MESSAGE)


def test_a_moment_of_another_zone_is_a_day_in_shanghai() -> None:
    answer = _answer(MESSAGE | {"sent_at": "2023-11-14T20:00:00Z"})

    assert answer["progress"][0]["date"] == "2023-11-15"


def test_a_division_speaks_for_the_unit_it_is_contracted_to() -> None:
    answer = _answer(MESSAGE | {"sender": {"role": "division_liaison", "region": None, "division": "综合处"}})

    assert answer["progress"][0]["region"] == "黄石市"


@pytest.mark.parametrize(
    ("line", "message_id"),
    [
        ("{", None),
        ("[]", None),
        ("3", None),
        ('"m1"', None),
        ("[" * 5000, None),
        ({}, None),
        ({"id": 7}, None),
        ({"id": None}, None),
        ({"id": "m1"}, "m1"),
        (MESSAGE | {"sent_at": "yesterday"}, "m1"),
        (MESSAGE | {"sent_at": "2023-11-15T16:40:00"}, "m1"),
        (MESSAGE | {"sent_at": "0001-01-01T00:00:00+14:00"}, "m1"),
        (MESSAGE | {"sent_at": 3}, "m1"),
        (MESSAGE | {"text": None}, "m1"),
        (MESSAGE | {"text": ["今日"]}, "m1"),
        (MESSAGE | {"chat": "square"}, "m1"),
        (MESSAGE | {"sender": None}, "m1"),
        (MESSAGE | {"sender": "me"}, "m1"),
        (MESSAGE | {"sender": {"role": "king"}}, "m1"),
        (MESSAGE | {"sender": {"role": ["leader"]}}, "m1"),
        (MESSAGE | {"sender": {"role": "city_liaison", "region": "长沙市"}}, "m1"),
        (MESSAGE | {"sender": {"role": "city_liaison", "region": ["武汉市"]}}, "m1"),
        (MESSAGE | {"sender": {"role": "division_liaison", "division": 4}}, "m1"),
    ],
)
def test_a_line_that_is_no_message_is_answered_with_its_fault(line: object, message_id: str | None) -> None:
    answer = _answer(line)

    assert list(answer) == ["id", "error"]
    assert answer["id"] == message_id
    assert answer["error"]


def test_a_line_of_monstrous_size_is_refused() -> None:
    answer = _answer(MESSAGE | {"text": "三" * MAX_LINE_BYTES})

    assert "longer" in answer["error"]


def test_surrogates_that_are_no_text_do_no_harm() -> None:
    answer = _answer(json.dumps(MESSAGE).replace("0.12", "\\ud800 0.12"))

    assert answer["kind"] == "report"
