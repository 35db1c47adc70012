"""Cumulatives that contradict what stands before or after them, or the increment beside them."""

import datetime as dt
from bisect import bisect_right
from dataclasses import replace
from decimal import Decimal

from bot.rules import precision
from bot.rules.doubts import DoubtCode, Sense
from bot.rules.plausible import as_said_or_not
from bot.rules.scene import Held, Option, Scene, ask, drop
from bot.rules.wording import questions
from bot.rules.wording.phrases import figures_of
from bot.rules.workdays import ONE_DAY
from storage.records import Basis, Figures, LineDay, Progress


def out_of_order(item: Progress, scene: Scene) -> Held | None:
    """Doubt a cumulative below what its day stands at already, or above what is stated for a later day."""
    if not _rises(item, scene):
        return None
    rows = scene.line(item).days
    place = bisect_right(rows, item.date, key=lambda row: row.day)
    before, after = rows[:place], rows[place:]
    if before and _is_below(item, before[-1].standing, before):
        return _held(DoubtCode.LOWER, item, before[-1].day, before[-1].standing, scene)
    later = next((row for row in after if _is_above(item, row.stated)), None)
    if later is not None:
        return _held(DoubtCode.HIGHER, item, later.day, later.stated, scene)
    return None


def _rises(item: Progress, scene: Scene) -> bool:
    """Whether an item is a cumulative that can only grow: of the whole unit, and no stock (在审) and no step back."""
    stage = scene.campaign.stage(item.stage)
    return (
        item.basis is Basis.CUMULATIVE
        and item.county is None
        and not stage.returns
        and stage.name not in stage.stock_words
    )


def _is_below(item: Progress, stands: Figures, rows: tuple[LineDay, ...]) -> bool:
    if item.count is not None and stands.count is not None and item.count < stands.count:
        return True
    if item.area_mu is None or stands.area_mu is None:
        return False
    return precision.is_lower(item.area_mu, stands.area_mu, precision.slack_at(rows, item.area_mu))


def _is_above(item: Progress, stated: Figures) -> bool:
    if item.count is not None and stated.count is not None and item.count > stated.count:
        return True
    if item.area_mu is None or stated.area_mu is None:
        return False
    coarser = precision.grain(item.area_mu) > precision.grain(stated.area_mu)
    slack = precision.blur(item.area_mu) if coarser else Decimal(0)
    return precision.is_lower(stated.area_mu, item.area_mu, slack)


def _held(code: DoubtCode, item: Progress, day: dt.date, stands: Figures, scene: Scene) -> Held:
    opening = questions.out_of_order(item, day, stands, scene.campaign)
    meanwhile = questions.meanwhile_text(stands, scene.campaign)
    return Held(doubt=ask(code, item, opening, as_said_or_not(item, scene.campaign), meanwhile))


def disagreeing(item: Progress, scene: Scene) -> Held | None:
    """Doubt a cumulative that is not yesterday's with today's increment of the same message.

    More than that is doubted only when the day before was stated: else days in between may have gone unreported.
    """
    increment = _increment_beside(item, scene)
    if increment is None or not _rises(item, scene):
        return None
    if _is_smaller(item, increment):
        return _held_alone(item, increment, scene)
    if not scene.again and scene.line(item).entries:
        return None
    expected = _expected(item, increment, scene)
    if not _differs(item, increment, expected, scene):
        return None
    right = replace(
        item,
        count=item.count if expected.count is None else expected.count,
        area_mu=item.area_mu if expected.area_mu is None else expected.area_mu,
    )
    label = questions.should_be(questions.both_figures(figures_of(right), scene.campaign))
    said, _ = as_said_or_not(item, scene.campaign)
    options = (said, Option(label=label, sense=Sense.CHANGED, records=(right,), is_no=True))
    opening = questions.disagreeing(item, expected, scene.campaign)
    meanwhile = questions.meanwhile_text(expected, scene.campaign)
    return Held(doubt=ask(DoubtCode.DISAGREE, item, opening, options, meanwhile))


def _increment_beside(item: Progress, scene: Scene) -> Progress | None:
    """Return the one-day increment of the same line and day in the same message."""
    if item.basis is not Basis.CUMULATIVE:
        return None
    return next((i for i in scene.items if _is_of_one_day(i) and _line(i) == _line(item)), None)


def _is_of_one_day(item: Progress) -> bool:
    return item.basis is Basis.INCREMENT and not item.part and item.since in {None, item.date}


def _line(item: Progress) -> tuple[str, str | None, str, str, dt.date]:
    return item.region, item.county, item.track, item.stage, item.date


def _is_smaller(item: Progress, increment: Progress) -> bool:
    if item.count is not None and increment.count is not None and item.count < increment.count:
        return True
    if item.area_mu is None or increment.area_mu is None:
        return False
    return precision.is_lower(item.area_mu, increment.area_mu, precision.blur(increment.area_mu))


def _held_alone(item: Progress, increment: Progress, scene: Scene) -> Held:
    opening = questions.more_than_its_total(item, figures_of(increment), scene.campaign)
    options = (as_said_or_not(item, scene.campaign)[0], drop())
    return Held(doubt=ask(DoubtCode.DISAGREE, item, opening, options, questions.held_text()))


def _expected(item: Progress, increment: Progress, scene: Scene) -> Figures:
    """Return what the line should stand at: as of now, with this increment on top; None where nothing is known."""
    stands = scene.stands(item, item.date)
    if any(row.day == item.date and row.stated != Figures() for row in scene.line(item).days):
        return Figures()
    count = None if stands.count is None or increment.count is None else stands.count + increment.count
    area_mu = None if stands.area_mu is None or increment.area_mu is None else stands.area_mu + increment.area_mu
    return Figures(count=count if item.count is not None else None, area_mu=area_mu if item.area_mu else None)


def _differs(item: Progress, increment: Progress, expected: Figures, scene: Scene) -> bool:
    rows = scene.line(item).days
    eve = next((row.stated for row in rows if row.day == item.date - ONE_DAY), Figures())
    if expected.count is not None and item.count is not None:
        too_many = eve.count is not None and item.count > expected.count
        if item.count < expected.count or too_many:
            return True
    if expected.area_mu is None or item.area_mu is None or increment.area_mu is None:
        return False
    if eve.area_mu is not None:
        return precision.differs(item.area_mu, expected.area_mu, (eve.area_mu, increment.area_mu, item.area_mu))
    before = tuple(row for row in rows if row.day <= item.date)
    slack = precision.slack_at(before, Decimal(0)) + precision.blur(increment.area_mu) + precision.blur(item.area_mu)
    return precision.is_lower(item.area_mu, expected.area_mu, slack)
