"""One day's figures are the same wherever they stand, whatever order they came in, and on every replay."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from bot import replay, wiring
from bot.clock import local
from bot.demo.script import Script
from bot.rules.figures import FigureWriter
from config.campaign import Campaign
from storage.records import Figures

SPOKEN = dt.date(2023, 11, 13)


def lines_of(campaign: Campaign, *, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Return what liaisons say from one day to another, with the slips and silences of the demo."""
    script = Script(campaign, wiring.office_of(campaign).duty.working_days, first=first)
    found: list[dict[str, Any]] = []
    for n in range((last - first).days + 1):
        for line in script.day(first + dt.timedelta(days=n)):
            region = line.person_id.split("/")[1]
            found.append(
                {
                    "id": f"m{len(found)}",
                    "sent_at": line.at.isoformat(),
                    "chat": "direct",
                    "sender": {"role": "city_liaison", "region": region},
                    "text": line.text,
                }
            )
    return found


async def replayed(
    lines: list[dict[str, Any]], campaign: Campaign, out: Path, *, until: dt.datetime
) -> dict[str, bytes]:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    await replay.run(replay.read(text, campaign), campaign, until=until, out=out)
    return {path.name: path.read_bytes() for path in out.iterdir()}


def posts(files: dict[str, bytes], kind: str) -> list[dict[str, Any]]:
    said = [json.loads(line) for line in files["transcript.jsonl"].decode().splitlines()]
    return [post for post in said if post["kind"] == kind and post["chat"] == "leaders"]


@pytest.fixture(scope="module")
def wordy(campaign: Campaign) -> Campaign:
    """Return the campaign without pictures, for speed."""
    return campaign.model_copy(update={"pictures": False})


async def test_a_week_replayed_twice_gives_the_same_bytes(wordy: Campaign, tmp_path: Path) -> None:
    lines = lines_of(wordy, first=SPOKEN, last=SPOKEN + dt.timedelta(days=4))
    until = local(SPOKEN + dt.timedelta(days=4), dt.time(19))

    once = await replayed(lines, wordy, tmp_path / "once", until=until)
    twice = await replayed(lines, wordy, tmp_path / "twice", until=until)

    assert once == twice
    assert {name.split(".")[-1] for name in once} == {"json", "jsonl", "xlsx", "docx"}
    assert len(posts(once, "daily")) == 5
    assert len(posts(once, "weekly")) == 1


async def test_pictures_come_out_the_same_on_every_replay(campaign: Campaign, tmp_path: Path) -> None:
    lines = lines_of(campaign, first=SPOKEN, last=SPOKEN + dt.timedelta(days=1))
    until = local(SPOKEN + dt.timedelta(days=1), dt.time(19))

    once = await replayed(lines, campaign, tmp_path / "once", until=until)
    twice = await replayed(lines, campaign, tmp_path / "twice", until=until)

    assert once == twice
    assert [post["attachments"] for post in posts(once, "daily")] == [["攻坚日报1113.png"], ["攻坚日报1114.png"]]


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_days_messages_in_another_order_give_the_same_digest(
    wordy: Campaign, tmp_path: Path, seed: int
) -> None:
    """Only what raises no question: a unit's one report of the day."""
    lines = [line for line in lines_of(wordy, first=SPOKEN, last=SPOKEN) if "问题" not in line["text"]]
    moments = sorted(line["sent_at"] for line in lines)
    Random(seed).shuffle(lines)
    shuffled = [line | {"sent_at": at} for line, at in zip(lines, moments, strict=True)]
    until = local(SPOKEN, dt.time(19))

    straight = await replayed(lines_of(wordy, first=SPOKEN, last=SPOKEN), wordy, tmp_path / "a", until=until)
    mixed = await replayed(shuffled, wordy, tmp_path / "b", until=until)

    assert posts(straight, "daily")[0]["text"].splitlines()[:3] == posts(mixed, "daily")[0]["text"].splitlines()[:3]
    assert json.loads(straight["ledger.json"])["standings"] == json.loads(mixed["ledger.json"])["standings"]


async def test_chat_sheet_and_ledger_agree_on_any_week(wordy: Campaign, tmp_path: Path) -> None:
    thursday = dt.date(2023, 11, 16)
    lines = lines_of(wordy, first=SPOKEN, last=thursday)
    files = await replayed(lines, wordy, tmp_path / "out", until=local(thursday, dt.time(16)))

    standings = {
        row["region"]: Figures(count=row["count"], area_mu=None if row["area_mu"] is None else Decimal(row["area_mu"]))
        for row in json.loads(files["ledger.json"])["standings"]
        if (row["track"], row["stage"]) == ("batch", "approved")
    }
    whole = sum((f.area_mu for f in standings.values() if f.area_mu is not None), Decimal(0))
    writer = FigureWriter(measures=wordy.measures)
    assert f"累计批复{writer.area(whole)}，" in posts(files, "weekly")[0]["text"]
    path = tmp_path / "out" / "攻坚周报1116.xlsx"
    rows = {row[0]: row for row in openpyxl.load_workbook(path)["进展"].iter_rows(values_only=True)}
    assert len(standings) > 10
    for region, figures in standings.items():
        assert rows[region][4] == figures.count, region
        assert Decimal(str(rows[region][6])) * 10_000 == figures.area_mu, region
