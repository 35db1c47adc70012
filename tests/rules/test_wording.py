"""The sample texts of the design, word for word, made from figures."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.rules.pace import Pacing, Position, position
from bot.rules.wording import acks, hints, pushes
from bot.rules.wording.acks import Noted, ack, ack_all, ack_briefly
from bot.rules.wording.phrases import listed, progress_text
from config.campaign import Campaign, Target
from storage.records import Basis, Figures, PassedOver, Progress, Role

DAY = dt.date(2023, 11, 15)


@pytest.fixture
def enshi(campaign: Campaign, pacing: Pacing) -> Position:
    return position(
        region="恩施州",
        track="batch",
        day=DAY,
        counted=Figures(count=14, area_mu=Decimal(800)),
        next_best=Figures(count=20, area_mu=Decimal(1200)),
        earlier=Figures(count=2, area_mu=Decimal(163)),
        target=campaign.target("恩施州", "batch"),
        pacing=pacing,
    )


def item(stage: str, count: int | None, area: str | None, **more: object) -> Progress:
    values: dict[str, object] = {
        "region": "恩施州",
        "track": "batch",
        "stage": stage,
        "basis": Basis.INCREMENT,
        "since": DAY,
        "date": DAY,
        "count": count,
        "area_mu": None if area is None else Decimal(area),
    }
    return Progress(**{**values, **more})  # type: ignore[arg-type]


SAID = (item("approved", 2, "100"), item("submitted", 3, "200"))


def test_an_ack_shows_what_was_understood_and_where_the_unit_stands(campaign: Campaign, enshi: Position) -> None:
    noted = Noted(region="恩施州", day=DAY, number=102, items=SAID, position=enshi)

    assert ack(noted, campaign, with_hint=True) == (
        "已登记｜恩施州 11月15日 #A102",
        "批复＋2宗、＋100亩；上报＋3宗、＋200亩",
        "累计批复14/120宗、0.08/0.71万亩（11.3%，序时24.6%），在审6宗",
        "如有误，请回复“更正 …”或“撤回 A102”。",
    )


def test_in_a_shared_group_an_ack_is_one_line(campaign: Campaign, enshi: Position) -> None:
    noted = Noted(region="恩施州", day=DAY, number=102, items=SAID, position=enshi)

    assert ack_all([noted], campaign, in_shared_group=True) == ("已登记 恩施州 批复＋2宗100亩、上报＋3宗200亩 #A102",)


def test_nothing_new_is_acknowledged_in_one_line(campaign: Campaign) -> None:
    noted = Noted(region="恩施州", day=DAY, is_nil=True)

    assert ack(noted, campaign) == ("已登记 恩施州 11月15日无变化。",)
    assert ack_briefly(noted, campaign) == "已登记 恩施州 11月15日无变化。"


def test_several_units_have_a_line_each(campaign: Campaign) -> None:
    several = [Noted(region=r, day=DAY, number=n, items=SAID[:1]) for n, r in enumerate(["恩施州", "武汉市"], start=1)]

    assert ack_all(several, campaign) == ("已登记 恩施州 批复＋2宗100亩 #A1", "已登记 武汉市 批复＋2宗100亩 #A2")


def test_a_cumulative_that_is_the_standing_is_not_said_twice(campaign: Campaign, enshi: Position) -> None:
    total = item("approved", 14, "800", basis=Basis.CUMULATIVE, since=None)
    noted = Noted(region="恩施州", day=DAY, number=7, items=(total,), position=enshi)

    assert ack(noted, campaign) == (
        "已登记｜恩施州 11月15日 #A7",
        "累计批复14/120宗、0.08/0.71万亩（11.3%，序时24.6%），在审6宗",
    )


def test_other_days_tracks_and_counties_are_named(campaign: Campaign) -> None:
    items = (
        item("approved", 1, None, since=dt.date(2023, 11, 14), date=dt.date(2023, 11, 14)),
        item("approved", 4, None, since=dt.date(2023, 11, 13)),
        item("submitted", 1, "900", track="key_project"),
        item("prepared", 1, "12.5", county="利川市"),
        item("prepared", 52, "6000", basis=Basis.CUMULATIVE, since=None, date=dt.date(2023, 11, 14)),
        item("reviewing", 8, None, basis=Basis.CUMULATIVE, since=None),
    )

    assert ack(Noted(region="恩施州", day=DAY, number=1, items=items), campaign)[1] == (
        "11月14日批复＋1宗；11月13日至15日批复＋4宗；重点项目上报＋1宗、＋900亩；利川市组卷＋1宗、＋12.5亩；"
        "截至11月14日累计组卷52宗、0.60万亩；在审8宗"
    )


def test_a_correction_shows_what_it_replaced(campaign: Campaign, enshi: Position) -> None:
    noted = Noted(
        region="恩施州",
        day=DAY,
        number=103,
        items=(item("approved", 3, "120"),),
        position=enshi,
        is_correction=True,
        before=SAID[:1],
    )

    assert ack(noted, campaign)[:2] == (
        "已更正｜恩施州 11月15日 #A103",
        "批复＋3宗、＋120亩（原＋2宗、＋100亩）",
    )


def test_a_correction_of_nothing_says_so(campaign: Campaign) -> None:
    noted = Noted(region="恩施州", day=DAY, number=103, items=SAID[:1], is_correction=True)

    assert ack(noted, campaign)[1] == "批复＋2宗、＋100亩；此前没有同类数据，已按新数登记"


def test_an_ack_never_has_more_than_four_lines(campaign: Campaign, enshi: Position) -> None:
    noted = Noted(region="恩施州", day=DAY, number=102, items=SAID, position=enshi)

    lines = ack(noted, campaign, with_hint=True, tails=("问一？", "问二？"))

    assert lines[3:] == ("问一？问二？",)


def test_a_voided_record_is_shown_with_the_standing_without_it(campaign: Campaign, enshi: Position) -> None:
    lines = acks.voided(region="恩施州", day=DAY, number=102, items=SAID, position=enshi, campaign=campaign)

    assert lines[:2] == ("已撤回｜恩施州 11月15日 #A102", "不再计入：批复＋2宗、＋100亩；上报＋3宗、＋200亩")


def test_the_reminder_is_the_designs(campaign: Campaign) -> None:
    assert pushes.reminder("恩施州", campaign.deadlines.deadline) == (
        "【报送提示】恩施州今日用地进展暂未收到，请于17:30前直接回复本消息：有变化报数，无变化回“无”。"
    )
    assert "@我回复" in pushes.reminder("恩施州", campaign.deadlines.deadline, in_group=True)


def test_the_yellow_warning_is_the_designs(campaign: Campaign, enshi: Position) -> None:
    lag = pushes.Lag(position=enshi, level="yellow")

    assert pushes.warning(lag, campaign, plan_by=dt.date(2023, 11, 24)) == (
        "【进度提醒·黄色】恩施州：截至11月15日，批次用地累计批复0.08万亩，占任务11.3%，低于序时13.3个百分点（约8天）；"
        "另在审6宗0.04万亩。年底前每个工作日需批复约197亩，近7个工作日日均91亩。请研究推进措施。"
        "已有安排的，回复“计划 11月24日”；需省厅协调的，回复“问题 …”；数据有出入的，回复“依据 恩施”核对。"
    )


def test_the_release_is_the_designs(campaign: Campaign, pacing: Pacing) -> None:
    reached = position(
        region="恩施州",
        track="batch",
        day=DAY,
        counted=Figures(area_mu=Decimal(1746)),
        next_best=Figures(),
        target=campaign.target("恩施州", "batch"),
        pacing=pacing,
    )

    assert pushes.release(reached, "yellow", campaign) == "【进度提示】恩施州批次用地已达序时进度，黄色提醒解除。"


def test_a_unit_measured_by_count_is_warned_in_parcels(campaign: Campaign, pacing: Pacing) -> None:
    by_count = position(
        region="恩施州",
        track="batch",
        day=DAY,
        counted=Figures(count=14),
        next_best=Figures(count=20),
        earlier=Figures(count=7),
        target=Target(count=120),
        pacing=pacing,
    )

    text = pushes.warning(pushes.Lag(position=by_count, level="red"), campaign, plan_by=dt.date(2023, 11, 24))

    assert text.startswith(
        "【进度提醒·红色】恩施州：截至11月15日，批次用地累计批复14宗，占任务11.7%，低于序时12.9个百分点（约8天）；另在审6宗。"
        "年底前每个工作日需批复约3.3宗，近7个工作日日均1.0宗。"
    )


def test_the_reviewing_division_hears_what_waits_there(campaign: Campaign, enshi: Position) -> None:
    assert pushes.review_notice(pushes.Lag(position=enshi, level="yellow"), campaign) == (
        "【审查提示】恩施州：截至11月15日，批次用地累计批复占任务11.3%，低于序时13.3个百分点；"
        "在审6宗0.04万亩，全部批复后可达序时进度，请加快审查。"
    )


def test_a_track_without_task_or_figures_says_so(campaign: Campaign, pacing: Pacing) -> None:
    def shown(counted: Figures, region: str, track: str) -> str:
        place = position(
            region=region,
            track=track,
            day=DAY,
            counted=counted,
            next_best=Figures(),
            target=campaign.target(region, track),
            pacing=pacing,
        )
        return progress_text(place, campaign)

    assert shown(Figures(count=1), "潜江市", "key_project") == "重点项目累计批复1宗（无任务）"
    assert shown(Figures(count=1, area_mu=Decimal(900)), "恩施州", "key_project") == (
        "重点项目累计批复1/5宗、0.09/0.74万亩（12.2%）"
    )
    assert shown(Figures(), "恩施州", "batch") == "累计批复暂无数据"


def test_headquarters_gets_one_message_with_the_worst_first(campaign: Campaign, enshi: Position) -> None:
    assert pushes.lag_summary(DAY, [pushes.Lag(position=enshi, level="yellow")], campaign) == (
        "【进度提醒】11月15日：黄色1家：恩施州（低于序时13.3个百分点，在审6宗）。"
    )
    assert pushes.lag_summary(DAY, [], campaign) == ""


def test_no_sentence_says_that_somebody_did_not_report() -> None:
    texts = [
        pushes.reminder("恩施州", dt.time(17, 30)),
        pushes.call_division("恩施州", 3),
        pushes.missing_text(["恩施州"]),
    ]

    assert not [text for text in texts if "未报" in text]


def test_every_role_is_shown_about_five_commands() -> None:
    assert all(2 <= len(hints.help_for(role)) <= 5 for role in Role)


def test_a_hint_quotes_the_words_it_stumbled_over_and_no_more() -> None:
    assert hints.unclear_unit("今日批复0.12") == "“今日批复0.12”没有单位，请补上宗或亩后重发，如“批复3宗120亩”。"
    assert "…" in hints.unclear("很长" * 50)
    assert (
        hints.passed_over([PassedOver(span=(7, 11), reason="没有单位")], "今日批复3宗，0.03")
        == "未计入：“0.03”（没有单位），请写清后回复“更正 …”。"
    )


def test_only_a_liaison_is_asked_for_progress_in_answer_to_small_talk() -> None:
    assert hints.private_hint(Role.CITY_LIAISON).startswith("请直接发今日进展")
    assert all("今日进展" not in hints.private_hint(role) for role in Role if role is not Role.CITY_LIAISON)


def test_a_very_long_row_of_names_is_cut() -> None:
    assert listed(["甲", "乙", "丙"], shown=2) == "甲、乙等3家"
