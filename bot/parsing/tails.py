"""What is told of a figure behind it: 批复2宗，都是上周报的 · 今天报了1宗，就是上个月退回来那个."""

import re
from collections.abc import Sequence

from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause

TODAY = ("今", "本日", "当日", "当天", "刚")
_OF_END = re.compile(
    r"(?:了|上?去|[上下回过]?来|过去|出去)?(?:的|(?=那))(?P<those>[那这]?[一二两俩三四五六七八九十几\d]{0,2}[宗批个件块](?:地|项目|件)?)?[啊呢哈哦]?\s*$"
)
_IS = re.compile(r"(?:是|为|系|属于?|即|[都均全])[^是有为]*$")
_FORMERLY = re.compile(r"之前|此前|前期|原来|先前|上次|早前|后重")
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.VAGUE, Sort.BARE})


def without_tail(clauses: list[Clause], at: int, text: str) -> Clause:
    """Leave out what is told of a figure behind it; with the same step it gives the day."""
    clause = clauses[at]
    tokens = clause.tokens
    last = next((i for i in range(len(tokens) - 1, -1, -1) if tokens[i].sort is Sort.STAGE), None)
    told = None if last is None else _told_from(clauses, at, last, text)
    if last is None or told is None:
        return clause
    first = next(i for i, token in enumerate(tokens) if token.start >= told)
    days = [token.text for token in tokens[first:last] if token.sort is Sort.PERIOD]
    if any(day.startswith(TODAY) for day in days):
        return clause
    counted = _counted_before(clause, last)
    begins = clause.start if counted is None else tokens[counted].end
    said = next((token.key for token in reversed(tokens[:first]) if token.sort is Sort.STAGE), "")
    if not said and (days or counted is None or _FORMERLY.search(text, begins, tokens[last].start)):
        said = _said_before(clauses, at)
    if said in {"", tokens[last].key}:
        return clause
    return Clause(tokens[:first], clause.start, clause.end, clause.closer, clause.mark, clause.body)


def _told_from(clauses: list[Clause], at: int, last: int, text: str) -> int | None:
    """Return where in a clause begins what it tells of a figure before, if its last step does so."""
    clause = clauses[at]
    tokens = clause.tokens
    ended = _OF_END.fullmatch(text[tokens[last].end : clause.end])
    if ended is None and not _is_dated(clause, last, text):
        return None
    counted = _counted_before(clause, last)
    if clause.has(Sort.COUNT) and counted is None and not _is_same_count(clauses, at):
        return None
    told = _IS.search(text, clause.start if counted is None else tokens[counted].end, tokens[last].start)
    if told is not None:
        return told.start() if ended is not None or told[0][0] in "是为系属" else None
    apart = ended is not None and counted is None and _follows_count(clauses, at, ended["those"])
    return clause.start if apart else None


def _counted_before(clause: Clause, last: int) -> int | None:
    """Return which token is the last figure before a step."""
    return next((i for i in range(last - 1, -1, -1) if clause.tokens[i].sort in _FIGURES), None)


def _is_dated(clause: Clause, last: int, text: str) -> bool:
    """Whether a clause ends in a step with a day of its own: 均为上月上报."""
    if Sort.PERIOD not in clause.sorts or Sort.COUNT in clause.sorts:
        return False
    return text[clause.tokens[last].end : clause.end].strip() in {"", "了"}


def _follows_count(clauses: list[Clause], at: int, those: str | None) -> bool:
    """Whether a clause without 是 tells which parcels were counted right before: 批了1宗，昨天刚受理的那个."""
    before = clauses[at - 1] if at else None
    if before is None or before.closer is not Sort.COMMA or Sort.COUNT not in before.sorts:
        return False
    behind = clauses[at + 1] if at + 1 < len(clauses) else None
    own = behind is not None and bool(behind.tokens) and behind.tokens[0].sort is Sort.COUNT
    dated = Sort.PERIOD in clauses[at].sorts and Sort.DOING not in clauses[at].sorts
    return (those or "").startswith(("那", "这")) or (those is None and dated and not own)


def _is_same_count(clauses: list[Clause], at: int) -> bool:
    """Whether the count at the end of a clause is that of the clause before: 批复2宗，即上周上报的2宗."""
    last = clauses[at].tokens[-1]
    counted = [token.value for token in clauses[at - 1].tokens if token.sort is Sort.COUNT] if at else []
    return last.sort is not Sort.COUNT or counted[-1:] == [last.value]


def _said_before(clauses: list[Clause], at: int) -> str:
    """Return the step last named in the sentence before a clause."""
    for clause in reversed(clauses[:at]):
        if clause.closer in {Sort.STOP, Sort.BREAK}:
            return ""
        for token in reversed(clause.tokens):
            if token.sort is Sort.STAGE:
                return token.key
    return ""


def tells_of_before(clauses: Sequence[Clause], stage: str | None) -> bool:
    """Whether a bracket tells of another step on a day before: 批复2宗（都是上个月报的）."""
    tokens = [token for clause in clauses for token in clause.tokens]
    days = [token.text for token in tokens if token.sort is Sort.PERIOD]
    steps = {token.key for token in tokens if token.sort is Sort.STAGE}
    past = bool(days) and not any(day.startswith(TODAY) for day in days)
    return past and bool(steps) and stage not in steps
