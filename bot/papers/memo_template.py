"""Build the shipped template of the weekly report: `python -m bot.papers.memo_template`.

The form is that of an official report (GB/T 9704): A4, its margins, 小标宋 title, 黑体 headings, 仿宋 text on a fixed
line grid, page number between dashes. An office with its own letterhead replaces the file, keeping the tags.
"""

from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from bot.papers.memo import SHIPPED_TEMPLATE, same_bytes

FANGSONG, HEI, TITLE, SONG = "仿宋_GB2312", "黑体", "方正小标宋简体", "宋体"
FALLBACKS = {FANGSONG: "仿宋", HEI: "SimHei", TITLE: "宋体", SONG: "SimSun"}

CELL, CELL_SIZE = "Cell", 10.5
"""The style of the tables' words, 五号: five characters of a name stand on one line of their column."""
ROW_HEIGHT = Mm(8)

Columns = tuple[tuple[str, str, float], ...]
"""Header, tag, width in mm; together 156 mm."""

CENTRED = {"row.number", "row.percent", "row.level", "row.opened", "row.due"}

UNITS: Columns = (
    ("市州", "row.name", 24),
    ("责任处室", "row.division", 27),
    ("本周新增", "row.week", 30),
    ("累计批复", "row.total", 36),
    ("完成", "row.percent", 17),
    ("进度提醒", "row.level", 22),
)
PROBLEMS: Columns = (
    ("编号", "row.number", 12),
    ("市州", "row.region", 24),
    ("项目", "row.project", 24),
    ("问题", "row.text", 49),
    ("类别", "row.category", 23),
    ("提出日期", "row.opened", 24),
)
DUTIES: Columns = (
    ("编号", "row.number", 12),
    ("市州", "row.region", 24),
    ("责任处室", "row.division", 30),
    ("责任人", "row.person", 25),
    ("状态", "row.status", 33),
    ("办理情况", "row.progress", 32),
)
TASKS: Columns = (
    ("编号", "row.number", 12),
    ("市州", "row.region", 24),
    ("任务", "row.task", 70),
    ("责任人", "row.person", 25),
    ("完成时限", "row.due", 25),
)


def build() -> bytes:
    """Return the template as docx bytes."""
    docx = Document()
    _page(docx)
    _line(docx, "{{ memo.organisation }}", font=TITLE, size=24, colour="C00000", centred=True)
    _line(docx, "{{ memo.issue }}", font=FANGSONG, size=16, centred=True)
    _rule(_line(docx, "{{ memo.date }}", font=FANGSONG, size=16, centred=True))
    _line(docx, "{{ memo.title }}", font=TITLE, size=22, centred=True)
    _line(docx, "{{ memo.status }}", font=FANGSONG, size=14, centred=True)
    _heading(docx, "一、总体进展")
    _many(docx, "memo.summary")
    _heading(docx, "二、各市州进展")
    _listed(docx, "memo.units", UNITS)
    _heading(docx, "三、问题清单")
    _listed(docx, "memo.problems", PROBLEMS)
    _heading(docx, "四、责任清单")
    _listed(docx, "memo.duties", DUTIES)
    _heading(docx, "五、任务清单")
    _listed(docx, "memo.tasks", TASKS)
    _tag(docx, "{%p if memo.corrections %}")
    _heading(docx, "六、更正")
    _many(docx, "memo.corrections")
    _tag(docx, "{%p endif %}")
    _many(docx, "memo.notes", size=12)
    _page_number(docx)
    _name_fallbacks(docx)
    return same_bytes(docx)


def _page(docx: Docx) -> None:
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _set_font(docx.styles["Normal"], font=FANGSONG, size=16)
    cell = docx.styles.add_style(CELL, WD_STYLE_TYPE.PARAGRAPH)
    _set_font(cell, font=FANGSONG, size=CELL_SIZE)
    cell.paragraph_format.space_after = Pt(0)
    docx.core_properties.author = ""
    docx.core_properties.comments = ""


def _set_font(style_or_run: Any, *, font: str, size: float) -> None:  # noqa: ANN401 styles and runs share no type
    style_or_run.font.name = "Times New Roman"
    style_or_run.font.size = Pt(size)
    fonts = style_or_run.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)


