"""A figure is made, with all that is in force where it stands."""

import re
from decimal import Decimal

from bot.parsing.context import HowItStands, Owner, Standing
from bot.parsing.figure import Figure
from bot.parsing.reasons import NOT_CERTAIN
from bot.parsing.shares import adds_up
from bot.parsing.sorts import Sort
from bot.parsing.stages import reach
from bot.parsing.state import State
from bot.parsing.sums import makes_up, note_sum
from bot.parsing.tokens import Token
from bot.parsing.voids import has_foreign_tail, has_foreign_words, why_void
from config.campaign import Place
from storage.records import Basis

_PASSED = ("突破", "超过", "越过", "迈过", "冲破", "突破了")
_KINDS = re.compile(
    r"工业|商住|住宅|商业|商服|公益|公服|公共|基础设施|民生|交通|能源|仓储|物流|水利|产业|教育|医疗|养老|文旅|旅游"
    r"|出让|划拨|租赁|上午|下午|早上|中午|晚上|早晨"
)
_THOSE = ("那", "哪")
_MORE = ("又", "再", "另有")


def make(state: State, token: Token, at: int, *, count: int | None, area_mu: Decimal | None) -> None:
    """Make the figure, or one for each of those side by side that 各 and 分别 speak of."""
    now, context = state.now, state.context
    if context.marks.new or state.again:
        state.again = True
    sums = adds_up(state, at) or makes_up(state, at, count)
    if sums:
        note_sum(state, at, count)
    inherited = not now.stage_said and at not in now.waits
    _leave_stock(state, inherited=inherited)
    by_default = False
    if _counting_by_default(state, inherited=inherited):
        context.stage = state.campaign.counting_stage.key
        state.stage_anywhere = True
        inherited = False
        by_default = True
    void = why_void(state, token, at, inherited=inherited)
    if by_default and not void and (has_foreign_tail(state, token) or has_foreign_words(state, token)):
        void = "是其他手续"
    carried, timed = _is_carried(state), context.marks.period is not None
    stood = context.stood()
    made = _figures(state, token, at)
    if now.each and not void and len(made) == 1 and count is not None and _is_each_of_some(state, at):
        void, state.unclear = NOT_CERTAIN, True  # 两县各批复1宗
    for figure in made:
        figure.count, figure.area_mu, figure.void = count, area_mu, void
        figure.adds_up, figure.added = sums, _is_more(state, at)
        figure.passed = state.text.endswith(_PASSED, 0, token.start)
        figure.carried = carried and figure.basis is Basis.CUMULATIVE and not context.stock
        figure.stood, figure.timed = stood, timed
        figure.of_kind = _KINDS.search(state.text, max(now.clause.start, token.start - 8), token.start) is not None
        figure.plainly = figure.stage is not None or _is_said_plainly(state, token)
        if at in now.waits:
            figure.stage = None
            now.waiting.append(figure)
    for figure in made:
        state.enter(figure)
    now.made += made
    _reach_with(state, at, inherited=inherited, void=void)
    state.last = made[-1]
    state.group, state.group_owner = made, context.owner
    state.cursor = state.cursor + 1 if now.respectively else 0
    if not now.each:
        context.stages = [context.stage] if context.stage and not now.respectively else context.stages
        context.tracks = context.tracks if now.respectively else []
    now.nothing = None


def _is_said_plainly(state: State, token: Token) -> bool:
    """Whether nothing else is said around a figure of no step: 今天3宗."""
    now = state.now
    named = Sort.PROJECT in now.clause.sorts and not now.marked
    if token.sort is Sort.AREA and not (Sort.PERIOD in now.clause.sorts and not has_foreign_tail(state, token)):
        return False
    if state.text.endswith(_THOSE, 0, token.start):
        return False  # 里面有夷陵那两宗
    return not named and Sort.NOT not in now.clause.sorts and not has_foreign_words(state, token)


def _is_more(state: State, at: int) -> bool:
    """Whether 又 or 再 stands before the figure: more of what was counted."""
    if Sort.NEW not in state.now.clause.sorts:
        return False
    before = state.now.tokens[max(0, at - 4) : at]
    return any(token.sort is Sort.NEW and token.text.startswith(_MORE) for token in before)


def _is_each_of_some(state: State, at: int) -> bool:
    """Whether 各 stands between the figure and the one before it."""
    for token in reversed(state.now.tokens[:at]):
        if token.sort in {Sort.COUNT, Sort.AREA}:
            return False
        if token.sort is Sort.EACH:
            return token.text.startswith("各")
    return False


def _reach_with(state: State, at: int, *, inherited: bool, void: str) -> None:
    """Let projects named before a figure have reached the stage in force."""
    now, context = state.now, state.context
    if inherited and not void and context.stage is not None and now.names and at not in now.waits:
        reach(state, context.stage, doing=False)


def _is_carried(state: State) -> bool:
    """Whether no word of time or standing was said since the last figure; 累计 may tell what that one was."""
    marks = state.context.marks
    if marks.cumulative:
        _was_of_period(state)
    return not marks.any()


def _was_of_period(state: State) -> None:
    """今日上报3宗，累计66宗；批复2宗，累计60宗: what 累计 follows, of the same step, was the day's own."""
    last, context = state.last, state.context
    if last is None or not last.carried or last.void or last.sentence != state.sentence:
        return
    if last.stage != context.stage or last.owner.key() != context.owner.key() or last.track != context.track:
        return
    of_day = next((f for f in reversed(state.of_sentence()) if f.basis is Basis.INCREMENT and not f.void), None)
    if of_day is not None:
        last.basis, last.since, last.date, last.carried = Basis.INCREMENT, of_day.since, of_day.date, False


