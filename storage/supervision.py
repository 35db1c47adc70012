"""What supervision remembers: levels, holds, and the steps of the ladder."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, RowMapping, bindparam, func, select, text, update

from storage.database import Tx, insert
from storage.tables import holds, ladder, levels, questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What keeps a reminder or a warning back: 计划, 静默, 免报, 请假; days inclusive."""

    kind: str
    region: str | None
    person_id: int | None
    from_day: dt.date
    to_day: dt.date
    reason: str | None
    author: str
    until: dt.datetime | None = None
    """When it ends in the middle of its last day; None: with that day."""
    id: int = 0

    def is_over(self, now: dt.datetime) -> bool:
        """Whether its hours are over; its days are what it is looked up by."""
        return self.until is not None and self.until <= now


async def load_levels(tx: Tx, campaign: str) -> dict[str, dict[str, Any]]:
    """Return what is remembered of each unit's level."""
    rows = await tx.execute(select(levels.c.region, levels.c.data).where(levels.c.campaign == campaign))
    return {str(region): data for region, data in rows}


async def save_levels(tx: Tx, campaign: str, states: Mapping[str, dict[str, Any]]) -> None:
    """Remember units' levels."""
    rows = [{"campaign": campaign, "region": region, "data": data} for region, data in states.items()]
    if rows:
        statement = insert(tx, levels)
        upsert = statement.on_conflict_do_update(
            index_elements=["campaign", "region"], set_={"data": statement.excluded.data}
        )
        await tx.execute(upsert, rows)


async def add_hold(tx: Tx, campaign: str, hold: Hold, *, at: dt.datetime) -> int:
    """Keep a hold; return its number."""
    values = {"kind": hold.kind, "region": hold.region, "person_id": hold.person_id, "from_day": hold.from_day}
    values |= {"to_day": hold.to_day, "until": hold.until, "reason": hold.reason, "author": hold.author}
    statement = insert(tx, holds).values(campaign=campaign, at=at, live=True, **values).returning(holds.c.id)
    return int((await tx.execute(statement)).scalar_one())


async def end_hold(tx: Tx, hold_id: int, *, outcome: str, at: dt.datetime) -> None:
    """Let a hold hold no more: it is over, was met or missed, lifted, or replaced."""
    await tx.execute(update(holds).where(holds.c.id == hold_id).values(live=False, outcome=outcome, ended_at=at))


async def revive_hold(tx: Tx, hold_id: int) -> None:
    """Let a hold that was lifted hold again."""
    await tx.execute(update(holds).where(holds.c.id == hold_id).values(live=True, outcome=None, ended_at=None))


async def load_holds(
    tx: Tx, campaign: str, *, kinds: Sequence[str], day: dt.date, at: dt.datetime | None = None
) -> list[Hold]:
    """Return the holds of these kinds that hold on a day, and `at` a moment of it where one is named."""
    query = select(holds).where(
        holds.c.campaign == campaign,
        holds.c.kind.in_(kinds),
        holds.c.live,
        holds.c.from_day <= day,
        holds.c.to_day >= day,
    )
    found = [_hold(row) for row in (await tx.execute(query.order_by(holds.c.id))).mappings()]
    return [hold for hold in found if at is None or not hold.is_over(at)]


async def current_holds(tx: Tx, campaign: str, *, kinds: Sequence[str], day: dt.date) -> list[Hold]:
    """Return the live holds of these kinds that hold on a day or will."""
    query = select(holds).where(
        holds.c.campaign == campaign, holds.c.kind.in_(kinds), holds.c.live, holds.c.to_day >= day
    )
    return [_hold(row) for row in (await tx.execute(query.order_by(holds.c.id))).mappings()]


async def run_out(
    tx: Tx, campaign: str, *, kinds: Sequence[str], day: dt.date, at: dt.datetime | None = None
) -> list[Hold]:
    """Return the holds of these kinds whose last day (or, `at` a moment, last hour) is over and nobody was told yet."""
    is_over = holds.c.to_day < day
    if at is not None:
        is_over |= holds.c.until <= at
    query = select(holds).where(holds.c.campaign == campaign, holds.c.kind.in_(kinds), holds.c.live, is_over)
    return [_hold(row) for row in (await tx.execute(query.order_by(holds.c.id))).mappings()]


