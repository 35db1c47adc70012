"""What a figure rests on, as plain values: no table, no session, no I/O."""

import datetime as dt
from dataclasses import dataclass

from storage.records import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One entry with the message that brought it: whose, when, in which words, and whether it still counts."""

    number: int
    progress: Progress
    person: str
    sent_at: dt.datetime
    text: str
    order: int
    live: bool
    derived: bool
    is_voided: bool
    replaced_by: int | None
