"""The words on pictures and in workbooks; figures in them come ready from `figures`."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from bot.rules.figures import percent, points, whole
from bot.rules.pace import Position
from bot.rules.wording.daily import whole_text
from bot.rules.wording.phrases import day_text, gap_text, period_text, review_text, time_text
from config.campaign import Campaign

DONE = "完成"
TODAY, WEEK, MONTH, PERIOD = "今日", "本周", "本月", "期间"
MISSING = "暂未收到"
FLOOR, STRETCH = "保底", "冲刺"
NORMAL = "正常"
TRIAL = "试运行"
OPEN_PROBLEMS, NEW_PROBLEMS, OVERDUE_PROBLEMS, CLOSED_PROBLEMS = "在办", "新增", "逾期", "销号"
VISITS = "上门服务"
LISTS = "三清单"
CONFIRMED = "已确认"
HELD, NOT_HELD = "已开展", "未开展"
TO_BE_SET = "待明确"
UNIT = "市州"


def daily_head(campaign: Campaign) -> str:
    """Head a daily picture."""
    return f"{_named(campaign)}日报"


def weekly_head(campaign: Campaign) -> str:
    """Head a weekly picture and report."""
    return f"{_named(campaign)}周报"


def month_head(campaign: Campaign, day: dt.date) -> str:
    """Head a month's picture."""
    return f"{_named(campaign)}月报（{day.month}月）"


def end_head(campaign: Campaign) -> str:
    """Head the campaign's picture."""
    return f"{_named(campaign)}总结"


def _named(campaign: Campaign) -> str:
    return campaign.name.removesuffix("行动")


def day_line(day: dt.date, number: int, days: int, at: dt.datetime) -> str:
    """Say of which day a picture is, and up to when records were taken in."""
    return f"{day_text(day)} · 第{number}天，共{days}天 · 口径截至{time_text(at)}"


def total_of(campaign: Campaign) -> str:
    """Name the headline figure: 累计批复."""
    return f"累计{campaign.counting_stage.name}"


def whole_area(campaign: Campaign) -> str:
    """Name the bar of the whole: 全省批复面积."""
    return f"{whole_text(campaign)}{campaign.counting_stage.name}面积"


def year(campaign: Campaign) -> str:
    """Name the bar of the year: 全年累计批复."""
    return f"全年累计{campaign.counting_stage.name}"


def task(text: str) -> str:
    """Say a target: 任务17.32万亩."""
    return f"任务{text}"


def pace(share: Fraction) -> str:
    """Say the share due: 序时24.6%."""
    return f"序时{percent(share)}"


def pace_and_gap(share: Fraction, gap: Fraction) -> str:
    """Say the share due and how far from it the whole is."""
    return f"{pace(share)}，{'超' if gap >= 0 else '差'}{points(gap)}个百分点" if gap else pace(share)


def lagging(position: Position, campaign: Campaign) -> str:
    """Say how far a unit is behind, with what is in review."""
    days = whole(abs(position.days_behind or Fraction(0)))
    inside = [f"{gap_text(position, campaign)}（约{days}天）", review_text(position, campaign, with_area=True)]
    return f"{position.region}：{'，'.join(filter(None, inside))}"


def more(number: int) -> str:
    """Say that there are more than fit."""
    return f"另有{number}项，详见台账"


def unit_head(campaign: Campaign) -> str:
    """Head the units' column."""
    return "市州/处室/领导" if campaign.show_leaders else "市州/责任处室"


def curve_title(whose: str, campaign: Campaign, unit: str) -> str:
    """Head a curve: 全省累计批复（万亩）."""
    return f"{whose}累计{campaign.counting_stage.name}（{unit}）"


def forecast(text: str, campaign: Campaign) -> str:
    """Say what the end is expected to see."""
    end = "年底" if (campaign.end.month, campaign.end.day) == (12, 31) else day_text(campaign.end)
    return f"按近{campaign.thresholds.rate_working_days}个工作日，{end}约{text}"


def below(level_points: Decimal) -> str:
    """Say where a colour begins."""
    return f"低{level_points.normalize():f}个百分点"


def due_of(due: int) -> str:
    """Say how many reports were owed."""
    return f"应报{due}家"


def notes(campaign: Campaign) -> tuple[str, ...]:
    """Explain a picture in small print."""
    track = campaign.default_track.name
    review = campaign.total_track.name if campaign.total_track else track
    rows = f"各单位为{track}，竖线为序时进度，深色条为面积、浅色条为{campaign.measures.count.name}数"
    return (f"{rows}；{whole_text(campaign)}合计按{review}。灰色为暂未收到，不作评价。",)


def trend_head(region: str) -> str:
    """Head a unit's curve."""
    return f"{region}用地进展走势"


def trend_line(day: dt.date, number: int, days: int) -> str:
    """Say up to when a curve goes."""
    return f"截至{day_text(day)} · 第{number}天，共{days}天"


def week_line(number: int, since: dt.date, day: dt.date, at: dt.datetime) -> str:
    """Say of which week a picture is, and up to when records were taken in."""
    return f"第{number}期 · {period_text(since, day)} · 口径截至{day_text(at.date())}{time_text(at)}"


def sheet_note(day: dt.date, at: dt.datetime, share: Fraction) -> str:
    """Say up to when a sheet's figures go, and what was due."""
    return f"截至{day_text(day)}，口径截至{day_text(at.date())}{time_text(at)}，{pace(share)}。"


def organisation(campaign: Campaign) -> str:
    """Name who reports: the campaign's office."""
    return f"{campaign.name}办公室"


def overdue(days: int) -> str:
    """Say how long something is overdue."""
    return f"逾期{days}天" if days else ""
