"""What each schedule owes, and to whom: loads the day's account, asks the rules, addresses what they say."""

import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from bot import account, alerts, bookkeeping
from bot.bookkeeping import Office
from bot.clock import local, local_day
from bot.document import PostKind
from bot.rules import missing, reminders
from bot.rules.burden import UNPROMPTED, Burden
from bot.rules.levels import Announcement, Audience
from bot.rules.wording import service
from bot.rules.wording.pushes import Lag
from bot.schedule import notices, problem_pushes, summaries
from bot.schedule.push import NUDGE, Push, Target, Ways, mentioned, to_chat
from bot.schedule.timetable import Occurrence
from storage import occurrences, outbox, people, supervision
from storage.database import Tx
from storage.outbox import Owed


async def reminder(push: Push) -> None:
    """Remind each liaison whose unit's report has not come: once, in private; else in the unit's group with @."""
    campaign = push.office.campaign
    state = await account.reports(push.tx, push.office, day=push.day, at=push.now)
    expires = local(push.day, campaign.deadlines.deadline)
    in_group: dict[Target, list[str]] = {}
    called: dict[Target, list[str]] = {}
    held = await supervision.load_holds(push.tx, campaign.key, kinds=["silence"], day=push.day, at=push.now)
    silenced = {hold.region for hold in held}
    for region in (r for r in reminders.to_remind(state.states, campaign) if r not in silenced):
        liaisons = push.liaisons(region)
        private = push.private(liaisons)
        for target in () if private else push.to("city", region=region):
            in_group.setdefault(target, []).append(region)
            called.setdefault(target, []).extend(mentioned(liaisons, target))
        document = reminders.reminder([region], campaign)
        push.owe(PostKind.REMINDER, document, private, key=region, region=region, expires_at=expires, priority=NUDGE)
    for target, regions in in_group.items():
        document = reminders.reminder(regions, campaign, in_group=True, mentions=tuple(called[target]))
        only = regions[0] if len(regions) == 1 else None
        push.owe(PostKind.REMINDER, document, [target], key="group", region=only, expires_at=expires, priority=NUDGE)
    push.quiet = "各单位均已报送或无须报送"


async def missing_reports(push: Push) -> None:
    """Tell headquarters whose report has not come, and a silent unit's division on its third working day."""
    campaign = push.office.campaign
    state = await account.reports(push.tx, push.office, day=push.day, at=push.now)
    held = await supervision.load_holds(push.tx, campaign.key, kinds=["promise", "silence"], day=push.day, at=push.now)
    document = missing.compose(
        state.states,
        state.missing_days,
        campaign=campaign,
        at=push.now,
        day=push.day,
        are_told=await _have_reminded(push),
        silenced={hold.region for hold in held if hold.kind == "silence" and hold.region is not None},
    )
    if document is None:
        push.quiet = "无缺报"
        return
    push.owe(PostKind.MISSING, document, push.to("headquarters"))
    told = await supervision.steps_since(push.tx, campaign.key, step="division", since=state.last_days)
    told |= {hold.region for hold in held if hold.region is not None}
    for region, days in state.missing_days.items():
        division = campaign.unit(region).division
        if days < missing.DIVISION_AFTER or region in told or division is None:
            continue
        await supervision.climb(push.tx, campaign.key, region=region, day=push.day, step="division", at=push.now)
        people_there = [p for p in push.roster if p.division == division and p.user_id and p.serves_on(push.day)]
        groups = [to_chat(c) for c in push.chats if c.kind == "division" and c.division == division]
        targets = push.private(people_there) or groups
        push.owe(PostKind.MISSING, reminders.call_division(region, days), targets, key=region, priority=NUDGE)


async def _have_reminded(push: Push) -> bool:
    """Whether the day's reminders went out: looked at or pushed before their hour, the account claims none."""
    keys = {s.key for s in push.office.campaign.schedules if s.push == "reminder"}
    runs = await occurrences.latest(push.tx, push.office.campaign.key)
    return any(key in keys and local_day(due_at) == push.day and state == "done" for key, due_at, state, _ in runs)


