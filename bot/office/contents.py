"""Everything that the ledger's workbook shows, loaded in one transaction; of some units only, where asked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import account
from bot.bookkeeping import Office
from bot.clock import local_day
from bot.rules.duty import Received, ReportState
from bot.rules.overview import DayView
from storage import audit, ledger, listing, people, problems, projects, supervision, visits
from storage.database import Tx
from storage.kept import KeptProblem, KeptProject
from storage.listing import LastReport
from storage.records import Figures, LineKey, Visit

MAX_REPORT_DAYS = 90
"""The reader of a workbook that comes back takes at most 100 columns."""
MAX_AUDIT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The state of the ledger on a day."""

    office: Office
    view: DayView
    regions: tuple[str, ...]
    is_whole: bool
    """Whether every unit is shown, and with them what only the office sees."""
    colours: Mapping[str, str]
    standings: Mapping[LineKey, tuple[dt.date, Figures]]
    last_reports: Mapping[LineKey, LastReport]
    problems: Sequence[KeptProblem]
    projects: Sequence[KeptProject]
    visits: Sequence[Visit]
    reports: Mapping[dt.date, Mapping[str, ReportState]]
    audit: Sequence[audit.Line]
    names: Mapping[str, str]
    """Who is behind a sender's key."""

    @property
    def day(self) -> dt.date:
        """The day it is about."""
        return self.view.day

    @property
    def shows_leaders(self) -> bool:
        """Whether leaders are named: to the office always, to units where the campaign wants it."""
        return self.is_whole or self.office.campaign.show_leaders


async def load(tx: Tx, office: Office, *, now: dt.datetime, regions: Sequence[str] | None = None) -> Contents:
    """Load the ledger as it stands, of all units or of some."""
    campaign = office.campaign
    day = local_day(now)
    shown = campaign.regions if regions is None else tuple(r for r in campaign.regions if r in regions)
    view = await account.of_day(tx, office, day=day, at=now)
    levelled = await account.levels(tx, view, office, now=now)
    standings = await ledger.standings(tx, campaign.key, as_of=day, stages=campaign.stage_order)
    return Contents(
        office=office,
        view=view,
        regions=shown,
        is_whole=regions is None,
        colours={region: one.state.colour for region, one in levelled.items() if one.state.colour},
        standings={key: found for key, found in standings.items() if key[0] in shown},
        last_reports=await listing.last_reports(tx, campaign.key),
        problems=[p for p in await problems.shown(tx, campaign.key) if p.region in shown],
        projects=[p for p in await projects.load(tx, campaign.key, regions=shown) if p.merged_into is None],
        visits=[v for v in await visits.every(tx, campaign.key) if v.region in shown],
        reports=await _reports(tx, office, regions=shown, day=day, at=now),
        audit=await audit.lines(tx, campaign.key, limit=MAX_AUDIT) if regions is None else [],
        names={f"{p.messenger}/{p.user_id}": p.name for p in await people.everybody(tx) if p.user_id},
    )


async def _reports(
    tx: Tx, office: Office, *, regions: Sequence[str], day: dt.date, at: dt.datetime
) -> dict[dt.date, dict[str, ReportState]]:
    """Return how the units' reports of every working day stand, from the first of which one was owed."""
    campaign = office.campaign
    first = await account.first_day(tx, campaign)
    days = office.duty.working_days.between(first, min(day, campaign.end))[-MAX_REPORT_DAYS:]
    if not days:
        return {}
    met = await ledger.duties_met(tx, campaign.key, since=days[0], until=days[-1])
    held = await listing.held_days(tx, campaign.key, since=days[0], until=days[-1])
    exempt = await supervision.exempt_days(tx, campaign.key, since=days[0], until=days[-1])

    def state(region: str, day: dt.date) -> ReportState:
        found = met.get((region, day))
        received = Received(
            first_at=found.first_at if found else None,
            nil_only=found.nil_only if found else False,
            is_held=(region, day) in held,
            is_exempt=day in exempt.get(region, ()),
        )
        return office.duty.state(day, received, at)

    return {one: {region: state(region, one) for region in regions} for one in days}
