"""What was reported: reports with their entries, the line-days beside them, and the ways to correct and void them.

Nothing is deleted: an entry that no longer counts is kept, not live, with what replaced it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from sqlalchemy import RowMapping, Table, and_, exists, func, not_, select, text, tuple_, update

from storage.database import Tx, insert
from storage.following import follow_report
from storage.records import Basis, Entry, Figures, LineDay, LineKey, Progress, RecordState, Report, Stretch
from storage.standings import of_days
from storage.tables import duties, entries, line_days, questions, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyMet:
    """A report meets a day's reporting duty."""

    report: Report
    day: dt.date
    nil: bool


class Met(Struct, frozen=True, kw_only=True, gc=False):
    """What came in of a unit for a day."""

    first_at: dt.datetime
    nil_only: bool


async def lock(tx: Tx, campaign: str, regions: Iterable[str]) -> None:
    """Hold these regions' lines to the end of the transaction (on SQLite the writer's turn does)."""
    if tx.dialect.name == "sqlite":
        return
    for region in sorted(set(regions)):
        await tx.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"{campaign}/{region}"}
        )


async def draw_report_numbers(tx: Tx, how_many: int) -> list[int]:
    """Return report numbers that nobody has, rising; those not used are gaps."""
    return await _draw(tx, reports, how_many)


async def draw_entry_ids(tx: Tx, how_many: int) -> list[int]:
    """Return entry ids that nobody has, rising; those not used are gaps."""
    return await _draw(tx, entries, how_many)


async def _draw(tx: Tx, table: Table, how_many: int) -> list[int]:
    if tx.dialect.name == "sqlite":
        highest = int((await tx.execute(select(func.coalesce(func.max(table.c.id), 0)))).scalar_one())
        return list(range(highest + 1, highest + 1 + how_many))
    drawn = await tx.execute(
        text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :n)"),
        {"table": table.name, "n": how_many},
    )
    return sorted(int(number) for number in drawn.scalars())


async def load_days(tx: Tx, campaign: str, keys: Sequence[LineKey]) -> dict[LineKey, tuple[LineDay, ...]]:
    """Return the days of these lines, oldest first."""
    if not keys:
        return {}
    where = _lines(line_days, campaign, keys)
    found: dict[LineKey, list[LineDay]] = {}
    for row in (await tx.execute(select(line_days).where(where).order_by(line_days.c.day))).mappings():
        found.setdefault((row["region"], row["track"], row["stage"]), []).append(_line_day(row))
    return {key: tuple(days) for key, days in found.items()}


async def load_stretches(tx: Tx, campaign: str, keys: Sequence[LineKey]) -> dict[LineKey, tuple[Stretch, ...]]:
    """Return the live increments over several days of these lines."""
    if not keys:
        return {}
    query = select(entries).where(
        _lines(entries, campaign, keys),
        entries.c.live,
        ~entries.c.part,
        entries.c.basis == Basis.INCREMENT,
        entries.c.since < entries.c.day,
    )
    found: dict[LineKey, list[Stretch]] = {}
    for row in (await tx.execute(query.order_by(entries.c.id))).mappings():
        stretch = Stretch(
            since=row["since"],
            date=row["day"],
            figures=Figures(count=row["count"], area_mu=row["area_mu"]),
            sent_at=row["sent_at"],
            order=row["position"],
        )
        found.setdefault((row["region"], row["track"], row["stage"]), []).append(stretch)
    return {key: tuple(stretches) for key, stretches in found.items()}


async def load_entries(
    tx: Tx, campaign: str, *, regions: Sequence[str], days: Sequence[dt.date] | None = None, live: bool = True
) -> list[Entry]:
    """Return the entries of these regions that are dated on these days (or on any), in the order of entry."""
    query = select(entries).where(entries.c.campaign == campaign, entries.c.region.in_(regions))
    if days is not None:
        query = query.where(entries.c.day.in_(days))
    if live:
        query = query.where(entries.c.live)
    return [_entry(row) for row in (await tx.execute(query.order_by(entries.c.id))).mappings()]


async def entries_of(tx: Tx, numbers: Sequence[int]) -> list[Entry]:
    """Return all entries of these reports, live or not."""
    query = select(entries).where(entries.c.report_id.in_(numbers)).order_by(entries.c.id)
    return [_entry(row) for row in (await tx.execute(query)).mappings()]


async def add_reports(tx: Tx, added: Sequence[Report]) -> None:
    """Enter reports under their drawn numbers."""
    if added:
        rows = [
            {
                "id": r.number,
                "campaign": r.campaign,
                "region": r.region,
                "inbox_id": r.inbox_id,
                "sender": r.sender,
                "day": r.day,
                "sent_at": r.sent_at,
                "state": r.state,
                "correction": r.correction,
                "nil": r.nil,
                "replaces": list(r.replaces) or None,
            }
            for r in added
        ]
        await tx.execute(insert(tx, reports), rows)


