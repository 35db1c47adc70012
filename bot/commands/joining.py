"""How a stranger becomes a liaison: asks, and an admin agrees."""

from bot.commands.call import Call, Said, say
from bot.document import Document, PostKind
from bot.rules.wording import hints, service
from config.campaign import Campaign
from storage import audit, people
from storage.database import Tx
from storage.people import Join
from storage.records import Person, Role


async def ask(tx: Tx, call: Call) -> Said:
    """我是 恩施州 张三: ask to join as the liaison of a unit or a division."""
    unit_said, name = call.args.words.split(maxsplit=1)
    unit = unit_of(unit_said, call.campaign) or division_of(unit_said, call.campaign)
    if unit is None:
        return say(hints.unknown_place(unit_said), kind=PostKind.HINT)
    join = Join(
        messenger=call.message.messenger,
        user_id=call.message.sender_id,
        name=name,
        unit=unit,
        asked_at=call.now,
    )
    number = await people.ask_to_join(tx, join)
    admins = [p for p in await people.everybody(tx) if p.role is Role.ADMIN and p.user_id]
    notice = Document(lines=(service.asks_to_join(number, name, unit),))
    elsewhere = tuple((a.messenger, a.user_id or "", notice) for a in admins)
    return Said(document=Document(lines=(hints.asked_to_join(name, unit),)), elsewhere=elsewhere)


async def agree(tx: Tx, call: Call) -> Said:
    """同意 3: let in who asked."""
    if len(call.args.numbers) != 1:
        return say(hints.near_miss("同意", "同意 3"), kind=PostKind.HINT)
    join = await people.open_join(tx, call.args.numbers[0])
    if join is None:
        return say(service.no_such_join(call.args.numbers[0]), kind=PostKind.HINT)
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
    await people.close_join(tx, join.id, "agreed")
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action="agree",
        object_=f"{join.messenger}/{join.user_id}",
        inbox_id=call.message.id,
        detail={"name": join.name, "unit": join.unit},
    )
    welcome = Document(lines=(hints.joined(join.name, join.unit),))
    return Said(
        document=Document(lines=(service.let_in(join.name, join.unit),)),
        elsewhere=((join.messenger, join.user_id, welcome),),
    )


def unit_of(said: str, campaign: Campaign) -> str | None:
    """Return the full name of a unit that people call so, or None."""
    return next((region for name, region in campaign.unit_names if name == said), None)


def division_of(said: str, campaign: Campaign) -> str | None:
    """Return the name of a division that people call so, or None."""
    return next((d.name for d in campaign.divisions if said in {d.name, *d.aliases}), None)
