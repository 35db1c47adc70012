"""The sentences of the daily digest and of summaries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bot.rules.figures import FigureWriter, percent, plus
from bot.rules.overview import LateProject
from bot.rules.pace import Position
from bot.rules.wording.phrases import day_text, listed, time_text
from bot.rules.wording.pushes import lag_text
from config.campaign import Campaign, Target
from storage.records import Figures

PROJECTS_NAMED = 3
NAMED = 10
"""Units named one by one in the digest's text; the picture has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A unit of which nothing came for working days in a row, and the last day it reported for, if any."""

    region: str
    days: int
    since: dt.date | None


def daily_title(day: dt.date, number: int, days: int, campaign: Campaign) -> str:
    """Head the digest: 【攻坚日报】11月15日（第15天，共61天）."""
    return f"【{campaign.short_name}日报】{day_text(day)}（第{number}天，共{days}天）"


def whole_text(campaign: Campaign) -> str:
    """Name the whole that is supervised: 全省."""
    return campaign.vocabulary.whole[0] if campaign.vocabulary.whole else "合计"


def total_text(
    done: Figures, target: Target, pace: Fraction, gained: Figures, campaign: Campaign, *, period: str = "今日"
) -> str:
    """Say where the whole stands and what today (or another period) brought."""
    writer = FigureWriter(measures=campaign.measures)
    stage = campaign.counting_stage.name
    if done.area_mu is not None and target.area_mu:
        share = percent(Fraction(done.area_mu) / Fraction(target.area_mu))
        stands = f"{writer.area(done.area_mu)}，占任务{writer.area(target.area_mu)}的{share}（序时{percent(pace)}）"
    elif done.count is not None and target.count:
        share = percent(Fraction(done.count, target.count))
        stands = f"{writer.count(done.count)}，占任务{writer.count(target.count)}的{share}（序时{percent(pace)}）"
    else:
        stands = writer.figures(done) or "暂无数据"
    return f"{whole_text(campaign)}累计{stage}{stands}；{_gained_text(gained, writer, period)}。"


def _gained_text(gained: Figures, writer: FigureWriter, period: str) -> str:
    """Say what a period brought; beside the whole's total the area stays in the big unit."""
    parts = [plus(writer.count(gained.count))] if gained.count else []
    if gained.area_mu:
        parts.append(plus(writer.area(gained.area_mu)))
    return f"{period}{'、'.join(parts)}" if parts else f"{period}无新增"


def attention_text(
    lags: Sequence[tuple[Position, str]],
    how_many_lag: int,
    stale: Mapping[dt.date | None, Sequence[str]],
    silent: Sequence[Silence],
    campaign: Campaign,
    *,
    late: str = "",
) -> str:
    """Say which units need a look: behind the schedule, with old data, silent for long; and which projects are late."""
    behind = "、".join(lag_text(position, campaign, level=level) for position, level in lags)
    if how_many_lag > len(lags):
        behind += f"等{how_many_lag}家"
    old = [stale_text(regions, day) for day, regions in stale.items()]
    quiet = [silent_text(silence) for silence in silent[:NAMED]]
    said = "；".join(filter(None, [behind, late, *old, *quiet]))
    return f"需关注：{said}。" if said else ""


def as_of_text(day: dt.date | None) -> str:
    """Say up to which day a unit's data goes: 数据截至11月10日."""
    return f"数据截至{day_text(day)}" if day else "尚无数据"


def stale_text(regions: Sequence[str], day: dt.date | None) -> str:
    """Say whose data is how old."""
    return f"{listed(list(regions), NAMED)}{as_of_text(day)}"


def silent_text(silence: Silence) -> str:
    """Say how old a unit's data is, and that nothing came of it for days."""
    return f"{silence.region}{as_of_text(silence.since)}，已连续{silence.days}个工作日暂未收到"


def late_projects_text(late: Sequence[LateProject], campaign: Campaign) -> str:
    """Say which key projects are behind their plan: 重点项目未按计划2个：赤壁长江大桥（咸宁市，批复应于11月10日）."""
    if not late or campaign.projects_track is None:
        return ""
    named = "、".join(late_project_text(project, campaign) for project in late[:PROJECTS_NAMED])
    more = "等" if len(late) > PROJECTS_NAMED else ""
    return f"{campaign.projects_track.name}未按计划{len(late)}个：{named}{more}"


def late_project_text(project: LateProject, campaign: Campaign) -> str:
    """Say which stage of a project was due when: 赤壁长江大桥（咸宁市，批复应于11月10日）."""
    stage = campaign.stage(project.stage).name
    return f"{project.name}（{project.region}，{stage}应于{day_text(project.planned)}）"


