"""A reading explained: for each field of a record the words that gave it, for each number left out the reason."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.parsing.figure import Figure
from bot.parsing.headings import all_tokens
from bot.parsing.lines import area_to_text
from bot.parsing.reader import FAULTS, SHANGHAI, parse, reader_of
from bot.parsing.results import is_zero
from bot.parsing.sentences import HEARSAY, PRAISE, QUESTION
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from bot.parsing.watch import Note, Watch
from config.campaign import Campaign
from storage.records import Basis, Progress, Reading, Sender, Span


class Field(StrEnum):
    """What a word may give."""

    REGION = "region"
    COUNTY = "county"
    TRACK = "track"
    STAGE = "stage"
    BASIS = "basis"
    DATE = "date"
    COUNT = "count"
    AREA = "area"
    PROJECT = "project"
    CATEGORY = "category"
    WORDS = "words"
    REF = "ref"
    VISIT = "visit"
    PERSON = "person"
    NIL = "nil"
    REASON = "reason"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One field of a record in plain words, and where the words stand that gave it; nowhere when it went unsaid."""

    field: Field
    value: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One record: its kind (progress, part, problem …) and its fields."""

    kind: str
    fields: tuple[Given, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A number that was not taken, why, and the words that say so."""

    span: Span
    reason: str
    because: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A reading, and which words gave it."""

    reading: Reading
    records: tuple[Told, ...]
    passed: tuple[Passed, ...]


_STANDING = frozenset({Sort.CUMULATIVE, Sort.SINCE, Sort.ALREADY, Sort.STANDS, Sort.UP_TO, Sort.DOING})
_HAPPENED = frozenset({Sort.PERIOD, Sort.NEW, Sort.MORE_THAN, Sort.LATE})
_NUMBERS = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE})
_ENDS = re.compile(r"[。!?\n]")
_SAID_BY = {QUESTION: Sort.ASK, PRAISE: Sort.PRAISE, HEARSAY: Sort.HEARSAY, "是全省的数": Sort.WHOLE}
"""The words behind a reason that is told of a whole sentence."""


def explain(text: str, *, sender: Sender, sent_at: dt.datetime, campaign: Campaign) -> Explanation:
    """Read one message as `parse` does, and tell which words gave what."""
    watch = Watch()
    sent_on = sent_at.astimezone(SHANGHAI).date()
    try:
        reading = reader_of(campaign).read(text, sender=sender, sent_on=sent_on, watch=watch)
    except FAULTS:
        watch, reading = Watch(), parse(text, sender=sender, sent_at=sent_at, campaign=campaign)
    if watch.state is None:
        passed = tuple(Passed(span=p.span, reason=p.reason) for p in reading.passed_over)
        return Explanation(reading=reading, records=(), passed=passed)
    return _Explainer(watch, watch.state, campaign, sent_on).explain(reading)


class _Explainer:
    """Finds the words behind one reading."""

    def __init__(self, watch: Watch, state: State, campaign: Campaign, sent_on: dt.date) -> None:
        self._watch, self._state, self._campaign, self._sent_on = watch, state, campaign, sent_on
        self._numbers = {t.start: t for t in watch.tokens if t.sort in _NUMBERS or t.sort is Sort.OTHER_NUMBER}
        self._busy = {self._sentence(f.spans[0][0]) for f in state.figures if f.spans}

    def explain(self, reading: Reading) -> Explanation:
        """Tell of each record and of each number that is in none."""
        items = [item for item in self._state.items if not is_zero(item)]
        records = [self._progress(record, item) for record, item in zip(reading.progress, items, strict=True)]
        records += self._others(reading)
        taken = [span for told in records for given in told.fields for span in given.spans]
        return Explanation(reading=reading, records=tuple(records), passed=(*self._passed(taken, reading),))

    def _progress(self, record: Progress, item: Figure) -> Told:
        """Tell of one item field by field."""
        at, campaign = item.spans[0][0], self._campaign
        cumulative = record.basis is Basis.CUMULATIVE
        numbers = [self._numbers[start] for start, _ in item.spans if start in self._numbers]
        period = _day(record.date, self._sent_on)
        if record.since is not None and record.since != record.date:
            period = f"{_day(record.since, self._sent_on)}至{period}"
        fields = [
            self._given(Field.REGION, record.region, self._units(record.region, record.county), at),
            self._given(Field.COUNTY, record.county, self._counties(record.region, record.county), at),
            self._given(Field.TRACK, campaign.track(record.track).name, self._keyed(Sort.TRACK, record.track), at),
            self._given(Field.STAGE, campaign.stage(record.stage).name, self._stages(record.stage), at),
            self._given(
                Field.BASIS, "累计" if cumulative else "新增", self._bases(cumulative=cumulative), at, near=True
            ),
            self._given(
                Field.DATE, period, self._days(record.since, record.date), at, near=record.date == self._sent_on
            ),
            self._number(Field.COUNT, record, [n for n in numbers if self._counts(n, record)]),
            self._number(Field.AREA, record, [n for n in numbers if not self._counts(n, record)]),
        ]
        return Told(kind="part" if record.part else "progress", fields=tuple(f for f in fields if f is not None))

    def _counts(self, number: Token, record: Progress) -> bool:
        """Whether a number is a count and no area: a bare one is what it comes to."""
        if number.sort is not Sort.BARE:
            return number.sort is Sort.COUNT
        return record.area_mu is None or number.value == record.count

    def _number(self, field: Field, record: Progress, numbers: list[Token]) -> Given | None:
        """Tell of a count or an area."""
        measures, value = self._campaign.measures, record.count if field is Field.COUNT else record.area_mu
        if value is None:
            return None
        said = f"{value}{measures.count.name}"
        if field is Field.AREA and record.area_mu is not None:
            said = f"{area_to_text(record.area_mu)}{measures.area.name}"
        return Given(field=field, value=said, spans=self._spans(numbers))

    def _given(
        self, field: Field, value: str | None, words: Iterable[Note], at: int, *, near: bool = False
    ) -> Given | None:
        """Tell of a field that is given by the nearest of some words: before the figure, else behind it.

        What went without saying is looked for only in the figure's sentence, or in a heading above it.
        """
        if value is None:
            return None
        sentence, found = self._sentence(at), list(words)
        if near:
            found = [
                w for w in found if self._sentence(w.start) == sentence or self._sentence(w.start) not in self._busy
            ]
            found = [w for w in found if w.start < at or self._sentence(w.start) == sentence]
        before = max((w for w in found if w.start <= at), default=None, key=lambda w: w.start)
        nearest = before or min((w for w in found if w.start > at), default=None, key=lambda w: w.start)
        return Given(field=field, value=value, spans=() if nearest is None else self._spans([nearest]))

    def _sentence(self, at: int) -> int:
        """Return where the sentence around a place ends."""
        end = _ENDS.search(self._state.text, at)
        return end.start() if end else len(self._state.text)

    def _spans(self, words: Iterable[Note | Token]) -> tuple[Span, ...]:
        """Return where words of the plain text stood in the text as it was received."""
        assert self._watch.plain is not None
        return tuple(self._watch.plain.span(word.start, word.end) for word in words)

    def _keyed(self, sort: Sort, key: str) -> list[Note]:
        return [Note(t.start, t.end, key) for t in self._watch.tokens if t.sort is sort and t.key == key]

    def _stages(self, stage: str) -> list[Note]:
        """Return the words for a stage; 完成 and 新增 alone say the counting one."""
        said = self._keyed(Sort.STAGE, stage)
        if said or stage != self._campaign.counting_stage.key:
            return said
        return [Note(t.start, t.end, stage) for t in self._watch.tokens if t.sort in {Sort.DONE, Sort.NEW}]

    def _units(self, region: str, county: str | None = None) -> list[Note]:
        """Return the words for a unit: its name, 我市, or the county that the figures are of."""
        named = [t for t in self._watch.tokens if t.place is not None and t.place.region == region]
        own = [t for t in self._watch.tokens if t.sort is Sort.OWN]
        words = [*(t for t in named if t.place and t.place.county in {None, county}), *own]
        if not words and region != self._state.context.sender_region:
            words = named
        return [Note(t.start, t.end, region) for t in words]

    def _counties(self, region: str, county: str | None) -> list[Note]:
        """Return the words for a county."""
        places = [t for t in self._watch.tokens if t.place is not None and t.place.county == county]
        return [Note(t.start, t.end, county) for t in places if t.place and t.place.region == region]

    def _bases(self, *, cumulative: bool) -> list[Note]:
        """Return the words that say how a figure stands."""
        sorts, stock = (_STANDING, self._state.vocabulary.stock_words) if cumulative else (_HAPPENED, frozenset())
        return [
            Note(t.start, t.end, t.sort)
            for t in self._watch.tokens
            if t.sort in sorts or (t.sort is Sort.STAGE and t.text in stock)
        ]

    def _days(self, since: dt.date | None, date: dt.date) -> list[Note]:
        """Return the words that say a period, or the day a figure stands at."""
        wanted = {(since, date)}
        if since is None and date != self._sent_on:
            wanted.add((date, date))  # 截至今日 of a dated heading
        read = {note.start for note in self._watch.days}
        unread = [t for t in self._watch.tokens if t.sort is Sort.PERIOD and t.start not in read]
        settled = [(t, self._state.context.settle_period(t.text)) for t in unread]
        heads = [Note(t.start, t.end, (p.first, p.last)) for t, p in settled if p is not None]
        return [note for note in (*self._watch.days, *heads) if note.value in wanted]

    def _others(self, reading: Reading) -> list[Told]:
        """Tell of problems, resolutions, projects, visits and days without news."""
        told = [
            self._in_words(
                "problem",
                p.region,
                p.spans,
                (Field.CATEGORY, self._campaign.category(p.category).name),
                project=p.project,
            )
            for p in reading.problems
        ]
        for r in reading.resolutions:
            category = "" if r.category is None else self._campaign.category(r.category).name
            told.append(
                self._in_words(
                    "resolution", r.region, r.spans, (Field.REF, f"#{r.ref}" if r.ref else category), project=r.project
                )
            )
        told += [self._project(p.region, p.project, p.stage, p.date, p.spans) for p in reading.projects]
        for v in reading.visits:
            who = " ".join(filter(None, (v.division, v.leader)))
            told.append(self._in_words("visit", v.region, v.spans, (Field.PERSON, who), date=v.date))
        told += [self._in_words("nil", n.region, n.spans, (Field.NIL, ""), date=n.date) for n in reading.nil]
        return told

    def _project(self, region: str, name: str, stage: str, date: dt.date, spans: tuple[Span, ...]) -> Told:
        """Tell of a named project and the stage it reached."""
        at = self._plain_at(spans)
        behind = [note for note in self._stages(stage) if note.start >= at]
        fields = [
            self._given(Field.REGION, region, self._units(region), at),
            Given(field=Field.PROJECT, value=name, spans=spans),
            self._given(Field.STAGE, self._campaign.stage(stage).name, behind[:1] or self._stages(stage), at),
            self._given(Field.DATE, _day(date, self._sent_on), self._days(date, date), at, near=True),
        ]
        return Told(kind="project", fields=tuple(f for f in fields if f is not None))

    def _in_words(
        self,
        kind: str,
        region: str,
        spans: tuple[Span, ...],
        what: tuple[Field, str],
        *,
        project: str | None = None,
        date: dt.date | None = None,
    ) -> Told:
        """Tell of a record that a clause says."""
        at = self._plain_at(spans)
        field, value = what
        fields = [self._given(Field.REGION, region, self._units(region), at)]
        if project is not None:
            named = [t for scene in self._state.scenes for t in scene.names if t.name == project]
            fields.append(
                Given(
                    field=Field.PROJECT,
                    value=project,
                    spans=self._spans(Note(n.name_start, n.name_start + len(n.name), "") for n in named[:1]),
                )
            )
        if value or field is Field.NIL:
            fields.append(Given(field=field, value=value, spans=self._said(field, at, spans)))
        if date is not None:
            fields.append(
                self._given(
                    Field.DATE, _day(date, self._sent_on), self._days(date, date), at, near=date == self._sent_on
                )
            )
        if kind in {"problem", "resolution", "visit"}:
            fields.append(Given(field=Field.WORDS, value="", spans=spans))
        return Told(kind=kind, fields=tuple(f for f in fields if f is not None))

    def _said(self, field: Field, at: int, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Return the words in a record's clause that name its category, its number or its people."""
        if field is Field.NIL:
            return spans
        inside = [t for t in self._watch.tokens if at <= t.start < self._plain_end(spans)]
        if field is Field.PERSON:
            return self._spans(t for t in inside if t.sort in {Sort.DIVISION, Sort.LEADER})
        if field is Field.REF:
            numbers = [t for t in inside if t.sort in {Sort.BARE, Sort.OTHER_NUMBER}]
            return self._spans(numbers or [t for t in inside if t.category])
        return self._spans(t for t in inside if t.category)

    def _plain_at(self, spans: tuple[Span, ...]) -> int:
        """Return where in the plain text the first of a record's words stands."""
        return next((t.start for t in self._watch.tokens if self._spans([t])[0][0] >= spans[0][0]), 0)

    def _plain_end(self, spans: tuple[Span, ...]) -> int:
        """Return where in the plain text the first of a record's words ends."""
        return max((t.end for t in self._watch.tokens if self._spans([t])[0][1] <= spans[0][1]), default=0)

    def _passed(self, taken: list[Span], reading: Reading) -> Iterable[Passed]:
        """Tell of each number that no record has."""
        known = {p.span: p.reason for p in reading.passed_over}
        figures = {start: f for f in self._state.figures for start, _ in f.spans}
        read = {t.start for line in self._watch.lines for clause in line for t in all_tokens(clause)}
        for number in sorted(self._numbers.values(), key=lambda n: n.start):
            span = self._spans([number])[0]
            if any(start <= span[0] < end for start, end in taken):
                continue
            reason = known.pop(span, None) or self._why(number, figures.get(number.start), read)
            yield Passed(span=span, reason=reason, because=self._because(reason, number))
        for span, reason in known.items():
            if span[0] == span[1]:
                yield Passed(span=span, reason=reason)

    def _why(self, number: Token, figure: Figure | None, read: set[int]) -> str:
        """Return why a number that no rule passed over is in no record."""
        if number.start not in read:
            return "是引用"
        if number.sort is Sort.OTHER_NUMBER:
            return "不是宗数、面积"
        if figure is None:
            return "只是说明，或没有单位"
        if figure.void or is_zero(figure):
            return figure.void or "是零"
        return "没说是哪个环节" if figure.stage is None else "没说是哪个市州"

    def _because(self, reason: str, number: Token) -> tuple[Span, ...]:
        """Return the words that put a reason in force, the nearest before the number or in its sentence."""
        words = [note for note in self._watch.reasons if note.value == reason]
        if reason in _SAID_BY:
            words = [Note(t.start, t.end, reason) for t in self._watch.tokens if t.sort is _SAID_BY[reason]]
        given = self._given(Field.REASON, reason, words, number.start, near=True)
        return () if given is None else given.spans


def _day(day: dt.date, near: dt.date) -> str:
    """Write a day, its year only when it is another."""
    return f"{day:%m-%d}" if day.year == near.year else f"{day:%Y-%m-%d}"
