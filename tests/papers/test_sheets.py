import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.papers.sheet import Book, Cell, Colouring, Column, Sheet, SheetError, write_book
from bot.papers.sheet_reader import Limits, read_book

HOSTILE = (
    "=1+1",
    "+2",
    "-3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋2",
    "－3",
    "＠SUM(A1)",
    '=HYPERLINK("http://example.invalid","点这里")',
    "=cmd|' /C calc'!A0",
    "{=1+1}",
    "http://example.invalid",
    "mailto:x@example.invalid",
    "external:file",
    "007",
    "<b>&\"'",
    "#REF!",
)
COLUMNS = (
    Column(header="市州", width=14),
    Column(header="宗数", kind="count", total=True),
    Column(header="面积（亩）", kind="area", total=True),
    Column(header="日期", kind="date"),
    Column(header="提醒"),
)


def ledger(*rows: tuple[Cell, ...]) -> Book:
    sheet = Sheet(
        name="台账",
        title="用地台账",
        notes=("口径截至17:55",),
        columns=COLUMNS,
        rows=rows,
        total_label="合计",
        colourings=(Colouring(column=4, words="红色", mood="red"),),
    )
    return Book(title="台账", sheets=(sheet,))


ROW = ("恩施州", 14, Decimal("812.3456"), dt.date(2023, 11, 15), "红色")


