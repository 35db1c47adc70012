"""What is answered to whoever asks: where units stand, whose report has not come."""

import datetime as dt
from collections.abc import Mapping, Sequence

from bot.rules.duty import ReportState
from bot.rules.figures import percent
from bot.rules.overview import DayView, whole_gain, whole_standing, whole_target
from bot.rules.pace import Pacing, Position
from bot.rules.wording import daily, pushes
from bot.rules.wording.phrases import day_text, progress_text
from config.campaign import Campaign

RANKED = 17
"""Units named one by one where all are asked for; the table of the 台账 has the rest."""


def progress_of_units(positions: Sequence[Position], campaign: Campaign) -> tuple[str, ...]:
    """Say where units stand on each track that has a task or a figure."""
    shown = [p for p in positions if p.track == campaign.default_track.key or p.counted.count or p.counted.area_mu]
    return tuple(f"{p.region}（截至{day_text(p.day)}）：{progress_text(p, campaign)}。" for p in shown)


def progress_of_all(view: DayView, pacing: Pacing) -> tuple[str, ...]:
    """Say where the whole stands, and each unit's share in the campaign's order."""
    campaign = view.campaign
    head = daily.total_text(
        whole_standing(view.today, campaign),
        whole_target(campaign),
        pacing.share(view.day),
        whole_gain(view),
        campaign,
    )
    parts = []
    for region in campaign.regions[:RANKED]:
        place = view.position(region, pacing)
        share = "无任务" if place.progress is None else percent(place.progress)
        parts.append(f"{pushes.short_name(region)}{share}")
    return (head, f"{campaign.default_track.name}完成率：{'、'.join(parts)}。")


def missing(states: Mapping[str, ReportState], campaign: Campaign, *, at: dt.datetime) -> tuple[str, ...]:
    """Say whose report has not come at a moment."""
    due = [s for s in states.values() if s not in {ReportState.EXEMPT, ReportState.NOT_DUE}]
    if not due:
        return (f"{day_text(at.date())}无须报送。",)
    received = pushes.received_text(
        len(due),
        sum(1 for s in due if s.is_received),
        nil=due.count(ReportState.NIL),
        held=due.count(ReportState.HELD),
    )
    waiting = [r for r in campaign.regions if r in states and states[r].is_missing]
    tail = pushes.missing_text(waiting, are_told=False) if waiting else "已全部收到。"
    return (f"截至{day_text(at.date())}{at:%H:%M}：{received}。{tail}",)
