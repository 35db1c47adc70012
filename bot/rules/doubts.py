"""A doubt about a figure: what is asked, what may be answered, and what each answer does to the records."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from storage.records import Basis, Progress


class DoubtCode(StrEnum):
    """Why a figure was not taken at once."""

    DATE = "date"
    UNIT_SLIP = "unit_slip"
    PARCEL_SIZE = "parcel_size"
    OVER_TARGET = "over_target"
    LOWER = "lower"
    HIGHER = "higher"
    DISAGREE = "disagree"
    REPEATED = "repeated"
    FOREIGN = "foreign"


class Sense(StrEnum):
    """What a choice amounts to, for answers in words."""

    AS_SAID = "as_said"
    CHANGED = "changed"
    ADDITIONAL = "additional"
    WHOLE_DAY = "whole_day"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer: the items to record, the live entries they replace, and what people call it."""

    number: int
    label: str
    sense: Sense
    records: tuple[Progress, ...] = ()
    replaces: tuple[int, ...] = ()
    is_yes: bool = False
    is_no: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the choice as plain JSON values."""
        return {
            "number": self.number,
            "label": self.label,
            "sense": self.sense.value,
            "records": [_progress_json(item) for item in self.records],
            "replaces": list(self.replaces),
            "is_yes": self.is_yes,
            "is_no": self.is_no,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Rebuild what `to_json` wrote."""
        return cls(
            number=data["number"],
            label=data["label"],
            sense=Sense(data["sense"]),
            records=tuple(_progress(item) for item in data["records"]),
            replaces=tuple(data["replaces"]),
            is_yes=data["is_yes"],
            is_no=data["is_no"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something held back until it is answered; it never enters the ledger by itself."""

    code: DoubtCode
    held: Progress
    question: str
    choices: tuple[Choice, ...]

    @property
    def region(self) -> str:
        """The unit it is about."""
        return self.held.region

    def to_json(self) -> dict[str, Any]:
        """Return the doubt as plain JSON values."""
        return {
            "code": self.code.value,
            "held": _progress_json(self.held),
            "question": self.question,
            "choices": [choice.to_json() for choice in self.choices],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Rebuild what `to_json` wrote."""
        return cls(
            code=DoubtCode(data["code"]),
            held=_progress(data["held"]),
            question=data["question"],
            choices=tuple(Choice.from_json(choice) for choice in data["choices"]),
        )


def _progress_json(item: Progress) -> dict[str, Any]:
    return {
        "region": item.region,
        "county": item.county,
        "track": item.track,
        "stage": item.stage,
        "basis": item.basis.value,
        "since": item.since and item.since.isoformat(),
        "date": item.date.isoformat(),
        "count": item.count,
        "area_mu": None if item.area_mu is None else str(item.area_mu),
        "part": item.part,
        "spans": [list(span) for span in item.spans],
    }


def _progress(data: dict[str, Any]) -> Progress:
    return Progress(
        region=data["region"],
        county=data["county"],
        track=data["track"],
        stage=data["stage"],
        basis=Basis(data["basis"]),
        since=data["since"] and dt.date.fromisoformat(data["since"]),
        date=dt.date.fromisoformat(data["date"]),
        count=data["count"],
        area_mu=None if data["area_mu"] is None else Decimal(data["area_mu"]),
        part=data["part"],
        spans=tuple((start, end) for start, end in data["spans"]),
    )
