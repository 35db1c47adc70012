"""When a text is a command: only when the whole of it fits one, whatever the order of its arguments.

A command that takes no free words is found wherever its name stands (进度 武汉 · 武汉的进度怎么样), and nothing but
arguments and fillers may be left. One that takes free words begins with its name, or with a unit and its name; units,
numbers and days are taken from the front, and what follows must fit the command's pattern.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from bot.commands.call import Args, Command
from bot.commands.days import WHEN
from config.campaign import Campaign

MAX_LENGTH = 200
"""A longer text is no command, whatever it begins with; only what a command says may be long itself."""
MAX_WORDS = 1000
MENTION = re.compile(r"^\s*@\S+\s*")
POLITE = re.compile(r"^(?:请问|请|麻烦|帮我|帮忙)+")
FILLERS = re.compile(
    r"(?:请问|麻烦|帮忙|帮我|看一下|看看|查一下|查看|查询|查|一下|怎么样|怎样|如何|情况|多少|目前|现在|今天|今日|的|了|呢|吗|啊|吧|请|是|有|哪些|哪几个)"
)
EDGES = " \t\r\n，,。.!！?？、:：;；“”\"'#"
NUMBER = re.compile(r"[#＃]?\s*([AMCamc]?)\s?(\d{1,9})\s*号?")
FRONT_NUMBER = re.compile(r"(?:[#＃]\s*([AMCamc]?)|([AMCamc]))\s?(\d{1,9})(?!\d)\s*号?")
"""Before free words only what is plainly a number of ours: #12, A102; a bare 3 belongs to the words."""


@dataclass(frozen=True, slots=True)
class Found:
    """A command with what was said beside it."""

    command: Command
    args: Args


@dataclass(slots=True)
class _Taken:
    """Arguments taken so far, and what is left of the text."""

    rest: str
    regions: list[str] = field(default_factory=list)
    numbers: list[tuple[str, int]] = field(default_factory=list)
    when: str = ""
    whole: bool = False

    def args(self, words: str = "") -> Args:
        """Return the arguments as a command gets them."""
        return Args(
            regions=tuple(dict.fromkeys(self.regions)),
            numbers=tuple(number for _, number in self.numbers),
            letters=tuple(letter for letter, _ in self.numbers),
            when=self.when,
            whole=self.whole,
            words=words,
        )


def plain(text: str) -> str:
    """Return a text without a leading mention, full width and edges."""
    folded = unicodedata.normalize("NFKC", text)
    return MENTION.sub("", folded).strip(EDGES)


def read(text: str, table: tuple[Command, ...], campaign: Campaign) -> Found | None:
    """Return the command that the whole text is, or None."""
    if len(text) > MAX_WORDS:
        return None
    said = plain(text)
    is_short = len(text) <= MAX_LENGTH and "\n" not in text.strip()
    for name, command in _names(table):
        if name in said and (is_short or command.long_words):
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
        return _fit_words(said, name, command, campaign)
    taken = _Taken(said.replace(name, " ", 1))
    if command.takes_when and (when := WHEN.search(taken.rest)):
        taken.when = when[0]
        taken.rest = taken.rest.replace(when[0], " ", 1)
    if command.takes_region:
        _take_regions(taken, campaign)
    if command.takes_number:
        taken.numbers = [(m[1].upper(), int(m[2])) for m in NUMBER.finditer(taken.rest)]
        taken.rest = NUMBER.sub(" ", taken.rest)
    left = FILLERS.sub("", taken.rest).strip(EDGES).replace(" ", "")
    return None if left else taken.args()


def _fit_words(said: str, name: str, command: Command, campaign: Campaign) -> Args | None:
    taken = _Taken(said if said.startswith(name) else POLITE.sub("", said))
    if not taken.rest.startswith(name) and command.takes_region:
        _take_front(taken, command, campaign)
        taken.rest = taken.rest.lstrip(EDGES + "的")
    if not taken.rest.startswith(name):
        return None
    taken.rest = taken.rest[len(name) :]
    _take_front(taken, command, campaign)
    if command.needs_number and not taken.numbers:
        return None
    if command.takes_when and not taken.when:
        _take_last_day(taken)
    fits = re.fullmatch(command.words or "", taken.rest.strip(EDGES), re.DOTALL)
    return None if fits is None else taken.args(fits[0])


def _take_front(taken: _Taken, command: Command, campaign: Campaign) -> None:
    """Take units, numbers and days from the front, in whatever order."""
    while True:
        taken.rest = taken.rest.lstrip(EDGES.replace("#", ""))
        if command.takes_number and (number := FRONT_NUMBER.match(taken.rest)):
            taken.numbers.append(((number[1] or number[2] or "").upper(), int(number[3])))
            taken.rest = taken.rest[number.end() :]
        elif command.takes_when and not taken.when and (when := WHEN.match(taken.rest)):
            taken.when, taken.rest = when[0], taken.rest[when.end() :]
        elif not (command.takes_region and _take_unit(taken, campaign)):
            return


def _take_last_day(taken: _Taken) -> None:
    """Take a day or a length from the end: 静默 恩施州 调研期间 3天."""
    last = next((m for m in WHEN.finditer(taken.rest) if not taken.rest[m.end() :].strip(EDGES)), None)
    if last is not None:
        taken.when, taken.rest = last[0], taken.rest[: last.start()]


def _take_unit(taken: _Taken, campaign: Campaign) -> bool:
    """Take one unit's name, or the word for all of them, from the front."""
    for name, region in campaign.unit_names:
        if taken.rest.startswith(name):
            taken.regions.append(region)
            taken.rest = taken.rest[len(name) :]
            return True
    for whole in (*campaign.vocabulary.whole, "所有市州", "各市州"):
        if taken.rest.startswith(whole):
            taken.whole = True
            taken.rest = taken.rest[len(whole) :]
            return True
    return False


def _take_regions(taken: _Taken, campaign: Campaign) -> None:
    """Take every unit that is named anywhere, and the word for all of them."""
    for name, region in campaign.unit_names:
        if name in taken.rest:
            taken.rest = taken.rest.replace(name, " ")
            taken.regions.append(region)
    for whole in (*campaign.vocabulary.whole, "所有市州", "各市州"):
        if whole in taken.rest:
            taken.whole = True
            taken.rest = taken.rest.replace(whole, " ")