async def ended_since(tx: Tx, campaign: str, *, outcomes: Sequence[str], after: dt.datetime) -> list[tuple[Hold, str]]:
    """Return the holds that ended so after a moment, each with how."""
    query = select(holds).where(holds.c.campaign == campaign, holds.c.outcome.in_(outcomes), holds.c.ended_at > after)
    rows = (await tx.execute(query.order_by(holds.c.ended_at, holds.c.id))).mappings()
    return [(_hold(row), row["outcome"]) for row in rows]


async def exempt_days(tx: Tx, campaign: str, *, since: dt.date, until: dt.date) -> dict[str, set[dt.date]]:
    """Return the days of a period of which each unit owes no report."""
    query = select(holds).where(
        holds.c.campaign == campaign,
        holds.c.kind == "exempt",
        holds.c.live,
        holds.c.from_day <= until,
        holds.c.to_day >= since,
    )
    found: dict[str, set[dt.date]] = {}
    for row in (await tx.execute(query)).mappings():
        first, last = max(row["from_day"], since), min(row["to_day"], until)
        days = {first + dt.timedelta(days=n) for n in range((last - first).days + 1)}
        found.setdefault(row["region"], set()).update(days)
    return found


def _hold(row: RowMapping) -> Hold:
    names = ("id", "kind", "region", "person_id", "from_day", "to_day", "until", "reason", "author")
    return Hold(**{name: row[name] for name in names})


async def climb(tx: Tx, campaign: str, *, region: str, day: dt.date, step: str, at: dt.datetime) -> bool:
    """Write down that a silent unit reached a step of the ladder on a day; False when it had."""
    statement = insert(tx, ladder).values(campaign=campaign, region=region, day=day, step=step, at=at)
    result = await tx.execute(statement.on_conflict_do_nothing().returning(ladder.c.id))
    return result.first() is not None


async def steps_since(tx: Tx, campaign: str, *, step: str, since: Mapping[str, dt.date]) -> set[str]:
    """Return the units that reached a step of the ladder after the day of their last report."""
    query = select(ladder.c.region, func.max(ladder.c.day)).where(ladder.c.campaign == campaign, ladder.c.step == step)
    rows = await tx.execute(query.group_by(ladder.c.region))
    return {str(region) for region, day in rows if day > since.get(str(region), dt.date.min)}


async def last_reported(tx: Tx, campaign: str, *, until: dt.date) -> dict[str, dt.date]:
    """Return the newest day up to `until` of which each unit reported."""
    found = await tx.execute(_LAST_REPORTED, {"campaign": campaign, "until": until})
    return {str(region): day for region, day in found if day is not None}


_LAST_REPORTED = (
    text("""
WITH RECURSIVE regions(region) AS (
    SELECT min(d.region) FROM duties AS d WHERE d.campaign = :campaign
    UNION ALL
    SELECT (SELECT min(d.region) FROM duties AS d WHERE d.campaign = :campaign AND d.region > regions.region)
    FROM regions WHERE regions.region IS NOT NULL
)
SELECT region, (
    SELECT d.day FROM duties AS d
    WHERE d.campaign = :campaign AND d.region = regions.region AND d.day <= :until AND d.live
    ORDER BY d.campaign DESC, d.region DESC, d.day DESC LIMIT 1
) AS day
FROM regions WHERE region IS NOT NULL
""")
    .bindparams(bindparam("until", type_=Date()))
    .columns(day=Date)
)
"""From one unit to the next along the index, and of each the newest day: no unit's history is walked."""


async def held_units(tx: Tx, campaign: str, *, day: dt.date) -> set[str]:
    """Return the units of whose day a question is open."""
    query = select(questions.c.region).where(
        questions.c.campaign == campaign, questions.c.day == day, questions.c.state.in_(["open", "queued"])
    )
    return {str(region) for region in (await tx.execute(query.distinct())).scalars()}
