"""Names of projects that no word tells but their ending: 宜昌北站已组卷 · 襄阳五中今日供地."""

import re

from bot.parsing.projects import BEHIND_NAME, ENDS, HAN, Name, add, is_owner
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Token

_OFFICES = (
    r"(?<!网)(?<!国土)(?<!工作)(?<!服务)站|(?<!设计)(?<!测绘)(?<!规划)(?<!勘测)(?<!研究)(?<!勘察)(?<!法)(?<!检察)(?<!国务)院"
    r"|(?<!登记)(?<!征地)(?<!整治)(?<!服务)(?<!信息)(?<!储备)(?<!交易)(?<!测绘)(?<!指挥)(?<!调度)中心"
)
"""An office is no project, though it may be called a station, an institute or a centre."""
_ENDING = re.compile(
    rf"(?:{_OFFICES}|(?<!学)校|(?<!中小)(?<!农村)(?<!乡镇)学校|[一二三四五六七八九十]中|厂|馆|公园|[校院]区|景区|片区|货场|球场|新城|基地|枢纽"
    r"|大厦|(?<!办公)楼|[东西南北中](?:路|街|延)|大街|延长线|扩建|迁建|扩容|安置[点区]|还建点|[一二三四五六七八九]期)\Z"
)
MAY_NAME = re.compile(
    "站|院|校|厂|馆|公园|一中|二中|三中|四中|五中|六中|七中|八中|九中|十中|中心|景区|片区|货场|球场|新城|基地|枢纽|大厦|楼"
    "|东路|西路|南路|北路|中路|大街|延|扩|迁建|安置|还建|期"
)
"""Looked for once in a whole message."""
_OF_A_KIND = re.compile(
    r"农村|乡镇|城区|县城|各|多|部分|全部|所有|[两几]|一[些批个条座所家]|公办|民办|中小|[市县区]?(?:里|局|直)"
)
_SAYS = re.compile(r"[在到去从被把给向让说请我你他们这那没未不还也就才要报批审了是的和与及跟对因为由等]")
_HANDS_IN = re.compile(r"[^，。;,\n]{0,8}(?:名单|总结|方案|数据|情况|信息|表|清单|计划)(?=[，。;,!\n]|\Z)")
"""襄阳五中今日上报请假人员名单: a paper is handed in, no land."""
_STILL = re.compile(r"(?:[还仍尚也]在?|在) *\Z")
_IN_NAME = frozenset({Sort.PLACE, Sort.PLAIN, Sort.OTHER_NUMBER})


def bare_names(tokens: list[Token], text: str, start: int, step_at: int | None) -> list[Name]:
    """Find the project named in a clause by nothing but its ending, right before what is said of it."""
    found: list[Name] = []
    if any(token.sort is Sort.COUNT and token.value is not None and token.value > 1 for token in tokens):
        return found  # more than the one that a name stands for
    if tokens and _HANDS_IN.match(text, tokens[-1].end) is not None:
        return found
    bound = start
    inside: list[Token] = []
    for token in tokens:
        end = _name_end(text, bound, token.start)
        if token.sort in BEHIND_NAME and _is_name(inside, text, bound, end):
            add(found, text, bound, end, end)
            return found
        if token.sort in ENDS or is_owner(token, text):
            bound, inside = token.end, []
        else:
            inside.append(token)
    if step_at is not None and _is_name(inside, text, bound, step_at - 1):
        add(found, text, bound, step_at - 1, step_at - 1)
    return found


def _name_end(text: str, bound: int, end: int) -> int:
    """Return where a name ends before 还在: 宜昌北站还在组卷."""
    return bound + len(_STILL.sub("", text[bound:end]))


def _is_name(inside: list[Token], text: str, bound: int, end: int) -> bool:
    """Whether a stretch, and the words known in it, are a name: 宜昌北站, but not 在现场 nor 设计院."""
    words = text[bound:end].strip(' "“”')
    if _ENDING.search(words) is None or _OF_A_KIND.match(words) is not None:
        return False
    if any(token.sort not in _IN_NAME for token in inside):
        return False
    place = next((token.end for token in reversed(inside) if token.sort is Sort.PLACE), bound)
    own = text[place:end].strip()
    return _SAYS.search(own) is None and len(HAN.findall(own)) >= 2 and len(HAN.findall(words)) >= 4
