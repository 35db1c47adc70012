"""The bricks of sentences: days, units in a row, one item of a report, where a unit stands."""

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.rules.figures import NO_TASK, FigureWriter, percent, points
from bot.rules.pace import Position
from config.campaign import Campaign
from storage.records import Basis, Figures, Progress

SUBJECT = "用地"
NAMES_SHOWN = 40
NUMERALS = "一二三四五六七八九十"


def day_text(day: dt.date) -> str:
    """Say a day: 11月15日."""
    return f"{day.month}月{day.day}日"


def time_text(at: dt.time | dt.datetime) -> str:
    """Say a time of day: 17:30."""
    return f"{at:%H:%M}"


def period_text(since: dt.date, date: dt.date) -> str:
    """Say a period: 11月13日至17日, or its one day."""
    if since == date:
        return day_text(date)
    return f"{day_text(since)}至{date.day}日" if since.month == date.month else f"{day_text(since)}至{day_text(date)}"


def listed(names: Sequence[str], shown: int = NAMES_SHOWN) -> str:
    """Say names in a row; of very many the first and how many there are."""
    if len(names) <= shown:
        return "、".join(names)
    return f"{'、'.join(names[:shown])}等{len(names)}家"


def numbered(items: Iterable[str]) -> tuple[str, ...]:
    """Put numbers before what there is to say and leave out what is empty: 一、… 二、…."""
    return tuple(f"{NUMERALS[n]}、{item}" for n, item in enumerate(filter(None, items)))


def figures_of(item: Progress) -> Figures:
    """Return an item's count and area."""
    return Figures(count=item.count, area_mu=item.area_mu)


def item_text(item: Progress, campaign: Campaign, *, day: dt.date, briefly: bool = False) -> str:
    """Say one item as it was understood: 批复＋2宗、＋100亩 · 累计上报47宗、0.52万亩 · 在审8宗."""
    writer = FigureWriter(measures=campaign.measures)
    stage = campaign.stage(item.stage)
    owner = (item.county or "") + ("" if item.track == campaign.default_track.key else campaign.track(item.track).name)
    if item.basis is Basis.INCREMENT:
        since = item.since or item.date
        when = "" if since == item.date == day else period_text(since, item.date)
        added = writer.added_briefly(figures_of(item)) if briefly else writer.added(figures_of(item))
        return f"{when}{owner}{stage.name}{added}"
    when = "" if item.date == day else f"截至{day_text(item.date)}"
    total = "" if stage.name in stage.stock_words else "累计"
    return f"{when}{owner}{total}{stage.name}{writer.figures(figures_of(item), joined_by='' if briefly else '、')}"


def progress_text(position: Position, campaign: Campaign, *, cumulative: bool = True) -> str:
    """Say where a unit stands: 累计批复14/120宗、0.08/0.71万亩（11.3%，序时24.6%），在审6宗."""
    writer = FigureWriter(measures=campaign.measures)
    done = writer.progress(position.counted, position.target)
    if not done:
        done = "暂无数据"
    track = "" if position.track == campaign.default_track.key else campaign.track(position.track).name
    word = "累计" if cumulative else ""
    return f"{track}{word}{campaign.counting_stage.name}{done}{_share_text(position, campaign)}" + (
        f"，{review}" if (review := review_text(position, campaign)) else ""
    )


def _share_text(position: Position, campaign: Campaign) -> str:
    """Say the share reached and, on the track that pace judges, the share due."""
    if position.progress is None:
        return f"（{NO_TASK}）" if _is_no_task(position) else ""
    if not FigureWriter(measures=campaign.measures).progress(position.counted, position.target):
        return ""
    due = f"，序时{percent(position.pace)}" if position.track == campaign.default_track.key else ""
    return f"（{percent(position.progress)}{due}）"


def _is_no_task(position: Position) -> bool:
    return position.target.count == 0 or position.target.area_mu == 0


def review_text(position: Position, campaign: Campaign, *, with_area: bool = False) -> str:
    """Say what is in review, if anything: 在审6宗 · 在审6宗0.04万亩."""
    writer = FigureWriter(measures=campaign.measures)
    count, area_mu = position.in_review.count, position.in_review.area_mu
    count_text = writer.count(count) if count else ""
    area_text = writer.area(area_mu) if area_mu and (with_area or not count_text) else ""
    return f"{review_word(campaign)}{count_text}{area_text}" if count_text or area_text else ""


def review_word(campaign: Campaign) -> str:
    """Return the word for what is submitted and not counted yet: the stage that is named as a stock, else 在审."""
    return next((s.name for s in campaign.stages if s.name in s.stock_words), "在审")


def gap_text(position: Position, campaign: Campaign) -> str:
    """Say the distance to the schedule: 低于序时13.3个百分点 (高于 where less is better); empty when it is met."""
    if position.gap is None or position.gap >= 0:
        return ""
    word = "低于" if campaign.direction == "higher" else "高于"
    return f"{word}序时{points(position.gap)}个百分点"
