"""The weekly: what the week brought, who fell behind and who recovered, and the three lists of the problem ledger.

A week runs from the last published weekly's cut-off to this one's, so that weeks add up to the total exactly.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property

from bot.clock import local_day
from bot.document import Document
from bot.rules import digest
from bot.rules.levels import QUIET_LEVEL
from bot.rules.overview import DayView, whole_gain, whole_standing, whole_target
from bot.rules.pace import Pacing
from bot.rules.visits import VisitTally
from bot.rules.wording import daily, weekly
from bot.rules.wording.phrases import numbered
from config.campaign import Campaign
from storage.kept import KeptProblem, ProblemState
from storage.records import Figures, LineKey


@dataclass(frozen=True)
class Week:
    """A week as it is published; `before` is what stood at the last cut-off, as it was published then."""

    number: int
    since: dt.date
    view: DayView
    before: Mapping[LineKey, Figures]
    visits: VisitTally
    added: Mapping[LineKey, Figures] = field(default_factory=dict)
    """What the week's own increments say: the gain of a line that was unknown before."""
    colours_before: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[KeptProblem] = ()
    """Those that the ledger shows, by number."""
    confirmed: Mapping[str, str] = field(default_factory=dict)
    """The units whose lists were confirmed, and by whom."""

    @cached_property
    def gains(self) -> DayView:
        """The view with the last cut-off in the place of yesterday: what it gained is what the week brought."""
        return replace(self.view, yesterday=self.before, added=self.added)

    @cached_property
    def listed(self) -> tuple[KeptProblem, ...]:
        """The problems of the three lists: those not off the ledger, and those that came off in the week."""
        return tuple(p for p in self.problems if p.state is not ProblemState.CLOSED or self.is_in(p.changed_at))

    @cached_property
    def tally(self) -> "Tally":
        """How many problems are in hand, came, went off the ledger, and are overdue."""
        return tally(self.problems, since=self.since, view=self.view)

    @cached_property
    def recovered(self) -> tuple[str, ...]:
        """The units that had an announced level at the last cut-off and have none now."""
        had = {r for r, colour in self.colours_before.items() if colour != QUIET_LEVEL}
        return tuple(r for r in self.view.campaign.regions if r in had and self._colour(r) in {None, QUIET_LEVEL})

    @cached_property
    def unconfirmed(self) -> tuple[str, ...]:
        """The units that have somebody to confirm their lists, who did not."""
        return tuple(r for r in owing(self.view.campaign) if r not in self.confirmed)

    def is_in(self, moment: dt.datetime) -> bool:
        """Whether a moment lies in the week."""
        return _is_between(moment, self.since, self.view.cut_off)

    def _colour(self, region: str) -> str | None:
        return self.view.levels.get(region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the problem ledger moved in a period."""

    in_hand: int
    new: int
    closed: int
    overdue: int


def tally(problems: Iterable[KeptProblem], *, since: dt.date, view: DayView) -> Tally:
    """Count what the problem ledger shows at a view's cut-off, and what came and went since a day."""
    shown = tuple(problems)
    closed = (p for p in shown if p.state is ProblemState.CLOSED)
    return Tally(
        in_hand=sum(p.is_open for p in shown),
        new=sum(_is_between(p.opened_at, since, view.cut_off) for p in shown),
        closed=sum(_is_between(p.changed_at, since, view.cut_off) for p in closed),
        overdue=sum(p.is_overdue(view.day) for p in shown),
    )


def _is_between(moment: dt.datetime, since: dt.date, until: dt.datetime) -> bool:
    return since <= local_day(moment) and moment <= until


def owing(campaign: Campaign) -> tuple[str, ...]:
    """Return the units whose division confirms their lists."""
    return tuple(unit.region for unit in campaign.units if unit.division is not None)


def compose(week: Week, pacing: Pacing) -> Document:
    """Write the weekly in a few lines; picture, sheet and report hold the rest."""
    view, campaign = week.view, week.view.campaign
    return Document(
        title=weekly.title(week.number, week.since, view.day, campaign),
        lines=numbered(
            (
                *account(week, pacing),
                weekly.confirmed_text(len(owing(campaign)), week.unconfirmed),
                digest.corrections(view) + weekly.closing(view.cut_off, has_picture=view.has_picture),
            )
        ),
    )


def account(week: Week, pacing: Pacing) -> tuple[str, str, str]:
    """Say what the week brought, who is behind and who recovered, and how the problem ledger moved."""
    view, campaign = week.view, week.view.campaign
    total = daily.total_text(
        whole_standing(view.today, campaign),
        whole_target(campaign),
        pacing.share(view.day),
        whole_gain(week.gains),
        campaign,
        period=weekly.THIS_WEEK,
    )
    lags = digest.lags(view)
    late = daily.late_projects_text(view.late_projects, campaign)
    behind = [(view.position(region, pacing), level) for region, level in lags[: daily.NAMED]]
    return (
        total,
        weekly.lag_text(behind, len(lags), week.recovered, campaign, late=late),
        weekly.problems_text(
            weekly.THIS_WEEK, **asdict(week.tally), visits=(len(week.visits.done), len(week.visits.owed_by))
        ),
    )


def draft(week: Week, region: str, pacing: Pacing, *, confirm_by: dt.datetime) -> Document:
    """Write to a division what the week says of its unit, and ask it to confirm the three lists."""
    campaign = week.view.campaign
    own = [p for p in week.listed if p.region == region]
    unfinished = [p for p in own if p.is_open and not (p.measure and p.person and p.due)]
    position = week.view.position(region, pacing)
    return Document(
        title=weekly.draft_title(region, week.since, week.view.day, campaign),
        lines=(
            weekly.draft_progress(position, week.gains.gained(region), campaign),
            weekly.draft_problems(sum(p.is_open for p in own), [p.number or 0 for p in unfinished]),
            weekly.draft_request(confirm_by),
        ),
    )
