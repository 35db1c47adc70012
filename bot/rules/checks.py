"""Checks before a record enters: the certain goes in at once, the doubtful is asked about, nothing is guessed."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bot.rules import neighbours, plausible, repeats
from bot.rules.doubts import Doubt, DoubtCode
from bot.rules.scene import BookLine, Held, Scene, ask
from bot.rules.wording import questions
from config.campaign import Campaign
from storage.records import LineKey, Progress

Check = Callable[[Progress, Scene], Held | None]

FIRST: tuple[Check, ...] = (
    plausible.date_outside,
    plausible.unit_slip,
    plausible.parcel_size,
    plausible.over_target,
)
"""What is asked of every figure, a correction's too."""
THEN: tuple[Check, ...] = (neighbours.out_of_order, neighbours.disagreeing, repeats.repeated)
"""What only a new report is asked: a correction is meant to differ from what stands."""
AGAINST_THE_BOOKS: Mapping[DoubtCode, Check] = {
    DoubtCode.REPEATED: repeats.repeated,
    DoubtCode.OVER_TARGET: plausible.over_target,
    DoubtCode.LOWER: neighbours.out_of_order,
    DoubtCode.HIGHER: neighbours.out_of_order,
}
"""Doubts that quote what the ledger holds: they are put with what it holds when their turn comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What may enter at once, and what is asked about."""

    certain: tuple[Progress, ...] = ()
    doubts: tuple[Doubt, ...] = field(default=())


def examine(
    items: Iterable[Progress],
    book: Mapping[LineKey, BookLine],
    *,
    campaign: Campaign,
    sender: str,
    day: dt.date,
    again: bool = False,
    is_correction: bool = False,
) -> Examined:
    """Sort a message's items into the certain and the doubtful.

    `day` is the day of sending, `again` says that 又/再/另/新增 was said. Parts never count and are never doubted.
    """
    items = tuple(items)
    scene = Scene(items=items, book=book, campaign=campaign, sender=sender, day=day, again=again)
    checks = FIRST if is_correction else FIRST + THEN
    certain: list[Progress] = []
    doubts: list[Doubt] = []
    for item in items:
        rest: Progress | None = item
        for check in () if item.part else checks:
            held = check(rest, scene) if rest is not None else None
            if held is not None:
                doubts.append(held.doubt)
                rest = held.rest
        if rest is not None:
            certain.append(rest)
    return Examined(certain=tuple(certain), doubts=tuple(doubts))


def renewed(doubt: Doubt, book: Mapping[LineKey, BookLine], *, campaign: Campaign, sender: str, day: dt.date) -> Doubt:
    """Return a doubt as it is to be put now; one that the ledger gives no reason for any more asks for itself alone."""
    check = AGAINST_THE_BOOKS.get(doubt.code)
    if check is None:
        return doubt
    scene = Scene(items=(doubt.held,), book=book, campaign=campaign, sender=sender, day=day)
    held = check(doubt.held, scene)
    if held is not None:
        return held.doubt
    opening = questions.to_be_confirmed(doubt.held, day=day, campaign=campaign)
    return ask(doubt.code, doubt.held, opening, plausible.as_said_or_not(doubt.held, campaign), questions.held_text())


def lines_of(items: Iterable[Progress]) -> tuple[LineKey, ...]:
    """Return the lines whose book `examine` wants to see, and `days_of` the days of their entries."""
    return tuple(dict.fromkeys((i.region, i.track, i.stage) for i in items if not i.part))


def days_of(items: Iterable[Progress]) -> tuple[dt.date, ...]:
    """Return the days whose live entries `examine` wants to see."""
    return tuple(sorted({i.date for i in items if not i.part}))
