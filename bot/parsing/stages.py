"""Which step a figure is of: the stage words of a clause, and what they mean where they stand."""

import re

from bot.parsing.context import OTHER_PAPER
from bot.parsing.figure import Figure
from bot.parsing.lexicon import WAITING
from bot.parsing.lists import on_within
from bot.parsing.marks import PLAN
from bot.parsing.procedures import OTHER, is_of_other_matter, is_other_paper
from bot.parsing.reasons import NOT_REACHED
from bot.parsing.sorts import Sort
from bot.parsing.state import Reached, State
from bot.parsing.tellings import tells_track
from bot.parsing.tokens import Token
from bot.parsing.topics import INSIDE_PROBLEM
from storage.records import Basis

_OFFICE = re.compile(r"(?:至|到|给|请)?(?:省|部|市|县|国务院|人民|自然资源|省人民|市人民)?(?:政府|厅|部|国务院|局)")
_BETWEEN = frozenset({Sort.COUNT, Sort.AREA, Sort.VAGUE, Sort.BARE, Sort.GROUP})
_JOINTS = frozenset({"、", "和", "及", "与", "加", "跟", "以及"})
_ENOUGH = re.compile(r"[^，。;\n]{1,6}[宗个件][^，。;\n]{0,8}(?:就|便|即可)")
"""Behind 再: 再批3宗就50宗了."""
_OTHER_WORK = re.compile(
    r"[^,，。;、]{0,12}(?:评估|勘[界测]|定界|测绘|公告|调查|签约|踏勘|论证|听证|测量|征收|征地|协议|摸底|核查|整改|补划|复垦|验收|[交腾]地|拆迁|清表)"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LAND = re.compile("城镇|农村|工业|住宅|商业|公益|建设|用地|土地|宗地|地块|项目")
_AFTER_DONE = frozenset(
    {
        Sort.COUNT,
        Sort.AREA,
        Sort.STAGE,
        Sort.TRACK,
        Sort.AREA_LABEL,
        Sort.BARE,
        Sort.VAGUE,
        Sort.PERIOD,
        Sort.ALREADY,
        Sort.COUNT_LABEL,
        Sort.PLACE,
        Sort.OWN,
        Sort.NEW,
        Sort.GROUP,
        Sort.EACH,
        Sort.RESPECTIVELY,
    },
)


def on_stage(state: State, token: Token, at: int) -> None:
    """Let a stage stand for what follows, and for the figures that waited for it."""
    now, context = state.now, state.context
    if at in now.negated:
        _negated(state)
        return
    if now.void == INSIDE_PROBLEM:
        if now.names and state.campaign.stage(token.key).returns:
            reach(state, token.key, doing=False)  # 某项目因占补未落实被退回
        return
    if _is_still_done(state, token, at):
        return
    if _is_asked_for(state, at) or (Sort.DOING in now.clause.sorts and _is_noun(state, at)):
        return
    other = is_of_other_matter(state, at)
    if other and at + 1 < len(now.tokens) and now.tokens[at + 1].sort is Sort.STAGE:
        return  # 规划批复后上报2宗
    stage = OTHER_PAPER if other or now.other_paper or is_other_paper(state, at) else token.key
    if at in now.stock and not context.stock:
        context.before_stock = context.stage
    context.stock = at in now.stock
    before = now.tokens[at - 1] if at else None
    slash = before is not None and before.sort is Sort.STAGE and state.raw_between(before.end, token.start) == "/"
    state.slashed, state.cursor = slash, 0
    _stand(state, stage, at)
    now.stage_said = True
    state.stage_anywhere = True
    state.bare_cursor = 0
    if not now.void and not context.void:
        doing = at > 0 and now.tokens[at - 1].sort is Sort.DOING
        reach(state, stage, doing=doing and stage not in state.vocabulary.lasting)


def _is_still_done(state: State, token: Token, at: int) -> bool:
    """Whether the last step of a chain is only being done: 已组卷，正在上报."""
    now = state.now
    if at not in now.stock or token.key in state.vocabulary.lasting:
        return False
    return at > 0 and now.tokens[at - 1].sort is Sort.DOING and _joined(state, at) and not now.waiting


def _is_asked_for(state: State, at: int) -> bool:
    """Whether the stage is what a file was sent up for: 上报国务院批准, 报省政府审批."""
    before = state.now.tokens[at - 1] if at else None
    if before is None or before.sort is not Sort.STAGE:
        return False
    counting = state.campaign.counting_stage.key
    if state.now.tokens[at].key != counting or before.key == counting:
        return False
    return _OFFICE.fullmatch(state.raw_between(before.end, state.now.tokens[at].start)) is not None


def _is_noun(state: State, at: int) -> bool:
    """Whether the stage only names the work that another step is being done of: 用地报批正在组卷."""
    tokens = state.now.tokens[at : at + 3]
    return (
        len(tokens) == 3
        and tokens[1].sort is Sort.DOING
        and tokens[2].sort is Sort.STAGE
        and (not state.raw_between(tokens[0].end, tokens[1].start))
    )


def _negated(state: State) -> None:
    """Nothing was reached: figures that waited for it are none."""
    now = state.now
    for figure in now.waiting:
        figure.void = figure.void or NOT_REACHED
    for figure in now.made:
        if not now.stage_said:
            figure.void = figure.void or NOT_REACHED
    now.waiting = []
    state.stage_anywhere = True


def _joined(state: State, at: int) -> bool:
    """Whether the stage before belongs to the same chain: 组卷上报, 上报和批复."""
    for i in range(at - 1, max(-1, at - 13), -1):
        token = state.now.tokens[i]
        if token.sort is Sort.STAGE:
            return i not in state.now.waits.values()  # 6宗受理、上报8宗
        if token.sort in _BETWEEN or token.sort is Sort.NOTHING:
            return False
    return False


def _stand(state: State, stage: str, at: int) -> None:
    """Put a stage in force: of a chain the furthest, but after 退回 what came last."""
    context = state.context
    waited = bool(state.now.waiting) and at in state.now.waits.values()
    if _joined(state, at) and context.stages:
        context.stages.append(stage)
        context.stage = furthest(state, context.stages)
    else:
        context.stages = [stage]
        context.stage = stage
    if waited:
        basis, since, date, doubtful = context.resolve(named=bool(state.now.names))
        for figure in state.now.waiting:
            figure.stage = context.stage
            figure.basis, figure.since, figure.date, figure.doubtful = basis, since, date, doubtful
            if context.stock:
                _make_stock(state, figure)
            if stage == OTHER_PAPER:
                figure.void = figure.void or OTHER
        state.now.waiting = []


def _make_stock(state: State, figure: Figure) -> None:
    """Let a figure that waited stand as a stock."""
    figure.basis, figure.since = Basis.CUMULATIVE, None
    figure.date = state.context.stock_day()


def furthest(state: State, stages: list[str]) -> str:
    """Return what a chain of stages comes to."""
    if OTHER_PAPER in stages:
        return OTHER_PAPER
    order = state.campaign.stage_order
    back = [at for at, stage in enumerate(stages) if state.campaign.stage(stage).returns]
    if back:
        rest = stages[back[-1] + 1 :]
        return max(rest, key=order.__getitem__) if rest else stages[-1]
    return max(stages, key=order.__getitem__)


def reach(state: State, stage: str, *, doing: bool) -> None:
    """Note that the project being spoken of reached a stage."""
    if doing or stage == OTHER_PAPER or not state.subjects:
        return
    context = state.context
    period = context.marks.period or (context.standing.period if context.standing.basis else None)
    day = (period.last if period else None) or context.marks.stands_at or context.standing.stands_at or context.today
    for name in state.subjects:
        state.reached.append(Reached(name, context.owner.region, stage, day))
    state.subject_done = True


def on_done(state: State, token: Token, at: int) -> None:
    """完成 takes the verb after it; of anything else it is none of our steps."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    gap = state.raw_between(token.end, after.start if after else state.now.clause.end)
    if gap.startswith("后") or (after is not None and after.sort is Sort.TARGET):
        return  # 补划完成后批复1宗
    foreign = bool(_HAN.search(_LAND.sub("", gap))) or (after is not None and after.sort not in _AFTER_DONE)
    if after is not None and _OTHER_WORK.match(state.text, after.end, state.now.clause.end) is not None:
        foreign = True  # 完成2宗地的社会稳定风险评估
    if foreign:
        state.now.other_paper = state.now.other_paper or bool(gap or after)
    else:
        state.now.done = True


def on_new(state: State, token: Token, at: int) -> None:
    """新增, 又, 再, 另: an increment; with no stage in force 新增 is of the counting one."""
    context = state.context
    if state.now.tokens[at - 1].sort is Sort.NIL and at:
        return
    if token.text == "再" and any(t.sort is Sort.NOT and t.text in WAITING for t in state.now.tokens[:at]):
        context.void = PLAN  # 等规划调整完再报3宗
        return
    if token.text == "再" and _ENOUGH.match(state.text, token.end) is not None:
        context.void, state.supposing = PLAN, True
        return
    context.marks.new = True
    state.now.marked = True
    if token.text.startswith(("新增", "净增", "增加")):
        on_done(state, token, at)


def on_track(state: State, token: Token, at: int) -> None:
    """Let a track stand; right behind a count it is what was counted."""
    now, context = state.now, state.context
    before = now.tokens[at - 1] if at else None
    campaign = state.campaign
    if tells_track(state, token, at):
        return
    if before is not None and before.sort is Sort.COUNT and len(state.raw_between(before.end, token.start)) <= 2:
        if state.last is not None and token.key != campaign.default_track.key:
            state.last.track, state.last.track_said = token.key, True
        return
    total = campaign.total_track
    if total is not None and token.key == total.key and token.text.startswith(("含", "包")):
        _including(state, token, at)
        return
    if state.text.startswith("占", token.end) and state.last is not None and context.within is None:
        on_within(state, token, at)  # 批复3宗，重点项目占1宗
    joint = before is not None and now.tokens[at - 2 if before.sort is Sort.PAUSE and at > 1 else at - 1]
    beside = joint and joint.sort is Sort.TRACK and state.raw_between(joint.end, token.start) in _JOINTS
    context.tracks = [*context.tracks, token.key] if beside else [token.key]
    context.track = token.key
    if beside and total is not None and {campaign.default_track.key, token.key} == set(context.tracks):
        context.track = total.key  # 批次和重点项目加起来批复3宗; 各 and 分别 look at the tracks
    now.marked = True


def _including(state: State, token: Token, at: int) -> None:
    """含重点项目: behind a figure it makes it the total; with a figure of its own it is a part of it."""
    campaign, context = state.campaign, state.context
    behind = state.now.tokens[at + 1 : at + 3]
    own = any(token.sort is Sort.COUNT or token.sort is Sort.AREA for token in behind)
    own = own and (bool(state.of_sentence()) or behind[0].sort is not Sort.ALREADY)  # 批复含重点项目共13宗
    own = own and not _is_more_than_all(state, behind)
    if own and campaign.projects_track is not None:
        on_within(state, token, at)
        context.track = campaign.projects_track.key
        return
    assert campaign.total_track is not None
    if _is_more_than_all(state, behind):
        context.track = campaign.total_track.key
        return
    figure = state.now.made[-1] if state.now.made else state.last
    without = figure is not None and figure.track_said and figure.track == campaign.default_track.key
    if figure is None or without:  # 不含重点项目，上报1宗；含重点项目，上报2宗
        context.track = campaign.total_track.key
    else:
        figure.track, figure.track_said = campaign.total_track.key, True


def _is_more_than_all(state: State, behind: list[Token]) -> bool:
    """Whether a count is no part of the one before, being larger: 不含重点项目14宗；含重点项目16宗."""
    last = state.last
    count = next((token.value for token in behind if token.sort is Sort.COUNT), None)
    return count is not None and last is not None and last.count is not None and count > last.count
