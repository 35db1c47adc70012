"""Unprompted messages to units, divisions and headquarters about reports and progress, made of values."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from bot.document import Document, Severity, say
from bot.rules.duty import ReportState
from bot.rules.levels import LOUD_LEVEL, QUIET_LEVEL, Announcement, Occasion
from bot.rules.pace import Position
from bot.rules.wording import pushes
from bot.rules.wording.phrases import listed
from bot.rules.wording.pushes import Lag
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign

PLAN_WITHIN_WORKING_DAYS = 7


def to_remind(states: Mapping[str, ReportState], campaign: Campaign) -> tuple[str, ...]:
    """Return the units whose report has not come, in the campaign's order."""
    return tuple(r for r in campaign.regions if states.get(r) in {ReportState.AWAITED, ReportState.IN_GRACE})


def reminder(
    regions: Sequence[str], campaign: Campaign, *, in_group: bool = False, mentions: tuple[str, ...] = ()
) -> Document:
    """Remind a unit's liaison privately, or the liaisons of the units that share a group with @."""
    text = pushes.reminder(listed(regions), campaign.deadlines.deadline, in_group=in_group)
    return say(text, mentions=mentions)


def call_division(region: str, days: int) -> Document:
    """Ask a division's liaison to look after a silent unit."""
    return say(pushes.call_division(region, days))


def announce(
    announcement: Announcement, position: Position, *, campaign: Campaign, working_days: WorkingDays
) -> Document:
    """Say what a step of the levels announces: a warning, its release, or a word to the reviewing division."""
    lag = Lag(position=position, level=announcement.level)
    if announcement.occasion is Occasion.RELEASED:
        return say(pushes.release(position, announcement.level, campaign))
    if announcement.occasion is Occasion.IN_REVIEW:
        return say(pushes.review_notice(lag, campaign))
    plan_by = working_days.after(position.day, PLAN_WITHIN_WORKING_DAYS)
    severity = Severity.RED if announcement.level == LOUD_LEVEL else Severity.NOTICE
    return Document(lines=(pushes.warning(lag, campaign, plan_by=plan_by),), severity=severity)


def lag_summary(day: dt.date, lags: Iterable[Lag], campaign: Campaign) -> Document | None:
    """Tell headquarters in one message which units are at yellow or red; None when there is none."""
    loud: Sequence[Lag] = [lag for lag in lags if lag.level != QUIET_LEVEL]
    if not loud:
        return None
    severity = Severity.RED if any(lag.level == LOUD_LEVEL for lag in loud) else Severity.NOTICE
    return Document(lines=(pushes.lag_summary(day, loud, campaign),), severity=severity)
