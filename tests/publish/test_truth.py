"""A summary is the same whatever order its messages came in, and its picture on every replay."""

import datetime as dt
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot import replay, wiring
from bot.clock import local
from bot.demo.script import Script
from config.campaign import Campaign

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


async def test_pictures_come_out_the_same_on_every_replay(campaign: Campaign, tmp_path: Path) -> None:
    lines = lines_of(campaign, first=SPOKEN, last=SPOKEN + dt.timedelta(days=1))
    until = local(SPOKEN + dt.timedelta(days=1), dt.time(19))

    once = await replayed(lines, campaign, tmp_path / "once", until=until)
    twice = await replayed(lines, campaign, tmp_path / "twice", until=until)

    assert once == twice
    assert [post["attachments"] for post in posts(once, "daily")] == [["攻坚日报1113.png"], ["攻坚日报1114.png"]]


@pytest.mark.parametrize("seed", [1, 2])
async def test_messages_in_another_order_give_the_same_summaries(wordy: Campaign, tmp_path: Path, seed: int) -> None:
    """Only what raises no question: a unit's one report of a day, on two days."""
    days = [SPOKEN + dt.timedelta(days=n) for n in (0, 1)]
    lines = [line for line in lines_of(wordy, first=days[0], last=days[-1]) if "问题" not in line["text"]]
    dice, mixed = Random(seed), []
    for day in days:
        said = [line for line in lines if line["sent_at"].startswith(str(day))]
        moments = [line["sent_at"] for line in said]
        dice.shuffle(moments)
        mixed += [line | {"sent_at": at} for line, at in zip(said, moments, strict=True)]
    until = local(days[-1], dt.time(19))

    straight = await replayed(lines, wordy, tmp_path / "a", until=until)
    shuffled = await replayed(mixed, wordy, tmp_path / "b", until=until)

    assert posts(straight, "daily") == posts(shuffled, "daily")
    assert len(posts(straight, "daily")) == 2
    first, second = (json.loads(files["ledger.json"]) for files in (straight, shuffled))
    assert first["questions"] == second["questions"] == []
    assert [first[part] for part in ("standings", "problems", "reports")] == [
        second[part] for part in ("standings", "problems", "reports")
    ]
