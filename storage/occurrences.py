"""Moments at which a schedule was due: each is run once, or recorded as skipped with the reason."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select, update

from storage.database import Tx, insert
from storage.tables import occurrences, snapshots
from storage.tables import settings as remembered
from storage.types import JsonValue


async def claim(
    tx: Tx,
    *,
    campaign: str,
    schedule: str,
    due_at: dt.datetime,
    at: dt.datetime,
    skipped: str | None = None,
) -> bool:
    """Claim an occurrence in this transaction; False when it was claimed before, by whomever."""
    statement = (
        insert(tx, occurrences)
        .values(
            campaign=campaign,
            schedule=schedule,
            due_at=due_at,
            state="skipped" if skipped else "done",
            reason=skipped,
            at=at,
        )
        .on_conflict_do_nothing()
        .returning(occurrences.c.schedule)
    )
    return (await tx.execute(statement)).first() is not None


async def explain(tx: Tx, *, campaign: str, schedule: str, due_at: dt.datetime, reason: str) -> None:
    """Write down why an occurrence owed nothing."""
    await tx.execute(
        update(occurrences)
        .where(occurrences.c.campaign == campaign, occurrences.c.schedule == schedule, occurrences.c.due_at == due_at)
        .values(reason=reason)
    )


async def last(tx: Tx, campaign: str) -> dict[str, dt.datetime]:
    """Return the newest accounted-for moment of each schedule."""
    query = select(occurrences.c.schedule, func.max(occurrences.c.due_at)).where(occurrences.c.campaign == campaign)
    return {str(schedule): due_at for schedule, due_at in await tx.execute(query.group_by(occurrences.c.schedule))}


async def remember(tx: Tx, campaign: str, name: str, value: JsonValue) -> None:
    """Keep one small value of a campaign under a name."""
    statement = insert(tx, remembered).values(campaign=campaign, name=name, value=value)
    await tx.execute(statement.on_conflict_do_update(index_elements=["campaign", "name"], set_={"value": value}))


async def recall(tx: Tx, campaign: str, name: str) -> JsonValue:
    """Return a remembered value, or None."""
    query = select(remembered.c.value).where(remembered.c.campaign == campaign, remembered.c.name == name)
    return (await tx.execute(query)).scalar()


async def publish(
    tx: Tx,
    *,
    campaign: str,
    kind: str,
    day: dt.date,
    at: dt.datetime,
    figures: JsonValue,
    document: dict[str, Any],
) -> None:
    """Freeze what a summary said: its figures and its document; the first of a kind and day stands."""
    values = {"campaign": campaign, "kind": kind, "day": day, "published_at": at}
    statement = insert(tx, snapshots).values(**values, figures=figures, document=document)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["campaign", "kind", "day"]))


async def published(tx: Tx, *, campaign: str, kind: str, day: dt.date) -> tuple[JsonValue, dict[str, Any]] | None:
    """Return the frozen figures and document of a summary, or None."""
    query = select(snapshots.c.figures, snapshots.c.document).where(
        snapshots.c.campaign == campaign, snapshots.c.kind == kind, snapshots.c.day == day
    )
    row = (await tx.execute(query)).first()
    return (row.figures, row.document) if row else None


async def latest(tx: Tx, campaign: str) -> list[tuple[str, dt.datetime, str, str | None]]:
    """Return of each schedule its newest occurrence: when it was due, what became of it, and why."""
    newest = (
        select(occurrences.c.schedule, func.max(occurrences.c.due_at).label("due_at"))
        .where(occurrences.c.campaign == campaign)
        .group_by(occurrences.c.schedule)
        .subquery()
    )
    query = select(occurrences).join(
        newest,
        (occurrences.c.campaign == campaign)
        & (occurrences.c.schedule == newest.c.schedule)
        & (occurrences.c.due_at == newest.c.due_at),
    )
    rows = (await tx.execute(query.order_by(occurrences.c.due_at.desc()))).mappings()
    return [(r["schedule"], r["due_at"], r["state"], r["reason"]) for r in rows]
