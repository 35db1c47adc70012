"""What the duban command does, one function a task: settings in, plain lines or a running service out."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import structlog

from bot import bookkeeping, roster, server, wiring
from bot import rebuild as rebuilding
from bot.bookkeeping import Office
from bot.clock import local, local_day
from bot.commands import pushing
from bot.document import Document
from bot.office import contents, files, sheets
from bot.papers.sheet import write_book
from bot.roster import Roster
from bot.schedule import Occurrence, pushes
from bot.schedule.push import KEPT_FOR, Ways
from bot.wiring import Service
from config.campaign import Schedule
from config.settings import Settings
from storage import backup as backups
from storage import outbox, people
from storage.database import FAULTS, Database, Tx, alone, is_away
from storage.outbox import Owed, State

log = structlog.get_logger(__name__)

HANDED_OVER_S = 30
"""How long a push by hand waits for the running service to send what only that can."""


class TaskError(Exception):
    """A task that could not be done; the text says why in one line."""


class PushName(StrEnum):
    """What may be pushed by hand."""

    REMINDER = "reminder"
    MISSING = "missing"
    DAILY = "daily"
    WARNINGS = "warnings"
    WEEKLY = "weekly"
    MONTH = "month"
    END = "end"


async def serve(settings: Settings, *, host: str, port: int | None, roles: Collection[str]) -> None:
    """Bring the database up to date, take the roster in, and serve until told to stop.

    A PostgreSQL that is away is waited for: callbacks are taken into the spool meanwhile.
    """
    rows = None if settings.roster is None else roster.load(settings.roster, wiring.campaign_of(settings))
    service = await _service(settings, is_migrated=False)
    if rows is not None:
        service.outage.know(rows.people)

    async def open_books() -> bool:
        try:
            await service.database.migrate()
            await service.striker.start()
            await _take_roster(rows, service)
        except FAULTS as fault:
            if service.database.is_sqlite or not is_away(fault):
                raise TaskError(_unusable(fault)) from fault
            log.warning("database away, waiting for it", fault=type(fault).__name__)
            return False
        return True

    heartbeat = settings.heartbeat_url.get_secret_value() if settings.heartbeat_url else None
    await server.serve(service, host=host, port=port, roles=roles, heartbeat_url=heartbeat, open_books=open_books)


async def _service(settings: Settings, *, is_migrated: bool = True) -> Service:
    campaign = wiring.campaign_of(settings)
    database = wiring.database_of(settings)
    if is_migrated:
        await _migrate(database)
    try:
        return await wiring.service_of(settings, campaign, database=database, clock=wiring.clock_of(settings))
    except BaseException:
        await database.close()
        raise


async def _migrate(database: Database) -> None:
    try:
        await database.migrate()
    except FAULTS as fault:
        await database.close()
        raise TaskError(_unusable(fault)) from fault


def _unusable(fault: BaseException) -> str:
    return f"DUBAN_DATABASE_URL: 数据库不可用（{type(fault).__name__}）"


async def _take_roster(rows: Roster | None, service: Service) -> None:
    if rows is None:
        return
    async with service.database.transaction() as tx:
        await alone(tx, "roster")
        changed = await people.upsert_roster(tx, service.campaign.key, rows=rows.people, bound=rows.chats)
    log.info("roster taken", changed=len(changed))


async def backup(settings: Settings, file: Path) -> list[str]:
    """Copy everything to a file, beside a service that runs."""
    database = wiring.database_of(settings)
    await _migrate(database)
    try:
        counts = await backups.backup(database, file)
    except OSError as fault:
        raise TaskError(f"{file}: {fault.strerror}") from fault
    finally:
        await database.close()
    return [f"已备份 {file}：{sum(counts.values())}行，其中消息{counts['inbox']}条、登记{counts['reports']}条"]


async def restore(settings: Settings, file: Path) -> list[str]:
    """Put a backup into an empty database, all or nothing."""
    database = wiring.database_of(settings)
    await _migrate(database)
    try:
        counts = await backups.restore(database, file)
    except backups.BackupError as fault:
        raise TaskError(str(fault)) from fault
    finally:
        await database.close()
    return [f"已恢复 {file}：{sum(counts.values())}行，其中消息{counts['inbox']}条、登记{counts['reports']}条"]


async def upgrade(settings: Settings) -> None:
    """Bring the database up to date."""
    database = wiring.database_of(settings)
    await _migrate(database)
    await database.close()


async def rebuild(settings: Settings, *, apply: bool, say: Callable[[str], None]) -> None:
    """Read all stored messages again and say what differs, or bring the ledger to it."""
    service = await _service(settings)
    try:
        async for line in rebuilding.run(service.office, service.database, apply=apply, now=service.clock.now()):
            say(line)
    finally:
        await service.close()


async def import_roster(settings: Settings, file: Path, *, dry_run: bool) -> list[str]:
    """Bring a roster file in, or say what it would change."""
    campaign = wiring.campaign_of(settings)
    rows = roster.load(file, campaign)
    database = wiring.database_of(settings)
    await _migrate(database)
    try:
        async with database.transaction() as tx:
            changed = await people.upsert_roster(tx, campaign.key, rows=rows.people, bound=rows.chats)
            if dry_run:
                await tx.rollback()
    finally:
        await database.close()
    return changed or ["没有变化"]


@asynccontextmanager
async def _books(settings: Settings) -> AsyncIterator[tuple[Office, Database, dt.datetime]]:
    """Open the ledger for one task: the rules of today, the database, the moment."""
    campaign = wiring.campaign_of(settings)
    database = wiring.database_of(settings)
    await _migrate(database)
    try:
        yield wiring.office_of(campaign), database, wiring.clock_of(settings).now()
    finally:
        await database.close()


async def export(settings: Settings, file: Path) -> str:
    """Write the whole ledger as a workbook."""
    if file.suffix.lower() != ".xlsx":
        raise TaskError(f"{file}: 文件名须以.xlsx结尾")
    async with _books(settings) as (office, database, now):
        async with database.transaction(reading=True) as tx:
            found = await contents.load(tx, await bookkeeping.current(tx, office), now=now)
        data = await asyncio.to_thread(write_book, sheets.compose(found))
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(file)
    except OSError as fault:
        raise TaskError(f"{file}: {fault.strerror}") from fault
    return f"已写入 {file}"


def _workbook(file: Path) -> bytes:
    try:
        if file.stat().st_size > files.LIMITS.file_bytes:
            raise TaskError(f"{file}: larger than {files.LIMITS.file_bytes} bytes")
        return file.read_bytes()
    except OSError as fault:
        raise TaskError(f"{file}: {fault.strerror}") from fault


async def import_ledger(settings: Settings, file: Path, *, dry_run: bool) -> list[str]:
    """Bring a workbook of standings in, or say what it would change; nothing when any row has a fault."""
    data = _workbook(file)
    async with _books(settings) as (office, database, now):
        return await files.import_ledger(database, office, data, name=file.name, now=now, dry_run=dry_run)


async def import_projects(settings: Settings, file: Path, *, dry_run: bool) -> list[str]:
    """Bring a list of projects in, or say what it would change; nothing when any row has a fault."""
    data = _workbook(file)
    async with _books(settings) as (office, database, now):
        return await files.import_projects(database, office, data, name=file.name, now=now, dry_run=dry_run)


async def push(
    settings: Settings, kind: PushName, *, day: dt.date | None, dry_run: bool, out: Path | None
) -> list[str]:
    """Make a push now and deliver it, or only say what it would be."""
    service = await _service(settings)
    try:
        rows = None if settings.roster is None else roster.load(settings.roster, service.campaign)
        await _take_roster(rows, service)
        occurrence = _by_hand(service, kind, _pushable(service, day))
        if dry_run:
            return await _shown(service, occurrence, out)
        return await _pushed(service, occurrence)
    finally:
        await service.close()


def _pushable(service: Service, day: dt.date | None) -> dt.date | None:
    """Return the day a push is about; one outside the campaign, or yet to come, has nothing to be said of."""
    campaign, today = service.campaign, local_day(service.clock.now())
    if day is not None and not campaign.start <= day <= min(campaign.end, today):
        raise TaskError(f"--date {day}: 须在{campaign.start}至{min(campaign.end, today)}之间")
    return day


def _by_hand(service: Service, kind: PushName, day: dt.date | None) -> Occurrence:
    """Return an occurrence of its own, so that a push by hand takes no scheduled one's place."""
    now = service.clock.now()
    named = [s for s in service.campaign.schedules if s.push == kind]
    at = named[0].at if named else now.time()
    moment = now if day is None else local(day, at)
    key = f"{kind}-by-hand-{now:%Y%m%d%H%M%S%f}"
    return Occurrence(schedule=Schedule(key=key, push=kind.value, at=at), due_at=moment)


