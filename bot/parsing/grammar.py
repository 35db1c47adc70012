"""The one expression that finds every token: numbers with their units, days, marks, and the words of the campaign.

What may begin at a digit, at a Chinese numeral and at any other character are three branches, so that few alternatives
are tried at each place. Every repetition is bounded: the time is linear in the length, whatever is sent.
"""

import re
from collections.abc import Iterable

from bot.parsing.lexicon import MORE_WORDS, YESTERDAY_WORDS
from bot.parsing.vocabulary import Vocabulary, alternation

_S = " {0,4}"
_CN = "零〇一二两俩三四五六七八九十廿卅"
_CN_START = f"{_CN}仨百千壹贰叁肆伍陆柒捌玖拾佰仟半负"
_ARABIC = (
    r"(?:\d{1,3}(?:,\d{3}){1,4}(?![\d])|\d{1,16})(?:\.\d{1,12})?"
    r"(?:[百千万亿](?:[零\d十百千万亿]{0,12}[\d百千万亿])?)?|\.\d{1,12}"
)
_CHINESE = (
    r"[零〇一二两俩三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰仟]"
    r"[零〇一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟]{0,24}(?:点[零〇一二三四五六七八九]{1,12}[万亿]?)?"
)
_TENTHS_END = r"分?(?=[ ,，。;、\n)!]|\Z)"
_TAIL = rf"(?:[多余来]|半(?!亩|公顷|平方)|[\d一二三四五六七八九](?<=亩.){_TENTHS_END})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9]|三十一?|(?:二十|廿|十)[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = r"(?:20\d\d|\d\d|二[零〇][零〇一二三四五六七八九]{2})"
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAY = r"[一二三四五六日天]"
_PART = r"(?:一整天|全天|上午|下午|早上|晚上|中午|傍晚|夜里|凌晨|晚间|晚(?!点|些))?"
_JOINT = rf"{_S}(?:——|--|至|到|—|–|-|~){_S}"
_NOTE = rf"(?:{_S}\(?{_WEEK}{_WEEKDAY}\)?)?"
_COUNTED = "[多余万亩宗个件笔起公平]"
_FULL_DAY = rf"(?:{_YEAR}年{_S})?{_MONTH}月{_S}{_DAY}(?:[日号]|(?![\d.,]|{_S}{_COUNTED}))"
_ISO_DAY = r"20\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])(?!\d)"
_BARE_DAY = rf"{_DAY}[日号](?![地楼线路段宗院门机库厂内标图]|均(?![无未没已有批上组获完])|问题|困难|难[题点]|之内|文)"
_SHORT_DAY = r"(?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])(?![\d.]|/\d)"
_CLOCK = r"(?:[01]?\d|2[0-4])(?::[0-5]\d(?::\d\d)?|[时点](?:\d{1,2}分?|整|半)?)止?"
_DEADLINE = rf"(?:{_FULL_DAY}|{_BARE_DAY}|{_ISO_DAY}|{_CLOCK}|{_MONTH}月)之?前(?![期后面述三进])"
_WITHIN_DAYS = r"(?:个工作日|个?月|天|日|周)之?内"
_LONG_AGO = rf"{_MONTH}月份?|上一?个?月|上周|上一周|去年同期|去年|上年同期|同期"
_RELATIVE = "大前天|前天|前日|前晚|昨天|昨日|昨晚|昨夜|今天|今日|今早|今晚|今晨|今儿|今夜|本日|当日|当天|刚刚"
_NUMBERED_PERIODS = [
    rf"(?:{_MONTH}月{_S})?{_DAY}[日号]?[、和]{_DAY}[日号]?两[日天]",
    rf"(?:{_MONTH}月{_S})?{_DAY}、{_BARE_DAY}",
    rf"(?:{_FULL_DAY}|{_ISO_DAY}){_JOINT}(?:{_FULL_DAY}|{_ISO_DAY}|{_DAY}[日号])",
    rf"(?:{_YEAR}年{_S})?{_MONTH}月{_S}{_DAY}{_JOINT}{_DAY}[日号]",
    rf"{_DAY}[日号]?{_JOINT}{_DAY}[日号](?![地楼])",
    rf"(?:{_FULL_DAY}|{_ISO_DAY}){_NOTE}",
    r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
    rf"(?:{_YEAR}年)?{_MONTH}月(?:份)?[上中下]旬",
    rf"(?:{_YEAR}年)?{_MONTH}月?{_JOINT}{_MONTH}月份?(?!{_DAY})",
    rf"{_MONTH}月[底末](?!前)",
    rf"(?:{_YEAR}年)?{_MONTH}月份|{_MONTH}月(?!前|底|末|初|{_DAY}(?![\d.]|{_S}{_COUNTED}))",
    r"第?[一二三四]季度",
    rf"{_MONTH}月(?:份)?[上下]半月",
    rf"{_BARE_DAY}{_NOTE}",
]
_NAMED_PERIODS = [
    rf"(?:上{{1,4}}个?|本|这个?)?{_WEEK}末(?:两天|两日|两天里)",
    rf"(?:上{{1,4}}|本|这)(?:一|个|一个)?{_WEEK}末|{_WEEK}末(?!之?前|后|要|加班)",
    rf"(?:上{{1,4}}|本|这)(?:一|个|一个)?{_WEEK}(?:{_WEEKDAY}(?![天个市县州家宗]|(?<=一)共|(?<=天)门)(?:{_JOINT}(?:本|这|上)?(?:{_WEEK})?{_WEEKDAY})?)?(?:至今)?",
    rf"{_WEEK}{_WEEKDAY}(?![个市县州家宗])(?:{_JOINT}{_WEEK}?{_WEEKDAY}(?!下)|至今|到今天)?(?![见例])",
    rf"双休日(?:两[天日])?|[本上中下]旬|去年{_MONTH}月份?|(?:本月|上月)?[上下]半月|昨、?今两[天日]",
    r"上一?个?月[底末](?!前)|上一?个?月(?:份)?(?![底末]前)|本月(?:份)?(?:至今)?|当月(?:至今)?|这个?月(?:份)?",
    r"(?:最近|近|这)(?:\d{1,2}|[一二两三四五六七八九十]{1,2})(?:天|日|周|个?星期|个月)(?:来)?",
    r"(?:今年)?[上下]半年|(?:本|上)(?:个)?季度|首季度|第[一二三四]季度|前[两二三]个?季度",
    rf"(?:{_RELATIVE}){_PART}",
]
_OF_NUMBERS = (
    r"(?:[%‰]|个?百分点|成(?![交立功效果片员本都]|为)半?|[百千万亿]{0,2}元|[百千万亿]块"
    r"|分之[零〇一二两三四五六七八九十百点\d.]{1,8})"
)
_CHINESE_OTHERS = (
    rf"[{_CN}百千万亿]{{25,200}}|[{_CN}百千万亿]{{1,12}}(?:点[{_CN}]{{1,8}})?{_S}{_OF_NUMBERS}"
    r"|[零〇一二三四五六七八九]{4}年度?"
)
_ARABIC_OTHERS = [
    rf"\d{{17,400}}|(?:{_ARABIC}){_S}{_OF_NUMBERS}",
    r"20\d\d(?=城镇|批次)",
    r"\d{1,6}+(?:[、,，和至~-]\d{1,6}+){0,8}+(?:号地块|号宗地|号楼|号线|号路|号文|号图|号标|标段|#|国道|省道|千伏|kv|车道|公里(?!内)|号门)",
    r"1[3-9]\d-\d{4}-\d{4}|0\d{2,3}-\d{7,8}",
    r"\d{1,8}[a-z](?![a-z\d])(?<!m)",
]
_OTHERS = [
    r"https?://[\x21-\x7e]{1,2000}|www\.[\x21-\x7e]{1,2000}",
    rf"[〔\[(]{_S}20\d\d{_S}[〕\])]{_S}第?{_S}\d{{0,8}}{_S}号?",
    rf"[-+](?:{_ARABIC}){_S}[%‰]|百分之[{_CN}百点\d.]{{1,10}}",
    (
        rf"第{_S}(?:\d{{1,6}}|[{_CN}百]{{1,6}})(?:[、,，和至-] ?\d{{1,6}}){{0,8}}{_S}"
        r"(?:批次|号|期|批|名|位|次|条|个|轮|版|天|周|宗地|宗|标段|项)?"
    ),
    r"[a-z]{1,20}-?\d[a-z\d.+-]{0,40}",
]
_SOME_TENS = rf"(?:几十|数十|数百|上百|几百|好几十|数千|上千){_S}[多余]?{_S}"
_PERIOD_BEGINS = "上下本这周星礼中去最近首第前当大昨今刚双"
_BULLET_HEAD = r"(?:\A|(?<=[\n。;；:]))[ *•·\-]{0,8}"
_CN_BULLET = r"[一二三四五六七八九十]{1,3}(?:、|是(?!否|不))"


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
    return " {0,2}".join(map(re.escape, unit))


