"""What the walk over a message holds: the text, the campaign's words, what is in force, and what was found so far."""

import datetime as dt
import re
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from bot.parsing.context import Context, HowItStands, Owner, Standing
from bot.parsing.figure import Figure
from bot.parsing.periods import Period
from bot.parsing.projects import Name
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause, Token
from bot.parsing.vocabulary import Vocabulary
from config.campaign import Campaign
from storage.records import Span


class Nothing(Struct):
    """A saying that nothing happened on a day."""

    region: str | None
    date: dt.date
    span: Span
    of_period: tuple[dt.date, dt.date] | None = None
    """The longer period in which one step had none: 本周批复3宗，上报没有."""
    unchanged: bool = False
    """Whether all steps were said to stand as they stood: 无变化, 同昨日."""


class Reached(Struct):
    """A named project that reached a stage."""

    name: Name
    region: str | None
    stage: str
    date: dt.date


class Scene(Struct):
    """A clause of interest to others, and what was in force in it."""

    clause: Clause
    region: str | None
    county: str | None
    date: dt.date
    void: str
    names: list[Name]


class Column(Struct):
    """What the head of a table's column, or the label of a row, says of the figures in it."""

    stage: str | None
    unit: str = ""
    """`count`, or the factor of an area's unit."""
    standing: HowItStands | None = None
    track: str | None = None
    owner: Owner | None = None
    area: bool = False
    """Whether it is said to hold areas."""
    left_out: bool = False
    """Targets, what is left, serial numbers."""
    sums: bool = False

    def says(self) -> bool:
        """Whether anything known is said."""
        known = self.stage or self.unit or self.standing or self.track or self.owner
        return bool(known) or self.area or self.left_out or self.sums


class Now(Struct):
    """What holds for the clause being read, and no longer."""

    clause: Clause
    tokens: list[Token]
    void: str = ""
    """Why the whole clause is no fact: a question, praise, hearsay, a problem."""
    waits: dict[int, int] = {}
    """For a figure, by its place: the stage that follows it and is meant."""
    negated: set[int] = set()
    stock: set[int] = set()
    names: list[Name] = []
    waiting: list[Figure] = []
    made: list[Figure] = []
    stage_said: bool = False
    other_paper: bool = False
    done: bool = False
    marked: bool = False
    """Whether an owner or a word of time or standing was said in it."""
    each: bool = False
    all_above: bool = False
    meant: list[Figure] = []
    """The figures that a count in it only speaks of: 两宗都是昨天的."""
    respectively: bool = False
    said_again: bool = False
    """Whether a count before was only repeated in it."""
    run_to: int = 0
    """Where the row of numbers being read ends."""
    days: list[Period] = []
    """The days said side by side in it."""
    sums: bool = False
    """Whether 共 or 合计 stands over it, before a colon."""
    nothing: Token | None = None
    nil_day: dt.date | None = None
    """The day on which those listed behind it had nothing: 零报告：潜江、神农架."""
    bare: list[Token] = []


Rule = Callable[["State", Token, int], None]
"""What a word does where it stands; told the token and its place in the clause."""


