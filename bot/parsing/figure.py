"""One figure as it stands in a message, before figures are added up into records."""

import datetime as dt
from decimal import Decimal

from msgspec import Struct

from bot.parsing.context import Owner
from storage.records import Basis, Span


class Figure(Struct, eq=False):
    """A count, an area or both, with all that was in force where they were said."""

    count: int | None
    area_mu: Decimal | None
    owner: Owner
    track: str | None
    stage: str | None
    basis: Basis
    since: dt.date | None
    date: dt.date
    sentence: int
    line: int
    track_said: bool = False
    project: str | None = None
    adds_up: bool = False
    """Said with 共 or 合计."""
    added: bool = False
    """Said with 又 or 再: more of the same."""
    doubtful: bool = False
    """已 or 共 against a period in force: an increment only if it completes or adds up what was said."""
    carried: bool = False
    """Cumulative only because 累计 was said of a figure before it."""
    stood: dt.date | None = None
    """The day before the report's that was said of a 累计: 昨日累计45宗."""
    timed: bool = False
    """Said with a day or period of its own."""
    told: bool = False
    """Whose it is was said behind it: 1宗（咸安区）, 1宗是咸安区的."""
    within: int | None = None
    passed: bool = False
    """A mark that was passed (突破50宗), no figure where what was reached follows."""
    of_kind: bool = False
    """Said of one kind of land or time of day: 工业用地2宗, 上午2宗."""
    plainly: bool = True
    """Whether nothing else is said around it: 今天3宗."""
    void: str = ""
    place: int = -1
    """Where it stands among the message's figures."""
    spans: list[Span] = []

    def key(self) -> tuple[object, ...]:
        """Return what two figures must share to be one item, the county left aside."""
        return (self.owner.region, self.track, self.stage, self.basis, self.since, self.date)

    def full_key(self) -> tuple[object, ...]:
        """Return what two figures must share to be one item."""
        return (self.owner.region, self.owner.county, self.owner.seat, self.project_key, *self.key()[1:])

    @property
    def project_key(self) -> str | None:
        """The project that a part is of; outside a breakdown a project's figures are the unit's."""
        return self.project if self.within is not None else None
