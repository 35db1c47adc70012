"""What a line of the ledger stands at as of a day, folded from what was said in any order.

`standing` is the definition, word for word as in the contract; `fold` gives the same for every day of a line at once.
Count and area are separate lines throughout, so both work on one quantity at a time.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

from msgspec import structs

from bot.rules.stretches import Span, chosen
from storage.records import Basis, Entry, Figures, LineDay, Progress, Stretch

Value = int | Decimal
NOTHING = Figures()
Quantity = Callable[[Figures | Progress], Value | None]


def _count(figures: Figures | Progress) -> int | None:
    return figures.count


def _area(figures: Figures | Progress) -> Decimal | None:
    return figures.area_mu


def standing(entries: Iterable[Entry], as_of: dt.date) -> Figures:
    """Return what one line (a region's track and stage) stands at when a day ends; None where never stated."""
    known = [e for e in entries if counts(e) and e.progress.date <= as_of]
    return _figures(_standing_of(known, _count), _standing_of(known, _area))


def counts(entry: Entry) -> bool:
    """Whether an entry touches its region's line: live, no part, no county's cumulative."""
    item = entry.progress
    return entry.live and not item.part and (item.basis is Basis.INCREMENT or item.county is None)


def _standing_of(entries: list[Entry], quantity: Quantity) -> Value | None:
    stating = [e for e in entries if quantity(e.progress) is not None]
    if not stating:
        return None
    cumulatives = [e for e in stating if e.progress.basis is Basis.CUMULATIVE]
    base = max(cumulatives, key=_newest, default=None)
    total: Value = _value(base, quantity) if base else 0
    later = [e for e in stating if e.progress.basis is Basis.INCREMENT and (not base or _start(e) > base.progress.date)]
    one_day = [e for e in later if _start(e) == e.progress.date]
    for span in chosen(_spans(later, quantity)):
        inside = sum(_value(e, quantity) for e in one_day if span.since <= e.progress.date <= span.date)
        total += max(0, span.value - inside)
    return total + sum(_value(e, quantity) for e in one_day)


def _newest(entry: Entry) -> tuple[dt.date, dt.datetime, int, int]:
    return entry.progress.date, entry.sent_at, entry.order, entry.id


def _start(entry: Entry) -> dt.date:
    return entry.progress.since or entry.progress.date


def _value(entry: Entry, quantity: Quantity) -> Value:
    return quantity(entry.progress) or 0


def _spans(entries: Iterable[Entry], quantity: Quantity) -> list[Span]:
    return [
        Span(since=_start(e), date=e.progress.date, value=_value(e, quantity), sent=(e.sent_at, e.order))
        for e in entries
        if _start(e) < e.progress.date
    ]


def line_days(entries: Iterable[Entry]) -> tuple[tuple[LineDay, ...], tuple[Stretch, ...]]:
    """Sort one line's entries into its days and its increments over several days; standings are left to `fold`."""
    by_day: defaultdict[dt.date, DaySum] = defaultdict(DaySum)
    stretches = []
    for entry in filter(counts, entries):
        if is_stretch(entry):
            stretches.append(stretch_of(entry))
        else:
            by_day[entry.progress.date].take(entry)
    return tuple(by_day[day].row(day) for day in sorted(by_day)), tuple(stretches)


def is_stretch(entry: Entry) -> bool:
    """Whether an entry counts as an increment over several days."""
    return entry.progress.basis is Basis.INCREMENT and _start(entry) < entry.progress.date and counts(entry)


def stretch_of(entry: Entry) -> Stretch:
    """Return an increment over several days as such."""
    item = entry.progress
    figures = Figures(count=item.count, area_mu=item.area_mu)
    return Stretch(since=_start(entry), date=item.date, figures=figures, sent_at=entry.sent_at, order=entry.order)


@dataclass(slots=True)
class DaySum:
    """What one day of a line comes to, its entries taken in one by one, so that a busy day is not added up anew."""

    added: Figures = NOTHING
    counted_by: Entry | None = None
    """The newest cumulative that states a count."""
    measured_by: Entry | None = None
    """The newest one that states an area."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """Add up what entries of one line and day say of that day."""
        total = cls()
        for entry in entries:
            if counts(entry) and not is_stretch(entry):
                total.take(entry)
        return total

    def take(self, entry: Entry) -> None:
        """Take in one more entry that counts and is no stretch."""
        item = entry.progress
        if item.basis is Basis.INCREMENT:
            count, area_mu = _plus(self.added.count, item.count), _plus(self.added.area_mu, item.area_mu)
            self.added = _figures(count, area_mu)
            return
        if item.count is not None:
            self.counted_by = _newer(self.counted_by, entry)
        if item.area_mu is not None:
            self.measured_by = _newer(self.measured_by, entry)

    def row(self, day: dt.date) -> LineDay:
        """Return the day as a row; what the line stands at is left to `fold`."""
        count = self.counted_by.progress.count if self.counted_by else None
        area_mu = self.measured_by.progress.area_mu if self.measured_by else None
        return LineDay(day=day, added=self.added, stated=Figures(count=count, area_mu=area_mu))


def _plus(total: Value | None, value: Value | None) -> Value | None:
    if total is None or value is None:
        return value if total is None else total
    return total + value


def _newer(last: Entry | None, entry: Entry) -> Entry:
    return entry if last is None or _newest(entry) >= _newest(last) else last


def fold(
    days: Iterable[LineDay], stretches: Iterable[Stretch] = (), *, since: dt.date = dt.date.min
) -> tuple[LineDay, ...]:
    """Return the days in order, each with its standing; a day on which only a stretch ends gets a row of its own.

    `since` says that nothing changed before that day: the rows before it are folded already, and are kept.
    """
    known = {d.day: d for d in days}
    stretches = tuple(stretches)
    rows = [known.get(day) or LineDay(day=day) for day in sorted({*known, *(s.date for s in stretches)})]
    kept = 0 if stretches else bisect_left(rows, since, key=lambda row: row.day)
    before = rows[kept - 1] if kept else LineDay(day=dt.date.min)
    changed = rows[kept:]
    standings = zip(
        _folded(changed, stretches, _count, before), _folded(changed, stretches, _area, before), strict=True
    )
    folded = [_with_standing(row, count, area) for row, (count, area) in zip(changed, standings, strict=True)]
    return (*rows[:kept], *folded)


def _with_standing(row: LineDay, count: Value | None, area_mu: Value | None) -> LineDay:
    standing = _figures(count, area_mu)
    return row if row.standing == standing else structs.replace(row, standing=standing)


def at(rows: Sequence[LineDay], day: dt.date) -> Figures:
    """Return what folded rows stand at when a day ends."""
    place = bisect_right(rows, day, key=lambda row: row.day)
    return rows[place - 1].standing if place else Figures()


def _folded(
    rows: list[LineDay], stretches: tuple[Stretch, ...], quantity: Quantity, before: LineDay
) -> list[Value | None]:
    """Walk the days once, from what stood before them; stretches are weighed anew only where one ends."""
    ending: defaultdict[dt.date, list[Span]] = defaultdict(list)
    for stretch in stretches:
        if (value := quantity(stretch.figures)) is not None:
            span = Span(since=stretch.since, date=stretch.date, value=value, sent=(stretch.sent_at, stretch.order))
            ending[stretch.date].append(span)
    line = _Line(base=quantity(before.standing), base_day=before.day)
    return [
        line.step(row.day, added=quantity(row.added), stated=quantity(row.stated), ending=ending.get(row.day, []))
        for row in rows
    ]


@dataclass(slots=True)
class _Line:
    """One quantity of one line while its days go by; only days after its newest cumulative are remembered."""

    base: Value | None = None
    base_day: dt.date = dt.date.min
    days: list[dt.date] = field(default_factory=list)
    sums: list[Value] = field(default_factory=lambda: [0])
    """Running sums of the one-day increments since the base: `sums[n]` is that of the first n days."""
    spans: list[Span] = field(default_factory=list)
    from_spans: Value = 0

    def step(self, day: dt.date, *, added: Value | None, stated: Value | None, ending: list[Span]) -> Value | None:
        """Take in one day and return what the line stands at when it ends."""
        if stated is not None:
            self.base, self.base_day = stated, day
            self.days, self.sums, self.spans, self.from_spans = [], [0], [], 0
            return stated
        if added is not None:
            self.days.append(day)
            self.sums.append(self.sums[-1] + added)
        eligible = [span for span in ending if span.since > self.base_day]
        if eligible:
            self.spans += eligible
            self.from_spans = sum(max(0, span.value - self._inside(span)) for span in chosen(self.spans))
        if self.base is None and not self.days and not self.spans:
            return None
        return (self.base or 0) + self.sums[-1] + self.from_spans

    def _inside(self, span: Span) -> Value:
        first, last = bisect_left(self.days, span.since), bisect_right(self.days, span.date)
        return self.sums[last] - self.sums[first]


def _figures(count: Value | None, area_mu: Value | None) -> Figures:
    return Figures(count=None if count is None else int(count), area_mu=None if area_mu is None else Decimal(area_mu))
