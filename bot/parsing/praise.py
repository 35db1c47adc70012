"""What is told of others in admiration is no report: 恭喜咸宁！一天批了6宗 · 襄阳今天批了5宗，我们要加油."""

import re

from bot.parsing.sentences import HEARSAY
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Clause

_PRAISES = re.compile(
    "恭喜|恭贺|祝贺|道喜|贺喜|厉害|羡慕|眼红|眼馋|佩服|服了|点赞|鼓掌|膜拜|致敬|威武|了不起|好样的|给力|优秀|领跑|霸气|比不了"
    "|太[牛猛强行快棒]|猛[啊呀]|强[啊呀]|真[牛猛强行快棒]|好[牛猛强行快棒]|最[牛猛强行快棒]|，牛|,牛|牛[啊呀了!]|快[啊呀]|可以[啊呀]|还以[啊呀]"
    "|这[速效][度率]|看人家"
)
"""Each word begins with a character of its own, no class of them: so the whole is looked for at once."""
_ENVIES = re.compile(f"学习|加油|真多|看齐|赶上|追赶|赶超|压力山?大|差距|才批|比不上|落后|{_PRAISES.pattern}")
_ADMIRES = re.compile("佩服|羡慕|眼红|眼馋|膜拜|甘拜下风|望尘莫及")
_AT_ONCE = re.compile("|".join(f"{word}(?:就|都|能)?[批报组供受]" for word in ("一天", "一口气", "一下子")))
_OWN_DAY = re.compile("今[天日早晚儿]|昨[天日晚]|自己|我市|本市|终于")
_ALSO = re.compile(r"也(?:就|是)?[批报组供受获拿]了?|第一|都[\d一二三四五六七八九十百]+[宗个件]了|我们还|我们才")
_SPEAKS_FOR = re.compile("[帮代替]|接龙|汇总")
_MAY_PRAISE = re.compile(f"看|瞧|{_PRAISES.pattern}")
_LOOKED_AT = re.compile("(?:看看?|瞧瞧?)(?:人家)?$")
_OWN = re.compile("(?<![比跟和让给帮令叫同])(?:我们|我[市州县局区]|本[市州县局区]|咱)")
_SAYS = frozenset({Sort.COUNT, Sort.AREA, Sort.STAGE, Sort.NIL, Sort.BARE})


def leave_to_others(state: State, lines: list[list[Clause]], own: str | None) -> None:
    """Take what is admired of another unit for no report, until the sender speaks of the own unit."""
    if not state.figures:
        return
    if _admires_unnamed(state):
        for figure in state.figures:
            figure.void = figure.void or HEARSAY
    told_of = {figure.owner.region for figure in state.figures}
    also = (
        len(told_of) == 1
        and told_of.isdisjoint({None, own})
        and _ALSO.search(state.text) is not None
        and _SPEAKS_FOR.search(state.text) is None
    )
    if own is not None and (also or _ENVIES.search(state.text) is not None):
        for figure in state.figures:
            if figure.owner.region not in {None, own}:
                figure.void = figure.void or HEARSAY
    if _MAY_PRAISE.search(state.text) is not None:
        first, last = _admired(state, lines, own)
        for figure in state.figures:
            if figure.spans and first <= figure.spans[0][0] < last:
                figure.void = figure.void or HEARSAY


def _admires_unnamed(state: State) -> bool:
    """Whether somebody is admired without a name: 佩服佩服。一天批了6宗, but not 我们今天批了6宗，佩服自己."""
    text = state.text
    if _ADMIRES.search(text) is None and (_AT_ONCE.search(text) is None or _ENVIES.search(text) is None):
        return False
    return _OWN.search(text) is None and _OWN_DAY.search(text) is None


def _admired(state: State, lines: list[list[Clause]], own: str | None) -> tuple[int, int]:
    """Return the stretch in which a unit is admired: from the clause that praises it to the first of the own unit."""
    first = None
    for clause in (clause for line in lines for clause in line):
        if first is None:
            first = clause.start if _praises_another(state, clause, own) else None
            first = 0 if first is not None and _is_called(state, clause, own) else first
        elif _speaks_of_own(state, clause, own):
            return first, clause.start
    return (0, 0) if first is None else (first, len(state.text))


def _praises_another(state: State, clause: Clause, own: str | None) -> bool:
    """Whether a clause praises another unit: 咸宁真厉害！"""
    others = [token for token in clause.tokens if token.place is not None and token.place.region != own]
    if _PRAISES.search(state.text, clause.start, clause.end + 1) is not None:
        return bool(others)
    return any(_LOOKED_AT.search(state.text, clause.start, token.start) is not None for token in others)


def _is_called(state: State, clause: Clause, own: str | None) -> bool:
    """Whether a unit is called by its name behind the praise of what was told: 这个月批了20宗，太强了吧黄石."""
    name, before = clause.tokens[-1], state.text[: clause.start]
    if name.place is None or name.place.region == own or _OWN.search(before) is not None or "自己" in before:
        return False
    praised = _PRAISES.search(state.text, clause.start, name.start)
    return praised is not None and all(f.owner.region == own and f.owner.county is None for f in state.figures)


def _speaks_of_own(state: State, clause: Clause, own: str | None) -> bool:
    """Whether a clause tells something of the sender's unit: 我们今天也批了2宗, but not 比我们多3宗."""
    if clause.sorts.isdisjoint(_SAYS):
        return False
    if _OWN.search(state.text, clause.start, clause.end) is not None:
        return True
    return any(token.place is not None and token.place.region == own for token in clause.tokens)
