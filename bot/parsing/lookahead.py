"""A look over a clause before it is read: which stage words count, and which figures wait for one that follows."""

import re

from bot.parsing.lexicon import Sort
from bot.parsing.state import Now, State
from bot.parsing.tokens import Clause

_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.VAGUE})


_APART = frozenset({Sort.PAUSE, Sort.CUMULATIVE})
_NOT_YET = re.compile(r"(?:还|尚|仍|都|均|也)?(?:没|未)(?:有)?(?:下|到|拿|出|完|批|办|开始|启动|做|动|走|成|报)")


_WAITING = frozenset({"待", "等", "等待", "有待"})


_MODAL = frozenset({"能", "要", "应", "需", "可"})


def prepare(state: State, following: Clause | None) -> None:
    """Look over a clause before it is read: which stage words count, and which figures wait for one that follows."""
    now = state.now
    if Sort.STAGE not in now.clause.sorts:
        return
    stages = [i for i, token in enumerate(now.tokens) if token.sort is Sort.STAGE]
    if not stages:
        return
    for at in stages:
        _note_negation(state, at)
    real = [at for at in stages if at not in now.negated]
    if _drop_description(state, real, following):
        real = [i for i, token in enumerate(now.tokens) if token.sort is Sort.STAGE and i not in now.negated]
    for at in real:
        _note_stock(state, at)
    _note_waiting(state, real)


def _note_negation(state: State, at: int) -> None:
    """Note a stage that was not reached: 未批复, 批复还没下来, 无新增批复."""
    tokens, stage = state.now.tokens, state.now.tokens[at]
    before = at - 1
    while before >= 0 and tokens[before].sort in {Sort.NEW, Sort.ALL_ABOVE}:
        before -= 1
    if before >= 0 and tokens[before].sort in {Sort.NOT, Sort.NOTHING, Sort.NIL}:
        gap = state.raw_between(tokens[before].end, tokens[before + 1].start if before + 1 <= at else stage.start)
        reach_of = {
            Sort.NOT: 5 if tokens[before].text in _WAITING else 1 if tokens[before].text in _MODAL else 3,
            Sort.NOTHING: 3,
        }.get(tokens[before].sort, 0)
        passive = "被" in gap + stage.text[:1] and gap not in {"", "被"}
        if len(gap) <= reach_of and not passive:  # 占补没落实被退回
            state.now.negated.add(at)
    if _NOT_YET.match(state.text[stage.end : stage.end + 6]):
        state.now.negated.add(at)


def _drop_description(state: State, real: list[int], following: Clause | None) -> bool:
    """Leave out a relative clause: 昨天报的3宗今天批了 is one item, approved today."""
    now = state.now
    for at in real:
        stage = now.tokens[at]
        if not state.text.startswith("的", stage.end):
            continue
        later = any(other > at for other in real)
        if not later and following is not None:
            later = (
                following.has(Sort.STAGE)
                and not following.has(Sort.COUNT)
                and not following.has(Sort.PLAN, Sort.NOT, Sort.NOTHING)
            )
        if not later or not any(t.sort in _FIGURES or t.sort is Sort.PROJECT for t in now.tokens[at + 1 :]):
            continue
        gone = {Sort.STAGE, Sort.PERIOD, Sort.ALREADY, Sort.CUMULATIVE, Sort.LATE, Sort.NEW, Sort.CLOCK, Sort.STANDS}
        gone.add(Sort.PLAN)  # 原定昨天上报的2宗今天报了
        now.tokens[: at + 1] = [token for token in now.tokens[: at + 1] if token.sort not in gone]
        now.negated.clear()
        return True
    return False


def _note_stock(state: State, at: int) -> None:
    """Note a stage that figures stand in: 在审, 正在组卷, 组卷中."""
    now, stage = state.now, state.now.tokens[at]
    doing = (
        at > 0
        and now.tokens[at - 1].sort is Sort.DOING
        and len(state.raw_between(now.tokens[at - 1].end, stage.start)) <= 2
    )
    during = state.text.startswith("中", stage.end) and not state.text.startswith(
        ("中心", "中国", "中的", "中央"), stage.end
    )
    if doing or during or stage.text in state.vocabulary.stock_words:
        now.stock.add(at)


def _note_waiting(state: State, real: list[int]) -> None:
    """Find the figures that stand before their stage: 2宗获批 · 江夏2宗、蔡甸1宗今日获批."""
    now = state.now
    if real and _is_label(state, real[-1]):
        real = real[:-1]
    after = False
    seen = False
    stages = set(real)
    for at, token in enumerate(now.tokens):
        if at in stages:
            seen = True
        elif token.sort in _FIGURES and (after or not seen):
            stage = next((s for s in real if s > at), None)
            if stage is not None and not _leads(now, stage, stages):
                now.waits[at] = _chain_end(now, stage, stages)
                after = True


def _is_label(state: State, stage: int) -> bool:
    """Whether a stage at the end of a clause heads what follows its colon, set apart from what stands before it.

    上报：3宗、批复：2宗 — not 今日2宗获批：江夏1宗……
    """
    tokens, clause = state.now.tokens, state.now.clause
    if (
        clause.closer is not Sort.COLON
        or stage != len(tokens) - 1
        or state.text[tokens[stage].end : clause.end].strip()
    ):
        return False
    before = next((at for at in range(stage - 1, -1, -1) if tokens[at].sort in _FIGURES), None)
    if before is None:
        return False
    between = tokens[before + 1 : stage]
    return " " in state.text[tokens[before].end : tokens[stage].start] or any(t.sort in _APART for t in between)


def _chain_end(now: Now, stage: int, stages: set[int]) -> int:
    """Return the last of the stages that follow one another without a figure: 补正后重新上报."""
    for at in range(stage + 1, len(now.tokens)):
        if now.tokens[at].sort in _FIGURES or now.tokens[at].sort is Sort.PAUSE:
            break
        if at in stages and not _leads(now, at, stages):
            stage = at
    return stage


def _leads(now: Now, stage: int, stages: set[int]) -> bool:
    """Whether a stage is followed by a count of its own."""
    for at, token in enumerate(now.tokens[stage + 1 :], start=stage + 1):
        if token.sort in {Sort.COUNT, Sort.VAGUE, Sort.BARE}:
            return not any(other in stages for other in range(at + 1, len(now.tokens))) or _stage_before(now, at)
        if token.sort is Sort.PAUSE:
            return False
    return False


def _stage_before(now: Now, at: int) -> bool:
    """Whether the figure stands right after a stage, with nothing between."""
    return now.tokens[at - 1].sort is Sort.STAGE and now.tokens[at - 1].end == now.tokens[at].start
