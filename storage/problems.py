"""The problem ledger: problems with their history, numbered within a campaign. Nothing is decided here."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, text, update

from storage.database import Tx, insert
from storage.kept import LIVE_STATES, OPEN_STATES, SHOWN_STATES, Deed, Happening, KeptProblem, ProblemState
from storage.tables import inbox, problem_events, problems, reports

_MOVABLE = (
    "number",
    "state",
    "division",
    "measure",
    "person",
    "due",
    "opened_at",
    "changed_at",
    "announced_at",
    "evidence",
    "solved_by",
)
_FIXED = ("campaign", "region", "project", "category", "text")


async def lock(tx: Tx, campaign: str) -> None:
    """Hold the campaign's problems to the end of the transaction (on SQLite the writer's turn does)."""
    if tx.dialect.name != "sqlite":
        await tx.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))"), {"key": f"{campaign}/problems"}
        )


async def next_number(tx: Tx, campaign: str) -> int:
    """Return the number that the campaign's next problem gets; numbers are given in one transaction at a time."""
    await lock(tx, campaign)
    query = select(func.coalesce(func.max(problems.c.number), 0)).where(problems.c.campaign == campaign)
    return int((await tx.execute(query)).scalar_one()) + 1


async def add(tx: Tx, added: Sequence[KeptProblem]) -> list[KeptProblem]:
    """Keep new problems and candidates; return them with their ids."""
    kept = []
    for one in added:
        values = {name: getattr(one, name) for name in (*_FIXED, *_MOVABLE)} | {"report_id": one.report}
        added_id = (await tx.execute(insert(tx, problems).values(**values).returning(problems.c.id))).scalar_one()
        kept.append(_with_id(one, int(added_id)))
    return kept


async def save(tx: Tx, changed: Iterable[KeptProblem]) -> None:
    """Write problems as they are now."""
    for one in changed:
        values = {name: getattr(one, name) for name in _MOVABLE}
        await tx.execute(update(problems).where(problems.c.id == one.id).values(**values))


async def note(tx: Tx, campaign: str, happened: Sequence[Happening]) -> None:
    """Write lines of history, each to the problem of that number."""
    if not happened:
        return
    numbers = sorted({h.number for h in happened})
    query = select(problems.c.number, problems.c.id).where(
        problems.c.campaign == campaign, problems.c.number.in_(numbers)
    )
    ids = {row.number: row.id for row in await tx.execute(query)}
    rows = [
        {
            "problem_id": ids[h.number],
            "report_id": h.report,
            "at": h.at,
            "actor": h.actor,
            "action": h.deed,
            "detail": dict(h.detail) or None,
        }
        for h in happened
    ]
    await tx.execute(insert(tx, problem_events), rows)


async def live(tx: Tx, campaign: str, *, regions: Iterable[str], numbers: Iterable[int] = ()) -> list[KeptProblem]:
    """Return what is not yet off the ledger in these regions, and the problems of these numbers, closed ones too."""
    here = problems.c.region.in_(sorted(set(regions))) & problems.c.state.in_(sorted(LIVE_STATES))
    named = problems.c.number.in_(sorted(set(numbers))) & problems.c.state.in_(sorted(SHOWN_STATES))
    return await _load(tx, _numbered(campaign).where(here | named))


async def find(tx: Tx, campaign: str, number: int) -> KeptProblem | None:
    """Return the problem of that number, or None."""
    found = await _load(tx, _numbered(campaign).where(problems.c.number == number))
    return found[0] if found else None


async def in_states(
    tx: Tx, campaign: str, *, states: Iterable[ProblemState] = LIVE_STATES, since: dt.datetime | None = None
) -> list[KeptProblem]:
    """Return the problems in these states (moved since a moment), by number."""
    query = _numbered(campaign).where(problems.c.state.in_(sorted(states)))
    return await _load(tx, query if since is None else query.where(problems.c.changed_at >= since))


async def shown(tx: Tx, campaign: str) -> list[KeptProblem]:
    """Return every problem that the ledger shows, closed ones too, by number."""
    return await in_states(tx, campaign, states=SHOWN_STATES)


