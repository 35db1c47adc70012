"""The ledger handed out in chat as a workbook, and a workbook brought back: shown, confirmed, undone."""

import datetime as dt

import pytest

from bot.messengers.base import FileLostError, Handed
from bot.publish.studio import XLSX
from config.campaign import Campaign
from storage import ledger, outbox
from storage.audit import lines
from storage.database import Database
from tests.office import Office
from tests.office_xlsx.books import EVE, exported, opened, rows, workbook


async def received(office: Office, who: str, text: str, *, chat: str | None = None) -> tuple[str, dict[str, bytes]]:
    """Say something and return the answer with the files that came with it."""
    before = len(office.posts)
    (answer,) = await office.says(who, text, chat=chat)
    files = {}
    for file in office.posts[before].document.attachments:
        async with office.database.transaction(reading=True) as tx:
            kept = await outbox.attachment(tx, file.sha256)
        assert kept is not None
        assert file.media_type == kept[0] == XLSX
        files[file.name] = kept[1]
    return answer, files


async def sends(office: Office, data: bytes, *, who: str = "管理员") -> str:
    """Send a workbook and return the answer."""
    (answer,) = await office.says(who, "", workbook=data)
    return answer


async def count_of(office: Office, region: str, *, day: dt.date = EVE) -> int | None:
    async with office.database.transaction(reading=True) as tx:
        found = await ledger.standings(tx, office.campaign.key, as_of=day, stages=["approved"])
    return found[region, "batch", "approved"][1].count if (region, "batch", "approved") in found else None