async def add_entries(tx: Tx, campaign: str, added: Sequence[Entry]) -> None:
    """Enter entries under their drawn ids."""
    if added:
        rows = [
            {
                "id": e.id,
                "campaign": campaign,
                "report_id": e.number,
                "region": e.progress.region,
                "county": e.progress.county,
                "track": e.progress.track,
                "stage": e.progress.stage,
                "basis": e.progress.basis,
                "since": e.progress.since,
                "day": e.progress.date,
                "count": e.progress.count,
                "area_mu": e.progress.area_mu,
                "part": e.progress.part,
                "derived": e.derived,
                "live": e.live,
                "spans": [list(span) for span in e.progress.spans] or None,
                "sent_at": e.sent_at,
                "position": e.order,
                "sender": e.sender,
            }
            for e in added
        ]
        await tx.execute(insert(tx, entries), rows)


async def add_duties(tx: Tx, added: Sequence[DutyMet]) -> None:
    """Enter which days' reporting duty reports meet."""
    if added:
        rows = [
            {
                "campaign": d.report.campaign,
                "report_id": d.report.number,
                "region": d.report.region,
                "day": d.day,
                "nil": d.nil,
                "at": d.report.sent_at,
                "live": True,
            }
            for d in added
        ]
        await tx.execute(insert(tx, duties), rows)


async def duties_met(tx: Tx, campaign: str, *, since: dt.date, until: dt.date) -> dict[tuple[str, dt.date], Met]:
    """Return of each unit and day when its first live report was sent, and whether nothing but nil was said."""
    query = (
        select(duties.c.region, duties.c.day, func.min(duties.c.at), func.count().filter(~duties.c.nil))
        .where(duties.c.campaign == campaign, duties.c.live, duties.c.day >= since, duties.c.day <= until)
        .group_by(duties.c.region, duties.c.day)
    )
    return {
        (str(region), day): Met(first_at=first_at, nil_only=not others)
        for region, day, first_at, others in await tx.execute(query)
    }


async def retire(tx: Tx, replaced: Mapping[int, int]) -> None:
    """Let entries (id → number of the report that replaces them) count no longer."""
    for entry_id, by in replaced.items():
        await tx.execute(update(entries).where(entries.c.id == entry_id).values(live=False, replaced_by=by))


async def replacements(tx: Tx, number: int) -> dict[int, int]:
    """Return which entries of a report count no more because of another's: entry id → number of that report."""
    query = select(entries.c.id, entries.c.replaced_by).where(
        entries.c.report_id == number, entries.c.live.is_(False), entries.c.replaced_by.is_not(None)
    )
    return {int(entry): int(by) for entry, by in await tx.execute(query)}


async def set_state(tx: Tx, number: int, state: RecordState, *, at: dt.datetime, by: str, reason: str) -> None:
    """Void a report, or bring it back, with everything it holds.

    Questions about it are asked no more. What it had replaced counts again when it is voided, and no longer when it
    comes back: an entry counts when its own report does and no report that does replaces it.
    """
    mark = {"voided_at": at, "voided_by": by, "reason": reason, "touched_by": by}
    await tx.execute(update(reports).where(reports.c.id == number).values(state=state, **mark))
    await tx.execute(update(duties).where(duties.c.report_id == number).values(live=state is RecordState.LIVE))
    if state is RecordState.VOIDED:
        asked = (questions.c.report_id == number) & questions.c.state.in_(["open", "queued", "unclaimed"])
        await tx.execute(update(questions).where(asked).values(state="dropped"))
    own, other = reports.alias("own"), reports.alias("other")
    counts = exists().where(own.c.id == entries.c.report_id, own.c.state == RecordState.LIVE)
    replaced = exists().where(other.c.id == entries.c.replaced_by, other.c.state == RecordState.LIVE)
    touched = (entries.c.report_id == number) | (entries.c.replaced_by == number)
    await tx.execute(update(entries).where(touched).values(live=and_(counts, not_(replaced))))
    await follow_report(tx, number, live=state is RecordState.LIVE, at=at, by=by)


async def touch(tx: Tx, number: int, *, by: str) -> None:
    """Remember that a person changed a report: a rebuild leaves it."""
    await tx.execute(update(reports).where(reports.c.id == number).values(touched_by=by))


async def touched_lines(tx: Tx, number: int) -> set[LineKey]:
    """Return the lines that a report's entries, and those it replaced, stand on."""
    query = select(entries.c.region, entries.c.track, entries.c.stage).where(
        (entries.c.report_id == number) | (entries.c.replaced_by == number)
    )
    return {(region, track, stage) for region, track, stage in await tx.execute(query.distinct())}


