"""What clauses are about, by the categories of one campaign; and what was found about them."""

import re
from itertools import pairwise

from msgspec import Struct

from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause, Token
from bot.parsing.vocabulary import Vocabulary
from config.campaign import Campaign

INSIDE_PROBLEM = "是问题里的数"
_JOINED = re.compile(r"[\u4e00-\u9fff]{0,4}(?:、|和|与|跟|及|以及)[\u4e00-\u9fff]{0,3}")
_MUTUAL = re.compile(r"重叠|冲突|矛盾|不符|不一致|打架|重合|对不上|套不上|不衔接|出入|差异|偏差|不匹配|之间")
"""What one thing does with another is one obstacle: 规划和红线冲突."""


class Draft(Struct):
    """An obstacle, or one removed, before it is known whose it is."""

    scene: int
    """Where the clause begins that says it."""
    start: int
    end: int
    category: str | None
    stated: bool = False
    resolved: bool = False
    ref: str | None = None


class Findings(Struct):
    """What was found, and in which clauses (by where they start) figures are no progress and stages none."""

    drafts: list[Draft]
    inside: dict[int, str]


class Topics:
    """Tells what is named in a clause: 矿业权 says it alone, 村民 and 补偿 only with what is in the way."""

    def __init__(self, campaign: Campaign, vocabulary: Vocabulary) -> None:
        self._weak = vocabulary.weak_categories
        self._leaning = vocabulary.leaning_categories
        self.own = vocabulary.own_categories
        """Those of the work on one's own files."""
        self._returning = {stage.key for stage in campaign.stages if stage.returns}
        divisions = {division.name for division in campaign.divisions}
        self.special = {c.key for c in campaign.categories if c.handler is not None and c.handler not in divisions}
        self.other = next((c.key for c in campaign.categories if c.handler is None), campaign.categories[-1].key)

    def named(self, clause: Clause) -> list[Token]:
        """Return all that is named in a clause."""
        return [token for token in clause.tokens if token.category]

    def strong(self, clause: Clause) -> list[Token]:
        """Return what is named in a clause by words that say it alone."""
        return [token for token in clause.tokens if token.category and token.text not in self._weak]

    def leans(self, clause: Clause) -> bool:
        """Whether all that is named takes on the topic of what stands beside: 补偿, 材料."""
        return all(token.text in self._leaning for token in self.named(clause))

    def main(self, clause: Clause) -> Token | None:
        """Return what a clause is about: the last thing it names, or the first that only may be meant."""
        strong = self.strong(clause)
        return strong[-1] if strong else next(iter(self._weak_first(clause)), None)

    def _weak_first(self, clause: Clause) -> list[Token]:
        """Return what may be meant, what only leans last: 安置房项目的钱没到位 is of the money."""
        return sorted(self.named(clause), key=lambda token: token.text in self._leaning)

    def about(self, clause: Clause, text: str) -> list[Token]:
        """Return all that one saying is of: the last thing named with what is joined to it: 规划、占补都没落实."""
        strong = self.strong(clause)
        if len(strong) < 2:
            return strong or self._weak_first(clause)[:1]
        joined = [strong[-1]]
        if _MUTUAL.search(text, clause.start, clause.end) is None:
            for token, after in reversed(list(pairwise(strong))):
                gap = text[token.end : after.start]
                if gap and _JOINED.fullmatch(gap) is None:
                    break
                joined += [token] if gap else []  # 社保资金 is one
        return joined[::-1]

    def of(self, clause: Clause) -> str | None:
        """Return the category of what a clause is about."""
        token = self.main(clause)
        return None if token is None else token.category

    def sends_back(self, clause: Clause) -> bool:
        """Whether a clause says that a file was sent back."""
        return any(token.sort is Sort.STAGE and token.key in self._returning for token in clause.tokens)
