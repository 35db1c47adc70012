"""Reports made from the campaign's own words, each with what it means."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from storage.records import Basis, Progress
from tests.parsing.reading import CAMPAIGN, NOW

STAGES = [stage for stage in CAMPAIGN.stages if not stage.stock_words]
COUNTIES = [
    place for place in CAMPAIGN.places if place.region == "武汉市" and place.county and place.kind == "district"
]
TODAY = NOW.date()
PERIODS = {
    "今日": (TODAY, TODAY),
    "昨日": (TODAY - dt.timedelta(days=1), TODAY - dt.timedelta(days=1)),
    "本周": (TODAY - dt.timedelta(days=TODAY.weekday()), TODAY),
    "本月": (TODAY.replace(day=1), TODAY),
    "11月13日": (dt.date(2023, 11, 13), dt.date(2023, 11, 13)),
}
areas = st.one_of(st.none(), st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2))
counts = st.integers(min_value=1, max_value=999)


@st.composite
def increments(draw: st.DrawFn) -> tuple[str, Progress]:
    """Return one increment and how it may be said."""
    stage, period = draw(st.sampled_from(STAGES)), draw(st.sampled_from(sorted(PERIODS)))
    county = draw(st.one_of(st.none(), st.sampled_from(COUNTIES)))
    count, area = draw(counts), draw(areas)
    since, date = PERIODS[period]
    said_area = "" if area is None else draw(st.sampled_from([f"{area}亩", f"，面积{area}亩", f"、{area / 10000}万亩"]))
    owner = "" if county is None else county.county or ""
    text = f"{owner}{period}{draw(st.sampled_from(stage.words[:3]))}{count}宗{said_area}"
    return text, _progress(stage.key, Basis.INCREMENT, since, date, count, area, owner or None)


@st.composite
def cumulatives(draw: st.DrawFn) -> tuple[str, Progress]:
    """Return one cumulative and how it may be said."""
    stage = draw(st.sampled_from(STAGES))
    count, area = draw(counts), draw(areas)
    said_area = "" if area is None else f"{area}亩"
    text = (
        f"{draw(st.sampled_from(['累计', '截至目前累计', '全市累计', '我市总计']))}{stage.words[0]}{count}宗{said_area}"
    )
    return text, _progress(stage.key, Basis.CUMULATIVE, None, TODAY, count, area, None)


def _progress(
    stage: str,
    basis: Basis,
    since: dt.date | None,
    date: dt.date,
    count: int,
    area: Decimal | None,
    county: str | None,
) -> Progress:
    return Progress(
        region="武汉市",
        track=CAMPAIGN.default_track.key,
        stage=stage,
        basis=basis,
        since=since,
        date=date,
        count=count,
        area_mu=area,
        county=county,
    )


PIECES = (
    "今日|昨日|累计|批复|上报|3宗|0.12万亩|，|。|\n|江夏区|黄石|其中|分别为|各|共|合计|（|）|【|】|问题：|占补指标不够|已解决|计划|目标"
    "|45（+3）宗|单位：万亩|重点项目|城北水厂项目|现场办公|规划处|无新增|更正|应为|原报|1.|、|：|“|”|12月20日前|11.15|2|？|全省|均为"
    "|0宗|｜"
)
scraps = st.lists(st.sampled_from(PIECES.split("|")), max_size=30).map("".join)
"""Report words in any order: no report, but all the parser's roads."""
