"""目标 恩施州 批次用地 120宗 0.71万亩: a target changed while the campaign runs, as an overlay with its version."""

import re
from decimal import Decimal
from typing import Any

from bot import bookkeeping
from bot.commands import confirming
from bot.commands.call import Action, Applied, Call, Said, hint, say
from bot.rules.wording import hints, office
from config.campaign import Campaign, Target, Track
from storage import occurrences
from storage.database import Tx

FIGURES = r"(?P<track>[^\d\s]{0,12})\s*(?P<figures>(?:\d+(?:\.\d+)?\s*[^\d\s，,、]{1,4}[\s，,、和]*){1,2})"
"""A track and one or two figures, each with its unit; anything else is no command."""
FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s，,、和]{1,4})")
MOST_WANMU = Decimal(10_000)
MOST_COUNT = 1_000_000


async def target(tx: Tx, call: Call) -> Said:
    """目标 市州 [类别 数]: show a unit's targets, or change one of them after 确认."""
    if len(call.args.regions) != 1:
        return hint(office.which_unit(office.target_usage()))
    region, words = call.args.regions[0], call.args.words.strip()
    if not words:
        overlay = await bookkeeping.target_overlay(tx, call.campaign.key)
        return say(office.targets(region, call.campaign, overlay.version))
    track, wanted = _read(words, call.campaign)
    if track is None or wanted is None:
        return hint(hints.near_miss("目标", office.target_usage()))
    before = call.campaign.target(region, track.key)
    after = Target(
        count=before.count if wanted.count is None else wanted.count,
        area_wanmu=before.area_wanmu if wanted.area_wanmu is None else wanted.area_wanmu,
    )
    args = {"region": region, "track": track.key, "target": _to_json(after)}
    was, now = office.target_text(before, call.campaign), office.target_text(after, call.campaign)
    return await confirming.propose(tx, call, TARGET, args, office.target_preview(region, track.name, was, now))


def _read(words: str, campaign: Campaign) -> tuple[Track | None, Target | None]:
    found = re.fullmatch(FIGURES, words)
    if found is None:
        return None, None
    said = found["track"]
    named = [t for t in campaign.tracks if said in {t.key, t.name, *t.words}]
    track = campaign.default_track if not said else (named[0] if named else None)
    count: int | None = None
    area: Decimal | None = None
    for number, unit in FIGURE.findall(found["figures"]):
        if unit in campaign.measures.area.units:
            area = Decimal(number) * campaign.measures.area.units[unit] / campaign.measures.area.big_factor
        elif unit in {campaign.measures.count.name, *campaign.measures.count.words} and number.isdigit():
            count = int(number)
        else:
            return track, None
    too_much = (count or 0) > MOST_COUNT or (area or Decimal(0)) > MOST_WANMU
    return track, None if too_much else Target(count=count, area_wanmu=area)


def _to_json(target: Target) -> dict[str, Any]:
    return {"count": target.count, "area_wanmu": None if target.area_wanmu is None else str(target.area_wanmu)}


async def _apply(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    region, track = args["region"], call.campaign.track(args["track"])
    before = call.campaign.target(region, track.key)
    version = await _keep(tx, call, region, track.key, args["target"])
    after = Target.model_validate(args["target"])
    was, now = office.target_text(before, call.campaign), office.target_text(after, call.campaign)
    said = say(office.target_changed(region, track.name, was, now, version))
    return Applied(said=said, undo=args | {"target": _to_json(before)}, object_=region)


async def _undo(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    region, track = undo["region"], call.campaign.track(undo["track"])
    before = call.campaign.target(region, track.key)
    version = await _keep(tx, call, region, track.key, undo["target"])
    was = office.target_text(before, call.campaign)
    now = office.target_text(Target.model_validate(undo["target"]), call.campaign)
    return say(office.target_changed(region, track.name, was, now, version))


async def _keep(tx: Tx, call: Call, region: str, track: str, target: dict[str, Any]) -> int:
    overlay = await bookkeeping.target_overlay(tx, call.campaign.key)
    units = {name: dict(tracks) for name, tracks in overlay.units.items()}
    units.setdefault(region, {})[track] = target
    value = {"version": overlay.version + 1, "units": units}
    await occurrences.remember(tx, call.campaign.key, bookkeeping.TARGETS, value)
    return overlay.version + 1


TARGET = Action(name="target", apply=_apply, undo=_undo)
