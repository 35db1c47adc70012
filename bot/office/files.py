"""Workbooks brought in at the command line: shown, and entered in one transaction unless it is a dry run."""

import datetime as dt
import hashlib

from bot import bookkeeping
from bot.bookkeeping import Office
from bot.clock import local_day
from bot.office import opening, project_list
from bot.office.opening import Source
from bot.papers.sheet_reader import Limits
from bot.rules.wording import excel
from storage import audit, imports
from storage.database import Database, Tx

LIMITS = Limits(file_bytes=32 * 1024 * 1024, unpacked_bytes=400 * 1024 * 1024, rows=100_000)
"""An operator waits for it at the command line, so more is read than in chat."""
ACTOR = f"{imports.MESSENGER}/duban import"


async def import_ledger(
    database: Database, office: Office, data: bytes, *, name: str, now: dt.datetime, dry_run: bool
) -> list[str]:
    """Bring standings in and say what changes; raise SheetError, and change nothing, when any row has a fault."""
    stated = await opening.read(data, office, now=now, limits=LIMITS)
    async with database.transaction() as tx:
        office = await bookkeeping.current(tx, office)
        planned = await opening.plan(tx, office, stated, today=local_day(now))
        lines = planned.lines(office)
        if dry_run or planned.is_idle:
            return lines
        source = await _receive(tx, office, data, name=name, now=now)
        numbers = await opening.enter(tx, office, planned, source)
        await audit.note(
            tx,
            campaign=office.campaign.key,
            at=now,
            actor=ACTOR,
            action="import_ledger",
            inbox_id=source.inbox_id,
            detail={"file": name, "reports": list(numbers)},
        )
    told = excel.imported(len(planned.changes), numbers)
    return [*lines, told, *([excel.trial_over()] if planned.ends_trial else [])]


async def import_projects(
    database: Database, office: Office, data: bytes, *, name: str, now: dt.datetime, dry_run: bool
) -> list[str]:
    """Bring a list of projects in and say what changes; raise SheetError when any row has a fault."""
    listed = await project_list.read(data, office, limits=LIMITS)
    async with database.transaction() as tx:
        planned = await project_list.plan(tx, office, listed)
        if not dry_run and planned.rows:
            source = await _receive(tx, office, data, name=name, now=now)
            await project_list.write(tx, office, planned, source)
    return planned.lines()


async def _receive(tx: Tx, office: Office, data: bytes, *, name: str, now: dt.datetime) -> Source:
    sha256 = hashlib.sha256(data).hexdigest()
    received = await imports.receive(
        tx, office.campaign.key, text=excel.received(name), sha256=sha256, actor=ACTOR, at=now
    )
    return Source(inbox_id=received, actor=ACTOR, at=now)
