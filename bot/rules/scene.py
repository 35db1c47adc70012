"""What a check may look at: the message, the ledger's lines it touches, and who speaks when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.rules import standing
from bot.rules.doubts import Choice, Doubt, DoubtCode, Sense
from bot.rules.wording import questions
from config.campaign import Campaign
from storage.records import Entry, Figures, LineDay, LineKey, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """What the ledger holds of a line: its folded days, and the live entries of the days the message speaks of."""

    days: tuple[LineDay, ...] = ()
    entries: tuple[Entry, ...] = ()


EMPTY = BookLine()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One message about to enter."""

    items: tuple[Progress, ...]
    book: Mapping[LineKey, BookLine]
    campaign: Campaign
    sender: str
    day: dt.date
    again: bool = False

    def line(self, item: Progress) -> BookLine:
        """Return what the ledger holds of an item's line."""
        return self.book.get((item.region, item.track, item.stage), EMPTY)

    def stands(self, item: Progress, day: dt.date) -> Figures:
        """Return what an item's line stands at when a day ends, before this message."""
        return standing.at(self.line(item).days, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A doubt, and what of the item is certain all the same."""

    doubt: Doubt
    rest: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice before it has its number."""

    label: str
    sense: Sense
    records: tuple[Progress, ...] = ()
    replaces: tuple[int, ...] = ()
    is_yes: bool = False
    is_no: bool = False


def drop(*, is_no: bool = True) -> Option:
    """Offer to leave a figure out."""
    return Option(label=questions.DROP, sense=Sense.DROP, is_no=is_no)


def ask(code: DoubtCode, held: Progress, opening: str, options: tuple[Option, ...], meanwhile: str) -> Doubt:
    """Make a doubt of an opening and its options, numbered from 1."""
    choices = tuple(
        Choice(
            number=number,
            label=option.label,
            sense=option.sense,
            records=option.records,
            replaces=option.replaces,
            is_yes=option.is_yes,
            is_no=option.is_no,
        )
        for number, option in enumerate(options, start=1)
    )
    text = questions.question(opening, [choice.label for choice in choices], meanwhile)
    return Doubt(code=code, held=held, question=text, choices=choices)
