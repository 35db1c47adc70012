"""The guides say what is so: every conversation in them is held, page by page, each page in an office of its own."""

import re
from pathlib import Path

import pytest

from tests.office import Office

PAGES = Path(__file__).parents[2] / "docs" / "zh"
STEP = re.compile(r"^```dialog\n(?P<said>.*?)^```$|^（(?P<until>[\d: -]+)）$", re.DOTALL | re.MULTILINE)
DEEP = " " * 12
"""How far an answer's further lines are moved in for a dialog."""


@pytest.mark.parametrize("page", ["联络员", "领导", "管理员"])
async def test_every_conversation_in_a_guide_is_held_as_it_stands(page: str, office: Office) -> None:
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    steps = list(STEP.finditer(text))

    for step in steps:
        if step["until"]:
            await office.until(step["until"])
        else:
            await office.dialog(re.sub(r"^[ \t]+", DEEP, step["said"], flags=re.MULTILINE))

    assert len(steps) >= 3
