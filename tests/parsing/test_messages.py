"""Every message of the sample files is read as the guide says; what is not is shown by the id of its message."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.parsing.lines import read_line
from tests.parsing.reading import CAMPAIGN, LISTS, exact, files, names_of, sample


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    return read_line(json.dumps(message["input"], ensure_ascii=False), campaign=CAMPAIGN)


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_each_message_is_read_as_it_is_meant(file: Path) -> None:
    misread = {}
    for message in sample(file.name):
        names = names_of(message["expect"])
        read, meant = exact(_answer(message), names), exact(message["expect"], names)
        if read != meant:
            misread[message["input"]["id"]] = {
                name: (read[name], meant[name]) for name in meant if read[name] != meant[name]
            }

    assert misread == {}


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_a_message_that_reports_nothing_leaves_no_record(file: Path) -> None:
    silent = [message for message in sample(file.name) if message["expect"]["kind"] == "none"]

    recorded = [m["input"]["id"] for m in silent if any(_answer(m)[name] for name in LISTS)]

    assert recorded == []
