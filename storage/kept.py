"""What is kept of problems, projects and visits, as plain values: no table, no session, no I/O."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any


class ProblemState(StrEnum):
    """Where a problem is, in the words that ledgers and sheets show."""

    CANDIDATE = "待列入"
    WAITING = "待处置"
    ROUTED = "已转办"
    IN_HAND = "处置中"
    ESCALATED = "提请领导小组"
    SOLVED = "已解决"
    CLOSED = "已销号"
    WITHDRAWN = "已撤回"


OPEN_STATES = frozenset({ProblemState.WAITING, ProblemState.ROUTED, ProblemState.IN_HAND, ProblemState.ESCALATED})
"""Somebody has still to act."""
LIVE_STATES = OPEN_STATES | {ProblemState.SOLVED}
"""Not yet off the ledger: a solved one waits to be confirmed."""
SHOWN_STATES = LIVE_STATES | {ProblemState.CLOSED}
"""What ledgers and sheets show."""


class Deed(StrEnum):
    """What happened to a problem: one line of its history."""

    OPENED = "opened"
    REPEATED = "repeated"
    ANNOUNCED = "announced"
    ASKED = "asked"
    TASKED = "tasked"
    ROUTED = "routed"
    ESCALATED = "escalated"
    SOLVED = "solved"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProblem:
    """A problem as the ledger follows it; `number` is shown as #12, and None while it is only a candidate."""

    campaign: str
    region: str
    category: str
    text: str
    state: ProblemState
    opened_at: dt.datetime
    changed_at: dt.datetime
    """When those who handle it last moved it; being reported again is no move."""
    number: int | None = None
    report: int | None = None
    project: str | None = None
    division: str | None = None
    measure: str | None = None
    person: str | None = None
    due: dt.date | None = None
    announced_at: dt.datetime | None = None
    evidence: str | None = None
    solved_by: str | None = None
    """Which side said that it is solved; the other one confirms."""
    id: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to act."""
        return self.state in OPEN_STATES

    def is_overdue(self, today: dt.date) -> bool:
        """Whether its due day is over and it is not solved."""
        return self.is_open and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a problem's history: what happened, when, by whom, and the report that brought it."""

    number: int
    deed: Deed
    at: dt.datetime
    actor: str
    report: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A stage that a project was said to have reached."""

    stage: str
    day: dt.date
    report: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProject:
    """A project with its plan and its history; not `listed` while it was only heard of in reports."""

    campaign: str
    region: str
    name: str
    county: str | None = None
    track: str | None = None
    area_mu: Decimal | None = None
    planned: Mapping[str, dt.date] = field(default_factory=dict)
    """The planned day of each stage (倒排工期)."""
    listed: bool = False
    merged_into: int | None = None
    """The project that this name turned out to be another name of."""
    stages: tuple[Reached, ...] = ()
    """In the order they were said."""
    id: int = 0
