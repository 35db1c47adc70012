"""Records made of the items that a message's figures were settled into."""

from collections.abc import Callable

from bot.parsing.figure import Figure
from bot.parsing.state import Nothing
from storage.records import Basis, Nil, Progress, Span

SpanOf = Callable[[int, int], Span]
"""Where a stretch of the plain text stood in the text as it was received."""


def progress(items: list[Figure], parts: dict[int, bool], spans: SpanOf) -> tuple[Progress, ...]:
    """Make records of the items; an increment of nothing is none."""
    return tuple(
        Progress(
            region=item.owner.region or "",
            track=item.track or "",
            stage=item.stage or "",
            basis=item.basis,
            since=item.since,
            date=item.date,
            count=item.count,
            area_mu=item.area_mu,
            county=item.owner.county,
            part=parts.get(at, False),
            spans=tuple([spans(start, end) for start, end in item.spans]),
        )
        for at, item in enumerate(items)
        if not is_zero(item)
    )


def is_zero(item: Figure) -> bool:
    """Whether it is an increment of nothing."""
    return item.basis is Basis.INCREMENT and not item.count and not item.area_mu


def zeros(items: list[Figure], figures: list[Figure]) -> list[Figure]:
    """Return the figures that say that a day or period had nothing, of a step or of all."""
    unstaged = [f for f in figures if f.stage is None and f.count == 0 and f.since == f.date and not f.void]
    if any(f.stage is None and (f.count or f.area_mu) for f in figures):
        unstaged = []  # 上午1宗，下午0宗: of no step that is known
    return [*unstaged, *filter(is_zero, items)]


def nil(items: list[Figure], zero: list[Figure], nothings: list[Nothing], spans: SpanOf) -> tuple[Nil, ...]:
    """Make records of days on which nothing happened: said so, or all increments zero."""
    if not (nothings or zero):
        return ()
    busy = {
        (f.owner.region, f.date) for f in items if f.basis is Basis.INCREMENT and f.since == f.date and not is_zero(f)
    }
    said: dict[tuple[str, object], Nil] = {}
    spans_of = {(f.owner.region, f.since, f.date) for f in items if f.basis is Basis.INCREMENT and not is_zero(f)}
    claims = [
        (n.region, n.date, n.span) for n in nothings if n.of_period is None or (n.region, *n.of_period) not in spans_of
    ]
    claims += [(f.owner.region, f.date, f.spans[0]) for f in zero if f.since == f.date or not spans_of]
    for region, day, (start, end) in claims:
        if region is not None and (region, day) not in busy:
            said.setdefault((region, day), Nil(region=region, date=day, spans=(spans(start, end),)))
    return tuple(said.values())