def _line(docx: Docx, text: str, *, font: str, size: float, colour: str = "000000", centred: bool = False) -> Paragraph:
    paragraph = docx.add_paragraph()
    run = paragraph.add_run(text)
    _set_font(run, font=font, size=size)
    run.font.color.rgb = RGBColor.from_string(colour)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(6)
    return paragraph


def _rule(paragraph: Paragraph) -> None:
    """Draw the red line that separates the head from the report."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "C00000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 python-docx has no borders of paragraphs


def _heading(docx: Docx, text: str) -> None:
    paragraph = _line(docx, text, font=HEI, size=16)
    _text_form(paragraph)
    paragraph.paragraph_format.keep_with_next = True


def _text_form(paragraph: Paragraph) -> None:
    """Give a paragraph the report's fixed lines and its indent of two characters."""
    form = paragraph.paragraph_format
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(28)
    form.space_after = Pt(0)
    form.first_line_indent = Pt(32)


def _tag(docx: Docx, tag: str) -> None:
    docx.add_paragraph(tag)


def _many(docx: Docx, what: str, *, size: float = 16) -> None:
    """Repeat a paragraph for every line of a list."""
    _tag(docx, f"{{%p for line in {what} %}}")
    _text_form(_line(docx, "{{ line }}", font=FANGSONG, size=size))
    _tag(docx, "{%p endfor %}")


def _listed(docx: Docx, what: str, columns: Columns) -> None:
    """Put a table whose middle row repeats, or 无。 when there is nothing to list."""
    _tag(docx, f"{{%p if {what} %}}")
    table = docx.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, (_, _, width) in zip(table.columns, columns, strict=True):
        column.width = Mm(width)
    _fill(table, 0, [header for header, _, _ in columns], columns, font=HEI)
    _fill(table, 1, [f"{{%tr for row in {what} %}}", *[""] * (len(columns) - 1)], columns, font=FANGSONG)
    _fill(table, 2, [f"{{{{ {tag} }}}}" for _, tag, _ in columns], columns, font=FANGSONG)
    _fill(table, 3, ["{%tr endfor %}", *[""] * (len(columns) - 1)], columns, font=FANGSONG)
    _form_rows(table)
    _tag(docx, "{%p else %}")
    _text_form(_line(docx, "无。", font=FANGSONG, size=16))
    _tag(docx, "{%p endif %}")


def _fill(table: Table, row: int, texts: list[str], columns: Columns, *, font: str) -> None:
    for cell, text, (_, _, width) in zip(table.rows[row].cells, texts, columns, strict=True):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.style = CELL
        is_centred = row == 0 or text.strip("{} ") in CENTRED
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_centred else WD_ALIGN_PARAGRAPH.LEFT
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        _set_font(paragraph.add_run(text), font=font, size=CELL_SIZE)


def _form_rows(table: Table) -> None:
    """Make rows equally high where they may be, repeat the header on every page, and break no row across two."""
    for number, row in enumerate(table.rows):
        row.height, row.height_rule = ROW_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 python-docx has no such switch
        names = ("w:cantSplit", "w:tblHeader") if number == 0 else ("w:cantSplit",)
        for name in names:
            properties.append(OxmlElement(name))


def _page_number(docx: Docx) -> None:
    """Put — 1 — at the foot of every page."""
    paragraph = docx.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set_font(paragraph.add_run("— "), font=SONG, size=14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = paragraph.add_run("1")
    _set_font(run, font=SONG, size=14)
    field.append(run._r)  # noqa: SLF001 python-docx has no fields
    paragraph._p.append(field)  # noqa: SLF001 the same
    _set_font(paragraph.add_run(" —"), font=SONG, size=14)


def _name_fallbacks(docx: Docx) -> None:
    """Name for every font another one that takes its place where it is not installed."""
    part = next(p for p in docx.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml")
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    text = part.blob.decode("utf-8").replace("</w:fonts>", f"{fonts}</w:fonts>")
    part._blob = text.encode("utf-8")  # noqa: SLF001 python-docx reads this part but cannot write it


def main(path: Path = SHIPPED_TEMPLATE) -> None:
    """Write the template where duban looks for it."""
    path.write_bytes(build())


if __name__ == "__main__":
    main()
