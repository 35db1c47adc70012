import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.clock import local
from bot.document import Severity
from bot.rules import digest, missing, reminders
from bot.rules.duty import ReportState
from bot.rules.levels import Announcement, Audience, Occasion
from bot.rules.overview import DayView, ProblemCounts, PublishedCorrection, whole_standing, whole_target
from bot.rules.pace import Pacing
from bot.rules.wording.daily import year_text
from bot.rules.wording.pushes import Lag
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, Target, Unit
from storage.records import Figures, LineKey

DAY = dt.date(2023, 11, 15)
CUT_OFF = local(DAY, dt.time(17, 55))


def states(campaign: Campaign, **others: ReportState) -> dict[str, ReportState]:
    return {**dict.fromkeys(campaign.regions, ReportState.REPORTED), **others}


def figures(count: int, area: str) -> Figures:
    return Figures(count=count, area_mu=Decimal(area))


@pytest.fixture
def november_15(campaign: Campaign) -> DayView:
    """The day of the design's sample texts; 武汉市 stands for all that is not 恩施州."""
    enshi, wuhan = ("恩施州", "batch", "approved"), ("武汉市", "batch", "approved")
    missing_units = dict.fromkeys(("鄂州市", "随州市", "天门市"), ReportState.OVERDUE)
    return DayView(
        campaign=campaign,
        day=DAY,
        cut_off=CUT_OFF,
        today={
            enshi: figures(14, "800"),
            ("恩施州", "batch", "submitted"): figures(20, "1200"),
            wuhan: figures(300, "34000"),
        },
        yesterday={enshi: figures(12, "700"), wuhan: figures(271, "32000")},
        states=states(campaign, **missing_units),
        data_as_of={"随州市": dt.date(2023, 11, 10), "鄂州市": dt.date(2023, 11, 14), "天门市": dt.date(2023, 11, 14)},
        missing_days={"随州市": 3, "鄂州市": 1, "天门市": 1},
        levels={"恩施州": "yellow", "荆门市": "blue"},
        problems=ProblemCounts(in_hand=11, new=2, overdue={"耕保处": 1}),
        corrections=(
            PublishedCorrection(
                region="黄冈市", day=dt.date(2023, 11, 14), was=figures(9, "1300"), now=figures(9, "3100")
            ),
        ),
    )


def test_the_daily_digest_is_the_designs(november_15: DayView, pacing: Pacing) -> None:
    assert digest.compose(november_15, pacing).text == (
        "【攻坚日报】11月15日（第15天，共61天）\n"
        "一、全省累计批复3.48万亩，占任务17.32万亩的20.1%（序时24.6%）；今日＋31宗、＋0.21万亩。\n"
        "二、需关注：恩施州（黄色，低于序时13.3个百分点，在审6宗）；随州市数据截至11月10日。\n"
        "三、问题：新增2个，逾期1个（耕保处）。报送：应报17家，收到14家。\n"
        "四、更正：昨日黄冈市累计批复应为0.31万亩（原0.13万亩）。口径截至17:55，明细见图。"
    )


def test_empty_items_are_left_out_and_the_rest_renumbered(campaign: Campaign, pacing: Pacing) -> None:
    view = DayView(campaign=campaign, day=DAY, cut_off=CUT_OFF, today={}, has_picture=False)

    assert digest.compose(view, pacing).lines == ("一、全省累计批复暂无数据；今日无新增。", "二、口径截至17:55。")


def test_a_unit_silent_for_five_days_is_named_to_leaders(campaign: Campaign, pacing: Pacing) -> None:
    view = DayView(
        campaign=campaign,
        day=DAY,
        cut_off=CUT_OFF,
        today={},
        states=states(campaign, 天门市=ReportState.OVERDUE),
        missing_days={"天门市": 5},
    )

    assert digest.compose(view, pacing).lines[1] == "二、需关注：天门市尚无数据，已连续5个工作日暂未收到。"


def test_a_unit_long_silent_is_named_once_with_the_day_its_data_ends(november_15: DayView, pacing: Pacing) -> None:
    silent = replace(november_15, missing_days={"随州市": 6, "鄂州市": 2})

    said = digest.compose(silent, pacing).lines[1]

    assert said.endswith("；鄂州市数据截至11月14日；随州市数据截至11月10日，已连续6个工作日暂未收到。")


@pytest.mark.parametrize(("missed", "old"), [(0, False), (1, True)])
def test_what_was_missed_on_friday_is_still_old_on_sunday(november_15: DayView, *, missed: int, old: bool) -> None:
    sunday = replace(november_15, states={"随州市": ReportState.NOT_DUE}, missing_days={"随州市": missed})

    assert digest.is_old(sunday, "随州市") is old


def test_what_a_unit_brings_on_its_first_day_is_what_it_said_and_not_its_whole_past(campaign: Campaign) -> None:
    line = ("武汉市", "batch", "approved")
    view = DayView(
        campaign=campaign,
        day=DAY,
        cut_off=CUT_OFF,
        today={line: figures(45, "4600")},
        added={line: figures(3, "1200")},
    )

    assert view.gained("武汉市") == figures(3, "1200")


