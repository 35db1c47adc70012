"""Increments over several days: of those that overlap, which one counts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One quantity of an increment over several days, and when it was sent (moment, place in the inbox)."""

    since: dt.date
    date: dt.date
    value: int | Decimal
    sent: tuple[dt.datetime, int]

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.date - self.since).days + 1

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share a day."""
        return self.since <= other.date and other.since <= self.date


def chosen(spans: Iterable[Span]) -> list[Span]:
    """Keep of overlapping spans the latest sent.

    Of one message (本周3宗，本月12宗) the longer counts, as it contains the shorter; equal periods of one message
    (two counties' weeks) are one span and add up.
    """
    kept: list[Span] = []
    ranked = sorted(_joined(spans), key=lambda s: (s.sent, s.days, s.date), reverse=True)
    for span in ranked:
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return kept


def _joined(spans: Iterable[Span]) -> list[Span]:
    sums: dict[tuple[dt.date, dt.date, tuple[dt.datetime, int]], int | Decimal] = {}
    for span in spans:
        key = (span.since, span.date, span.sent)
        sums[key] = sums.get(key, 0) + span.value
    return [Span(since=since, date=date, value=value, sent=sent) for (since, date, sent), value in sums.items()]
