"""Whose a figure is, told behind it: 1宗是张湾区的 · 批复1宗，位于咸安区 · 2宗，都是咸安的 · 1宗（咸安区，22.4亩）."""

import re

from bot.parsing.context import Owner
from bot.parsing.figure import Figure
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from config.campaign import Place

LEADS = re.compile(r"(?P<all>[都均全])?(?:地块|宗地)?(?:是|为|系|属|属于|来自|(?P<lies>在|位于|位在|坐落于|坐落在))")
"""Between a figure and its owner."""
_TRACK_IS = re.compile(
    r"(?:[这那该此]?[宗个块地项目两几\d一二三四五六七八九十]{0,4}(?:用地|项目|地块)?|[\u4e00-\u9fff]{1,3}的)"
    r"(?P<all>[都均全])?(?:是|为|系|属于?)"
)
_TRACK_ENDS = re.compile(r"(?:建设)?(?:用地|项目)?的?")
_TELL_TRACK = frozenset({Sort.TRACK, Sort.ALL_ABOVE, Sort.COUNT, Sort.PROJECT, Sort.STAGE, Sort.PLAIN})
_OF = re.compile(r"的?(?:地块|用地|项目用地)?(?:呢|哈|啊)?(?:总?面积)?[约是为]?")
_FOLLOW = frozenset({Sort.AREA, Sort.BARE, Sort.AREA_LABEL})
_TELL = frozenset({Sort.PLACE, Sort.TRACK, Sort.AREA, Sort.AREA_LABEL, Sort.PAUSE, Sort.PLAIN})


def tells_owner(state: State, token: Token, at: int) -> bool:
    """Read what tells a figure behind it by a county, which owns nothing that follows; return whether one does.

    A figure is a county's that 是 or 属于 it; what only lies in it (均在枣阳) is still the unit's, but for one parcel
    of several told by where they lie.
    """
    last, place = state.last, token.place
    if last is None or place is None or last.sentence != state.sentence or not _may_own(place, last):
        return False
    before = state.now.tokens[at - 1] if at else None
    beside = before is not None and before.end == last.spans[-1][1]
    if before is not None and not beside and before.place is None and before.sort is not Sort.ALL_ABOVE:
        return False
    here = beside or (last in state.now.made and before is not None and before.sort is Sort.ALL_ABOVE)
    lead = state.raw_between(last.spans[-1][1] if here else state.now.clause.start, token.start).lstrip(")")
    if before is not None and before.place is not None:
        lead = lead.removesuffix(before.text)  # 是咸宁市咸安区的
    said, of_it = LEADS.fullmatch(lead), state.text.startswith("的", token.end)
    of_all = said is not None and said["all"] is not None
    if said is None:
        alone = of_it and (beside or at == len(state.now.tokens) - 1) and _ends_there(state, token, at)
        return not lead and (alone or (beside and _is_one_of(state, last, token, at))) and _own([last], place)
    if not _ends_there(state, token, at) or (of_all and not of_it and "属" not in lead):
        return False
    if said["lies"] is not None and (before is None or not beside or before.sort is Sort.AREA):
        return True
    told = state.of_sentence()
    return _own(told if of_all and all(f.owner.county is None for f in told) else [last], place)


def _may_own(place: Place, figure: Figure) -> bool:
    """Whether a place may be told behind a figure: a county, or a unit where nobody's is spoken of."""
    return place.county is not None or figure.owner.region is None


def tells_of_one(state: State, token: Token, at: int) -> None:
    """Let one parcel counted before be of the county that a clause tells its step of: 漏报1宗：英山县批复14亩."""
    last, place, clause = state.last, token.place, state.now.clause
    if last is None or place is None or place.county is None or at or last.sentence != state.sentence:
        return
    alone = len(clause.tokens) == 1 and not state.raw_between(token.end, clause.end)  # 漏了1宗：江夏，批复，9.8亩
    told = (Sort.STAGE in clause.sorts or alone) and Sort.COUNT not in clause.sorts and not last.void
    known = last.stage is not None and not (alone and state.text[clause.start - 1] == ":")
    if told and last.count == 1 and not known and last.area_mu is None and last.spans[-1][1] <= clause.start:
        _own([last], place)


def tells_track(state: State, token: Token, at: int) -> bool:
    """Read what tells a figure behind it by a track: 获批，属省级重点项目 · 两宗均为重点项目 · 批复的是重点项目."""
    now = state.now
    if not now.clause.sorts <= _TELL_TRACK or now.void or state.context.void or now.tokens[-1] is not token:
        return False
    lead = _TRACK_IS.fullmatch(state.raw_between(now.clause.start, token.start))
    if lead is None or _TRACK_ENDS.fullmatch(state.raw_between(token.end, now.clause.end)) is None:
        return False
    step = next((t.key for t in now.tokens[:at] if t.sort is Sort.STAGE), None)
    known = state.of_sentence() or state.figures[-1:]
    told = now.meant or [f for f in known if not f.void and step in {None, f.stage}]
    for figure in told if now.meant or lead["all"] else told[-1:]:
        figure.track, figure.track_said = token.key, True
    return bool(told)


def _is_one_of(state: State, last: Figure, token: Token, at: int) -> bool:
    """Whether a county right behind a count tells some of those before: 2宗，一宗东宝区22亩 · 2宗监利、1宗洪湖."""
    tokens, count = state.now.tokens, last.count
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    area_follows = after is not None and after.sort is Sort.AREA and after.start == token.end
    ends = (after is None or after.sort is Sort.PAUSE) and tokens[0].sort is Sort.COUNT
    if count is None or not (area_follows or ends):
        return False
    return any(f.count is not None and f.count > count for f in state.of_sentence())


def _ends_there(state: State, token: Token, at: int) -> bool:
    """Whether nothing but an area follows a county."""
    tokens = state.now.tokens
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    tail = state.raw_between(token.end, after.start if after is not None else state.now.clause.end)
    return _OF.fullmatch(tail) is not None and (after is None or after.sort in _FOLLOW)


def _own(figures: list[Figure], place: Place) -> bool:
    """Let a county own the figures that are its unit's, or nobody's, so far."""
    known = {place.region, None}
    owned = [f for f in figures if f.owner.county is None and not f.owner.whole and f.owner.region in known]
    for figure in owned:
        figure.owner, figure.told = Owner(place.region, place.county), True
    return bool(owned)


def tells_all(state: State, group: Token) -> bool:
    """Read 1宗（咸安区，22.4亩）: a bracket with one county and one area is about the count before it."""
    last = state.last
    if last is None or last not in state.now.made or last.count is None or last.area_mu is not None or last.void:
        return False
    tokens = [token for clause in group.inner for token in clause.tokens]
    places = [t.place for t in tokens if t.place is not None and t.place.county is not None]
    areas = [t for t in tokens if t.sort is Sort.AREA]
    if len(places) != 1 or len(areas) != 1 or not {t.sort for t in tokens} <= _TELL or not _own([last], places[0]):
        return False
    track = next((t.key for t in tokens if t.sort is Sort.TRACK), None)
    if track is not None:
        last.track, last.track_said = track, True
    last.area_mu = areas[0].value
    last.spans.append((areas[0].start, areas[0].end))
    return True