def _units(vocabulary: Vocabulary) -> str:
    """Return the units of area and count, the longer first."""
    units = sorted({*vocabulary.units, *vocabulary.count_units}, key=len, reverse=True)
    return "|".join(_spaced(unit) for unit in units)


def _any(parts: Iterable[str]) -> str:
    return "|".join(f"(?:{part})" for part in parts)


def _expression(vocabulary: Vocabulary) -> str:
    """Write the grammar of tokens as one expression; at each place the first that fits is taken."""
    units = _units(vocabulary)
    words = alternation(word for word in vocabulary.entries if not word[0].isdigit())
    firsts = "".join(sorted({word[0] for word in vocabulary.entries if not word[0].isdigit()}))
    branches = [
        r"(?P<mark>[\n。!?;,，|→~、:])",
        _plain_figure(vocabulary),
        rf"(?=\d)(?:{_at_digit(units, alternation(w for w in vocabulary.entries if w[0].isdigit()))})",
        rf"(?=[{_CN_START}万])(?:{_at_chinese_digit(units, words)})",
        rf"(?=[{re.escape(firsts)}])(?:{_at_word(words, units)})",
        _at_other(vocabulary, units),
    ]
    return "|".join(branches)


def _plain_figure(vocabulary: Vocabulary) -> str:
    """Write the figure that most are, with nothing before its unit and a mark or a number behind it: 3宗, 0.12万亩."""
    strong = {*vocabulary.units, *vocabulary.count_units} - vocabulary.weak_units
    units = "|".join(sorted(filter(None, (unit for unit in strong if not unit.isascii())), key=len, reverse=True))
    behind = rf"[,，。;、\n]|\Z|\d(?!{_TENTHS_END})"
    return rf"(?P<plain>(?<![\d.])(?P<size>\d{{1,6}}(?:\.\d{{1,6}})?)(?P<in>{units})(?={behind}))"


