"""A row of a workbook read by meaning: whatever people call the column and however they write the figure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Protocol

from bot.rules.figures import round_half_up
from bot.rules.wording import excel
from config.campaign import Campaign

MAX_COUNT = 1_000_000
MAX_AREA_MU = Decimal(10**9)
MAX_NAME = 100
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
        wanted = {folded(n) for n in (name, *excel.ALIASES.get(name, ()))}
        return next((h for h in self.row.cells if folded(h) in wanted), None)

    def area_header(self, campaign: Campaign) -> tuple[str, Decimal] | None:
        """Return the header of the area with its unit's factor, or None."""
        for header in self.row.cells:
            found = re.fullmatch(rf"(?:{excel.AREA}|area)\((.+)\)", folded(header))
            units = {folded(unit): factor for unit, factor in campaign.measures.area.units.items()}
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


@lru_cache(maxsize=1024)
def folded(header: str) -> str:
    """Return a header as it is compared: half width, without spaces."""
    return unicodedata.normalize("NFKC", header).replace(" ", "").casefold()
