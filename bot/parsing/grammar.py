"""The one expression that finds every token: numbers with their units, days, marks, and the words of the campaign."""

import re
from collections.abc import Iterator

from bot.parsing.lexicon import MORE_WORDS, YESTERDAY_WORDS
from bot.parsing.numerals import CHINESE_NUMBER
from bot.parsing.vocabulary import Vocabulary, alternation

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?(?:[百千万亿](?:[零\d十百千万亿]*[\d百千万亿])?)?|\.\d+"
_CN = "零〇一二两三四五六七八九十廿卅"
_MONTH = rf"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = r"(?:20\d\d|\d\d|[二][零〇][零〇一二三四五六七八九]{2})"
_WEEK = r"(?:周|星期|礼拜)"
_PART = r"(?:一整天|全天|上午|下午|早上|晚上|中午|傍晚|夜里|凌晨|晚间|晚(?!点|些))?"
_JOINT = r" *(?:——|--|至|到|—|–|-|~) *"
_WEEKDAY_NOTE = rf"(?: *\(?{_WEEK}[一二三四五六日天]\)?)?"
_FULL_DAY = rf"(?:{_YEAR}年)? *{_MONTH}月 *{_DAY}(?:[日号]|(?![\d.,]| *[多余万亩宗个件笔起公平]))"
_ISO_DAY = rf"20\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])(?!\d)"
_BARE_DAY = rf"{_DAY}[日号](?![地楼线路段宗院门机库厂内均标图]|问题|之内|文)"
_SHORT_DAY = r"(?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])(?![\d.])"
_NOT_BEFORE = r"(?<![\d.])"
_RELATIVE = (
    "大前天|前天|前日|前晚|昨天|昨日|昨晚|昨夜|今天|今日|今早|今晚|今晨|今儿|今夜|本日|当日|当天|刚刚"
)

_PERIODS = [
    rf"(?:{_FULL_DAY}|{_ISO_DAY}){_JOINT}(?:{_FULL_DAY}|{_ISO_DAY}|{_DAY}[日号])",
    rf"(?:{_YEAR}年)? *{_MONTH}月 *{_DAY}{_JOINT}{_DAY}[日号]",
    rf"{_DAY}[日号]?{_JOINT}{_DAY}[日号](?![地楼])",
    rf"(?:{_FULL_DAY}|{_ISO_DAY}){_WEEKDAY_NOTE}",
    rf"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
    rf"(?:上+个?|本|这个?)?{_WEEK}末(?:两天|两日|两天里)",
    rf"(?:上+|本|这)(?:一|个|一个)?{_WEEK}末",
    rf"(?:上+|本|这)(?:一|个|一个)?{_WEEK}(?:[一二三四五六日天](?![天个市县州家宗])(?:{_JOINT}(?:本|这|上)?(?:{_WEEK})?[一二三四五六日天])?)?",
    rf"{_WEEK}[一二三四五六日天](?:{_JOINT}{_WEEK}?[一二三四五六日天](?!下)|至今|到今天)?(?![见例])",
    rf"(?:{_YEAR}年|今年|去年)?{_MONTH}月(?:份)?[上中下]旬|[本上中]旬",
    rf"(?:{_YEAR}年|今年|去年)?{_MONTH}月份|{_MONTH}月(?!前|底|末|初|{_DAY})",
    r"上一?个?月(?:份)?(?!底前)|本月(?:份)?(?:至今)?|当月(?:至今)?|这个?月(?:份)?",
    r"(?:最近|近|这)(?:\d{1,2}|[一二两三四五六七八九十]{1,2})(?:天|日|周|个?星期|个月)(?:来)?",
    r"(?:本|上)(?:个)?季度|(?:第?[一二三四]|首)季度",
    rf"{_BARE_DAY}{_WEEKDAY_NOTE}",
]
_CLOCKS = r"(?:[01]?\d|2[0-4])(?::[0-5]\d(?::\d\d)?|[时点](?:\d{1,2}分?|整|半)?)止?"
_OTHER = [
    r"https?://[^\s\u4e00-\u9fff]+|www\.[^\s\u4e00-\u9fff]+",
    r"[〔\[(] *20\d\d *[〕\])] *第? *\d* *号?",
    rf"[-+]?(?:{_ARABIC}) *[%‰]|百分之[{_CN}百点\d.]+|(?:{_ARABIC}|[{_CN}百]+(?:点[{_CN}]+)?)个?百分点",
    rf"(?:{_ARABIC}|[{_CN}]{{1,3}})成(?![交立功效果片员本都]|为)(?:半)?|[{_CN}\d]{{1,4}}分之[{_CN}\d]{{1,4}}",
    rf"(?:{_ARABIC}|[{_CN}百千万亿]+) *(?:[百千万亿]*元|[百千万亿]块)",
    r"20\d\d年度?|[零〇一二三四五六七八九]{4}年度?|20\d\d(?=城镇|批次)",
    rf"第 *(?:\d+|[{_CN}百]+)(?:[、,，和至-] *\d+)* *(?:批次|号|期|批|名|位|次|条|个|轮|版|天|周|宗地|宗|标段|项)?",
    r"\d+(?:[、,，和至~-]\d+)* *(?:号地块|号宗地|号楼|号线|号路|号文|号图|号标|标段|#|国道|省道|千伏|kv|车道|公里(?!内)|号门)",
    r"\d{8,}(?![.\d])|1[3-9]\d-\d{4}-\d{4}|0\d{2,3}-\d{7,8}",
    r"[a-z]+[-]?\d[a-z\d.+-]*|\d+[a-z](?![a-z\d])[^\s\u4e00-\u9fff]*(?<!m)",
]