def _at_digit(units: str, zeros: str) -> str:
    """Write what may begin with an Arabic digit; 0批复 is a word."""
    number = rf"(?<![\d.])(?:{_ARABIC})"
    range_ = rf"{number}{_S}(?:——|--|至|到|—|–|-|~){_S}(?:{_ARABIC}){_S}(?:{units})"
    figure = (
        rf"(?P<number>{number})(?:{_S}\({_S}\+{_S}(?P<plus>{_ARABIC}){_S}\))?"
        rf"{_S}(?P<hedge>[多余来几])?{_S}(?:(?P<unit>{units})(?P<tail>{_TAIL})?)?(?:左右|上下(?!游))?"
    )
    return "|".join(
        [
            rf"(?P<bullet1>\d{{1,2}}\u20e3|{_BULLET_HEAD}\d{{1,2}}[.、)](?!\d))",
            (
                r"(?=\d{1,8} {0,4}[年月日号./\-至到—–~:时点周天个第、和]|20\d{6}(?!\d))"
                rf"(?:(?P<deadline1>{_DEADLINE}|\d{{1,2}}{_WITHIN_DAYS})"
            ),
            rf"(?P<vague1>{range_})",
            rf"(?P<period1>(?<![\d.])(?:{_any(_NUMBERED_PERIODS)}))",
            rf"(?P<clock>(?<![\d.]){_CLOCK})",
            rf"(?P<shortdate>(?<![\d.]){_SHORT_DAY}(?:{_JOINT}{_SHORT_DAY})?(?:[日号](?!地))?(?!{_S}[多余]?{_S}(?:[百千万亿%元]|\({_S}\+|{units}))))",
            r"(?P<year>20\d\d年度?)",
            rf"(?P<other1>{_any(_ARABIC_OTHERS)})",
            rf"(?P<word0>{zeros})",
            rf"(?P<figure>{figure})",
        ],
    )


