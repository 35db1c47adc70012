"""What a report brought beside figures goes and comes back with it: problems, stages of projects, visits."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from storage import problems, projects, visits
from storage.database import Tx
from storage.kept import Deed, Happening, KeptProblem, ProblemState

_OF_ITSELF = {Deed.OPENED, Deed.ANNOUNCED, Deed.ASKED, Deed.WITHDRAWN, Deed.RESTORED}
"""What happens to a problem without anybody taking it in hand."""
_UNDONE = {Deed.SOLVED, Deed.CLOSED, Deed.REOPENED}
"""What a report did to a problem that is taken back with it, while nothing happened since."""


async def follow_report(tx: Tx, report: int, *, live: bool, at: dt.datetime, by: str) -> None:
    """Withdraw, or bring back, what a report brought; a problem that somebody took in hand since stays as it is."""
    await projects.follow_report(tx, report, live=live)
    await visits.follow_report(tx, report, live=live)
    brought = await problems.of_report(tx, report)
    if brought:
        await problems.lock(tx, brought[0].campaign)
        brought = await problems.of_report(tx, report)
    for problem in brought:
        events = [] if problem.number is None else await problems.history(tx, problem.campaign, problem.number)
        after = _brought_back(problem, events, report) if live else _withdrawn(problem, events, report)
        if after is None:
            continue
        await problems.save(tx, [after])
        if problem.number is not None:
            deed = Deed.RESTORED if live else Deed.WITHDRAWN
            happened = Happening(
                number=problem.number, deed=deed, at=at, actor=by, detail={"from": problem.state, "report": report}
            )
            await problems.note(tx, problem.campaign, [happened])


def _withdrawn(problem: KeptProblem, events: Sequence[Happening], report: int) -> KeptProblem | None:
    """Return the problem as it is without the report, or None where it stays as it is."""
    touched = any(e.deed not in _OF_ITSELF and e.report != report for e in events)
    if problem.report == report:
        return None if touched else replace(problem, state=ProblemState.WITHDRAWN)
    last = next((e for e in reversed(events) if e.deed not in {Deed.ANNOUNCED, Deed.ASKED}), None)
    if last is None or last.report != report or last.deed not in _UNDONE:
        return None
    return replace(
        problem,
        state=ProblemState(last.detail["from"]),
        solved_by=last.detail.get("solved_by"),
        evidence=last.detail.get("evidence"),
    )


def _brought_back(problem: KeptProblem, events: Sequence[Happening], report: int) -> KeptProblem | None:
    if problem.report != report or problem.state is not ProblemState.WITHDRAWN:
        return None
    if problem.number is None:
        return replace(problem, state=ProblemState.CANDIDATE)
    before = next(e.detail["from"] for e in reversed(events) if e.deed is Deed.WITHDRAWN)
    return replace(problem, state=ProblemState(before))
