"""How a stranger becomes a liaison: asks, and an admin agrees."""

from bot.commands.call import Call, Said, hint, say
from bot.commands.leaves import is_free, let_stand_in
from bot.commands.units import division_of, unit_of
from bot.document import Document, PostKind
from bot.rules.wording import hints, holds, service
from storage import audit, people
from storage.database import Tx
from storage.people import Join
from storage.records import Person, Role


async def ask(tx: Tx, call: Call) -> Said:
    """我是 恩施州 张三: ask to join as the liaison of a unit or a division; admins hear of it in their next notices."""
    unit_said, name = call.args.words.split(maxsplit=1)
    unit = unit_of(unit_said, call.campaign) or division_of(unit_said, call.campaign)
    if unit is None:
        return hint(hints.unknown_place(unit_said))
    join = Join(
        messenger=call.message.messenger,
        user_id=call.message.sender_id,
        name=name,
        unit=unit,
        asked_at=call.now,
    )
    await people.ask_to_join(tx, join)
    return say(hints.asked_to_join(name, unit))


async def agree(tx: Tx, call: Call) -> Said:
    """同意 3: let in who asked."""
    if len(call.args.numbers) != 1:
        return hint(hints.near_miss("同意", "同意 3"))
    join = await people.open_join(tx, call.args.numbers[0])
    if join is None:
        return hint(service.no_such_join(call.args.numbers[0]))
    said = await (_let_stand_in(tx, call, join) if join.kind == "stand_in" else _let_in(tx, call, join))
    if said.kind is PostKind.HINT:
        return said
    await people.close_join(tx, join.id, "agreed")
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action="agree",
        object_=f"{join.messenger}/{join.user_id}",
        inbox_id=call.message.id,
        detail={"name": join.name, "unit": join.unit, "kind": join.kind},
    )
    return said


async def _let_stand_in(tx: Tx, call: Call, join: Join) -> Said:
    """Let somebody report for another unit from a day to a day."""
    known = (await people.find(tx, join.messenger, [join.user_id])).get(join.user_id)
    if known is None or join.from_day is None or join.to_day is None:
        return hint(service.no_such_join(join.id))
    if not is_free(known, call.now):
        return hint(holds.already_stands_in(known.name))
    await let_stand_in(tx, known, join.unit, (join.from_day, join.to_day))
    line = holds.stands_in(known.name, join.unit, join.from_day, join.to_day)
    return Said(document=Document(lines=(line,)), elsewhere=((join.messenger, join.user_id, Document(lines=(line,))),))


async def _let_in(tx: Tx, call: Call, join: Join) -> Said:
    """Enter somebody in the roster as the liaison of a unit or a division."""
    is_division = division_of(join.unit, call.campaign) is not None
    await people.add_person(
        tx,
        Person(
            messenger=join.messenger,
            user_id=join.user_id,
            name=join.name,
            role=Role.DIVISION_LIAISON if is_division else Role.CITY_LIAISON,
            region=None if is_division else join.unit,
            division=join.unit if is_division else None,
        ),
    )
    welcome = Document(lines=(hints.joined(join.name, join.unit),))
    return Said(
        document=Document(lines=(service.let_in(join.name, join.unit),)),
        elsewhere=((join.messenger, join.user_id, welcome),),
    )
