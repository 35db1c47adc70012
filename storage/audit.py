"""Who did what to which thing, when: rows are added and read, never changed."""

import datetime as dt

from storage.database import Tx, insert
from storage.tables import audit
from storage.types import JsonValue


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
