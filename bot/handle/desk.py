"""One message folded into the books, pure: a reading and a speaker in; records, and what to answer, out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.bookkeeping import Books
from bot.clock import local_day
from bot.handle.asking import Asking
from bot.rules import checks, derive, repeats
from bot.rules.doubts import Choice, Doubt
from bot.rules.duty import Duty
from bot.rules.foreign import foreign
from bot.rules.pace import Pacing, Position, position
from bot.rules.problem_book import MOVED_NOTHING, ProblemBook
from bot.rules.projects import ProjectBook
from bot.rules.speaker import Speaker
from bot.rules.wording import acks, problems
from bot.rules.wording.acks import Noted
from config.campaign import Campaign
from storage.inbox import Message
from storage.ledger import DutyMet
from storage.questions import Question
from storage.records import Basis, Entry, LineDay, LineKey, Progress, ProjectStage, Reading, Report, Visit


@dataclass(slots=True)
class Rows:
    """What a batch of messages writes."""

    reports: list[Report] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    retired: dict[int, int] = field(default_factory=dict)
    duties: list[DutyMet] = field(default_factory=list)
    stages: list[tuple[Report, ProjectStage]] = field(default_factory=list)
    visits: list[tuple[Report, Visit]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Units of a round-up that the speaker may not write: those that brought nothing new, and those left to admins."""

    known: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers drawn beforehand, so that the fold needs no database."""

    reports: Iterator[int]
    entries: Iterator[int]


class Desk:
    """The books of one batch, the rows it writes, and the rules it goes by."""

    def __init__(
        self,
        *,
        campaign: Campaign,
        duty: Duty,
        pacing: Pacing,
        books: Books,
        numbers: Numbers,
        asking: Asking,
        problems: ProblemBook,
        projects: ProjectBook,
    ) -> None:
        self._campaign = campaign
        self._duty = duty
        self._pacing = pacing
        self._books = books
        self._numbers = numbers
        self.asking = asking
        self.problems = problems
        self._projects = projects
        self.rows = Rows()

    def take(self, message: Message, reading: Reading, speaker: Speaker) -> list[Noted]:
        """Take a report into the books: one report for each unit that the speaker may write."""
        return [
            self._take_unit(message, of_region(reading, region), speaker, region)
            for region in regions_of(reading)
            if speaker.may_write(region)
        ]

    def take_foreign(self, message: Message, reading: Reading, speaker: Speaker) -> Foreign:
        """Sort what a round-up says of units that the speaker may not write: known already, or left to the admins."""
        known: list[str] = []
        left: list[str] = []
        for region in regions_of(reading):
            items = [] if speaker.may_write(region) else [i for i in reading.progress if i.region == region]
            new = [i for i in items if not i.part and not self._is_held(i)]
            if items:
                (left if new else known).append(region)
            if new:
                report = self._report(message, of_region(reading, region), speaker, region)
                for item in new:
                    self.asking.leave(foreign(item, self._campaign), report=report, message=message, speaker=speaker)
        return Foreign(known=tuple(known), left=tuple(left))

    def take_answer(self, message: Message, choice: Choice) -> Noted:
        """Record what the answer to the sender's open question decides."""
        question, doubt = self.asking.answered(message)
        held = doubt.held
        entries = self._books.entries((held.region, held.track, held.stage), held.date)
        choice = repeats.as_of_now(choice, held, entries)
        report = Report(
            number=question.report,
            campaign=question.campaign,
            region=question.region,
            inbox_id=question.inbox_id,
            sender=question.sender,
            day=question.day,
            sent_at=question.said_at,
        )
        for item in choice.records:
            self._replace(report, item, choice.replaces)
            self._add(report, item, is_derived=False)
        met = self._duty.days_met(report.sent_at, dated=[i.date for i in choice.records], has_problem=False)
        self.rows.duties += [DutyMet(report=report, day=day, nil=False) for day in sorted(met) if choice.records]
        return Noted(
            region=question.region,
            day=question.day,
            number=question.report,
            items=choice.records,
            position=self.position(question.region, local_day(message.sent_at)) if choice.records else None,
        )

    def ask_next(self, message: Message) -> tuple[str, ...]:
        """Put the next question of a message's sender, with the figures of now."""
        return self.asking.following(message, self._renewed)

    def _renewed(self, question: Question, doubt: Doubt) -> Doubt:
        held = (doubt.held,)
        return checks.renewed(
            doubt,
            self._books.view(checks.lines_of(held), checks.days_of(held)),
            campaign=self._campaign,
            sender=question.sender,
            day=local_day(question.said_at),
        )

    def _take_unit(self, message: Message, reading: Reading, speaker: Speaker, region: str) -> Noted:
        report = self._report(message, reading, speaker, region)
        examined = checks.examine(
            reading.progress,
            self._books.view(checks.lines_of(reading.progress), checks.days_of(reading.progress)),
            campaign=self._campaign,
            sender=speaker.key,
            day=local_day(message.sent_at),
            again=reading.again,
            is_correction=reading.correction,
        )
        self.asking.ask(examined.doubts, report=report, message=message, speaker=speaker)
        derived = derive.derived_batch(examined.certain, self._campaign)
        items: list[Progress] = []
        before: list[Progress] = []
        for item in (*examined.certain, *derived):
            kept, replaced = self._enter(report, item, is_derived=item in derived)
            items.append(kept)
            before += replaced
        certain = replace(reading, progress=examined.certain)
        self._meet_duties(report, certain)
        candidates = len(self.problems.candidates)
        others, unmoved = self._take_others(report, certain, message, speaker)
        return Noted(
            region=region,
            day=report.day,
            number=report.number,
            items=tuple(items[: len(examined.certain)]),
            derived=tuple(items[len(examined.certain) :]),
            is_nil=bool(reading.nil),
            others=others,
            unmoved=unmoved,
            offered=tuple(self.problems.candidates[candidates:]),
            position=self.position(region, local_day(message.sent_at)) if items else None,
            is_correction=reading.correction,
            before=tuple(before),
        )

    def _report(self, message: Message, reading: Reading, speaker: Speaker, region: str) -> Report:
        report = Report(
            number=next(self._numbers.reports),
            campaign=self._campaign.key,
            region=region,
            inbox_id=message.id,
            sender=speaker.key,
            day=_day_of(reading, message),
            sent_at=message.sent_at,
            correction=reading.correction,
            nil=bool(reading.nil),
        )
        self.rows.reports.append(report)
        return report

    def _is_held(self, item: Progress) -> bool:
        """Whether the books say the same already: an equal standing, or equal increments of that day."""
        key = (item.region, item.track, item.stage)
        if item.basis is Basis.CUMULATIVE:
            held = self._books.at(key, item.date)
        else:
            held = repeats.total(
                e.progress
                for e in self._books.entries(key, item.date)
                if not e.progress.part and derive.item_key(e.progress) == derive.item_key(item)
            )
        return item.count in {None, held.count} and item.area_mu in {None, held.area_mu}

    def _enter(self, report: Report, item: Progress, *, is_derived: bool) -> tuple[Progress, Sequence[Progress]]:
        """Enter one item; a correction replaces the live entries of its key first. Return it as entered."""
        before: Sequence[Progress] = ()
        if report.correction and not item.part:
            live = self._books.entries((item.region, item.track, item.stage), item.date)
            replacement = derive.corrected(item, live)
            self._replace(report, item, replacement.replaces)
            item, before = replacement.item, replacement.before
        self._add(report, item, is_derived=is_derived)
        return item, before

    def _replace(self, report: Report, item: Progress, replaced: Sequence[int]) -> None:
        live = self._books.entries((item.region, item.track, item.stage), item.date)
        for entry in [e for e in live if e.id in replaced]:
            self._books.retire(entry)
            self.rows.retired[entry.id] = report.number

    def _add(self, report: Report, item: Progress, *, is_derived: bool) -> None:
        entry = Entry(
            id=next(self._numbers.entries),
            number=report.number,
            progress=item,
            sent_at=report.sent_at,
            order=report.inbox_id,
            sender=report.sender,
            derived=is_derived,
        )
        self._books.add(entry)
        self.rows.entries.append(entry)

    def _meet_duties(self, report: Report, reading: Reading) -> None:
        told = [p.date for p in reading.progress] + [s.date for s in reading.projects]
        nil = [n.date for n in reading.nil]
        problem = bool(reading.problems)
        for day in sorted(self._duty.days_met(report.sent_at, dated=told + nil, has_problem=problem)):
            only_nil = not problem and bool(nil) and day not in told
            self.rows.duties.append(DutyMet(report=report, day=day, nil=only_nil))

    def _take_others(
        self, report: Report, reading: Reading, message: Message, speaker: Speaker
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Take problems, what became of them, projects and visits; return what was taken and what moved nothing."""
        results = self.problems.take_all(reading, report, speaker=speaker, text=message.text)
        told = {problems.result_text(result, report.region, self._campaign): result.outcome for result in results}
        phrases = [phrase for phrase, outcome in told.items() if phrase and outcome not in MOVED_NOTHING]
        unmoved = [phrase for phrase, outcome in told.items() if outcome in MOVED_NOTHING]
        for stage in reading.projects:
            self.rows.stages.append((report, stage))
            near = self._projects.meet(stage.region, stage.project)
            phrases.append(acks.project_noted(stage.project, stage.stage, self._campaign) + problems.near_text(near))
        for visit in reading.visits:
            self.rows.visits.append((report, visit))
            phrases.append(acks.visit_noted(visit.date))
        return tuple(phrases), tuple(unmoved)

    def changed_lines(self) -> dict[LineKey, list[LineDay]]:
        """Return the days of each line that have to be saved."""
        return self._books.changed()

    def position(self, region: str, day: dt.date) -> Position:
        """Return where a unit stands on the default track at the end of a day."""
        track = self._campaign.default_track.key
        next_best = self._campaign.next_best_stage
        counted = self._campaign.counting_stage.key
        return position(
            region=region,
            track=track,
            day=day,
            counted=self._books.at((region, track, counted), day),
            next_best=self._books.at((region, track, next_best.key if next_best else counted), day),
            target=self._campaign.target(region, track),
            pacing=self._pacing,
        )


def regions_of(reading: Reading) -> list[str]:
    """Return the units a reading speaks of, in the order they are named."""
    named = [r.region for r in reading.progress] + [r.region for r in reading.nil]
    named += [r.region for r in reading.problems] + [r.region for r in reading.resolutions]
    named += [r.region for r in reading.projects] + [r.region for r in reading.visits]
    return list(dict.fromkeys(named))


def of_region(reading: Reading, region: str) -> Reading:
    """Return the part of a reading that is about one unit."""
    return Reading(
        kind=reading.kind,
        correction=reading.correction,
        progress=tuple(r for r in reading.progress if r.region == region),
        problems=tuple(r for r in reading.problems if r.region == region),
        resolutions=tuple(r for r in reading.resolutions if r.region == region),
        projects=tuple(r for r in reading.projects if r.region == region),
        visits=tuple(r for r in reading.visits if r.region == region),
        nil=tuple(r for r in reading.nil if r.region == region),
        passed_over=reading.passed_over,
        again=reading.again,
    )


def lines_of(reading: Reading, campaign: Campaign) -> set[LineKey]:
    """Return the lines that taking a reading touches or its answer shows."""
    stages = [campaign.counting_stage.key, *([campaign.next_best_stage.key] if campaign.next_best_stage else [])]
    shown = {(p.region, campaign.default_track.key, stage) for p in reading.progress for stage in stages}
    derived = derive.derived_batch(reading.progress, campaign)
    return shown | {(p.region, p.track, p.stage) for p in (*reading.progress, *derived)}


def _day_of(reading: Reading, message: Message) -> dt.date:
    """Return the report's day as it is shown: the newest its records are dated, else that of sending."""
    days = [r.date for r in reading.progress] + [r.date for r in reading.nil]
    days += [r.date for r in reading.projects] + [r.date for r in reading.visits]
    return max(days, default=local_day(message.sent_at))
