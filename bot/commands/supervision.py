"""What admins order about units' duties: silence, exemption, a reminder now."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from bot import account
from bot.clock import local_day
from bot.commands import confirming, days, pushing
from bot.commands.call import Action, Applied, Call, Said, hint, say
from bot.commands.days import Period
from bot.commands.units import period_of, regions_of
from bot.rules.wording import hints, holds, office, orders
from storage import supervision
from storage.database import Tx
from storage.supervision import Hold

MANY = 3
"""An order about more units than these is shown first."""
EXEMPT_USAGE = "免报 恩施州 11月20日"


async def silence(tx: Tx, call: Call) -> Said:
    """静默 市州 时长 事由: neither reminders nor warnings for a while."""
    regions, period = regions_of(call), period_of(call)
    until, reason = (None, call.args.words.strip()) if period else days.take_hours(call.args.words, call.now)
    if until is not None:
        period = (local_day(call.now), local_day(until))
    if not regions:
        return hint(holds.silence_needs("市州"))
    if period is None:
        return hint(holds.silence_needs("时长"))
    if not reason:
        return hint(holds.silence_needs("事由"))
    if period[1] < local_day(call.now):
        return hint(office.past_day(period[1]))
    args = _args(regions, period) | {"reason": reason[:200], "until": until and until.isoformat()}
    if len(regions) > MANY:
        said = holds.silence_preview(regions, _silence_text(args), args["reason"])
        return await confirming.propose(tx, call, SILENCE, args, said)
    return await confirming.do(tx, call, SILENCE, args)


async def unsilence(tx: Tx, call: Call) -> Said:
    """解除静默 市州: remind and warn again."""
    regions = regions_of(call)
    if not regions:
        return hint(office.which_unit("解除静默 恩施州"))
    held = await supervision.current_holds(tx, call.campaign.key, kinds=["silence"], day=local_day(call.now))
    numbers = [hold.id for hold in held if hold.region in regions and not hold.is_over(call.now)]
    if not numbers:
        return hint(holds.not_silenced(regions))
    return await confirming.do(tx, call, UNSILENCE, {"regions": list(regions), "holds": numbers})


async def exempt(tx: Tx, call: Call) -> Said:
    """免报 市州 日期: no report is owed on these days."""
    regions, period = regions_of(call), period_of(call)
    if not regions or (period is None and not call.args.when):
        return hint(hints.near_miss("免报", EXEMPT_USAGE))
    if period is None:
        return hint(office.bad_day(call.args.when))
    args = _args(regions, period) | {"reason": call.args.words.strip()[:200] or None}
    if len(regions) > MANY:
        return await confirming.propose(tx, call, EXEMPT, args, holds.exempt_preview(regions, *period))
    return await confirming.do(tx, call, EXEMPT, args)


async def chase(tx: Tx, call: Call) -> Said:
    """催报 [市州]: remind now whose report has not come."""
    if (why := await pushing.why_paused(tx, call.campaign.key)) is not None:
        return hint(orders.not_while_paused(why))
    found = await account.reports(tx, call.office, day=local_day(call.now), at=call.now)
    asked = regions_of(call) or call.campaign.regions
    missing = [r for r in call.campaign.regions if r in asked and found.states[r].is_missing]
    if not missing:
        return say(orders.nobody_missing())
    if len(missing) > MANY:
        return await confirming.propose(tx, call, CHASE, {"regions": missing}, orders.chase_preview(missing))
    return await confirming.do(tx, call, CHASE, {"regions": missing})


def _args(regions: Sequence[str], period: Period) -> dict[str, Any]:
    return {"regions": list(regions), "from": period[0].isoformat(), "to": period[1].isoformat()}


def _period(args: dict[str, Any]) -> Period:
    return dt.date.fromisoformat(args["from"]), dt.date.fromisoformat(args["to"])


def _until(args: dict[str, Any]) -> dt.datetime | None:
    until = args.get("until")
    return dt.datetime.fromisoformat(until) if until else None


def _silence_text(args: dict[str, Any]) -> str:
    return holds.silence_text(*_period(args), _until(args))


async def _hold(tx: Tx, call: Call, kind: str, args: dict[str, Any]) -> dict[str, Any]:
    """Keep a hold for each unit; return what undoing it needs."""
    first, last = _period(args)
    numbers = []
    for region in args["regions"]:
        hold = Hold(
            kind=kind,
            region=region,
            person_id=None,
            from_day=first,
            to_day=last,
            reason=args.get("reason"),
            author=call.speaker.key,
            until=_until(args),
        )
        numbers.append(await supervision.add_hold(tx, call.campaign.key, hold, at=call.now))
    return {"holds": numbers, "regions": args["regions"]}


async def _apply_silence(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    undo = await _hold(tx, call, "silence", args)
    said = say(holds.silenced(args["regions"], _silence_text(args), args["reason"]))
    return Applied(said=said, undo=undo, object_=args["regions"][0])


async def _apply_exempt(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    undo = await _hold(tx, call, "exempt", args)
    return Applied(said=say(holds.exempted(args["regions"], *_period(args))), undo=undo, object_=args["regions"][0])


async def _lift(tx: Tx, call: Call, undo: dict[str, Any], what: str) -> Said:
    for number in undo["holds"]:
        await supervision.end_hold(tx, number, outcome="lifted", at=call.now)
    return say(office.undone(holds.taken_back(what, undo["regions"])))


async def _undo_silence(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    return await _lift(tx, call, undo, "静默")


async def _undo_exempt(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    return await _lift(tx, call, undo, "免报")


async def _apply_unsilence(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    for number in args["holds"]:
        await supervision.end_hold(tx, number, outcome="lifted", at=call.now)
    said = say(f"{holds.silence_lifted(args['regions'])}。")
    return Applied(said=said, undo=args, object_=args["regions"][0])


async def _undo_unsilence(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    del call
    for number in undo["holds"]:
        await supervision.revive_hold(tx, number)
    return say(office.undone(holds.silence_lifted(undo["regions"])))


async def _apply_chase(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    """Remind those whose report has still not come: some may have reported since the preview."""
    if (why := await pushing.why_paused(tx, call.campaign.key)) is not None:
        return Applied(said=hint(orders.not_while_paused(why)))
    found = await account.reports(tx, call.office, day=local_day(call.now), at=call.now)
    missing = [r for r in args["regions"] if found.states[r].is_missing]
    if not missing:
        return Applied(said=say(orders.nobody_missing()))
    done = await call.press.remind(tx, call.office, missing, now=call.now, key=f"chase/{call.message.id}")
    return Applied(said=say(orders.chased(missing, posts=done.posts, held=done.held)))


SILENCE = Action(name="silence", apply=_apply_silence, undo=_undo_silence)
UNSILENCE = Action(name="unsilence", apply=_apply_unsilence, undo=_undo_unsilence)
EXEMPT = Action(name="exempt", apply=_apply_exempt, undo=_undo_exempt)
CHASE = Action(name="chase", apply=_apply_chase)
