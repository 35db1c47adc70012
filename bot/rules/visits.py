"""On-site services: who owes one, and who has held it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules.workdays import WorkingDays
from config.campaign import Campaign
from storage.records import Visit

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTally:
    """Who owes a visit by the campaign's end, by leader or by division, and who has held one."""

    owed_by: tuple[str, ...]
    done: tuple[str, ...]
    visits: tuple[Visit, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has not held one yet."""
        return tuple(name for name in self.owed_by if name not in self.done)


def tally(visits: Iterable[Visit], campaign: Campaign) -> VisitTally:
    """Return who owes a visit and who has held one, in the campaign's order.

    A visit counts for whom it names. One that names nobody counts for whoever is contracted to the unit; one that
    names only a division is no leader's.
    """
    held = [v for v in visits if campaign.start <= v.date <= campaign.end]
    done = {name for visit in held if (name := _counts_for(visit, campaign)) is not None}
    owed = owing(campaign)
    return VisitTally(owed_by=owed, done=tuple(name for name in owed if name in done), visits=tuple(held))


def owing(campaign: Campaign) -> tuple[str, ...]:
    """Return everybody who owes a visit."""
    by_leader = campaign.visits_owed_by == "leader"
    names = [u.leader if by_leader else u.division for u in campaign.units]
    return tuple(dict.fromkeys(name for name in names if name))


def divisions_to_remind(found: VisitTally, campaign: Campaign) -> dict[str, str]:
    """Return the divisions to be told that a visit is still missing, with who owes it."""
    told: dict[str, str] = {}
    for unit in campaign.units:
        name = unit.leader if campaign.visits_owed_by == "leader" else unit.division
        if name in found.missing and unit.division is not None:
            told.setdefault(unit.division, name)
    return told


def is_reminded_on(day: dt.date, working_days: WorkingDays, campaign: Campaign) -> bool:
    """Whether visits still owed are called to mind: the first working day of each of the campaign's last weeks."""
    monday = day - day.weekday() * ONE_DAY
    first = next((d for d in working_days.between(monday, day)), None)
    return day == first and 0 <= (campaign.end - day).days < campaign.thresholds.visit_reminder_days


def _counts_for(visit: Visit, campaign: Campaign) -> str | None:
    unit = campaign.unit(visit.region)
    if campaign.visits_owed_by == "division":
        return visit.division or unit.division
    if visit.leader is not None:
        known = {u.leader for u in campaign.units}
        named = next((name for name in known if name and (name in visit.leader or visit.leader in name)), None)
        return named or (unit.leader if visit.division is None else None)
    return unit.leader if visit.division is None else None
