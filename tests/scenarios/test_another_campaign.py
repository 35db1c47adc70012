"""Words are data: a campaign of another kind is read, answered and pushed without a change of code."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from config.campaign import Campaign, load
from storage.database import Database
from tests.office import Office

STRAW = Path(__file__).parents[1] / "parsing" / "straw"
PUSHES = """
[[schedules]]
key = "reminder"
push = "reminder"
at = 17:00:00

[[schedules]]
key = "daily"
push = "daily"
at = 18:00:00

[[schedules]]
key = "warnings"
push = "warnings"
at = 18:05:00
"""
ALLOWED = 'region = "{}"\ntargets.field = {{ count = 20, area_wanmu = 0.01 }}'


@pytest.fixture
def straw(tmp_path: Path) -> Campaign:
    """Return the straw campaign with a ceiling for each unit and the usual pushes."""
    shutil.copytree(STRAW, tmp_path / "straw")
    file = tmp_path / "straw" / "campaign.toml"
    text = file.read_text(encoding="utf-8")
    for region in ("东山市", "西湖市"):
        text = text.replace(f'region = "{region}"', ALLOWED.format(region))
    file.write_text(text + PUSHES, encoding="utf-8")
    return load(file)


async def test_fires_are_counted_answered_and_told_in_the_evening(sqlite: Database, straw: Campaign) -> None:
    office = await Office.open(sqlite, straw, at=dt.datetime(2024, 10, 15, 9, 0))  # noqa: DTZ001 local time

    answer = (await office.says("东山", "今日过火3处12吨"))[0]
    nothing = (await office.says("西湖", "今日零火点"))[0]
    evening = await office.until("18:10")

    assert answer.startswith("已登记｜东山市 10月15日 #A1\n过火＋3处、＋12吨")
    assert nothing == "已登记 西湖市 10月15日无变化。"
    assert [p.kind for p in evening] == ["daily"]  # all reported, and three of twenty is not too many
    assert "【禁烧日报】10月15日" in evening[0].document.text
    assert "报送：应报2家，收到2家" in evening[0].document.text


async def test_more_than_the_schedule_allows_is_what_is_warned_of(sqlite: Database, straw: Campaign) -> None:
    office = await Office.open(sqlite, straw, at=dt.datetime(2024, 10, 15, 9, 0))  # noqa: DTZ001 local time
    await office.says("东山", "今日过火19处95吨")

    evening = await office.until("18:10")

    assert any("东山市" in p.document.text and "高于序时" in p.document.text for p in evening if p.kind == "warning")
