"""Counts and areas become figures, with all that is in force where they stand."""

import re
from decimal import Decimal

from bot.parsing.context import HowItStands, Owner
from bot.parsing.figure import Figure
from bot.parsing.lexicon import Sort
from bot.parsing.reasons import WRONG
from bot.parsing.stages import reach
from bot.parsing.state import State
from bot.parsing.tokens import Token
from bot.parsing.voids import UNKNOWN, has_foreign_tail, has_foreign_words, why_void
from config.campaign import Place
from storage.records import Basis

_AFFIRMS = ("就是", "确实是", "的确是", "也就是")
_IN_OTHER_WORDS = re.compile(
    r"[,，]?[(/]?(?:即|也?就是|合|约|约合|折合?|折算为?|换算为?|相当于|等于|=)?(?:大?约|近)?[(]?"
)
_PASSED = ("突破", "超过", "越过", "迈过", "冲破", "突破了")
_KINDS = re.compile(
    r"工业|商住|住宅|商业|商服|公益|公服|公共|基础设施|民生|交通|能源|仓储|物流|水利|产业|教育|医疗|养老|文旅|旅游"
)


def on_count(state: State, token: Token, at: int) -> None:
    """Begin a figure with a count, or complete one that had only an area."""
    assert token.value is not None
    count = int(token.value)
    if token.plus is not None:
        _with_plus(state, token, at, count=count, area_mu=None)
        return
    if _is_said_again(state, token, count):
        return
    if _completes(state, token, at):
        assert state.last is not None
        state.last.count = count
        state.last.spans.append((token.start, token.end))
        return
    _make(state, token, at, count=count, area_mu=None)


def _is_said_again(state: State, token: Token, count: int) -> bool:
    """Whether the count before is only affirmed: 批复2宗，对，就是2宗."""
    last = state.last
    if last is None or last.count != count or last.sentence != state.sentence or not _same(state, last):
        return False
    return state.text[: token.start].rstrip().endswith(_AFFIRMS) and not state.context.marks.any()


def on_area(state: State, token: Token, at: int) -> None:
    """Give an area to the count before it, or begin a figure; the same area in another unit is neither."""
    assert token.value is not None
    now = state.now
    if token.plus is not None:
        _with_plus(state, token, at, count=None, area_mu=token.value)
        return
    if now.respectively and state.cursor < len(state.group) and state.group[state.cursor].area_mu is None:
        figure = state.group[state.cursor]
        figure.area_mu = token.value
        figure.spans.append((token.start, token.end))
        state.cursor += 1
        return
    last = state.last
    if last is not None and last.void == WRONG and not state.context.void:
        last = next((f for f in reversed(state.of_sentence()) if not f.void), last)  # 应为2宗，不是3宗，面积还是64亩
        state.last = last
    dealt = len(state.group) > 1 and not now.respectively and state.group[-1] is last
    of_all = dealt or (last is not None and _is_of_counties(state, last))
    if last is not None and of_all and _adds_up(state, at) and not _is_own(state, at):
        _of_all_together(state, token)
        return
    supposed = bool(state.context.void) and last is not None and not last.void
    if (
        last is not None
        and last.sentence == state.sentence
        and not supposed
        and not _speaks_anew(state, last)
        and _same(state, last)
    ):
        state.context.marks.already = False
        if _is_of_named_part(state, last, token):
            _make(state, token, at, count=None, area_mu=token.value)
            return
        if last.area_mu is None and not now.each and (last.count is not None or last.void):
            _give_area(state, token, at)
            return
        if last.area_mu is not None and _is_conversion(state, last, token):
            return
    _make(state, token, at, count=None, area_mu=token.value)


def _speaks_anew(state: State, last: Figure) -> bool:
    """Whether words of time and standing set an area apart from the count before: not 共 alone (3宗，共360亩)."""
    marks = state.context.marks
    if marks.period or marks.stands_at or marks.cumulative or marks.stands or marks.new:
        return True
    return marks.already and last.area_mu is not None


def _give_area(state: State, token: Token, at: int) -> None:
    """Give an area to the last figure, or to each of those that one 各 made."""
    assert state.last is not None
    if len(state.group) > 1 and state.last is state.group[-1] and state.group[0].area_mu is None:
        for figure in state.group:
            figure.area_mu = token.value
    state.last.area_mu = token.value
    state.last.spans.append((token.start, token.end))
    _ = at


