"""A sheet of standings read as cumulative figures: every row checked, every fault said with its place."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from bot.rules import neighbours, plausible
from bot.rules.checks import Check
from bot.rules.derive import Replacement
from bot.rules.figures import round_half_up
from bot.rules.scene import BookLine, Scene
from bot.rules.wording import excel
from config.campaign import Campaign
from storage.records import Basis, Figures, LineKey, Progress

MAX_COUNT = 1_000_000
MAX_AREA_MU = Decimal(10**9)
MAX_NAME = 100
OLDEST = dt.timedelta(days=366)
"""How long before the campaign's first day a standing may be dated."""
BLANK = frozenset({"", "-", "—", "－", "/", "无"})
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s+0{1,2}:00(?::00)?)?")


class Row(Protocol):
    """A row of a sheet: its cells by header, and how a fault of it is said."""

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        ...

    @property
    def number(self) -> int:
        """The row's number as Excel shows it."""
        ...

    @property
    def cells(self) -> Mapping[str, object]:
        """The cells by header."""
        ...

    def fault(self, header: str, what: str) -> str:
        """Say a fault the common way: `sheet row column: fault`."""
        ...


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


@dataclass(frozen=True, slots=True)
class Cells:
    """A row's cells read by meaning: faults go to the common list."""

    row: Row
    faults: list[str]

    @property
    def place(self) -> str:
        """Where the row stands: 进度明细 5."""
        return f"{self.row.sheet} {self.row.number}"

    def header(self, name: str) -> str | None:
        """Return the header that the sheet has for a column, or None."""
        wanted = {_folded(n) for n in (name, *excel.ALIASES.get(name, ()))}
        return next((h for h in self.row.cells if _folded(h) in wanted), None)

    def area_header(self, campaign: Campaign) -> tuple[str, Decimal] | None:
        """Return the header of the area with its unit's factor, or None."""
        for header in self.row.cells:
            found = re.fullmatch(rf"(?:{excel.AREA}|area)\((.+)\)", _folded(header))
            units = {_folded(unit): factor for unit, factor in campaign.measures.area.units.items()}
            if found and found[1] in units:
                return header, units[found[1]]
        return None

    def fault(self, name: str, what: str) -> None:
        """Note a fault of a column."""
        self.faults.append(self.row.fault(self.header(name) or name, what))

    def said(self, name: str) -> str:
        """Return a column's words; empty where there is none."""
        header = self.header(name)
        cell = None if header is None else self.row.cells[header]
        return "" if cell is None else str(cell).strip()

    def is_sum(self, campaign: Campaign, *names: str) -> bool:
        """Whether the row only adds up others."""
        return any(self.said(name) in {*excel.SUMS, *campaign.vocabulary.whole} for name in names)

    def region(self, campaign: Campaign) -> str | None:
        """Return the unit that the row is about."""
        said = self.said(excel.REGION)
        found = next((region for name, region in campaign.unit_names if name == said), None)
        if found is None:
            self.fault(excel.REGION, excel.unknown_name(said) if said else excel.missing())
        return found

    def track(self, campaign: Campaign) -> str | None:
        """Return the track; the default one where nothing is said."""
        said = self.said(excel.TRACK)
        if not said:
            return campaign.default_track.key
        found = next((t.key for t in campaign.tracks if said in {t.key, t.name, *t.words}), None)
        if found is None:
            self.fault(excel.TRACK, excel.unknown_name(said))
        return found

    def stage(self, campaign: Campaign) -> str | None:
        """Return the stage."""
        said = self.said(excel.STAGE)
        found = next((s.key for s in campaign.stages if said in {s.key, s.name, *s.words}), None)
        if found is None:
            self.fault(excel.STAGE, excel.unknown_name(said) if said else excel.missing())
        return found

    def count(self) -> int | None:
        """Return the count; None where the cell is empty."""
        header = self.header(excel.COUNT)
        value = None if header is None else self._number(header, excel.no_count())
        if header is not None and value is not None and value != value.to_integral_value():
            self.faults.append(self.row.fault(header, excel.no_count()))
            return None
        if header is not None and value is not None and value > MAX_COUNT:
            self.faults.append(self.row.fault(header, excel.too_large()))
            return None
        return None if value is None else int(value)

    def area_mu(self, campaign: Campaign) -> Decimal | None:
        """Return the area in mu; None where the cell is empty."""
        found = self.area_header(campaign)
        value = None if found is None else self._number(found[0], excel.no_area())
        if found is None or value is None:
            return None
        if value > MAX_AREA_MU or value * found[1] > MAX_AREA_MU:
            self.faults.append(self.row.fault(found[0], excel.too_large()))
            return None
        return round_half_up(value * found[1], 6).normalize() + 0

    def day(self, header: str) -> dt.date | None:
        """Return the day in a cell; None where it is empty or no day."""
        cell = self.row.cells.get(header)
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date):
            return cell
        if cell is None or str(cell).strip() in BLANK:
            return None
        found = DAY.fullmatch(unicodedata.normalize("NFKC", str(cell)).strip())
        try:
            if found is not None:
                return dt.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
        self.faults.append(self.row.fault(header, excel.no_day()))
        return None

    def _number(self, header: str, fault: str) -> Decimal | None:
        cell = self.row.cells[header]
        said = "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip().replace(",", "")
        if said in BLANK:
            return None
        try:
            value = None if isinstance(cell, bool | dt.date) else Decimal(said)
        except InvalidOperation:
            value = None
        if value is None or not value.is_finite() or value < 0:
            self.faults.append(self.row.fault(header, fault))
            return None
        return value


def _folded(header: str) -> str:
    return unicodedata.normalize("NFKC", header).replace(" ", "").casefold()


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
    return next((h for h in row.cells if _folded(h).startswith(excel.AREA)), None)


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
