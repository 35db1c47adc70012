"""Whose report has not come: the account for headquarters, and the ladder that a silent unit climbs."""

import datetime as dt
from collections.abc import Collection, Mapping

from bot.clock import SHANGHAI
from bot.document import Document, say
from bot.rules.duty import ReportState, tally
from bot.rules.wording import pushes
from config.campaign import Campaign

DIVISION_AFTER = 3
"""Working days in a row without a report after which the division in contact hears of a unit."""
LEADERS_AFTER = 5
"""Those after which leaders do."""


def compose(
    states: Mapping[str, ReportState],
    missing_days: Mapping[str, int],
    *,
    campaign: Campaign,
    at: dt.datetime,
    day: dt.date,
    are_told: bool = True,
    silenced: Collection[str] = (),
) -> Document | None:
    """Write the account of a day's reports; None when nobody is missing.

    `are_told` says that the day's reminders went out, to all but the `silenced`.
    """
    missing = [region for region in campaign.regions if region in states and states[region].is_missing]
    if not missing:
        return None
    count = tally(states.values())
    received = pushes.received_text(count.due, count.received, nil=count.nil, held=count.held)
    long = [
        pushes.missing_long(region, missing_days[region], campaign.unit(region).division)
        for region in missing
        if missing_days.get(region, 0) >= DIVISION_AFTER
    ]
    quiet = [region for region in missing if region in silenced]
    waiting = pushes.missing_text(missing, are_told=are_told, silenced=quiet)
    title = pushes.missing_title(day, at.astimezone(SHANGHAI).time())
    return say(f"{title}{received}。{waiting}{''.join(long)}")
