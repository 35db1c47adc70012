"""What makes a whole clause or sentence no statement of the sender: questions, praise, hearsay."""

from bot.parsing.clauses import ends_sentence
from bot.parsing.lexicon import Sort
from bot.parsing.tokens import Clause

QUESTION, PRAISE, HEARSAY = "是疑问", "是祝贺", "是转述"
_SEEN = ("看", "学", "借")
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE})


def sentence_voids(line: list[Clause]) -> list[str]:
    """Return, for each clause of a line, why it is no fact, or nothing."""
    voids = [""] * len(line)
    if not any(_may_void(clause) for clause in line):
        return voids
    first = 0
    for at, clause in enumerate(line):
        if ends_sentence(clause) or at == len(line) - 1:
            _judge(line, voids, first, at)
            first = at + 1
    return voids


def _may_void(clause: Clause) -> bool:
    """Whether anything in a clause may make it no fact."""
    return clause.mark == "?" or clause.has(Sort.ASK, Sort.PRAISE, Sort.HEARSAY)


def _judge(line: list[Clause], voids: list[str], first: int, last: int) -> None:
    """Judge one sentence."""
    sentence = range(first, last + 1)
    if any(line[at].has(Sort.PRAISE) for at in sentence):
        _void(voids, sentence, PRAISE)
    hearsay = next((at for at in sentence if _is_hearsay(line[at])), None)
    if hearsay is not None:
        _void(voids, range(hearsay, last + 1), HEARSAY)
    for at in sentence:
        if _is_admired(line[at]):
            voids[at] = voids[at] or HEARSAY
        if _asks(line[at]):
            voids[at] = voids[at] or QUESTION
    if line[last].mark == "?" or (_asks(line[last]) and not line[last].has(Sort.STAGE)):
        asked = line[last]
        tag = asked.end - asked.start <= 5 and not asked.has(Sort.STAGE)
        whole = tag or asked.has(*_FIGURES)
        _void(voids, sentence if whole else range(last, last + 1), QUESTION)


def _asks(clause: Clause) -> bool:
    """Whether a clause asks; 吧 makes only the figures of its own clause doubtful."""
    said = [token.text for token in clause.tokens if token.sort is Sort.ASK]
    return bool(said) and (set(said) != {"吧"} or clause.has(*_FIGURES))


def _is_hearsay(clause: Clause) -> bool:
    """Whether a clause passes on what others said."""
    return any(token.sort is Sort.HEARSAY and not token.text.startswith(_SEEN) for token in clause.tokens)


def _is_admired(clause: Clause) -> bool:
    """Whether a clause speaks of another's figures: 看到襄阳批了5宗, 学习孝感批复5宗的经验."""
    return clause.has(Sort.HEARSAY) and clause.has(Sort.PLACE) and clause.has(Sort.COUNT)


def _void(voids: list[str], where: range, reason: str) -> None:
    for at in where:
        voids[at] = voids[at] or reason
