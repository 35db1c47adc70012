"""A copy of everything in one file, taken while the service runs, and put back into an empty database of either kind.

The file is zip: `about.json`, and for each table its rows as JSON lines, read in one transaction.
"""

import base64
import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Date, Integer, LargeBinary, Table, func, insert, select, text

from storage.database import Database, Tx
from storage.migrations import HEAD
from storage.tables import metadata
from storage.types import Moment, Mu

FORMAT = 1
AT_ONCE = 1000
ABOUT = "about.json"


class BackupError(Exception):
    """A backup that cannot be put back; the text says why."""


async def backup(database: Database, file: Path) -> dict[str, int]:
    """Write everything as it is at one moment to a file; return how many rows each table has.

    The file appears under its name only when it is whole.
    """
    part = file.with_name(file.name + ".part")
    counts: dict[str, int] = {}
    sums: dict[str, str] = {}
    async with database.transaction(reading=True) as tx:
        if not database.is_sqlite:
            await tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for table in metadata.sorted_tables:
                digest = hashlib.sha256()
                counts[table.name] = 0
                with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
                    async for line in _lines(tx, table):
                        out.write(line)
                        digest.update(line)
                        counts[table.name] += 1
                sums[table.name] = digest.hexdigest()
            about = {"format": FORMAT, "schema": HEAD, "rows": counts, "sha256": sums}
            archive.writestr(ABOUT, json.dumps(about))
    part.replace(file)
    return counts


async def _lines(tx: Tx, table: Table) -> AsyncIterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns)
    async with tx.stream(query) as rows:
        async for row in rows:
            said = [_said(value) for value in row]
            yield json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


async def restore(database: Database, file: Path) -> dict[str, int]:
    """Put a backup into an empty database, all or nothing; return how many rows each table has."""
    try:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(ABOUT))
            if about.get("format") != FORMAT or about.get("schema") != HEAD:
                raise BackupError(f"{file}: 备份的版本是{about.get('schema')}，本程序是{HEAD}")
            async with database.transaction() as tx:
                await _demand_empty(tx)
                for table in metadata.sorted_tables:
                    await _fill(tx, table, archive, about)
                await _go_on_counting(tx)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        raise BackupError(f"{file}: 不是完整的备份（{type(fault).__name__}）") from fault
    counts: dict[str, int] = about["rows"]
    return counts


async def _demand_empty(tx: Tx) -> None:
    for table in metadata.sorted_tables:
        if (await tx.execute(select(func.count()).select_from(table))).scalar_one():
            raise BackupError(f"数据库不是空的：{table.name} 已有数据")


async def _fill(tx: Tx, table: Table, archive: zipfile.ZipFile, about: dict[str, Any]) -> None:
    digest, batch, count = hashlib.sha256(), [], 0
    columns = list(table.columns)
    with archive.open(f"{table.name}.jsonl") as lines:
        for line in lines:
            digest.update(line)
            values = json.loads(line)
            batch.append({c.name: _meant(c.type, v) for c, v in zip(columns, values, strict=True)})
            count += 1
            if len(batch) == AT_ONCE:
                await tx.execute(insert(table), batch)
                batch = []
    if batch:
        await tx.execute(insert(table), batch)
    if count != about["rows"][table.name] or digest.hexdigest() != about["sha256"][table.name]:
        raise ValueError(table.name)


async def _go_on_counting(tx: Tx) -> None:
    """Let PostgreSQL's numbers go on after the highest that was put back (SQLite looks for itself)."""
    if tx.dialect.name == "sqlite":
        return
    for table in metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None and isinstance(key.type, Integer):
            highest = (await tx.execute(select(func.max(key)))).scalar()
            if highest is not None:
                sequence = {"table": table.name, "column": key.name, "highest": highest}
                await tx.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"), sequence)


def _said(value: Any) -> Any:  # noqa: ANN401 whatever a column holds
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _meant(kind: Any, value: Any) -> Any:  # noqa: ANN401 whatever a column holds
    if value is None:
        return None
    if isinstance(kind, Moment):
        return dt.datetime.fromisoformat(value)
    if isinstance(kind, Mu):
        return Decimal(value)
    if isinstance(kind, Date):
        return dt.date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value
