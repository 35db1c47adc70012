"""Which units and which days an order is about."""

from bot.clock import local_day
from bot.commands import days
from bot.commands.call import Call
from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.records import Person, Role


def regions_of(call: Call) -> tuple[str, ...]:
    """Return the units that were named; all of them where the whole was."""
    return call.campaign.regions if call.args.whole else call.args.regions


def period_of(call: Call) -> days.Period | None:
    """Return the days that were named, or None."""
    return days.read(call.args.when, local_day(call.now)) if call.args.when else None


def unit_of(said: str, campaign: Campaign) -> str | None:
    """Return the full name of a unit that people call so, or None."""
    return next((region for name, region in campaign.unit_names if name == said), None)


def division_of(said: str, campaign: Campaign) -> str | None:
    """Return the name of a division that people call so, or None."""
    return next((d.name for d in campaign.divisions if said in {d.name, *d.aliases}), None)


def unit_before(said: str, campaign: Campaign) -> tuple[str | None, str]:
    """Split words into the unit they begin with, if they do, and the rest."""
    for name, region in campaign.unit_names:
        if said.startswith(name):
            return region, said[len(name) :].strip()
    return None, said


def own_region(call: Call) -> str | None:
    """Return the one unit an order is about: the one named, else the speaker's."""
    return call.args.regions[0] if call.args.regions else call.speaker.region


def is_same(person: Person, speaker: Speaker) -> bool:
    """Whether a roster row is the speaker's."""
    return (person.messenger, person.user_id) == (speaker.messenger, speaker.user_id)


def admins(everybody: list[Person]) -> list[Person]:
    """Return the admins that can be written to."""
    return [p for p in everybody if p.role is Role.ADMIN and p.user_id]
