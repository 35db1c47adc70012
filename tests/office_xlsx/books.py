"""Workbooks as people make and edit them, and the ledger's own as it comes out."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from bot import bookkeeping
from bot.bookkeeping import Office
from bot.office import contents, files, sheets
from bot.papers.sheet import write_book
from storage.database import Database

HEADER = ("市州", "用地类型", "环节", "宗数", "面积（万亩）", "截至日期")
EVE = dt.date(2023, 10, 31)


def workbook(*rows: tuple[Any, ...], header: tuple[str, ...] = HEADER, name: str = "台账") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row in (header, *rows):
        sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def opened(data: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def header_row(sheet: Worksheet) -> int:
    return next(
        n for n, row in enumerate(sheet.iter_rows(values_only=True), start=1) if sum(c is not None for c in row) > 1
    )


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return a sheet's rows by header."""
    cells = list(sheet.iter_rows(values_only=True))
    header = header_row(sheet)
    return [dict(zip(map(str, cells[header - 1]), row, strict=True)) for row in cells[header:]]


def edited(data: bytes, change: Callable[[Worksheet, dict[tuple[str, str, str], int], dict[str, int]], None]) -> bytes:
    """Edit the standings' sheet as one does in Excel: by row (unit, track, stage) and column."""
    book = opened(data)
    sheet = book["进度明细"]
    top = header_row(sheet)
    columns = {str(cell.value): cell.column for cell in sheet[top] if cell.column is not None}
    where = {
        (str(row[0].value), str(row[1].value), str(row[2].value)): int(row[0].row or 0)
        for row in sheet.iter_rows(min_row=top + 1)
    }
    change(sheet, where, columns)
    return saved(book)


async def exported(database: Database, office: Office, *, now: dt.datetime, regions: list[str] | None = None) -> bytes:
    async with database.transaction(reading=True) as tx:
        found = await contents.load(tx, await bookkeeping.current(tx, office), now=now, regions=regions)
    return write_book(sheets.compose(found))


async def imported(
    database: Database, office: Office, data: bytes, *, now: dt.datetime, dry_run: bool = False
) -> list[str]:
    return await files.import_ledger(database, office, data, name="台账.xlsx", now=now, dry_run=dry_run)
