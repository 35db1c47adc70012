"""Summaries pushed from the command line: looked at first, with their papers, or sent."""

import datetime as dt
from pathlib import Path

import pytest

from bot import tasks
from bot.clock import SHANGHAI
from bot.tasks import PushName
from config.settings import Settings

ROSTER = """
[[chats]]
messenger = "generic"
chat_id = "leaders"
kind = "leaders"
"""


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    roster = tmp_path / "roster.toml"
    roster.write_text(ROSTER, encoding="utf-8")
    at = dt.datetime(2023, 11, 16, 18, tzinfo=SHANGHAI)
    return Settings.model_validate({"database_url": sqlite_url, "roster": roster, "clock": at})


@pytest.mark.parametrize(
    ("kind", "title", "files"),
    [
        (PushName.DAILY, "【攻坚日报】11月16日（第16天，共61天）", {"攻坚日报1116.png"}),
        (
            PushName.WEEKLY,
            "【攻坚周报】第1期（11月10日至16日）",
            {"攻坚周报1116.png", "攻坚周报1116.xlsx", "攻坚周报1116.docx"},
        ),
    ],
)
async def test_a_dry_run_says_the_text_and_writes_the_papers(
    settings: Settings, tmp_path: Path, kind: PushName, title: str, files: set[str]
) -> None:
    out = tmp_path / "out"

    said = await tasks.push(settings, kind, day=dt.date(2023, 11, 16), dry_run=True, out=out)

    assert said[0].splitlines()[:2] == ["→ generic leaders", title]
    assert {path.name for path in out.iterdir()} == files
    assert all(path.stat().st_size > 5_000 for path in out.iterdir())
