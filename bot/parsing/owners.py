"""Whose figures follow: units, counties, 全市, 全省; and places that are only mentioned in passing."""

import re

from msgspec.structs import replace

from bot.parsing.context import Owner
from bot.parsing.lexicon import PASSING, PASSING_AFTER
from bot.parsing.nil_lists import is_listed
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tellings import tells_of_one, tells_owner
from bot.parsing.tokens import Clause, Token
from bot.parsing.vocabulary import Vocabulary
from config.campaign import Place

_PASSING = tuple(PASSING.split())
_PASSING_ENDS = frozenset(word[-1] for word in _PASSING)
_PASSING_AFTER = tuple(PASSING_AFTER.split())
_INTRODUCES = ("我是", "这里是", "我们是")
_OF_COUNTY = frozenset({"我县", "我区", "本县", "本区", "我局", "我市", "本市"})
_ACTS = re.compile(
    r"的|[也又还刚才就都已]|有|那[宗边个块里1-9一二两三]|这[边宗个]|(?:分|县|市|区)?局|自然资源|自规|方面|终于|送|今[天日早晚]|昨[天日晚]|前天"
)
"""Behind a name that is also a word, these say that it is a place: 张湾的那宗65亩, 咸丰有1宗, 洪湖局上报2宗."""
_FILES = re.compile("的(?:报?件|卷|批文)")
_TOWN = re.compile("[\u4e00-\u9fff]{1,3}[镇乡]?")
"""Between a county and its count: 当阳坝陵2宗."""
_LEADS_IN = frozenset(
    [
        "",
        "终于",
        "总算",
        "家人们",
        "各位",
        "各位领导",
        "大家",
        "同志们",
        "兄弟们",
        "喜报",
        "报告",
        "汇报",
        "我们",
        "咱们",
        "那个",
        "嗯",
        "刚才",
    ]
)
"""Before a name that is also a word, these say nothing else."""
_AND = frozenset({"和", "及", "与", "以及", "/", "、", ""})
_SEVERAL = frozenset({Sort.OTHER_NUMBER, Sort.BARE, Sort.VAGUE, Sort.EACH, Sort.PLAIN})
"""Right behind one of these 开发区 is no single one: 两个开发区, 各开发区."""
_BEFORE_FIGURES = frozenset(
    {
        Sort.PERIOD,
        Sort.STAGE,
        Sort.COUNT,
        Sort.AREA,
        Sort.BARE,
        Sort.CUMULATIVE,
        Sort.ALREADY,
        Sort.NIL,
        Sort.NOTHING,
        Sort.TRACK,
        Sort.PLACE,
        Sort.PAUSE,
        Sort.EACH,
        Sort.RESPECTIVELY,
        Sort.GROUP,
        Sort.OWN,
        Sort.UP_TO,
        Sort.NEW,
        Sort.DONE,
        Sort.STANDS,
        Sort.AREA_LABEL,
        Sort.COUNT_LABEL,
        Sort.ALL_ABOVE,
        Sort.WITHIN,
        Sort.FACT,
        Sort.DOING,
        Sort.LATE,
        Sort.VAGUE,
    },
)


def find_zones(tokens: list[Token], vocabulary: Vocabulary, region: str | None) -> list[Token]:
    """Read 高新区 as that of the unit named before it, or the sender's."""
    found: list[Token] = []
    before = None
    for token in tokens:
        several = before is not None and before.sort in _SEVERAL and before.end == token.start
        before = token
        if token.sort is not Sort.ZONE:
            region = region if token.place is None else token.place.region
            found.append(token)
            continue
        zone = None if several else vocabulary.zones.get((region or "", token.text))
        sort = Sort.PLAIN if zone is None else Sort.PLACE
        found.append(replace(token, sort=sort, key="ambiguous", place=zone))
    return found


def on_place(state: State, token: Token, at: int) -> None:
    """Let a unit or county own what follows, unless it is named in passing."""
    assert token.place is not None
    if is_listed(state, token):
        return
    if state.text[max(0, token.start - 4) : token.start].rstrip().endswith(_INTRODUCES):
        _introduce(state, token.place)
        return
    if tells_owner(state, token, at) or not _owns(state, token, at):
        return
    tells_of_one(state, token, at)
    now, context = state.now, state.context
    before = now.tokens[at - 1] if at else None
    beside = _beside(state, at)
    place = token.place
    if beside:
        context.owners = [*context.owners[-29:], place]
    else:
        context.owners = [place]
    if place.region != context.owner.region and before is None and now.clause is state.now.clause:
        state.subjects = state.subjects if beside else []
    county = place.county if len(context.owners) <= 1 else None
    regions = {other.region for other in context.owners}
    context.owner = Owner(place.region if len(regions) == 1 else None, county, several=len(regions) > 1)
    if context.within is not None and place.county is None and not _is_seat(state, at):
        whole = state.figures[context.within]
        whole.void = whole.void or "是几家合在一起的数"
    if place.county is not None:
        state.counties.add(place.county)
    now.marked = True
    state.bare_cursor = 0
    if state.subject_done:
        state.subjects, state.subject_done = [], False


def _introduce(state: State, place: Place) -> None:
    """Let who has no unit of their own speak for the place they are of: 我是蕲春的，我县今日批复1宗."""
    context = state.context
    context.introduced = place
    context.sender_region = context.sender_region or place.region
    context.owner = Owner(place.region, place.county)


def _is_seat(state: State, at: int) -> bool:
    """Whether 市本级 or a county follows the unit at once: then it is no unit beside others."""
    tokens = state.now.tokens
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is not None and after.start == tokens[at].end and after.sort in {Sort.OWN, Sort.PLACE}


