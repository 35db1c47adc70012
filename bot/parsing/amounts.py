"""Counts and areas become figures, with all that is in force where they stand."""

import re
from decimal import Decimal

from bot.parsing.context import OTHER_PAPER, HowItStands, Owner
from bot.parsing.figure import Figure
from bot.parsing.lexicon import Sort
from bot.parsing.stages import reach
from bot.parsing.state import State
from bot.parsing.tokens import Token
from config.campaign import Place
from storage.records import Basis

_HAN = re.compile(r"[\u4e00-\u9fff]")
_FOREIGN = frozenset(
    {
        Sort.CATEGORY,
        Sort.PLAIN,
        Sort.PROBLEM,
        Sort.DIVISION,
        Sort.LEADER,
        Sort.VISIT,
        Sort.NOT,
        Sort.REQUEST,
        Sort.PROCEDURE,
    },
)
_HEDGES = re.compile(
    r"不到|不足|不止|将近|约|近|大约|大概|将近|接近|超过|超|逾|突破|达到|达|共计|共|为|是|有|了|计|面积|涉及|用地|土地|建设|宗地|地块|项目|宗数|情况|就|也|才|只|仅|的|数|量|还|到|至|在|过|出|个|批|等|全|仅有|均|其|"
    r"然后|合计|总|来|哈|哦|啦|呢|一下|市|县|区|我们|我|你|他|它|那边|这边|那|这|上午|下午|早上|中午|晚上|傍晚|凌晨|成功|顺利|终于|一次性|集中|同时|还有|并|且|和|及|与|后|再|手续|文件|报件|卷|局|自然资源和规划|自然资源|规划|"
    r"资源|拿到|取得|获得|收到|获|拿|方面|数据|国务院|省政府|市政府|省厅|厅|部|省|里|城镇|城市|农村|分|工业|商住|住宅|商业|服务|公益|基础设施|民生|单独选址|单选|增加|净|新|又|用|上"
)
_LISTS_FIGURES = re.compile(r"均|各")


def on_count(state: State, token: Token, at: int) -> None:
    """A count begins a figure, or completes one that had only an area."""
    assert token.value is not None
    count = int(token.value)
    if token.plus is not None:
        _with_plus(state, token, at, count=count, area_mu=None)
        return
    if _completes(state, token, at):
        assert state.last is not None
        state.last.count = count
        state.last.spans.append((token.start, token.end))
        return
    _make(state, token, at, count=count, area_mu=None)


def on_area(state: State, token: Token, at: int) -> None:
    """An area belongs to the count before it, is the same area in another unit, or is a figure of its own."""
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
    if last is not None and last.sentence == state.sentence and not _speaks_anew(state, last) and _same(state, last):
        state.context.marks.already = False
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
    before = state.raw_between(last.spans[-1][1], token.start)
    if before not in {
        "(",
        "",
        "即",
        "(即",
        "(合",
        ",即",
        "，即",
        "合",
        "约合",
        "(约合",
        "(约",
        "/",
        "折合",
        "(折合",
        "，合",
        "，折合",
        "(",
    }:
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
    plus = _figure(state, token, context.owner, context.stage, (Basis.INCREMENT, context.today, context.today, False))
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
    inherited = not now.stage_said and at not in now.waits
    by_default = False
    if _counting_by_default(state, inherited=inherited):
        context.stage = state.campaign.counting_stage.key
        state.stage_anywhere = True
        inherited = False
        by_default = True
    void = _void(state, token, inherited=inherited)
    if by_default and not void and _foreign_tail(state, token):
        void = "是其他手续"
    standing = _standing(state, at)
    targets = _targets(state)
    made = [_figure(state, token, owner, stage, standing) for owner, stage in targets]
    for figure in made:
        figure.count, figure.area_mu, figure.void = count, area_mu, void
        figure.adds_up = _adds_up(state, at)
        if figure.stage is None:
            figure.plainly = (
                not now.clause.has(Sort.NOT)
                and (now.marked or not now.clause.has(Sort.PROJECT))
                and not _foreign_words(state, token)
            )
        if at in now.waits:
            figure.stage = None
            now.waiting.append(figure)
    for figure in made:
        state.enter(figure)
    now.made += made
    if inherited and not void and context.stage is not None and now.names and at not in now.waits:
        reach(state, context.stage, doing=False)
    state.last = made[-1]
    state.group, state.group_owner = made, context.owner
    state.cursor = state.cursor + 1 if now.respectively else 0
    if not now.each:
        context.stages = [context.stage] if context.stage and not now.respectively else context.stages
    now.nothing = None


def _counting_by_default(state: State, *, inherited: bool) -> bool:
    """Whether 完成 or 新增 says the counting stage, no stage being in force; 无新增，累计45宗 does too."""
    if not inherited or state.context.stage is not None:
        return False
    return state.now.done or (state.nil_said and state.context.marks.cumulative)


def _standing(state: State, at: int) -> HowItStands:
    """Return how the figure stands; one that waits for its stage is settled there."""
    context, now = state.context, state.now
    if at in now.waits:
        return Basis.INCREMENT, context.today, context.today, False
    stock_day = context.stock_day() if context.stock and now.stage_said else None
    standing = context.resolve(named=_is_of_project(state))
    if stock_day is not None:
        return Basis.CUMULATIVE, None, stock_day, False
    return standing


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


