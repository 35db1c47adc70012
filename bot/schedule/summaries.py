"""What summaries owe: the digest, the weekly and its drafts, the month's and the campaign's end."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.clock import local
from bot.document import Document, File, PostKind
from bot.publish import editions, lists
from bot.publish.editions import Edition
from bot.publish.studio import order
from bot.rules import problem_lists, weekly
from bot.rules.wording import weekly as words
from bot.schedule.push import Push, Target, to_chat
from storage import snapshots
from storage.records import Role

LEADERS = ("leaders",)
LEADERS_AND_OFFICE = ("leaders", "headquarters")
NOTHING_LEFT = "行动期内没有待发的周报"

Compose = Callable[..., Awaitable[Edition]]


async def daily(push: Push) -> None:
    """Send the digest to the leaders."""
    await _send(push, "daily", PostKind.DAILY, editions.daily, to=LEADERS)


async def weekly_report(push: Push) -> None:
    """Send the compiled weekly to headquarters and leaders."""
    await _send(push, "weekly", PostKind.WEEKLY, editions.weekly_edition, to=LEADERS_AND_OFFICE)


async def month(push: Push) -> None:
    """Send the month's summary to the leaders; the last month's is the campaign's."""
    await _send(push, "month", PostKind.SUMMARY, editions.month_edition, to=LEADERS)


async def end(push: Push) -> None:
    """Send the campaign's summary to the leaders."""
    await _send(push, "end", PostKind.SUMMARY, editions.end_edition, to=LEADERS)


async def _send(push: Push, kind: str, post: PostKind, compose: Compose, *, to: Sequence[str]) -> None:
    """Owe a summary, and freeze it when its hour has come: asked for again, it goes out as it did.

    During 试运行 it is kept under a name of its own, so that what only admins saw neither counts nor is corrected.
    """
    campaign = push.office.campaign.key
    kept_as = f"trial/{kind}" if push.trial else kind
    document = await editions.published(push.tx, push.office, kept_as, push.day)
    if document is None:
        edition = await compose(push.tx, push.office, day=push.day, at=push.now, is_trial=push.trial)
        document = edition.document
        if _is_time(push, kind):
            snapshot = edition.snapshot(kept_as)
            if not await snapshots.publish(push.tx, campaign, snapshot):
                document = await editions.published(push.tx, push.office, kept_as, push.day) or document
    push.owe(post, document, list(dict.fromkeys(target for kind_ in to for target in push.to(kind_))))


def _is_time(push: Push, kind: str) -> bool:
    """Whether the hour of a summary has come; one pushed by hand before is only an early look."""
    due = [s.at for s in push.office.campaign.schedules if s.push == kind]
    return not due or push.now >= local(push.day, min(due))


async def weekly_draft(push: Push) -> None:
    """Send each division the draft of its unit's three lists, to be confirmed."""
    day = editions.next_weekly(push.office, push.day)
    if day is None:
        push.quiet = NOTHING_LEFT
        return
    week = await editions.week_of(push.tx, push.office, day=push.day, at=push.now)
    campaign = push.office.campaign
    confirm_by = editions.confirm_by(push.office, day)
    for region in weekly.owing(campaign):
        own = [p for p in week.listed if p.region == region]
        rows = problem_lists.rows_of(own, today=push.day, campaign=campaign)
        title = words.draft_title(region, week.since, push.day, campaign)
        document = weekly.draft(week, region, push.office.pacing, confirm_by=confirm_by)
        book = order(
            f"{region}{words.file_name(campaign, '三清单', push.day, 'xlsx')}", lists.lists_book(rows, title=title)
        )
        push.owe(
            PostKind.WEEKLY, _with_file(document, book), _division(push, campaign.unit(region).division), key=region
        )


def _with_file(document: Document, file: File) -> Document:
    return replace(document, files=(file,))


def _division(push: Push, division: str | None) -> list[Target]:
    """Return a division's liaisons in private, else its group."""
    there = [
        p
        for p in push.roster
        if p.role is Role.DIVISION_LIAISON and p.division == division and p.user_id and p.serves_on(push.day)
    ]
    groups = [to_chat(c) for c in push.chats if c.kind == "division" and c.division == division]
    return push.private(there) or groups