def _is_of_named_part(state: State, last: Figure, token: Token) -> bool:
    """Whether an area is of one project of several counted before: 批复2宗：城北水厂项目30亩、产业园项目55亩."""
    context = state.context
    names = [name for name in state.now.names if name.start < token.start]
    whole = last if context.within is None else state.figures[context.within]
    if not names or (last.project == names[-1].name and last.area_mu is None):
        return False
    if whole.count is None or whole.count < 2 or whole.spans[-1][1] > names[0].start:
        return False
    context.within = whole.place
    return True


def _is_of_several(state: State) -> bool:
    """Whether a sum is of several counties (丹江口1宗、郧阳2宗，合计3宗), not all of them known by name."""
    return len(state.counties) > 1 or any(f.void == UNKNOWN for f in state.of_sentence())


def _is_own(state: State, at: int) -> bool:
    """Whether a sum is of one county alone: 江夏区批复2宗，新洲区批复1宗共85亩 · 梁子湖区：今日上报共2宗."""
    before = state.now.tokens[:at]
    if state.now.tokens[at].sort is Sort.COUNT:
        owner, together = state.context.owner, len(state.context.owners) > 1
        return not together and all(figure.owner.county != owner.county for figure in state.of_sentence())
    named_here = sum(token.sort is Sort.PLACE for token in before)
    return named_here == 1 and sum(token.sort is Sort.COUNT for token in before) <= 1


def _is_of_counties(state: State, last: Figure) -> bool:
    """Whether an area is of the counties before it together, whose own areas were not said."""
    if last.owner.county is None or last.area_mu is not None or len(state.counties) < 2 or last.within is not None:
        return False
    counts = [f for f in state.of_sentence() if not f.void and f.count is not None]
    return len(counts) > 1 and all(f.area_mu is None and f.owner.county is not None for f in counts)


def _of_all_together(state: State, token: Token) -> None:
    """枣阳、宜城各批复1宗，共52亩: the area is of both together."""
    assert state.last is not None
    last, context = state.last, state.context
    context.marks.already = False
    owner = Owner(last.owner.region)
    figure = plain_figure(state, token, owner, last.stage, (last.basis, last.since, last.date, False))
    figure.area_mu, figure.void = token.value, last.void
    state.enter(figure)


def _same(state: State, figure: Figure) -> bool:
    """Whether nothing that tells figures apart was said since the last one."""
    context = state.context
    owner = context.owner
    if state.now.respectively and figure in state.now.made:
        return True
    same_owner = figure.owner.key() == owner.key() or (len(state.group) > 1 and owner is state.group_owner)
    waits = figure in state.now.waiting
    return same_owner and (waits or figure.stage == context.stage or figure.stage is None or bool(figure.void))


def _is_conversion(state: State, last: Figure, token: Token) -> bool:
    """Whether the area only says the last one in another unit: 4.9012公顷（73.518亩）."""
    assert last.area_mu is not None
    assert token.value is not None
    if _IN_OTHER_WORDS.fullmatch(state.raw_between(last.spans[-1][1], token.start)) is None:
        return False
    larger = max(last.area_mu, token.value)
    near = abs(last.area_mu - token.value) <= larger * Decimal("0.01")
    if near and token.value != last.area_mu and "亩" in token.text and "万" not in token.text:
        last.area_mu = token.value
    return near


def _completes(state: State, token: Token, at: int) -> bool:
    """Whether the count belongs to the area before it: 0.06平方公里，共3宗."""
    last = state.last
    if last is None or last.count is not None or last.area_mu is None or last.sentence != state.sentence:
        return False
    marks = state.context.marks
    if (
        marks.period
        or marks.stands_at
        or marks.cumulative
        or marks.new
        or not _same(state, last)
        or at in state.now.waits
    ):
        return False
    if last.within != state.context.within or state.now.each:
        return False
    state.context.marks.already = False
    _ = token
    return True


def _with_plus(state: State, token: Token, at: int, *, count: int | None, area_mu: Decimal | None) -> None:
    """45（+3）宗: the standing, and what of it is new today."""
    assert token.plus is not None
    context = state.context
    context.marks.cumulative = True
    _make(state, token, at, count=count, area_mu=area_mu)
    base = state.figures[-1]
    plus = plain_figure(
        state, token, context.owner, context.stage, (Basis.INCREMENT, context.today, context.today, False)
    )
    plus.count = None if count is None else int(token.plus)
    plus.area_mu = None if area_mu is None else token.plus
    plus.void = base.void
    state.enter(plus)
    state.last = base


