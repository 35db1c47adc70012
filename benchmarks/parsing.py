"""How fast messages are read: the sample corpus, linearity, and 20 KB of the worst.

Run: .venv/bin/python benchmarks/parsing.py
"""

import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path

from bot.parsing import parse
from bot.parsing.normalize import MAX_BYTES
from config.campaign import load
from storage.records import Role, Sender

SAMPLES = Path(__file__).parent.parent / "tests" / "samples" / "messages.jsonl"
NOW = dt.datetime.fromisoformat("2023-11-15T17:00:00+08:00")
WUHAN = Sender(role=Role.CITY_LIAISON, region="武汉市")
LINE = "今日批复3宗0.12万亩，累计批复45宗0.46万亩。\n"
WORST = {
    "digits": "1",
    "digits and commas": "1,",
    "open brackets": "(",
    "nested brackets": "（【",
    "其中": "其中",
    "numerals": "一",
    "random words": "会议定在三楼请准时参加",
    "stages": "批复",
    "figures": "3宗",
    "reports": LINE,
    "lists": "江夏2宗、",
    "sums": "江夏2宗，共2宗，",
    "problems": "问题：占补指标不够；",
    "blank lines": "\n",
}


def run() -> list[tuple[str, float, str]]:
    """Return each measure as (name, value, unit)."""
    return [_corpus(), *_linearity(), *_worst()]


def _best(work: Callable[[], object], rounds: int = 5) -> float:
    seconds = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def _corpus() -> tuple[str, float, str]:
    campaign = load()
    messages = []
    for line in SAMPLES.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)["input"]
        who = said["sender"]
        sender = Sender(role=Role(who["role"]), region=who["region"], division=who["division"])
        messages.append((said["text"], sender, dt.datetime.fromisoformat(said["sent_at"])))

    def read_all() -> None:
        for text, sender, sent_at in messages:
            parse(text, sender=sender, sent_at=sent_at, campaign=campaign)

    read_all()
    return ("corpus", len(messages) / _best(read_all, 40), "messages/s")


def _linearity() -> list[tuple[str, float, str]]:
    campaign = load()
    times = []
    for lines in (50, 100, 200):
        text = LINE * lines
        parse(text, sender=WUHAN, sent_at=NOW, campaign=campaign)
        seconds = _best(lambda text=text: parse(text, sender=WUHAN, sent_at=NOW, campaign=campaign))  # type: ignore[misc]
        times.append((f"{lines} report lines", seconds / lines * 1e6, "µs/line"))
    return times


def _worst() -> list[tuple[str, float, str]]:
    campaign = load()
    times = []
    for name, piece in WORST.items():
        text = piece * (MAX_BYTES // len(piece.encode()))
        parse(text, sender=WUHAN, sent_at=NOW, campaign=campaign)
        seconds = _best(lambda text=text: parse(text, sender=WUHAN, sent_at=NOW, campaign=campaign), 3)  # type: ignore[misc]
        times.append((f"20 KB of {name}", seconds * 1000, "ms"))
    return times


def main() -> None:
    """Print the measures."""
    for name, value, unit in run():
        print(f"{name:28} {value:10.1f} {unit}")


if __name__ == "__main__":
    main()
