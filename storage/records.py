"""What duban keeps, as plain values: no table, no session, no I/O.

Keys and words are those of the annotation guide; areas are exact Decimals in mu, days are days in Asia/Shanghai.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

Span = tuple[int, int]
"""Start and end offset of words in a message's text as it was received."""


class Role(StrEnum):
    """What a person may be in the roster."""

    CITY_LIAISON = "city_liaison"
    DIVISION_LIAISON = "division_liaison"
    LEADER = "leader"
    ADMIN = "admin"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a message is, by the annotation guide."""

    REPORT = "report"
    UNCLEAR = "unclear"
    NONE = "none"


class Basis(StrEnum):
    """Whether a figure happened in a period or stands at a day."""

    INCREMENT = "increment"
    CUMULATIVE = "cumulative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who says it, as far as reading depends on it."""

    role: Role = Role.UNKNOWN
    region: str | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A count and an area of one (region, county, track, stage, basis, period)."""

    region: str
    track: str
    stage: str
    basis: Basis
    since: dt.date | None
    date: dt.date
    count: int | None
    area_mu: Decimal | None
    county: str | None = None
    part: bool = False
    spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One obstacle; *stated* when it has its own heading or is said as 问题/困难/需协调, else only in passing."""

    region: str
    project: str | None
    category: str
    text: str
    stated: bool = field(default=False, compare=False)
    spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One obstacle said to be removed."""

    ref: str | None
    region: str
    project: str | None
    category: str | None
    spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStage:
    """A project named on its own that reached a stage."""

    region: str
    project: str
    stage: str
    date: dt.date
    spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An on-site service (上门服务) that has happened."""

    region: str
    division: str | None
    leader: str | None
    date: dt.date
    spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nil:
    """A report that there is nothing new on a day."""

    region: str
    date: dt.date
    spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Words that look like figures and were not taken, and why (a short Chinese reason, to be shown)."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one message means."""

    kind: Kind = Kind.NONE
    correction: bool = False
    progress: tuple[Progress, ...] = ()
    problems: tuple[Problem, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    projects: tuple[ProjectStage, ...] = ()
    visits: tuple[Visit, ...] = ()
    nil: tuple[Nil, ...] = ()
    passed_over: tuple[PassedOver, ...] = field(default=(), compare=False)
    again: bool = field(default=False, compare=False)
    """又/再/另/新增/补报 was said: these increments come on top of what the day already has."""

    @property
    def has_records(self) -> bool:
        """Whether anything at all was taken from the message."""
        return bool(self.progress or self.problems or self.resolutions or self.projects or self.visits or self.nil)


class Figures(Struct, frozen=True, kw_only=True, gc=False):
    """A count and an exact area in mu; None where it was never stated.

    A Struct, as are the days of a line: a digest of many units makes tens of thousands, which the garbage collector
    need not look through.
    """

    count: int | None = None
    area_mu: Decimal | None = None


LineKey = tuple[str, str, str]
"""Region, track, stage: one line of the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A progress item as the ledger holds it: said when (`sent_at`), received in which order (`order`), by whom."""

    id: int
    number: int
    """The report it belongs to: shown as #A<number>."""
    progress: Progress
    sent_at: dt.datetime
    order: int
    sender: str
    live: bool = True
    derived: bool = False


class LineDay(Struct, frozen=True, kw_only=True, gc=False):
    """One day of a line: what its live entries say of that day, and what the line stands at when it ends.

    `added` sums the one-day increments of the day; `stated` holds, each on its own, the newest cumulative count and
    area dated that day; `standing` is the fold of all days up to this one.
    """

    day: dt.date
    added: Figures = Figures()
    stated: Figures = Figures()
    standing: Figures = Figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """An increment over several days, with when it was sent (to prefer the latest of overlapping ones)."""

    since: dt.date
    date: dt.date
    figures: Figures
    sent_at: dt.datetime
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row of the roster; `user_id` is empty until the person joins, `stand_in` is a unit stood in for."""

    messenger: str
    user_id: str | None
    name: str
    role: Role
    region: str | None = None
    division: str | None = None
    stand_in: str | None = None
    from_day: dt.date | None = None
    to_day: dt.date | None = None
    id: int = 0
    acknowledged: int = 0

    def serves_on(self, day: dt.date) -> bool:
        """Whether the row holds on a day."""
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat that is bound to something; a group nobody has bound yet has the kind `group`."""

    messenger: str
    chat_id: str
    kind: str
    region: str | None = None
    division: str | None = None
    route: str | None = None
    name: str | None = None
    id: int = 0


class RecordState(StrEnum):
    """Whether a report counts."""

    LIVE = "live"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one message said of one region; `number` is shown as #A<number> and never reused."""

    number: int
    campaign: str
    region: str
    inbox_id: int
    sender: str
    day: dt.date
    sent_at: dt.datetime
    correction: bool = False
    nil: bool = False
    replaces: tuple[int, ...] = ()
    state: RecordState = RecordState.LIVE