def _at_chinese_digit(units: str, words: str) -> str:
    """Write what may begin with a Chinese numeral: days, words (一张图), then numerals that have a unit."""
    vague = (
        r"(?:百十来?|百八十来?|百把|千把|十几|几十|数十|数百|上百|几百|[一二三四五六七八九]十几|好几十|数千|上千|[一二三四五六七八九两][一二三四五六七八九](?=[十百千万]?))"
        rf"{_S}[多余]?{_S}(?=(?:[十百千万亿]?{_S})?(?:{units}))|{_CHINESE}(?:至|到){_CHINESE}(?:{units})"
    )
    return "|".join(
        [
            rf"(?P<bullet2>{_BULLET_HEAD}{_CN_BULLET}|(?<=[,，;。]){_CN_BULLET})",
            (
                rf"(?=[{_CN}第]{{1,4}} {{0,4}}[年月日号至到—–~周天个季工])"
                rf"(?:(?P<deadline2>{_DEADLINE}|[{_CN}]{{1,3}}{_WITHIN_DAYS})"
            ),
            rf"(?P<period2>{_any(_NUMBERED_PERIODS)}))",
            rf"(?P<vague2>{vague})",
            rf"(?P<other2>{_CHINESE_OTHERS})",
            rf"(?P<word1>{words})",
            rf"(?P<spoken>(?P<chinese>半|[百千万](?={_S}[多余])|{_CHINESE}){_S}[多余来几]?{_S}(?P<unit2>{units})(?P<tail2>{_TAIL})?(?:左右|上下(?!游))?)",
            r"(?P<couple>(?<![咱们他她你我哥姐])[俩仨](?=[ ,，。;、\n!)]|\Z|项目|地块|批次|批文|报件|卷|都|了))",
        ],
    )


def _at_word(words: str, units: str) -> str:
    """Write what may begin with the first character of a known word."""
    yesterday = "|".join(YESTERDAY_WORDS)
    grown = "|".join(sorted(MORE_WORDS, key=len, reverse=True))
    against = rf"{yesterday}|{_FULL_DAY}|{_BARE_DAY}|{_LONG_AGO}"
    more = rf"[与跟和同](?:{yesterday})相比[,，]?(?:{grown})?|[比较](?:{against})(?:{grown})|日增"
    return "|".join(
        [
            rf"(?=[与跟和同比较日])(?P<more>{more})",
            rf"(?=[{_PERIOD_BEGINS}])(?P<period3>{_any(_NAMED_PERIODS)})",
            rf"(?=[几数上好])(?P<vague4>{_SOME_TENS}(?=(?:[万亿]?{_S})?(?:{units})))",
            rf"(?P<word2>{words})",
        ]
    )