async def warnings(push: Push) -> None:
    """Evaluate the levels, warn the units that reached one, and tell headquarters in one message."""
    campaign = push.office.campaign
    view = await account.of_day(push.tx, push.office, day=push.day, at=push.now)
    levelled = await account.levels(push.tx, view, push.office, now=push.now)
    states = {region: account.state_to_json(one.state) for region, one in levelled.items()}
    await supervision.save_levels(push.tx, campaign.key, states)
    await _end_promises(push, levelled)
    said = [(one, a) for one in levelled.values() for a in one.announcements]
    for one, announcement in said:
        document = reminders.announce(
            announcement, one.position, campaign=campaign, working_days=push.office.duty.working_days
        )
        push.owe(
            PostKind.WARNING,
            document,
            _who_hears(push, announcement, one.position.region),
            key=f"{one.position.region}/{announcement.occasion}",
            not_before=announcement.at,
        )
    lags = [Lag(position=one.position, level=one.state.colour) for one in levelled.values() if one.state.colour]
    summary = reminders.lag_summary(push.day, lags, campaign) if said else None
    if summary is not None:
        push.owe(PostKind.WARNING, summary, push.to("headquarters"), key="summary")
    push.owed += await _unevaluated(push, levelled)
    push.quiet = "无新的预警"


async def _unevaluated(push: Push, levelled: Mapping[str, account.Levelled]) -> list[Owed]:
    """Owe admins the news of units that stumbled over a bug: nobody else misses their warnings."""
    left_out = [region for region in push.office.campaign.regions if region not in levelled]
    if not left_out:
        return []
    key, text = f"unevaluated/{push.day}", service.not_evaluated(left_out)
    return await alerts.to_admins(push.tx, campaign=push.office.campaign.key, text=text, key=key, now=push.now)


async def _end_promises(push: Push, levelled: Mapping[str, account.Levelled]) -> None:
    """Write down of each 计划 whose day is over whether it was kept; admins read it in their notices."""
    for hold in await supervision.run_out(push.tx, push.office.campaign.key, kinds=["promise"], day=push.day):
        one = levelled.get(hold.region or "")
        if one is None:
            continue  # not evaluated today: nobody knows yet
        missed = one.state.base is not None
        await supervision.end_hold(push.tx, hold.id, outcome="missed" if missed else "met", at=push.now)


def _who_hears(push: Push, announcement: Announcement, region: str) -> list[Target]:
    if announcement.audience is Audience.REVIEWER:
        return push.to("division", division=push.office.campaign.reviewing_division)
    return push.to("city", region=region)


NOBODY = "没有可接收的群或人员"
Make = Callable[[Push], Awaitable[None]]
MAKERS: dict[str, Make] = {
    "reminder": reminder,
    "missing": missing_reports,
    "daily": summaries.daily,
    "weekly_draft": summaries.weekly_draft,
    "weekly": summaries.weekly_report,
    "month": summaries.month,
    "end": summaries.end,
    "warnings": warnings,
    "problems": problem_pushes.problems,
    "notices": notices.notices,
}


async def make(
    tx: Tx,
    office: Office,
    occurrence: Occurrence,
    *,
    now: dt.datetime,
    ways: Ways,
    is_guarded: bool = True,
) -> tuple[list[Owed], str | None]:
    """Return what an occurrence owes, or why it owes nothing; `is_guarded` keeps to quiet hours and the day's limit."""
    push = await prepare(tx, office, occurrence, now=now, ways=ways, is_guarded=is_guarded)
    await MAKERS[occurrence.schedule.push](push)
    return push.owed, None if push.owed else (push.quiet or NOBODY)


async def prepare(
    tx: Tx,
    office: Office,
    occurrence: Occurrence,
    *,
    now: dt.datetime,
    ways: Ways,
    is_guarded: bool = True,
) -> Push:
    """Load whom there is to address, and how much was said to each today."""
    office = await bookkeeping.current(tx, office)
    campaign = office.campaign
    trial = await occurrences.recall(tx, campaign.key, "trial")
    day = local_day(now)
    leaves = await supervision.load_holds(tx, campaign.key, kinds=["leave"], day=day)
    away = {hold.person_id for hold in leaves}
    said = await outbox.said_on(
        tx,
        campaign.key,
        kinds=sorted(UNPROMPTED),
        starts=local(day, dt.time.min),
        ends=local(day + dt.timedelta(days=1), dt.time.min),
    )
    return Push(
        tx=tx,
        office=office,
        occurrence=occurrence,
        now=now,
        chats=await people.all_chats(tx, campaign.key),
        roster=[p for p in await people.everybody(tx) if p.id not in away],
        trial=campaign.trial if trial is None else bool(trial),
        ways=ways,
        burden=Burden(campaign, office.duty.working_days) if is_guarded else None,
        said=Counter(said),
    )
