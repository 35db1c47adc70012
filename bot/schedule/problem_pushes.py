"""The batches of 09:00 and 15:00: problems to the divisions in charge, to the leading group, to be confirmed."""

import datetime as dt
from collections.abc import Iterable, Mapping

from bot.document import Document, PostKind
from bot.rules import problem_moves, visits
from bot.rules.problem_book import happening
from bot.rules.problem_followup import Batches, Chase, chase, sort_out
from bot.rules.problem_moves import Move
from bot.rules.wording import batches as wording
from bot.rules.wording import projects as visit_wording
from bot.schedule.push import NUDGE, Push, Target, to_chat
from storage import problems as ledger
from storage import visits as visit_ledger
from storage.kept import Deed, KeptProblem
from storage.records import Role

ACTOR = "duban"
NOON = dt.time(12)
WHY_GIVEN_UP = "多次催办未反馈"


async def problems(push: Push) -> None:
    """Tell each division in one list what is new and, in the morning, what is silent, overdue or owed."""
    key = push.office.campaign.key
    await ledger.lock(push.tx, key)
    live = await ledger.in_states(push.tx, key)
    asked = await ledger.deeds(push.tx, key, deed=Deed.ASKED)
    chased = [(why, p) for p in live if (why := _chase(push, p, asked)) is not None]
    batches = sort_out(chased, push.office.campaign)
    _tell_divisions(push, batches)
    _tell_leaders(push, batches)
    _tell_regions(push, batches)
    await _write_down(push, chased)
    if _is_morning(push):
        await _remind_of_visits(push)
    push.quiet = "无新转办、逾期或待确认的问题"


def _chase(push: Push, problem: KeptProblem, asked: Mapping[int, list[dt.datetime]]) -> Chase | None:
    why = chase(
        problem,
        asked=asked.get(problem.number or 0, ()),
        today=push.day,
        working_days=push.office.duty.working_days,
        campaign=push.office.campaign,
    )
    told = asked.get(problem.number or 0, ())
    unasked = why is Chase.CONFIRM and not any(at >= problem.changed_at for at in told)
    return why if unasked or why in {Chase.NEW, Chase.ESCALATED} or _is_morning(push) else None


def _is_morning(push: Push) -> bool:
    return push.occurrence.schedule.at < NOON


def _tell_divisions(push: Push, batches: Batches) -> None:
    campaign = push.office.campaign
    documents = {
        division: wording.division_batch(division, batch, day=push.day, campaign=campaign)
        for division, batch in sorted(batches.divisions.items(), key=lambda item: item[0])
    }
    if batches.unhandled.chased:
        documents[""] = wording.division_batch(None, batches.unhandled, day=push.day, campaign=campaign)
    left = []
    for division, document in documents.items():
        targets = division_targets(push, division)
        push.owe(PostKind.PROBLEM, document, targets, key=f"division/{division}")
        left += [] if targets or push.trial else [document]
    if left:
        push.owe(PostKind.PROBLEM, wording.headquarters_batch(left), push.to("headquarters"), key="headquarters")


def division_targets(push: Push, division: str) -> list[Target]:
    """Return a division's chats, else its liaisons in private; none where it has neither."""
    groups = [to_chat(c) for c in push.chats if c.kind == "division" and c.division == division]
    there = [p for p in push.roster if p.role is Role.DIVISION_LIAISON and p.division == division]
    return groups or push.private(p for p in there if p.user_id and p.serves_on(push.day))


def _tell_leaders(push: Push, batches: Batches) -> None:
    if batches.leaders.chased:
        document = wording.leaders_batch(batches.leaders, day=push.day, campaign=push.office.campaign)
        push.owe(PostKind.PROBLEM, document, push.to("leaders"), key="leaders")


def _tell_regions(push: Push, batches: Batches) -> None:
    for region, batch in batches.regions.items():
        targets = push.private(push.liaisons(region)) or push.to("city", region=region)
        document = wording.region_batch(region, batch)
        push.owe(PostKind.PROBLEM, document, targets, key=f"region/{region}", priority=NUDGE)


async def _write_down(push: Push, chased: Iterable[tuple[Chase, KeptProblem]]) -> None:
    """Keep what each problem was told of: the ladder's steps are rows with a time."""
    moves = [_move(push, why, problem) for why, problem in chased] if push.owed else []
    await ledger.save(push.tx, [move.problem for _, move in moves])
    happened = [happening(move, at=push.now, actor=ACTOR) for step in moves for move in step if move is not None]
    await ledger.note(push.tx, push.office.campaign.key, happened)


def _move(push: Push, why: Chase, problem: KeptProblem) -> tuple[Move | None, Move]:
    """Return the steps a problem takes by being told of: escalated first, when it was given up."""
    if why is Chase.GIVEN_UP:
        first = problem_moves.escalated(problem, WHY_GIVEN_UP, at=push.now)
        return first, problem_moves.announced(first.problem, at=push.now)
    if why in {Chase.NEW, Chase.ESCALATED}:
        return None, problem_moves.announced(problem, at=push.now)
    return None, Move(problem=problem, deed=Deed.ASKED, detail={"why": why})


async def _remind_of_visits(push: Push) -> None:
    """In the campaign's last weeks, tell the divisions once a week whose on-site service is still owed."""
    campaign, working = push.office.campaign, push.office.duty.working_days
    if not visits.is_reminded_on(push.day, working, campaign):
        return
    tally = visits.tally(await visit_ledger.every(push.tx, campaign.key), campaign)
    left: dict[str, Document] = {}
    for division, who in visits.divisions_to_remind(tally, campaign).items():
        document = Document(lines=(visit_wording.visit_reminder(division, who, campaign),))
        targets = division_targets(push, division)
        push.owe(PostKind.REMINDER, document, targets, key=f"visit/{division}", priority=NUDGE)
        if not targets and not push.trial:
            left[division] = document
    if left:
        document = wording.headquarters_batch(list(left.values()))
        push.owe(PostKind.REMINDER, document, push.to("headquarters"), key="visits", priority=NUDGE)
