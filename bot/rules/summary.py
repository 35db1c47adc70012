"""The summary of a month, and of the campaign when it ends."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal

from bot.document import Document
from bot.rules.overview import DayView, whole_forecast, whole_gain, whole_standing, whole_target
from bot.rules.pace import Pacing, Position
from bot.rules.visits import VisitTally
from bot.rules.weekly import Tally
from bot.rules.wording import daily, papers, weekly
from bot.rules.wording.phrases import numbered
from storage.records import Figures, LineKey


def compose(
    view: DayView,
    pacing: Pacing,
    *,
    before: Mapping[LineKey, Figures],
    tally: Tally,
    visits: VisitTally,
    is_whole: bool = False,
) -> Document:
    """Write the summary of the period that ends with the view's day: the month's, or the whole campaign's.

    `before` is what stood on its eve, `tally` how the problem ledger moved in it. When the campaign is over, nothing is
    forecast any more.
    """
    campaign = view.campaign
    is_end = view.day >= campaign.end
    period = papers.PERIOD if is_whole else papers.MONTH
    standing, target = whole_standing(view.today, campaign), whole_target(campaign)
    total = daily.total_text(
        standing,
        target,
        pacing.share(view.day),
        whole_gain(replace(view, yesterday=before, added={})),
        campaign,
        period=period,
    )
    on_schedule, behind, silent = _ranks(view, pacing)
    forecast = "" if is_end else daily.forecast_text(whole_forecast(view, pacing), target, campaign)
    return Document(
        title=daily.end_title(view.day, campaign) if is_whole else daily.month_title(view.day, campaign),
        lines=numbered(
            (
                total,
                forecast,
                daily.ranks_text(on_schedule, behind, silent, campaign, is_end=is_end),
                weekly.problems_text(period, **asdict(tally), visits=(len(visits.done), len(visits.owed_by))),
                daily.year_text(standing.area_mu or Decimal(0), campaign),
            )
        ),
    )


def _ranks(view: DayView, pacing: Pacing) -> tuple[int, list[Position], list[str]]:
    """Return how many units are on schedule, those behind it, the widest gap first, and those that gave no figure."""
    positions = [view.position(region, pacing) for region in view.campaign.regions]
    silent = [p.region for p in positions if p.has_task and p.counted == Figures()]
    gaps = [(p, p.gap) for p in positions if p.counted != Figures()]
    behind = sorted(((p, gap) for p, gap in gaps if gap is not None and gap < 0), key=lambda pair: pair[1])
    return sum(1 for _, gap in gaps if gap is not None and gap >= 0), [p for p, _ in behind], silent
