"""Workbooks that people send, read within bounds; every fault says sheet, row and column."""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.papers.sheet import Cell, SheetError, letter

if TYPE_CHECKING:
    from openpyxl import Workbook

_EXCEL_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
_DECLARATIONS = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a workbook is read; a file beyond is refused before it takes memory."""

    file_bytes: int = 8 * 1024 * 1024
    unpacked_bytes: int = 40 * 1024 * 1024
    members: int = 500
    sheets: int = 30
    rows: int = 20_000
    columns: int = 100
    characters: int = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """One row as it was read: its number as Excel shows it, and its cells by header."""

    sheet: str
    number: int
    cells: dict[str, Cell]
    columns: dict[str, str]
    """The letters of each header's column."""

    def fault(self, header: str, what: str) -> str:
        """Say a fault of this row the common way: `people 3 B: no such role`."""
        return f"{self.sheet} {self.number} {self.columns.get(header, header)}: {what}"


def read_book(data: bytes, limits: Limits | None = None) -> dict[str, tuple[ReadRow, ...]]:
    """Return every sheet's rows by the sheet's name, empty rows left out; raise SheetError with what is wrong.

    The header is the first row of nothing but words that has at least two of them: titles and notes stand above it.
    Formulas are read as what they came to when the file was saved.
    """
    # Imported here because start-up counts and a workbook is read when somebody sends one.
    import openpyxl  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    limits = limits or Limits()
    _check_archive(data, limits)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError) as fault:
        raise SheetError(f"the file is no xlsx workbook ({type(fault).__name__})") from fault
    try:
        return _rows_of(workbook, limits)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError, OverflowError) as fault:
        raise SheetError(f"the workbook is damaged ({type(fault).__name__})") from fault
    finally:
        workbook.close()


def _check_archive(data: bytes, limits: Limits) -> None:
    """Refuse what is too large packed or unpacked; sizes are counted by unpacking, not by what the file claims."""
    if len(data) > limits.file_bytes:
        raise SheetError(f"the file has {len(data)} bytes, {limits.file_bytes} at most are read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > limits.members:
                raise SheetError(f"the file has {len(members)} parts, {limits.members} at most are read")
            left = limits.unpacked_bytes
            for member in members:
                left -= _unpacked(archive, member, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as fault:
        raise SheetError("the file is no xlsx workbook") from fault


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Return a part's real size; stop as soon as it is more than is left, or declares entities of its own."""
    size, tail = 0, b""
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > left:
                raise SheetError("the file unpacks to more than is read")
            if any(mark in tail + piece for mark in _DECLARATIONS):
                raise SheetError("the file is no xlsx workbook (it declares a document type)")
            tail = piece[-20:]
    return size


def _rows_of(workbook: "Workbook", limits: Limits) -> dict[str, tuple[ReadRow, ...]]:
    if len(workbook.sheetnames) > limits.sheets:
        raise SheetError(f"the file has {len(workbook.sheetnames)} sheets, {limits.sheets} at most are read")
    faults: list[str] = []
    sheets = {}
    for worksheet in workbook.worksheets:
        name = str(worksheet.title)
        # A file may claim any size of its sheets; what counts is the cells that are there.
        worksheet.reset_dimensions()
        cells = worksheet.iter_rows(values_only=True, max_col=limits.columns + 1)
        sheets[name] = tuple(_records(name, cells, limits, faults))
    if faults:
        raise SheetError(*faults)
    return sheets


def _records(name: str, rows: Iterator[tuple[Any, ...]], limits: Limits, faults: list[str]) -> Iterator[ReadRow]:
    headers: dict[int, str] = {}
    letters: dict[str, str] = {}
    for number, raw in enumerate(rows, start=1):
        if number > limits.rows:
            faults.append(f"{name} {number}: more than {limits.rows} rows")
            return
        if len(raw) > limits.columns and raw[limits.columns] is not None:
            faults.append(f"{name} {number} {letter(limits.columns)}: more than {limits.columns} columns")
            return
        cells = [_read(f"{name} {number} {letter(place)}", cell, limits, faults) for place, cell in enumerate(raw)]
        if not any(cell not in {None, ""} for cell in cells):
            continue
        if not headers:
            headers = _headers(cells)
            letters = {header: letter(place) for place, header in headers.items()}
            if len(letters) < len(headers):
                twice = next(h for h in letters if list(headers.values()).count(h) > 1)
                faults.append(f"{name} {number} {letters[twice]}: {twice} stands twice in the header")
                return
            continue
        by_header = {header: cells[place] if place < len(cells) else None for place, header in headers.items()}
        yield ReadRow(sheet=name, number=number, cells=by_header, columns=letters)


def _headers(cells: list[Cell]) -> dict[int, str]:
    """Return the header's words by place, or nothing when this row is a title, a note or no header at all."""
    words = {place: cell.strip() for place, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()}
    others = [cell for cell in cells if cell is not None and not isinstance(cell, str)]
    return words if len(words) > 1 and not others else {}


def _read(where: str, cell: Any, limits: Limits, faults: list[str]) -> Cell:  # noqa: ANN401 openpyxl gives anything
    match cell:
        case None | bool() | int() | dt.datetime() | dt.date():
            return cell
        case float():
            # Nine decimals are more than anybody types; what lies behind is the dust of binary sums.
            return Decimal(repr(round(cell, 9))) if cell - cell == 0 else None
        case dt.time() | dt.timedelta():
            return str(cell)
        case str() if len(cell) <= limits.characters and cell not in _EXCEL_ERRORS:
            return cell.strip()
        case str() if cell in _EXCEL_ERRORS:
            faults.append(f"{where}: holds Excel's error {cell}")
        case str():
            faults.append(f"{where}: longer than {limits.characters} characters")
        case _:
            faults.append(f"{where}: holds neither words, a number nor a date")
    return None
