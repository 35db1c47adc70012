"""Numbers without a unit, and figures without a single value."""

from decimal import Decimal

from msgspec.structs import replace

from bot.parsing.amounts import on_area, on_count
from bot.parsing.figure import Figure
from bot.parsing.making import plain_figure
from bot.parsing.nothing import on_zero
from bot.parsing.reasons import NOT_CERTAIN
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from bot.parsing.units import shared_unit, unit_in
from storage.records import Basis


def on_vague(state: State, token: Token, at: int) -> None:
    """十几宗, 35至40亩: a figure that must be asked about."""
    if (
        not state.now.void
        and not state.context.void
        and (state.context.stage or state.now.waits or state.now.stage_said)
    ):
        state.unclear = True
    state.passed.append((token.start, token.end, NOT_CERTAIN))
    _ = at


def on_bare(state: State, token: Token, at: int) -> None:
    """Read a number without a unit by the heading or label above it, else it must be asked about."""
    assert token.value is not None
    if token.key == "+":
        _plus_without_unit(state, token)
        return
    unit = _unit_behind(state, at) or _unit_for(state, at)
    if unit == "count" and token.value == token.value.to_integral_value():
        on_count(state, token, at)
    elif unit and unit != "count":
        on_area(state, replace(token, value=token.value * Decimal(unit), plus=None), at)
    else:
        if token.value or not on_zero(state, token):
            state.now.bare.append(token)
        return
    state.bare_cursor += 1


def _unit_behind(state: State, at: int) -> str:
    """Return the unit in brackets behind a number (3（宗）), or behind the last of those that 分别 deals out."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    if after is not None and after.sort is Sort.GROUP and after.start - state.now.tokens[at].end <= 1:
        return unit_in(state, after)
    before = state.now.tokens[at - 1] if at else None
    token = state.now.tokens[at]
    behind = state.text[token.end : token.end + 1]
    listed = before is not None and before.sort in {Sort.PLACE, Sort.STAGE} and before.end == token.start
    shared = state.now.respectively or behind == "+" or (listed and behind != "/")
    return shared_unit(state, at) if shared else ""


def on_pair(state: State, token: Token, at: int) -> None:
    """Read 1/20 under （宗/亩）, which elsewhere may be a day or a share."""
    count, slash, area = token.text.partition("/")
    units = state.context.units
    if not slash or len(units) != 2 or units[0] != "count" or not (count.isdigit() and area.isdigit()):
        return
    on_count(state, replace(token, value=Decimal(count), plus=None), at)
    on_area(state, replace(token, value=Decimal(area) * Decimal(units[1]), plus=None), at)
    state.bare_cursor = 0


def _plus_without_unit(state: State, token: Token) -> None:
    """45宗（+3）: what of the figure before is new today."""
    last = state.last
    if last is None or last.count is None or token.value is None or last.sentence != state.sentence:
        state.context.marks.new = True
        state.now.bare += [] if last is not None else [token]
        return
    if last.area_mu is None:
        add_growth(state, last, token, count=True)


def add_growth(state: State, whole: Figure, token: Token, *, count: bool) -> None:
    """Let a figure be the standing, and what is said of its growth the increment of the day."""
    context = state.context
    whole.basis, whole.since, whole.date = Basis.CUMULATIVE, None, context.today
    fresh = plain_figure(state, token, whole.owner, whole.stage, (Basis.INCREMENT, context.today, context.today, False))
    fresh.track, fresh.void = whole.track, whole.void
    grown = next((f for f in reversed(state.of_sentence()) if f.full_key() == fresh.full_key()), None)
    if grown is None or (grown.count if count else grown.area_mu) is not None:
        grown = fresh
        state.enter(grown)
    else:
        grown.spans += fresh.spans
    if count:
        grown.count = int(token.value or 0)
    else:
        grown.area_mu = token.value
    state.last = whole


def _unit_for(state: State, at: int) -> str:
    """Return the unit of a bare number: `count`, an area's factor, or nothing."""
    units = state.context.units
    label, factor = state.label, state.label_factor
    if not label and state.now.marked:
        label, factor = state.label_over
    if label == "count":
        return "count"
    if label == "area":
        return factor or next((unit for unit in units if unit != "count"), "")
    if not units:
        return ""
    if len(units) == 1:
        return units[0]
    before = state.now.tokens[at - 1].sort if at else None
    if before is Sort.CUMULATIVE or before is Sort.PERIOD:
        state.bare_cursor = 0  # 上报：今日3、72；累计104、12020
    return units[state.bare_cursor] if state.bare_cursor < len(units) else ""
