"""Every message of the sample files is read as the guide says; id of a case = id of its message."""

import json
from typing import Any

import pytest

from bot.parsing.lines import read_line
from tests.parsing.reading import CAMPAIGN, LISTS, exact, messages, names_of

MESSAGES = messages()
SILENT = [m for m in MESSAGES if m["expect"]["kind"] == "none"]


def _id(message: dict[str, Any]) -> str:
    return str(message["input"]["id"])


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    return read_line(json.dumps(message["input"], ensure_ascii=False), campaign=CAMPAIGN)


@pytest.mark.parametrize("message", MESSAGES, ids=_id)
def test_a_message_is_read_as_it_is_meant(message: dict[str, Any]) -> None:
    names = names_of(message["expect"])

    assert exact(_answer(message), names) == exact(message["expect"], names)


@pytest.mark.parametrize("message", SILENT, ids=_id)
def test_a_message_that_reports_nothing_leaves_no_record(message: dict[str, Any]) -> None:
    answer = _answer(message)

    assert not any(answer[name] for name in LISTS)
