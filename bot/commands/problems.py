"""What people order and ask about problems: list, open, task, hand on, escalate, close."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.clock import local_day
from bot.commands import task_words, units
from bot.commands.call import Call, Said, hint, refuse, say
from bot.document import PostKind
from bot.publish.lists import lists_book
from bot.publish.studio import order
from bot.rules import problem_lists, problem_moves
from bot.rules.problem_book import happening
from bot.rules.problem_moves import Move, Unsettled
from bot.rules.problem_same import is_same
from bot.rules.wording import hints, weekly
from bot.rules.wording import problems as wording
from storage import audit, ledger, problems
from storage.database import Tx
from storage.kept import Deed, KeptProblem, ProblemState
from storage.records import Role

OFFERED_FOR = dt.timedelta(days=7)
"""How long a problem mentioned in passing may still be opened."""
_BARE_NUMBER = re.compile(r"(?:^|\s|#)(\d{1,6})\s*号?(?:问题)?(?:\s|$)")


async def ask(tx: Tx, call: Call) -> Said:
    """问题 [市州|#号]: what is open, or one problem with its history."""
    if call.args.numbers:
        return await _show(tx, call, call.args.numbers[0])
    if not problem_lists.may_look_at(call.speaker, call.args.regions):
        return refuse(wording.own_unit_only())
    found = await _in_scope(tx, call)
    return say(*wording.open_list(found, today=local_day(call.now), campaign=call.campaign, regions=call.args.regions))


async def lists(tx: Tx, call: Call) -> Said:
    """三清单 [市州]: three views of the open problems of one's unit, or handled by one's division."""
    rows = problem_lists.rows_of(await _in_scope(tx, call), today=local_day(call.now), campaign=call.campaign)
    where = call.args.regions[0] if len(call.args.regions) == 1 else call.speaker.division
    said = say(
        *wording.three_lists(rows, day=local_day(call.now), where=where, asks=call.speaker.role is not Role.LEADER)
    )
    if not rows:
        return said
    name = weekly.file_name(call.campaign, weekly.THREE_LISTS, local_day(call.now), "xlsx")
    book = order(f"{where or ''}{name}", lists_book(rows, title=name))
    return replace(said, document=replace(said.document, files=(book,)))


async def enlist(tx: Tx, call: Call) -> Said:
    """列入: open what the sender's last message here mentioned in passing."""
    key = call.campaign.key
    number = await problems.next_number(tx, key)
    mentioned = await problems.candidates(
        tx, key, messenger=call.message.messenger, chat_id=call.message.chat_id, sender=call.speaker.key
    )
    fresh = [p for p in mentioned if call.speaker.may_write(p.region) and call.now - p.opened_at <= OFFERED_FOR]
    if not fresh:
        return hint(wording.nothing_to_enlist())
    live = await problems.live(tx, key, regions=[p.region for p in fresh])
    numbers = itertools.count(number)
    lines = [await _open_or_join(tx, call, one, live, numbers) for one in fresh]
    return say(*lines, kind=PostKind.ACK)


async def _open_or_join(tx: Tx, call: Call, one: KeptProblem, live: list[KeptProblem], numbers: Iterator[int]) -> str:
    """Open a candidate, unless the same obstacle is open already; return what to say."""
    same = next((p for p in live if is_same(problem_moves.as_said(one), p, call.campaign)), None)
    if same is not None:
        await problems.save(tx, [replace(one, state=ProblemState.WITHDRAWN)])
        await _keep(tx, call, problem_moves.repeated(same, one.text, at=call.now), "open")
        return wording.joined(same)
    opened = problem_moves.listed(one, number=next(numbers), at=call.now, campaign=call.campaign)
    live.append(opened)
    await _keep(tx, call, Move(problem=opened, deed=Deed.OPENED), "open")
    return wording.opened(opened, call.campaign)


async def close(tx: Tx, call: Call) -> Said:
    """办结 #号 佐证: say that a problem is solved, or confirm it."""
    problem = await _named(tx, call, usage="办结 #12 佐证")
    if isinstance(problem, Said):
        return problem
    side = problem_moves.side_of(call.speaker, problem)
    if side is None:
        return refuse(wording.not_your_problem(problem))
    move = problem_moves.settled(problem, side, _said(call), at=call.now)
    if isinstance(move, Unsettled):
        return hint(wording.unsettled(move, problem))
    await _keep(tx, call, move, "close" if move.problem.state is ProblemState.CLOSED else "solve")
    return say(wording.settled(move.problem), kind=PostKind.ACK)


async def task(tx: Tx, call: Call) -> Said:
    """任务 #号 日期 措施 责任人: give a problem what the three lists ask for."""
    usage = "任务 #12 12月1日前 措施 责任人"
    problem = await _to_handle(tx, call, usage=usage)
    if isinstance(problem, Said):
        return problem
    said = task_words.read(_said(call), local_day(call.now), when=call.args.when)
    if said.is_empty:
        return hint(hints.near_miss("任务", usage))
    if said.due is not None and said.due < local_day(call.now):
        return hint(wording.day_is_over(said.due))
    move = problem_moves.tasked(problem, measure=said.measure, person=said.person, due=said.due, at=call.now)
    await _keep(tx, call, move, "task")
    return say(wording.tasked(move.problem), kind=PostKind.ACK)


async def route(tx: Tx, call: Call) -> Said:
    """转办 #号 处室: hand a problem to another division; to the leading group is 提请."""
    problem = await _to_handle(tx, call, usage="转办 #12 处室")
    if isinstance(problem, Said):
        return problem
    name = _said(call)
    if name and name == problem_moves.leading_group(call.campaign):
        return await _escalate(tx, call, problem, "")
    division = units.division_of(name, call.campaign)
    if division is None:
        return hint(wording.no_such_division(name, [d.name for d in call.campaign.divisions]))
    if division == problem.division and problem.state is not ProblemState.ESCALATED:
        return hint(wording.there_already(problem))
    move = problem_moves.routed(problem, division, at=call.now)
    await _keep(tx, call, move, "route")
    return say(wording.routed(move.problem), kind=PostKind.ACK)


async def escalate(tx: Tx, call: Call) -> Said:
    """提请 #号 [理由]: put a problem to the leading group."""
    problem = await _to_handle(tx, call, usage="提请 #12 理由")
    if isinstance(problem, Said):
        return problem
    if problem.state is ProblemState.ESCALATED:
        return hint(wording.there_already(problem))
    return await _escalate(tx, call, problem, _said(call))


async def _escalate(tx: Tx, call: Call, problem: KeptProblem, why: str) -> Said:
    move = problem_moves.escalated(problem, why, at=call.now)
    await _keep(tx, call, move, "escalate")
    return say(wording.escalated(move.problem), kind=PostKind.ACK)


async def _show(tx: Tx, call: Call, number: int) -> Said:
    problem = await problems.find(tx, call.campaign.key, number)
    if problem is None or problem.state is ProblemState.WITHDRAWN:
        return hint(wording.no_such_problem(number))
    if not problem_moves.may_see(call.speaker, problem):
        return refuse(wording.not_your_problem(problem))
    events = await problems.history(tx, call.campaign.key, number)
    return say(*wording.shown(problem, events, today=local_day(call.now), campaign=call.campaign))


async def _in_scope(tx: Tx, call: Call) -> list[KeptProblem]:
    live = await problems.in_states(tx, call.campaign.key)
    return problem_lists.in_scope(live, call.speaker, call.args.regions)


async def _named(tx: Tx, call: Call, *, usage: str) -> KeptProblem | Said:
    """Return the problem whose number was said, held to the end of the transaction; else what to answer."""
    bare = _BARE_NUMBER.search(call.args.words) if not call.args.numbers else None
    if bare is None and (len(call.args.numbers) != 1 or any(call.args.letters)):
        return hint(hints.near_miss(call.message.text, usage))
    number = int(bare[1]) if bare else call.args.numbers[0]
    problem = await problems.find(tx, call.campaign.key, number)
    if problem is None or problem.state is ProblemState.WITHDRAWN:
        return hint(wording.no_such_problem(number))
    await ledger.lock(tx, call.campaign.key, [problem.region])
    await problems.lock(tx, call.campaign.key)
    return await problems.find(tx, call.campaign.key, number) or hint(wording.no_such_problem(number))


async def _to_handle(tx: Tx, call: Call, *, usage: str) -> KeptProblem | Said:
    problem = await _named(tx, call, usage=usage)
    if isinstance(problem, Said):
        return problem
    if not problem_moves.may_handle(call.speaker, problem):
        return refuse(wording.not_your_problem(problem))
    if problem.state is ProblemState.CLOSED:
        return hint(wording.unsettled(Unsettled.CLOSED_ALREADY, problem))
    return problem


def _said(call: Call) -> str:
    """Return what was said beside the number."""
    words = call.args.words if call.args.numbers else _BARE_NUMBER.sub(" ", call.args.words, count=1)
    return " ".join(words.split()).strip(" ,，:：;；。")


async def _keep(tx: Tx, call: Call, move: Move, action: str) -> None:
    """Write a problem as it is now, its history and the audit."""
    detail: dict[str, Any] = dict(move.detail) | {"who": call.speaker.name}
    await problems.save(tx, [move.problem])
    happened = happening(replace(move, detail=detail), at=call.now, actor=call.speaker.key)
    await problems.note(tx, call.campaign.key, [happened])
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action=action,
        object_=str(move.problem.number),
        inbox_id=call.message.id,
        detail=detail,
    )
