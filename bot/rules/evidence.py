"""Why a figure is what it is: the newest total that was said, what was added after it, and what these replaced."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from storage.evidence import Evidence
from storage.records import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """The entries that one line's standing rests on, the newest first."""

    totals: tuple[Evidence, ...] = ()
    """The newest total said for the count and the one for the area: often the same."""
    added: tuple[Evidence, ...] = ()
    """What was added after them."""
    earlier: dict[int, tuple[Evidence, ...]] = field(default_factory=dict)
    """What a report replaced, by its number: the versions before."""
    withdrawn: tuple[int, ...] = ()
    """Reports that were taken back since."""

    @property
    def entries(self) -> tuple[Evidence, ...]:
        """All that counts, the newest first."""
        return tuple(sorted((*self.added, *self.totals), key=_age, reverse=True))


def backing(entries: Iterable[Evidence], *, track: str) -> Backing:
    """Return what a line's standing rests on, of all entries of its unit and stage."""
    own = [e for e in entries if e.progress.track == track and not e.progress.part]
    live = sorted((e for e in own if e.live), key=_age, reverse=True)
    said = [e for e in live if e.progress.basis is Basis.CUMULATIVE and e.progress.county is None]
    newest = [next((e for e in said if _says(e, what)), None) for what in ("count", "area_mu")]
    totals = tuple(dict.fromkeys(e for e in newest if e is not None))
    since = [dt.date.min if e is None else e.progress.date for e in newest]
    added = tuple(e for e in live if e.progress.basis is Basis.INCREMENT and _starts(e) > min(since))
    counted = {e.number for e in (*totals, *added)}
    gone = [e for e in own if not e.live]
    earlier = {n: tuple(e for e in gone if e.replaced_by == n and not e.is_voided) for n in sorted(counted)}
    last = min((e.progress.date for e in (*totals, *added)), default=dt.date.min)
    withdrawn = sorted({e.number for e in gone if e.is_voided and e.progress.date >= last})
    return Backing(
        totals=totals,
        added=added,
        earlier={n: found for n, found in earlier.items() if found},
        withdrawn=tuple(withdrawn),
    )


def _says(entry: Evidence, what: str) -> bool:
    return getattr(entry.progress, what) is not None


def _starts(entry: Evidence) -> dt.date:
    return entry.progress.since or entry.progress.date


def _age(entry: Evidence) -> tuple[dt.date, dt.datetime, int]:
    return entry.progress.date, entry.sent_at, entry.order
