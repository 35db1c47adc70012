"""How a problem moves through the ledger: who may move it, and what each order makes of it. Values in, values out.

待处置 → 已转办 → 处置中 → 已解决 → 已销号, or 提请领导小组. Whoever solved it, the other side confirms: the division in
charge on one side, those who report for the unit on the other; the campaign office stands for both.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.kept import Deed, KeptProblem, ProblemState
from storage.records import Problem, Role

TEXT_KEPT = 200
"""Characters of a person's words that a problem keeps."""


class Side(StrEnum):
    """For whom somebody speaks on a problem."""

    DIVISION = "division"
    REGION = "region"
    OFFICE = "office"


class Unsettled(StrEnum):
    """Why a problem could not be closed."""

    NO_EVIDENCE = "no evidence"
    WAITS_FOR_OTHER = "waits for the other side"
    CLOSED_ALREADY = "closed already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A problem after something happened to it, and the line of history that says so."""

    problem: KeptProblem
    deed: Deed
    detail: Mapping[str, Any] = field(default_factory=dict)


def side_of(speaker: Speaker, problem: KeptProblem) -> Side | None:
    """Return for whom a speaker may say that a problem is solved; None for whom it is no business."""
    if speaker.role is Role.ADMIN:
        return Side.OFFICE
    if speaker.role is Role.DIVISION_LIAISON and speaker.division == problem.division:
        return Side.DIVISION
    return Side.REGION if speaker.may_write(problem.region) else None


def may_handle(speaker: Speaker, problem: KeptProblem) -> bool:
    """Whether a speaker may give a problem a measure, hand it on or escalate it."""
    if speaker.role is Role.ADMIN:
        return True
    return speaker.role is Role.DIVISION_LIAISON and side_of(speaker, problem) is not None


def may_see(speaker: Speaker, problem: KeptProblem) -> bool:
    """Whether a speaker may look at a problem: leaders all, others what they report or handle."""
    return speaker.role is Role.LEADER or side_of(speaker, problem) is not None


def handler_of(problem: Problem, campaign: Campaign) -> str | None:
    """Return who handles a problem: its category's handler, else the contracted division."""
    return campaign.category(problem.category).handler or campaign.unit(problem.region).division


def is_leading_group(handler: str | None, campaign: Campaign) -> bool:
    """Whether a handler is no division: what goes there is put to the leading group."""
    return handler is not None and handler not in {d.name for d in campaign.divisions}


def leading_group(campaign: Campaign) -> str | None:
    """Return what the campaign calls the leading group, where it names one."""
    handlers = (c.handler for c in campaign.categories)
    return next((h for h in handlers if is_leading_group(h, campaign)), None)


def opened(
    problem: Problem, *, number: int | None, report: int | None, at: dt.datetime, campaign: Campaign
) -> KeptProblem:
    """Return a problem as it enters the ledger; without a number it is only a candidate."""
    handler = handler_of(problem, campaign)
    state = ProblemState.ESCALATED if is_leading_group(handler, campaign) else ProblemState.WAITING
    return KeptProblem(
        campaign=campaign.key,
        region=problem.region,
        category=problem.category,
        text=problem.text[:TEXT_KEPT],
        project=problem.project,
        state=ProblemState.CANDIDATE if number is None else state,
        number=number,
        report=report,
        division=handler,
        opened_at=at,
        changed_at=at,
    )


def listed(candidate: KeptProblem, *, number: int, at: dt.datetime, campaign: Campaign) -> KeptProblem:
    """Return a candidate as it enters the ledger after all."""
    escalated = is_leading_group(candidate.division, campaign)
    state = ProblemState.ESCALATED if escalated else ProblemState.WAITING
    return replace(candidate, number=number, state=state, opened_at=at, changed_at=at)


def as_said(candidate: KeptProblem) -> Problem:
    """Return a candidate as the problem that was said."""
    return Problem(
        region=candidate.region,
        project=candidate.project,
        category=candidate.category,
        text=candidate.text,
        stated=True,
    )


