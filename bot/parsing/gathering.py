"""The obstacles of one statement: which are distinct, and which only say another once more."""

import re

from msgspec.structs import replace

from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause, Token
from bot.parsing.topics import Draft

BEGINS_ANOTHER = re.compile(
    r"\W*(?:还有(?![\d一二三四五六七八九十几]{1,3}户)|另外|另有?|此外|再就是|再有|再一个|再者|其次|加上|新增|新的|[二三四五]是|第[二三四五])"
)
_OLD = re.compile("[墓古文遗]")
_ALSO = re.compile(r"[^，。;遍怎]{0,8}也(?!就|是|许)")
"""Right behind what is named: 社保也没交, but not 找遍了也补划不出来."""


class Gathering:
    """Gathers the obstacles of a statement: one of a category, unless more are plainly told apart."""

    def __init__(self, other: str) -> None:
        self._other = other
        self._found: dict[tuple[str, str, int], Draft] = {}
        self._leaning: list[tuple[str, str, int]] = []
        self._firm: set[int] = set()
        self._group = 0
        self._county: str | None = None

    def pass_by(self, part: Clause) -> None:
        """Note whose obstacles follow a part that tells of none."""
        self._county = _county(part) or self._county

    def is_another(self, part: Clause, text: str, *, weak: bool) -> bool:
        """Whether a part begins another obstacle, be it of the same category: 还有…, 社保也没交, another county."""
        before = self._county
        self.pass_by(part)
        another = BEGINS_ANOTHER.match(text, part.start) is not None or (before is not None and self._county != before)
        if not another and self._found and not weak:
            named = next(token.end for token in part.tokens if token.category)
            another = _ALSO.match(text, named, part.end) is not None
        self._group += another
        return another

    def add(self, topics: list[Token], draft: Draft, *, leans: bool) -> None:
        """Add what a part tells of each topic it names."""
        if not leans:
            self._firm.add(self._group)
        for topic in topics:
            key = (topic.category, _thing(topic.text) if topic.category == self._other else "", self._group)
            if key not in self._found:
                self._found[key] = replace(draft, category=topic.category)
                self._leaning += [key] if leans else []
            elif not leans and key in self._leaning:
                self._leaning.remove(key)

    def drafts(self) -> list[Draft]:
        """Return the obstacles; what leans on a firm one is none of its own: 压矿协议没签，补偿谈不拢."""
        for key in self._leaning:
            if key[2] in self._firm:
                del self._found[key]
        return list(self._found.values())


def _thing(word: str) -> str:
    """Return one word for what has many: 涉林 and 林业局 are of one thing, so are 汉墓 and 考古队."""
    if "林" in word:
        return "林"
    return "古" if _OLD.search(word) is not None else word


def _county(part: Clause) -> str | None:
    """Return the county named in a part."""
    places = [token.place for token in part.tokens if token.sort is Sort.PLACE]
    return next((place.county for place in places if place is not None and place.county), None)
