"""How exactly an area was said, so that rounding is not taken for a contradiction.

People state areas in 万亩 with two decimals: such a figure is a multiple of 100 mu and may be off by half of that, or
by all of it where it was cut off.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from storage.records import LineDay

STEPS = (Decimal(100), Decimal(10), Decimal(1))


def grain(area_mu: Decimal) -> Decimal:
    """Return the step an area seems to be counted in: 100, 10 or 1 mu, else 0 (exact)."""
    return next((step for step in STEPS if area_mu % step == 0), Decimal(0))


def blur(area_mu: Decimal | None) -> Decimal:
    """Return by how much an area may be off if it was rounded to its step; nothing was not rounded."""
    return grain(area_mu) / 2 if area_mu else Decimal(0)


def is_lower(new_mu: Decimal, old_mu: Decimal, slack: Decimal = Decimal(0)) -> bool:
    """Whether an area is lower than an older one by more than rounding explains."""
    step = grain(new_mu)
    floor = old_mu - slack
    if step:
        floor = (floor / step).to_integral_value(ROUND_FLOOR) * step
    return new_mu < floor


def differs(one_mu: Decimal, other_mu: Decimal, parts: Sequence[Decimal]) -> bool:
    """Whether two areas differ by more than the rounding of the figures they come from explains."""
    return abs(one_mu - other_mu) > sum(map(blur, parts))


def slack_at(rows: Sequence[LineDay], new_mu: Decimal) -> Decimal:
    """Return by how much rounding may have lifted the area that rows lead to, compared with a newly stated one."""
    added = Decimal(0)
    base = None
    for row in reversed(rows):
        if row.stated.area_mu is not None:
            base = row.stated.area_mu
            break
        added += blur(row.added.area_mu)
    if not added and base is not None and grain(new_mu) >= grain(base):
        return Decimal(0)
    return added + blur(base)
