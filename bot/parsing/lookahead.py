"""A look over a clause before it is read: which stage words count, and which figures wait for one that follows."""

import re

from bot.parsing.lexicon import WAITING
from bot.parsing.sorts import Sort
from bot.parsing.state import Now, State
from bot.parsing.tokens import Token

_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.VAGUE})


_HAN = re.compile(r"[\u4e00-\u9fff]")
_APART = frozenset({Sort.PAUSE, Sort.CUMULATIVE})
_NOT_YET = re.compile(
    r"(?:还|尚|仍|都|均|也)?(?:没|未)(?:有)?(?:下|到|拿|出|完|批|办|开始|启动|做|动|走|成|报|弄|搞|整|消息|音信|影)|(?:还|大概|估计|可能|恐怕|起码|至少)?(?:要|得|需)等|还(?:要|得|需)[再一]|还早|遥遥无期"
)


_BUT = re.compile("[但却]|然后|接着|另外|还有")
"""没批但是报了2宗: what follows is not denied."""
_IS_IN = re.compile("[还都均仍尚正目前现 ]*在(?:省?厅里?|省里?|部里?)?")
_COUNT_FIRST = re.compile("(?:CS){2,}")
_TWO_COUNTS = re.compile("SC((?:-?CS)+)(?!-?C)")
_LISTED = re.compile(r"[地县区市州项\d一二两三四五六七八九十]")
"""Behind 等 that ends a list: 江夏、新洲等地批复3宗."""
_NEGATING = frozenset({Sort.NOT, Sort.NOTHING, Sort.NIL, Sort.NOT_THAT})
_EXPECTED = frozenset({Sort.PLAN, Sort.LATER})
_HAPPENED = frozenset({Sort.PERIOD, Sort.ALREADY, Sort.STAGE})
_MODAL = frozenset({"能", "要", "应", "需", "可"})


def prepare(state: State) -> None:
    """Look over a clause before it is read: which stage words count, and which figures wait for one that follows."""
    now = state.now
    if Sort.STAGE not in now.clause.sorts:
        now.done = Sort.DONE in now.clause.sorts and _ends_done(state)
        return
    stages = [i for i, token in enumerate(now.tokens) if token.sort is Sort.STAGE]
    now.negated = {at for at in stages if is_negated(now.tokens, at, state.text)}
    real = [at for at in stages if at not in now.negated]
    for at in real:
        _note_stock(state, at)
    _note_waiting(state, real)


def _ends_done(state: State) -> bool:
    """Whether 完成 ends a clause and is said of what stands before it, with no step in force: 2宗今天完成."""
    last = state.now.tokens[-1]
    ends = last.sort is Sort.DONE and not _HAN.search(state.text, last.end, state.now.clause.end)
    return ends and state.context.stage is None and not state.now.clause.sorts.isdisjoint(_FIGURES)


def is_negated(tokens: list[Token], at: int, text: str) -> bool:
    """Whether a stage was not reached: 未批复, 批复还没下来, 无新增批复."""
    stage = tokens[at]
    if _NOT_YET.match(text[stage.end : stage.end + 6]) or _is_only_expected(tokens, at):
        return True
    before = at - 1
    while before >= 0 and tokens[before].sort in {Sort.NEW, Sort.ALL_ABOVE}:
        before -= 1
    if before < 0 or tokens[before].sort not in _NEGATING:
        return False
    if tokens[before].text == "等" and _LISTED.match(text, tokens[before].end) is not None:
        return False
    gap = text[tokens[before].end : tokens[before + 1].start].replace(" ", "")
    reach_of = {
        Sort.NOT: 5 if tokens[before].text in WAITING else 1 if tokens[before].text in _MODAL else 3,
        Sort.NOTHING: 3,
    }.get(tokens[before].sort, 0)
    passive = "被" in gap + stage.text[:1] and gap not in {"", "被"}  # 占补没落实被退回
    return len(gap) <= reach_of and not passive and _BUT.search(gap) is None


def _is_only_expected(tokens: list[Token], at: int) -> bool:
    """Whether a step is looked forward to right behind it: 批文预计下周到, but not 已上报，预计明天批复."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or after.sort not in _EXPECTED or after.start != tokens[at].end:
        return False
    rest = {token.sort for token in tokens[at + 2 :]}
    said = {token.sort for token in tokens[:at]}
    return Sort.STAGE not in rest and said.isdisjoint(_HAPPENED)


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
    ends = ("在",) if state.text.startswith("的", stage.end) else ("还在", "仍在", "尚在")
    still = state.text.endswith(ends, 0, stage.start)  # 在会审的有3宗, 还在组卷3宗
    if doing or during or still or _stands_in(state, at) or stage.text in state.vocabulary.stock_words:
        now.stock.add(at)


def _stands_in(state: State, at: int) -> bool:
    """Whether 在 stands before a stage and behind what stands in it: 1宗在组卷, 还在会审, 在厅里会审."""
    stage = state.now.tokens[at]
    before = state.now.tokens[at - 1] if at else None
    if before is None or before.sort not in _FIGURES or before.end >= stage.start:
        return False
    return _IS_IN.fullmatch(state.text, before.end, stage.start) is not None and not state.text.startswith(
        "了", stage.end
    )


def _note_waiting(state: State, real: list[int]) -> None:
    """Find the figures that stand before their stage: 2宗获批 · 江夏2宗、蔡甸1宗今日获批; with a unit, 江夏2、蔡甸1."""
    now = state.now
    figures = _FIGURES | {Sort.BARE} if state.context.units else _FIGURES
    if real and _is_label(state, real[-1]):
        real = real[:-1]
    if not real or (len(real) == 1 and not any(t.sort in figures for t in now.tokens[: real[0]])):
        return
    stages = set(real)
    now.waits = _pairs(now, stages)
    after = seen = False
    for at, token in enumerate(now.tokens):
        if at in stages:
            seen = True
        elif at not in now.waits and token.sort in figures and (after or not seen):
            stage = next((s for s in real if s > at), None)
            if stage is not None and not _leads(now, stage, stages) and not _some_follow(now, at):
                now.waits[at] = _chain_end(now, stage, stages)
                after = True


def _some_follow(now: Now, at: int) -> bool:
    """Whether a count is followed at once by that of some of it: 6宗 4宗获批."""
    if at + 1 >= len(now.tokens):
        return False
    token, after = now.tokens[at], now.tokens[at + 1]
    if token.sort is not Sort.COUNT or after.sort is not Sort.COUNT:
        return False
    return (token.value or 0) > (after.value or 0) and Sort.RESPECTIVELY not in now.clause.sorts


def _pairs(now: Now, stages: set[int]) -> dict[int, int]:
    """Find counts that nothing parts from the stages behind them: 3宗组好卷2宗报上去, 上报3宗2宗获批1宗在审."""
    if len(stages) < 2:
        return {}
    places = [at for at, t in enumerate(now.tokens) if at in stages or t.sort is Sort.COUNT or t.sort is Sort.PAUSE]
    kinds = "".join("S" if at in stages else "C" if now.tokens[at].sort is Sort.COUNT else "-" for at in places)
    if _COUNT_FIRST.fullmatch(kinds) is not None:
        return {places[i]: places[i + 1] for i in range(0, len(places), 2)}
    spans = [found.span(1) for found in _TWO_COUNTS.finditer(kinds)]
    return {places[i]: places[i + 1] for span in spans for i in range(*span) if kinds[i] == "C"}


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