async def _shown(service: Service, occurrence: Occurrence, out: Path | None) -> list[str]:
    async with service.database.transaction() as tx:
        owed, reason = await _make(service, tx, occurrence)
        await tx.rollback()
    if out is not None:
        promised = {f.name: f for o in owed for f in _document(o).attachments}
        made = {name: await service.studio.bytes_of(file) for name, file in promised.items()}
        _keep(out, {name: data for name, data in made.items() if data is not None})
    if reason is not None:
        return [reason]
    return [f"→ {o.messenger} {o.chat_id}\n{_document(o).text}" for o in owed]


def _keep(out: Path, files: Mapping[str, bytes]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (out / name).write_bytes(data)


async def _pushed(service: Service, occurrence: Occurrence) -> list[str]:
    async with service.database.transaction() as tx:
        paused = await pushing.why_paused(tx, service.campaign.key)
        if paused is not None:
            raise TaskError(paused)
        made, reason = await _make(service, tx, occurrence)
        # Whatever day it is about, it is said now.
        now = service.clock.now()
        owed = [replace(o, created_at=now, not_before=now, expires_at=now + KEPT_FOR) for o in made]
        await outbox.enqueue(tx, owed)
    if reason is not None:
        return [reason]
    while any([await courier.deliver_next() for courier in service.couriers]):
        pass
    states = await _settled(service, [o.dedup_key for o in owed])
    failed = [o for o in owed if states.get(o.dedup_key) != State.SENT]
    if failed:
        raise TaskError("；".join(f"{o.chat_id}: 未送达" for o in failed))
    return [f"已送达 {o.chat_id}" for o in owed]


async def _settled(service: Service, keys: Sequence[str]) -> Mapping[str, State]:
    """Return where posts are, once those are sent that only the running service can send: it holds the connection."""
    states: Mapping[str, State] = {}
    for _ in range(HANDED_OVER_S if service.robots.connections else 1):
        async with service.database.transaction(reading=True) as tx:
            states = await outbox.states_of(tx, keys)
        if not {State.WAITING, State.LEASED} & set(states.values()) or not service.robots.connections:
            break
        await asyncio.sleep(1)
    return states


async def _make(service: Service, tx: Tx, occurrence: Occurrence) -> tuple[list[Owed], str | None]:
    now = occurrence.due_at
    ways = Ways.of(service.messengers).at_once()
    return await pushes.make(tx, service.office, occurrence, now=now, ways=ways, is_guarded=False)


def _document(owed: Owed) -> Document:
    return Document.from_json(owed.document)
