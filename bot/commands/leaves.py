"""请假 and 代报: who is away is not reminded, and who stands in reports for the unit and is reminded instead."""

import datetime as dt
import re
from typing import Any

from bot.clock import local_day
from bot.commands import confirming
from bot.commands.call import Action, Applied, Call, Said, hint, say
from bot.commands.days import Period
from bot.commands.units import is_same, own_region, period_of, unit_before
from bot.document import Document, PostKind
from bot.rules.wording import holds, office
from config.campaign import Campaign
from storage import audit, people, supervision
from storage.database import Tx
from storage.people import Join
from storage.records import Person, Role
from storage.supervision import Hold

STAND_IN = re.compile(r"(?:由|请)?\s*(?P<who>.{2,20}?)\s*(?:代为报送|代报|代班|代)$")


async def leave(tx: Tx, call: Call) -> Said:
    """请假 11月20日至22日 由武汉 李四代报: no reminders then; who stands in gets them and may report."""
    if call.speaker.role not in {Role.CITY_LIAISON, Role.DIVISION_LIAISON} or call.speaker.person_id is None:
        return hint(holds.only_liaisons_take_leave())
    period = period_of(call) if call.args.when else (local_day(call.now), local_day(call.now))
    fault = _fault(period, call)
    if period is None or fault is not None:
        return hint(fault or office.bad_day(call.args.when))
    args: dict[str, Any] = {"from": period[0].isoformat(), "to": period[1].isoformat()}
    named = STAND_IN.search(call.args.words)
    if named is not None and call.speaker.region is not None:
        roster = await people.everybody(tx)
        found = _somebody(named["who"], roster, call.campaign)
        if len(found) != 1 or is_same(found[0], call.speaker):
            return hint(holds.nobody_of_that_name(named["who"]))
        if not is_free(found[0], call.now):
            return hint(holds.already_stands_in(found[0].name))
        args |= {"stand_in": found[0].id}
    return await confirming.do(tx, call, LEAVE, args)


async def stand_in(tx: Tx, call: Call) -> Said:
    """代报 黄石 [李四] [日期]: an admin lets somebody report for another unit; a liaison asks for it."""
    region = call.args.regions[0] if call.args.regions else None
    if region is None:
        return hint(office.which_unit("代报 黄石市 11月20日至22日"))
    period = period_of(call) if call.args.when else (local_day(call.now), local_day(call.now))
    fault = _fault(period, call)
    if period is None or fault is not None:
        return hint(fault or office.bad_day(call.args.when))
    if call.speaker.role is not Role.ADMIN:
        return await _ask(tx, call, region, period)
    roster = await people.everybody(tx)
    found = _somebody(re.sub(r"^由|代报?$", "", call.args.words.strip()), roster, call.campaign)
    if len(found) != 1:
        return hint(holds.nobody_of_that_name(call.args.words or "…"))
    if not is_free(found[0], call.now):
        return hint(holds.already_stands_in(found[0].name))
    args = {"person": found[0].id, "region": region, "from": period[0].isoformat(), "to": period[1].isoformat()}
    return await confirming.do(tx, call, STANDS_IN, args)


async def back(tx: Tx, call: Call) -> Said:
    """销假: end one's own leave before its time."""
    await _end_leave(tx, call)
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action="back",
        object_=call.speaker.key,
        inbox_id=call.message.id,
    )
    return say(office.undone(holds.leave_taken_back(call.speaker.name)), kind=PostKind.ACK)


async def _end_leave(tx: Tx, call: Call) -> None:
    """End the speaker's leave that runs or is to come, and with it whoever stands in for it."""
    held = await supervision.current_holds(tx, call.campaign.key, kinds=["leave"], day=local_day(call.now))
    mine = [hold for hold in held if hold.person_id == call.speaker.person_id]
    for hold in mine:
        await supervision.end_hold(tx, hold.id, outcome="lifted", at=call.now)
    for person in await people.everybody(tx) if mine else []:
        if person.stand_in is not None and person.stand_in == mine[0].region:
            await people.stand_in(tx, person.id, None, from_day=None, to_day=None)


async def let_stand_in(tx: Tx, person: Person, region: str, period: Period) -> dict[str, Any]:
    """Let somebody report for a unit for some days; return what undoing it needs."""
    await people.stand_in(tx, person.id, region, from_day=period[0], to_day=period[1])
    return {"person": person.id, "name": person.name, "region": region}


