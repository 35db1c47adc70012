"""Some of the parcels counted before: 上报3宗，有1宗是单独选址 · 批复3宗，前两宗50亩，第三宗20亩."""

import re

from bot.parsing.figure import Figure
from bot.parsing.making import make
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token

_FIRST = ("前", "后", "头")
_IS_SOMETHING = re.compile(r"(?:地块|宗地|地)?(?:是|为|属于?|系)(?![\d一二两三四五六七八九十])")


def enter_some(state: State, token: Token, count: int) -> None:
    """Let a count that only speaks of some of those before it be a part of them."""
    last = state.last
    if last is None or last.sentence != state.sentence:
        return
    whole = _whole_of(state, last)
    if whole.void or (whole.count or 0) <= count:
        return
    if state.text.endswith(_FIRST, 0, token.start) or _is_told(state, token, last, whole):
        _enter(state, whole)


def _is_told(state: State, token: Token, last: Figure, whole: Figure) -> bool:
    """Whether a count only tells what some of those before it are: 有1宗是单独选址."""
    now = state.now
    if _IS_SOMETHING.match(state.text, token.end) is None or last in now.made:
        return False
    if now.marked or now.stage_said or Sort.PLACE in now.clause.sorts:
        return False
    steps = [other.key for other in now.tokens if other.sort is Sort.STAGE]
    return not steps or steps[-1] == whole.stage


def is_numbered(state: State, token: Token, at: int) -> bool:
    """Whether an area is of one parcel named by its number, of those counted before: 第三宗20亩."""
    before, last = state.now.tokens[at - 1] if at else None, state.last
    if before is None or before.sort is not Sort.OTHER_NUMBER or last is None or last.sentence != state.sentence:
        return False
    if not before.text.startswith("第") or not before.text.endswith("宗"):
        return False
    whole = _whole_of(state, last)
    if whole.void or (whole.count or 0) < 2:
        return False
    _enter(state, whole)
    make(state, token, at, count=1, area_mu=token.value)
    return True


def _whole_of(state: State, last: Figure) -> Figure:
    return last if last.within is None else state.figures[last.within]


def _enter(state: State, whole: Figure) -> None:
    """Let what follows be a part of a figure."""
    context = state.context
    if context.within is None:
        state.track_before, state.owner_before = context.track, context.owner
    context.within = whole.place
