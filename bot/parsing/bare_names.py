"""Names of projects that only their ending and what stands around them tell: 宜昌北站已组卷 · 浰河治理退回补正."""

import re

from bot.parsing.endings import ENDING, WORK
from bot.parsing.projects import BEHIND_NAME, ENDS, HAN, Name, add, is_owner
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Token

_WHERE = re.compile(r"[江河湖港渠堤坝闸库桥路街道线岸堰圩垸垱塘溪沟山岛洲滩坑校厂站院馆园城场]|湿地")
"""Work is named by where it is done: 浰河治理; 学校周边环境整治 is none."""
_AROUND = re.compile("环境|周边|沿线|秩序|学校|校园|园区|工地|现场|市场|厂区|街道")
_OF_A_KIND = re.compile(
    r"农村|乡镇|城区|县城|各|多|部分|全部|所有|[两几]|一[些批个条座所家]|公办|民办|中小|[市县区]?(?:里|局|直)"
)
_KINDS = re.compile(
    "农村|乡镇|城镇|城乡|城市|城区|县城|老旧小区|老旧|小区|城中村|棚户区|背街小巷|病险|水库|小型|中小|河道|河湖|流域|流|道路|公路|矿山|山体|地质|灾害|地灾"
    "|综合|全域|环境|生态|违法|违建|专项|土地|耕地|农田|高标准|定向|拆迁|征迁|回迁|保障性?|职工|学校|校园|医院|学生|食堂|会议室|办公|机关|单位|企业|产业"
    "|园区|工业|住宅|商业|厂区|大堤|路口|道口|街道|沿线|管线|厕所|房屋|危房|危旧|标准|厂房|码头|港口|山水林田湖草?|大气|水污染|扬尘|江河|沿江|长江|汉江|江滩|岸线|非法"
)
"""Words that tell what kind a thing is, and not which."""
_SAYS = re.compile(
    r"[在到去从被把给让说请我你他们这那没未不也就才要报批审了是的及跟对因为由等]|向(?!阳)|还(?!建)|和(?![平谐美睦悦顺兴镇乡村路街苑])|与"
    r"|调研|检查|参观|走访|查看|踏勘|座谈|开会|会议|集中|活动|情况|方案|经费|领导|同志|同事|材料|地点|位置|靠近|毗邻|紧邻|旁边|附近|对面|压占|占用|涉及|用途|集合"
)
_HOW = re.compile(r"(?:(?:[还仍尚也]在?|在|正式|顺利|双双|一并|同时|终于|总算|刚刚?|全部?|省厅|厅里) *)+\Z")
"""Between a name and its step: 宜昌北站还在组卷, 北货场正式动工."""
_PAPERS = re.compile(
    r"(?P<land>的(?:建设)?用地(?:(?:补正|组卷|报批)*(?:材料|报件|卷宗|卷|手续))?)\Z|(?:补正|组卷|用地)*(?:材料|报件|卷宗|卷|手续)\Z|用地\Z|的\Z"
)
_IS = re.compile(r" *(?:分别)?(?:就?是|为|即|有)(?![个一座所条处]) *")
_OWNS_LAND = re.compile(
    r"(?:公司|企业|集团|村|镇|乡|街道|社区|[局所委办组厅处室]|户|家|人|单位|部门|众|姓|建房|学校|[县市区]|开发区|经济带)\Z"
)
"""Whose land it is, and no project: 张家湾村的用地手续."""
_AREAS = re.compile(r"(?<![校院港景])区\Z")
"""What has counts of its own is no project: 大桥片区1宗."""
_MAY_BE_INSIDE = frozenset({Sort.CATEGORY, Sort.AREA_LABEL})
_IN_NAME = frozenset({Sort.PLACE, Sort.PLAIN, Sort.OTHER_NUMBER, Sort.BARE, Sort.NETWORK, Sort.CATEGORY})
_COUNTED = frozenset({Sort.COUNT, Sort.AREA})
_SAYS_AND_COUNTS = BEHIND_NAME | _COUNTED
_SHORTEST = 4