async def _ask(tx: Tx, call: Call, region: str, period: Period) -> Said:
    if call.speaker.region == region:
        return hint(holds.your_own_unit(region))
    own = (await people.find(tx, call.speaker.messenger, [call.speaker.user_id])).get(call.speaker.user_id)
    if own is None or not is_free(own, call.now):
        return hint(holds.already_stands_in(call.speaker.name))
    join = Join(
        messenger=call.speaker.messenger,
        user_id=call.speaker.user_id,
        name=call.speaker.name,
        unit=region,
        asked_at=call.now,
        kind="stand_in",
        from_day=period[0],
        to_day=period[1],
    )
    await people.ask_to_join(tx, join)
    return say(holds.asked_admins_to_stand_in(region), kind=PostKind.ACK)


def _fault(period: Period | None, call: Call) -> str | None:
    if period is not None and period[1] < local_day(call.now):
        return office.past_day(period[1])
    return None


def _somebody(said: str, roster: list[Person], campaign: Campaign) -> list[Person]:
    """Return the liaisons that words name: 李四, or 武汉 李四."""
    region, name = unit_before(said.strip(), campaign)
    return [
        p
        for p in roster
        if p.role is Role.CITY_LIAISON and p.user_id and region in {None, p.region} and name in {"", p.name}
    ]


def is_free(person: Person, now: dt.datetime) -> bool:
    """Whether somebody may be given a unit to stand in for: has none, or had one, and is not bounded by dates."""
    over = person.to_day is not None and person.to_day < local_day(now)
    return over if person.stand_in is not None else person.from_day is None and person.to_day is None


async def _apply_leave(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    first, last = dt.date.fromisoformat(args["from"]), dt.date.fromisoformat(args["to"])
    region = own_region(call)
    await _end_leave(tx, call)
    hold = Hold(
        kind="leave",
        region=region,
        person_id=call.speaker.person_id,
        from_day=first,
        to_day=last,
        reason=None,
        author=call.speaker.key,
    )
    number = await supervision.add_hold(tx, call.campaign.key, hold, at=call.now)
    undo: dict[str, Any] = {"hold": number, "name": call.speaker.name}
    deputy = next((p for p in await people.everybody(tx) if p.id == args.get("stand_in")), None)
    elsewhere: tuple[tuple[str, str, Document], ...] = ()
    if deputy is not None and region is not None:
        undo["stand_in"] = await let_stand_in(tx, deputy, region, (first, last))
        told = Document(lines=(holds.asked_to_stand_in(call.speaker.name, region, first, last),))
        elsewhere = ((deputy.messenger, deputy.user_id or "", told),)
    whom = f"{deputy.region or ''}{deputy.name}" if deputy else None
    line = holds.on_leave(call.speaker.name, first, last, whom)
    said = Said(document=Document(lines=(line,)), kind=PostKind.ACK, elsewhere=elsewhere)
    return Applied(said=said, undo=undo, object_=call.speaker.key)


async def _undo_leave(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    await supervision.end_hold(tx, undo["hold"], outcome="lifted", at=call.now)
    if "stand_in" in undo:
        await people.stand_in(tx, undo["stand_in"]["person"], None, from_day=None, to_day=None)
    return say(office.undone(holds.leave_taken_back(undo["name"])))


async def _apply_stand_in(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    del call
    period = dt.date.fromisoformat(args["from"]), dt.date.fromisoformat(args["to"])
    person = next(p for p in await people.everybody(tx) if p.id == args["person"])
    undo = await let_stand_in(tx, person, args["region"], period)
    told = Document(lines=(holds.asked_to_stand_in("管理员", args["region"], *period),))
    said = Said(
        document=Document(lines=(holds.stands_in(person.name, args["region"], *period),)),
        kind=PostKind.ACK,
        elsewhere=((person.messenger, person.user_id or "", told),),
    )
    return Applied(said=said, undo=undo, object_=args["region"])


async def _undo_stand_in(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    del call
    await people.stand_in(tx, undo["person"], None, from_day=None, to_day=None)
    return say(office.undone(holds.stand_in_taken_back(undo["name"], undo["region"])))


LEAVE = Action(name="leave", apply=_apply_leave, undo=_undo_leave)
STANDS_IN = Action(name="stand_in", apply=_apply_stand_in, undo=_undo_stand_in)