async def save_days(tx: Tx, campaign: str, changed: Mapping[LineKey, Sequence[LineDay]]) -> None:
    """Write line-days, new or changed."""
    rows = [
        {
            "campaign": campaign,
            "region": region,
            "track": track,
            "stage": stage,
            "day": d.day,
            "added_count": d.added.count,
            "added_mu": d.added.area_mu,
            "stated_count": d.stated.count,
            "stated_mu": d.stated.area_mu,
            "count": d.standing.count,
            "area_mu": d.standing.area_mu,
        }
        for (region, track, stage), days in changed.items()
        for d in days
    ]
    if rows:
        statement = insert(tx, line_days)
        figures = ("added_count", "added_mu", "stated_count", "stated_mu", "count", "area_mu")
        keys = ["campaign", "region", "track", "stage", "day"]
        upsert = statement.on_conflict_do_update(
            index_elements=keys, set_={name: statement.excluded[name] for name in figures}
        )
        await tx.execute(upsert, rows)


async def standings(
    tx: Tx, campaign: str, *, as_of: dt.date, stages: Collection[str]
) -> dict[LineKey, tuple[dt.date, Figures]]:
    """Return what each line of these stages stands at when a day ends, with the day of its newest figure."""
    found = (await of_days(tx, campaign, {as_of: stages}))[as_of]
    return {line: (found.as_of[line], figures) for line, figures in found.standing.items()}


async def report(tx: Tx, number: int) -> Report | None:
    """Return a report by its number, or None."""
    row = (await tx.execute(select(reports).where(reports.c.id == number))).mappings().first()
    return _report(row) if row else None


async def last_report(tx: Tx, campaign: str, sender: str) -> Report | None:
    """Return the newest live report of a sender, or None."""
    query = (
        select(reports)
        .where(reports.c.campaign == campaign, reports.c.sender == sender, reports.c.state == RecordState.LIVE)
        .order_by(reports.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).mappings().first()
    return _report(row) if row else None


async def reports_by(
    tx: Tx, campaign: str, sender: str, *, since: dt.date, limit: int, state: RecordState = RecordState.LIVE
) -> list[Report]:
    """Return a sender's reports of days from `since` on, the newest first."""
    query = select(reports).where(
        reports.c.campaign == campaign, reports.c.sender == sender, reports.c.state == state, reports.c.day >= since
    )
    return [_report(row) for row in (await tx.execute(query.order_by(reports.c.id.desc()).limit(limit))).mappings()]


async def reports_of_message(tx: Tx, inbox_id: int) -> list[Report]:
    """Return the reports that a message made."""
    query = select(reports).where(reports.c.inbox_id == inbox_id).order_by(reports.c.id)
    return [_report(row) for row in (await tx.execute(query)).mappings()]


async def nil_days(tx: Tx, numbers: Sequence[int]) -> list[tuple[str, dt.date]]:
    """Return the units and days of which these reports said that there was nothing new."""
    query = select(duties.c.region, duties.c.day).where(duties.c.report_id.in_(numbers), duties.c.nil)
    return [(str(region), day) for region, day in await tx.execute(query.order_by(duties.c.id))]


async def reports_of_messages(tx: Tx, inbox_ids: Sequence[int]) -> dict[int, list[tuple[Report, str | None]]]:
    """Return the reports that messages made, each with who touched it by hand, by message."""
    query = select(reports).where(reports.c.inbox_id.in_(inbox_ids)).order_by(reports.c.id)
    found: dict[int, list[tuple[Report, str | None]]] = {}
    for row in (await tx.execute(query)).mappings():
        found.setdefault(row["inbox_id"], []).append((_report(row), row["touched_by"]))
    return found


def _lines(table: Any, campaign: str, keys: Sequence[LineKey]) -> Any:  # noqa: ANN401 SQLAlchemy's own expression
    return (table.c.campaign == campaign) & tuple_(table.c.region, table.c.track, table.c.stage).in_(list(keys))


def _line_day(row: RowMapping) -> LineDay:
    return LineDay(
        day=row["day"],
        added=Figures(count=row["added_count"], area_mu=row["added_mu"]),
        stated=Figures(count=row["stated_count"], area_mu=row["stated_mu"]),
        standing=Figures(count=row["count"], area_mu=row["area_mu"]),
    )


def _entry(row: RowMapping) -> Entry:
    progress = Progress(
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
        spans=tuple((span[0], span[1]) for span in row["spans"] or ()),
    )
    return Entry(
        id=row["id"],
        number=row["report_id"],
        progress=progress,
        sent_at=row["sent_at"],
        order=row["position"],
        sender=row["sender"],
        live=row["live"],
        derived=row["derived"],
    )


def _report(row: RowMapping) -> Report:
    names = ("campaign", "region", "inbox_id", "sender", "day", "sent_at", "correction", "nil")
    return Report(
        number=row["id"],
        replaces=tuple(row["replaces"] or ()),
        state=RecordState(row["state"]),
        **{name: row[name] for name in names},
    )
