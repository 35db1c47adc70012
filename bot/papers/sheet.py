"""Workbooks, written from neutral sheets so that no cell can be taken for a formula.

What people wrote is always a text cell: `=1+1`, `@SUM(…)` or `－2` arrive in Excel as the words they are.
"""

import datetime as dt
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from bot.clock import SHANGHAI
from bot.papers.words import printable

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

Cell = str | int | Decimal | dt.date | dt.datetime | bool | None
Kind = Literal["text", "count", "area", "percent", "number", "date", "moment"]
Mood = Literal["red", "yellow", "blue", "green", "grey"]

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_SHEETS = 50
MAX_CELL = 32_000
"""Excel's own bound is 32,767."""
MAX_NAME = 31
PAGE_NUMBER = "&C第 &P 页，共 &N 页"
LINE_HEIGHT = 15
MAX_LINES = 20
"""A row is made no higher; what is longer is read in the cell."""

_FORMATS: dict[str, str] = {
    "text": "@",
    "count": "#,##0",
    "area": "#,##0.00##",
    "percent": "0.0%",
    "number": "General",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_COLOURS: dict[str, tuple[str, str]] = {
    "red": ("#f8d7d5", "#9c1c1c"),
    "yellow": ("#fdf0c9", "#7a5600"),
    "blue": ("#dbe7fa", "#1b4b96"),
    "green": ("#d9efe7", "#1a6b51"),
    "grey": ("#eceef2", "#5b6675"),
}
_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 the same for every file, or equal sheets would differ in their bytes
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys(r"[]:*?/\\'", " "))


class SheetError(Exception):
    """A workbook that cannot be used; `faults` holds one `sheet row column: fault` each."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its header, what it holds, how wide it is (in characters), and whether it is summed below."""

    header: str
    kind: Kind = "text"
    width: float = 12
    number_format: str = ""
    """Excel's own code, where the kind's usual one is not wanted."""
    total: bool = False
    wrap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Colouring:
    """Cells of one column that are coloured when they say these words (红色 → red)."""

    column: int
    words: str
    mood: Mood


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: notes above, a frozen header, typed rows, sums below as formulas."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()
    title: str = ""
    notes: tuple[str, ...] = ()
    """Lines under the title, above the header."""
    total_label: str = ""
    """合计: with it a last row sums the columns that ask for it."""
    footers: tuple[tuple[Cell, ...], ...] = ()
    """Rows at the very end, which no sum and no filter takes in."""
    colourings: tuple[Colouring, ...] = ()
    filters: bool = True
    locked_columns: int = 1
    """How many columns stay in view when scrolling sideways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook."""

    sheets: tuple[Sheet, ...]
    title: str = ""


def write_book(book: Book) -> bytes:
    """Return a workbook as xlsx bytes; the same book gives the same bytes. Raise SheetError beyond the bounds."""
    # Imported here because start-up counts and a workbook is written a few times a day.
    import xlsxwriter  # noqa: PLC0415

    _check(book)
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"title": printable(book.title), "created": _CREATED})
        names = _names(book.sheets)
        for sheet, name in zip(book.sheets, names, strict=True):
            _Writer(workbook, sheet, name).write()
    return target.getvalue()


def _check(book: Book) -> None:
    faults = []
    if not 0 < len(book.sheets) <= MAX_SHEETS:
        faults.append(f"{len(book.sheets)} sheets, between 1 and {MAX_SHEETS} can be written")
    for sheet in book.sheets:
        if len(sheet.rows) > MAX_ROWS:
            faults.append(f"{sheet.name}: {len(sheet.rows)} rows, {MAX_ROWS} at most")
        if not 0 < len(sheet.columns) <= MAX_COLUMNS:
            faults.append(f"{sheet.name}: {len(sheet.columns)} columns, between 1 and {MAX_COLUMNS} can be written")
        faults.extend(
            f"{sheet.name} row {number}: {len(row)} cells for {len(sheet.columns)} columns"
            for number, row in enumerate((*sheet.rows, *sheet.footers), start=1)
            if len(row) != len(sheet.columns)
        )
    if faults:
        raise SheetError(*faults)


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """Make the sheets' names fit for Excel: short, without its forbidden characters, each once."""
    names: list[str] = []
    for sheet in sheets:
        name = printable(sheet.name.translate(_FORBIDDEN_IN_NAMES))[:MAX_NAME] or "Sheet"
        taken = {other.casefold() for other in names}
        number, base = 2, name
        while name.casefold() in taken:
            suffix = f"({number})"
            name = f"{base[: MAX_NAME - len(suffix)]}{suffix}"
            number += 1
        names.append(name)
    return names