def problems_text(new: int, overdue: Mapping[str, int]) -> str:
    """Say how many problems are new and overdue, and where: 问题：新增2个，逾期1个（耕保处）."""
    parts = [f"新增{new}个"] if new else []
    if overdue:
        parts.append(f"逾期{sum(overdue.values())}个（{listed(list(overdue), NAMED)}）")
    return f"问题：{'，'.join(parts)}。" if parts else ""


def reports_text(due: int, received: int) -> str:
    """Say how many reports came: 报送：应报17家，收到14家."""
    return f"报送：应报{due}家，收到{received}家。" if due else ""


def correction_text(
    region: str, day: dt.date, *, today: dt.date, was: Figures, now: Figures, campaign: Campaign
) -> str:
    """Print a published figure anew: 昨日黄冈市累计批复应为0.31万亩（原0.13万亩）."""
    writer = FigureWriter(measures=campaign.measures)
    count_differs, area_differs = was.count != now.count, was.area_mu != now.area_mu
    old = Figures(count=was.count if count_differs else None, area_mu=was.area_mu if area_differs else None)
    new = Figures(count=now.count if count_differs else None, area_mu=now.area_mu if area_differs else None)
    when = "昨日" if today - day == dt.timedelta(days=1) else day_text(day)
    stage = campaign.counting_stage.name
    return f"{when}{region}累计{stage}应为{writer.figures(new) or '暂无数据'}（原{writer.figures(old) or '暂无数据'}）"


def corrections_text(corrections: Sequence[str]) -> str:
    """Say which published figures were corrected."""
    return f"更正：{'；'.join(corrections)}。" if corrections else ""


def cut_off_text(at: dt.datetime, *, has_picture: bool) -> str:
    """Say up to when records were taken in: 口径截至17:55，明细见图."""
    return f"口径截至{time_text(at)}" + ("，明细见图。" if has_picture else "。")


def month_title(day: dt.date, campaign: Campaign) -> str:
    """Head a month's summary: 【攻坚月报】11月."""
    return f"【{campaign.short_name}月报】{day.month}月（截至{day_text(day)}）"


def end_title(day: dt.date, campaign: Campaign) -> str:
    """Head the campaign's summary: 【攻坚总结】截至12月31日."""
    return f"【{campaign.short_name}总结】截至{day_text(day)}"


def forecast_text(forecast: Figures, target: Target, campaign: Campaign) -> str:
    """Say what the end will see at the rate of the last working days."""
    if forecast.area_mu is None or not target.area_mu:
        return ""
    writer = FigureWriter(measures=campaign.measures)
    share = percent(Fraction(forecast.area_mu) / Fraction(target.area_mu))
    days = campaign.thresholds.rate_working_days
    return (
        f"按近{days}个工作日进度，预计{day_text(campaign.end)}累计{campaign.counting_stage.name}"
        f"{writer.area(forecast.area_mu)}，占任务{share}。"
    )


def ranks_text(
    on_schedule: int, behind: Sequence[Position], silent: Sequence[str], campaign: Campaign, *, is_end: bool = False
) -> str:
    """Say how many units are on schedule, at the end have done their task, and name those furthest behind.

    Those that never gave a figure are named apart: no data is not no progress.
    """
    track = campaign.default_track.name
    ranked = f"{track}{'完成任务' if is_end else '达序时进度'}{on_schedule}家" if on_schedule or behind else ""
    if behind:
        named = "、".join(_done_text(p) if is_end else lag_text(p, campaign) for p in behind[:NAMED])
        more = f"等{len(behind)}家" if len(behind) > NAMED else ""
        ranked += f"，未{'完成' if is_end else '达'}{len(behind)}家：{named}{more}"
    unknown = f"{'' if ranked else track}暂无数据{len(silent)}家：{listed(silent)}" if silent else ""
    return f"{'；'.join(filter(None, (ranked, unknown)))}。" if ranked or unknown else ""


def _done_text(position: Position) -> str:
    return f"{position.region}（{percent(position.progress or 0)}）"


def year_text(done_mu: Decimal, campaign: Campaign) -> str:
    """Say where the year stands against its floor and stretch lines; empty without the year's base."""
    totals = campaign.totals
    if totals.annual_base_wanmu is None:
        return ""
    writer = FigureWriter(measures=campaign.measures)
    factor = campaign.measures.area.big_factor
    year_mu = totals.annual_base_wanmu * factor + done_mu
    lines = [("保底", totals.annual_floor_wanmu), ("冲刺", totals.annual_stretch_wanmu)]
    parts = [
        f"{name}{writer.area(line * factor)}的{percent(Fraction(year_mu) / Fraction(line * factor))}"
        for name, line in lines
        if line
    ]
    return f"全年累计{writer.area(year_mu)}，为{'、'.join(parts)}。" if parts else ""
