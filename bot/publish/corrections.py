"""Published figures looked at again: what a frozen summary said of a unit, and what the ledger says of it today."""

import datetime as dt
from decimal import Decimal

from bot.rules.overview import NOTHING, PublishedCorrection
from config.campaign import Campaign
from storage import ledger, snapshots
from storage.database import Tx
from storage.records import Figures, LineKey
from storage.snapshots import Snapshot


def lines_of(snapshot: Snapshot) -> dict[LineKey, Figures]:
    """Return the standings that a summary published."""
    return {
        (row["region"], row["track"], row["stage"]): Figures(
            count=row["count"], area_mu=None if row["area_mu"] is None else Decimal(row["area_mu"])
        )
        for row in snapshot.figures["standings"]
    }


async def since_published(tx: Tx, campaign: Campaign, *, kind: str, day: dt.date) -> tuple[PublishedCorrection, ...]:
    """Return what the last summary of a kind published before a day and is another figure today.

    A unit's figure was published as of its last report up to then, so a report that only came later corrects nothing.
    """
    last = await snapshots.last(tx, campaign.key, kind, before=day)
    if last is None:
        return ()
    as_of = {region: dt.date.fromisoformat(said) for region, said in last.figures["as_of"].items()}
    stage = campaign.counting_stage.key
    today = {
        known: await ledger.standings(tx, campaign.key, as_of=known, stages=[stage])
        for known in sorted(set(as_of.values()))
    }
    published = lines_of(last)
    found = []
    for region in campaign.regions:
        line = (region, campaign.default_track.key, stage)
        if region in as_of:
            was, now = published.get(line, NOTHING), today[as_of[region]].get(line, (None, NOTHING))[1]
            if _differs(was, now):
                found.append(PublishedCorrection(region=region, day=as_of[region], was=was, now=now))
    return tuple(found)


def _differs(was: Figures, now: Figures) -> bool:
    """Whether a figure that was published is another now; one that was never stated is new, not corrected."""
    return (was.count is not None and was.count != now.count) or (
        was.area_mu is not None and was.area_mu != now.area_mu
    )
