"""Summaries as they were published, frozen; the files made for them; and who confirmed a week's lists."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storage.database import Tx, insert
from storage.tables import attachments, confirmations, snapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One published summary: its figures and its document as they went out."""

    kind: str
    day: dt.date
    published_at: dt.datetime
    figures: Mapping[str, Any]
    document: Mapping[str, Any]


async def publish(tx: Tx, campaign: str, snapshot: Snapshot) -> bool:
    """Freeze what a summary said; the first of a kind and day stands, and False is returned for another."""
    values = {"campaign": campaign, "kind": snapshot.kind, "day": snapshot.day, "published_at": snapshot.published_at}
    statement = insert(tx, snapshots).values(**values, figures=dict(snapshot.figures), document=dict(snapshot.document))
    added = statement.on_conflict_do_nothing(index_elements=["campaign", "kind", "day"]).returning(snapshots.c.id)
    return (await tx.execute(added)).first() is not None


async def of_day(tx: Tx, campaign: str, kind: str, day: dt.date) -> Snapshot | None:
    """Return the summary of a kind that was published of a day, or None."""
    query = select(snapshots).where(snapshots.c.campaign == campaign, snapshots.c.kind == kind, snapshots.c.day == day)
    row = (await tx.execute(query)).mappings().first()
    return Snapshot(**{name: row[name] for name in Snapshot.__dataclass_fields__}) if row else None


async def last(tx: Tx, campaign: str, kind: str, *, before: dt.date = dt.date.max) -> Snapshot | None:
    """Return the newest published summary of a kind whose day lies before a day, or None."""
    query = select(func.max(snapshots.c.day)).where(
        snapshots.c.campaign == campaign, snapshots.c.kind == kind, snapshots.c.day < before
    )
    day = (await tx.execute(query)).scalar()
    return None if day is None else await of_day(tx, campaign, kind, day)


async def how_many(tx: Tx, campaign: str, kind: str, *, before: dt.date) -> int:
    """Count the published summaries of a kind whose day lies before a day."""
    query = select(func.count()).where(
        snapshots.c.campaign == campaign, snapshots.c.kind == kind, snapshots.c.day < before
    )
    return int((await tx.execute(query)).scalar_one())


async def keep_made(tx: Tx, *, recipe: str, sha256: str, media_type: str, data: bytes) -> None:
    """Keep a file's bytes with the SHA-256 of what it was made from; what was made first stands."""
    statement = insert(tx, attachments).values(sha256=sha256, media_type=media_type, data=data, recipe=recipe)
    await tx.execute(statement.on_conflict_do_nothing())


async def made_from(tx: Tx, recipe: str) -> str | None:
    """Return the SHA-256 of the file that was made from a recipe, or None."""
    query = select(attachments.c.sha256).where(attachments.c.recipe == recipe)
    found: str | None = (await tx.execute(query)).scalar()
    return found


async def confirm(tx: Tx, campaign: str, *, day: dt.date, region: str, author: str, at: dt.datetime) -> bool:
    """Write down that a unit's lists were confirmed for the weekly of a day; False when they were."""
    statement = insert(tx, confirmations).values(campaign=campaign, day=day, region=region, author=author, at=at)
    result = await tx.execute(statement.on_conflict_do_nothing().returning(confirmations.c.region))
    return result.first() is not None


async def confirmed(tx: Tx, campaign: str, *, day: dt.date) -> dict[str, str]:
    """Return the units whose lists were confirmed for the weekly of a day, and by whom."""
    query = select(confirmations.c.region, confirmations.c.author).where(
        confirmations.c.campaign == campaign, confirmations.c.day == day
    )
    return {str(region): str(author) for region, author in await tx.execute(query)}
