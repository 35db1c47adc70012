"""Names of projects: 汉江大桥项目 · 十巫高速北段项目 · 燕矶长江大桥."""

import re

from msgspec import Struct

from bot.parsing.endings import ENDING
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Token

_MAX_NAME = 40
ENDS = frozenset(
    {
        Sort.PERIOD,
        Sort.STAGE,
        Sort.TRACK,
        Sort.COUNT,
        Sort.AREA,
        Sort.VAGUE,
        Sort.BARE,
        Sort.WITHIN,
        Sort.NEW,
        Sort.ALREADY,
        Sort.CUMULATIVE,
        Sort.PAUSE,
        Sort.PLAN,
        Sort.OWN,
        Sort.DIVISION,
        Sort.LEADER,
        Sort.BULLET,
        Sort.UP_TO,
        Sort.STANDS,
        Sort.GROUP,
        Sort.REQUEST,
        Sort.RESPECTIVELY,
        Sort.ALL_ABOVE,
        Sort.PROBLEM,
        Sort.LATE,
        Sort.DONE,
        Sort.NIL,
        Sort.EACH,
        Sort.VISIT,
        Sort.DOING,
        Sort.WHOLE,
        Sort.HEARSAY,
        Sort.INSTEAD,
        Sort.WRONG_BEFORE,
        Sort.CLOCK,
    },
)
BEHIND_NAME = frozenset(
    {
        Sort.PERIOD,
        Sort.STAGE,
        Sort.ALREADY,
        Sort.AREA_LABEL,
        Sort.DOING,
        Sort.PROCEDURE,
        Sort.ALL_ABOVE,
        Sort.CATEGORY,
        Sort.STANDS,
        Sort.DONE,
    },
)
"""What follows a name at once: a step, a day, how it stands."""
_LEAD = re.compile(
    r"^(?:[^\w]|我市|我州|我区|我县|我们|关于|的|其|和|及|与|以及|还有|推进|上次反映的|反映的|反映|对|为|是|属于|好消息|特大喜讯|喜讯|喜报|终于|位于|将|把|因|由于|受|涉及|服务|支持|跟踪|报告|汇报|"
    r"上次|此前|之前|前期|领导|刚刚|刚才|刚|据|目前|现在|昨|今|了|在|一批|备受关注的|备受瞩目的|最关心的|已久的)+",
)
_GENERIC = re.compile(
    r"(?:有个|有的|个|该|此|这|那|这个|那个|几|多个|各|一些|一|相关|重大|重点|部分|其他|其它|所有|全部|上述|新|省级|市级|县级|我们|某|某些|单独选址|单选|批次|民生|产业|"
    r"基础设施|交通|能源|水利|工业|建设|用地|招商|在建|拟建|续建|储备|城镇|这批|这些|等|有|类|央企|大|小|好|不少|多数|每个|同类|类似|具体|亿元|十亿元|百亿元|市重点|县重点|省重点|国家|国家级|线性|线性工程|公益性|保供|急需|缺|急|总|子|单个|每|土地|开工|个别|两|中小学|中小学校|农村|乡镇)+",
)
_TAIL = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,4}?段|[一二三四五六七八九十]期|[东南西北中]段|连接线|接线|改扩建|加固|扩建|改建|改造|二期|三期|一期|迁建|新建|扩容|提升|拓宽"
    r"|[东南西北]?延长?线|[东南西北]延|\d+号线|货场|站房|枢纽|(?:站前)?广场|新?[校院]区|分院|[东西南北]区|分校)+"
)
_POINTED = re.compile(r"([^了的没不未在过是卡拖退批报说那这]{4,})[那这]个")
"""智慧仓储那个项目 is named; 江夏那个项目 is not."""
_PAPERS = re.compile(r"的?(?:(?:补正|报批|组卷|用地|报件)?(?:材料|报件|卷宗|卷|手续)|补正)")
_NO_NAMES = (
    "情况",
    "进展",
    "清单",
    "会",
    "会议",
    "台账",
    "专班",
    "数据",
    "保障",
    "调度",
    "工作",
    "名单",
    "材料",
    "报告",
    "用地",
    "报件",
    "进度",
)
"""Behind 省级重点项目, these tell of all of them: 省级重点项目调度会."""
_BUILDINGS = frozenset("院校站厂馆学")
_JOINED = re.compile(r"(?:和|与|及|以及)[\u4e00-\u9fff]{3}")
_LISTED = frozenset({Sort.PLACE, Sort.NETWORK, Sort.PLAIN, Sort.OTHER_NUMBER, Sort.BULLET})
HAN = re.compile(r"[\u4e00-\u9fff]")


