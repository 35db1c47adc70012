"""Leases: what only one process may hold at a time, claimed by a conditional update and renewed before it ends."""

import datetime as dt

from sqlalchemy import delete, or_, select

from storage.database import Tx, insert
from storage.tables import leases


async def claim(tx: Tx, name: str, *, owner: str, now: dt.datetime, until: dt.datetime) -> bool:
    """Take a lease that is free or has run out, or renew one's own; False while somebody else holds it."""
    statement = insert(tx, leases).values(name=name, owner=owner, until=until)
    taken = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": owner, "until": until},
        where=or_(leases.c.owner == owner, leases.c.until <= now),
    )
    return bool((await tx.execute(taken.returning(leases.c.owner))).scalar() == owner)


async def release(tx: Tx, name: str, *, owner: str) -> bool:
    """Give a lease back; False when it was not one's own any more."""
    gone = await tx.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))
    return bool(gone.rowcount)


async def holder(tx: Tx, name: str, *, now: dt.datetime) -> str | None:
    """Return who holds a lease now, or None."""
    query = select(leases.c.owner).where(leases.c.name == name, leases.c.until > now)
    owner: str | None = (await tx.execute(query)).scalar()
    return owner
