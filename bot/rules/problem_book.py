"""The open problems of some units while a batch of messages is worked through: taken in, joined, solved."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.rules import problem_moves
from bot.rules.problem_moves import Move, Side, Unsettled
from bot.rules.problem_same import is_same, likeness
from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.kept import LIVE_STATES, Deed, Happening, KeptProblem, ProblemState
from storage.records import Problem, Reading, Report, Resolution

SHORT = 80
"""A message no longer than this is kept whole as the evidence that a problem is solved."""


class Outcome(StrEnum):
    """What became of a problem, or of a word that one is solved."""

    OPENED = "opened"
    JOINED = "joined"
    REOPENED = "reopened"
    CANDIDATE = "candidate"
    SOLVED = "solved"
    CLOSED = "closed"
    WAITS = "waits"
    CLOSED_ALREADY = "closed already"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


MOVED_NOTHING = {Outcome.UNKNOWN, Outcome.AMBIGUOUS, Outcome.WAITS, Outcome.CLOSED_ALREADY}
"""Outcomes after which every problem is as it was: nothing was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of it, and of which problems."""

    outcome: Outcome
    problems: tuple[KeptProblem, ...] = ()
    ref: str | None = None
    """The number by which a problem was named that nobody knows."""

    @property
    def problem(self) -> KeptProblem:
        """The one problem it is about."""
        return self.problems[0]


class ProblemBook:
    """Problems by number, and what has to be written of them."""

    def __init__(self, campaign: Campaign, kept: Iterable[KeptProblem] = (), *, numbers: Iterator[int]) -> None:
        self._campaign = campaign
        self._numbers = numbers
        self._kept = {p.number: p for p in kept if p.number is not None}
        self._new: set[int] = set()
        self._changed: set[int] = set()
        self.candidates: list[KeptProblem] = []
        self.happened: list[Happening] = []

    @property
    def added(self) -> list[KeptProblem]:
        """The problems and candidates that are new."""
        return [self._kept[number] for number in sorted(self._new)] + self.candidates

    @property
    def changed(self) -> list[KeptProblem]:
        """The problems that were kept before and are different now."""
        return [self._kept[number] for number in sorted(self._changed - self._new)]

    def take_all(self, reading: Reading, report: Report, *, speaker: Speaker, text: str) -> list[Result]:
        """Take in what a reading says of problems; a short message is kept whole as evidence."""
        results = [self.take(problem, report) for problem in reading.problems]
        for solved in reading.resolutions:
            said = "".join(text[start:end] for start, end in solved.spans)
            evidence = said if said and len(text) > SHORT else text
            results.append(self.resolve(solved, report, speaker=speaker, evidence=evidence))
        return results

    def take(self, problem: Problem, report: Report) -> Result:
        """Take a problem in: joined to the same obstacle, opened when it is stated, else kept as a candidate."""
        same = [p for p in self._live(problem.region) if is_same(problem, p, self._campaign)]
        if same:
            best = max(same, key=lambda p: (likeness(problem.text, p.text), -(p.number or 0)))
            move = problem_moves.repeated(best, problem.text, at=report.sent_at)
            self._apply(move, report)
            outcome = Outcome.REOPENED if move.deed is Deed.REOPENED else Outcome.JOINED
            return Result(outcome=outcome, problems=(move.problem,))
        number = next(self._numbers) if problem.stated else None
        kept = problem_moves.opened(
            problem, number=number, report=report.number, at=report.sent_at, campaign=self._campaign
        )
        if number is None:
            self.candidates.append(kept)
            return Result(outcome=Outcome.CANDIDATE, problems=(kept,))
        self._new.add(number)
        self._apply(Move(problem=kept, deed=Deed.OPENED), report)
        return Result(outcome=Outcome.OPENED, problems=(kept,))

    def resolve(self, said: Resolution, report: Report, *, speaker: Speaker, evidence: str) -> Result:
        """Take the word that a problem is solved: the one of that number, else the one that fits."""
        found = self._meant(said, speaker)
        if len(found) != 1:
            outcome = Outcome.AMBIGUOUS if found else Outcome.UNKNOWN
            return Result(outcome=outcome, problems=tuple(found), ref=said.ref)
        side = problem_moves.side_of(speaker, found[0])
        assert side is not None
        move = problem_moves.settled(found[0], side, evidence, at=report.sent_at)
        if isinstance(move, Unsettled):
            over = move is Unsettled.CLOSED_ALREADY
            return Result(outcome=Outcome.CLOSED_ALREADY if over else Outcome.WAITS, problems=(found[0],))
        self._apply(move, report)
        closed = move.problem.state is ProblemState.CLOSED
        return Result(outcome=Outcome.CLOSED if closed else Outcome.SOLVED, problems=(move.problem,))

    def _meant(self, said: Resolution, speaker: Speaker) -> list[KeptProblem]:
        if said.ref is not None:
            named = self._kept.get(int(said.ref))
            return [named] if named is not None and problem_moves.side_of(speaker, named) is not None else []
        fitting = [p for p in self._live(said.region) if self._fits(said, p)]
        unsolved = [p for p in fitting if self._may_settle(p, speaker)]
        return unsolved or fitting[:1]

    def _fits(self, said: Resolution, problem: KeptProblem) -> bool:
        if said.category is not None and said.category != problem.category:
            return False
        if said.project is None or problem.project is None:
            return said.category is not None or said.project is None
        return likeness(said.project, problem.project) >= self._campaign.thresholds.same_project_similarity

    def _may_settle(self, problem: KeptProblem, speaker: Speaker) -> bool:
        side = problem_moves.side_of(speaker, problem)
        return side is not None and (problem.is_open or side is Side.OFFICE or side != problem.solved_by)

    def _live(self, region: str) -> list[KeptProblem]:
        return [p for p in self._kept.values() if p.region == region and p.state in LIVE_STATES]

    def _apply(self, move: Move, report: Report) -> None:
        number = move.problem.number
        assert number is not None
        self._kept[number] = move.problem
        self._changed.add(number)
        self.happened.append(happening(move, at=report.sent_at, actor=report.sender, report=report.number))


def happening(move: Move, *, at: dt.datetime, actor: str, report: int | None = None) -> Happening:
    """Return the line of history of a move."""
    assert move.problem.number is not None
    return Happening(
        number=move.problem.number, deed=move.deed, at=at, actor=actor, report=report, detail=dict(move.detail)
    )
