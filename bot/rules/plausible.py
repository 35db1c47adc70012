"""Figures that are doubtful in themselves: their date, their unit, their parcels, their share of the target."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bot.rules.doubts import DoubtCode, Sense
from bot.rules.figures import FigureWriter, round_half_up
from bot.rules.scene import Held, Option, Scene, ask, drop
from bot.rules.wording import questions
from bot.rules.wording.phrases import figures_of
from bot.rules.workdays import ONE_DAY
from config.campaign import Campaign
from storage.records import Basis, Figures, Progress


def date_outside(item: Progress, scene: Scene) -> Held | None:
    """Doubt a date outside the campaign (its eve may hold an opening balance) or after the day of sending.

    A report of its own day before the campaign is no fault: it was not misread.
    """
    campaign = scene.campaign
    first = min(campaign.start, campaign.opening_day or campaign.start) - ONE_DAY
    is_early = item.date < first and item.date != scene.day
    if not is_early and item.date <= min(campaign.end, scene.day):
        return None
    options = [Option(label=questions.is_day(item.date), sense=Sense.AS_SAID, records=(item,), is_yes=True)]
    if scene.day != item.date and scene.day <= campaign.end:
        moved = _moved(item, scene.day)
        options.append(Option(label=questions.on_day(scene.day), sense=Sense.CHANGED, records=(moved,)))
    opening = questions.outside_campaign(item, campaign)
    return Held(
        doubt=ask(DoubtCode.DATE, item, opening, (*options, drop(is_no=len(options) == 1)), questions.held_text())
    )


def _moved(item: Progress, day: dt.date) -> Progress:
    return replace(item, date=day, since=None if item.since is None else day)


def unit_slip(item: Progress, scene: Scene) -> Held | None:
    """Doubt an area that is 1000 or 10000 times off; its count is certain all the same."""
    if not item.area_mu:
        return None
    repaired = _repaired(item, scene.campaign)
    if not repaired:
        return None
    area_only = replace(item, count=None)
    writer = FigureWriter(measures=scene.campaign.measures)
    options = [
        Option(
            label=writer.added_area(area_mu),
            sense=Sense.CHANGED,
            records=(replace(area_only, area_mu=area_mu),),
            is_yes=number == 0,
        )
        for number, area_mu in enumerate(repaired)
    ]
    said = writer.added_area(item.area_mu)
    options.append(Option(label=questions.just_so(said), sense=Sense.AS_SAID, records=(area_only,), is_no=True))
    opening = questions.unit_slip(item, repaired[0], scene.campaign)
    doubt = ask(DoubtCode.UNIT_SLIP, area_only, opening, tuple(options), questions.held_text())
    return Held(doubt=doubt, rest=None if item.count is None else replace(item, area_mu=None))


def _repaired(item: Progress, campaign: Campaign) -> list[Decimal]:
    """Return what an implausible area would be with another unit, likeliest first; nothing when it is plausible."""
    usual, area = usual_parcel_mu(item, campaign), item.area_mu
    if usual is None or area is None or item.count == 0:
        return []
    smallest, largest = _bounds(item, usual, campaign)
    if smallest <= area <= largest:
        return []
    factors = sorted(campaign.thresholds.unit_slip_factors, reverse=True)
    repaired = [area * f if area < smallest else area / f for f in factors]
    return [round_half_up(r, 6).normalize() + 0 for r in repaired if smallest <= r <= largest]


def _bounds(item: Progress, usual: Decimal, campaign: Campaign) -> tuple[Decimal, Decimal]:
    """Return the least and the most area that is plausible; without a count, of one parcel up to the target's limit."""
    factor = campaign.thresholds.parcel_size_factor
    if item.count is not None:
        return item.count * usual / factor, item.count * usual * factor
    target_mu = campaign.target(item.region, item.track).area_mu or Decimal(0)
    return usual / factor, max(target_mu * campaign.thresholds.over_target_percent / 100, usual * factor)


def usual_parcel_mu(item: Progress, campaign: Campaign) -> Decimal | None:
    """Return the average parcel of the unit's target on the item's track, else of all its tracks together."""
    targets = campaign.unit(item.region).targets
    own = targets.get(item.track)
    if own is not None and own.count and own.area_mu:
        return own.area_mu / own.count
    both = [t for t in targets.values() if t.count and t.area_mu]
    counts = sum(t.count or 0 for t in both)
    return sum((t.area_mu or Decimal(0) for t in both), Decimal(0)) / counts if counts else None


def parcel_size(item: Progress, scene: Scene) -> Held | None:
    """Doubt an average parcel far from the target's that no other unit explains.

    The target's parcels are those that are counted: what is cut from them later (供地) may be of any size.
    """
    campaign = scene.campaign
    usual = usual_parcel_mu(item, campaign)
    if campaign.stage_order[item.stage] > campaign.stage_order[campaign.counting_stage.key]:
        return None
    if usual is None or not item.count or not item.area_mu:
        return None
    smallest, largest = _bounds(item, usual, campaign)
    if smallest <= item.area_mu <= largest:
        return None
    opening = questions.odd_parcels(item, item.area_mu / item.count, usual, campaign)
    return Held(doubt=ask(DoubtCode.PARCEL_SIZE, item, opening, as_said_or_not(item, campaign), questions.held_text()))


def over_target(item: Progress, scene: Scene) -> Held | None:
    """Doubt what would lift a line far above its target; once it stands there, no more."""
    campaign = scene.campaign
    judged = {s.key for s in (campaign.counting_stage, campaign.next_best_stage) if s is not None}
    if item.stage not in judged or (item.county is not None and item.basis is Basis.CUMULATIVE):
        return None
    before = scene.stands(item, item.date)
    target = campaign.target(item.region, item.track)
    limit = campaign.thresholds.over_target_percent
    count = _reached(item, item.count, before.count)
    area_mu = _reached(item, item.area_mu, before.area_mu)
    is_over_count = _is_over(count, before.count, target.count, limit)
    if not is_over_count and not _is_over(area_mu, before.area_mu, target.area_mu, limit):
        return None
    reached = Figures(count=int(count or 0)) if is_over_count else Figures(area_mu=Decimal(area_mu or 0))
    goal = Figures(count=target.count, area_mu=target.area_mu)
    opening = questions.over_target(item, reached, goal, campaign)
    meanwhile = questions.meanwhile_text(before, campaign) or questions.held_text()
    return Held(doubt=ask(DoubtCode.OVER_TARGET, item, opening, as_said_or_not(item, campaign), meanwhile))


def _reached(item: Progress, said: int | Decimal | None, before: int | Decimal | None) -> int | Decimal | None:
    if said is None or item.basis is Basis.CUMULATIVE:
        return said
    return said + (before or 0)


def _is_over(
    reached: int | Decimal | None,
    before: int | Decimal | None,
    target: int | Decimal | None,
    limit_percent: Decimal,
) -> bool:
    if reached is None or not target:
        return False
    most = target * limit_percent
    return reached * 100 > most >= (before or 0) * 100


def as_said_or_not(item: Progress, campaign: Campaign) -> tuple[Option, Option]:
    """Offer to take a figure as it was said, or not at all."""
    label = questions.as_said(figures_of(item), campaign)
    return Option(label=label, sense=Sense.AS_SAID, records=(item,), is_yes=True), drop()
