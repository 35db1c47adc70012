"""The pages that name settings name all of them, and none that is not."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from config.robots import Robot
from config.settings import Settings

PAGES = ["docs/settings.md", *(str(path) for path in sorted(Path("docs/zh").glob("接入-*.md")))]


def robot_in(annotation: Any) -> type[BaseModel] | None:
    """The kind of robot that a setting, or each of a map, is."""
    kinds = [annotation, *get_args(annotation)]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Robot)), None)


def names() -> set[str]:
    found = {"DUBAN_CONFIG"}
    for name, field in Settings.model_fields.items():
        kind = robot_in(field.annotation)
        if kind is None:
            found.add(f"DUBAN_{name.upper()}")
            continue
        prefix = f"DUBAN_{name.upper()}" + ("" if name == "generic" else "__<NAME>")
        found |= {f"{prefix}__{one.upper()}" for one in kind.model_fields}
    return found


def test_the_page_of_settings_has_a_row_for_each() -> None:
    page = Path("docs/settings.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(DUBAN_[^`]+)` \|.*\|.*\|$", page, re.MULTILINE))

    shared = {name.upper() for name in Robot.model_fields}
    wanted = {name for name in names() if name.rpartition("__")[2] not in shared}

    named_robots = {row for row in rows if row.count("__") < 2 and not row.startswith("DUBAN_GENERIC__")}
    assert wanted - rows == set()
    assert {row for row in rows - wanted if row not in named_robots} == set()
    assert all(f"…__{name}" in page for name in shared)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_setting_that_is_not(page: str) -> None:
    text = Path(page).read_text(encoding="utf-8")
    known = names()

    said = []
    for setting in re.findall(r"DUBAN_[A-Z_]+__[A-Z0-9]+__[A-Z_]+(?:`、`__[A-Z_]+)*", text):
        first, *more = setting.split("`、`")
        prefix, _, field = first.split("__")
        said += [f"{prefix}__<NAME>__{one}" for one in (field, *(part.removeprefix("__") for part in more))]

    assert [setting for setting in said if setting not in known] == []