class _Writer:
    """One sheet being written: the worksheet, and the formats of its columns."""

    def __init__(self, workbook: "Workbook", sheet: Sheet, name: str) -> None:
        self.workbook = workbook
        self.sheet = sheet
        self.worksheet: Worksheet = workbook.add_worksheet(name)
        self.cells = [workbook.add_format(_cell_format(column)) for column in sheet.columns]
        self.sums = [workbook.add_format({**_cell_format(column), "bold": True, "top": 1}) for column in sheet.columns]
        self.first = (1 if sheet.title else 0) + len(sheet.notes) + 1
        """The row of the first record, the header's row being the one above."""

    def write(self) -> None:
        """Write all parts from top to bottom."""
        self._head()
        wraps = any(column.wrap for column in self.sheet.columns)
        for number, row in enumerate(self.sheet.rows, start=self.first):
            for place, cell in enumerate(row):
                self._cell(number, place, cell)
            if wraps:
                self._height(number, row)
        if self.sheet.total_label:
            self._totals()
        for number, row in enumerate(self.sheet.footers, start=self.first + len(self.sheet.rows)):
            for place, cell in enumerate(row):
                self._cell(number + bool(self.sheet.total_label), place, cell, self.sums[place])
        self._looks()

    def _head(self) -> None:
        above = 0
        if self.sheet.title:
            bold = self.workbook.add_format({"bold": True, "font_size": 15, "num_format": "@"})
            self.worksheet.write_string(0, 0, _text(self.sheet.title), bold)
            above = 1
        soft = self.workbook.add_format({"font_color": "#5b6675", "num_format": "@"})
        for number, note in enumerate(self.sheet.notes, start=above):
            self.worksheet.write_string(number, 0, _text(note), soft)
        header = self.workbook.add_format(
            {
                "bold": True,
                "bg_color": "#17365f",
                "font_color": "#ffffff",
                "border": 1,
                "border_color": "#c7cedb",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
                "num_format": "@",
            },
        )
        for place, column in enumerate(self.sheet.columns):
            self.worksheet.write_string(self.first - 1, place, _text(column.header), header)
            self.worksheet.set_column(place, place, min(max(column.width, 1), 100))
        lines = max(_lines(column.header, column.width) for column in self.sheet.columns)
        self.worksheet.set_row(self.first - 1, LINE_HEIGHT * min(lines, MAX_LINES) + 6)

    def _cell(self, row: int, place: int, cell: Cell, form: Any = None) -> None:  # noqa: ANN401 XlsxWriter's own format
        """Write one cell by its own type: only real numbers and days become numbers, every word stays a word."""
        form = form or self.cells[place]
        match cell:
            case None:
                self.worksheet.write_blank(row, place, None, form)
            case bool():
                self.worksheet.write_boolean(row, place, cell, form)
            case int() | Decimal():
                self.worksheet.write_number(row, place, _number(cell), form)
            case dt.datetime():
                self.worksheet.write_datetime(row, place, _local(cell), form)
            case dt.date():
                self.worksheet.write_datetime(row, place, cell, form)
            case _:
                self.worksheet.write_string(row, place, _text(cell), form)

    def _height(self, number: int, cells: Sequence[Cell]) -> None:
        """Make a row as high as its wrapped words need: not every program that shows a workbook does it by itself."""
        places = zip(cells, self.sheet.columns, strict=True)
        lines = max((_lines(cell, c.width) for cell, c in places if c.wrap and isinstance(cell, str)), default=1)
        if lines > 1:
            self.worksheet.set_row(number, LINE_HEIGHT * min(lines, MAX_LINES) + 3)

    def _totals(self) -> None:
        """Write the sums as formulas, with what they come to today: shown at once, kept right when a cell changes."""
        below = self.first + len(self.sheet.rows)
        self.worksheet.write_string(below, 0, _text(self.sheet.total_label), self.sums[0])
        for place, column in enumerate(self.sheet.columns[1:], start=1):
            if not column.total or not self.sheet.rows:
                self.worksheet.write_blank(below, place, None, self.sums[place])
                continue
            column_letter = letter(place)
            formula = f"=SUM({column_letter}{self.first + 1}:{column_letter}{below})"
            self.worksheet.write_formula(below, place, formula, self.sums[place], _number(self._sum(place)))

    def _sum(self, place: int) -> Decimal:
        cells = (row[place] for row in self.sheet.rows)
        numbers = (c for c in cells if isinstance(c, int | Decimal) and not isinstance(c, bool))
        return sum((Decimal(number) for number in numbers), Decimal(0))

    def _looks(self) -> None:
        """Freeze the header, offer filters, colour the cells that ask for it, set up the print."""
        last = max(self.first + len(self.sheet.rows) - 1, self.first)
        self.worksheet.freeze_panes(self.first, min(self.sheet.locked_columns, len(self.sheet.columns) - 1))
        if self.sheet.filters and self.sheet.rows:
            self.worksheet.autofilter(self.first - 1, 0, last, len(self.sheet.columns) - 1)
        for colouring in self.sheet.colourings:
            background, ink = _COLOURS[colouring.mood]
            # A plain literal inside a formula: quotes are doubled, so that words cannot end it.
            words = printable(colouring.words, longest=200).replace('"', '""')
            rule = {
                "type": "cell",
                "criteria": "==",
                "value": f'"{words}"',
                "format": self.workbook.add_format({"bg_color": background, "font_color": ink}),
            }
            self.worksheet.conditional_format(self.first, colouring.column, last, colouring.column, rule)
        self.worksheet.set_landscape()
        self.worksheet.set_paper(9)
        self.worksheet.fit_to_pages(1, 0)
        self.worksheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        self.worksheet.center_horizontally()
        self.worksheet.set_footer(PAGE_NUMBER)
        self.worksheet.repeat_rows(self.first - 1)


