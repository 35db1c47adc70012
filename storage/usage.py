"""What was used of messengers' monthly quotas, added up over processes and restarts."""

from collections.abc import Mapping

from sqlalchemy import func, select

from storage.database import Tx, insert
from storage.tables import usage


async def add(tx: Tx, robot: str, month: str, used: Mapping[str, int]) -> None:
    """Add uses to a robot's month, by meter."""
    for meter, more in used.items():
        statement = insert(tx, usage).values(robot=robot, month=month, meter=meter, used=more)
        await tx.execute(
            statement.on_conflict_do_update(
                index_elements=["robot", "month", "meter"], set_={"used": usage.c.used + more}
            )
        )


async def of_month(tx: Tx, robot: str, month: str) -> dict[str, int]:
    """Return a robot's uses of a month, by meter."""
    query = select(usage.c.meter, usage.c.used).where(usage.c.robot == robot, usage.c.month == month)
    return {str(meter): int(used) for meter, used in await tx.execute(query)}


async def of_all(tx: Tx) -> dict[tuple[str, ...], float]:
    """Return all robots' uses of the newest month, by (robot, month, meter)."""
    newest = select(func.max(usage.c.month)).scalar_subquery()
    query = select(usage.c.robot, usage.c.month, usage.c.meter, usage.c.used).where(usage.c.month == newest)
    return {(robot, month, meter): used for robot, month, meter, used in await tx.execute(query)}
