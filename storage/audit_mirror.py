"""The audit trail copied on to where this database's administrator cannot change it: what was not copied yet."""

import datetime as dt
import json
from dataclasses import dataclass

from sqlalchemy import select

from storage import occurrences
from storage.database import Tx
from storage.tables import audit

SETTLED_AFTER = dt.timedelta(minutes=2)
"""On PostgreSQL a row may appear after one with a higher number, as long as a transaction may last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of JSON to be copied, and the number of the last one."""

    lines: tuple[str, ...]
    last: int


async def pending(tx: Tx, campaign: str, place: str, *, now: dt.datetime, limit: int) -> Lines:
    """Return the oldest lines that a place does not have."""
    known = await occurrences.recall(tx, campaign, _name(place))
    last = known if isinstance(known, int) else 0
    until = now if tx.dialect.name == "sqlite" else now - SETTLED_AFTER
    query = select(audit).where(audit.c.campaign == campaign, audit.c.id > last).order_by(audit.c.id).limit(limit)
    found = []
    for row in (await tx.execute(query)).mappings():
        if row["at"] > until:
            break
        last = row["id"]
        values = {name: value for name, value in row.items() if value is not None}
        values["at"] = row["at"].astimezone(dt.UTC).isoformat()
        found.append(json.dumps(values, ensure_ascii=False, separators=(",", ":")))
    return Lines(lines=tuple(found), last=last)


async def copied(tx: Tx, campaign: str, place: str, last: int) -> None:
    """Remember that a place has every line up to this one."""
    await occurrences.remember(tx, campaign, _name(place), last)


def _name(place: str) -> str:
    return f"audit_mirror/{place}"
