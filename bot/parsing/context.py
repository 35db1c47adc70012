"""What stays in force while a message is read: whose figures, which step, which period, and whether they are facts."""

import datetime as dt
from functools import lru_cache

from msgspec import Struct, field

from bot.parsing.dates import read_period
from bot.parsing.periods import Period
from config.campaign import Place
from storage.records import Basis

OTHER_PAPER = "\0"
"""The stage of another procedure's papers: none of this campaign's."""
_NUMERALS = frozenset("0123456789一二三四五六七八九十廿卅")
"""A day with a number is seen from the day of sending, 昨日 from the report's day."""
HowItStands = tuple[Basis, dt.date | None, dt.date, bool]
"""Basis, first day, last day, and whether the basis is only 已 or 共 against a period said before."""
_LONG = frozenset({"week", "month", "months", "ten_days", "weekend", "range", "year"})


@lru_cache(maxsize=8192)
def _settled(text: str, sent_on: dt.date, today: dt.date) -> Period | None:
    text = text.strip()
    end_of_month = text.endswith(("底", "月末"))
    text = text[:-1] if end_of_month else text
    period = read_period(text, sent_on if text[:1] in _NUMERALS else today)
    if period is None or period.first is None or period.last is None:
        return period
    last, first = period.last, period.first
    if end_of_month:
        return Period(last, last)
    if text.endswith(("至今", "到今天")) or (period.kind in _LONG and first <= today < last):
        last = today
    return None if period.kind == "year" else Period(first, last, period.kind)


class Marks(Struct):
    """The words about time and standing that were said since the last figure."""

    period: Period | None = None
    days: list[Period] = []
    """The days said side by side: 2日、3日."""
    stands_at: dt.date | None = None
    cumulative: bool = False
    already: bool = False
    stands: bool = False
    new: bool = False
    up_to: bool = False
    """截至 was said and waits for its day."""

    def any(self) -> bool:
        """Whether anything was said."""
        return bool(self.period or self.stands_at or self.cumulative or self.already or self.stands or self.new)


class Standing(Struct):
    """How the next figure stands, until something else is said."""

    basis: Basis | None = None
    period: Period | None = None
    stands_at: dt.date | None = None

    def copy(self) -> "Standing":
        """Return the same, to be changed on its own."""
        return Standing(self.basis, self.period, self.stands_at)


class Owner(Struct, eq=False):
    """Whose figures follow."""

    region: str | None
    county: str | None = None
    seat: bool = False
    whole: bool = False
    """全省: figures of nobody."""
    several: bool = False
    """Units side by side: figures of all of them together."""

    def key(self) -> tuple[str | None, str | None, bool, bool]:
        """Return what tells two owners apart."""
        return (self.region, self.county, self.seat, self.whole)


class Context(Struct):
    """Everything in force at one place of a message."""

    sender_region: str | None
    sent_on: dt.date
    today: dt.date
    """The report's day: of sending, or of the dated heading above."""
    owner: Owner
    owners: list[Place] = []
    """Places named side by side: 谷城、保康."""
    track: str | None = None
    tracks: list[str] = []
    """Tracks named side by side since the last figure: 批次和重点项目."""
    stage: str | None = None
    stages: list[str] = []
    """Stages named side by side since the last figure: 上报和批复."""
    stock: bool = False
    standing: Standing = field(default_factory=Standing)
    marks: Marks = field(default_factory=Marks)
    units: tuple[str, ...] = ()
    """What bare numbers are, in order: `count` or the factor of an area unit."""
    void: str = ""
    """Why figures are no facts here, or nothing."""
    project: str | None = None
    within: int | None = None
    """The figure that what follows is a part of."""
    bracketed: bool = False
    introduced: Place | None = None
    """The place that the sender said to be of: 我是蕲春的."""
    before_stock: str | None = None
    """The stage that was in force before one that figures stand in."""

    def copy(self) -> "Context":
        """Return the same, to be changed on its own inside a bracket."""
        return Context(
            self.sender_region,
            self.sent_on,
            self.today,
            self.owner,
            list(self.owners),
            self.track,
            [],
            self.stage,
            [],
            self.stock,
            self.standing.copy(),
            Marks(),
            self.units,
            self.void,
            self.project,
            self.within,
            introduced=self.introduced,
            before_stock=self.before_stock,
        )

    def settle_period(self, text: str) -> Period | None:
        """Read a period as it is meant here: 本周 ends with the report's day, nothing reaches into days to come."""
        return _settled(text, self.sent_on, self.today)

    def resolve(self, *, named: bool = False) -> HowItStands:
        """Return basis, first day, last day, and whether the basis is only 已 or 共 against a period said before.

        Figures of one named project happened when it is said, unless 累计 is said.
        """
        if named and not self.marks.cumulative:
            self.marks.already = self.marks.stands = False
        doubtful = self._take_marks() if self.marks.any() else False
        standing = self.standing
        if standing.basis is Basis.CUMULATIVE:
            return Basis.CUMULATIVE, None, standing.stands_at or self.today, False
        period = standing.period or Period(self.today, self.today)
        assert period.first is not None
        assert period.last is not None
        return Basis.INCREMENT, period.first, period.last, doubtful

    def stood(self) -> dt.date | None:
        """Return the day before the report's that a 累计 may stand at: 昨日累计45宗 · 昨日批复1宗，累计45宗."""
        period = self.marks.period or self.standing.period
        if period is None or not self.marks.cumulative or period.last is None or period.last >= self.today:
            return None
        return period.last

    def stock_day(self) -> dt.date:
        """Return the day that a stock stands at."""
        day = self.marks.stands_at or self.standing.stands_at
        period = self.marks.period
        if day is None and period is not None and period.last is not None:
            day = period.last
        return day or self.today

    def _take_marks(self) -> bool:
        """Let what was said since the last figure stand; return whether 已 or 共 speaks against a period in force."""
        marks, standing, doubtful = self.marks, self.standing, False
        if marks.stands_at is not None:
            standing.stands_at = marks.stands_at
        elif standing.stands_at is not None and marks.period is not None and marks.period.last is not None:
            later = marks.period.last > standing.stands_at  # 截至昨日60宗，今日累计62宗
            standing.stands_at = None if later else standing.stands_at
        if marks.cumulative:
            standing.basis, standing.period = Basis.CUMULATIVE, None
        elif marks.period is not None:
            standing.basis, standing.period = Basis.INCREMENT, marks.period
        elif marks.stands_at is not None or marks.stands:
            standing.basis, standing.period = Basis.CUMULATIVE, None
        elif marks.new:
            standing.basis = Basis.INCREMENT
        elif marks.already:
            doubtful = standing.basis is Basis.INCREMENT and standing.period is not None
            if not doubtful:
                standing.basis, standing.period = Basis.CUMULATIVE, None
        self.marks = Marks()
        return doubtful

    def end_sentence(self, base: Standing) -> None:
        """Forget what holds for one sentence only."""
        self.standing = base.copy()
        self.marks = Marks()
        self.project = None
        self.void = ""
        self.stages = []
        self.within = None
