"""Figures side by side under 今日/累计: 批复（今日/累计）：3/45宗，0.12/0.46万亩."""

from decimal import Decimal

from bot.parsing.context import HowItStands, Marks
from bot.parsing.dealing import note_run
from bot.parsing.figure import Figure
from bot.parsing.making import plain_figure
from bot.parsing.sorts import Sort
from bot.parsing.state import Rule, State
from bot.parsing.tokens import Token
from bot.parsing.units import shared_unit, unit_of
from bot.parsing.voids import why_void
from storage.records import Basis

_TIMES = frozenset({Sort.PERIOD, Sort.CUMULATIVE, Sort.NEW})


def timed(rule: Rule) -> Rule:
    """Return the rule for a word of time, which may be one of a pair."""

    def on_time(state: State, token: Token, at: int) -> None:
        rule(state, token, at)
        note_pair(state, token, at)

    return on_time


def paired(rule: Rule) -> Rule:
    """Return the rule for a number, which may be one of a pair."""

    def on_number(state: State, token: Token, at: int) -> None:
        if len(state.pair) > 1 and read_pair(state, token, at):
            return
        if state.now.bare and _is_measure(state, token, at):
            state.unclear = True
            state.passed.append((token.start, token.end, "不知哪个是完成数"))
        else:
            note_run(state, token, at)
            rule(state, token, at)

    return on_number


def _is_measure(state: State, token: Token, at: int) -> bool:
    """Whether another number of the same kind stands before a slash: of 45/120宗 nobody can tell which was reached."""
    before = state.now.tokens[at - 1] if at else None
    if before is None or before.sort is not Sort.BARE or before.value is None or token.sort is Sort.BARE:
        return False
    if state.raw_between(before.end, token.start) != "/" or state.now.bare[-1:] != [before]:
        return False
    whole = before.value == before.value.to_integral_value()
    return whole if token.sort is Sort.COUNT else not whole


def note_pair(state: State, token: Token, at: int) -> None:
    """Read pair = time / time { / time }        # 今日/累计, 今日/本周/累计; another word of time ends it"""
    before = state.text[max(0, token.start - 2) : token.start]
    joined = "/" in before and bool(state.pair) and state.now.tokens[at - 1].sort in _TIMES
    if token.sort not in _TIMES or not (joined or "/" in state.text[token.end : token.end + 2]):
        state.pair = ()
        return
    context = state.context
    period = context.marks.period
    first, last = (context.today, context.today) if period is None else (period.first, period.last)
    how: HowItStands = (Basis.INCREMENT, first, last or context.today, False)
    if token.sort is Sort.CUMULATIVE:
        how = (Basis.CUMULATIVE, None, context.today, False)
    state.pair = (*state.pair, how) if joined else (how,)
    if joined:
        context.marks = Marks()


def read_pair(state: State, token: Token, at: int) -> bool:
    """Read figures = number / number unit        # each stands as its label does"""
    slot = _slot(state, at)
    if slot is None or slot >= len(state.pair):
        return False
    unit = unit_of(state, token) or shared_unit(state, at)
    if not unit or token.value is None:
        return False
    value = token.value * Decimal(unit) if token.sort is Sort.BARE and unit != "count" else token.value
    figure = _figure(state, token, at, state.pair[slot], unit)
    if unit == "count":
        figure.count = int(value)
    else:
        figure.area_mu = value
    return True


def _slot(state: State, at: int) -> int | None:
    """Return the place of a number among those that slashes part, if it is one of them."""
    tokens, text = state.now.tokens, state.text
    first = at
    while first and "/" in text[tokens[first - 1].end : tokens[first].start] and tokens[first - 1].value is not None:
        first -= 1
    return at - first if first < at or "/" in text[tokens[at].end : tokens[at].end + 2] else None


def _figure(state: State, token: Token, at: int, standing: HowItStands, unit: str) -> Figure:
    """Return the figure that an area completes, or a new one."""
    context = state.context
    fresh = plain_figure(state, token, context.owner, context.stage, standing)
    if unit != "count":
        for known in reversed(state.of_sentence()):
            if known.full_key() == fresh.full_key() and known.area_mu is None:
                known.spans += fresh.spans
                return known
    fresh.void = why_void(state, token, at, inherited=not state.now.stage_said)
    state.enter(fresh)
    state.now.made.append(fresh)
    state.last = fresh
    return fresh
