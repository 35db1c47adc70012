"""Who has nothing to do is woken when another process leaves work (PostgreSQL's LISTEN and NOTIFY)."""

import asyncio
import contextlib
from collections.abc import Callable

import asyncpg
from sqlalchemy import text

from storage.database import Database, Tx

CHANNEL = "duban_work"
RETRY_S = 5.0


async def notify(tx: Tx, word: str) -> None:
    """Tell every process when this transaction commits."""
    if tx.dialect.name != "sqlite":
        await tx.execute(text("SELECT pg_notify(:channel, :word)"), {"channel": CHANNEL, "word": word})


async def listen(database: Database, heard: Callable[[str], None]) -> None:
    """Hand on every word until cancelled; a lost connection is made again, and polling covers the time between."""
    if database.is_sqlite:
        return
    url = database.url.replace("postgresql+asyncpg://", "postgresql://", 1)
    while True:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            await _listen_once(url, heard)
        await asyncio.sleep(RETRY_S)


async def _listen_once(url: str, heard: Callable[[str], None]) -> None:
    lost = asyncio.Event()
    connection = await asyncpg.connect(url, timeout=10)
    try:
        connection.add_termination_listener(lambda _connection: lost.set())
        await connection.add_listener(CHANNEL, lambda _connection, _pid, _channel, word: heard(str(word)))
        await lost.wait()
    finally:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=2)
