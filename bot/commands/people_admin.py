"""What admins order about people and chats: the roster, requests refused, chats bound to what they are for."""

import re
from typing import Any

from bot.clock import local_day
from bot.commands import confirming
from bot.commands.call import Action, Applied, Call, Said, hint, say
from bot.commands.units import division_of, is_same, regions_of, unit_of
from bot.document import Document
from bot.messengers.base import ChatKind
from bot.rules.wording import hints, members, office, service
from bot.rules.wording.phrases import period_text
from config.campaign import Campaign
from storage import audit, people, supervision
from storage.database import Tx
from storage.records import Chat, Person, Role

SHOWN = 40
KINDS = {
    "领导群": "leaders",
    "领导": "leaders",
    "厅领导群": "leaders",
    "工作群": "headquarters",
    "督办群": "headquarters",
    "攻坚办": "headquarters",
    "联络员群": "liaisons",
    "联络员": "liaisons",
}


async def roster(tx: Tx, call: Call) -> Said:
    """名单 [市州]: who is in the roster, who asks to join, and which units have nobody."""
    everybody = await people.everybody(tx)
    requests = await people.open_joins(tx)
    regions = regions_of(call)
    away = await supervision.load_holds(tx, call.campaign.key, kinds=["leave"], day=local_day(call.now))
    absent = {hold.person_id: period_text(hold.from_day, hold.to_day) for hold in away}
    if regions:
        divisions = {call.campaign.unit(region).division for region in regions} - {None}
        named = [p for p in everybody if p.region in regions or p.stand_in in regions or p.division in divisions]
        return say(*([_line(p, absent) for p in named[:SHOWN]] or [members.roster_gaps(regions)]))
    has = {p.region for p in everybody if p.role is Role.CITY_LIAISON and p.user_id}
    head = members.roster_head(len(everybody), sum(1 for p in everybody if p.user_id), len(requests))
    gaps = members.roster_gaps([r for r in call.campaign.regions if r not in has])
    asked = [members.request_line(j.id, j.name, j.unit, j.kind) for j in requests[:SHOWN]]
    return say(head, gaps, *asked)


def _line(person: Person, absent: dict[int | None, str]) -> str:
    notes = [f"请假{absent[person.id]}"] if person.id in absent else []
    if person.stand_in is not None:
        notes.append(f"代报{person.stand_in}")
    where = person.region or person.division
    return members.roster_line(person.name, person.role, where, has_joined=bool(person.user_id), notes=notes)


async def refuse(tx: Tx, call: Call) -> Said:
    """拒绝 3: refuse who asked to join."""
    if len(call.args.numbers) != 1:
        return hint(hints.near_miss("拒绝", "拒绝 3"))
    join = await people.open_join(tx, call.args.numbers[0])
    if join is None:
        return hint(service.no_such_join(call.args.numbers[0]))
    await people.close_join(tx, join.id, "refused")
    await _note(tx, call, "refuse", f"{join.messenger}/{join.user_id}", {"name": join.name, "unit": join.unit})
    told = Document(lines=(members.told_refused(join.unit),))
    return Said(
        document=Document(lines=(members.refused(join.name),)), elsewhere=((join.messenger, join.user_id, told),)
    )


async def remove(tx: Tx, call: Call) -> Said:
    """移出 武汉 张明: take somebody out of the roster; asked first, and to be undone."""
    everybody = await people.everybody(tx)
    found = _called(call.args.words.strip(), everybody, call.campaign)
    if len(found) != 1 or is_same(found[0], call.speaker):
        return hint(members.which_person(len(found)))
    where = found[0].region or found[0].division
    line = members.remove_preview(found[0].name, found[0].role, where)
    return await confirming.propose(tx, call, REMOVE, {"person": found[0].id, "name": found[0].name}, line)


def _called(said: str, everybody: list[Person], campaign: Campaign) -> list[Person]:
    """Return the people that words name: 张明, or 武汉 张明."""
    unit, _, name = said.rpartition(" ")
    where = {unit_of(unit.strip(), campaign), division_of(unit.strip(), campaign)} - {None}
    if unit and not where:
        return []
    return [p for p in everybody if p.name == name and (not where or {p.region, p.division} & where)]


async def _remove(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    del call
    await people.retire(tx, args["person"])
    return Applied(said=say(members.removed(args["name"])), undo=args, object_=args["name"])


async def _bring_back(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    del call
    await people.retire(tx, undo["person"], active=True)
    return say(office.undone(members.removal_of(undo["name"])))


REMOVE = Action(name="remove", apply=_remove, undo=_bring_back)


async def bind(tx: Tx, call: Call) -> Said:
    """绑定 恩施州 · 绑定 处室 规划处 · 绑定 领导群: say in a group what it is for."""
    if call.message.chat_kind != ChatKind.GROUP:
        return hint(members.only_in_groups())
    wanted = _wanted(call.args.words.strip(), call)
    if wanted is None:
        return hint(members.bind_usage())
    before = call.chat if call.chat is not None and call.chat.kind in members.CHAT_KINDS else None
    await people.bind(tx, call.campaign.key, wanted)
    where = wanted.region or wanted.division
    await _note(
        tx,
        call,
        "bind",
        wanted.chat_id[:128],
        {"kind": wanted.kind, "where": where, "before": _shown(before)},
    )
    return say(members.bound(wanted.kind, where, _shown(before)))


async def unbind(tx: Tx, call: Call) -> Said:
    """解绑: let the group be none of the campaign's."""
    if call.message.chat_kind != ChatKind.GROUP:
        return hint(members.only_in_groups())
    if call.chat is None or call.chat.kind not in members.CHAT_KINDS:
        return hint(members.not_bound())
    await people.unbind(tx, call.chat.id)
    await _note(tx, call, "unbind", call.chat.chat_id[:128], {"before": _shown(call.chat)})
    return say(members.unbound())


def _wanted(words: str, call: Call) -> Chat | None:
    """Return the chat bound to what words name, or None."""
    kind, region, division = _named(words, call.campaign)
    if kind is None:
        return None
    return Chat(
        messenger=call.message.messenger,
        chat_id=call.message.chat_id,
        kind=kind,
        region=region,
        division=division,
        route=call.chat.route if call.chat else None,
        name=call.chat.name if call.chat else None,
    )


def _named(words: str, campaign: Campaign) -> tuple[str | None, str | None, str | None]:
    if words in KINDS:
        return KINDS[words], None, None
    said = re.sub(r"^(?:城市群?|市州群?|处室群?|单位)\s*|群$", "", words).strip()
    if (region := unit_of(said, campaign)) is not None:
        return "city", region, None
    if (division := division_of(said, campaign)) is not None:
        return "division", None, division
    return None, None, None


def _shown(chat: Chat | None) -> str | None:
    return f"{chat.region or chat.division or ''}{members.CHAT_KINDS[chat.kind]}" if chat else None


async def _note(tx: Tx, call: Call, action: str, object_: str, detail: dict[str, str | None]) -> None:
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action=action,
        object_=object_,
        inbox_id=call.message.id,
        detail={key: value for key, value in detail.items() if value},
    )