def _figure(
    state: State,
    token: Token,
    owner: Owner,
    stage: str | None,
    standing: HowItStands,
) -> Figure:
    """Write down a figure with what is in force."""
    context = state.context
    basis, since, date, doubtful = standing
    name = state.now.names[-1].name if state.now.names and state.now.names[-1].start < token.start else None
    return Figure(
        None, None, owner, context.track, stage, basis, since, date, state.sentence, state.line,
        track_said=context.track is not None, project=name or context.project, doubtful=doubtful, within=context.within,
        spans=[(token.start, token.end)],
    )  # fmt: skip


def _adds_up(state: State, at: int) -> bool:
    """Whether 共 or 合计 stands before the figure."""
    for token in reversed(state.now.tokens[max(0, at - 12) : at]):
        if token.sort is Sort.ALREADY:
            return "已" not in token.text
        if token.sort in {Sort.COUNT, Sort.AREA, Sort.PAUSE}:
            return False
    return False


def _void(state: State, token: Token, *, inherited: bool) -> str:
    """Return why the figure is no fact, or nothing."""
    now, context = state.now, state.context
    if now.void:
        return now.void
    if context.void:
        return context.void
    if context.owner.whole:
        return "是全省的数"
    if context.owner.several and not (now.each or now.respectively):
        return "是几家合在一起的数"
    if now.negated and not now.stage_said and inherited:
        return "还没有发生"
    if context.stage == OTHER_PAPER or (now.other_paper and inherited):
        if inherited and now.other_paper:
            return "是其他手续"
        if context.stage == OTHER_PAPER:
            return "是其他手续"
    if inherited and not now.marked and _foreign_words(state, token):
        return "没说是哪个环节"
    if now.stage_said and not now.names and _foreign_object(state, token):
        return "说的不是用地"
    return ""


def _foreign_object(state: State, token: Token) -> bool:
    """Whether something else than land was reported: 上报典型案例2个."""
    at = state.now.tokens.index(token)
    before = state.now.tokens[at - 1] if at else None
    if before is None or before.sort not in {Sort.STAGE, Sort.PLAIN}:
        return False
    return len(_HAN.findall(_HEDGES.sub("", state.raw_between(before.end, token.start)))) >= 3


def _foreign_tail(state: State, token: Token) -> bool:
    """Whether 完成 took another verb behind the figure: 完成3宗勘界."""
    after = next((t for t in state.now.tokens if t.start >= token.end), None)
    if after is not None and after.start == token.end and after.sort in _FOREIGN:
        return True
    tail = state.raw_between(token.end, after.start if after else state.now.clause.end)
    return len(_HAN.findall(_HEDGES.sub("", tail))) >= 2


def _foreign_words(state: State, token: Token) -> bool:
    """Whether other words stand between the clause's beginning and the figure: 研究了3个项目."""
    now = state.now
    start = now.clause.start
    for other in now.tokens:
        if other.start >= token.start:
            break
        if other.sort in {
            Sort.COUNT,
            Sort.AREA,
            Sort.TRACK,
            Sort.PROJECT,
            Sort.WITHIN,
            Sort.BULLET,
            Sort.PLACE,
            Sort.GROUP,
        }:
            start = max(start, other.end)
    for name in now.names:
        if name.start < token.start:
            start = max(start, name.end)
    gaps: list[str] = []
    for other in now.tokens:
        if other.start >= token.start:
            break
        if other.sort in _FOREIGN:
            gaps.append(other.text)
        if other.end > start:
            gaps.append(state.raw_between(start, max(start, other.start)))
            start = other.end
    raw = _HEDGES.sub("", "".join(gaps) + state.raw_between(start, token.start))
    return len(_HAN.findall(raw)) >= 2


def on_vague(state: State, token: Token, at: int) -> None:
    """十几宗, 35至40亩: a figure that must be asked about."""
    if (
        not state.now.void
        and not state.context.void
        and (state.context.stage or state.now.waits or state.now.stage_said)
    ):
        state.unclear = True
    state.passed.append((token.start, token.end, "不是一个确定的数"))
    _ = at


def on_bare(state: State, token: Token, at: int) -> None:
    """A number without a unit takes that of the heading or label above it, else it must be asked about."""
    assert token.value is not None
    if token.key == "+":
        _plus_without_unit(state, token)
        return
    unit = _unit_for(state, token)
    if unit == "count" and token.value == token.value.to_integral_value():
        on_count(state, token, at)
        _bare_plus(state, token)
    elif unit and unit != "count":
        on_area(state, token._replace(value=token.value * Decimal(unit), plus=None), at)
    else:
        state.now.bare.append(token)
        return
    state.bare_cursor += 1


def _bare_plus(state: State, token: Token) -> None:
    """Nothing more is said of a bare number with a plus."""
    _ = state, token


def _plus_without_unit(state: State, token: Token) -> None:
    """45宗（+3）: what of the figure before is new today."""
    last = state.last
    if last is None or last.count is None or token.value is None or last.sentence != state.sentence:
        return
    context = state.context
    last.basis, last.since, last.date = Basis.CUMULATIVE, None, context.today
    plus = _figure(state, token, last.owner, last.stage, (Basis.INCREMENT, context.today, context.today, False))
    plus.void = last.void
    if last.area_mu is None:
        plus.count = int(token.value)
        state.enter(plus)
        state.last = last


def _unit_for(state: State, token: Token) -> str:
    """Return the unit of a bare number: `count`, an area's factor, or nothing."""
    units = state.context.units
    if state.label == "count":
        return "count"
    if state.label == "area":
        return state.label_factor or next((unit for unit in units if unit != "count"), "")
    if not units:
        return ""
    if len(units) == 1:
        return units[0]
    _ = token
    return units[state.bare_cursor] if state.bare_cursor < len(units) else ""
