"""A correction that leaves out what it corrects (应为2宗，面积不变): completed with the words of the record meant."""

import datetime as dt
from collections.abc import Sequence

from bot.parsing.reader import corrects, parse
from config.campaign import Campaign
from storage.records import Basis, Kind, Progress, Reading, Sender

LONGEST = 120
"""A longer text says what it is about."""


def complete(
    text: str, meant: Sequence[Progress], *, sender: Sender, sent_at: dt.datetime, campaign: Campaign
) -> Reading | None:
    """Read a correction that names no stage as one of the items it may mean; None where none, or several, fit."""
    if len(text) > LONGEST or not corrects(text):
        return None
    readings = {}
    for item in meant:
        whole = f"更正：{_lead(item, campaign)}，{text.removeprefix('更正').lstrip('：: ')}"
        reading = parse(whole, sender=sender, sent_at=sent_at, campaign=campaign)
        if reading.kind is Kind.REPORT and reading.correction and [_key(p) for p in reading.progress] == [_key(item)]:
            readings[_key(item)] = reading
    increments = [r for r in readings.values() if r.progress[0].basis is Basis.INCREMENT]
    fitting = list(readings.values()) if len(readings) == 1 else increments
    return fitting[0] if len(fitting) == 1 else None


def _lead(item: Progress, campaign: Campaign) -> str:
    """Name an item as a liaison would: 恩施州11月15日批复, 恩施州截至11月15日累计批复."""
    owner = item.region + (item.county or "")
    track = "" if item.track == campaign.default_track.key else campaign.track(item.track).name
    stage = campaign.stage(item.stage).name
    day = f"{item.date.month}月{item.date.day}日"
    if item.basis is Basis.CUMULATIVE:
        return f"{owner}截至{day}{track}累计{stage}"
    since = item.since or item.date
    period = day if since == item.date else f"{since.month}月{since.day}日至{day}"
    return f"{owner}{period}{track}{stage}"


def _key(item: Progress) -> tuple[object, ...]:
    return item.region, item.county, item.track, item.stage, item.basis, item.since, item.date
