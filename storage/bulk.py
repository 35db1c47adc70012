"""Many rows in one statement and one trip: the rows travel as JSON, and the database takes them apart.

SQLAlchemy's insert of many rows that says which were new costs more than the rows themselves; the text of this one
is the same for any number of rows, so each database prepares it once.
"""

import datetime as dt
import functools
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from storage.database import Tx


async def insert_new(
    tx: Tx, table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]], *, unique: tuple[str, ...]
) -> set[tuple[Any, ...]]:
    """Insert rows in their order, passing over those that are there already; return the new ones' unique values.

    A moment must be given as `moment_text` writes it, a JSON value as its text.
    """
    said = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    sql = _statement(table, columns, unique, tx.dialect.name)
    found = await tx.exec_driver_sql(sql, (said,))
    return {tuple(row) for row in found}


def moment_text(tx: Tx, moment: dt.datetime) -> str:
    """Write a moment as the database keeps it."""
    utc = moment.astimezone(dt.UTC).isoformat(sep=" ", timespec="microseconds")
    return utc[:26] if tx.dialect.name == "sqlite" else utc


@functools.cache
def _statement(table: Table, columns: tuple[str, ...], unique: tuple[str, ...], dialect: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    where = ", ".join(f'"{name}"' for name in unique)
    if dialect == "sqlite":
        values = ", ".join(f"value ->> {n}" for n in range(len(columns)))
        rows = "json_each(?)"
    else:
        values = ", ".join(f"(value ->> {n})::{_type(table, name)}" for n, name in enumerate(columns))
        rows = "json_array_elements($1::json) AS rows(value)"
    return (
        f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM {rows} WHERE true '  # noqa: S608 our own names
        f"ON CONFLICT ({where}) DO NOTHING RETURNING {where}"
    )


def _type(table: Table, column: str) -> str:
    return str(table.c[column].type.compile(postgresql.dialect()))  # type: ignore[no-untyped-call]
