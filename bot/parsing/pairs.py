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


def timed(rule: Rule) -> Rule:
    """Return the rule for a word of time, which may be one of a pair."""

    def on_time(state: State, token: Token, at: int) -> None:
        rule(state, token, at)
        note_pair(state, token, at)

    return on_time


def paired(rule: Rule) -> Rule:
    """Return the rule for a number, which may be one of a pair."""

    def on_number(state: State, token: Token, at: int) -> None:
        if state.pair and read_pair(state, token, at):
            return
        if _is_measure(state, token, at):
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
    """Read pair = period / 累计        # either may stand first; another word of time ends it"""
    if "/" not in state.text[max(0, token.start - 2) : token.start]:
        state.pair = ()
        return
    before = state.now.tokens[at - 1] if at else None
    sorts = {token.sort, None if before is None else before.sort}
    if before is None or sorts != {Sort.PERIOD, Sort.CUMULATIVE} or state.raw_between(before.end, token.start) != "/":
        state.pair = ()
        return
    context = state.context
    period = context.marks.period
    first, last = (context.today, context.today) if period is None else (period.first, period.last)
    happened: HowItStands = (Basis.INCREMENT, first, last or context.today, False)
    stands: HowItStands = (Basis.CUMULATIVE, None, context.today, False)
    state.pair = (happened, stands) if token.sort is Sort.CUMULATIVE else (stands, happened)
    context.marks = Marks()


def read_pair(state: State, token: Token, at: int) -> bool:
    """Read figures = number / number unit        # each stands as its label does"""
    slot = _slot(state, token)
    if not state.pair or slot is None:
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


def _slot(state: State, token: Token) -> int | None:
    """Return whether a number stands before or behind a slash, if at one."""
    text = state.text
    if "/" in text[max(0, token.start - 2) : token.start]:
        return 1
    return 0 if "/" in text[token.end : token.end + 2] else None


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