def _beside(state: State, at: int) -> bool:
    """Whether a place stands in a list with the place before: 谷城、保康."""
    tokens = state.now.tokens
    if at == 0 or not state.context.owners:
        return False
    before = tokens[at - 1]
    if (before.sort is Sort.PAUSE or before.text == "+") and at > 1:
        before = tokens[at - 2]
    gap = state.raw_between(before.end, tokens[at].start).replace("、", "").replace("+", "")
    if before.sort is not Sort.PLACE or before.place is None or gap not in _AND:
        return False
    within = before.place.county is None and before.place.region == getattr(tokens[at].place, "region", None)
    return not within


def _owns(state: State, token: Token, at: int) -> bool:
    """Whether a place is the owner of figures here."""
    now, text = state.now, state.text
    for name in now.names:
        if name.start <= token.start < name.end:
            return False
    before = text[max(now.clause.start, token.start - 4) : token.start].rstrip().rstrip("了过着")
    if before[-1:] in _PASSING_ENDS and before.endswith(_PASSING) and not _leads_clause(state, at):
        return False
    if text.startswith(_PASSING_AFTER, token.end):
        return False
    if token.key == "ambiguous" and not _is_plainly_a_place(state, token, at):
        return False
    return _speaks_for(state, token, at)


def _leads_clause(state: State, at: int) -> bool:
    """Whether a place is only seemingly passing: right behind another place."""
    return (
        at > 0
        and state.now.tokens[at - 1].sort is Sort.PLACE
        and state.now.tokens[at - 1].end == state.now.tokens[at].start
    )


def _is_plainly_a_place(state: State, token: Token, at: int) -> bool:
    """Whether a name that is also a word stands where a place can: at the head, in a list, before figures."""
    tokens = state.now.tokens
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    near = after is not None and len(state.raw_between(token.end, after.start)) == 0
    if after is not None and near and after.sort in _BEFORE_FIGURES:
        return True
    if at > 1 and tokens[at - 1].sort is Sort.PAUSE and tokens[at - 2].sort is Sort.PLACE:
        return True
    alone = not state.raw_between(token.end, state.now.clause.end)
    lead = state.raw_between(state.now.clause.start, token.start)
    head = lead in _LEADS_IN or (at > 0 and tokens[at - 1].end == token.start)
    if head and after is not None and after.sort is Sort.COUNT and _TOWN.fullmatch(state.text, token.end, after.start):
        return token.place is not None and token.place.region == state.context.sender_region
    clause = state.now.clause
    told = clause.has(Sort.COUNT, Sort.AREA, Sort.STAGE) or _FILES.search(state.text, token.end, clause.end) is not None
    acts = told and _ACTS.match(state.text, token.end) is not None
    described = clause.body > token.end  # 嘉鱼上报的5宗里，今天批了3宗
    return head and (alone or acts or described)


def _speaks_for(state: State, token: Token, at: int) -> bool:
    """Whether a place of another unit is the owner: figures follow in its clause, or it heads a list or report."""
    context, now = state.context, state.now
    assert token.place is not None
    if context.sender_region is None or token.place.region in {context.sender_region, context.owner.region}:
        return True
    if now.clause.closer in {Sort.COLON, Sort.BREAK, None}:
        return True
    if not at and now.clause.closer is Sort.COMMA and _ASKED_AFTER.match(state.text, token.end, now.clause.end):
        return True
    return any(other.sort in _BEFORE_FIGURES for other in now.tokens[at + 1 :])


def on_own(state: State, token: Token, at: int) -> None:
    """我市 is the sender's; 全市 the one in force, else the sender's; 市本级 the unit without its counties."""
    context = state.context
    if token.key in {"entire", "seat"}:
        region = context.owner.region if not context.owner.whole else context.sender_region
    else:
        region = context.sender_region
    introduced = context.introduced
    is_countys = introduced is not None and introduced.county is not None and token.text in _OF_COUNTY
    county = introduced.county if introduced is not None and is_countys else None
    context.owner = Owner(region or context.sender_region, county, seat=token.key == "seat")
    context.owners = []
    state.now.marked = True
    _ = at


def come_home(state: State, clause: Clause) -> None:
    """Let 我们 be the sender's unit again, behind another one: 黄石批了12宗，我们批了10宗."""
    context = state.context
    if context.sender_region is None or context.owner.region in {None, context.sender_region}:
        return
    if _WE.search(state.text, clause.start, clause.end) is not None and not clause.has(Sort.PLACE):
        context.owner, context.owners = Owner(context.sender_region), []


_WE = re.compile("我们|咱们")
_ASKED_AFTER = re.compile(
    r"(?:市|州|林区)?(?:那边|这边|方面|那里|联络员|同志|的?情况|的?数据?|的)*[^，。;\n我]{0,4}我?[^，。;\n我]{0,6}"
    r"(?:问了|问过|代报|代为报送|一并报|一起报|来电话?|来电话了|打电话来|报来|托我|请假)"
)
"""仙桃我也顺便问了，批复1宗: the sender speaks for another unit."""
_RANKS = ("第", "排名", "排", "前", "平均", "首", "最", "率先", "通报", "各地", "名列", "位", "的平均", "倒数", "同类")


def on_whole(state: State, token: Token, at: int) -> None:
    """全省 owns figures that belong to no unit, unless it is only a ranking."""
    if state.text.startswith(_RANKS, token.end):
        return
    before = state.text[max(0, token.start - 2) : token.start]
    if before.endswith(("居", "占", "向", "在", "为", "对", "列")):
        return
    state.context.owner = Owner(None, whole=True)
    state.context.owners = []
    _ = at
