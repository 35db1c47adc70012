"""Figures that follow from others: the batch of a total and its key projects, and what a correction leaves standing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from config.campaign import Campaign
from storage.records import Basis, Entry, Progress

ItemKey = tuple[str, str | None, str, str, Basis, dt.date | None, dt.date]
"""Region, county, track, stage, basis and period: what a correction replaces."""


def item_key(item: Progress) -> ItemKey:
    """Return what identifies an item: a later one of the same key restates it."""
    return item.region, item.county, item.track, item.stage, item.basis, item.since, item.date


def derived_batch(items: Iterable[Progress], campaign: Campaign) -> tuple[Progress, ...]:
    """Return what one message implies for the default track: total − key projects, where it gives both and no batch.

    An increment that comes out as zero, and a total smaller than its projects, imply nothing.
    """
    if campaign.total_track is None or campaign.projects_track is None:
        return ()
    said = {item_key(item): item for item in items if not item.part}
    derived = []
    for item in said.values():
        if item.track != campaign.total_track.key:
            continue
        projects = said.get(item_key(replace(item, track=campaign.projects_track.key)))
        batch = replace(item, track=campaign.default_track.key)
        if projects is not None and item_key(batch) not in said:
            derived += _difference(item, projects, batch)
    return tuple(derived)


def _difference(total: Progress, projects: Progress, batch: Progress) -> list[Progress]:
    count = _minus(total.count, projects.count)
    area_mu = _minus(total.area_mu, projects.area_mu)
    values = [v for v in (count, area_mu) if v is not None]
    if any(v < 0 for v in values) or not values or (batch.basis is Basis.INCREMENT and not any(values)):
        return []
    spans = tuple(sorted({*total.spans, *projects.spans}))
    return [
        replace(
            batch,
            count=None if count is None else int(count),
            area_mu=None if area_mu is None else Decimal(area_mu),
            spans=spans,
        )
    ]


def _minus(total: int | Decimal | None, part: int | Decimal | None) -> int | Decimal | None:
    return None if total is None or part is None else total - part


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A corrected item as it is to be recorded, and the live entries it replaces."""

    item: Progress
    replaces: tuple[int, ...]
    before: tuple[Progress, ...]


def corrected(item: Progress, entries: Sequence[Entry]) -> Replacement:
    """Return what a correction does to the live entries of its key: it replaces them all.

    A quantity that the correction leaves open keeps the value it had.
    """
    old = [e for e in entries if e.live and item_key(e.progress) == item_key(item) and not e.progress.part]
    return Replacement(
        item=kept_where_open(item, old), replaces=tuple(e.id for e in old), before=tuple(e.progress for e in old)
    )


def kept_where_open(item: Progress, old: Sequence[Entry]) -> Progress:
    """Fill a quantity the item leaves open with what the entries it replaces said: summed, or the newest cumulative."""
    ranked = [e.progress for e in sorted(old, key=lambda e: (e.sent_at, e.order, e.id))]
    counts = [p.count for p in ranked if p.count is not None]
    areas = [p.area_mu for p in ranked if p.area_mu is not None]
    if item.basis is Basis.CUMULATIVE:
        counts, areas = counts[-1:], areas[-1:]
    count = sum(counts) if item.count is None and counts else item.count
    area_mu = sum(areas, Decimal(0)) if item.area_mu is None and areas else item.area_mu
    return replace(item, count=count, area_mu=area_mu)
