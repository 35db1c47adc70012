"""Targets, amended records, the audit, dead letters and how the work stands, as conversations."""

import datetime as dt

from sqlalchemy import update

from config.campaign import Campaign
from storage import audit, occurrences
from storage.database import Database
from storage.tables import outbox
from tests.office import Office


async def test_a_target_changes_for_the_running_campaign_and_can_be_taken_back(office: Office) -> None:
    await office.dialog("""
    恩施：累计批复14宗0.08万亩
    督办：…（11.3%，序时24.6%）…
    管理员：目标 恩施
    督办：恩施州任务：批次用地120宗、0.71万亩；重点项目5宗、0.74万亩；用地总量1.45万亩。
    管理员：目标 恩施州 批次用地 0.8万亩
    督办：将调整任务｜恩施州批次用地：120宗、0.71万亩 → 120宗、0.80万亩。进度、序时和预警按新任务计算。
            回“确认”执行，回“取消”放弃（15分钟内有效）。
    管理员：确认
    督办：已调整任务（第1次）｜恩施州批次用地：120宗、0.71万亩 → 120宗、0.80万亩。
            如需撤销，请回复“恢复 C1”。
    恩施：进度
    督办：恩施州（截至11月15日）：累计批复14/120宗、0.08/0.80万亩（10.0%，序时24.6%）。
    管理员：恢复 C1
    督办：已调整任务（第2次）｜恩施州批次用地：120宗、0.80万亩 → 120宗、0.71万亩。
    恩施：进度
    督办：恩施州（截至11月15日）：累计批复14/120宗、0.08/0.71万亩（11.3%，序时24.6%）。
    """)


async def test_reports_and_digests_go_by_the_changed_target(office: Office) -> None:
    await office.says("管理员", "目标 恩施州 批次用地 100宗 0.1万亩")
    await office.says("管理员", "确认")
    (answer,) = await office.says("恩施", "累计批复50宗0.05万亩")

    assert "累计批复50/100宗、0.05/0.10万亩（50.0%，序时24.6%）" in answer
    posts = await office.until("18:30")
    assert [p for p in posts if p.kind == "warning" and "恩施州" in p.document.text] == []


async def test_an_amended_record_replaces_the_figures_and_tells_the_reporter(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩，上报3宗200亩
    督办：已登记｜恩施州 11月15日 #A1…
    管理员：改 A1 批复3宗120亩
    督办：已改｜恩施州 11月15日 #A1 → #A2
            批复＋3宗、＋120亩、上报＋3宗、＋200亩（原批复＋2宗、＋100亩、上报＋3宗、＋200亩）
            原登记保留备查；如需还原，请回复“撤回 A2”。
            累计批复3/120宗、0.012/0.71万亩（1.7%，序时24.6%），…
    管理员：改 A1 三五百亩左右吧
    督办：没有看懂…
    管理员：改 A1 批复 -3宗
    督办：没有看懂“批复 -3宗”，未改动。写法：改 A102 批复3宗120亩
    管理员：撤回 A2
    督办：已撤回｜恩施州 11月15日 #A2…
            累计批复2/120宗、0.01/0.71万亩（1.4%，序时24.6%），在审1宗
    """)
    told = [p.document.text for p in office.posts if p.chat_id == office.id_of("恩施") and p.kind == "alert"]
    after = "批复＋3宗、＋120亩、上报＋3宗、＋200亩"
    assert told == [
        f"【更正提示】您11月15日的登记#A1已由管理员陈主任改为{after}（#A2），如有出入请联系管理员。",
    ]


async def test_figures_that_stand_in_a_newer_record_are_changed_there_and_counted_once(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩，上报3宗200亩
    督办：…
    恩施：更正 今日批复4宗150亩
    督办：已更正｜恩施州 11月15日 #A2…
    管理员：改 A1 批复3宗120亩
    督办：#A1的数已由#A2替代，请写“改 A2 …”。
    管理员：改 A2 批复3宗120亩
    督办：已改…#A2 → #A3…累计批复3/120宗…
    管理员：改 A2 批复5宗220亩
    督办：#A2的数已由#A3替代，请写“改 A3 …”。
    管理员：改 A99 批复1宗
    督办：没有找到这条登记，请写明编号，如“改 A102 批复3宗120亩”。
    """)


async def test_a_record_that_was_read_quite_wrongly_is_restated_whole(office: Office) -> None:
    await office.dialog("""
    恩施：今日上报2宗100亩
    督办：…
    管理员：改 A1 批复2宗100亩
    督办：已改｜恩施州 11月15日 #A1 → #A2
            批复＋2宗、＋100亩（原上报＋2宗、＋100亩）…
    """)


