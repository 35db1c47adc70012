import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.clock import local
from bot.rules import summary
from bot.rules.overview import DayView
from bot.rules.pace import Pacing
from bot.rules.visits import VisitTally
from bot.rules.weekly import Tally
from config.campaign import Campaign
from storage.records import Figures, LineKey

DAY = dt.date(2023, 11, 30)
ENSHI: LineKey = ("恩施州", "batch", "approved")
WUHAN: LineKey = ("武汉市", "batch", "approved")
MOVED = Tally(in_hand=11, new=14, closed=3, overdue=1)
VISITS = VisitTally(owed_by=("张三", "李四"), done=("张三",), visits=())


@pytest.fixture
def november(campaign: Campaign) -> DayView:
    few = campaign.model_copy(update={"units": tuple(u for u in campaign.units if u.region in {"武汉市", "恩施州"})})
    for cached in ("regions", "_units"):
        few.__dict__.pop(cached, None)
    return DayView(
        campaign=few,
        day=DAY,
        cut_off=local(DAY, dt.time(17, 55)),
        today={ENSHI: Figures(count=30, area_mu=Decimal(2000)), WUHAN: Figures(count=60, area_mu=Decimal(6000))},
        earlier={ENSHI: Figures(count=20, area_mu=Decimal(1300)), WUHAN: Figures(count=50, area_mu=Decimal(6000))},
    )


def test_a_months_summary_says_what_it_brought_and_what_the_end_will_see(november: DayView, pacing: Pacing) -> None:
    before = {ENSHI: Figures(count=0, area_mu=Decimal(0)), WUHAN: Figures(count=10, area_mu=Decimal(1000))}

    assert summary.compose(november, pacing, before=before, tally=MOVED, visits=VISITS).text == (
        "【攻坚月报】11月（截至11月30日）\n"
        "一、全省累计批复0.80万亩，占任务17.32万亩的4.6%（序时49.2%）；本月＋80宗、＋0.70万亩。\n"
        "二、按近7个工作日进度，预计12月31日累计批复1.01万亩，占任务5.8%。\n"
        "三、批次用地达序时进度1家，未达1家：恩施州（低于序时21.0个百分点）。\n"
        "四、问题：在办11个，本月新增14个，本月销号3个，逾期1个。上门服务已开展1/2。"
    )


def test_a_unit_that_never_gave_a_figure_is_named_apart(november: DayView, pacing: Pacing) -> None:
    silent = replace(november, today={WUHAN: november.today[WUHAN]}, earlier={})

    said = summary.compose(silent, pacing, before={}, tally=MOVED, visits=VISITS).text

    assert "批次用地达序时进度1家；暂无数据1家：恩施州。" in said


def test_at_the_campaigns_end_nothing_is_forecast_and_units_have_done_their_task_or_not(
    november: DayView, pacing: Pacing
) -> None:
    done = {**november.today, WUHAN: Figures(count=72, area_mu=Decimal(7000))}
    end = replace(november, day=dt.date(2023, 12, 31), today=done)
    nothing = dict.fromkeys((ENSHI, WUHAN), Figures(count=0, area_mu=Decimal(0)))

    assert summary.compose(end, pacing, before=nothing, tally=MOVED, visits=VISITS, is_whole=True).text == (
        "【攻坚总结】截至12月31日\n"
        "一、全省累计批复0.90万亩，占任务17.32万亩的5.2%（序时100.0%）；期间＋102宗、＋0.90万亩。\n"
        "二、批次用地完成任务1家，未完成1家：恩施州（28.2%）。\n"
        "三、问题：在办11个，期间新增14个，期间销号3个，逾期1个。上门服务已开展1/2。"
    )


def test_a_summary_of_the_campaign_may_be_looked_at_while_it_runs(november: DayView, pacing: Pacing) -> None:
    nothing = dict.fromkeys((ENSHI, WUHAN), Figures(count=0, area_mu=Decimal(0)))

    said = summary.compose(november, pacing, before=nothing, tally=MOVED, visits=VISITS, is_whole=True).text

    assert said.startswith("【攻坚总结】截至11月30日\n一、全省累计批复0.80万亩")
    assert "期间＋90宗、＋0.80万亩。\n二、按近7个工作日进度，预计12月31日" in said
    assert "批次用地达序时进度1家" in said
