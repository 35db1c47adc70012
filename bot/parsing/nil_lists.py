"""Units listed as those where nothing happened: 三、零报告：潜江、神农架 · 零报告的是潜江、天门."""

import datetime as dt
import re

from bot.parsing.sorts import Sort
from bot.parsing.state import Nothing, State
from bot.parsing.tokens import Token

_OF_UNITS = re.compile(
    r"(?:\(\d{1,2}[个家]\))?(?:的)?(?:市州|地市|单位|地方|县市)?(?:\(\d{1,2}[个家]\))?(?P<are>有|是|为)?"
)
_LISTED = frozenset({Sort.PLACE, Sort.PAUSE})
_LONGEST_NAME = 13
_NOT_OF_THE_DAY = re.compile("连续|多次|经常|屡|长期|一直|[请凡对如若]")


def heads_units(state: State, token: Token, at: int) -> bool:
    """Read nil = 零报告 ( : | 的是 | 单位有 ) unit { 、 unit }        # what is said again and again is of no day"""
    now, text = state.now, state.text
    behind = _OF_UNITS.match(text, token.end)
    assert behind is not None
    rest = [t for t in now.tokens[at + 1 :] if t.start >= behind.end()]
    listed = [t for t in rest if t.sort is Sort.PLACE]
    colon = behind.end() == now.clause.end and now.clause.closer is Sort.COLON
    told = bool(listed and behind["are"]) and behind.end() == listed[0].start and {t.sort for t in rest} <= _LISTED
    if not told and not (colon and _place_begins(state, now.clause.end + 1)):
        return False
    if not state.context.void and _NOT_OF_THE_DAY.search(text, now.clause.start, token.start) is None:
        now.nil_day = day_in_force(state)
        for place in listed:
            _note(state, place, now.nil_day)
    return True


def is_listed(state: State, token: Token) -> bool:
    """Note that a unit stands in a list of those where nothing happened, if it does."""
    if state.nil_day is None or not state.now.clause.sorts <= _LISTED:
        return False
    _note(state, token, state.nil_day)
    return True


def day_in_force(state: State) -> dt.date:
    """Return the day in force, if it is one, else the report's."""
    state.context.resolve()
    period = state.context.standing.period
    return period.last if period is not None and period.is_day and period.last is not None else state.context.today


def _place_begins(state: State, at: int) -> bool:
    """Whether a unit's or county's name stands there."""
    entries = state.vocabulary.entries
    words = state.text[at : at + _LONGEST_NAME].lstrip()
    found = (entries.get(words[:length]) for length in range(2, _LONGEST_NAME))
    return any(entry is not None and entry.sort is Sort.PLACE for entry in found)


def _note(state: State, token: Token, day: dt.date) -> None:
    if token.place is not None and token.place.county is None:
        state.nothings.append(Nothing(token.place.region, day, (token.start, token.end)))