def _make(state: State, token: Token, at: int, *, count: int | None, area_mu: Decimal | None) -> None:
    """Make the figure, or one for each of those side by side that 各 and 分别 speak of."""
    now, context = state.now, state.context
    if context.marks.new or state.again:
        state.again = True
    if context.owner.county is not None and _adds_up(state, at) and _is_of_several(state) and not _is_own(state, at):
        context.owner, context.owners = Owner(context.owner.region), []
    inherited = not now.stage_said and at not in now.waits
    by_default = False
    if _counting_by_default(state, inherited=inherited):
        context.stage = state.campaign.counting_stage.key
        state.stage_anywhere = True
        inherited = False
        by_default = True
    void = why_void(state, token, at, inherited=inherited)
    if by_default and not void and (has_foreign_tail(state, token) or has_foreign_words(state, token)):
        void = "是其他手续"
    carried = _is_carried(state)
    standings = _days(state) or [_standing(state, at)]
    made = [plain_figure(state, token, owner, stage, how) for owner, stage in _targets(state) for how in standings]
    for figure in made:
        figure.count, figure.area_mu, figure.void = count, area_mu, void
        figure.adds_up = _adds_up(state, at)
        figure.passed = state.text.endswith(_PASSED, 0, token.start)
        figure.of_kind = _KINDS.search(state.text, max(now.clause.start, token.start - 8), token.start) is not None
        figure.carried = carried and figure.basis is Basis.CUMULATIVE and not context.stock
        if figure.stage is None:
            figure.plainly = (
                not now.clause.has(Sort.NOT)
                and (now.marked or not now.clause.has(Sort.PROJECT))
                and not has_foreign_words(state, token)
                and (count is not None or (now.clause.has(Sort.PERIOD) and not has_foreign_tail(state, token)))
            )
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
    now.nothing = None


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
    return state.now.done or (state.nil_said and state.context.marks.cumulative)


def _standing(state: State, at: int) -> HowItStands:
    """Return how the figure stands; one that waits for its stage is settled there."""
    context, now = state.context, state.now
    if at in now.waits:
        return Basis.INCREMENT, context.today, context.today, False
    headed = state.colon_says_report and not (context.marks.period or context.marks.new)  # 在审：8宗
    stock_day = context.stock_day() if context.stock and (now.stage_said or headed) else None
    standing = context.resolve(named=_is_of_project(state))
    if stock_day is not None:
        return Basis.CUMULATIVE, None, stock_day, False
    return standing


def _days(state: State) -> list[HowItStands]:
    """Return the days side by side that the figure is of: 23日、24日各批复1宗, or 分别批复1宗、2宗."""
    now = state.now
    if len(now.days) < 2 or not (now.each or now.respectively) or len(state.context.owners) > 1:
        return []
    state.context.resolve()
    days = now.days if now.each else now.days[state.cursor : state.cursor + 1]
    return [(Basis.INCREMENT, day.first, day.last, False) for day in days if day.first and day.last]


def _is_of_project(state: State) -> bool:
    """Whether the figure is that of one named project."""
    return bool(state.now.names) or state.context.project is not None


def _targets(state: State) -> list[tuple[Owner, str | None]]:
    """Return the owners and stages that the figure is of."""
    context, now = state.context, state.now
    places, stages = context.owners, context.stages
    if now.each and len(places) > 1:
        return [(_owner(place), context.stage) for place in places]
    if now.each and len(stages) > 1:
        return [(context.owner, stage) for stage in stages]
    if now.respectively and len(places) > 1 and state.cursor < len(places):
        return [(_owner(places[state.cursor]), context.stage)]
    if now.respectively and len(stages) > 1 and state.cursor < len(stages):
        return [(context.owner, stages[state.cursor])]
    return [(context.owner, context.stage)]


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


def _adds_up(state: State, at: int) -> bool:
    """Whether 共 or 合计 stands before the figure."""
    for token in reversed(state.now.tokens[max(0, at - 12) : at]):
        if token.sort is Sort.ALREADY:
            return "已" not in token.text
        if token.sort in {Sort.COUNT, Sort.AREA, Sort.PAUSE}:
            return False
    return state.now.sums
