"""What is said unprompted to units, divisions and headquarters: reminders, who is missing, warnings, releases."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.rules.figures import FigureWriter, percent, points, round_half_up, whole
from bot.rules.pace import Position
from bot.rules.wording.phrases import SUBJECT, day_text, gap_text, listed, review_text, time_text
from config.campaign import Campaign


def reminder(region: str, deadline: dt.time, *, in_group: bool = False) -> str:
    """Remind a liaison of a report that has not come; a bot in a group hears only what is said to it."""
    how = "@我回复" if in_group else "直接回复本消息"
    return (
        f"【报送提示】{region}今日{SUBJECT}进展暂未收到，请于{time_text(deadline)}前{how}：有变化报数，无变化回“无”。"
    )


def missing_title(day: dt.date, at: dt.time) -> str:
    """Head the account of who reported."""
    return f"【报送情况】{day_text(day)}{time_text(at)}："


def received_text(due: int, received: int, *, nil: int = 0, held: int = 0) -> str:
    """Say how many reports came: 应报17家，收到14家（含无变化3家、待核1家）."""
    among = [f"无变化{nil}家"] if nil else []
    among += [f"待核{held}家"] if held else []
    return f"应报{due}家，收到{received}家" + (f"（含{'、'.join(among)}）" if among else "")


def missing_text(regions: Sequence[str], *, are_told: bool = True, silenced: Sequence[str] = ()) -> str:
    """Say whose report has not come, and who of them was reminded: all but the silenced, if any was."""
    if not are_told:
        return f"暂未收到：{listed(list(regions))}。"
    if not silenced:
        return f"暂未收到：{listed(list(regions))}，已分别提示。"
    told = [region for region in regions if region not in silenced]
    said = f"{listed(told)}，已分别提示；" if told else ""
    return f"暂未收到：{said}{listed(list(silenced))}，静默期内未提示。"


def missing_long(region: str, days: int, division: str | None) -> str:
    """Say that a unit has not reported for working days in a row, and ask its division to look into it."""
    asked = f"，请{division}联系了解" if division else ""
    return f"{region}已连续{days}个工作日未收到{asked}。"


def call_division(region: str, days: int) -> str:
    """Ask a division's liaison to look after a unit that has not reported for days."""
    return f"【报送提示】{region}已连续{days}个工作日暂未收到{SUBJECT}进展，请联系了解并提醒报送。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """A unit behind the schedule, and the level it is at (a key of the campaign's levels)."""

    position: Position
    level: str


def level_name(level: str, campaign: Campaign) -> str:
    """Return the shown name of a level: 黄色."""
    return next(entry.name for entry in campaign.thresholds.levels if entry.key == level)


def warning(lag: Lag, campaign: Campaign, *, plan_by: dt.date) -> str:
    """Tell a unit how far it is behind, what is needed, and what it may answer (`plan_by`: a day for a 计划, say)."""
    position = lag.position
    sentences = (
        f"【进度提醒·{level_name(lag.level, campaign)}】{position.region}：{_standing_sentence(position, campaign)}",
        _rate_sentence(position, campaign),
        "请研究推进措施。",
        f"已有安排的，回复“计划 {day_text(plan_by)}”；",
        "需省厅协调的，回复“问题 …”；",
        f"数据有出入的，回复“依据 {short_name(position.region)}”核对。",
    )
    return "".join(sentences)


def review_notice(lag: Lag, campaign: Campaign) -> str:
    """Tell the reviewing division that a unit would be on schedule if what is in review were counted."""
    position = lag.position
    review = review_text(position, campaign, with_area=True)
    return (
        f"【审查提示】{position.region}：截至{day_text(position.day)}，{campaign.track(position.track).name}"
        f"累计{campaign.counting_stage.name}占任务{percent(position.progress or 0)}，{gap_text(position, campaign)}；"
        f"{review}，全部{campaign.counting_stage.name}后可达序时进度，请加快审查。"
    )


def release(position: Position, level: str, campaign: Campaign) -> str:
    """Tell a unit that its warning is over."""
    track = campaign.track(position.track).name
    name = level_name(level, campaign)
    if position.gap is None or position.gap >= 0:
        return f"【进度提示】{position.region}{track}已达序时进度，{name}提醒解除。"
    return (
        f"【进度提示】{position.region}{track}与序时进度的差距已缩小到{points(position.gap)}个百分点，{name}提醒解除。"
    )


def lag_summary(day: dt.date, lags: Sequence[Lag], campaign: Campaign) -> str:
    """Tell headquarters in one message which units are behind, the worst level first."""
    groups = []
    for level in reversed(campaign.thresholds.levels):
        here = [lag.position for lag in lags if lag.level == level.key]
        if here:
            here.sort(key=lambda p: p.gap or Fraction(0))
            groups.append(f"{level.name}{len(here)}家：{listed([lag_text(p, campaign) for p in here])}")
    return f"【进度提醒】{day_text(day)}：{'；'.join(groups)}。" if groups else ""


def lag_text(position: Position, campaign: Campaign, *, level: str | None = None) -> str:
    """Say in a few words how far a unit is behind: 恩施州（黄色，低于序时13.3个百分点，在审6宗）."""
    name = level_name(level, campaign) if level else ""
    inside = "，".join(filter(None, (name, gap_text(position, campaign), review_text(position, campaign))))
    return f"{position.region}（{inside}）" if inside else position.region


def short_name(region: str) -> str:
    """Return a unit's name as people type it: 恩施."""
    return region[:-1] if len(region) > 2 and region[-1] in "市州" else region


def _standing_sentence(position: Position, campaign: Campaign) -> str:
    writer = FigureWriter(measures=campaign.measures)
    done = writer.area(position.counted.area_mu or 0) if position.by_area else writer.count(position.counted.count or 0)
    days = whole(abs(position.days_behind or Fraction(0)))
    review = review_text(position, campaign, with_area=True)
    return (
        f"截至{day_text(position.day)}，{campaign.track(position.track).name}累计{campaign.counting_stage.name}{done}，"
        f"占任务{percent(position.progress or 0)}，{gap_text(position, campaign)}（约{days}天）"
        + (f"；另{review}。" if review else "。")
    )


def _rate_sentence(position: Position, campaign: Campaign) -> str:
    """Say what each working day left must bring and what the last ones brought."""
    unit = campaign.measures.area.name if position.by_area else campaign.measures.count.name
    parts = []
    if position.needed_per_day and campaign.direction == "higher":
        until = "年底前" if (campaign.end.month, campaign.end.day) == (12, 31) else f"{day_text(campaign.end)}前"
        needed = _rate(position.needed_per_day, by_area=position.by_area)
        parts.append(f"{until}每个工作日需{campaign.counting_stage.name}约{needed}{unit}")
    if position.rate is not None:
        days = campaign.thresholds.rate_working_days
        parts.append(f"近{days}个工作日日均{_rate(position.rate, by_area=position.by_area)}{unit}")
    return f"{'，'.join(parts)}。" if parts else ""


def _rate(value: Fraction, *, by_area: bool) -> str:
    """Show a rate: whole mu, parcels to one decimal."""
    return whole(value) if by_area else str(round_half_up(value, 1))
