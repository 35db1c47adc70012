"""What the parser's tests share: the campaign, senders, samples, and what of a reading must be exact."""

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.parsing import parse
from config.campaign import Campaign, load
from storage.records import Reading, Role, Sender

SAMPLES = Path(__file__).parent.parent / "samples"
CAMPAIGN: Campaign = load()
WUHAN = Sender(role=Role.CITY_LIAISON, region="武汉市")
NOW = dt.datetime.fromisoformat("2023-11-15T17:00:00+08:00")
LISTS = ("progress", "problems", "resolutions", "projects", "visits", "nil")


def read(text: str, *, sender: Sender = WUHAN, sent_at: dt.datetime = NOW, campaign: Campaign = CAMPAIGN) -> Reading:
    reading = parse(text, sender=sender, sent_at=sent_at, campaign=campaign)
    assert not any(note.reason == "没有读懂" for note in reading.passed_over), text
    return reading


def sample(name: str) -> list[dict[str, Any]]:
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines if line.strip()]


def files() -> list[Path]:
    """Return the files of messages: our own by theme, and what was gathered in the field."""
    return sorted((*SAMPLES.glob("messages*.jsonl"), *SAMPLES.glob("field_*.jsonl")))


def messages() -> list[dict[str, Any]]:
    return [message for file in files() for message in sample(file.name)]


def _project(name: str) -> str:
    return name.replace(" ", "").removesuffix("项目").removesuffix("工程")


def exact(answer: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Return what two answers to one message must share; a project's name may be said longer or shorter."""

    def known(name: str) -> str:
        plain = _project(name)
        return next((n for n in names if plain in n or n in plain), plain)

    fields = ("region", "county", "track", "stage", "basis", "since", "date", "count")
    return {
        "kind": answer["kind"],
        "correction": answer["correction"],
        "progress": Counter(
            (*(p[f] for f in fields), None if p["area_mu"] is None else Decimal(p["area_mu"]))
            for p in answer["progress"]
            if not p["part"]
        ),
        "problems": Counter((p["region"], p["category"]) for p in answer["problems"]),
        "resolutions": Counter((r["ref"], r["region"]) for r in answer["resolutions"]),
        "projects": Counter((p["region"], known(p["project"]), p["stage"]) for p in answer["projects"]),
        "visits": Counter((v["region"], v["date"]) for v in answer["visits"]),
        "nil": Counter((n["region"], n["date"]) for n in answer["nil"]),
    }


def names_of(answer: dict[str, Any]) -> list[str]:
    return [_project(p["project"]) for p in answer["projects"]]
