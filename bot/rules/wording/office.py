"""What is said of orders given by chat: confirming and undoing, one's own reports, records and targets changed."""

import datetime as dt
from collections.abc import Sequence

from bot.rules.figures import FigureWriter, percent
from bot.rules.pace import Position
from bot.rules.wording.phrases import (
    day_text,
    gap_text,
    item_text,
    listed,
    review_text,
)
from config.campaign import Campaign, Target
from storage.records import Entry, Figures, Report

NAMED = 8
"""Units named one by one where what was done is told; a preview names them all."""


def short(words: str, longest: int = 20) -> str:
    """Quote somebody's words on one line, not at length."""
    flat = " ".join(words.split())
    return flat if len(flat) <= longest else flat[:longest] + "…"


def ask_to_confirm(minutes: int) -> str:
    """Ask for 确认."""
    return f"回“确认”执行，回“取消”放弃（{minutes}分钟内有效）。"


def how_to_undo(number: int) -> str:
    """Say how a change is taken back."""
    return f"如需撤销，请回复“恢复 C{number}”。"


def nothing_to_confirm() -> str:
    """Say that there is nothing to confirm or cancel."""
    return "当前没有待确认的操作。"


def confirmed_too_late() -> str:
    """Say that the time to confirm is over."""
    return "已超过确认时限，未执行。如仍需要，请重新发起。"


def cancelled() -> str:
    """Say that a change was dropped."""
    return "已取消，未作任何改动。"


def no_such_change(number: int) -> str:
    """Say that no change has that number."""
    return f"没有找到编号C{number}的操作。"


def not_your_change(number: int) -> str:
    """Refuse to undo another's change."""
    return f"C{number}不是您的操作，需撤销请联系管理员。"


def cannot_undo(number: int, *, is_undone: bool) -> str:
    """Say that a change cannot be taken back."""
    return f"C{number}此前已撤销。" if is_undone else f"C{number}不能撤销。"


def undone(what: str) -> str:
    """Say that a change was taken back."""
    return f"已撤销：{what}。"


def did_you_mean(usage: str) -> str:
    """Suggest the command that was nearly said."""
    return f"您是想用这条指令吗？{usage}"


def bad_day(words: str) -> str:
    """Say that a day could not be read."""
    return f"“{short(words)}”不是可用的日期，请写成“11月24日”或“3天”。"


def past_day(day: dt.date) -> str:
    """Say that a day lies in the past."""
    return f"{day_text(day)}已过，请写今天或以后的日期。"


def after_the_end(day: dt.date) -> str:
    """Say that a day lies after the campaign's end."""
    return f"请写{day_text(day)}前的日期。"


def which_unit(usage: str) -> str:
    """Ask for the unit."""
    return f"请写明市州，如“{usage}”。"


def not_your_unit(region: str) -> str:
    """Refuse an order about another's unit."""
    return f"{region}不是您负责的单位，如需办理请联系管理员。"


def mine(reports: Sequence[tuple[Report, Sequence[Entry]]], campaign: Campaign, *, today: dt.date) -> tuple[str, ...]:
    """Show somebody's own reports, the newest first; not those whose figures all stand in newer ones."""
    reports = [one for one in reports if not one[1] or any(e.live for e in one[1])] or reports
    if not reports:
        return ("您还没有登记过数据。直接发今日进展即可，无变化回“无”。",)
    head = () if any(r.day == today for r, _ in reports) else (f"{day_text(today)}您还没有报送，上次登记：",)
    return (*head, *(_report_text(report, entries, campaign) for report, entries in reports))


def _report_text(report: Report, entries: Sequence[Entry], campaign: Campaign) -> str:
    said = [item_text(e.progress, campaign, day=report.day, briefly=True) for e in entries if e.live and not e.derived]
    what = "、".join(said) or ("无变化" if report.nil else "其他事项")
    return f"{report.region} {day_text(report.day)} {what} #A{report.number}"


