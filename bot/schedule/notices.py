"""What admins have to look at, in one message twice a day: requests, oddities, holds that ended, promises missed."""

import datetime as dt
from typing import Any

from bot.clock import SHANGHAI, local_day
from bot.document import Document, PostKind
from bot.rules.wording import holds, members, running
from bot.schedule.push import Push
from storage import inbox, listing, occurrences, people, projects, supervision
from storage.records import Role
from storage.supervision import Hold

TOLD = "notices_told"
"""Under which name it is remembered up to where admins were told of each thing."""


async def notices(push: Push) -> None:
    """Tell every admin what is new since the last time; nothing new, nothing said."""
    told: dict[str, Any] = dict(await _told(push))
    lines = [
        *await _requests(push),
        *await _oddities(push, told),
        *await _unlisted(push, told),
        *await _unclaimed(push, told),
        *await _ended(push, told),
    ]
    await occurrences.remember(push.tx, push.office.campaign.key, TOLD, told)
    push.quiet = "无待办"
    if not lines:
        return
    title = running.notices_title(push.day, push.now.astimezone(SHANGHAI))
    document = Document(title=title, lines=tuple(f"{n}. {line}" for n, line in enumerate(lines, 1)))
    admins = push.private(p for p in push.roster if p.role is Role.ADMIN and p.user_id)
    push.owe(PostKind.ALERT, document, admins)


async def _told(push: Push) -> dict[str, Any]:
    said = await occurrences.recall(push.tx, push.office.campaign.key, TOLD)
    return said if isinstance(said, dict) else {}


async def _requests(push: Push) -> list[str]:
    """Return a line for each open request; it is said again until it is answered."""
    lines = []
    for join in await people.open_joins(push.tx):
        if join.kind == "stand_in" and join.from_day and join.to_day:
            lines.append(members.asks_to_stand_in(join.id, join.name, join.unit, join.from_day, join.to_day))
        else:
            lines.append(running.notice_join(join.id, join.name, join.unit))
    return lines


async def _oddities(push: Push, told: dict[str, Any]) -> list[str]:
    """Messages that could not be handled, and ids that came with two texts."""
    lines = []
    aside = await inbox.set_aside_since(push.tx, push.office.campaign.key, since=told.get("aside", 0))
    if aside:
        told["aside"] = aside[-1].id
        lines.append(running.notice_aside(len(aside)))
    conflicts = await inbox.conflicts_since(push.tx, since=told.get("conflict", 0))
    if conflicts:
        told["conflict"] = conflicts[-1]
        lines.append(running.notice_conflicts(len(conflicts)))
    return lines


async def _unlisted(push: Push, told: dict[str, Any]) -> list[str]:
    """Projects that were reported and stand on no list."""
    known = set(told.get("projects", ()))
    kept = await projects.load(push.tx, push.office.campaign.key)
    unlisted = [f"{p.region}{p.name}" for p in kept if not p.listed and p.merged_into is None]
    new = [name for name in unlisted if name not in known]
    told["projects"] = sorted(unlisted)
    return [running.notice_projects(new)] if new else []


async def _unclaimed(push: Push, told: dict[str, Any]) -> list[str]:
    left = [q.id for q in await listing.open_questions(push.tx, push.office.campaign.key) if q.state == "unclaimed"]
    new = [number for number in left if number > told.get("question", 0)]
    told["question"] = max([told.get("question", 0), *left])
    return [running.notice_unclaimed(len(left))] if new else []


def _period(hold: Hold) -> str:
    return holds.silence_text(hold.from_day, hold.to_day, hold.until)


async def _ended(push: Push, told: dict[str, Any]) -> list[str]:
    """Silences and exemptions that are over, and promises that were missed."""
    key, since = push.office.campaign.key, told.get("at")
    after = dt.datetime.fromisoformat(since) if since else push.now - dt.timedelta(days=1)
    told["at"] = push.now.isoformat()
    lines = []
    for hold in await supervision.run_out(
        push.tx, key, kinds=["silence", "leave"], day=local_day(push.now), at=push.now
    ):
        await supervision.end_hold(push.tx, hold.id, outcome="over", at=push.now)
        if hold.kind == "silence":
            lines.append(running.notice_ended("静默", hold.region, _period(hold), hold.reason))
    for hold, _ in await supervision.ended_since(push.tx, key, outcomes=["missed"], after=after):
        lines.append(running.notice_missed(hold.region, hold.to_day))
    return lines
