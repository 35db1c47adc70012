"""计划 11月24日: a unit promises a day by which it has caught up; until then it is not warned."""

from typing import Any

from bot.clock import local_day
from bot.commands import confirming
from bot.commands.call import Action, Applied, Call, Said, hint, refuse, say
from bot.commands.units import own_region, period_of
from bot.document import PostKind
from bot.rules.wording import hints, holds, office
from storage import supervision
from storage.database import Tx
from storage.supervision import Hold

USAGE = "计划 11月24日"


async def promise(tx: Tx, call: Call) -> Said:
    """计划 [市州] 日期: hold warnings until then; a second one replaces the first."""
    region, period = own_region(call), period_of(call)
    if region is None:
        return hint(office.which_unit("计划 恩施州 11月24日"))
    if not call.speaker.may_write(region):
        return refuse(office.not_your_unit(region))
    if period is None:
        return hint(office.bad_day(call.args.when) if call.args.when else hints.near_miss("计划", USAGE))
    day = period[1]
    if day <= local_day(call.now):
        return hint(office.past_day(day))
    if day > call.campaign.end:
        return hint(office.after_the_end(call.campaign.end))
    return await confirming.do(tx, call, PROMISE, {"region": region, "day": day.isoformat()})


async def _apply(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    region, today = args["region"], local_day(call.now)
    day = type(today).fromisoformat(args["day"])
    replaced = []
    for hold in await supervision.current_holds(tx, call.campaign.key, kinds=["promise"], day=today):
        if hold.region == region:
            await supervision.end_hold(tx, hold.id, outcome="replaced", at=call.now)
            replaced.append(hold.id)
    number = await supervision.add_hold(
        tx,
        call.campaign.key,
        Hold(
            kind="promise",
            region=region,
            person_id=None,
            from_day=today,
            to_day=day,
            reason=None,
            author=call.speaker.key,
        ),
        at=call.now,
    )
    said = say(holds.promised(region, day), kind=PostKind.ACK)
    return Applied(said=said, undo={"hold": number, "replaced": replaced, "region": region}, object_=region)


async def _undo(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    await supervision.end_hold(tx, undo["hold"], outcome="lifted", at=call.now)
    for number in undo["replaced"]:
        await supervision.revive_hold(tx, number)
    return say(office.undone(holds.promise_taken_back(undo["region"])))


PROMISE = Action(name="promise", apply=_apply, undo=_undo)