def announced(problem: KeptProblem, *, at: dt.datetime) -> Move:
    """Return a problem whose division, or the leading group, was told of it."""
    state = ProblemState.ROUTED if problem.state is ProblemState.WAITING else problem.state
    told = None if problem.state is ProblemState.ESCALATED else problem.division
    return Move(problem=replace(problem, state=state, announced_at=at), deed=Deed.ANNOUNCED, detail={"to": told})


def repeated(problem: KeptProblem, text: str, *, at: dt.datetime) -> Move:
    """Return a problem that was reported again; one said to be solved is not."""
    detail: dict[str, Any] = {"text": text[:TEXT_KEPT]}
    if problem.state is not ProblemState.SOLVED:
        return Move(problem=problem, deed=Deed.REPEATED, detail=detail)
    after = replace(problem, state=ProblemState.IN_HAND, solved_by=None, changed_at=at, announced_at=None)
    return Move(problem=after, deed=Deed.REOPENED, detail=detail | _former(problem))


def tasked(
    problem: KeptProblem, *, measure: str | None, person: str | None, due: dt.date | None, at: dt.datetime
) -> Move:
    """Return a problem with a measure, a person, a due day; what is not said stays."""
    after = replace(
        problem,
        state=ProblemState.IN_HAND,
        solved_by=None,
        measure=measure or problem.measure,
        person=person or problem.person,
        due=due or problem.due,
        changed_at=at,
        announced_at=problem.announced_at or at,
    )
    said = {"measure": measure, "person": person, "due": due and due.isoformat()}
    return Move(
        problem=after,
        deed=Deed.TASKED,
        detail={key: value for key, value in said.items() if value} | {"from": problem.state},
    )


def routed(problem: KeptProblem, division: str, *, at: dt.datetime) -> Move:
    """Return a problem handed to another division, which is told in the next batch."""
    after = replace(
        problem, state=ProblemState.ROUTED, division=division, solved_by=None, changed_at=at, announced_at=None
    )
    return Move(problem=after, deed=Deed.ROUTED, detail={"to": division, "by": problem.division, "from": problem.state})


def escalated(problem: KeptProblem, why: str, *, at: dt.datetime) -> Move:
    """Return a problem put to the leading group, which is told in the next batch; the division keeps it."""
    after = replace(problem, state=ProblemState.ESCALATED, solved_by=None, changed_at=at, announced_at=None)
    return Move(problem=after, deed=Deed.ESCALATED, detail={"why": why[:TEXT_KEPT], "from": problem.state})


def settled(problem: KeptProblem, side: Side, evidence: str, *, at: dt.datetime) -> Move | Unsettled:
    """Return a problem said to be solved, or confirmed by the other side and closed; else why it is not."""
    if problem.state is ProblemState.CLOSED:
        return Unsettled.CLOSED_ALREADY
    said = evidence[:TEXT_KEPT] or problem.evidence
    detail = {"evidence_given": evidence[:TEXT_KEPT]} | _former(problem)
    if problem.state is ProblemState.SOLVED:
        if side is not Side.OFFICE and side == problem.solved_by:
            return Unsettled.WAITS_FOR_OTHER
        after = replace(problem, state=ProblemState.CLOSED, changed_at=at, evidence=said)
        return Move(problem=after, deed=Deed.CLOSED, detail=detail)
    if not evidence:
        return Unsettled.NO_EVIDENCE
    done = ProblemState.CLOSED if side is Side.OFFICE else ProblemState.SOLVED
    after = replace(problem, state=done, solved_by=side, evidence=said, changed_at=at)
    return Move(problem=after, deed=Deed.CLOSED if side is Side.OFFICE else Deed.SOLVED, detail=detail)


def _former(problem: KeptProblem) -> dict[str, Any]:
    """Return what a line of history keeps, so that it can be taken back."""
    return {"from": problem.state, "solved_by": problem.solved_by, "evidence": problem.evidence}
