"""Lists of figures: 其中, 分别, 各, 均为, and the numbers in front of items."""

import re

from bot.parsing.context import Owner
from bot.parsing.figure import Figure
from bot.parsing.references import dates_standings, tells_of_all
from bot.parsing.sorts import Sort
from bot.parsing.state import Now, State
from bot.parsing.tokens import Clause, Token
from config.campaign import Place
from storage.records import Basis

_LOOK_BACK = 60
_ORDINAL = re.compile(r"[\d①-⑳一二三四五六七八九十]+")


_NUMBERS = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE})


_OPENS_LIST = frozenset({Sort.PLACE, Sort.TRACK, Sort.WITHIN, Sort.PROJECT, Sort.NETWORK, Sort.BULLET, Sort.GROUP})


_ENDS_LIST = frozenset(
    {Sort.STAGE, Sort.CUMULATIVE, Sort.PERIOD, Sort.ALREADY, Sort.OWN, Sort.NEW, Sort.STANDS, Sort.UP_TO}
)


_SPEAKS_ON = frozenset({Sort.STAGE, Sort.CUMULATIVE, Sort.ALREADY, Sort.NEW, Sort.PERIOD})


def opens_list(line: list[Clause]) -> bool:
    """Whether a line with figures goes on below: 其中：, 分别为："""
    last = next((clause for clause in reversed(line) if clause.tokens), None)
    if last is None:
        return False
    ends_open = line[-1].closer is Sort.COLON or last.closer is Sort.COLON or last.mark == "、"
    return ends_open or last.tokens[-1].sort in {Sort.WITHIN, Sort.RESPECTIVELY}


def maybe_end_list(state: State, clause: Clause, before: Now) -> None:
    """End a 其中 list at a clause of its own stage or standing, and of no new place.

    Not at the count of what was just named in it: 其中南漳最多，4宗，其次枣阳，2宗.
    """
    if Sort.CUMULATIVE in clause.sorts and _is_of_part(state, clause):
        return
    for token in clause.tokens:
        if token.sort is Sort.PLACE and _is_of_another(state, clause, token):
            break
        if token.sort in _OPENS_LIST:
            return
        if token.sort in _ENDS_LIST:
            break
        if token.sort is Sort.AREA or token.sort is Sort.AREA_LABEL:
            return
        if token.sort is Sort.COUNT:
            if not before.made and before.clause.has(Sort.WITHIN, Sort.PLACE):
                return
            break
    else:
        return
    context = state.context
    context.within = None
    context.track = state.track_before
    context.owner = state.owner_before
    context.owners = []
    context.project = None


def _is_of_another(state: State, clause: Clause, token: Token) -> bool:
    """Whether another unit, or county, than that of the whole begins: 武汉批复5宗，其中重点项目3宗；襄阳批复4宗."""
    whole, place = state.owner_before, token.place
    if place is None or not (Sort.STAGE in clause.sorts or state.context.track != state.track_before):
        return False
    if place.county is None:
        return place.region != whole.region
    return whole.county is not None and (place.region, place.county) != (whole.region, whole.county)


def ends_counties(state: State, clause: Clause, before: Now) -> bool:
    """Whether a list of counties behind their total is over: 上报4宗：大冶1宗、阳新3宗；批复2宗."""
    if not clause.tokens or clause.tokens[0].sort not in _SPEAKS_ON or state.base_county is not None:
        return False
    if clause.tokens[0].sort is Sort.ALREADY and state.listed_bare == state.sentence and len(state.counties) > 1:
        return True  # 赤壁2、通山1，共批复3宗
    said = state.of_sentence()
    if Sort.CUMULATIVE in clause.sorts and len(state.counties) > 1 and Sort.PLACE not in clause.sorts:
        each = all(f.owner.county is not None and f.basis is Basis.INCREMENT for f in said)
        if each and len({figure.stage for figure in said}) == 1:
            return True  # 江夏批复2宗，新洲批复1宗，累计批复45宗
    if Sort.PLACE not in before.clause.sorts or Sort.STAGE in before.clause.sorts:
        return False
    at = next((i for i in range(len(said) - 1, -1, -1) if said[i].owner.county is None), None)
    if at is None or said[at].count is None or said[at].stage != state.context.stage:
        return False
    over = before.clause.closer is Sort.SEMICOLON
    return over or sum(figure.count or 0 for figure in said[at + 1 :]) == said[at].count


def _is_of_part(state: State, clause: Clause) -> bool:
    """Whether 累计 is a county's, that of its unit being said: 今日4宗，累计108宗。其中安陆今日1宗，累计15宗."""
    context, whole = state.context, state.owner_before
    other = any(token.sort is Sort.STAGE and token.key != context.stage for token in clause.tokens)
    other = other or any(token.place is not None and token.place.region != whole.region for token in clause.tokens)
    if context.owner.county is None or other or Sort.OWN in clause.sorts:
        return False
    said = [f for f in state.figures[-_LOOK_BACK:] if f.basis is Basis.CUMULATIVE and f.stage == context.stage]
    return any(f.owner.key() == whole.key() and f.within is None and not f.void for f in said)


def on_within(state: State, token: Token, at: int) -> None:
    """其中: what follows is a part of the figure before."""
    context = state.context
    if state.last is None or not state.figures:
        return
    if context.within is None:
        state.track_before, state.owner_before = context.track, context.owner
    if context.within is None:
        context.within = state.last.place
    _ = token, at


