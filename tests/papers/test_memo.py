import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from bot.papers import memo_template
from bot.papers.memo import (
    SHIPPED_TEMPLATE,
    DutyLine,
    MemoError,
    ProblemLine,
    TaskLine,
    UnitLine,
    WeeklyMemo,
    write_memo,
)

HOSTILE = "<w:br/>&amp;\x00\x0b\ud800{{ 7*7 }}{% for x in y %}“=1+1”\u202e"
MEMO = WeeklyMemo(
    organisation="湖北省“冲刺四季度”行动办公室",
    title="服务用地攻坚周报",
    issue="第3期",
    date="2023年11月16日",
    status="已确认15家，未确认：鄂州市、随州市",
    summary=("全省累计批复3.69万亩，占任务17.32万亩的21.3%。", "本周批复138宗、0.92万亩。"),
    units=(
        UnitLine(
            name="恩施州",
            division="执法监督处",
            week="＋2宗、＋194亩",
            total="0.08/0.71万亩",
            percent="11.3%",
            level="黄色",
        ),
        UnitLine(name="随州市", division="征地中心", total="数据截至11月10日"),
    ),
    problems=(
        ProblemLine(number="#37", region="荆州市", project="物流园", text="占补平衡指标未落实", category="耕地占补"),
    ),
    duties=(DutyLine(number="#37", region="荆州市", division="耕保处", person="李四", status="办理中"),),
    tasks=(TaskLine(number="#37", region="荆州市", task="调剂指标", person="李四", due="11月24日"),),
    notes=("口径截至11月16日16:00。",),
)


def opened(memo: WeeklyMemo) -> docx.document.Document:
    return docx.Document(io.BytesIO(write_memo(memo)))


def lines(memo: WeeklyMemo) -> list[str]:
    return [paragraph.text for paragraph in opened(memo).paragraphs]


def tables(memo: WeeklyMemo) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in opened(memo).tables]


def test_the_report_says_what_it_was_given() -> None:
    assert lines(MEMO) == [
        "湖北省“冲刺四季度”行动办公室",
        "第3期",
        "2023年11月16日",
        "服务用地攻坚周报",
        "已确认15家，未确认：鄂州市、随州市",
        "一、总体进展",
        "全省累计批复3.69万亩，占任务17.32万亩的21.3%。",
        "本周批复138宗、0.92万亩。",
        "二、各市州进展",
        "三、问题清单",
        "四、责任清单",
        "五、任务清单",
        "口径截至11月16日16:00。",
    ]


def test_the_three_lists_are_three_tables() -> None:
    units, problems, duties, tasks = tables(MEMO)

    assert units[1] == ["恩施州", "执法监督处", "＋2宗、＋194亩", "0.08/0.71万亩", "11.3%", "黄色"]
    assert problems[1] == ["#37", "荆州市", "物流园", "占补平衡指标未落实", "耕地占补", ""]
    assert duties[1] == ["#37", "荆州市", "耕保处", "李四", "办理中", ""]
    assert tasks == [["编号", "市州", "任务", "责任人", "完成时限"], ["#37", "荆州市", "调剂指标", "李四", "11月24日"]]


def test_a_units_count_and_area_stand_below_each_other() -> None:
    units, *_ = tables(replace(MEMO, units=(UnitLine(name="恩施州", week="＋2宗\n＋194亩"),)))

    assert units[1][2] == "＋2宗\n＋194亩"


def test_every_tables_grid_fills_the_page_whatever_program_opens_it() -> None:
    """Word takes the cells' widths, LibreOffice and the phones' viewers the grid's."""
    for table in opened(MEMO).tables:
        widths = [column.width.mm for column in table.columns if column.width]
        assert sum(widths) == pytest.approx(156, abs=1)
        assert len(set(map(round, widths))) > 2


def test_an_empty_list_says_none() -> None:
    assert lines(replace(MEMO, problems=(), duties=(), tasks=())).count("无。") == 3


def test_corrections_get_a_heading_only_when_there_are_any() -> None:
    assert "六、更正" not in lines(MEMO)
    assert lines(replace(MEMO, corrections=("黄冈市应为0.31万亩（原0.13万亩）。",)))[-3:-1] == [
        "六、更正",
        "黄冈市应为0.31万亩（原0.13万亩）。",
    ]


def test_hostile_words_stay_words() -> None:
    memo = replace(
        MEMO,
        title=HOSTILE,
        summary=(HOSTILE,),
        problems=(ProblemLine(number="#1", region="恩施州", text=HOSTILE),),
    )

    assert lines(memo)[3] == lines(memo)[6] == tables(memo)[1][1][3] == "<w:br/>&amp; {{ 7*7 }}{% for x in y %}“=1+1”"


def test_the_same_report_gives_the_same_bytes() -> None:
    data = write_memo(MEMO)

    assert data == write_memo(MEMO)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_form_is_that_of_an_official_report() -> None:
    document = opened(MEMO)
    section = document.sections[0]

    assert section.page_width
    assert section.page_height
    assert section.top_margin
    assert section.left_margin
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    assert section.footer.paragraphs[0].text.replace("1", "") == "—  —"
    with zipfile.ZipFile(io.BytesIO(write_memo(MEMO))) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
        text = archive.read("word/document.xml").decode()
        assert 'w:instr="PAGE"' in archive.read("word/footer1.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts
    assert {"仿宋_GB2312", "黑体"} <= {part.split('"')[0] for part in text.split('w:eastAsia="')}
    assert text.count("<w:tblHeader/>") == 4


def test_the_shipped_template_is_the_one_that_is_built() -> None:
    assert SHIPPED_TEMPLATE.read_bytes() == memo_template.build()


def test_another_template_may_take_its_place(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ memo.title }}（{{ memo.date }}）")
    document.save(str(tmp_path / "own.docx"))

    data = write_memo(MEMO, template=tmp_path / "own.docx")

    assert [p.text for p in docx.Document(io.BytesIO(data)).paragraphs] == ["服务用地攻坚周报（2023年11月16日）"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [("{{ memo.nothing }}", "nothing"), ("{% for x in %}", "Expected"), ("{{ ''.__class__.__mro__ }}", "unsafe")],
)
def test_a_fault_in_a_template_is_said(tmp_path: Path, text: str, fault: str) -> None:
    document = docx.Document()
    document.add_paragraph(text)
    document.save(str(tmp_path / "own.docx"))

    with pytest.raises(MemoError, match=fault):
        write_memo(MEMO, template=tmp_path / "own.docx")


def test_a_template_that_is_no_docx_is_said(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(b"no docx")

    with pytest.raises(MemoError, match=r"own\.docx"):
        write_memo(MEMO, template=tmp_path / "own.docx")
