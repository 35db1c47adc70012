"""The numbers of known problems: 问题12、13 · 第5号、第8号问题 · 13号的问题 · #12."""

import re

from bot.parsing.numerals import read_number

_MOST = 20
_TO = r"[-~至到]"
_AND = r"(?:、|,|，|和|及)"
_NUMBERS = rf"\d{{1,6}}(?:\s*[号条项]?\s*(?:{_AND}|{_TO})\s*第?\s*\d{{1,6}}){{0,12}}"
_CN = r"(?:二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_SETTLED = (
    r"\s*(?:问题)?(?:都|均|也|全部|已经?|现已|可以|今[天日]|昨[天日]|一并|一起|当场|现场)*"
    r"(?:销号|解决|闭环|核销|化解|协调到位|销了|搞定)"
)
_ALONE = r"(?<![\d.月/-])"
_A_PROBLEM = "(?:问题|困难|难题|难点|堵点)"
_SUM = "(?:[这那]?[两二三四五六七八九]个)?"
"""第3号、第11号两个问题 names two."""
REF = re.compile(
    rf"(?:问题)?编号\s*(?:为|是)?\s*(\d{{1,6}})|{_A_PROBLEM}\s*(?:编号|序号)?\s*[第#]?\s*({_NUMBERS})(?!\d*\s*(?:个|条|项|宗|件))"
    rf"|第\s*({_NUMBERS})\s*(?:号|个|条|项)?的?{_SUM}{_A_PROBLEM}|{_ALONE}({_NUMBERS})\s*号\s*的?(?:个|条|项|{_SUM}){_A_PROBLEM}"
    rf"|(?:清单|台账)(?:[里中上内]|里面)?的?第\s*({_NUMBERS})\s*[号条项]"
    rf"|#\s?(\d{{1,6}})(?!\d)|{_ALONE}({_NUMBERS})\s*号(?={_SETTLED})"
    rf"|第?({_CN})号的?{_A_PROBLEM}|{_A_PROBLEM}({_CN})(?=[,，]|[也都均已]|解决|销号|办结|闭环)"
)
"""A place where problems are named by their numbers."""
NAMED_ALONE = re.compile(rf"#\s?\d|(?:号|第\s?\d{{1,3}}[条项]){_SETTLED}")
"""Said of a number, this speaks of a problem though no word says so: #12 已办结, 12号已销号."""
_EACH = re.compile(rf"(?P<to>{_TO}\s*第?\s*)?(?P<number>\d{{1,6}})")
_MORE = re.compile(rf"\s*{_AND}\s*(?:第)?(\d{{1,6}})(?:号)?")


_FIRST = re.compile(rf"{_A_PROBLEM}\s*[1一]\s*:")
_SECOND = re.compile(rf"{_A_PROBLEM}\s*[2二]\s*:")


def is_enumerated(text: str) -> bool:
    """Whether a text numbers its own problems: 问题1：水田指标不足；问题2：规划没调."""
    first = _FIRST.search(text)
    return first is not None and _SECOND.search(text, first.end()) is not None


def refs(words: str) -> list[str]:
    """Return the numbers of the problems named."""
    found: list[str] = []
    for match in REF.finditer(words):
        said = next(group for group in match.groups() if group)
        spoken = None if said[0].isdecimal() else read_number(said)
        found += _numbers(said) if spoken is None else [str(spoken)]
        at = match.end()
        while (more := _MORE.match(words, at)) is not None:
            found.append(more[1])
            at = more.end()
    return [ref.lstrip("0") or "0" for ref in dict.fromkeys(found)]


def _numbers(said: str) -> list[str]:
    """Return each number of 3、5 and of 1-3."""
    found: list[str] = []
    for match in _EACH.finditer(said):
        number = int(match["number"])
        if match["to"] and found and 0 < number - int(found[-1]) <= _MOST:
            found += [str(each) for each in range(int(found[-1]) + 1, number)]
        found.append(match["number"])
    return found