def on_respectively(state: State, token: Token, at: int) -> None:
    """分别: figures are dealt out in order; behind one figure and before places it is 其中."""
    state.now.respectively = True
    state.cursor = 0
    _deal_to_steps(state, at)
    follows = any(other.sort is Sort.PLACE for other in state.now.tokens[at + 1 :])
    if follows and state.last is not None and len(state.group) <= 1:
        on_within(state, token, at)
        state.now.respectively = False


def _deal_to_steps(state: State, at: int) -> None:
    """Let as many counts be of the steps, or counties, said before: 上报3宗、批复2宗，累计分别为60宗、45宗."""
    context = state.context
    counts = sum(token.sort in {Sort.COUNT, Sort.BARE} for token in state.now.tokens[at + 1 :])
    if counts < 2 or len(context.owners) > 1 or len(context.stages) > 1 or len(context.tracks) > 1:
        return
    said = [figure for figure in _last_said(state) if figure.stage and not figure.void]
    steps = list(dict.fromkeys(figure.stage for figure in said if figure.stage))
    counties = list(dict.fromkeys(f.owner.county for f in said if f.owner.county))
    if len(steps) == counts:
        context.stages = steps
    elif len(steps) == 1 and len(counties) == counts == len(said):
        context.owners = [_place(figure.owner) for figure in said]


def _place(owner: Owner) -> Place:
    return Place(region=owner.region or "", county=owner.county, aliases=(), kind="", ambiguous=())


def _last_said(state: State) -> list[Figure]:
    """Return the figures of the sentence, or of the one before."""
    return state.of_sentence() or [f for f in state.figures[-_LOOK_BACK:] if f.sentence == state.sentence - 1]


def on_each(state: State, token: Token, at: int) -> None:
    """各: the figure is of each of those side by side."""
    now, context = state.now, state.context
    now.each = True
    if Sort.NEW in now.clause.sorts and not now.stage_said and len(context.owners) < 2 and len(context.stages) < 2:
        steps = list(dict.fromkeys(f.stage for f in _last_said(state) if f.stage and not f.void))
        context.stages = steps if len(steps) > 1 else context.stages  # 上报105宗，批复97宗。今日各新增1宗
    _ = token, at


def on_all_above(state: State, token: Token, at: int) -> None:
    """均为: what follows is said of all before; a figure, of each of those side by side: 上报、受理均为15宗."""
    context, now = state.context, state.now
    before = now.tokens[at - 1] if at else None
    beside = len(context.owners) > 1 or len(context.stages) > 1
    if now.clause.sorts.isdisjoint(_NUMBERS) or now.meant:
        now.all_above = tells_of_all(state)
    elif beside and before is not None and (before.sort is Sort.STAGE or len(context.owners) > 1):
        now.each = any(other.sort in _NUMBERS for other in now.tokens[at + 1 :])
    _ = token


def on_bullet(state: State, token: Token, at: int) -> None:
    """End, at a number of a list, what held for the item before, but for a plan that stands over the list."""
    context = state.context
    kind = _ORDINAL.sub("", token.text).strip(" *•·-")
    if (state.plan_heads or state.target_over) and context.void and state.text[: token.start].rstrip().endswith(":"):
        state.planned = (kind, context.void)  # 下步计划：1.上报2宗；2.批复1宗
    elif state.planned[0] != kind:
        state.planned = ("", "")
    context.owner = Owner(context.owner.region, state.base_county, whole=context.owner.whole)
    context.owners = []
    context.within = None
    context.void = state.planned[1] or state.base_void
    state.plan_heads = bool(state.planned[1])
    if token.text.endswith("是"):
        state.subjects = list(state.now.names)  # 一是A项目…；二是B项目拿到批文
    _ = at


def give_stage_of_sum(state: State) -> None:
    """江夏1宗、新洲2宗，今日共获批3宗: a sum tells the stage of what it adds up."""
    total = next((f for f in state.now.made if f.adds_up and f.stage is not None and not f.void), None)
    if total is None:
        return
    given = [f for f in state.of_sentence() if f.stage is None and f.count is not None and not f.void]
    if sum(f.count or 0 for f in given) != total.count:
        return
    for figure in given:
        figure.stage = total.stage
        figure.basis, figure.since, figure.date = total.basis, total.since, total.date


def give_stage_back(state: State) -> None:
    """江夏2宗、新洲1宗，均已批复: a stage without figures of its own is that of those before it."""
    now, context = state.now, state.context
    if now.void or context.void:
        return
    before = now.meant or [f for f in state.of_sentence() if f not in now.made]
    if now.all_above and not before:
        of_lines = not now.stage_said and context.marks.any()  # 上报27宗⏎批复22宗⏎都是累计的
        before = [f for f in state.figures[-_LOOK_BACK:] if of_lines or f.line == state.line or f.stage is None]
    given = [f for f in before if f.stage is None or now.all_above]
    if not given:
        return
    marked = context.marks.any()
    if now.all_above and not now.stage_said and dates_standings(state, given):
        return
    basis, since, date, _ = context.resolve()
    for figure in given:
        if now.stage_said and (figure.stage is None or now.all_above):
            figure.stage = context.stage
        same = state.last is not None and figure.stage == state.last.stage and figure.within is None and not figure.told
        if now.all_above and same and Sort.PLACE in now.clause.sorts and figure.owner.region == context.owner.region:
            figure.owner = context.owner
        if marked and not (figure.timed and figure.within is not None):
            figure.basis, figure.since, figure.date = basis, since, date
    if now.clause.closer is Sort.SEMICOLON and state.text.startswith("的", now.tokens[-1].end):
        context.stage = None  # 2宗，今天上报的；1宗，今天批的