async def test_an_admin_gets_the_whole_ledger_as_a_file(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")

    answer, files = await received(office, "管理员", "台账")

    assert answer == "攻坚台账（全部单位，截至11月15日）见附件。"
    assert list(files) == ["攻坚台账-2023-11-15.xlsx"]
    found = {row["市州"]: row for row in rows(opened(files["攻坚台账-2023-11-15.xlsx"])["总表"])}
    assert found["恩施州"]["批次用地累计批复（宗）"] == 2


@pytest.mark.parametrize("who", ["恩施", "执法监督处"])
async def test_a_unit_and_its_division_get_their_own_part_only(office: Office, who: str) -> None:
    answer, files = await received(office, who, "台账")

    (name,) = files
    assert answer == "攻坚台账（恩施州，截至11月15日）见附件。"
    assert {row["市州"] for row in rows(opened(files[name])["进度明细"])} == {"恩施州"}
    assert "没有这项权限" in (await office.says(who, "台账 武汉"))[0]


async def test_a_citys_group_gets_its_own_part_whoever_asks(office: Office) -> None:
    answer, files = await received(office, "管理员", "台账", chat="city/恩施州")

    assert "恩施州" in answer
    assert list(files) == ["攻坚台账-恩施州-2023-11-15.xlsx"]
    assert await office.says("管理员", "台账 武汉", chat="city/恩施州") == [
        "台账含多家单位数据，请在与我的私聊中发送“台账”。"
    ]


@pytest.mark.parametrize("who", ["领导", "陌生人"])
async def test_nobody_else_gets_the_ledger(office: Office, who: str) -> None:
    _, files = await received(office, who, "台账")

    assert files == {}


async def test_an_opening_balance_is_shown_then_confirmed_then_undone(office: Office) -> None:
    data = workbook(("恩施州", None, "批复", 12, 0.07, EVE), ("武汉市", None, "批复", 3, 0.02, EVE))

    shown = (await sends(office, data)).split("\n")
    assert shown[:3] == [
        "台账 2：恩施州 批次用地 批复（截至2023-10-31）宗数 空→12、面积 空→700亩",
        "台账 3：武汉市 批次用地 批复（截至2023-10-31）宗数 空→3、面积 空→200亩",
        "共2行有变化，涉及2个单位；0行不变。",
    ]
    assert "确认" in shown[3]
    assert await count_of(office, "恩施州") is None

    assert "已导入，更正2行，登记为#A1、#A2。" in (await office.says("管理员", "确认"))[0]
    assert await count_of(office, "恩施州") == 12
    async with office.database.transaction(reading=True) as tx:
        audited = [one.action for one in await lines(tx, office.campaign.key, limit=9)]
    assert audited == ["import_ledger", "propose"]

    assert "已撤销导入" in (await office.says("管理员", "恢复 C1"))[0]
    assert await count_of(office, "恩施州") is None


async def test_a_ledger_that_moved_meanwhile_is_not_overwritten(office: Office) -> None:
    today = office.clock.now().date()
    await sends(office, workbook(("恩施州", None, "批复", 12, 0.07, today)))
    await office.says("恩施", "累计批复11宗")

    answer = await office.says("管理员", "确认")

    assert answer == ["台账在此期间有变化，未导入，请重新发送文件核对。"]
    assert await count_of(office, "恩施州", day=today) == 11


async def test_faults_are_told_row_by_row_and_nothing_waits_for_a_confirmation(office: Office) -> None:
    data = workbook(("长沙市", None, "批复", 12, 0.07, EVE), ("恩施州", None, "批复", -1, 0, EVE))

    answer = await sends(office, data)

    assert answer == "文件有2处问题，未导入任何数据：\n台账 2 A: 不认识“长沙市”\n台账 3 D: 应为不小于0的整数"
    assert "已导入" not in (await office.says("管理员", "确认"))[0]


async def test_many_changes_are_counted_in_chat(office: Office) -> None:
    data = workbook(*[(region, None, "批复", 1, None, EVE) for region in office.campaign.regions])

    shown = (await sends(office, data)).split("\n")

    assert len(shown) == 13
    assert shown[10:12] == ["……另有7行", "共17行有变化，涉及17个单位；0行不变。"]


async def test_the_exported_ledger_sent_back_changes_nothing(office: Office) -> None:
    await office.says("恩施", "累计批复14宗812亩")
    data = await exported(office.database, office.service.office, now=office.clock.now())

    assert await sends(office, data) == "1行与台账一致，没有变化。"


async def test_only_admins_bring_files_in(office: Office) -> None:
    answer = await sends(office, workbook(("恩施州", None, "批复", 12, 0.07, EVE)), who="恩施")
    await office.says("恩施", "确认")

    assert "没有这项权限" in answer
    assert await count_of(office, "恩施州") is None


async def test_what_is_no_workbook_is_told_plainly(office: Office) -> None:
    assert await sends(office, b"nonsense") == ("文件有1处问题，未导入任何数据：\nthe file is no xlsx workbook")


async def test_import_alone_says_how_it_is_done(office: Office) -> None:
    assert "duban import ledger" in (await office.says("管理员", "导入 台账"))[0]


async def test_an_import_of_today_counts_as_the_days_report(office: Office) -> None:
    await sends(office, workbook(("恩施州", None, "批复", 12, 0.07, dt.date(2023, 11, 15))))
    await office.says("管理员", "确认")

    reminded = {post.chat_id for post in await office.until("17:10") if post.kind == "reminder"}

    assert office.id_of("恩施") not in reminded
    assert office.id_of("武汉") in reminded


async def test_on_trial_pushes_go_to_admins_until_the_opening_figures_are_confirmed(
    sqlite: Database, campaign: Campaign
) -> None:
    trial = campaign.model_copy(update={"trial": True})
    office = await Office.open(sqlite, trial, at=dt.datetime(2023, 11, 15, 9, 0))  # noqa: DTZ001 local time
    reminded = {post.chat_id for post in await office.until("17:10") if post.kind == "reminder"}
    assert office.id_of("恩施") not in reminded

    await sends(office, workbook(("恩施州", None, "批复", 12, 0.07, EVE)))
    answer = (await office.says("管理员", "确认"))[0]
    reminded = {post.chat_id for post in await office.until("11-16 17:10") if post.kind == "reminder"}

    assert "期初数据已确认，试运行结束，推送将发往各群和联络员。" in answer
    assert office.id_of("恩施") in reminded


def kept_elsewhere(data: bytes, *, name: str | None = "台账.xlsx") -> Handed:
    """A file that the messenger keeps until it is fetched."""

    async def fetch() -> bytes:
        return data

    return Handed(name=name, fetch=fetch)


@pytest.mark.parametrize("name", ["台账.xlsx", None])
async def test_a_workbook_that_the_messenger_keeps_is_fetched_and_brought_in(office: Office, name: str | None) -> None:
    data = workbook(("恩施州", None, "批复", 9, 0.05, EVE))

    (answer,) = await office.says("管理员", "", form="file", file=kept_elsewhere(data, name=name))
    await office.says("管理员", "确认")

    assert "共1行有变化" in answer
    assert await count_of(office, "恩施州") == 9


async def test_only_an_admin_s_workbook_is_fetched(office: Office) -> None:
    async def fetch() -> bytes:
        raise AssertionError("fetched")

    for who, name in (("恩施", "台账.xlsx"), ("管理员", "通知.pdf")):
        (answer,) = await office.says(who, "", form="file", file=Handed(name=name, fetch=fetch))
        assert answer.startswith("目前只能识别文字")


async def test_an_admin_whose_workbook_is_lost_on_the_way_is_asked_for_it_again(office: Office) -> None:
    async def fetch() -> bytes:
        raise FileLostError("HTTP 404")

    (answer,) = await office.says("管理员", "", form="file", file=Handed(name="台账.xlsx", fetch=fetch))

    assert answer.startswith("文件没有取到")
