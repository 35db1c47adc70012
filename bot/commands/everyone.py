"""What everybody in the roster may ask: where things stand, who is missing, what oneself has reported."""

import datetime as dt

from bot import account
from bot.clock import local_day
from bot.commands.call import Call, Command, Said, say
from bot.rules.wording import hints, holds, inquiries, office
from storage import ledger
from storage.database import Tx
from storage.records import Role

OWN_SHOWN = 5
"""How many of one's own reports of the day are shown."""


def help_for(call: Call, table: tuple[Command, ...]) -> Said:
    """帮助 [指令 | 全部]: what this person may ask, one command, or all of them."""
    topic = call.args.words.strip()
    allowed = [c for c in table if call.speaker.role in c.may]
    if topic in {"全部", "所有"}:
        once = {c.name: c.help for c in reversed(allowed)}  # of two ways to say it the first is shown
        return say(*reversed(once.values()))
    named = [c.help for c in allowed if topic in {c.name, *c.aliases}] if topic else []
    if named:
        return say(*named)
    more = () if call.speaker.role is Role.UNKNOWN else (holds.more_help(),)
    return say(*hints.help_for(call.speaker.role), *more)


async def progress(tx: Tx, call: Call) -> Said:
    """进度 [市州]: where the whole, or a unit, stands."""
    day = local_day(call.now)
    own = () if call.args.whole or call.speaker.region is None else (call.speaker.region,)
    regions = call.args.regions or own
    view = await account.of_day(tx, call.office, day=day, at=call.now)
    if not regions:
        return say(*inquiries.progress_of_all(view, call.office.pacing))
    where = [
        view.position(region, call.office.pacing, track.key) for region in regions for track in call.campaign.tracks
    ]
    return say(*inquiries.progress_of_units(where, call.campaign))


async def missing(tx: Tx, call: Call) -> Said:
    """未报: whose report has not come today."""
    found = await account.reports(tx, call.office, day=local_day(call.now), at=call.now)
    return say(*inquiries.missing(found.states, call.campaign, at=call.now))


async def mine(tx: Tx, call: Call) -> Said:
    """我的: one's own reports of today, or else the last one."""
    today, key = local_day(call.now), call.campaign.key
    reports = await ledger.reports_by(tx, key, call.speaker.key, since=today, limit=OWN_SHOWN)
    if not reports:
        reports = await ledger.reports_by(tx, key, call.speaker.key, since=dt.date.min, limit=1)
    entries = await ledger.entries_of(tx, [r.number for r in reports])
    shown = [(r, [e for e in entries if e.number == r.number]) for r in reports]
    return say(*office.mine(shown, call.campaign, today=today))


async def ranking(tx: Tx, call: Call) -> Said:
    """排名: the units by the share of their task that is done."""
    view = await account.of_day(tx, call.office, day=local_day(call.now), at=call.now)
    positions = [view.position(region, call.office.pacing) for region in call.campaign.regions]
    ranked = [p for p in positions if p.progress is not None]
    is_lower = call.campaign.direction == "lower"
    ranked.sort(key=lambda p: p.progress or 0, reverse=not is_lower)
    without = [p.region for p in positions if p.progress is None]
    return say(*office.ranking(ranked, without, call.campaign))
