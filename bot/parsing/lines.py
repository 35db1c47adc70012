"""JSON lines in, JSON lines out: what `duban parse` reads and says, as pure functions."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.parsing.reader import parse
from config.campaign import Campaign
from storage.records import Progress, Reading, Role, Sender

MAX_LINE_BYTES = 256 * 1024
SHANGHAI = ZoneInfo("Asia/Shanghai")


class LineError(Exception):
    """A line that is no valid input; `message_id` is its id where one could be read."""

    def __init__(self, message: str, message_id: str | None = None) -> None:
        super().__init__(message)
        self.message_id = message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message as a line gives it."""

    id: str
    sender: Sender
    sent_at: dt.datetime
    text: str
    chat: str


def read_line(line: str, *, campaign: Campaign) -> dict[str, Any]:
    """Answer one line as a value; one that has the key `error` was no valid input."""
    try:
        said = read_said(line, campaign=campaign)
    except LineError as fault:
        return {"id": fault.message_id, "error": str(fault)}
    reading = parse(said.text, sender=said.sender, sent_at=said.sent_at, campaign=campaign)
    return reading_to_json(said.id, reading)


def read_said(line: str, *, campaign: Campaign) -> Said:
    """Read one line as a message; raise LineError for what is none."""
    data = _object(line)
    message_id = _text_of(data, "id", None)
    return Said(
        id=message_id,
        sender=_sender(data.get("sender"), message_id, campaign),
        sent_at=_moment(_text_of(data, "sent_at", message_id), message_id),
        text=_text_of(data, "text", message_id),
        chat=_chat(data.get("chat", "group"), message_id),
    )


def to_text(answer: dict[str, Any]) -> str:
    """Write an answer as one line."""
    return json.dumps(answer, ensure_ascii=False)


def _object(line: str) -> dict[str, Any]:
    """Read the line as one JSON object."""
    if len(line.encode("utf-8", "replace")) > MAX_LINE_BYTES:
        raise LineError(f"line is longer than {MAX_LINE_BYTES} bytes")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise LineError(f"not JSON: {fault}") from fault
    if not isinstance(data, dict):
        raise LineError("not a JSON object")
    return data


def _text_of(data: dict[str, Any], key: str, message_id: str | None) -> str:
    """Return a string that must be there."""
    known = data.get("id") if message_id is None and isinstance(data.get("id"), str) else message_id
    if key not in data:
        raise LineError(f"{key}: missing", known)
    value = data[key]
    if not isinstance(value, str):
        raise LineError(f"{key}: not a string", known)
    return value


def _chat(value: object, message_id: str) -> str:
    """Return where the message was said."""
    if not isinstance(value, str) or value not in {"group", "direct"}:
        raise LineError("chat: neither group nor direct", message_id)
    return value


def _moment(text: str, message_id: str) -> dt.datetime:
    """Read a moment with its offset, as a moment in Shanghai."""
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise LineError("sent_at: has no offset", message_id)
        return moment.astimezone(SHANGHAI)
    except (ValueError, OverflowError) as fault:
        raise LineError("sent_at: not a moment like 2023-11-15T16:40:00+08:00", message_id) from fault


def _sender(value: object, message_id: str, campaign: Campaign) -> Sender:
    """Read who says it."""
    if not isinstance(value, dict):
        raise LineError("sender: missing" if value is None else "sender: not an object", message_id)
    role, region, division = (value.get(key) for key in ("role", "region", "division"))
    if role not in [r.value for r in Role]:
        raise LineError(f"sender.role: none of {' '.join(r.value for r in Role)}", message_id)
    if region is not None and region not in campaign.regions:
        raise LineError(f"sender.region: {region!r} is no unit of the campaign", message_id)
    if division is not None and not isinstance(division, str):
        raise LineError("sender.division: not a string", message_id)
    return Sender(role=Role(role), region=region, division=division)


def reading_to_json(message_id: str | None, reading: Reading) -> dict[str, Any]:
    """Return a reading as the guide writes it: keys in the guide's order, areas as strings, days as YYYY-MM-DD."""
    return {
        "id": message_id,
        "kind": reading.kind.value,
        "correction": reading.correction,
        "progress": [_progress(item) for item in reading.progress],
        "problems": [
            {"region": p.region, "project": p.project, "category": p.category, "text": p.text} for p in reading.problems
        ],
        "resolutions": [
            {"ref": r.ref, "region": r.region, "project": r.project, "category": r.category}
            for r in reading.resolutions
        ],
        "projects": [
            {"region": p.region, "project": p.project, "stage": p.stage, "date": p.date.isoformat()}
            for p in reading.projects
        ],
        "visits": [
            {"region": v.region, "division": v.division, "leader": v.leader, "date": v.date.isoformat()}
            for v in reading.visits
        ],
        "nil": [{"region": n.region, "date": n.date.isoformat()} for n in reading.nil],
    }


def _progress(item: Progress) -> dict[str, Any]:
    return {
        "region": item.region,
        "track": item.track,
        "stage": item.stage,
        "basis": item.basis.value,
        "since": None if item.since is None else item.since.isoformat(),
        "date": item.date.isoformat(),
        "count": item.count,
        "area_mu": None if item.area_mu is None else area_to_text(item.area_mu),
        "county": item.county,
        "part": item.part,
    }


def area_to_text(area_mu: Decimal) -> str:
    """Write an area without an exponent and without trailing zeros."""
    text = f"{area_mu:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