def test_a_total_contains_the_other_tracks(campaign: Campaign) -> None:
    lines: dict[LineKey, Figures] = {
        ("武汉市", "batch", "approved"): figures(10, "1000"),
        ("武汉市", "key_project", "approved"): figures(1, "500"),
        ("武汉市", "total", "approved"): Figures(area_mu=Decimal(1400)),
        ("黄石市", "total", "approved"): figures(2, "90"),
        ("黄石市", "batch", "submitted"): figures(7, "700"),
    }

    assert whole_standing(lines, campaign) == figures(13, "1590")


def test_the_declared_total_is_shown_even_where_the_rows_add_up_to_something_else(campaign: Campaign) -> None:
    assert whole_target(campaign).area_wanmu == Decimal("17.32")
    undeclared = campaign.model_copy(update={"totals": campaign.totals.model_copy(update={"targets": {}})})
    assert whole_target(undeclared).area_wanmu == Decimal("17.30")


def test_the_years_lines_need_the_years_base(campaign: Campaign) -> None:
    assert year_text(Decimal(34800), campaign) == ""
    totals = campaign.totals.model_copy(update={"annual_base_wanmu": Decimal(18)})
    based = campaign.model_copy(update={"totals": totals})
    assert year_text(Decimal(34800), based) == "全年累计21.48万亩，为保底35.00万亩的61.4%、冲刺40.00万亩的53.7%。"


def test_the_account_of_reports_is_the_designs(campaign: Campaign) -> None:
    reported = states(
        campaign,
        鄂州市=ReportState.AWAITED,
        随州市=ReportState.AWAITED,
        天门市=ReportState.AWAITED,
        武汉市=ReportState.NIL,
        黄石市=ReportState.NIL,
        襄阳市=ReportState.NIL,
        孝感市=ReportState.HELD,
    )

    document = missing.compose(
        reported, {"随州市": 3, "鄂州市": 1}, campaign=campaign, at=local(DAY, dt.time(17, 30)), day=DAY
    )

    assert document is not None
    assert document.text == (
        "【报送情况】11月15日17:30：应报17家，收到14家（含无变化3家、待核1家）。"
        "暂未收到：鄂州市、随州市、天门市，已分别提示。随州市已连续3个工作日未收到，请征地中心联系了解。"
    )


def test_when_nobody_is_missing_nothing_is_said(campaign: Campaign) -> None:
    assert missing.compose(states(campaign), {}, campaign=campaign, at=CUT_OFF, day=DAY) is None


def test_only_units_not_heard_of_are_reminded(campaign: Campaign) -> None:
    some = states(campaign, 恩施州=ReportState.AWAITED, 武汉市=ReportState.EXEMPT, 黄石市=ReportState.HELD)

    assert reminders.to_remind(some, campaign) == ("恩施州",)


def test_a_red_warning_is_red_and_a_release_is_quiet(
    november_15: DayView, pacing: Pacing, working_days: WorkingDays
) -> None:
    position = november_15.position("恩施州", pacing)

    def severity(occasion: Occasion, level: str) -> Severity:
        step = Announcement(occasion=occasion, audience=Audience.UNIT, level=level, at=CUT_OFF)
        document = reminders.announce(step, position, campaign=november_15.campaign, working_days=working_days)
        return document.severity

    assert severity(Occasion.RAISED, "red") is Severity.RED
    assert severity(Occasion.RAISED, "yellow") is Severity.NOTICE
    assert severity(Occasion.RELEASED, "red") is Severity.INFO


def test_headquarters_is_told_of_yellow_and_red_only(november_15: DayView, pacing: Pacing) -> None:
    position = november_15.position("恩施州", pacing)

    assert reminders.lag_summary(DAY, [Lag(position=position, level="blue")], november_15.campaign) is None
    assert reminders.lag_summary(DAY, [Lag(position=position, level="red")], november_15.campaign) is not None


def test_a_digest_of_ten_thousand_units_takes_well_under_a_second(campaign: Campaign) -> None:
    target = {"batch": Target(count=120, area_wanmu=Decimal("0.71"))}
    units = tuple(Unit(region=f"第{n}市", targets=target) for n in range(10_000))
    many = campaign.model_copy(update={"units": units, "places": ()})
    for cached in ("regions", "_units"):
        many.__dict__.pop(cached, None)
    pacing = Pacing(many, WorkingDays(many))
    lines = {(u.region, "batch", "approved"): figures(14, "800") for u in units}
    view = DayView(
        campaign=many,
        day=DAY,
        cut_off=CUT_OFF,
        today=lines,
        yesterday=lines,
        states=dict.fromkeys(many.regions, ReportState.OVERDUE),
        missing_days=dict.fromkeys(many.regions, 6),
        levels=dict.fromkeys(many.regions, "red"),
    )

    began = time.perf_counter()
    document = digest.compose(view, pacing)

    assert time.perf_counter() - began < 1.5
    assert len(document.text) < 2_000
