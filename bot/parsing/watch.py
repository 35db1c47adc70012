"""What a walk is watched for when it is asked which words gave what; reading without a watch costs nothing."""

from collections.abc import Mapping
from typing import NamedTuple

from bot.parsing.normalize import Plain
from bot.parsing.sorts import Sort
from bot.parsing.state import Rule, State
from bot.parsing.tokens import Clause, Token

_DAYS = frozenset({Sort.PERIOD, Sort.MORE_THAN})


class Note(NamedTuple):
    """A word of the plain text, and the days or the reason for passing figures over that it put in force."""

    start: int
    end: int
    value: object


class Watch:
    """Remembers the parts of one reading, and at each word what it put in force."""

    def __init__(self) -> None:
        self.plain: Plain | None = None
        self.tokens: list[Token] = []
        self.lines: list[list[Clause]] = []
        self.state: State | None = None
        self.days: list[Note] = []
        self.reasons: list[Note] = []

    def begin(self, plain: Plain, tokens: list[Token], lines: list[list[Clause]], state: State) -> None:
        """Remember what is read."""
        self.plain, self.tokens, self.lines, self.state = plain, tokens, lines, state

    def over(self, rules: Mapping[Sort, Rule]) -> Mapping[Sort, Rule]:
        """Return the same rules, watched."""
        return {sort: self._watched(rule) for sort, rule in rules.items()}

    def _watched(self, rule: Rule) -> Rule:
        def on_word(state: State, token: Token, at: int) -> None:
            void = state.context.void
            rule(state, token, at)
            if state.context.void not in {"", void}:
                self.reasons.append(Note(token.start, token.end, state.context.void))
            marks = state.context.marks
            if token.sort in _DAYS and marks.period is not None:
                self.days.append(Note(token.start, token.end, (marks.period.first, marks.period.last)))
            if token.sort in _DAYS and marks.stands_at is not None:
                self.days.append(Note(token.start, token.end, (None, marks.stands_at)))

        return on_word