def _cell_format(column: Column) -> dict[str, Any]:
    return {
        "num_format": column.number_format or _FORMATS[column.kind],
        "border": 1,
        "border_color": "#d9dee7",
        "valign": "vcenter",
        "align": "left" if column.kind == "text" else "right",
        "text_wrap": column.wrap,
    }


def _text(words: str) -> str:
    """Return words as a cell can hold them: one bounded line or, where they had several, several."""
    lines = [printable(line, longest=MAX_CELL) for line in words[: MAX_CELL + 1].splitlines()]
    joined = "\n".join(line for line in lines if line)
    return joined if len(joined) <= MAX_CELL else f"{joined[: MAX_CELL - 1]}…"


def _lines(words: str, width: float) -> int:
    """Return how many lines words take in a column: a Chinese character is as wide as two digits."""
    room = max(int(width) - 1, 2)
    wide = (sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in words.split("\n"))
    return sum(max(1, -(-taken // room)) for taken in wide)


def _number(value: int | Decimal) -> float:
    number = float(value)
    if number - number != 0:
        raise SheetError(f"{value} is no number a cell can hold")
    return number


def _local(moment: dt.datetime) -> dt.datetime:
    """Return a moment as a clock on the wall shows it: cells know no time zones."""
    return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment


def letter(place: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
