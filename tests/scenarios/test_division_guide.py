"""The divisions' guide shows what the bot really answers: its examples are held as conversations."""

import re
from pathlib import Path

from tests.office import Office

GUIDE = Path(__file__).parents[2] / "docs" / "zh" / "处室.md"
EXAMPLE = re.compile(r"^```dialog *(\d\d:\d\d)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


async def test_the_guides_examples_are_what_the_bot_answers(office: Office) -> None:
    examples = EXAMPLE.findall(GUIDE.read_text(encoding="utf-8"))

    for moment, script in examples:
        if moment:
            await office.until(moment)
        await office.dialog(script)

    assert len(examples) == 6
