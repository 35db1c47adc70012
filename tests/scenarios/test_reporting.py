"""A liaison reports, mends and asks; the city stands where it should."""

import pytest
from sqlalchemy import select

from storage.tables import audit, entries, holds, people, reports, settings
from tests.office import Office


async def test_a_bare_nil_is_a_full_report(office: Office) -> None:
    await office.dialog("""
    恩施：无
    督办：已登记 恩施州 11月15日无变化。
    """)


async def test_an_area_without_a_unit_is_named_and_mended_by_a_correction(office: Office) -> None:
    (answer,) = await office.says("恩施", "今日批复2宗，0.03")
    assert answer.splitlines()[1] == "批复＋2宗"
    assert answer.splitlines()[-1] == "未计入：“0.03”（没有单位），请写清后回复“更正 …”。"

    (answer,) = await office.says("恩施", "更正 今日批复2宗0.03万亩")
    assert answer.splitlines()[1].startswith("批复＋2宗、＋300亩")


async def test_small_talk_in_a_group_stays_unanswered(office: Office) -> None:
    assert await office.says("恩施", "收到", chat="city/恩施州") == []


async def test_a_stranger_is_told_how_to_join_and_let_in_by_an_admin(office: Office) -> None:
    await office.dialog("""
    陌生人：我是 恩施州 张三
    督办：已收到恩施州 张三的申请，管理员同意后即可报送。
    管理员：同意 1
    督办：已同意张三加入，身份为恩施州联络员。
    陌生人：无
    督办：已登记 恩施州 11月15日无变化。
    """)


@pytest.mark.parametrize("who", ["陌生人", "领导"])
async def test_who_may_not_write_changes_nothing_and_every_admission_is_audited(office: Office, who: str) -> None:
    await office.says("恩施", "今日批复3宗、120亩")
    await office.says("陌生人", "我是 恩施州 张三")
    before = await _ledger(office)

    for text in (
        "恩施州今日又批复5宗、90亩",
        "撤回 A1",
        "改 A1 批复 9宗",
        "更正 今日批复9宗",
        "目标 恩施 200宗",
        "同意 1",
    ):
        await office.says(who, text)
        await office.says(who, "确认")
        assert await _ledger(office) == before, text
    await office.says("管理员", "同意 1")

    async with office.database.transaction(reading=True) as tx:
        lines = [tuple(row) for row in await tx.execute(select(audit.c.actor, audit.c.action))]
    assert [line for line in lines if office.id_of(who) in line[0]] == []
    assert [action for actor, action in lines if office.id_of("管理员") in actor] == ["agree"]


async def _ledger(office: Office) -> list[tuple[object, ...]]:
    async with office.database.transaction(reading=True) as tx:
        kept = [await tx.execute(select(table)) for table in (people, reports, entries, holds, settings)]
    return [tuple(row) for rows in kept for row in rows]


async def test_what_is_unclear_is_asked_for_in_its_own_words(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复0.12
    督办：“0.12”没有单位…
    恩施：今天3宗0.12万亩
    督办：“今天3宗0.12万亩”是上报还是批复…
    管理员：今日批复3宗
    督办：“今日批复3宗”是哪个市州的数据…
    """)


async def test_what_a_voice_message_was_heard_as_is_always_repeated(office: Office) -> None:
    report = await office.says("恩施", "今天批了两宗一百亩", form="voice", chat="city/恩施州")
    chatter = await office.says("恩施", "好的收到", form="voice", chat="city/恩施州")

    assert report[0].startswith("语音识别：“今天批了两宗一百亩”\n已登记｜恩施州")
    assert chatter == ["语音识别：“好的收到”"]
