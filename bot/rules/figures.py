"""How every figure is shown: one place, so that chat, picture, sheet and memo never differ by a digit.

Shares and differences come in as exact fractions and are rounded here, once, half up; a shown difference is the exact
difference rounded, never a difference of rounded figures.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from config.campaign import AreaMeasure, Measures, Target
from storage.records import Figures

Number = int | Decimal | Fraction

STEPS = tuple(Decimal(1).scaleb(-places) for places in range(8))
PLACES = 4
"""Decimals of an area in the big unit, half up; zeros behind the second are left out."""
SMALL_UNIT_PLACES = 2
SMALL_UNIT_BELOW = Decimal("0.1")
"""What was added is told in the small unit below this share of the big one: ＋100亩, ＋0.15万亩."""
NO_TASK = "无任务"


def round_half_up(value: Number, places: int) -> Decimal:
    """Round to a number of decimals, a tie away from zero, exactly."""
    if not isinstance(value, Fraction):
        return Decimal(value).quantize(STEPS[places], ROUND_HALF_UP)
    whole = (abs(value.numerator) * 10**places * 2 + value.denominator) // (2 * value.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def percent(share: Number) -> str:
    """Show a share in percent with one decimal: 11.3%."""
    return f"{round_half_up(Fraction(share), 3).scaleb(2)}%"


def points(share: Number) -> str:
    """Show the size of a difference of two shares in percentage points with one decimal: 13.3."""
    return str(abs(round_half_up(Fraction(share), 3)).scaleb(2))


def whole(value: Number) -> str:
    """Show the nearest whole number: 8."""
    return str(round_half_up(value, 0))


def plus(text: str) -> str:
    """Put the full-width plus before what was added; a minus that stands there becomes full-width too."""
    return "－" + text[1:] if text.startswith("-") else "＋" + text


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureWriter:
    """Writes counts and areas in a campaign's own units."""

    measures: Measures

    @property
    def _area(self) -> AreaMeasure:
        return self.measures.area

    @property
    def _small_below(self) -> Decimal:
        return SMALL_UNIT_BELOW * self._area.big_factor

    def count(self, count: int) -> str:
        """Write a count: 14宗."""
        return f"{count}{self.measures.count.name}"

    def area(self, area_mu: Number) -> str:
        """Write an area in the big unit: 0.08万亩; one too small to be seen there in the small unit: 0.3亩."""
        shown = self._big(area_mu)
        if shown is None:
            return f"{_plain(area_mu)}{self._area.name}"
        return f"{shown}{self._area.big_name}"

    def added_area(self, area_mu: Number) -> str:
        """Write what was added to an area: 100亩 as people say it, from a tenth of the big unit on 0.21万亩."""
        if not -self._small_below < area_mu < self._small_below:
            return self.area(area_mu)
        return self.small_area(area_mu)

    def small_area(self, area_mu: Number) -> str:
        """Write an area in the small unit with at most two decimals: 36.5亩."""
        rounded = round_half_up(area_mu, SMALL_UNIT_PLACES)
        return f"{_plain(rounded or area_mu)}{self._area.name}"

    def figures(self, figures: Figures, *, joined_by: str = "、") -> str:
        """Write what stands: 14宗、0.08万亩; a figure never stated is left out."""
        return joined_by.join(
            text
            for text in (
                None if figures.count is None else self.count(figures.count),
                None if figures.area_mu is None else self.area(figures.area_mu),
            )
            if text is not None
        )

    def added(self, figures: Figures) -> str:
        """Write what was added: ＋2宗、＋100亩."""
        return "、".join(plus(text) for text in self._added_parts(figures))

    def added_briefly(self, figures: Figures) -> str:
        """Write what was added where room is short: ＋2宗100亩."""
        parts = self._added_parts(figures)
        return plus("".join(parts)) if parts else ""

    def progress(self, done: Figures, target: Target) -> str:
        """Write what is done of a target: 14/120宗、0.08/0.71万亩; without a target figure only what is done."""
        parts = []
        if done.count is not None:
            of_count = f"/{target.count}" if target.count else ""
            parts.append(f"{done.count}{of_count}{self.measures.count.name}")
        if done.area_mu is not None:
            parts.append(self.area_of(done.area_mu, target.area_mu))
        return "、".join(parts)

    def area_of(self, done_mu: Number, target_mu: Number | None) -> str:
        """Write an area and its target with the unit once: 0.08/0.71万亩."""
        if not target_mu:
            return self.area(done_mu)
        done, target = self._big(done_mu), self._big(target_mu)
        if done is None or target is None:
            return f"{self.area(done_mu)}/{self.area(target_mu)}"
        return f"{done}/{target}{self._area.big_name}"

    def _added_parts(self, figures: Figures) -> list[str]:
        parts = [] if figures.count is None else [self.count(figures.count)]
        return parts if figures.area_mu is None else [*parts, self.added_area(figures.area_mu)]

    def _big(self, area_mu: Number) -> str | None:
        """Write a number of big units, or nothing when a non-zero area would be shown as zero."""
        factor = self._area.big_factor
        big = area_mu / Fraction(factor) if isinstance(area_mu, Fraction) else area_mu / factor
        rounded = round_half_up(big, PLACES)
        if not rounded and area_mu:
            return None
        head, _, decimals = f"{rounded:.{PLACES}f}".partition(".")
        return f"{head}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def _plain(value: Number) -> str:
    """Write a number without exponent and without trailing zeros; a fraction to six decimals, as areas are kept."""
    number = round_half_up(value, 6) if isinstance(value, Fraction) else Decimal(value)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
