"""Who did what to which thing, when: rows are added and read, never changed."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Tx, insert
from storage.tables import audit
from storage.types import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the audit."""

    at: dt.datetime
    actor: str
    action: str
    object_: str | None
    detail: JsonValue


async def note(
    tx: Tx,
    *,
    campaign: str,
    at: dt.datetime,
    actor: str,
    action: str,
    object_: str | None = None,
    inbox_id: int | None = None,
    detail: JsonValue = None,
) -> None:
    """Write one line of the audit."""
    await tx.execute(
        insert(tx, audit).values(
            campaign=campaign, at=at, actor=actor, action=action, object=object_, inbox_id=inbox_id, detail=detail
        )
    )


async def lines(tx: Tx, campaign: str, *, object_: str | None = None, limit: int) -> list[Line]:
    """Return the newest lines of the audit, of one thing or of all, the newest first."""
    query = select(audit).where(audit.c.campaign == campaign)
    if object_ is not None:
        query = query.where(audit.c.object == object_)
    rows = (await tx.execute(query.order_by(audit.c.id.desc()).limit(limit))).mappings()
    return [
        Line(at=r["at"], actor=r["actor"], action=r["action"], object_=r["object"], detail=r["detail"]) for r in rows
    ]