def _at_other(vocabulary: Vocabulary, units: str) -> str:
    """Write marks, bullets, rules, and what begins with any other character."""
    some = rf"(?:{_ARABIC}|{_CHINESE})"
    bullets = (
        r"[①-⑳⑴-⒇⒈-⒛㈠-㈩❶-❿➀-➉]"
        rf"|{_BULLET_HEAD}(?:\((?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\)|第[一二三四五六七八九](?=[,，、])"
        rf"|(?<=[*•· \-])(?:\d{{1,2}}[.、)](?!\d)|{_CN_BULLET}))"
    )
    starts = rf"{_PERIOD_BEGINS}几数好百①-⑳⑴-⒇⒈-⒛㈠-㈩❶-❿➀-➉ *•·\-(第a-z〔\[+—=_─━.【「『《〈“)\]】」』》〉”\""
    kinds = [
        rf"(?P<bullet3>{bullets})",
        rf"(?=[{_PERIOD_BEGINS}])(?P<period4>{_any(_NAMED_PERIODS)})",
        rf"(?=[a-z〔\[(+百第-])(?P<other3>{_any(_OTHERS)})",
        r"(?P<rule>—{2,80}|-{4,80}|(?:- ){4,40}-?|={4,80}|_{4,80}|[─━]{3,80}|\.{6,80})",
        rf"(?=[几数上好])(?P<vague3>{_SOME_TENS}(?=(?:[万亿]?{_S})?(?:{units})))",
        r"(?P<mark2>[(\[【「『《〈“)\]】」』》〉”+\"])",
        rf"(?P<figure2>(?P<number2>(?<![\d.])\.\d{{1,12}}){_S}(?P<unit3>{units}))",
    ]
    short = "".join(map(re.escape, vocabulary.short_words))
    if short:
        starts += f"{short}昨今累总"
        unit = rf"[多余]?{_S}(?:{units})|(?=[ ,，、;。/(\n]|\Z|[{short}])"
        told = rf"(?<=[已都均全刚])[{short}](?=(?:[好完齐]了?)?(?:[ ,，。;、\n!]|省|厅|部|\Z))"
        told += rf"|(?<=[天日晚早已均都])[{short}](?=国务院|自然资源部)"
        of_it = r"的(?:(?:[那这][一二两三几]?[宗个批块件]地?)?(?:[ ,，。;、\n!)]|\Z)|[那这]个?批次)"
        told += rf"|(?<=[天日晚早午上晨夜里起])[{short}](?={of_it})"  # 都是今天批的
        told += rf"|(?<=上周|本周|这周|上月|本月|月份|去年|个月|周[一二三四五六日]|\d[日号])[{short}](?={of_it})"
        told += rf"|(?<![\u4e00-\u9fffa-z])[{short}](?=:)"  # 批：江夏1宗
        told += rf"|(?<=今日|今天|昨日|昨天|累计|本周|本月)[{short}](?=:)"
        each = rf"(?:各|分别|均|都)[是为有]?{_S}{some}"
        told += rf"|[{short}](?=(?:[、和及/][{short}]){{1,3}}{each})|(?<=[、和及/])[{short}](?={each})"  # 报、批各1宗
        told += (
            rf"|[{short}](?=的(?:用地|总)?面积[^,，。;\n\d]{{0,5}}(?:错|误|应|不对|[是为实]))"  # 昨天批的面积应为52亩
        )
        told += rf"|(?<=政府|务院|省厅|厅里|部里|省里)[{short}](?={of_it})"  # 全是今天省政府批的
        label = r"(?<![周日月季年战快简通汇播填]报):"  # 批：3宗, not 周报：3宗
        done = rf"了|得|到|到了|的[那这]?|出来|回来|掉|出|过|回|下|好|完|齐|好了|完了|共|{label}"
        counted = rf"(?<![那这清腾汇播填举海通提评小])[{short}](?=(?:{done})?{_S}{some}{_S}(?:{unit}))"
        stages = "|".join(map(re.escape, vocabulary.stage_words))
        kinds.insert(0, rf"(?P<short>(?=[{short}])(?:{told}|{counted}))")
        standing = rf"[昨今累](?<![太真好很受劳疲积连]累|如今|至今)(?=[到达]?{_S}{some}{_S}宗)"  # 批1宗，累14宗
        kinds.insert(0, rf"(?P<squeezed>[昨今累总](?={counted}|{stages})|{standing})")  # 昨批2宗，累批13宗
    return rf"(?=[{starts}])(?:{'|'.join(kinds)})"
