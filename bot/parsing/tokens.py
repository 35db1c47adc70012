"""A plain text cut into tokens with their places, by one compiled expression per campaign."""

import re
from decimal import Decimal
from itertools import islice

from msgspec import Struct

from bot.parsing.grammar import Scanner
from bot.parsing.lexicon import CORRECTS, FOREIGN_NOUNS, LAND_NOUNS, NO_STAGE_AFTER
from bot.parsing.numerals import read_number
from bot.parsing.sorts import Sort
from bot.parsing.vocabulary import Entry, Vocabulary
from config.campaign import Place

MAX_TOKENS = 6000
"""Twice what 20 KB of reports have; what is denser is no language."""
_LAND = tuple(LAND_NOUNS.split())
_FOREIGN = tuple(FOREIGN_NOUNS.split())
_NO_STAGE = tuple(NO_STAGE_AFTER.split())
_NO_STAGE_BEGINS = frozenset(word[0] for word in _NO_STAGE)
_PARTS = ("number", "chinese", "number2", "hedge", "plus", "unit", "unit2", "unit3", "tail", "tail2")
"""The groups of a figure, of whatever form."""
_TOLD_ONLY = ("汇报", "通报", "播报", "海报", "举报", "简报", "提供")
"""What a stage word seems to begin inside of: 汇报了2宗供地的事."""
_DATE_STANDS_AFTER = frozenset(
    {Sort.BREAK, Sort.STOP, Sort.OPEN, Sort.PLACE, Sort.OWN, Sort.UP_TO, Sort.BULLET, Sort.CLOSE},
)
_OF_A_KIND = re.compile(r"[\u4e00-\u9fff]{1,4}(?:项目|地块|工程)")
"""3个工业项目 counts land as 3个项目 does."""
_LAND_ITSELF = re.compile(r"地(?![\u4e00-\u9fff])")
_OF_LAND = ("人民", "区", "材料")
_GOES_ON = ("约", "近", "大约", "将近", "共", "计", "了", "是", "哈", "啊", "呢", "吧", "啦", "哦")
"""Behind 3个 these name no other thing: 3个约420亩, 13个了."""
_BESIDE = frozenset("和及与")
_PARTICLES = frozenset("了哈啊呢哦吧")
_NUMERALS = frozenset("0123456789一二两俩三四五六七八九十")
_DIGITS = frozenset("0123456789一二三四五六七八九")
_SHARES = frozenset("各分")
_BEHIND_HEADS = (":", "累计", "今日", "今天", "本周")
_HEADS_AFTER = frozenset("\n。;，,、中")
_TELLING = ("是", "在", "位于")
_FILLER = "吧"
"""Asks at the end of what is said only."""
_TAGS = frozenset({"没", "没有"})
_DONE_TAGS = frozenset("了来到好过通完齐成定")
_TAG_ENDS = re.compile(r"[啊呀呢]|[^\w]|$|我?(?:也|还)?不(?:知|清|晓)")
_SAID_OF_DAYS = frozenset({Sort.STAGE, Sort.NIL, Sort.NOTHING, Sort.NEW, Sort.ALREADY, Sort.DONE, Sort.PLACE, Sort.OWN})
_RECORDS = ("系统", "台账", "表")
_CONTRADICTS = re.compile(rf"{CORRECTS.pattern}|其实|实际|不符|不一致|对不上|应|但|我们|我这|相差")
_DASH = re.compile(r"[\w)][—.]+ ?\w")
"""Within a line these are no rule: 应城1宗——今天批的, 批复......2宗."""
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Token(Struct, frozen=True, gc=False):
    """A word or mark of the plain text, and what it is."""

    sort: Sort
    text: str
    start: int
    end: int
    key: str = ""
    value: Decimal | None = None
    plus: Decimal | None = None
    place: Place | None = None
    category: str = ""
    inner: "tuple[Clause, ...]" = ()


class Clause(Struct):
    """What stands between two marks: its tokens, and the mark that closes it (None at the end of a text or bracket)."""

    tokens: list[Token]
    start: int
    end: int
    closer: Sort | None
    mark: str = ""
    body: int = -1
    """Where its own words begin, behind a relative clause."""
    sorts: frozenset[Sort] = frozenset()

    def __post_init__(self) -> None:
        """Note once which sorts of tokens there are."""
        self.sorts = frozenset([token.sort for token in self.tokens])
        if self.body < 0:
            self.body = self.start

    def has(self, *sorts: Sort) -> bool:
        """Whether a token of one of the sorts stands in it, brackets left aside."""
        return not self.sorts.isdisjoint(sorts)


