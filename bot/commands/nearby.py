"""What was nearly a command: said short and in private, by somebody who may give it. Never asked of a report."""

import re

from rapidfuzz import fuzz

from bot.commands.call import Command
from bot.commands.grammar import plain
from bot.rules.wording import office
from storage.records import Role

LONGEST = 30
"""A longer text is no slip of a command."""
ALIKE = 60
ALIKE_SHORT = 50
"""How alike two words must be, of 100; of two characters one must be right."""
COMMON = frozenset("的了是我你有不")
"""Characters that say nothing of what was meant."""
HEAD = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,8}")


def suggest(text: str, role: Role, table: tuple[Command, ...]) -> str | None:
    """Return how the command is said that the text may have meant, or None."""
    said = plain(text)
    head = HEAD.match(said)
    if head is None or len(said) > LONGEST or "\n" in said:
        return None
    allowed = [c for c in table if role in c.may]
    begun = [
        c for c in allowed for name in (c.name, *c.aliases) if said.startswith(name) and (len(name) > 1 or said == name)
    ]
    if begun:
        return office.did_you_mean(begun[0].help)
    near = [(_alike(head[0], name), c) for c in allowed for name in (c.name, *c.aliases)]
    best = max((score for score, _ in near), default=0.0)
    found = {c.name: c for score, c in near if score == best}
    least = ALIKE_SHORT if len(head[0]) <= 3 else ALIKE
    return office.did_you_mean(next(iter(found.values())).help) if best >= least and len(found) == 1 else None


def _alike(head: str, name: str) -> float:
    """Return how alike the first words are to a name, place for place: 排行 and 排名, but not 名单 and 单位."""
    if len(head) > len(name) + 2:
        head = head[: len(name)]
    same_place = any(a == b and a not in COMMON for a, b in zip(head, name, strict=False))
    return fuzz.ratio(head, name) if same_place and len(name) > 1 else 0.0
