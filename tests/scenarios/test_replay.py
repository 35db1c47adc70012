"""A whole campaign replayed: the same bytes again, and a ledger that an independent count agrees with."""

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot import replay
from bot.clock import local
from bot.demo.script import Line, Script
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, load

FIRST = dt.date(2023, 11, 1)
DAYS = 61
AGAIN = 14
"""The days that are replayed a second time: two Mondays and a week's summary are among them."""
LATE_EVERY, CORRECTED_EVERY = 37, 41


def messages(campaign: Campaign) -> str:
    """Return a whole campaign as lines: many missing, some late, some corrected, one said twice."""
    script = Script(campaign, WorkingDays(campaign), first=FIRST)
    said = [line for n in range(DAYS) for line in script.day(FIRST + dt.timedelta(days=n))]
    rows = [row for n, line in enumerate(said[::3], start=1) for row in _rows(n, line)]
    rows.append(rows[3] | {"sent_at": rows[4]["sent_at"]})
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _rows(n: int, line: Line) -> list[dict[str, Any]]:
    late = n % LATE_EVERY == 0
    at = line.at + dt.timedelta(hours=16) if late else line.at
    text = line.text.replace("今日", "昨日").replace("今天", "昨天") if late else line.text
    sender = {"role": "city_liaison", "region": line.person_id.removeprefix("liaison/"), "division": None}
    row = {"id": f"m{n}", "sent_at": at.isoformat(), "chat": "group", "sender": sender, "text": text}
    if n % CORRECTED_EVERY:
        return [row]
    soon = (at + dt.timedelta(minutes=9)).isoformat()
    return [row, row | {"id": f"k{n}", "sent_at": soon, "text": f"更正：{text}" if "批复" in text else "收到"}]


async def run(text: str, campaign: Campaign, out: Path, *, days: int = DAYS) -> dict[str, bytes]:
    until = local(FIRST + dt.timedelta(days=days), dt.time.min)
    await replay.run(replay.read(text, campaign), campaign, until=until, out=out)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def counted_by_hand(text: str) -> dict[str, tuple[int, Decimal]]:
    """Fold the demo's cumulative sentences without duban: the newest 累计批复 of each unit, then what came after it."""
    stands: dict[str, tuple[int, Decimal]] = {}
    for row in sorted(map(json.loads, text.splitlines()), key=lambda row: str(row["sent_at"])):
        found = re.search(r"累计批复(\d+)宗([\d.]+)万亩", row["text"])
        if found:
            stands[row["sender"]["region"]] = (int(found[1]), Decimal(found[2]) * 10_000)
    return stands


@pytest.fixture(scope="module")
def text() -> str:
    return messages(load())


async def test_a_whole_campaign_gives_the_same_bytes_again_and_the_ledger_an_independent_count_gives(
    text: str, campaign: Campaign, tmp_path: Path
) -> None:
    plain = campaign.model_copy(update={"pictures": False})  # pictures have a test of their own
    first, again = await run(text, plain, tmp_path / "1"), await run(text, plain, tmp_path / "2", days=AGAIN)

    assert first["transcript.jsonl"].startswith(again.pop("transcript.jsonl"))
    assert json.loads(again.pop("ledger.json"))["as_of"] == str(FIRST + dt.timedelta(days=AGAIN - 1))
    assert again
    assert again.items() <= first.items()
    ledger: dict[str, Any] = json.loads(first["ledger.json"])
    assert ledger["as_of"] == str(FIRST + dt.timedelta(days=DAYS - 1))
    found = {s["region"]: (s["count"], Decimal(s["area_mu"])) for s in ledger["standings"] if s["stage"] == "approved"}
    for region, (count, area_mu) in counted_by_hand(text).items():
        assert found[region] == (count, area_mu), region
    silent = [r for r in ledger["reports"] if r["region"] == "随州市" and r["state"] == "逾期"]
    assert len(silent) >= 5
    transcript = [json.loads(line) for line in first["transcript.jsonl"].decode().splitlines()]
    working = sum(WorkingDays(campaign).is_working(FIRST + dt.timedelta(days=n)) for n in range(DAYS))
    assert sum(post["kind"] == "daily" for post in transcript) == working
    assert [post["text"][:6] for post in transcript if post["kind"] == "summary"] == ["【攻坚月报】", "【攻坚总结】"]
    assert all(list(post) == ["at", "chat", "kind", "text", "mentions", "attachments"] for post in transcript)
    assert [post["at"] for post in transcript] == sorted(post["at"] for post in transcript)
    assert {name for post in transcript for name in post["attachments"]} == set(first) - {
        "transcript.jsonl",
        "ledger.json",
    }


async def test_replay_until_a_day_stops_at_its_end(text: str, campaign: Campaign, tmp_path: Path) -> None:
    until = local(dt.date(2023, 11, 3), dt.time.min)
    plain = campaign.model_copy(update={"pictures": False})
    await replay.run(replay.read(text, plain), plain, until=until, out=tmp_path / "out")

    state = json.loads((tmp_path / "out" / "ledger.json").read_bytes())
    assert state["as_of"] == "2023-11-02"
    assert {r["date"] for r in state["reports"]} == {"2023-11-01", "2023-11-02"}