class Tokenizer:
    """Cuts texts into tokens, by the words of one campaign."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._scan = Scanner(vocabulary)
        self._entries = vocabulary.entries
        self._units = vocabulary.units
        changing = {*_TAGS, _FILLER, *vocabulary.short_tracks}
        self._steady = {
            word: entry
            for word, entry in vocabulary.entries.items()
            if entry.sort not in {Sort.STAGE, Sort.WRONG_BEFORE} and word not in changing
        }
        """Words that are the same wherever they stand."""

    def tokens(self, text: str) -> list[Token]:
        """Cut a plain text."""
        found: list[Token] = []
        add, steady = found.append, self._steady
        for match in islice(self._scan.finditer(text), MAX_TOKENS):
            kind, said = match.lastgroup, match[0]
            if kind == "word2":  # most tokens are words
                start, end = match.span()
                entry = steady.get(said)
                if entry is None:
                    add(self._word(said, start, end, text))
                else:
                    sort, key, place, category = entry
                    add(Token(sort, said, start, end, key, None, None, place, category))
            elif kind == "plain":
                add(self._plain_figure(match))
            elif kind in _MARK_GROUPS:
                add(Token(_MARKS[said], said, match.start(), match.end()))
            elif kind in _SORTS:
                add(Token(_SORTS[kind], said, match.start(), match.end()))
            else:
                self._add(found, match, text)
        return found

    def _add(self, found: list[Token], match: re.Match[str], text: str) -> None:
        """Add the tokens of one match that need a closer look."""
        kind, said = match.lastgroup, match[0]
        start, end = match.span()
        if kind in _WORDS:
            found.append(self._word(said, start, end, text))
        elif kind in _FIGURES:
            self._add_figure(found, match, text)
        elif kind == "short":
            found.append(Token(Sort.STAGE, said, start, end, self._vocabulary.short_words[said]))
        elif kind == "squeezed":
            found.append(Token(Sort.CUMULATIVE if said in "累总" else Sort.PERIOD, said, start, end))
        elif kind == "couple":
            found.append(Token(Sort.COUNT, said, start, end, "", Decimal(2 if said == "俩" else 3)))
        elif kind == "shortdate":
            self._add_short_date(found, match, text)
        elif kind == "rule":
            dash = _DASH.match(text, max(0, start - 1)) is not None
            found.append(Token(Sort.COMMA if dash else Sort.RULE, said, start, end))
        else:
            found.append(Token(Sort.PLAN, said, start, end, "deadline"))

    def _told(self, token: Token, text: str) -> Token:
        """Read 上午报 as 报 where nothing is corrected: 上午报了1宗，下午又报了2宗; 系统显示 only shows."""
        if token.text.startswith(_RECORDS):
            return (
                token
                if _CONTRADICTS.search(text) is not None
                else Token(Sort.PLAIN, token.text, token.start, token.end)
            )
        if token.text[0] == "少" and CORRECTS.search(text) is None:
            return Token(Sort.LATE, token.text, token.start, token.end)  # 昨日批复少报1宗，现补报
        key = self._vocabulary.short_words.get(token.text[-1:])
        if key is None or token.text[0] in "原误错虚多少" or CORRECTS.search(text) is not None:
            return token
        return Token(Sort.STAGE, token.text[-1:], token.end - 1, token.end, key)

    def _word(self, word: str, start: int, end: int, text: str) -> Token:
        """Make a token of a word; a stage word in front of 率, 意见 … is none."""
        entry: Entry = self._entries[word]
        sort = entry.sort
        if sort is Sort.STAGE:
            sort = Sort.PLAIN if _is_no_step(text, start, end) else sort
            return Token(sort, word, start, end, entry.key, None, None, entry.place, entry.category)
        if word == _FILLER and _HAN.match(text, end) is not None:
            sort = Sort.PLAIN  # 批复吧有两宗
        if word in _TAGS and text[start - 1 : start] in _DONE_TAGS and _TAG_ENDS.match(text, end) is not None:
            sort = Sort.ASK  # 受理了没, 结果出来没, 批了没我不知道
        after = text[end : end + 2].strip()
        if word in self._vocabulary.short_tracks and not (after[:1].isdigit() or after[:1] in _SHARES):
            heads = after.startswith(_BEHIND_HEADS) and (not start or text[start - 1] in _HEADS_AFTER)
            sort = sort if heads else Sort.PLAIN  # 批次：…；重点：…, 其中重点累计6宗
        token = Token(sort, word, start, end, entry.key, None, None, entry.place, entry.category)
        return token if sort is not Sort.WRONG_BEFORE else self._told(token, text)

    def _plain_figure(self, match: re.Match[str]) -> Token:
        """Make a token of a figure that nothing is said about: 3宗, 0.12万亩."""
        start, end = match.span()
        value = read_number(match["size"])
        assert value is not None
        factor = self._units.get(match["in"])
        if factor is not None:
            return Token(Sort.AREA, match[0], start, end, "", value * factor)
        whole = value == value.to_integral_value()
        return Token(Sort.COUNT if whole else Sort.VAGUE, match[0], start, end, "", value if whole else None)

    def _add_figure(self, found: list[Token], match: re.Match[str], text: str) -> None:
        """Read figure = number [ (+number) ] [ 多 | 余 ] [ unit [ 多 | 余 | 半 ] ]"""
        start, end = match.span()
        number, chinese, decimal, hedge, added, unit, unit2, unit3, tail, tail2 = match.group(*_PARTS)
        value = read_number(number or chinese or decimal)
        unit = (unit or unit2 or unit3 or "").replace(" ", "")
        if value is None or (hedge is not None and "几" in hedge):
            found.append(Token(Sort.VAGUE if unit else Sort.OTHER_NUMBER, match[0], start, end))
            return
        plus = read_number(added) if added else None
        if not unit:
            found.append(self._bare(match, value, plus, text))
            return
        factor = self._units.get(unit)
        tail = tail or tail2
        half = tail == "半"
        if tail is not None and tail[0] in _DIGITS and unit == "亩" and value == value.to_integral_value():
            value += (read_number(tail[0]) or Decimal(0)) / 10  # 32亩7, 二十八亩五
        if text.startswith(("以上", "以下", "以内", "及以上"), end):
            found.append(Token(Sort.OTHER_NUMBER, match[0], start, end))
        elif factor is not None:
            value = (value + Decimal("0.5") if half else value) * factor
            plus = plus and plus * factor
            found.append(Token(Sort.AREA, match[0], start, end, "", value, plus))
        elif half or value != value.to_integral_value():
            found.append(Token(Sort.VAGUE, match[0], start, end))
        else:
            found.append(self._count(match, value, plus, unit, text))

    def _count(self, match: re.Match[str], value: Decimal, plus: Decimal | None, unit: str, text: str) -> Token:
        """Make a token of a count; 3个 counts only what is land, and nothing counts 事 or 资金."""
        start, end = match.span()
        after = end
        while after < len(text) and text[after] in " 的":
            after += 1
        weak = unit in self._vocabulary.weak_units
        if weak and (
            text.startswith(_LAND, after)
            or _LAND_ITSELF.match(text, after) is not None
            or self._tells_place(text, after)
            or (_OF_A_KIND.match(text, after) is not None and not text.startswith(_FOREIGN, after))
        ):
            foreign = False
        elif weak:
            foreign = bool(_HAN.match(text, after)) and not text.startswith(_GOES_ON, after)
            foreign = foreign and not self._begins_token(text, after) and not self._counts_place(text, after)
            foreign = foreign or text.startswith(_FOREIGN, after)
        else:
            foreign = text.startswith(_FOREIGN, after) and not text.startswith(_OF_LAND, after)
        sort = Sort.OTHER_NUMBER if foreign else Sort.COUNT
        return Token(sort, match[0], start, end, "", value, plus)

    def _tells_place(self, text: str, at: int) -> bool:
        """Whether what was counted is told by its place: 一个是张湾的."""
        if not text.startswith(_TELLING, at):
            return False
        return self._begins_place(text, at + (2 if text.startswith("位于", at) else 1))

    def _begins_place(self, text: str, at: int) -> bool:
        """Whether a place begins there."""
        match = self._scan.match(text, at)
        entry = None if match is None else self._entries.get(match[0])
        return entry is not None and entry.sort is Sort.PLACE

    def _counts_place(self, text: str, at: int) -> bool:
        """Whether a place with a count of its own begins there: 孝南2个云梦1个."""
        match = self._scan.match(text, at)
        return match is not None and self._begins_place(text, at) and text[match.end() : match.end() + 1] in _NUMERALS

    def _begins_token(self, text: str, at: int) -> bool:
        """Whether a known word that is no place or problem begins there; 退件案例 is no step either."""
        match = self._scan.match(text, at)
        if match is None:
            return False
        entry = self._entries.get(match[0])
        if entry is not None and entry.sort is Sort.STAGE and text.startswith(_NO_STAGE, match.end()):
            return False
        return entry is None or entry.sort not in {Sort.PLACE, Sort.ZONE, Sort.PROBLEM, Sort.PLAIN, Sort.DIVISION}

    def _begins_saying(self, text: str, at: int) -> bool:
        """Whether a word begins there that a day can stand before: 12.15无新增, 12.15批复1宗."""
        match = self._scan.match(text, at)
        entry = None if match is None else self._entries.get(match[0])
        short = match is not None and match.lastgroup == "short"  # 12.4批1宗
        return short or (entry is not None and entry.sort in _SAID_OF_DAYS)

    def _bare(self, match: re.Match[str], value: Decimal, plus: Decimal | None, text: str) -> Token:
        """Make a token of a number without a unit: bare, unless it belongs to a foreign word (8楼, K12)."""
        start, end = match.span()
        before = text[start - 1] if start else " "
        after = end
        while after < len(text) and text[after] == " ":
            after += 1
        joined = (before.isalnum() and before.isascii()) or before in "#=_*"
        beside = text[after : after + 1] in _BESIDE and text[after + 1 : after + 2].isdigit()  # 30和45亩
        if not joined and not beside and after < len(text) and text[after].isalnum() and text[after] not in _PARTICLES:
            joined = not self._begins_token(text, after) and not (
                text[after - 1] == " " and self._begins_place(text, after)
            )
        sort = Sort.OTHER_NUMBER if joined else Sort.BARE
        key = "+" if before == "+" and not text[start - 2 : start - 1].isdigit() else ""
        return Token(sort, match[0], start, end, key, value, plus)

    def _add_short_date(self, found: list[Token], match: re.Match[str], whole: str) -> None:
        """11.15 is a day where a day can stand: at the head of a line, after a place or 截至."""
        before = found[-1].sort if found else Sort.BREAK
        gap = match.start() - found[-1].end if found else 0
        text = match[0]
        after = match.end() + (before is Sort.SEMICOLON and whole[match.end() : match.end() + 1] in {",", "，"})
        leads = before in {Sort.COMMA, Sort.SEMICOLON} and self._begins_saying(whole, after)
        if ((before in _DATE_STANDS_AFTER or leads) and gap <= 1) or text.endswith(("日", "号")):
            found.append(Token(Sort.PERIOD, text, match.start(), match.end()))
        elif re.fullmatch(r"\d+\.\d+", text):
            found.append(Token(Sort.BARE, text, match.start(), match.end(), "", Decimal(text)))
        else:
            found.append(Token(Sort.OTHER_NUMBER, text, match.start(), match.end()))


def _is_no_step(text: str, start: int, end: int) -> bool:
    """Whether a word only seems to be a step: 批复率, 汇报了2宗供地的事; but 累计60宗（批复口径） is of one."""
    if text[end : end + 1] in _NO_STAGE_BEGINS and text.startswith(_NO_STAGE, end):
        return not text.startswith(("口径)", "口径:"), end)
    return text.startswith(_TOLD_ONLY, start - 1)


_MARKS = {
    **dict.fromkeys("\n", Sort.BREAK),
    **dict.fromkeys("。!?", Sort.STOP),
    **dict.fromkeys(";", Sort.SEMICOLON),
    **dict.fromkeys(",，|→~", Sort.COMMA),
    **dict.fromkeys("、", Sort.PAUSE),
    **dict.fromkeys(":", Sort.COLON),
    **dict.fromkeys('([【「『《〈“"', Sort.OPEN),
    **dict.fromkeys(")]】」』》〉”", Sort.CLOSE),
    **dict.fromkeys("+", Sort.PLAIN),
}
_MARK_GROUPS = frozenset({"mark", "mark2"})
_WORDS = frozenset({"word0", "word1"})
_FIGURES = frozenset({"figure", "figure2", "spoken"})
_SORTS = {
    **dict.fromkeys(("period1", "period2", "period3", "period4"), Sort.PERIOD),
    **dict.fromkeys(("other1", "other2", "other3"), Sort.OTHER_NUMBER),
    **dict.fromkeys(("vague1", "vague2", "vague3", "vague4"), Sort.VAGUE),
    **dict.fromkeys(("bullet1", "bullet2", "bullet3"), Sort.BULLET),
    "clock": Sort.CLOCK,
    "year": Sort.YEAR,
    "more": Sort.MORE_THAN,
}
"""What each group of the expression finds that is what it is wherever it stands."""
