"""Numbers that must be asked about, and figures that are taken back behind them."""

import re

from bot.parsing.lexicon import Sort
from bot.parsing.marks import WRONG
from bot.parsing.numerals import CHINESE_NUMBER
from bot.parsing.reasons import NO_UNIT, NOT_REACHED
from bot.parsing.state import State
from bot.parsing.tokens import Clause

_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPOKEN = re.compile(rf"[:了]?{CHINESE_NUMBER}")


_WRONG_AFTER = re.compile(
    r"[^，。;,]{0,4}?(?:有误|错了|写错|报错|不对|是错的|作废|不算|报重|报多|重复了|为误报)"
    r"|[^，。;,]{0,8}(?:对不上|不一致|不相符|有出入)"
)

_NOT_REACHED = re.compile(r"[都均全也]?(?:没|未)(?:有|能)?(?:通过|过会|过审|过关|批下来|批成|报上去|报成|成功)")


def ask(state: State, clause: Clause) -> None:
    """Note what in a clause must be asked about."""
    now = state.now
    if now.bare:
        _ask_about_bare(state, clause)
    elif now.stage_said and not (now.made or now.void or state.context.void) and clause.tokens[-1].sort is Sort.STAGE:
        words = state.raw_between(clause.tokens[-1].end, clause.end)
        state.unclear = state.unclear or _SPOKEN.fullmatch(words) is not None


def why_taken_back(state: State, clause: Clause) -> str:
    """Return why the figures of a clause are no facts by what is said behind: 前面发的3宗有误, 会审2宗没通过."""
    made = state.now.made
    if not made:
        return ""
    tail = state.text[made[-1].spans[-1][1] : clause.end]
    if _WRONG_AFTER.match(tail) is not None:
        return WRONG
    return NOT_REACHED if _NOT_REACHED.match(tail) is not None else ""


def _ask_about_bare(state: State, clause: Clause) -> None:
    """Note a bare number said of a stage: it must be asked about."""
    now = state.now
    if now.void or state.context.void or state.context.owner.whole:
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
        clause.has(Sort.PERIOD) and rest <= 1
    ):
        state.unclear = True
