"""Whose an area is when several were counted before it: of all together, of each, or of one of them."""

import re

from bot.parsing.figure import Figure
from bot.parsing.reasons import NOT_CERTAIN, UNKNOWN
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from bot.parsing.voids import has_foreign_words

_WHOLE_DAY = ("全天", "整天", "全日", "整日")
_ONE_OF_TWO = re.compile(r"(?P<which>[前后])者(?:的?(?:用地)?面积)?[是为有:]? ?$")
_AREA_IS = re.compile(r"\s*(?:用地|占地)?(?:面积)?(?:都|均)?[为是在]?(?:大?约|近|差不多|左右)?\s*")
_KIND = re.compile("(?!总|用地|土地|占地|面积|建设|共|耕地|农用地)[\u4e00-\u9fff]{2}")
_ALL_ARE = frozenset({"均", "均为", "都是", "全是"})


def is_of_some(state: State, last: Figure, at: int) -> bool:
    """Whether an area may be of one of several parcels only: 批复2宗，学校用地18亩，道路用地45亩."""
    several = last.count is not None and last.count > 1 and last.spans[-1][1] <= state.now.clause.start
    if several and not state.now.stage_said and has_foreign_words(state, state.now.tokens[at]):
        return True
    return last.place == state.context.within and _is_of_kind(state, at)


def _is_of_kind(state: State, at: int) -> bool:
    """Whether an area behind 其中 is of one kind of what was counted before: 批复3宗，其中工业45亩."""
    tokens = state.now.tokens
    within = next((token for token in reversed(tokens[:at]) if token.sort is Sort.WITHIN), None)
    return within is not None and _KIND.match(state.text, within.end, tokens[at].start) is not None


def whole_before(state: State, last: Figure, token: Token, at: int) -> Figure | None:
    """Return the count of all parcels before that an area is of: 供地3宗，其中出让2宗划拨1宗，合计88亩."""
    labelled = at > 0 and state.now.tokens[at - 1].sort is Sort.AREA_LABEL and not state.now.made
    if last.area_mu is not None or not (labelled or adds_up(state, at)) or token.plus is not None:
        return None
    told = 0
    for number, figure in enumerate(reversed(state.of_sentence())):
        if figure.count is None or figure.area_mu is not None or figure.key()[2:] != last.key()[2:]:
            return None
        of_same = figure.owner.county is None or figure.owner.key() == last.owner.key()
        if number > 1 and figure.count == told and of_same:
            return None if figure.void else figure
        told += figure.count
    return None


def whole_of_part(state: State, last: Figure, at: int) -> Figure | None:
    """Return the count that an area is of behind one or more of its parcels told: 2宗，其中1宗是学校，共28亩."""
    now = state.now
    if now.made or now.stage_said:
        return None
    sums = adds_up(state, at) or (at > 0 and now.tokens[at - 1].text.startswith("总"))
    if last.count is None:
        of_part = None if last.within is None or not sums else state.figures[last.within]
        return of_part if of_part is not None and of_part.count and of_part.area_mu is None else None
    if not sums and len(now.tokens) > 1:
        return None
    whole = _whole_told(state, last, sums=sums)
    if whole is None or whole.void or whole.sentence != state.sentence or (whole.count or 0) <= last.count:
        return None
    return whole if whole.area_mu is None else None


def _whole_told(state: State, last: Figure, *, sums: bool) -> Figure | None:
    """Return the count whose parcels were only described: 批了2宗，一个是学校，一个是卫生院，34亩."""
    told = 0
    for figure in reversed(state.of_sentence()):
        if figure.void != UNKNOWN and (figure.within is None or figure.within != last.within):
            return figure if sums or (figure.count == told and figure.owner.key() == last.owner.key()) else None
        if figure.area_mu is not None and not sums:
            return None
        told += figure.count or 0
    return None


def of_pair(state: State, token: Token) -> Figure | None:
    """Return which of the last two counts an area is said of: 上报2宗，批复1宗，前者80亩，后者31亩."""
    lead = state.text[max(0, token.start - 8) : token.start]
    said = _ONE_OF_TWO.search(lead) if "者" in lead else None
    counted = [f for f in state.of_sentence() if f.count is not None][-2:]
    if said is None or len(counted) < 2 or state.now.void or state.context.void:
        return None
    figure = counted[said["which"] == "后"]
    return None if figure.void or figure.area_mu is not None else figure


def is_of_each(state: State, last: Figure, at: int) -> bool:
    """Whether an area is that of each parcel: 2宗各35亩, 3宗，面积均为30亩."""
    since, start = last.spans[-1][0], state.now.tokens[at].start
    for token in reversed(state.now.tokens[:at]):
        if token.start < since or token.sort is Sort.ALREADY:
            return False  # 两宗都是学校用地，加起来四十亩
        if token.sort is Sort.EACH:
            return True
        if token.text in _ALL_ARE:
            return _AREA_IS.fullmatch(state.text, token.end, start) is not None
    return False


def give_each(state: State, last: Figure, token: Token) -> None:
    """Give an area to each parcel; of 江夏2宗、新洲1宗，均为30亩 nobody can tell whether parcels or counties."""
    assert token.value is not None
    counted = [f for f in state.of_sentence() if not f.void and f.count is not None and f.area_mu is None]
    alike = [last]
    if last.owner.county is not None:
        alike = [f for f in counted if f.owner.county is not None]
    elif last not in state.now.made and all(f.within is None and not f.adds_up for f in counted):
        alike = counted  # 上报2宗、批复2宗，面积各30亩
    if len(alike) > 1 and any(figure.count != 1 for figure in alike):
        state.passed.append((token.start, token.end, NOT_CERTAIN))
        return
    for figure in alike:
        figure.area_mu = token.value * (figure.count or 0)
        figure.spans.append((token.start, token.end))


def adds_up(state: State, at: int) -> bool:
    """Whether 共, 合计 or = stands before the figure."""
    start = state.now.tokens[at].start
    if state.text[start - 1 : start] == "=" or state.text.endswith(_WHOLE_DAY, 0, start):
        return True
    if Sort.ALREADY not in state.now.clause.sorts:
        return state.now.sums
    for token in reversed(state.now.tokens[max(0, at - 12) : at]):
        if token.sort is Sort.ALREADY:
            return "已" not in token.text
        if token.sort in {Sort.COUNT, Sort.AREA, Sort.PAUSE}:
            return False
    return state.now.sums
