"""A sheet of standings read as cumulative figures: every row checked, every fault said with its place."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.rules import neighbours, plausible
from bot.rules.cells import Cells, Row, folded
from bot.rules.checks import Check
from bot.rules.derive import Replacement
from bot.rules.scene import BookLine, Scene
from bot.rules.wording import excel
from config.campaign import Campaign
from storage.records import Basis, Figures, LineKey, Progress

OLDEST = dt.timedelta(days=366)
"""How long before the campaign's first day a standing may be dated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One row without a fault: where it stands, and the cumulative figure it says."""

    row: int
    place: str
    progress: Progress

    @property
    def line(self) -> LineKey:
        """The line of the ledger it is about."""
        return self.progress.region, self.progress.track, self.progress.stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row that says something else than the ledger."""

    stated: Stated
    replacement: Replacement
    """What is to be recorded (what the row leaves empty stays as it was), and what it replaces."""
    before: Figures
    doubt: str = ""
    """Why the new figure looks odd; it is told, not refused."""


def has_standings(row: Row, campaign: Campaign) -> bool:
    """Whether a row is of a sheet of standings: it has the columns."""
    cells = Cells(row, [])
    needed = all(cells.header(name) for name in (excel.REGION, excel.STAGE, excel.AS_OF))
    return needed and (cells.header(excel.COUNT) is not None or cells.area_header(campaign) is not None)


def read_standings(rows: Sequence[Row], campaign: Campaign, *, today: dt.date) -> tuple[list[Stated], list[str]]:
    """Return what the rows say, and every fault; rows without a figure and rows of sums say nothing."""
    faults: list[str] = []
    stated: list[Stated] = []
    if rows and (unnamed := _area_without_unit(rows[0], campaign)) is not None:
        units = (campaign.measures.area.big_name, campaign.measures.area.name)
        faults.append(rows[0].fault(unnamed, excel.area_needs_unit(units)))
    seen: dict[tuple[LineKey, dt.date], str] = {}
    for row in rows:
        cells = Cells(row, faults)
        if cells.is_sum(campaign, excel.REGION):
            continue
        one = _stated(cells, campaign, today)
        if one is None:
            continue
        earlier = seen.setdefault((one.line, one.progress.date), one.place)
        if earlier != one.place:
            cells.fault(excel.REGION, excel.stands_twice(earlier))
        stated.append(one)
    return stated, faults


def _area_without_unit(row: Row, campaign: Campaign) -> str | None:
    if Cells(row, []).area_header(campaign) is not None:
        return None
    return next((h for h in row.cells if folded(h).startswith(excel.AREA)), None)


def _stated(cells: Cells, campaign: Campaign, today: dt.date) -> Stated | None:
    before = len(cells.faults)
    count, area_mu = cells.count(), cells.area_mu(campaign)
    if count is None and area_mu is None and len(cells.faults) == before:
        return None
    region, track, stage = cells.region(campaign), cells.track(campaign), cells.stage(campaign)
    day = _day(cells, campaign, today)
    if region is None or track is None or stage is None or day is None or len(cells.faults) > before:
        return None
    progress = Progress(
        region=region,
        track=track,
        stage=stage,
        basis=Basis.CUMULATIVE,
        since=None,
        date=day,
        count=count,
        area_mu=area_mu,
    )
    return Stated(row=cells.row.number, place=cells.place, progress=progress)


def _day(cells: Cells, campaign: Campaign, today: dt.date) -> dt.date | None:
    header = cells.header(excel.AS_OF) or excel.AS_OF
    faults = len(cells.faults)
    day = cells.day(header)
    if day is None and len(cells.faults) == faults:
        cells.fault(excel.AS_OF, excel.missing())
    elif day is not None and day > today:
        cells.fault(excel.AS_OF, excel.day_ahead(day))
    elif day is not None and day < campaign.start - OLDEST:
        cells.fault(excel.AS_OF, excel.day_too_old(day))
    return day


def differs(item: Progress, held: Figures) -> bool:
    """Whether a stated figure is another than what the ledger holds; what is left empty says nothing."""
    count_differs = item.count is not None and item.count != held.count
    return count_differs or (item.area_mu is not None and item.area_mu != held.area_mu)


ODD: tuple[Check, ...] = (
    plausible.unit_slip,
    plausible.parcel_size,
    plausible.over_target,
    neighbours.out_of_order,
)


def doubt(item: Progress, book: Mapping[LineKey, BookLine], campaign: Campaign, *, today: dt.date) -> str:
    """Return why a figure looks odd beside target and ledger, in a few words; empty when it does not."""
    scene = Scene(items=(item,), book=book, campaign=campaign, sender="", day=today)
    found = (check(item, scene) for check in ODD)
    return next((excel.DOUBTS.get(held.doubt.code.value, "") for held in found if held is not None), "")


def is_opening(items: Iterable[Progress], campaign: Campaign) -> bool:
    """Whether figures from before the campaign are among these: an opening balance."""
    last = campaign.opening_day or campaign.start - dt.timedelta(days=1)
    return any(item.date <= last for item in items)


def opening_day(campaign: Campaign) -> dt.date:
    """Return the day that an opening balance stands at."""
    return campaign.opening_day or campaign.start - dt.timedelta(days=1)
