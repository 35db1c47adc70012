"""The database: one engine, one way to a transaction, the same on SQLite and PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import Connection, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.lines import PostgresLine, SqliteLine, prepare_sqlite
from storage.migrations import HEAD, upgrade

Tx = AsyncConnection
"""An open transaction; whoever opened it commits."""

FAULTS = (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Everything that a database may answer with, at the latest when a connection is made."""

MIGRATION_LOCK = 7_235_911


class Database:
    """The one engine of a process.

    On SQLite one asyncio lock queues this process's writers, and BEGIN IMMEDIATE those of other processes:
    nobody waits busily, nobody fails half-way.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        """Open a database; what need not outlive the process (a replay, a demo) may go without waiting for the disk."""
        self.url = _async_url(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self._writer = asyncio.Lock()
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            hide_parameters=True,  # an error's text goes to the logs, and parameters are people's words
            json_serializer=lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
            **(_SQLITE if self.is_sqlite else _POSTGRESQL),
        )
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", partial(_prepare_sqlite, durable=durable))
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self.line = SqliteLine(self.engine, durable=durable) if self.is_sqlite else PostgresLine(self.engine)

    @asynccontextmanager
    async def transaction(self, *, reading: bool = False) -> AsyncIterator[Tx]:
        """Open a transaction; commit when the block ends well, else roll back. `reading` takes no writer's turn."""
        async with nullcontext() if reading else self.turn(), self.engine.connect() as connection:
            await connection.execution_options(duban_reading=reading)
            async with connection.begin():
                yield connection

    def turn(self) -> AbstractAsyncContextManager[Any]:
        """Wait for this process's turn to write."""
        return self._writer if self.is_sqlite else nullcontext()

    async def migrate(self) -> None:
        """Bring the schema up to date, one process at a time; return at once when it is."""
        async with self.transaction() as tx:
            if not self.is_sqlite:
                await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            if await tx.run_sync(_version) != HEAD:
                await tx.run_sync(upgrade)

    async def close(self) -> None:
        """Close every connection."""
        await self.line.close()
        await self.engine.dispose()


async def alone(tx: Tx, what: str) -> None:
    """Let no other process do the same before this transaction ends."""
    if tx.dialect.name != "sqlite":
        await tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 3))"), {"what": what})


def is_away(fault: BaseException) -> bool:
    """Whether the database cannot be reached just now, so that waiting may help: refused, lost, starting, full up."""
    state = str(getattr(getattr(fault, "orig", None) or fault, "sqlstate", None) or "")
    return isinstance(fault, OSError | InterfaceError) or state.startswith(("08", "53", "57P"))


def insert(tx: Tx, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's INSERT, which knows ON CONFLICT."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


_SQLITE: dict[str, Any] = {"pool_size": 8, "max_overflow": 8}
_POSTGRESQL: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 8,
    "pool_pre_ping": True,
    "connect_args": {
        "timeout": 10,
        "server_settings": {
            "application_name": "duban",
            "timezone": "UTC",
            "jit": "off",  # our statements are short; compiling them costs more than running them
            "idle_in_transaction_session_timeout": "60000",  # a stopped holder must not keep a chat for ever
        },
    },
}


def _async_url(url: str) -> str:
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    return parsed.set(drivername=driver.get(parsed.drivername, parsed.drivername)).render_as_string(hide_password=False)


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry, *, durable: bool) -> None:  # noqa: ANN401 the driver's own, untyped
    prepare_sqlite(connection, durable=durable)


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("duban_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _version(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