def _counting_by_default(state: State, *, inherited: bool) -> bool:
    """Whether 完成 or 新增 says the counting stage, no stage being in force; 无新增，累计45宗 does too."""
    if not inherited or state.context.stage is not None:
        return False
    if state.now.other_paper or state.other_topic:
        return False  # 图斑核查完成32个
    return state.now.done or (state.nil_said and (state.context.marks.cumulative or state.context.marks.already))


def _leave_stock(state: State, *, inherited: bool) -> None:
    """Let 累计 behind a stock be of the step before it: 批复2宗；在审5宗；累计60宗."""
    context, last = state.context, state.last
    if inherited and context.stock and context.marks.cumulative and last is not None and last.stage == context.stage:
        context.stage, context.stock = context.before_stock, False


def _standing(state: State, at: int) -> HowItStands:
    """Return how the figure stands; one that waits for its stage is settled there."""
    context, now = state.context, state.now
    if at in now.waits:
        return Basis.INCREMENT, context.today, context.today, False
    headed = state.colon_says_report and not (context.marks.period or context.marks.new)  # 在审：8宗
    stock_day = context.stock_day() if context.stock and (now.stage_said or headed) else None
    if state.nothings and _holds_on(state):
        context.standing = Standing(Basis.CUMULATIVE)
    standing = context.resolve(named=_is_of_project(state))
    if stock_day is not None:
        return Basis.CUMULATIVE, None, stock_day, False
    return standing


def _holds_on(state: State) -> bool:
    """Whether a figure is what there still is: 今日无变化，批复45宗."""
    nothing, context = state.nothings[-1], state.context
    if not nothing.unchanged or nothing.date != context.today or context.marks.any():
        return False
    last = state.figures[-1] if state.figures else None
    happened = last is not None and last.basis is Basis.INCREMENT and last.spans[0][0] > nothing.span[0]
    return not happened and nothing.region == context.owner.region and context.owner.county is None


def _days(state: State) -> list[HowItStands]:
    """Return the days side by side that the figure is of: 23日、24日各批复1宗, or 分别批复1宗、2宗."""
    now = state.now
    if len(now.days) < 2 or len(state.context.owners) > 1:
        return []
    state.context.resolve()
    days = now.days if now.each else now.days[state.cursor : state.cursor + 1]
    return [(Basis.INCREMENT, day.first, day.last, False) for day in days if day.first and day.last]


def _is_of_project(state: State) -> bool:
    """Whether the figure is that of one named project."""
    return bool(state.now.names) or state.context.project is not None


Target = tuple[Owner, str | None, str | None]
"""Owner, stage and track."""


def _figures(state: State, token: Token, at: int) -> list[Figure]:
    """Write down the figure, once for each owner, step, track and day that 各 or 分别 speaks of."""
    now, context = state.now, state.context
    if not (now.each or now.respectively):
        return [plain_figure(state, token, context.owner, context.stage, _standing(state, at))]
    standings = _days(state) or [_standing(state, at)]
    return [_figure_of(state, token, target, how) for target in _targets(state, at) for how in standings]


def _figure_of(state: State, token: Token, target: Target, how: HowItStands) -> Figure:
    owner, stage, track = target
    figure = plain_figure(state, token, owner, stage, how)
    figure.track, figure.track_said = track, track is not None
    return figure


def _targets(state: State, at: int) -> list[Target]:
    """Return the owners, stages and tracks that the figure is of."""
    context, now = state.context, state.now
    stage, track = context.stage, context.track
    several = now.each and not (now.made and at in now.waits)  # 组卷、上报各3宗、2宗获批
    if several or now.respectively:
        beside = [(_owner(place), stage, track) for place in context.owners]
        if len(beside) < 2:
            beside = [(context.owner, each, track) for each in context.stages]
        if len(beside) < 2:
            beside = [(context.owner, stage, each) for each in context.tracks]
        if len(beside) > 1 and several:
            return beside
        if len(beside) > 1 and state.cursor < len(beside):
            return [beside[state.cursor]]
    return [(context.owner, stage, track)]


def _owner(place: Place) -> Owner:
    return Owner(place.region, place.county)


def plain_figure(
    state: State,
    token: Token,
    owner: Owner,
    stage: str | None,
    standing: HowItStands,
) -> Figure:
    """Write down a figure with what is in force."""
    context = state.context
    basis, since, date, doubtful = standing
    name = None
    if state.now.names:
        name = next((name.name for name in reversed(state.now.names) if name.start < token.start), None)
    return Figure(
        None,
        None,
        owner,
        context.track,
        stage,
        basis,
        since,
        date,
        state.sentence,
        state.line,
        track_said=context.track is not None,
        project=name or context.project,
        doubtful=doubtful,
        within=context.within,
        spans=[(token.start, token.end)],
    )


def of_all_together(state: State, token: Token) -> None:
    """枣阳、宜城各批复1宗，共52亩: the area is of both together."""
    assert state.last is not None
    last, context = state.last, state.context
    context.marks.already = False
    owner = Owner(last.owner.region)
    figure = plain_figure(state, token, owner, last.stage, (last.basis, last.since, last.date, False))
    figure.area_mu, figure.void = token.value, last.void
    state.enter(figure)