class Name(Struct, frozen=True):
    """A project's name and where it stands, the word 项目 included."""

    name: str
    start: int
    end: int
    name_start: int


def names(
    tokens: list[Token], text: str, start: int, projects_track: str | None, step_at: int | None, ends_at: int | None
) -> list[Name]:
    """Find the projects named in a clause that begins at `start`.

    The next may begin with a step, at `step_at`; whatever it counts, the clause then `ends_at` its name.
    """
    found: list[Name] = []
    bound = start
    for at, token in enumerate(tokens):
        if token.sort is Sort.GROUP and _is_of_name(tokens, at):
            continue
        if token.sort is Sort.PROJECT:
            if _JOINED.match(text, token.end) is None:
                _add_listed(found, text, tokens[:at], start)
            bound = add(found, text, bound, token.start, token.end)
        elif token.sort is Sort.NETWORK and not _leads_to_project(text, tokens, at):
            end = token.end + _tail(text, tokens, at)
            alone = end > token.end or _stands_alone(text, tokens, at, end, step_at) or _JOINED.match(text, end)
            if alone or _heads_list(text, tokens, at, step_at):
                least = len(HAN.findall(text, token.start, end)) + 1
                head = _seat(tokens, at, bound)
                bound = add(found, text, head, end, end, least=least)
        elif token.sort is Sort.TRACK and token.key == projects_track:
            bound = _after_track(found, text, tokens, at, ends_at)
        elif token.sort in ENDS or is_owner(token, text):
            bound = token.end
    return found


def _after_track(found: list[Name], text: str, tokens: list[Token], at: int, ends_at: int | None) -> int:
    """省级重点项目光谷东科创大道昨日批复: what stands between the track and the day or stage is a name."""
    end = tokens[at].end
    after = next(
        (i for i in range(at + 1, len(tokens)) if tokens[i].sort in ENDS or tokens[i].sort is Sort.PROJECT), None
    )
    if after is None and ends_at is not None:
        name_end = ends_at  # 省级重点项目仙桃健康产业园，今天批了2宗
        if not any(t.sort in {Sort.NETWORK, Sort.PLACE} for t in tokens[at:]) and not ENDING.search(text[end:name_end]):
            return end
    elif (
        after is None
        or tokens[after].sort not in {Sort.PERIOD, Sort.STAGE, Sort.ALREADY}
        or any(t.sort is Sort.NETWORK for t in tokens[at:after])
    ):
        return end
    else:
        name_end = tokens[after].start
    name = text[end:name_end].strip()
    if (
        len(HAN.findall(name)) >= 4
        and not name.startswith(("用地", "的", "共", "方面", "情况"))
        and not name.endswith(_NO_NAMES)
    ):
        add(found, text, end, name_end, name_end)
    return end


def is_owner(token: Token, text: str) -> bool:
    """Whether a place in front of a name is rather its owner: a county with its full name, or a unit set apart."""
    if token.sort is not Sort.PLACE or token.place is None:
        return False
    if "至" in {text[token.start - 1 : token.start], text[token.end : token.end + 1]}:
        return False  # 宣恩县至咸丰县高速公路
    full = token.text in {token.place.county, token.place.region}
    return full or text[token.end : token.end + 1] == " "


def _add_listed(found: list[Name], text: str, before: list[Token], start: int) -> None:
    """Add what is named at the head of a list that shares the word 项目: 城北道路、滨江公园项目均已获批."""
    if len(before) == 0 or found or not any(token.sort is Sort.PAUSE for token in before):
        return
    bound = start
    places = 0
    last: Token | None = None
    for token in before:
        if token.sort is Sort.PAUSE:
            named = len(HAN.findall(text[bound : token.start])) - places >= 3
            if named or (last is not None and last.sort is Sort.NETWORK):
                add(found, text, bound, token.start, token.start)
            bound, places = token.end, 0
        elif token.sort not in _LISTED and len(token.text) > 1:
            return
        elif token.sort is Sort.PLACE:
            places += token.end - token.start
        last = token


