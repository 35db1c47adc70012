"""What everybody in the roster may ask."""

from bot import account
from bot.clock import local_day
from bot.commands.call import Call, Said, say
from bot.rules.wording import hints, inquiries
from storage.database import Tx


async def help_(tx: Tx, call: Call) -> Said:
    """帮助: what this person may ask."""
    del tx
    return say(*hints.help_for(call.speaker.role))


async def progress(tx: Tx, call: Call) -> Said:
    """进度 [市州]: where the whole, or a unit, stands."""
    day = local_day(call.now)
    regions = call.args.regions or ((call.speaker.region,) if call.speaker.region else ())
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