def opened(data: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_that_look_like_formulas_are_text_cells(words: str) -> None:
    book = Book(sheets=(Sheet(name="x", columns=(Column(header=words), Column(header="b")), rows=((words, words),)),))

    sheet = opened(write_book(book)).worksheets[0]

    assert [cell.data_type for cell in sheet[2]] == ["s", "s"]
    assert sheet["A2"].value == words.strip()
    assert sheet["A2"].number_format == "@"
    assert sheet["A2"].hyperlink is None


def test_nothing_but_the_sums_is_a_formula() -> None:
    data = write_book(ledger(*((words, 1, Decimal(1), None, words) for words in HOSTILE)))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()

    assert text.count("<f>") == 2
    assert "<hyperlink" not in text


def test_figures_and_days_keep_their_types() -> None:
    sheet = opened(write_book(ledger(ROW))).worksheets[0]

    assert [cell.value for cell in sheet[4]] == ["恩施州", 14, 812.3456, dt.datetime(2023, 11, 15), "红色"]  # noqa: DTZ001
    assert [cell.number_format for cell in sheet[4]] == ["@", "#,##0", "#,##0.00##", "yyyy-mm-dd", "@"]


def test_a_moment_is_shown_as_the_clock_on_the_wall_has_it() -> None:
    moment = dt.datetime(2023, 11, 15, 9, 30, tzinfo=dt.UTC)
    book = Book(sheets=(Sheet(name="x", columns=(Column(header="时间", kind="moment"),), rows=((moment,),)),))

    assert opened(write_book(book)).worksheets[0]["A2"].value == moment.astimezone(SHANGHAI).replace(tzinfo=None)


def test_sums_are_formulas_with_their_values_in_them() -> None:
    data = write_book(ledger(ROW, ("随州市", 2, Decimal("100.1"), None, None)))

    assert [cell.value for cell in opened(data).worksheets[0][6]] == ["合计", "=SUM(B4:B5)", "=SUM(C4:C5)", None, None]
    assert [cell.value for cell in opened(data, values=True).worksheets[0][6]] == ["合计", 16, 912.4456, None, None]


def test_the_header_is_frozen_and_filters_are_offered() -> None:
    sheet = opened(write_book(ledger(ROW))).worksheets[0]

    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B4", "A3:E4")
    assert [str(rules.sqref) for rules in sheet.conditional_formatting] == ["E4"]


def test_a_row_is_as_high_as_its_wrapped_words_and_the_header_as_its_own() -> None:
    """Viewers on phones do not work out heights; a line that is cut off is not read."""
    columns = (Column(header="编号", width=8), Column(header="问题\n（全文）", width=21, wrap=True))
    rows = (("#1", "占补平衡指标"), ("#2", "国土空间规划一张图与开发边界不一致"))

    sheet = opened(write_book(Book(sheets=(Sheet(name="问题", columns=columns, rows=rows),)))).worksheets[0]

    assert [sheet.row_dimensions[number].height for number in (1, 2, 3)] == [36, None, 33]


def test_every_printed_page_has_its_number() -> None:
    footer = opened(write_book(ledger(ROW))).worksheets[0].oddFooter

    assert footer is not None
    assert footer.center.text == "第 &P 页，共 &N 页"


def test_the_same_book_gives_the_same_bytes() -> None:
    assert write_book(ledger(ROW)) == write_book(ledger(ROW))
    with zipfile.ZipFile(io.BytesIO(write_book(ledger(ROW)))) as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_sheets_get_names_that_excel_takes() -> None:
    names = ("a/b:c", "A B C", "x" * 40, "x" * 40, "", "'")
    book = Book(sheets=tuple(Sheet(name=name, columns=(Column(header="a"),)) for name in names))

    titles = opened(write_book(book)).sheetnames

    assert titles == ["a b c", "A B C(2)", "x" * 31, "x" * 28 + "(2)", "Sheet", "Sheet(2)"]


def test_a_row_of_another_length_is_refused_with_its_place() -> None:
    with pytest.raises(SheetError, match="台账 row 1: 2 cells for 5 columns"):
        write_book(ledger(("恩施州", 1)))


def test_what_was_written_is_read_back() -> None:
    (row, total) = read_book(write_book(ledger(ROW)))["台账"]

    assert (row.sheet, row.number) == ("台账", 4)
    assert row.cells == {
        "市州": "恩施州",
        "宗数": 14,
        "面积（亩）": Decimal("812.3456"),
        "日期": dt.datetime(2023, 11, 15),  # noqa: DTZ001 cells know no time zones
        "提醒": "红色",
    }
    assert total.cells["市州"] == "合计"


def test_a_fault_names_sheet_row_and_column() -> None:
    (row, _) = read_book(write_book(ledger(ROW)))["台账"]

    assert row.fault("面积（亩）", "不是数") == "台账 4 C: 不是数"


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=10))
def test_any_words_come_back_as_words(rows: list[tuple[str, str]]) -> None:
    book = Book(sheets=(Sheet(name="x", columns=(Column(header="甲"), Column(header="乙")), rows=tuple(rows)),))

    sheet = opened(write_book(book)).worksheets[0]

    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert all(cell.value is None for row in sheet.iter_rows(min_row=2) for cell in row if cell.data_type == "n")


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    return packed({**parts, name: content})


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "no xlsx workbook"),
        (b"PK\x03\x04 but not really", "no xlsx workbook"),
        (packed({"a.txt": b"x"}), "no xlsx workbook"),
        (b"x" * (9 * 1024 * 1024), "at most are read"),
        (packed({"xl/media/bomb": b"\0" * (50 * 1024 * 1024)}), "unpacks to more"),
        (packed({f"part{n}": b"" for n in range(600)}), "600 parts"),
        (packed({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "document type"),
        (packed({"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]>'.encode("utf-16")}), "document type"),
    ],
    ids=["empty", "torn", "other", "large", "bomb", "parts", "entities", "entities-utf16"],
)
def test_a_file_that_is_no_honest_workbook_is_refused(data: bytes, fault: str) -> None:
    with pytest.raises(SheetError, match=fault):
        read_book(data)


def test_a_damaged_workbook_is_refused() -> None:
    whole = write_book(ledger(ROW))

    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"):
        with pytest.raises(SheetError):
            read_book(with_part(whole, part, b"<torn"))


def test_bounds_are_said_with_their_place() -> None:
    data = write_book(ledger(*([ROW] * 20)))

    with pytest.raises(SheetError, match="台账 11: more than 10 rows"):
        read_book(data, Limits(rows=10))
    with pytest.raises(SheetError, match="台账 3 D: more than 3 columns"):
        read_book(data, Limits(columns=3))
    with pytest.raises(SheetError, match="longer than 2 characters"):
        read_book(data, Limits(characters=2))


def test_all_faults_are_told_at_once() -> None:
    book = Book(
        sheets=(
            Sheet(name="甲", columns=(Column(header="a"), Column(header="a"))),
            Sheet(name="乙", columns=(Column(header="a"), Column(header="b")), rows=(("x" * 5000, "#REF!"),)),
        ),
    )

    with pytest.raises(SheetError) as caught:
        read_book(write_book(book))

    assert caught.value.faults == (
        "甲 1 B: a stands twice in the header",
        "乙 2 A: longer than 4000 characters",
        "乙 2 B: holds Excel's error #REF!",
    )


def test_a_row_far_below_takes_no_time() -> None:
    """A file may claim a cell in the last row of a million."""
    data = write_book(ledger(ROW))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    far = text.replace("</sheetData>", '<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')

    with pytest.raises(SheetError, match="more than 20000 rows"):
        read_book(with_part(data, "xl/worksheets/sheet1.xml", far.encode()))
