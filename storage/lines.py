"""Connections of our own, past SQLAlchemy, for the one thing that must be quick: a whole commit in a single trip.

What SQLAlchemy's async layer costs a transaction is the same for one message and for a hundred: on SQLite some nine
trips to a thread, on PostgreSQL four to the server. The intake would pay it with every batch, so it goes by these.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")


class SqliteLine:
    """A connection to a SQLite file and the thread that works on it; opened when it is first needed."""

    def __init__(self, engine: AsyncEngine, *, durable: bool) -> None:
        self._engine = engine
        self._durable = durable
        self._thread = ThreadPoolExecutor(1, "intake")
        self._connection: sqlite3.Connection | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Let the thread do a piece of work; it is done to its end, whether or not anybody still waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._open()
        return work(self._connection)

    def _open(self) -> sqlite3.Connection:
        where, options = self._engine.dialect.create_connect_args(self._engine.url)
        connection: sqlite3.Connection = sqlite3.connect(where[0], **options)
        prepare_sqlite(connection, durable=self._durable)
        return connection

    async def close(self) -> None:
        """Close the connection and end the thread."""
        self._thread.submit(self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def prepare_sqlite(connection: Any, *, durable: bool) -> None:  # noqa: ANN401 the driver's own, or SQLAlchemy's about it
    """Make a new connection ours: WAL, every commit on the disk unless it need not be, foreign keys, patience."""
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={'FULL' if durable else 'OFF'}",
        "wal_autocheckpoint=4000",  # pages: message ids fall anywhere in their index, so the same ones come again
        "foreign_keys=ON",
        "busy_timeout=10000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class PostgresLine:
    """A connection to PostgreSQL kept open; after any fault the next statement gets a new one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._held: tuple[PoolProxiedConnection, Any] | None = None

    async def fetch(self, sql: str, *values: Any) -> list[Any]:  # noqa: ANN401 whatever the statement takes and gives
        """Run one statement, which commits itself, and return its rows."""
        async with self._turn:
            driver = await self._open()
            try:
                rows: list[Any] = await driver.fetch(sql, *values)
            except BaseException:
                driver.terminate()
                raise
            return rows

    async def _open(self) -> Any:  # noqa: ANN401 asyncpg has no types
        """Return the connection that is held, or a new one, made as SQLAlchemy makes its own."""
        if self._held is None or self._held[1].is_closed():
            proxied = await self._engine.raw_connection()
            self._held = proxied, proxied.driver_connection
            proxied.detach()
        return self._held[1]

    async def close(self) -> None:
        """Close the connection."""
        if self._held is not None:
            self._held[1].terminate()
            self._held = None