async def candidates(tx: Tx, campaign: str, *, messenger: str, chat_id: str, sender: str) -> list[KeptProblem]:
    """Return what a sender's last message in a chat that mentioned problems in passing mentioned, not opened yet."""
    query = (
        select(problems)
        .join(reports, reports.c.id == problems.c.report_id)
        .join(inbox, inbox.c.id == reports.c.inbox_id)
        .where(
            problems.c.campaign == campaign,
            problems.c.state == ProblemState.CANDIDATE,
            reports.c.sender == sender,
            inbox.c.messenger == messenger,
            inbox.c.chat_id == chat_id,
        )
        .order_by(problems.c.id)
    )
    found = await _load(tx, query)
    last = max((p.opened_at for p in found), default=None)
    return [p for p in found if p.opened_at == last]


async def history(tx: Tx, campaign: str, number: int) -> list[Happening]:
    """Return the history of a problem, oldest first."""
    return await _happenings(tx, _events(campaign).where(problems.c.number == number))


async def deeds(tx: Tx, campaign: str, *, deed: Deed) -> dict[int, list[dt.datetime]]:
    """Return when something happened to each problem that is not yet off the ledger, by number."""
    query = _events(campaign).where(problem_events.c.action == deed, problems.c.state.in_(sorted(LIVE_STATES)))
    found: dict[int, list[dt.datetime]] = {}
    for happening in await _happenings(tx, query):
        found.setdefault(happening.number, []).append(happening.at)
    return found


async def counts(
    tx: Tx, campaign: str, *, day_starts: dt.datetime, day_ends: dt.datetime, today: dt.date
) -> tuple[int, dict[str, int]]:
    """Return how many problems were opened on a day, and how many of each division's are overdue."""
    opened = select(func.count()).where(
        problems.c.campaign == campaign,
        problems.c.number.is_not(None),
        problems.c.state != ProblemState.WITHDRAWN,
        problems.c.opened_at >= day_starts,
        problems.c.opened_at < day_ends,
    )
    overdue = (
        select(problems.c.division, func.count())
        .where(problems.c.campaign == campaign, problems.c.due < today, problems.c.state.in_(sorted(OPEN_STATES)))
        .group_by(problems.c.division)
    )
    late = {str(division or ""): int(number) for division, number in await tx.execute(overdue)}
    return int((await tx.execute(opened)).scalar_one()), late


async def of_report(tx: Tx, report: int) -> list[KeptProblem]:
    """Return the problems and candidates that a report brought, or whose history it wrote on."""
    wrote = select(problem_events.c.problem_id).where(problem_events.c.report_id == report)
    query = select(problems).where((problems.c.report_id == report) | problems.c.id.in_(wrote))
    return await _load(tx, query.order_by(problems.c.id))


def _numbered(campaign: str) -> Select[Any]:
    query = select(problems).where(problems.c.campaign == campaign, problems.c.number.is_not(None))
    return query.order_by(problems.c.number)


def _events(campaign: str) -> Select[Any]:
    query = select(problem_events, problems.c.number).join(problems, problems.c.id == problem_events.c.problem_id)
    return query.where(problems.c.campaign == campaign, problems.c.number.is_not(None)).order_by(problem_events.c.id)


async def _load(tx: Tx, query: Select[Any]) -> list[KeptProblem]:
    return [_kept(row) for row in (await tx.execute(query)).mappings()]


async def _happenings(tx: Tx, query: Select[Any]) -> list[Happening]:
    return [
        Happening(
            number=row["number"],
            deed=Deed(row["action"]),
            at=row["at"],
            actor=row["actor"],
            report=row["report_id"],
            detail=row["detail"] or {},
        )
        for row in (await tx.execute(query)).mappings()
    ]


def _kept(row: RowMapping) -> KeptProblem:
    values = {name: row[name] for name in (*_FIXED, *_MOVABLE)}
    return KeptProblem(id=row["id"], report=row["report_id"], **values | {"state": ProblemState(row["state"])})


def _with_id(one: KeptProblem, added_id: int) -> KeptProblem:
    values = {name: getattr(one, name) for name in (*_FIXED, *_MOVABLE)}
    return KeptProblem(id=added_id, report=one.report, **values)
