"""What a self-audit asks the tables: what waits too long, and rows that contradict each other."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from storage import occurrences as remembered
from storage.database import Tx
from storage.inbox import IS_WAITING
from storage.outbox import State as Owed
from storage.records import LineKey, RecordState
from storage.tables import entries, inbox, line_days, occurrences, outbox, reports


async def unread_since(tx: Tx, moment: dt.datetime) -> int:
    """Count messages that were received before a moment and are neither handled nor set aside."""
    query = select(func.count()).where(IS_WAITING, inbox.c.received_at < moment)
    return int((await tx.execute(query)).scalar_one())


async def stuck(tx: Tx, *, lease_before: dt.datetime, due_before: dt.datetime) -> int:
    """Count owed messages that nobody takes: leases long run out, and messages long due."""
    left = (outbox.c.state == Owed.LEASED) & (outbox.c.lease_until < lease_before)
    late = (outbox.c.state == Owed.WAITING) & (outbox.c.not_before < due_before) & (outbox.c.expires_at > due_before)
    return int((await tx.execute(select(func.count()).where(left | late))).scalar_one())


async def struck_since(tx: Tx, campaign: str, moment: dt.datetime) -> set[tuple[str, dt.datetime]]:
    """Return the occurrences due since a moment that are accounted for: done, or skipped with the reason."""
    query = select(occurrences.c.schedule, occurrences.c.due_at).where(
        occurrences.c.campaign == campaign, occurrences.c.due_at >= moment
    )
    return {(str(schedule), due_at) for schedule, due_at in await tx.execute(query)}


async def lines(tx: Tx, campaign: str) -> list[LineKey]:
    """Return every line of the ledger."""
    query = select(line_days.c.region, line_days.c.track, line_days.c.stage).where(line_days.c.campaign == campaign)
    rows = await tx.execute(query.distinct().order_by(line_days.c.region, line_days.c.track, line_days.c.stage))
    return [(region, track, stage) for region, track, stage in rows]


async def live_entries_of_voided(tx: Tx, campaign: str) -> int:
    """Count entries that count although their report is withdrawn."""
    query = (
        select(func.count())
        .select_from(entries.join(reports, reports.c.id == entries.c.report_id))
        .where(entries.c.campaign == campaign, entries.c.live, reports.c.state == RecordState.VOIDED)
    )
    return int((await tx.execute(query)).scalar_one())


async def queue_ages(tx: Tx, now: dt.datetime) -> tuple[float, float]:
    """Return for how many seconds the oldest message waits to be handled, and the oldest due one to be sent."""
    unread = select(func.min(inbox.c.received_at)).where(IS_WAITING)
    due = select(func.min(outbox.c.not_before)).where(outbox.c.state == Owed.WAITING, outbox.c.not_before <= now)
    moments: Sequence[dt.datetime | None] = [(await tx.execute(query)).scalar() for query in (unread, due)]
    ages = [(now - moment).total_seconds() if moment else 0.0 for moment in moments]
    return max(ages[0], 0.0), max(ages[1], 0.0)


RESULT = "selfaudit"
"""Under which name the last result is remembered."""


async def remember_result(tx: Tx, campaign: str, *, at: dt.datetime, findings: Mapping[str, int]) -> None:
    """Keep what the last audit found."""
    await remembered.remember(tx, campaign, RESULT, {"at": at.isoformat(), "findings": dict(findings)})


async def last_result(tx: Tx, campaign: str) -> tuple[dt.datetime, dict[str, int]] | None:
    """Return when the books were last audited, and what was found; None before the first time."""
    said = await remembered.recall(tx, campaign, RESULT)
    if not isinstance(said, dict):
        return None
    return dt.datetime.fromisoformat(said["at"]), dict(said["findings"])