def bare_names(tokens: list[Token], text: str, start: int, ends_at: int | None, *, told: bool) -> list[Name]:
    """Find the projects named in a clause by nothing but their ending, right before what is said of them.

    That may be a step right behind the clause, which then `ends_at` its name; with a step in force already (`told`),
    a count or an area: 今日批复：柳陂污水厂12亩、安阳镇小学8亩.
    """
    if any(token.sort is Sort.COUNT and token.value is not None and token.value > 1 for token in tokens):
        return []  # more than the one that a name stands for
    says = _SAYS_AND_COUNTS if told else BEHIND_NAME
    found: list[Name] = []
    listed: list[tuple[int, int]] = []
    bound, first = start, 0
    for at, token in enumerate(tokens):
        sort = token.sort
        if sort is Sort.PAUSE or sort in says:
            last = _stretch(tokens[first:at], text, bound, token.start)
            if not last[1] and sort in _MAY_BE_INSIDE:
                continue
            if sort in _COUNTED and _AREAS.search(text, bound, last[1]) is not None:
                last = bound, 0
            listed.append(last)
            if sort is not Sort.PAUSE:
                _add_listed(found, text, listed)
        elif (sort not in ENDS or _is_number_of_name(tokens, at)) and not is_owner(token, text):
            continue
        else:
            listed = []
        bound, first = token.end, at + 1
    if ends_at is not None and not found:
        _add_listed(found, text, [*listed, _stretch(tokens[first:], text, bound, ends_at)])
    return found


def _is_number_of_name(tokens: list[Token], at: int) -> bool:
    """Whether a number stands inside a name: 虾谷360产业园."""
    token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
    return token.sort is Sort.BARE and after is not None and after.sort is Sort.NETWORK and after.start == token.end


def _add_listed(found: list[Name], text: str, listed: list[tuple[int, int]]) -> None:
    """Add the names of a list that ends with one, and end it: 观音垱粮库、岑河冷链基地."""
    for bound, end in listed if listed[-1][1] else ():
        if end:
            add(found, text, bound, end, end)
    listed.clear()


def _stretch(inside: list[Token], text: str, bound: int, end: int) -> tuple[int, int]:
    """Return where a name begins and ends that fills what stands between two words, or no end if it is none."""
    if end - bound < _SHORTEST:
        return bound, 0
    leads = _IS.match(text, bound, end)
    bound = leads.end() if leads is not None else bound
    words = _HOW.sub("", text[bound:end].rstrip(" -—·"))
    papers = _PAPERS.search(words)
    words = words[: papers.start()] if papers is not None else words
    end = bound + len(words)
    of_land = papers is not None and papers["land"] is not None
    inside = [token for token in inside if token.start < end]
    return bound, end if _is_name(inside, text, bound, end, of_land=of_land) else 0


def _is_name(inside: list[Token], text: str, bound: int, end: int, *, of_land: bool) -> bool:
    """Whether a stretch, and the words known in it, are a name: 宜昌北站, but not 在现场 nor 设计院."""
    words = text[bound:end].strip(' "“”')
    if len(HAN.findall(words)) < _SHORTEST or _OF_A_KIND.match(words) is not None:
        return False
    if any(token.sort not in _IN_NAME for token in inside):
        return False
    place = next((token for token in reversed(inside) if token.sort is Sort.PLACE), None)
    own = text[bound:end] if place is None else text[place.end : end]
    said = own if place is None else text[bound : place.start] + own
    if _SAYS.search(said) is not None or len(HAN.findall(own)) < 2:
        return False
    last = _ending(inside, words, end)
    if not last:  # 应城盐化园区热电联产的用地手续
        return of_land and place is not None and len(HAN.findall(own)) >= 4 and _OWNS_LAND.search(words) is None
    named = words[: len(words) - len(last)]
    if WORK.search(words) is not None and _WHERE.search(_AROUND.sub("", named)) is None:
        return False
    return bool(HAN.search(_KINDS.sub("", named)))


def _ending(inside: list[Token], words: str, end: int) -> str:
    """Return the word at the end of a stretch that tells what is built or done."""
    if inside and inside[-1].sort is Sort.NETWORK and inside[-1].end == end:
        return inside[-1].text
    ending = ENDING.search(words)
    return "" if ending is None else ending[0]