class State(Struct):
    """The message, what is in force, and what was found."""

    text: str
    campaign: Campaign
    vocabulary: Vocabulary
    context: Context
    now: Now
    rules: Mapping[Sort, Rule]
    """What each sort of word does; watched, when it is asked which words gave what."""
    scenic: bool = False
    """Whether clauses are to be kept for others."""
    may_name: bool = False
    """Whether a project may be named by nothing but its ending: 宜昌北站."""
    figures: list[Figure] = []
    items: list[Figure] = []
    """Those of the figures that became records, in the records' order."""
    nothings: list[Nothing] = []
    reached: list[Reached] = []
    scenes: list[Scene] = []
    passed: list[tuple[int, int, str]] = []
    last: Figure | None = None
    """The figure that an area may still belong to."""
    group: list[Figure] = []
    """The figures that one 各 made; what follows 分别 is dealt out to them."""
    group_owner: Owner | None = None
    counties: set[str] = set()
    """Those named in the sentence: a sum behind several is the unit's."""
    target_heads: bool = False
    """Whether a target stands over what follows: 本周目标：…"""
    columns: list[Column] = []
    """Those of the table being read."""
    splitter: re.Pattern[str] | None = None
    """What stands between its cells."""
    numbered: bool = False
    """Whether its rows begin with their numbers, which are left out."""
    table_from: int = 0
    """How many figures stood before it."""
    cursor: int = 0
    pair: tuple[HowItStands, ...] = ()
    """How the figures stand that stand side by side under 今日/累计."""
    slashed: bool = False
    """Whether stages stand side by side with slashes: 组卷/上报/批复：2宗/1宗/1宗."""
    sentence: int = 0
    line: int = 0
    label: str = ""
    """宗数 or 面积 said before a bare number: `count` or `area`."""
    label_factor: str = ""
    label_over: tuple[str, str] = ("", "")
    """Label and factor that stand before a colon, for each number of the list behind: 上报宗数：安陆2，云梦1."""
    bare_cursor: int = 0
    unclear: bool = False
    dated_by_label: dt.date | None = None
    """The day of a label that stands before what is told of it: 12月10日：批复1宗."""
    listed_bare: int = -1
    """The sentence in which places were listed with numbers that have no unit: 点军2、猇亭1，今日上报."""
    """Whether something plainly meant as a report could not be read."""
    stage_anywhere: bool = False
    colon_says_report: bool = False
    """Whether the clause before ended in a colon and spoke of a day, a unit or a stage."""
    again: bool = False
    nil_said: bool = False
    nil_day: dt.date | None = None
    """That of the label which the places being read stand under."""
    zeros: list[Nothing] = []
    """Zeros without a unit: they say that nothing happened, if no other number lacks its unit."""
    other_topic: bool = False
    """Whether the sentence began with figures of another matter: 补划任务120亩，已完成80亩."""
    other_label: bool = False
    """Whether the label of another procedure stands over the clause: 用地预审：…"""
    subjects: list[Name] = []
    subject_done: bool = False
    plan_has_figures: bool = False
    target_over: bool = False
    """Whether a target with steps of its own goes on: 目标：上报20宗，批复15宗."""
    plan_heads: bool = False
    """Whether a plan stands over what follows: 下步打算：…"""
    planned: tuple[str, str] = ("", "")
    """How the items are numbered that a plan stands over, and why they are no facts: 下步计划：1.上报2宗；2.批复1宗."""
    supposing: bool = False
    """Whether the sentence only says what would be: 如果明天批复3宗，累计就到50宗."""
    track_before: str | None = None
    owner_before: Owner = field(default_factory=lambda: Owner(None))
    """What was in force before a 其中 list."""
    line_base: Standing = field(default_factory=Standing)
    base: Standing = field(default_factory=Standing)
    base_void: str = ""
    base_track: str | None = None
    base_stage: str | None = None
    base_county: str | None = None
    base_other: bool = False
    """Whether the heading above is that of another procedure."""

    def enter(self, figure: Figure) -> None:
        """Add a figure to those found."""
        figure.place = len(self.figures)
        self.figures.append(figure)

    def of_sentence(self) -> list[Figure]:
        """Return the figures of the sentence being read, of many the last."""
        recent = self.figures[-60:]
        if not recent or recent[-1].sentence != self.sentence:
            return []
        if recent[0].sentence == self.sentence:
            return recent
        first = next(at for at in range(len(recent) - 1, -1, -1) if recent[at].sentence != self.sentence)
        return recent[first + 1 :]

    def raw_between(self, start: int, end: int) -> str:
        """Return the words between two places without spaces."""
        return self.text[start:end].replace(" ", "")
