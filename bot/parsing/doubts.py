"""Numbers that must be asked about, and figures that are taken back behind them."""

import re

from bot.parsing.figure import Figure
from bot.parsing.numerals import CHINESE_NUMBER
from bot.parsing.reasons import NO_UNIT, NOT_REACHED, WRONG
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Clause, Token

_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPOKEN = re.compile(rf"[:了]?{CHINESE_NUMBER}")


_LISTED = frozenset({Sort.PLACE, Sort.BARE, Sort.PAUSE, Sort.OWN})
_MONEY = re.compile("资金|经费|款|费用|元|钱")
_WRONG_AFTER = re.compile(
    r"[^，。;,]{0,4}?(?:(?<![如若无没])有误|错了|写错|报错|不对|不准确|是错的|作废|不算|报重|报多|重复(?:了|统计|上报|计算)|为误报)"
    r"|[^，。;,]{0,8}(?:对不上|不一致|不相符|有出入)|的?[那这]条[^，。;,]{0,4}(?:忽略|无视|删|撤)"
)

_REPEATED = re.compile("(?:是|属于?|系|被)?重复(?:报|统计|上报|计算|填报)?[了的]*")
_NOT_REACHED = re.compile(
    r"[都均全也]?(?:没|未)(?:有|能|被)?(?:通过|成功|过(?:会|审|关|了)?(?=[ ,，。;!\n]|\Z)"
    r"|[批报供组退]|受理|获批|开工|动工|上会)"
)


def ask(state: State, clause: Clause) -> None:
    """Note what in a clause must be asked about."""
    now = state.now
    if now.bare:
        _ask_about_bare(state, clause)
    elif not now.stage_said or now.made or now.void or state.context.void:
        return
    elif state.listed_bare == state.sentence:
        state.unclear = True  # 点军2、猇亭1，今日上报
    elif clause.tokens[-1].sort is Sort.STAGE:
        words = state.raw_between(clause.tokens[-1].end, clause.end)
        state.unclear = state.unclear or _SPOKEN.fullmatch(words) is not None


def take_back(state: State, clause: Clause) -> None:
    """Take back figures of a clause by what is said behind them: 前面发的3宗有误, 会审2宗没通过, 报了3宗1宗没批."""
    made = state.now.made
    if not made:
        if Sort.LEFT in clause.sorts and state.last is not None and state.last.sentence == state.sentence:
            _leave_out_repeated(state, state.last, clause)
        return
    tail = state.text[made[-1].spans[-1][1] : clause.end]
    if not tail:
        return
    if _WRONG_AFTER.match(tail) is not None:
        for figure in made:
            figure.void = figure.void or WRONG
    elif _NOT_REACHED.match(tail) is not None:
        for figure in _listed_last(state.text, made):
            if not _stops_at(state, figure):
                figure.void = figure.void or NOT_REACHED


def _leave_out_repeated(state: State, last: Figure, clause: Clause) -> None:
    """Leave out what a clause says was counted twice: 另1宗是上周的，重复了."""
    if _REPEATED.fullmatch(state.text[clause.start : clause.end].strip()) is not None:
        last.void = last.void or WRONG


def _stops_at(state: State, figure: Figure) -> bool:
    """Whether a figure stands right behind its own step, and only another was not reached: 上报三宗没有批复."""
    tokens, start = state.now.tokens, figure.spans[0][0]
    own = next((t for t in reversed(tokens) if t.end <= start and t.sort is not Sort.PLAIN), None)
    denied = next((tokens[at] for at in sorted(state.now.negated) if tokens[at].start > start), None)
    if own is None or own.sort is not Sort.STAGE or denied is None:
        return False
    return own.key == figure.stage != denied.key


def _listed_last(text: str, made: list[Figure]) -> list[Figure]:
    """Return the last figure with those in one list with it: 江夏2宗、新洲1宗."""
    first = len(made) - 1
    while first and "、" in text[made[first - 1].spans[-1][1] : made[first].spans[0][0]]:
        first -= 1
    return made[first:]


def _ask_about_bare(state: State, clause: Clause) -> None:
    """Note a bare number said of a stage: it must be asked about."""
    now = state.now
    if now.void or state.context.void or state.context.owner.whole:
        return
    if _MONEY.search(state.text, clause.start, clause.end) is not None:
        return
    bare = [
        token
        for token in now.bare
        if not (clause.has(Sort.PROBLEM) and state.text[token.start - 2 : token.start] == "问题")
    ]
    if not bare:
        return
    for token in bare:
        state.passed.append((token.start, token.end, NO_UNIT))
    known = now.stage_said or now.marked or state.colon_says_report
    raw = state.raw_between(clause.start, clause.end)
    rest = len(_HAN.findall(raw)) - sum(len(_HAN.findall(t.text)) for t in clause.tokens)
    if (known and state.context.stage is not None and rest <= 4 and not now.other_paper) or (
        (clause.has(Sort.PERIOD) and rest <= 1) or (_slashed(state, bare) and known and rest <= 2)
    ):
        state.unclear = True
    elif Sort.PLACE in clause.sorts and {t.sort for t in clause.tokens if t.text != "+"} <= _LISTED and not rest:
        state.listed_bare = state.sentence


def _slashed(state: State, bare: list[Token]) -> bool:
    """Whether two numbers stand side by side as count and area would: 荆州 4 / 0.07."""
    return len(bare) == 2 and state.text[bare[0].end : bare[1].start].strip() in {"/", "／"}
