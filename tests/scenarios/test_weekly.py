"""The week: drafts to the divisions on Wednesday, their word until Thursday, one compiled weekly for the leaders."""

import io
from collections.abc import Sequence

import docx
import openpyxl

from bot.document import Document
from bot.messengers.sandbox import Seen
from storage import outbox
from tests.office import Office


def weekly_to(posts: Sequence[Seen], chat: str) -> Document:
    return next(post.document for post in posts if post.kind == "weekly" and post.chat_id == chat)


async def bytes_of(office: Office, document: Document, suffix: str) -> io.BytesIO:
    file = next(f for f in document.attachments if f.name.endswith(suffix))
    async with office.database.transaction(reading=True) as tx:
        kept = await outbox.attachment(tx, file.sha256)
    assert kept is not None
    return io.BytesIO(kept[1])


async def test_each_division_gets_the_draft_of_its_own_unit(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("恩施", "问题：占补平衡指标不足，需省厅协调")

    posts = await office.until("16:05")

    draft = weekly_to(posts, office.id_of("执法监督处"))
    assert draft.text.splitlines() == [
        "【攻坚周报初稿】恩施州（11月9日至15日）",
        "本周批复＋2宗、＋100亩；累计批复2/120宗、0.01/0.71万亩（1.4%，序时24.6%）。",
        "问题在办1个，其中#1缺措施、责任人或时限，回“任务 #号 日期 内容 人”补充。",
        "三清单见附件，请于11月16日15:00前核对并回“确认三清单”。",
    ]
    book = openpyxl.load_workbook(await bytes_of(office, draft, ".xlsx"))
    assert book.sheetnames == ["问题清单", "责任清单", "任务清单"]
    assert [row[0] for row in book["任务清单"].iter_rows(min_row=3, values_only=True)] == ["#1"]


async def test_lists_are_confirmed_once_and_marked_in_the_weekly(office: Office) -> None:
    await office.until("16:05")
    assert await office.says("执法监督处", "确认三清单") == ["已确认恩施州三清单，将列入11月16日周报。"]
    assert await office.says("执法监督处", "确认三清单") == ["恩施州三清单此前已确认，无需重复。"]

    posts = await office.until("11-16 16:05")

    assert "三清单：已确认1家，未确认16家：" in weekly_to(posts, "leaders").text
    assert weekly_to(posts, "headquarters") == weekly_to(posts, "leaders")


async def test_a_confirmation_after_three_on_thursday_is_too_late(office: Office) -> None:
    await office.until("11-16 15:01")

    said = await office.says("执法监督处", "确认三清单")

    assert said[0].startswith("11月16日周报的确认已于15:00截止")


async def test_a_division_confirms_only_its_own_unit_and_a_city_none(office: Office) -> None:
    assert "没有由您的处室包联的单位" in (await office.says("规划处", "确认三清单 恩施州"))[0]
    assert "已确认荆门市三清单" in (await office.says("规划处", "确认三清单"))[0]
    assert "已确认" not in "".join(await office.says("恩施", "确认三清单"))


async def test_chat_sheet_and_report_of_the_weekly_say_the_same(office: Office) -> None:
    await office.says("恩施", "累计批复14宗0.08万亩")
    await office.says("武汉", "今日批复2宗36.5亩，累计批复20宗0.1802万亩")
    await office.says("恩施", "问题：占补平衡指标不足，需省厅协调")

    weekly = weekly_to(await office.until("11-16 16:05"), "leaders")

    assert "累计批复0.2602万亩" in weekly.text
    assert "问题：在办1个，本周新增1个。" in weekly.text
    sheet = openpyxl.load_workbook(await bytes_of(office, weekly, ".xlsx"))["进展"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["武汉市"][2:7] == (2, 36.5, 20, 72, 0.1802)
    assert rows["武汉市"][8:10] == (0.257, -0.5)
    assert rows["恩施州"][4:7] == (14, 120, 0.08)
    report = docx.Document(await bytes_of(office, weekly, ".docx"))
    cells = {row.cells[0].text: [cell.text for cell in row.cells] for row in report.tables[0].rows}
    assert cells["武汉市"][2:5] == ["＋2宗\n＋36.5亩", "20/72宗\n0.1802/0.70万亩", "25.7%"]
    assert cells["恩施州"][3] == "14/120宗\n0.08/0.71万亩"
    assert report.tables[1].rows[1].cells[0].text == "#1"


async def test_a_week_runs_from_the_last_published_weekly(office: Office) -> None:
    await office.says("恩施", "累计批复14宗0.08万亩")
    await office.until("11-16 16:05")
    await office.says("恩施", "今日批复1宗50亩")
    await office.until("11-20 09:00")
    await office.says("恩施", "今日批复2宗70亩")

    weekly = weekly_to(await office.until("11-23 16:05"), "leaders")

    assert weekly.title == "【攻坚周报】第2期（11月17日至23日）"
    assert "累计批复0.092万亩" in weekly.text
    assert "本周＋3宗、＋0.012万亩" in weekly.text


async def test_the_weekly_comes_again_as_it_went_out(office: Office) -> None:
    await office.says("恩施", "累计批复14宗0.08万亩")
    first = weekly_to(await office.until("11-16 16:05"), "leaders")
    await office.says("恩施", "更正 截至11月15日累计批复15宗0.09万亩")

    before = len(office.posts)
    await office.says("领导", "周报")

    assert office.posts[before].document == first