def _leads_to_project(text: str, tokens: list[Token], at: int) -> bool:
    """Whether the name goes on to the word 项目; 隧道和编组站项目 are two names."""
    if _JOINED.match(text, tokens[at].end) is not None:
        return False
    for behind, token in enumerate(tokens[at + 1 :], at + 1):
        if token.sort is Sort.PROJECT:
            return True
        if token.sort in ENDS and not (token.sort is Sort.GROUP and _is_of_name(tokens, behind)):
            return False
    return False


def _tail(text: str, tokens: list[Token], at: int) -> int:
    """Return how much of a name follows 大桥 or 高速: 武汉段, 二期."""
    end = next((t.start for t in tokens[at + 1 :] if t.sort in ENDS), len(text))
    tail = _TAIL.match(text[tokens[at].end : end])
    return tail.end() if tail else 0


def _stands_alone(text: str, tokens: list[Token], at: int, end: int, step_at: int | None) -> bool:
    """Whether a stage or a day follows at once, as after a name, be it behind a mark."""
    papers = _PAPERS.match(text, end)  # 随信高速补正材料今天重报
    if papers is not None and not any(token.start == end and token.end > papers.end() for token in tokens):
        end = papers.end()
    after = next((token for token in tokens[at + 1 :] if token.start >= end), None)
    if after is not None and after.sort is Sort.GROUP and after.start - end <= 1:  # 莫愁湖隧道（省重点）昨日获批
        end = after.end
        after = next((token for token in tokens[at + 1 :] if token.start >= end), None)
    if after is None and step_at is not None:
        return step_at - end <= 3 and HAN.match(text, end) is None
    near = after is not None and after.start - end <= 2 and not text.startswith("区", end)
    return near and after is not None and after.sort in BEHIND_NAME


def _seat(tokens: list[Token], at: int, bound: int) -> int:
    """Return where a name begins that needs its place: 曾都区殡仪馆."""
    before = tokens[at - 1] if at else None
    needs = before is not None and before.sort is Sort.PLACE and before.end == bound == tokens[at].start
    return before.start if before is not None and needs and tokens[at].text[-1] in _BUILDINGS else bound


def _heads_list(text: str, tokens: list[Token], at: int, step_at: int | None) -> bool:
    """Whether others of its kind follow, of which the last stands alone: 垃圾焚烧厂、蔡甸变电站今天都批了."""
    if text[tokens[at].end : tokens[at].end + 1] != "、":
        return False
    last = at
    for other in range(at + 1, len(tokens)):
        if tokens[other].sort is Sort.NETWORK:
            last = other
        elif tokens[other].sort in ENDS and tokens[other].sort is not Sort.PAUSE:
            break
    return last > at and _stands_alone(text, tokens, last, tokens[last].end + _tail(text, tokens, last), step_at)


def _is_of_name(tokens: list[Token], at: int) -> bool:
    """Whether a bracket stands inside a name: 沪武高速（黄石段）项目."""
    return 0 < at < len(tokens) - 1 and tokens[at - 1].sort is Sort.NETWORK and tokens[at + 1].sort is Sort.PROJECT


def add(found: list[Name], text: str, bound: int, name_end: int, end: int, *, least: int = 2) -> int:
    """Add a name that stands between two places, if it is one; return where the next may begin."""
    lead = _LEAD.match(text[bound:name_end])
    start = bound + (lead.end() if lead else 0)
    name = text[start:name_end].strip(" \"“”‘’'·-—")
    if (pointed := _POINTED.fullmatch(name)) is not None:
        name = pointed[1]
    if (
        len(HAN.findall(name)) >= least
        and len(name) <= _MAX_NAME
        and not _GENERIC.fullmatch(name)
        and not name.endswith(("个", "些", "类", "批", "的", "等", "那边", "这边", "那里", "那几", "那两"))
    ):
        found.append(Name(name, start, end, text.index(name, start)))
    return end