def ranking(positions: Sequence[Position], without: Sequence[str], campaign: Campaign) -> tuple[str, ...]:
    """Rank units by the share of their task that is done, the best first; equal shares share a place.

    Those that never gave a figure have no place: no data is not no progress. Those without a task come last.
    """
    silent = [p.region for p in positions if p.counted == Figures()]
    positions = [p for p in positions if p.counted != Figures()]
    track = campaign.default_track.name
    if not positions:
        return (f"{track}尚无可排名的数据。",)
    head = f"{track}完成任务排名（截至{day_text(positions[0].day)}，序时{percent(positions[0].pace)}）："
    places = {p.progress: place for place, p in reversed(list(enumerate(positions, 1)))}
    rows = [f"{places[p.progress]}. {p.region} {percent(p.progress or 0)}{_behind(p, campaign)}" for p in positions]
    tails = [f"暂无数据：{listed(silent)}。"] if silent else []
    tails += [f"无任务：{listed(without)}。"] if without else []
    return (head, *rows, *tails)


def _behind(position: Position, campaign: Campaign) -> str:
    inside = "，".join(filter(None, (gap_text(position, campaign), review_text(position, campaign))))
    return f"（{inside}）" if inside else ""


def nothing_to_restore() -> str:
    """Say that there is no record to bring back."""
    return "没有找到可恢复的登记，请写明编号，如“恢复 A102”。"


def nothing_to_amend() -> str:
    """Say that there is no record to change."""
    return "没有找到这条登记，请写明编号，如“改 A102 批复3宗120亩”。"


def amended_already(number: int, newer: int) -> str:
    """Say that a record's figures stand in a newer one."""
    return f"#A{number}的数已由#A{newer}替代，请写“改 A{newer} …”。"


def still_counts(number: int) -> str:
    """Say that a record was not taken back."""
    return f"#A{number}未被撤回，无需恢复。"


def unreadable_figures(words: str) -> str:
    """Say that new figures of a record could not be read."""
    return f"没有看懂“{short(words)}”，未改动。写法：改 A102 批复3宗120亩"


def amended(report: Report, *, number: int, before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """Say how an admin changed a record."""
    head = f"已改｜{report.region} {day_text(report.day)} #A{report.number} → #A{number}"
    was = f"（原{'、'.join(before)}）" if before else ""
    return head, f"{'、'.join(after)}{was}", f"原登记保留备查；如需还原，请回复“撤回 A{number}”。"


def told_of_amendment(report: Report, *, number: int, after: Sequence[str], by: str) -> str:
    """Tell whoever reported it that a record was changed."""
    return (
        f"【更正提示】您{day_text(report.day)}的登记#A{report.number}已由管理员{by[:20]}改为"
        f"{'、'.join(after)}（#A{number}），如有出入请联系管理员。"
    )


def target_text(target: Target, campaign: Campaign) -> str:
    """Write a target: 120宗、0.71万亩."""
    figures = Figures(count=target.count, area_mu=target.area_mu)
    return FigureWriter(measures=campaign.measures).figures(figures) or "未设"


def targets(region: str, campaign: Campaign, version: int) -> str:
    """Show a unit's targets."""
    parts = [f"{t.name}{target_text(campaign.target(region, t.key), campaign)}" for t in campaign.tracks]
    changed = f"（第{version}次调整后）" if version else ""
    return f"{region}任务{changed}：{'；'.join(parts)}。"


def target_preview(region: str, track: str, before: str, after: str) -> str:
    """Show how a target would change."""
    return f"将调整任务｜{region}{track}：{before} → {after}。进度、序时和预警按新任务计算。"


def target_changed(region: str, track: str, before: str, after: str, version: int) -> str:
    """Say how a target was changed."""
    return f"已调整任务（第{version}次）｜{region}{track}：{before} → {after}。"


def target_usage() -> str:
    """Say how a target is changed."""
    return "目标 恩施州 批次用地 120宗 0.71万亩"
