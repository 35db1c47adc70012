"""Forms that were filled in: marks around a number (批复（2）宗), labels in brackets (【上报】2宗【批复】1宗).

What is left out becomes blanks or a comma, so that every place stays where it was.
"""

import re

from bot.parsing.numerals import CHINESE_NUMBER

_NUMBER = rf"(?:\d+(?:\.\d+)?|{CHINESE_NUMBER})"
_UNIT = r"(?:宗(?!地)|件|个|批次|万亩|亩(?!均)|公顷)"
_FILLED = re.compile(
    rf"[(\[【“\"] ?{_NUMBER} ?[)\]】”\"](?= ?{_UNIT})|_{{1,12}} ?{_NUMBER} ?_{{1,12}}(?= ?{_UNIT})",
)
_FIGURE = re.compile(rf"{_NUMBER} ?{_UNIT}")
_LABEL = re.compile(rf"[(\[【]([^()\[\]【】\d\n]{{1,8}})[)\]】](?=[: ]{{0,2}}{_NUMBER} ?{_UNIT})")
_MARKS = '([【“"_'


_SECTION = re.compile(
    r"(?:[一二三四五六][是、]|(?<![^\s。;，,])(?=下))(?:下一?步|下阶段|下一阶段)?(?:的?工作)?(?:打算|计划|安排|考虑|思路|(?<=步)|(?<=段)|(?<=步工作))[,，]"
)
_MAY_HEAD = re.compile(r"(?:打算|计划|安排|考虑|思路|步|段|步工作)[,，]")
_BROKEN = re.compile(rf"\n(?<=\d\n)(?= ?{_UNIT})|!(?=!{{0,4}} ?\n ?(?:总|合计)?面积)|。(?= ?\n ?(?:总|合计)?面积)")
"""Breaks within a figure: 批复2⏎宗, 获批4宗！⏎面积合计0.03万亩."""


def closed_up(words: str) -> str:
    """Leave out, as blanks, the breaks of lines within a figure, and the stop before its area on the next line."""
    return _BROKEN.sub(" ", words) if "\n" in words else words


def with_colons(words: str) -> str:
    """Read the comma behind the name of a section as the colon it stands for: 三是打算，本周组卷3宗 · 下一步，…"""
    return _SECTION.sub(lambda found: found[0][:-1] + ":", words) if _MAY_HEAD.search(words) else words


def filled_in(words: str) -> str:
    """Read a form as if its text had been written: 批复（2）宗（33）亩, 【上报】2宗【批复】1宗."""
    if not any(mark in words for mark in _MARKS):
        return words
    words = _FILLED.sub(lambda found: _inside(found, words), words)
    if _LABEL.search(words) is None:
        return words
    return "\n".join(_unlabelled(line) for line in words.split("\n"))


def _inside(found: re.Match[str], words: str) -> str:
    """Return a number without the marks around it; at the head of a line it numbers the items of a list."""
    if not words[: found.start()].rstrip(" ")[-1:].strip():
        return found[0]
    return re.sub(r"[()\[\]【】“”\"_]", " ", found[0])


def _unlabelled(line: str) -> str:
    """Let labels in brackets be the beginnings of clauses, where the first of several figures has one too."""
    labels = list(_LABEL.finditer(line))
    if len(labels) < 2 or _FIGURE.search(line, 0, labels[0].start()) is not None:
        return line
    return _LABEL.sub(lambda found: f"，{found[1]} ", line)
