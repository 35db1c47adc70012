"""How lines came to where they stand: day by day for curves, message by message for whoever asks why."""

import datetime as dt

from sqlalchemy import func, select

from storage.database import Tx
from storage.evidence import Evidence
from storage.records import Basis, Figures, LineKey, Progress
from storage.tables import entries, inbox, line_days, reports

Series = dict[LineKey, list[tuple[dt.date, Figures]]]
"""Each line's days with what it stood at when they ended, oldest first."""


async def series(tx: Tx, campaign: str, *, stage: str, until: dt.date, region: str | None = None) -> Series:
    """Return how the lines of a stage (of one unit) went up to a day."""
    columns = (line_days.c.region, line_days.c.track, line_days.c.day, line_days.c.count, line_days.c.area_mu)
    query = select(*columns).where(
        line_days.c.campaign == campaign, line_days.c.stage == stage, line_days.c.day <= until
    )
    if region is not None:
        query = query.where(line_days.c.region == region)
    found: Series = {}
    for where, track, day, count, area_mu in await tx.execute(query.order_by(line_days.c.day)):
        found.setdefault((where, track, stage), []).append((day, Figures(count=count, area_mu=area_mu)))
    return found


async def added_between(tx: Tx, campaign: str, *, since: dt.date, until: dt.date, stage: str) -> dict[LineKey, Figures]:
    """Return what the one-day increments of a stage that are dated in a period add up to."""
    query = (
        select(
            line_days.c.region,
            line_days.c.track,
            func.sum(line_days.c.added_count),
            func.sum(line_days.c.added_mu),
        )
        .where(
            line_days.c.campaign == campaign,
            line_days.c.stage == stage,
            line_days.c.day >= since,
            line_days.c.day <= until,
        )
        .group_by(line_days.c.region, line_days.c.track)
    )
    return {
        (region, track, stage): Figures(count=None if count is None else int(count), area_mu=area_mu)
        for region, track, count, area_mu in await tx.execute(query)
    }


async def evidence(
    tx: Tx, campaign: str, *, region: str, stage: str, until: dt.date, limit: int = 200
) -> list[Evidence]:
    """Return the newest entries of a unit's stage with the messages behind them, the newest day first."""
    query = (
        select(
            entries,
            reports.c.state.label("report_state"),
            inbox.c.text,
            inbox.c.person,
            inbox.c.sender_name,
        )
        .join(reports, reports.c.id == entries.c.report_id)
        .join(inbox, inbox.c.id == reports.c.inbox_id)
        .where(
            entries.c.campaign == campaign,
            entries.c.region == region,
            entries.c.stage == stage,
            entries.c.day <= until,
            ~entries.c.part,
        )
        .order_by(entries.c.day.desc(), entries.c.sent_at.desc(), entries.c.id.desc())
        .limit(limit)
    )
    return [
        Evidence(
            number=row["report_id"],
            progress=Progress(
                region=row["region"],
                county=row["county"],
                track=row["track"],
                stage=row["stage"],
                basis=Basis(row["basis"]),
                since=row["since"],
                date=row["day"],
                count=row["count"],
                area_mu=row["area_mu"],
                part=row["part"],
            ),
            person=row["person"] or row["sender_name"] or row["sender"],
            sent_at=row["sent_at"],
            text=row["text"],
            order=row["position"],
            live=row["live"],
            derived=row["derived"],
            is_voided=row["report_state"] != "live",
            replaced_by=row["replaced_by"],
        )
        for row in (await tx.execute(query)).mappings()
    ]
