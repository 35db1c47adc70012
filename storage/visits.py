"""On-site services (上门服务) that have happened."""

from collections.abc import Sequence

from sqlalchemy import select, update

from storage.database import Tx, insert
from storage.records import Report, Visit
from storage.tables import visits


async def add(tx: Tx, added: Sequence[tuple[Report, Visit]]) -> None:
    """Keep visits."""
    rows = [
        {"campaign": r.campaign, "report_id": r.number, "region": v.region, "division": v.division}
        | {"leader": v.leader, "day": v.date, "live": True}
        for r, v in added
    ]
    if rows:
        await tx.execute(insert(tx, visits), rows)


async def every(tx: Tx, campaign: str) -> list[Visit]:
    """Return every visit, in the order it was said."""
    query = select(visits).where(visits.c.campaign == campaign, visits.c.live).order_by(visits.c.id)
    rows = (await tx.execute(query)).mappings()
    return [Visit(region=r["region"], division=r["division"], leader=r["leader"], date=r["day"]) for r in rows]


async def follow_report(tx: Tx, report: int, *, live: bool) -> None:
    """Let the visits of a report count, or not."""
    await tx.execute(update(visits).where(visits.c.report_id == report).values(live=live))
