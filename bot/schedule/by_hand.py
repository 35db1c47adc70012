"""Pushes that an admin orders in chat: looked at first, or made now, by the same makers as the schedules'."""

import datetime as dt
from collections.abc import Sequence

from bot.bookkeeping import Office
from bot.clock import SHANGHAI, local, local_day
from bot.commands.call import Pressed
from bot.document import Document, PostKind
from bot.rules import reminders
from bot.rules.wording import orders
from bot.schedule import pushes
from bot.schedule.push import NUDGE, Push, Target, Ways, mentioned
from bot.schedule.timetable import Occurrence
from config.campaign import Schedule
from storage import outbox, snapshots
from storage.database import Tx
from storage.outbox import Owed
from storage.records import Role

NO_SUCH = "没有这种推送"
NOT_FROZEN = "daily"
"""Sent by hand before its time it is a look at the day so far; the one at its time is the day's."""


class ByHand:
    """Makes pushes by hand, as the schedules would."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    async def preview(self, tx: Tx, office: Office, kind: str, *, now: dt.datetime) -> Pressed:
        """Make a push and forget it: say what it would send."""
        if kind not in pushes.MAKERS:
            return Pressed(reason=NO_SUCH)
        push = await self._prepare(tx, office, kind, now=now, key=f"preview/{kind}")
        async with tx.begin_nested() as savepoint:
            await self._make(push, kind)
            await savepoint.rollback()
        return _pressed(push)

    async def push(self, tx: Tx, office: Office, kind: str, *, now: dt.datetime, key: str) -> Pressed:
        """Make a push and owe what it sends; what it remembers (levels, steps) stays remembered."""
        if kind not in pushes.MAKERS:
            return Pressed(reason=NO_SUCH)
        push = await self._prepare(tx, office, kind, now=now, key=key)
        async with tx.begin_nested() as savepoint:
            await self._make(push, kind)
            if kind == NOT_FROZEN:
                await savepoint.rollback()
        await outbox.enqueue(tx, push.owed)
        return _pressed(push)

    async def remind(self, tx: Tx, office: Office, regions: Sequence[str], *, now: dt.datetime, key: str) -> Pressed:
        """Remind whoever reports for these units, late or not."""
        push = await self._prepare(tx, office, "reminder", now=now, key=key)
        campaign = push.office.campaign
        ends = local(push.day, campaign.quiet.start) if campaign.quiet.start > campaign.deadlines.deadline else None
        for region in regions:
            liaisons = push.liaisons(region)
            private = push.private(liaisons)
            for target in private or push.to("city", region=region):
                push.owe(
                    PostKind.REMINDER,
                    self._reminder(push, region, () if private else mentioned(liaisons, target), in_group=not private),
                    [target],
                    key=region,
                    region=region,
                    expires_at=ends if ends and ends > now else None,
                    priority=NUDGE,
                )
        await outbox.enqueue(tx, push.owed)
        return _pressed(push)

    async def tell(
        self, tx: Tx, office: Office, document: Document, audience: Sequence[str], *, now: dt.datetime, key: str
    ) -> Pressed:
        """Tell audiences something, each chat and person once."""
        push = await self._prepare(tx, office, "broadcast", now=now, key=key)
        push.owe(PostKind.ALERT, document, _targets(push, audience))
        await outbox.enqueue(tx, push.owed)
        return _pressed(push)

    async def count(self, tx: Tx, office: Office, audience: Sequence[str], *, now: dt.datetime) -> int:
        """Return how many chats and people audiences are."""
        push = await self._prepare(tx, office, "broadcast", now=now, key="count")
        return len(_targets(push, audience))

    def _reminder(self, push: Push, region: str, mentions: tuple[str, ...], *, in_group: bool) -> Document:
        if self._is_late(push):
            return Document(lines=(orders.late_reminder(region, in_group=in_group),), mentions=mentions)
        return reminders.reminder([region], push.office.campaign, in_group=in_group, mentions=mentions)

    @staticmethod
    def _is_late(push: Push) -> bool:
        return push.now.astimezone(SHANGHAI).time() > push.office.campaign.deadlines.deadline

    async def _prepare(self, tx: Tx, office: Office, kind: str, *, now: dt.datetime, key: str) -> Push:
        """Load an occurrence of its own, so that a push by hand takes no scheduled one's place."""
        named = next((s for s in office.campaign.schedules if s.push == kind), None)
        known = kind if kind in pushes.MAKERS else "notices"
        at = named.at if named else now.astimezone(SHANGHAI).time()
        schedule = Schedule.model_validate({"key": key, "push": known, "at": at})
        occurrence = Occurrence(schedule=schedule, due_at=now)
        return await pushes.prepare(tx, office, occurrence, now=now, ways=self._ways)

    async def _make(self, push: Push, kind: str) -> None:
        """Run the maker; a digest that was published today is sent again word for word."""
        frozen = await snapshots.of_day(push.tx, push.office.campaign.key, kind, local_day(push.now))
        if frozen is not None and kind == NOT_FROZEN:
            push.owe(PostKind.DAILY, Document.from_json(dict(frozen.document)), push.to("leaders"))
        else:
            await pushes.MAKERS[kind](push)


def _targets(push: Push, audience: Sequence[str]) -> list[Target]:
    """Return the chats and people that audiences mean, each once."""
    found: list[Target] = []
    campaign = push.office.campaign
    for name in audience:
        if name == "liaison":
            found += push.private(p for p in push.roster if p.role is Role.CITY_LIAISON and p.user_id)
        elif name == "city":
            found += [t for region in campaign.regions for t in push.to("city", region=region)]
        elif name == "division":
            found += [t for d in campaign.divisions for t in push.to("division", division=d.name)]
        elif name in campaign.regions:
            found += push.to("city", region=name)
        else:
            found += push.to(name)
    return list(dict.fromkeys(found))


def _pressed(push: Push) -> Pressed:
    """Count what a push owes, each document once."""
    documents: dict[str, list[Owed]] = {}
    for owed in push.owed:
        documents.setdefault(str(owed.document), []).append(owed)
    return Pressed(
        documents=tuple((Document.from_json(same[0].document), len(same)) for same in documents.values()),
        posts=len(push.owed),
        held=push.held,
        reason=None if push.owed else (push.quiet or pushes.NOBODY),
    )
