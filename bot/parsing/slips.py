"""Slips of the pen and of the keyboard (批覆), and how each is meant (批复): only where they can mean nothing else."""

import re
from collections.abc import Iterable, Mapping

from bot.parsing.normalize import normalize
from bot.parsing.vocabulary import alternation

_GENERAL = {
    "累计": "累什 累记 累积 累汁 累机 累即 累济 累季 累寄 累忌 类计 屡计",
    "截至": "载至 截致 截自 截直 截只",
    "今日": "今曰 今目 今夭 仐日",
    "昨日": "昨曰 昨目 咋日",
    "公顷": "公倾",
    "万亩": "万母 万苗",
    "已经": "己经 巳经",
    "目前在审": "现在审",
    "无新增": "无新曾 无新赠 无新憎",
    "无变化": "无变划 无变画 无变话",
    "无进展": "无进站 无近展",
    "今天": "今儿个 今儿 今个儿",
    "昨天": "咋夭 昨夭 昨儿个 昨儿 昨个儿 昨个",
    "没有": "没得 冇得 莫得 冇有",
    "没": "冇",
    "前天": "前儿个 前儿 前个儿",
}
"""Of general words; those of the campaign's own words stand in its file."""
_NO_SLIPS = (
    "审批服 审批付 审批负 审批府 审批福 审批富 审批妇 审批辅 审批伏 报批府 报批福 报批负 报批服 报批付 获批福 获批府 "
    "批服务 批付款 批福利 批府河 批妇幼 批富民 批辅助 "
    "自己批 自己报 自己上 自己组 自己退 自己供 自己获 自己开 自己受 自己完 在申请 在申报 在申办 会申请 会申报 退回审 "
    "打回审 驳回审 返回审 收回审 "
    "分类计 各类计 种类计 此类计 没得报 没得说 好嘞 提出认 拿出认 作出认 做出认 上抱怨 上抱团 "
    "现在审批 现在审核 现在审查 今儿童 累积分 "
    "现在审的 公项目"
)
"""True words that a slip only seems to stand in."""
_PARTICLES = "哒咯噶嘎啦嘞喽"
"""批哒93宗 is 批了93宗 in the speech of Hubei."""
_BEFORE_PARTICLES = "来去完成过定手掉好"
_NUMERALS = frozenset("0123456789一二两三四五六七八九十百千万")
_UNITS = {"综": "宗", "粽": "宗", "鬃": "宗", "总": "宗", "苗": "亩", "母": "亩", "公项": "公顷"}
_UNIT = r"综(?!合)|粽|鬃|总(?=[\d,，、。; \n]|\Z)|苗(?![木圃])|母(?![亲线])|公项(?!目)"
"""Right behind a number these are the unit that they look or sound like."""
_LETTERS = {"l": "1", "i": "1", "o": "0"}
_IN_A_NUMBER = r"(?=[\d.o]{0,4} ?[宗件个亩万公])"
_DIGIT = rf"o(?<![a-z]o){_IN_A_NUMBER}|l(?<![a-z]l){_IN_A_NUMBER}|i(?<![a-z]i){_IN_A_NUMBER}"
"""Letters in place of digits: 1O宗, l宗."""
_POINT = r"。(?=\d{1,4} ?(?:万亩|亩|公顷))|,(?<=[^\d.]0,)(?=\d{1,4} ?万亩)|，(?<=[^\d.]0，)(?=\d{1,4} ?万亩)"
"""Marks in place of a decimal point: 0。12万亩, 0,12万亩."""


class Slips:
    """The slips of a campaign's words and of general ones."""

    def __init__(self, typos: Mapping[str, str], short_words: Iterable[str]) -> None:
        general = {slip: meant for meant, slips in _GENERAL.items() for slip in slips.split()}
        spoken = {f"{w}{p}": f"{w}了" for w in (*short_words, *_BEFORE_PARTICLES) for p in _PARTICLES}
        true = {word: word for word in _NO_SLIPS.split()}
        own = {normalize(slip).text: normalize(meant).text for slip, meant in typos.items()}
        self._meant = {**general, **spoken, **own, **true}
        heads = sorted({slip[0] for slip in self._meant})
        words = [alternation(slip for slip in self._meant if slip[0] == head) for head in heads]
        expression = re.compile("|".join([*words, _UNIT, _DIGIT, _POINT]))
        self._each = expression.finditer
        odd = {char for slip, meant in self._meant.items() for char in slip if char not in meant}
        odd |= {*_LETTERS, *_UNITS} - {"公项"}
        self._may_hold = re.compile(f"[{re.escape(''.join(sorted(odd)))}]|公项|。\\d|0[,，]").search
        """What any slip has and its meaning has not: without one of these there is none."""

    def mend(self, text: str, offsets: list[int] | None) -> tuple[str, list[int] | None]:
        """Replace each slip; each character of what was meant stands where the slip stood."""
        if self._may_hold(text) is None:
            return text, offsets
        origin = offsets or list(range(len(text)))
        mended: list[str] = []
        moved: list[int] = []
        done = 0
        for slip in self._each(text):
            meant = self._mean(slip[0], text[max(0, slip.start() - 2) : slip.start()].rstrip())
            mended += (text[done : slip.start()], meant)
            moved += origin[done : slip.start()]
            last = slip.end() - 1
            moved += [origin[min(slip.start() + i, last)] for i in range(len(meant))]
            done = slip.end()
        mended.append(text[done:])
        return "".join(mended), moved + origin[done:]

    def _mean(self, said: str, before: str) -> str:
        """Return what a slip is meant to be; a unit and a point only stand behind a number."""
        meant = self._meant.get(said) or _LETTERS.get(said)
        if meant is not None:
            return meant
        if before[-1:] not in _NUMERALS:
            return said
        return _UNITS.get(said, ".")
