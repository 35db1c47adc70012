"""Numbers dealt out in order, with or without 分别: 组卷、上报、批复3、2、1宗，面积60、40、20亩."""

from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Token
from bot.parsing.units import JOINTS, NUMBERS, unit_of

_MOST = 40


def note_run(state: State, token: Token, at: int) -> None:
    """Let numbers in a row be dealt out when there are as many steps, units or counts before them."""
    now = state.now
    if now.run_to > at or state.text[token.end : token.end + 1] not in JOINTS:
        return
    run = _run(state, at)
    if len(run) < 2:
        return
    now.run_to = at + 2 * len(run) - 1
    unit, size, context = unit_of(state, run[-1]), len(run), state.context
    if not unit:
        return
    dealt = unit != "count" and _deal_areas(state, size)
    beside = {len(context.owners), len(context.stages), len(context.tracks), len(now.days)}
    if (dealt or size in beside) and not now.respectively:
        now.respectively, state.cursor = True, 0


def _run(state: State, at: int) -> list[Token]:
    """Return the numbers side by side that begin at one, of one measure: 12、15和20亩, but not 2宗、30亩."""
    tokens = state.now.tokens
    run = [tokens[at]]
    for token in tokens[at + 1 : at + 2 * _MOST]:
        if token.sort in NUMBERS and state.raw_between(run[-1].end, token.start) in JOINTS:
            if run[-1].sort not in {token.sort, Sort.BARE}:
                break
            run.append(token)
        elif token.sort is not Sort.PAUSE and token.text != "+":
            break
    return run


def _deal_areas(state: State, size: int) -> bool:
    """Find the counts that as many areas are of, or the one count of as many parcels."""
    counts = [f for f in state.of_sentence() if f.count is not None and f.area_mu is None and not f.void]
    apart = [f for f in counts if not f.adds_up and f.count != sum(o.count or 0 for o in counts if o is not f)]
    group = counts if len(counts) == size else apart if len(apart) == size else []
    if group:
        state.group, state.cursor = group, 0
    return bool(group) or (len(counts) == 1 and counts[0].count == size)
