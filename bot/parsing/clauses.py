"""Tokens put in order: brackets in clauses, clauses in lines; quotations and titles left out."""

from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause, Token

_MAX_DEPTH = 4
_MAX_TOKENS = 160
"""Nobody writes a clause of more; what has more is no language, and is left out."""
_MAX_CLAUSES = 1200
_PAIRS = {"(": ")", "[": "]", "【": "】", "「": "」", "『": "』", "《": "》", "〈": "〉", "“": "”", '"': '"'}
_OVER_LINES = frozenset("「『")
_QUOTES = frozenset('“"')
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE})
_TITLES = frozenset("《〈")
_CLOSERS = frozenset({Sort.BREAK, Sort.STOP, Sort.SEMICOLON, Sort.COMMA, Sort.COLON, Sort.RULE})
_MARKS = _CLOSERS | {Sort.OPEN, Sort.CLOSE}
_SENTENCE_ENDS = frozenset({Sort.BREAK, Sort.STOP, None})


def lines(tokens: list[Token], length: int, *, has_brackets: bool = True) -> list[list[Clause]]:
    """Return the clauses of each line that is not blank."""
    pairs = _pairs(tokens) if has_brackets else {}
    start = _after_quotation(tokens, pairs)
    begin = tokens[start - 1].end if 0 < start <= len(tokens) else 0
    every = _clauses(tokens, start, len(tokens), pairs=pairs, depth=0, begin=begin, end=length)
    found: list[list[Clause]] = [[]]
    for clause in every[:_MAX_CLAUSES]:
        found[-1].append(clause)
        if clause.closer in {Sort.BREAK, Sort.RULE}:
            found.append([])
    return [line for line in found if _says_anything(line)]


def _says_anything(line: list[Clause]) -> bool:
    """Whether a line is no blank one, nor the rule under a table's head: |:--|:--|"""
    if any(clause.tokens for clause in line):
        return True
    return any(clause.closer is Sort.COLON for clause in line) and not any(clause.mark == "|" for clause in line)


def _pairs(tokens: list[Token]) -> dict[int, int]:
    """Find which bracket closes which; a line's end closes nothing but ends what is open."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.text == '"' and any(tokens[i].text == '"' for i in opened):
            start = next(i for i in reversed(opened) if tokens[i].text == '"')
            pairs[start] = at
            opened = opened[: opened.index(start)]
        elif token.sort is Sort.OPEN:
            opened.append(at)
        elif token.sort is Sort.CLOSE:
            if opened and _PAIRS[tokens[opened[-1]].text] == token.text:
                pairs[opened.pop()] = at
        elif token.sort is Sort.BREAK and opened:
            opened = [i for i in opened if tokens[i].text in _OVER_LINES]
    return pairs


def _after_quotation(tokens: list[Token], pairs: dict[int, int]) -> int:
    """Return where the sender's own words begin: after 「…」 and the rule that messengers draw under it."""
    at = 0
    while at < len(tokens) and tokens[at].sort is Sort.BREAK:
        at += 1
    if at not in pairs or tokens[at].text not in _OVER_LINES:
        return 0
    after = pairs[at] + 1
    if after < len(tokens) and tokens[after].sort not in {Sort.BREAK, Sort.RULE}:
        return 0
    while after < len(tokens) and tokens[after].sort in {Sort.BREAK, Sort.RULE}:
        after += 1
    return after


def _clauses(
    tokens: list[Token],
    first: int,
    last: int,
    *,
    pairs: dict[int, int],
    depth: int,
    begin: int,
    end: int,
) -> list[Clause]:
    """Read clauses = clause { mark clause }        # a bracket is one token of its clause"""
    found: list[Clause] = []
    current: list[Token] = []
    start, at = begin, first
    for i in [i for i in range(first, last) if tokens[i].sort in _MARKS]:
        if i < at:
            continue  # it stands in a bracket
        token = tokens[i]
        current += tokens[at:i]
        at = i + 1
        if token.sort in _CLOSERS:
            found.append(_clause(current, start, token.start, token))
            current, start = [], token.end
        elif token.sort is Sort.OPEN and i in pairs and depth < _MAX_DEPTH:
            close = pairs[i]
            if token.text in _QUOTES and not any(t.sort in _FIGURES for t in tokens[i + 1 : close]):
                continue
            at = close + 1
            if token.text not in _TITLES:
                inner = _clauses(
                    tokens, i + 1, close, pairs=pairs, depth=depth + 1, begin=token.end, end=tokens[close].start
                )
                group = Token(Sort.GROUP, token.text, token.start, tokens[close].end, inner=tuple(inner))
                current.append(group)
    current += tokens[at:last]
    if current or not found or start < end:
        found.append(_clause(current, start, end, None))
    return found


def _clause(tokens: list[Token], start: int, end: int, closer: Token | None) -> Clause:
    """Make a clause, emptied when it is none."""
    kept = tokens if len(tokens) <= _MAX_TOKENS else []
    if closer is None:
        return Clause(kept, start, end, None)
    return Clause(kept, start, end, closer.sort, closer.text)


def ends_sentence(clause: Clause) -> bool:
    """Whether a sentence ends with this clause."""
    return clause.closer in _SENTENCE_ENDS or clause.closer is Sort.RULE
