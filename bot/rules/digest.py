"""The daily digest: a day's figures in a few lines for leaders who look and don't type."""

import datetime as dt
from collections import defaultdict

from bot.document import Document
from bot.rules.duty import ReportState
from bot.rules.levels import QUIET_LEVEL
from bot.rules.missing import LEADERS_AFTER
from bot.rules.overview import NOTHING, DayView, whole_gain, whole_standing, whole_target
from bot.rules.pace import Pacing, progress_of
from bot.rules.wording import daily
from bot.rules.wording.daily import NAMED, Silence
from bot.rules.wording.phrases import numbered

_NOT_YET = {ReportState.AWAITED, ReportState.IN_GRACE, ReportState.NOT_DUE}
"""Nothing is overdue today, but what was missed before still is, also on a day off."""
STALE_AFTER = 2
"""Working days without a report from which on a unit's data is called old; a report missing today is only counted."""


def compose(view: DayView, pacing: Pacing) -> Document:
    """Write the digest of a day; what is empty is left out and the rest renumbered."""
    campaign = view.campaign
    total = daily.total_text(
        whole_standing(view.today, campaign),
        whole_target(campaign),
        pacing.share(view.day),
        whole_gain(view),
        campaign,
    )
    behind = lags(view)
    attention = daily.attention_text(
        [(view.position(region, pacing), level) for region, level in behind[:NAMED]],
        len(behind),
        stale(view),
        silent(view),
        campaign,
        late=daily.late_projects_text(view.late_projects, campaign),
    )
    problems = daily.problems_text(view.problems.new, view.problems.overdue)
    closing = daily.cut_off_text(view.cut_off, has_picture=view.has_picture)
    return Document(
        title=daily.daily_title(view.day, pacing.day_number(view.day), campaign.days, campaign),
        lines=numbered(
            (
                total,
                attention,
                problems + daily.reports_text(view.reports.due, view.reports.received),
                corrections(view) + closing,
            )
        ),
    )


def lags(view: DayView) -> list[tuple[str, str]]:
    """Return the units at an announced level, the worst level first and in it the furthest from the schedule."""
    campaign = view.campaign
    track, stage = campaign.default_track.key, campaign.counting_stage.key
    rank: dict[str, int] = {level.key: n for n, level in enumerate(campaign.thresholds.levels)}
    sign = 1 if campaign.direction == "higher" else -1
    lags = [
        (-rank[level], sign * float(progress_of(view.today.get((region, track, stage), NOTHING), target) or 0), region)
        for region in campaign.regions
        if (level := view.levels.get(region)) is not None and level != QUIET_LEVEL
        for target in (campaign.target(region, track),)
    ]
    return [(region, view.levels[region]) for _, _, region in sorted(lags, key=lambda lag: lag[:2])]


def stale(view: DayView) -> dict[dt.date | None, list[str]]:
    """Return the overdue units not yet silent for long by the day their data ends, the oldest first; None for none."""
    groups: defaultdict[dt.date | None, list[str]] = defaultdict(list)
    for region in view.campaign.regions:
        days = view.missing_days.get(region, 0)
        if STALE_AFTER <= days < LEADERS_AFTER and view.states.get(region) in {ReportState.OVERDUE, *_NOT_YET}:
            groups[view.data_as_of.get(region)].append(region)
    return {day: groups[day] for day in sorted(groups, key=lambda day: day or dt.date.min)}


def is_old(view: DayView, region: str) -> bool:
    """Whether what is shown of a unit is old: its report is overdue, or was the day before, or there never was one."""
    state = view.states.get(region)
    if state is ReportState.OVERDUE or (state in _NOT_YET and view.missing_days.get(region, 0) > 0):
        return True
    line = (region, view.campaign.default_track.key, view.campaign.counting_stage.key)
    return region not in view.data_as_of and view.today.get(line, NOTHING) == NOTHING


def silent(view: DayView) -> list[Silence]:
    """Return the units silent for so many working days that leaders hear of it, the longest first."""
    found = [
        Silence(region=region, days=days, since=view.data_as_of.get(region))
        for region in view.campaign.regions
        if (days := view.missing_days.get(region, 0)) >= LEADERS_AFTER
    ]
    return sorted(found, key=lambda silence: -silence.days)


def corrections(view: DayView) -> str:
    """Print published figures that were found to be others."""
    return daily.corrections_text(correction_texts(view))


def correction_texts(view: DayView) -> tuple[str, ...]:
    """Print each published figure that was found to be another."""
    return tuple(
        daily.correction_text(c.region, c.day, today=view.day, was=c.was, now=c.now, campaign=view.campaign)
        for c in view.corrections
    )
