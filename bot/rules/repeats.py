"""A second figure of the same line and day: on top of the first, or the whole day's?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.rules.derive import kept_where_open
from bot.rules.doubts import Choice, DoubtCode, Sense
from bot.rules.scene import Held, Option, Scene, ask
from bot.rules.wording import questions
from bot.rules.wording.phrases import figures_of
from storage.records import Basis, Entry, Figures, Progress


def repeated(item: Progress, scene: Scene) -> Held | None:
    """Doubt a second one-day increment, unless 又/再/另/新增 was said; an equal one of another sender all the same."""
    if item.basis is not Basis.INCREMENT or item.since not in {None, item.date}:
        return None
    entries = scene.line(item).entries
    if scene.again and not any(_is_anothers_equal(e, item, scene.sender) and _is_same_day(e, item) for e in entries):
        return None
    held = [e for e in entries if _is_same_day(e, item)]
    if not held:
        return None
    before = total(e.progress for e in held)
    together = _as_far_as_said(total([*(e.progress for e in held), item]), item)
    whole = kept_where_open(item, held)
    options = (
        Option(
            label=questions.on_top(figures_of(item), together, scene.campaign),
            sense=Sense.ADDITIONAL,
            records=(item,),
        ),
        Option(
            label=questions.in_all(figures_of(item), scene.campaign),
            sense=Sense.WHOLE_DAY,
            records=(whole,),
            replaces=tuple(e.id for e in held),
        ),
    )
    opening = questions.repeated(item, before, day=scene.day, campaign=scene.campaign)
    meanwhile = questions.meanwhile_text(before, scene.campaign)
    return Held(doubt=ask(DoubtCode.REPEATED, item, opening, options, meanwhile))


def as_of_now(choice: Choice, item: Progress, entries: Sequence[Entry]) -> Choice:
    """Return what a choice does now: the whole day's figure takes the place of whatever that day holds by then.

    A record of the day may have been corrected, withdrawn or joined by another since the question was put.
    """
    if choice.sense is not Sense.WHOLE_DAY:
        return choice
    held = [e for e in entries if _is_same_day(e, item)]
    return replace(choice, records=(kept_where_open(item, held),), replaces=tuple(e.id for e in held))


def _is_same_day(entry: Entry, item: Progress) -> bool:
    """Whether a live entry is a one-day increment that may be the same parcels: of another county it is not."""
    other = entry.progress
    return (
        entry.live
        and not other.part
        and other.basis is Basis.INCREMENT
        and (other.track, other.stage, other.date) == (item.track, item.stage, item.date)
        and other.since in {None, other.date}
        and (other.county == item.county or other.county is None or item.county is None)
    )


def _as_far_as_said(figures: Figures, item: Progress) -> Figures:
    """Keep the quantities that an item states."""
    return Figures(
        count=None if item.count is None else figures.count, area_mu=None if item.area_mu is None else figures.area_mu
    )


def _is_anothers_equal(entry: Entry, item: Progress, sender: str) -> bool:
    return entry.sender != sender and figures_of(entry.progress) == figures_of(item)


def total(items: Iterable[Progress]) -> Figures:
    """Add up counts and areas; None where none was given."""
    items = tuple(items)
    counts = [i.count for i in items if i.count is not None]
    areas = [i.area_mu for i in items if i.area_mu is not None]
    return Figures(count=sum(counts) if counts else None, area_mu=sum(areas, Decimal(0)) if areas else None)