async def test_the_day_still_counts_as_reported_after_an_amendment(office: Office) -> None:
    await office.says("恩施", "今日批复2宗100亩")
    await office.says("管理员", "改 A1 批复3宗120亩")
    (answer,) = await office.says("管理员", "未报")

    assert "收到1家" in answer


async def test_the_audit_tells_who_did_what_to_a_thing(office: Office) -> None:
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：…
    恩施：撤回 A1
    督办：…
    管理员：恢复 A1
    督办：…
    管理员：审计 A1
    督办：留痕（A1）最近2条：
            11月15日09:00 陈主任 恢复
            11月15日09:00 吴国平 撤回
    管理员：审计 A9
    督办：A9没有留痕。
    """)


async def test_every_order_leaves_its_line_in_the_audit(office: Office) -> None:
    for order in (
        "静默 恩施 3天 调研",
        "解除静默 恩施",
        "免报 恩施 11月20日",
        "催报 恩施",
        "暂停推送 维护",
        "恢复推送",
        "试运行 开",
        "恢复 C5",
        "广播 大家好",
        "取消",
    ):
        async with office.database.transaction(reading=True) as tx:
            before = len(await audit.lines(tx, office.campaign.key, limit=100))
        await office.says("管理员", order)
        async with office.database.transaction(reading=True) as tx:
            assert len(await audit.lines(tx, office.campaign.key, limit=100)) > before, order


async def test_what_did_not_arrive_is_listed_and_sent_again(office: Office) -> None:
    await office.says("恩施", "无")
    async with office.database.transaction() as tx:
        await tx.execute(update(outbox).where(outbox.c.id == 1).values(state="dead", fault="bot not in chat"))
    await office.dialog("""
    管理员：重发
    督办：未送达1条，重发请回“重发 M号”：
            #M1 liaison/恩施州：已登记 恩施州 11月15日无变化。（bot not in chat）
    管理员：重发 M9
    督办：没有编号M9的未送达消息。
    管理员：重发 M1
    督办：已重新发送：M1。
    管理员：重发
    督办：没有未送达的消息。
    """)
    sent = [p.document.text for p in office.posts if p.chat_id == office.id_of("恩施")]
    assert sent == ["已登记 恩施州 11月15日无变化。"] * 2


async def test_the_state_of_the_work_is_told_in_a_few_lines(office: Office) -> None:
    await office.until("18:30")
    (answer,) = await office.says("管理员", "状态")

    lines = answer.splitlines()
    assert lines[0] == "收：待处理0条，已处理0条。"
    assert lines[1].startswith("发：待发0条，已发")
    assert lines[2] == "搁置0条，编号冲突0条，待认领0个。"
    assert "日报 11月15日18:00 已完成" in lines[3]


async def test_the_office_works_on_either_database(database: Database, campaign: Campaign) -> None:
    office = await Office.open(database, campaign, at=dt.datetime(2023, 11, 15, 9))  # noqa: DTZ001 local time
    await office.dialog("""
    恩施：今日批复2宗100亩
    督办：已登记｜恩施州 11月15日 #A1…
    恩施：计划 11月24日
    督办：已记录计划｜…
    恩施：请假 明天 由武汉代报
    督办：已登记请假｜…
    管理员：改 A1 批复3宗120亩
    督办：已改｜…
    管理员：目标 恩施州 批次用地 121宗
    督办：将调整任务｜…
    管理员：确认
    督办：已调整任务（第1次）｜…
    管理员：静默 恩施 3天 调研
    督办：已静默｜…
    管理员：预览 日报
    督办：【预览】将发送到1处：…
    管理员：推送 日报
    督办：…
    管理员：确认
    督办：已发送1条。
    管理员：催报 武汉
    督办：已提醒1家：武汉市。
    管理员：暂停推送 维护
    督办：…
    管理员：恢复推送
    督办：…
    管理员：状态
    督办：收：待处理0条，…
    管理员：审计
    督办：留痕最近10条：…
    管理员：重发
    督办：没有未送达的消息。
    """)
    assert "notices-1500" in await _struck(office, until="15:10")


async def _struck(office: Office, *, until: str) -> set[str]:
    await office.until(until)
    async with office.database.transaction(reading=True) as tx:
        return {schedule for schedule, *_ in await occurrences.latest(tx, office.campaign.key)}
