"""The account of a day: every unit's standing, report state and level, loaded for whoever publishes or asks."""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

import structlog
from msgspec import Struct, structs

from bot.bookkeeping import Office
from bot.clock import local, local_day
from bot.rules.duty import Received, ReportState
from bot.rules.levels import AT_NO_LEVEL, Announcement, Holds, LevelRules, LevelState
from bot.rules.overview import NOTHING, DayView, ProblemCounts
from bot.rules.pace import Position
from config.campaign import Campaign
from storage import ledger, occurrences, problems, standings, supervision
from storage.database import Tx
from storage.supervision import Hold

log = structlog.get_logger(__name__)

ONE_DAY = dt.timedelta(days=1)
FIRST_START = "first_start"
"""Under which name it is remembered when the campaign was first started: nobody owed a report before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """How every unit's report of a day stands."""

    states: dict[str, ReportState]
    missing_days: dict[str, int]
    last_days: dict[str, dt.date]


class Levelled(Struct, frozen=True, kw_only=True, gc=False):
    """A unit's level after a day's evaluation, and what that announces."""

    position: Position
    state: LevelState
    announcements: tuple[Announcement, ...]


async def reports(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime) -> Reports:
    """Return how every unit's report of a day stands at a moment."""
    campaign = office.campaign
    met = await ledger.duties_met(tx, campaign.key, since=day, until=day)
    held = await supervision.held_units(tx, campaign.key, day=day)
    last = await supervision.last_reported(tx, campaign.key, until=day)
    since = await first_day(tx, campaign)
    exempt_days = await supervision.exempt_days(tx, campaign.key, since=min(since, day), until=day)
    exempt = {region for region, days in exempt_days.items() if day in days}
    states, missing = {}, {}
    silent_since = functools.cache(partial(_missing_since, office, day, since))
    for region in campaign.regions:
        found = met.get((region, day))
        received = Received(
            first_at=found.first_at if found else None,
            nil_only=found.nil_only if found else False,
            is_held=region in held,
            is_exempt=region in exempt,
        )
        states[region] = office.duty.state(day, received, at)
        if states[region].is_received or region in exempt:
            missing[region] = 0
        else:
            missing[region] = silent_since(last.get(region), frozenset(exempt_days.get(region, ())))
    return Reports(states=states, missing_days=missing, last_days=last)


def _missing_since(
    office: Office, day: dt.date, since: dt.date, last: dt.date | None, exempt: frozenset[dt.date]
) -> int:
    received = set() if last is None else {last}
    return office.duty.missing_in_a_row(day, received=received, exempt=exempt, since=since)


async def first_day(tx: Tx, campaign: Campaign) -> dt.date:
    """Return the first day of which a report was owed."""
    started = await occurrences.recall(tx, campaign.key, FIRST_START)
    return (
        max(local_day(dt.datetime.fromisoformat(started)), campaign.start)
        if isinstance(started, str)
        else campaign.start
    )


async def levels(tx: Tx, view: DayView, office: Office, *, now: dt.datetime) -> dict[str, Levelled]:
    """Evaluate every unit's level once more; nothing is saved. A unit that cannot be evaluated stops no other."""
    campaign = office.campaign
    rules = LevelRules(campaign, office.pacing)
    remembered = await supervision.load_levels(tx, campaign.key)
    held = _held_until(
        await supervision.load_holds(tx, campaign.key, kinds=["promise", "silence"], day=view.day, at=now)
    )
    promised = {h.region for h in await supervision.run_out(tx, campaign.key, kinds=["promise"], day=view.day)}
    found = {}
    for region in campaign.regions:
        place = view.position(region, office.pacing)
        until = held.get(region, held.get(None))
        try:
            before = state_from_json(remembered.get(region))
            holds = Holds(is_overdue=_is_overdue(view, before, place), held_until=until)
            state, announcements = rules.step(before, place, holds=holds, now=now)
            if region in promised and state.base is not None:  # a 计划 that was missed: warned as if anew
                untold = structs.replace(before, told=None, told_at=None)
                state, announcements = rules.step(untold, place, holds=holds, now=now)
        except Exception:
            log.exception("unit not evaluated", region=region)
        else:
            found[region] = Levelled(position=place, state=state, announcements=announcements)
    return found


def _is_overdue(view: DayView, before: LevelState, place: Position) -> bool:
    """Whether a unit's data is too old to judge it by."""
    reported = view.states.get(place.region)
    # Between a missed report and the next day's deadline the data is as old as it was; so it is on a day off.
    is_still_old = before.is_suppressed and reported is not None and reported.is_missing
    is_still_old |= reported is ReportState.NOT_DUE and view.missing_days.get(place.region, 0) > 0
    return reported is ReportState.OVERDUE or is_still_old or place.counted == NOTHING


def _held_until(holds: list[Hold]) -> dict[str | None, dt.date]:
    """Return the last day on which each unit is held; None stands for those that no hold names."""
    for_all = max((h.to_day for h in holds if h.region is None), default=dt.date.min)
    last: dict[str | None, dt.date] = {}
    for hold in holds:
        last[hold.region] = max(last.get(hold.region, for_all), hold.to_day)
    return last


async def of_day(tx: Tx, office: Office, *, day: dt.date, at: dt.datetime, has_picture: bool = False) -> DayView:
    """Return all that is published of a day, as it stands at a moment."""
    campaign = office.campaign
    counted, best = campaign.counting_stage.key, campaign.next_best_stage
    state = await reports(tx, office, day=day, at=at)
    eve, earlier = day - ONE_DAY, office.pacing.rate_window(day)[0]
    asked = {eve: [counted], earlier: [counted], day: [counted, *([best.key] if best else [])]}
    stands = await standings.of_days(tx, campaign.key, asked)
    new, overdue = await problems.counts(
        tx,
        campaign.key,
        day_starts=local(day, dt.time.min),
        day_ends=local(day + ONE_DAY, dt.time.min),
        today=day,
    )
    return DayView(
        campaign=campaign,
        day=day,
        cut_off=at,
        today=stands[day].standing,
        yesterday=stands[eve].standing,
        added=stands[day].added,
        earlier=stands[earlier].standing,
        states=state.states,
        data_as_of=state.last_days,
        missing_days=state.missing_days,
        problems=ProblemCounts(new=new, overdue=overdue),
        has_picture=has_picture,
    )


def state_to_json(state: LevelState) -> dict[str, Any]:
    """Return what is remembered of a level as JSON values."""
    values = structs.asdict(state)
    return values | {"told_at": state.told_at.isoformat() if state.told_at else None}


def state_from_json(data: dict[str, Any] | None) -> LevelState:
    """Rebuild what `state_to_json` wrote; nothing remembered is a unit never evaluated."""
    if data is None:
        return AT_NO_LEVEL
    told_at = data.get("told_at")
    return LevelState(**(data | {"told_at": dt.datetime.fromisoformat(told_at) if told_at else None}))


def with_levels(view: DayView, colours: Mapping[str, str]) -> DayView:
    """Return a day's view with the colours to be shown."""
    return replace(view, levels=colours)


def figures_of(view: DayView) -> list[dict[str, Any]]:
    """Return a day's standings as JSON values, to be frozen with what was published."""
    return [
        {"region": region, "track": track, "stage": stage, "count": f.count, "area_mu": _text(f.area_mu)}
        for (region, track, stage), f in sorted(view.today.items())
    ]


def _text(area_mu: Decimal | None) -> str | None:
    return None if area_mu is None else f"{area_mu.normalize():f}"
