"""When a text is a command: only when the whole of it fits one, whatever the order of its arguments."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.commands.call import Args, Command
from config.campaign import Campaign

MAX_LENGTH = 200
"""A longer text is no command, whatever it begins with."""
MENTION = re.compile(r"^\s*@\S+\s*")
FILLERS = re.compile(
    r"(?:请问|麻烦|帮忙|帮我|看一下|看看|查一下|查看|查询|查|一下|怎么样|怎样|如何|情况|多少|目前|现在|今天|今日|的|了|呢|吗|啊|吧|请|是|有|哪些|哪几个)"
)
EDGES = " \t\r\n，,。.!！?？、:：;；“”\"'#"
NUMBER = re.compile(r"[#＃]?\s*[AaＡａ]?(\d{1,9})\s*(?:号)?")


@dataclass(frozen=True, slots=True)
class Found:
    """A command with what was said beside it."""

    command: Command
    args: Args


def plain(text: str) -> str:
    """Return a text without a leading mention, full width and edges."""
    folded = unicodedata.normalize("NFKC", text)
    return MENTION.sub("", folded).strip(EDGES)


def read(text: str, table: tuple[Command, ...], campaign: Campaign) -> Found | None:
    """Return the command that the whole text is, or None."""
    if len(text) > MAX_LENGTH or "\n" in text.strip():
        return None
    said = plain(text)
    for name, command in _names(table):
        found = _fit(said, name, command, campaign)
        if found is not None:
            return Found(command, found)
    return None


@lru_cache(maxsize=8)
def _names(table: tuple[Command, ...]) -> tuple[tuple[str, Command], ...]:
    """Return every name and alias, the longest first: 报送情况 before 报送."""
    pairs = [(name, command) for command in table for name in (command.name, *command.aliases)]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _fit(said: str, name: str, command: Command, campaign: Campaign) -> Args | None:
    if command.words is not None:
        fits = re.fullmatch(command.words, said[len(name) :].strip(EDGES)) if said.startswith(name) else None
        return None if fits is None else Args(words=fits[0])
    if name not in said:
        return None
    rest = said.replace(name, " ", 1)
    regions: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    if command.takes_region:
        regions, rest = _take_regions(rest, campaign)
    if command.takes_number:
        numbers = tuple(int(m[1]) for m in NUMBER.finditer(rest))
        rest = NUMBER.sub(" ", rest)
    left = FILLERS.sub("", rest).strip(EDGES).replace(" ", "")
    return None if left else Args(regions=regions, numbers=numbers)


def _take_regions(rest: str, campaign: Campaign) -> tuple[tuple[str, ...], str]:
    found = []
    for name, region in campaign.unit_names:
        if name in rest:
            rest = rest.replace(name, " ")
            found.append(region)
    for whole in campaign.vocabulary.whole:
        rest = rest.replace(whole, " ")
    return tuple(dict.fromkeys(found)), rest
