"""What 共 and 合计 sum up, and whose the sum is: of one county, of several together, of the unit."""

from bot.parsing.context import Owner
from bot.parsing.figure import Figure
from bot.parsing.reasons import UNKNOWN
from bot.parsing.sorts import Sort
from bot.parsing.state import State


def _is_of_several(state: State) -> bool:
    """Whether a sum is of several counties (丹江口1宗、郧阳2宗，合计3宗), not all of them known by name."""
    return len(state.counties) > 1 or any(f.void == UNKNOWN for f in state.of_sentence())


def is_own(state: State, at: int) -> bool:
    """Whether a sum is of one county alone: 江夏区批复2宗，新洲区批复1宗共85亩 · 梁子湖区：今日上报共2宗."""
    before = state.now.tokens[:at]
    if state.now.tokens[at].sort is Sort.COUNT:
        owner, together = state.context.owner, len(state.context.owners) > 1
        return not together and all(figure.owner.county != owner.county for figure in state.of_sentence())
    named_here = sum(token.sort is Sort.PLACE for token in before)
    return named_here == 1 and sum(token.sort is Sort.COUNT for token in before) <= 1


def note_sum(state: State, at: int, count: int | None) -> None:
    """Let a sum of counties be the unit's, and one that adds up what was said stand as that does."""
    context, known = state.context, _sums_up(state, count)
    context.marks.already = context.marks.already and not known
    start = state.now.tokens[at].start
    several = _is_of_several(state) and (state.text[start - 1] == "=" or not is_own(state, at))
    if context.owner.county is not None and (known or several):
        context.owner, context.owners = Owner(context.owner.region), []


def makes_up(state: State, at: int, count: int | None) -> bool:
    """Whether a count is what counties told right before make up: 大冶1宗、阳新3宗，4宗今日全部上报."""
    if count is None or len(state.counties) < 2:
        return False
    before = state.now.tokens[at - 1].sort if at else Sort.COUNT
    if before not in {Sort.COUNT, Sort.AREA} and Sort.PLACE in state.now.clause.sorts:
        return False
    told = [figure for figure in state.of_sentence() if not figure.void]
    steps = {figure.stage for figure in told}
    if steps != {None} and (steps != {state.context.stage} or state.context.marks.period is not None):
        return False
    of_counties = len(told) > 1 and all(f.owner.county is not None and f.within is None for f in told)
    return of_counties and sum(figure.count or 0 for figure in told) == count


def _sums_up(state: State, count: int | None) -> bool:
    """Whether a sum only adds up what was said of the step, or repeats it: 沙洋1宗35亩，合计1宗35亩."""
    stage = state.context.stage
    said = state.of_sentence() or [f for f in state.figures[-60:] if f.owner.county is not None]
    told = [f for f in said if f.count is not None and not f.void and f.stage == stage]
    enough = len(told) > 1 or (len(told) == 1 and not state.now.stage_said)
    return enough and sum(f.count or 0 for f in told) == count


def is_of_counties(state: State, last: Figure) -> bool:
    """Whether an area is of the counties before it together, whose own areas were not said."""
    if last.owner.county is None or last.area_mu is not None or len(state.counties) < 2 or last.within is not None:
        return False
    counts = [f for f in state.of_sentence() if not f.void and f.count is not None]
    return len(counts) > 1 and all(f.area_mu is None and f.owner.county is not None for f in counts)
