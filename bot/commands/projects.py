"""What people ask of projects one by one and of on-site services, and how admins merge two names of one project."""

from typing import Any

from bot.clock import local_day
from bot.commands import confirming
from bot.commands.call import Action, Applied, Call, Said, hint, refuse, say
from bot.commands.grammar import plain
from bot.messengers.base import ChatKind
from bot.rules import projects as rules
from bot.rules import visits as visit_rules
from bot.rules.wording import projects as wording
from storage import projects, visits
from storage.database import Tx
from storage.kept import KeptProject
from storage.records import Role

LISTS = {"", "清单", "台账", "情况", "列表"}
"""What may follow 项目 and names none."""


async def ask(tx: Tx, call: Call) -> Said:
    """项目 [名称|市州]: one project with its history and plan, or a unit's projects."""
    every = await projects.load(tx, call.campaign.key)
    own = call.speaker.region
    regions = call.args.regions or ((own,) if own is not None else ())
    seen = [p for p in every if _may_see(call, p.region)]
    if call.args.words in LISTS:
        if any(not _may_see(call, region) for region in call.args.regions):
            return refuse(wording.own_unit_only())
        return _list(call, [p for p in rules.shown(seen) if not regions or p.region in regions])
    return _one(call, seen)


def _list(call: Call, found: list[KeptProject]) -> Said:
    today = local_day(call.now)
    where = found[0].region if len({p.region for p in found}) == 1 else None
    lines = wording.project_list(found, today=today, campaign=call.campaign, where=where)
    if call.speaker.role is not Role.ADMIN:
        return say(*lines)
    pairs = [
        (one, other)
        for one in found
        if not one.listed
        for other in rules.near([p for p in found if p.region == one.region], one.name, call.campaign)[:1]
        if other.listed or other.id < one.id
    ]
    return say(*lines, *wording.near_names(pairs))


def _one(call: Call, seen: list[KeptProject]) -> Said:
    today = local_day(call.now)
    whole = plain(call.message.text).partition("项目")[2].strip(" :：")
    for name in dict.fromkeys((whole, call.args.words)):
        found = {p.id: p for region in call.campaign.regions if (p := _in_region(seen, region, name)) is not None}
        shown = rules.shown(found.values())
        if len(shown) > 1:
            return hint(wording.several_projects(name, shown))
        if shown:
            here = [p for p in rules.shown(seen) if p.region == shown[0].region]
            near = rules.near(here, shown[0].name, call.campaign)
            return say(*wording.project_card(shown[0], today=today, campaign=call.campaign, near=near))
    near = rules.near(rules.shown(seen), call.args.words, call.campaign)
    return hint(wording.no_such_project(whole, near))


def _in_region(seen: list[KeptProject], region: str, name: str) -> KeptProject | None:
    return rules.find([p for p in seen if p.region == region], name)


def _may_see(call: Call, region: str) -> bool:
    return call.speaker.role is not Role.CITY_LIAISON or call.speaker.may_write(region)


async def ask_visits(tx: Tx, call: Call) -> Said:
    """上门服务: how many were held, and who still owes one; leaders' names only where the campaign shows them."""
    tally = visit_rules.tally(await visits.every(tx, call.campaign.key), call.campaign)
    is_inside = call.message.chat_kind == ChatKind.DIRECT or (
        call.chat is not None and call.chat.kind not in {"city", "liaisons"}
    )
    with_names = call.campaign.show_leaders or (call.speaker.role is not Role.CITY_LIAISON and is_inside)
    return say(*wording.visits_text(tally, call.campaign, with_names=with_names, own=call.speaker.region))


async def merge(tx: Tx, call: Call) -> Said:
    """合并 项目A 项目B: B is another name of A; shown first, made on 确认."""
    names = call.args.words.split()
    every = await projects.load(tx, call.campaign.key)
    if len(names) != 2:
        return hint(wording.merge_usage())
    pair = []
    for name in names:
        found = [p for region in call.campaign.regions if (p := _in_region(every, region, name)) is not None]
        if not found:
            return hint(wording.no_such_project(name, rules.near(rules.shown(every), name, call.campaign)))
        pair.append(found)
    kept, other = next(((a, b) for a in pair[0] for b in pair[1] if a.region == b.region), (pair[0][0], pair[1][0]))
    if kept.region != other.region or kept.id == other.id:
        return hint(wording.merge_refused(kept, other))
    args = {"kept": kept.id, "other": other.id}
    return await confirming.propose(tx, call, MERGE, args, wording.merge_preview(kept, other))


async def _apply_merge(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    by_id = {p.id: p for p in await projects.load(tx, call.campaign.key)}
    kept, other = by_id[args["kept"]], by_id[args["other"]]
    moved = await projects.merge(tx, kept=kept, other=other)
    undo = {"other": other.id, "stages": moved, "kept": kept.name, "name": other.name}
    return Applied(said=say(wording.merged(kept.name, other.name)), undo=undo)


async def _undo_merge(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    del call
    await projects.part(tx, other=undo["other"], stages=undo["stages"])
    return say(wording.parted(undo["kept"], undo["name"]))


MERGE = Action(name="merge", apply=_apply_merge, undo=_undo_merge)
