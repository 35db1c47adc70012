"""What a number measures: by its own unit, or by the one that stands only behind the last of several."""

from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token

NUMBERS = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE})
JOINTS = frozenset({"、", "和", "、和", "及", "与", "+"})
"""What stands between numbers side by side."""
_NAMES = frozenset({Sort.PLACE, Sort.STAGE, Sort.GROUP})
_MOST = 40


def unit_of(state: State, token: Token) -> str:
    """Return the unit a number has: `count`, an area's factor, or nothing."""
    if token.sort is Sort.COUNT:
        return "count"
    if token.sort is not Sort.AREA:
        return ""
    said = token.text.replace(" ", "").removesuffix("左右").removesuffix("上下").rstrip("多余来半")
    units = state.vocabulary.units
    return str(units[max((unit for unit in units if said.endswith(unit)), key=len)])


def unit_in(state: State, group: Token) -> str:
    """Read （宗） or （万亩）: `count`, an area's factor, or nothing."""
    inside = state.text[group.start + 1 : group.end - 1].replace(" ", "").removeprefix("单位:")
    if inside in state.vocabulary.count_units:
        return "count"
    factor = state.vocabulary.units.get(inside)
    return "" if factor is None else str(factor)


def shared_unit(state: State, at: int) -> str:
    """Return the unit that only the last of several numbers has: 12、15、20亩 · 3/45宗 · 安陆2、云梦1（宗）."""
    end, place = state.now.tokens[at].end, False
    for token in state.now.tokens[at + 1 : at + _MOST]:
        if token.sort is Sort.PAUSE or token.text == "+":
            continue
        gap = state.raw_between(end, token.start)
        if not (gap in JOINTS or gap == "/" or (not gap and (place or token.sort in _NAMES))):
            return ""
        if token.sort is Sort.GROUP and not place:
            return unit_in(state, token)
        place = token.sort in _NAMES
        if not place and token.sort is not Sort.BARE:
            return unit_of(state, token) if token.sort in NUMBERS else ""
        end = token.end
    return ""