class Scanner:
    """The compiled expression of one campaign."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._expression = re.compile(_expression(vocabulary))
        self.finditer = self._expression.finditer
        self.match = self._expression.match


def _spaced(unit: str) -> str:
    """Allow spaces inside a unit of Chinese characters (公 顷), and no letter after one of letters (ha)."""
    if unit.isascii():
        return re.escape(unit) + r"(?![a-z\d])"
    return r" *".join(map(re.escape, unit))


def _units(vocabulary: Vocabulary) -> str:
    """Return the units of area and count, the longer first."""
    units = sorted({*vocabulary.units, *vocabulary.count_units}, key=len, reverse=True)
    return "|".join(_spaced(unit) for unit in units)


def _expression(vocabulary: Vocabulary) -> str:
    """Write the grammar of tokens as one expression; at each place the first that fits is taken."""
    units = _units(vocabulary)
    words = alternation(vocabulary.entries)
    arabic = rf"{_NOT_BEFORE}(?:{_ARABIC})"
    chinese = rf"(?:半|[百千万](?= *[多余])|{CHINESE_NUMBER})"
    some = rf"(?:{_ARABIC}|{CHINESE_NUMBER})"
    periods = "|".join(_PERIODS)
    bullets = (
        r"[①-⑳⑴-⒇⒈-⒛㈠-㈩❶-❿➀-➉]|\d{1,2}\u20e3|(?:\A|(?<=[\n。;；:]))[ *•·\-]*(?:\d{1,2}[.、)](?!\d)|[一二三四五六七八九十]{1,3}(?:、|是(?!否|不))"
        r"|\((?:\d{1,2}|[一二三四五六七八九十]{1,3})\)|第[一二三四五六七八九](?=[,，、]))|(?<=[,，;。])[ ]*[一二三四五六七八九]是(?!否|不)"
    )
    kinds = [
        rf"(?P<bullet>{bullets})",
        rf"(?P<more>[比较](?:{'|'.join(YESTERDAY_WORDS)})(?:{'|'.join(sorted(MORE_WORDS, key=len, reverse=True))})|日增)",
        rf"(?P<deadline>(?:{_FULL_DAY}|{_BARE_DAY}|{_ISO_DAY}|{_CLOCKS}|{_MONTH}月)之?前(?![期后面述三进])|(?:\d{{1,2}}|[{_CN}]{{1,3}})(?:个工作日|个?月|天|日|周)之?内)",
        rf"(?P<vague>(?:十几|几十|数十|数百|上百|几百|[一二三四五六七八九]十几|好几十|数千|上千) *[多余]? *(?=(?:[万亿]? *)?(?:{units}))"
        rf"|{arabic} *(?:——|--|至|到|—|–|-|~) *(?:{_ARABIC}) *(?:{units})"
        rf"|{CHINESE_NUMBER}(?:至|到){CHINESE_NUMBER}(?:{units}))",
        rf"(?P<period>(?:{periods})|(?:{_RELATIVE}){_PART})",
        rf"(?P<clock>{_NOT_BEFORE}{_CLOCKS})",
        rf"(?P<shortdate>{_NOT_BEFORE}{_SHORT_DAY}(?:{_JOINT}{_SHORT_DAY})?(?:[日号](?!地))?(?! *[多余]? *(?:[万亿%元]|{units})))",
        rf"(?P<other>{'|'.join(_OTHER)})",
        rf"(?P<rule>—{{2,}}|-{{4,}}|(?:- ){{4,}}-?|={{4,}}|_{{4,}}|[─━]{{3,}}|\.{{6,}})",
        rf"(?P<figure>(?P<number>{arabic})(?: *\( *\+ *(?P<plus>{_ARABIC}) *\))? *(?P<hedge>[多余来几])? *(?:(?P<unit>{units})(?P<tail>[多余来半])?)?)",
        rf"(?P<word>{words})",
        rf"(?P<spoken>(?P<chinese>{chinese}) *[多余来几]? *(?P<unit2>{units})(?P<tail2>[多余来半])?)",
        r"(?P<mark>[\n。!?;,，|→~、:(\[【「『《〈“)\]】」』》〉”+\"])",
    ]
    short = "".join(map(re.escape, vocabulary.short_words))
    if short:
        kinds.insert(-1, rf"(?P<short>[{short}](?=(?:了|的|出|过|回|下)? *{some} *[多余]? *(?:{units})))")
    return "|".join(kinds)


def finditer(scanner: Scanner, text: str) -> Iterator[re.Match[str]]:
    """Find the tokens of a text."""
    return scanner.finditer(text)
