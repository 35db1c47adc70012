"""The roster file: people and chats from TOML or xlsx, every fault named by sheet, row and column."""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.papers.sheet import SheetError
from bot.papers.sheet_reader import Limits, read_book
from config.campaign import Campaign
from storage.records import Chat, Person, Role

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_ROWS = 20_000
KINDS = ("headquarters", "leaders", "liaisons", "city", "division")
PEOPLE = ("messenger", "user_id", "name", "role", "region", "division", "stand_in", "from", "to")
CHATS = ("messenger", "chat_id", "kind", "region", "division", "route")


class RosterError(Exception):
    """A roster that cannot be taken; `faults` holds one `sheet row column: what is wrong` each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster without a fault."""

    people: tuple[Person, ...]
    chats: tuple[Chat, ...]


def load(path: Path, campaign: Campaign) -> Roster:
    """Read and check a roster file; raise RosterError with every fault found."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RosterError([f"{path}: larger than {MAX_BYTES} bytes"])
        data = path.read_bytes()
    except OSError as fault:
        raise RosterError([f"{path}: {fault.strerror}"]) from fault
    sheets = _from_toml(data, path) if path.suffix == ".toml" else _from_xlsx(data, path)
    return check(sheets, campaign)


def _from_toml(data: bytes, path: Path) -> dict[str, list[tuple[int, Mapping[str, Any]]]]:
    try:
        tables = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise RosterError([f"{path}: {fault}"]) from fault
    return {
        sheet: [(n, row) for n, row in enumerate(tables.get(sheet, []), start=1) if isinstance(row, dict)]
        for sheet in ("people", "chats")
    }


def _from_xlsx(data: bytes, path: Path) -> dict[str, list[tuple[int, Mapping[str, Any]]]]:
    limits = Limits(file_bytes=MAX_BYTES, unpacked_bytes=MAX_UNPACKED_BYTES, rows=MAX_ROWS)
    try:
        book = read_book(data, limits)
    except SheetError as fault:
        raise RosterError([f"{path}: {one}" for one in fault.faults]) from fault
    if not book.get("people") and not book.get("chats"):
        raise RosterError([f"{path}: neither a sheet people nor a sheet chats with rows"])
    return {name: [(row.number, row.cells) for row in book.get(name, ())] for name in ("people", "chats")}


@dataclass(slots=True)
class _Checker:
    """One row's cells, and the faults found in them."""

    campaign: Campaign
    sheet: str
    number: int
    row: Mapping[str, Any]
    faults: list[str] = field(default_factory=list)

    def fault(self, column: str, what: str) -> None:
        self.faults.append(f"{self.sheet} {self.number} {column}: {what}")

    def text(self, column: str, *, needed: bool = False, longest: int = 128) -> str | None:
        cell = self.row.get(column)
        said = "" if cell is None else str(cell).strip()
        if needed and not said:
            self.fault(column, "missing")
        if len(said) > longest:
            self.fault(column, f"longer than {longest} characters")
        return said or None

    def one_of(self, column: str, allowed: Sequence[str], *, needed: bool = False) -> str | None:
        said = self.text(column, needed=needed)
        if said is not None and said not in allowed:
            self.fault(column, f"unknown: {said}")
            return None
        return said

    def day(self, column: str) -> dt.date | None:
        cell = self.row.get(column)
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date) or cell in (None, ""):
            return cell or None
        try:
            return dt.date.fromisoformat(str(cell).strip())
        except ValueError:
            self.fault(column, f"no date: {cell}")
            return None

    def only(self, columns: Sequence[str]) -> None:
        for column in self.row:
            if column not in columns:
                self.fault(str(column), "unknown column")


def check(sheets: Mapping[str, list[tuple[int, Mapping[str, Any]]]], campaign: Campaign) -> Roster:
    """Check rows against the campaign; raise RosterError with every fault found."""
    faults: list[str] = []
    people, chats = [], []
    for number, row in sheets.get("people", []):
        checker = _Checker(campaign, "people", number, row)
        people.append(_person(checker))
        faults += checker.faults
    for number, row in sheets.get("chats", []):
        checker = _Checker(campaign, "chats", number, row)
        chats.append(_chat(checker))
        faults += checker.faults
    faults += _twice("people", "user_id", [(p.messenger, p.user_id) for p in people if p.user_id])
    faults += _twice("chats", "chat_id", [(c.messenger, c.chat_id) for c in chats])
    if faults:
        raise RosterError(faults)
    return Roster(people=tuple(people), chats=tuple(chats))


def _person(cells: _Checker) -> Person:
    cells.only(PEOPLE)
    divisions = [d.name for d in cells.campaign.divisions]
    role = cells.one_of("role", [r.value for r in Role if r is not Role.UNKNOWN], needed=True)
    region = cells.one_of("region", cells.campaign.regions, needed=role == Role.CITY_LIAISON)
    division = cells.one_of("division", divisions, needed=role == Role.DIVISION_LIAISON)
    return Person(
        messenger=cells.text("messenger", needed=True, longest=64) or "",
        user_id=cells.text("user_id"),
        name=cells.text("name", needed=True, longest=64) or "",
        role=Role(role or Role.UNKNOWN),
        region=region,
        division=division,
        stand_in=cells.one_of("stand_in", cells.campaign.regions),
        from_day=cells.day("from"),
        to_day=cells.day("to"),
    )


def _chat(cells: _Checker) -> Chat:
    cells.only(CHATS)
    kind = cells.one_of("kind", KINDS, needed=True)
    divisions = [d.name for d in cells.campaign.divisions]
    return Chat(
        messenger=cells.text("messenger", needed=True, longest=64) or "",
        chat_id=cells.text("chat_id", needed=True) or "",
        kind=kind or "",
        region=cells.one_of("region", cells.campaign.regions, needed=kind == "city"),
        division=cells.one_of("division", divisions, needed=kind == "division"),
        route=cells.text("route", longest=64),
    )


def _twice(sheet: str, column: str, keys: list[tuple[str, str | None]]) -> list[str]:
    seen: set[tuple[str, str | None]] = set()
    faults = []
    for key in keys:
        if key in seen:
            faults.append(f"{sheet} {column}: {key[1]} stands twice")
        seen.add(key)
    return faults
