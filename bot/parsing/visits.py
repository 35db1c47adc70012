"""On-site services that have happened: 今天规划处到江夏区现场办公."""

import re

from bot.parsing.lexicon import VISIT_DOES, VISIT_GOES, WISHES
from bot.parsing.normalize import Plain
from bot.parsing.sentences import PRAISE
from bot.parsing.sorts import Sort
from bot.parsing.state import Scene
from config.campaign import Campaign
from storage.records import Visit

VISITING = frozenset({Sort.VISIT, Sort.DIVISION, Sort.LEADER})
_GOES = "|".join(VISIT_GOES.split())
_DOES = "|".join(sorted(VISIT_DOES.split(), key=len, reverse=True))
_TRIP = re.compile(rf"(?:{_GOES})[^，。;,\n]{{1,24}}?(?:{_DOES})")
_WISH = re.compile("|".join(WISHES.split()))
_NOT = re.compile(r"(?:未|没|没有|不|无法|取消|推迟|改期|暂缓)[^，。;,\n]{0,4}$")
_OFF = re.compile(
    r"[^，。;,\n]{0,4}(?:取消|[，,]?[^，。;,\n]{0,4}(?:没有?[来去办开搞]成?|未能?成行|不来了|来不了|改到|改在|改期|推迟|延期|顺延|泡汤))"
)
"""Behind 现场办公: 没来成, 改到周四."""
_NO_VISIT = re.compile(
    r"(?:的|工作|会)?(?:方案|通知|安排|计划|总结|台账|清单|制度|要求|报道|信息|简报|表|次数|任务|记录|名单|预告|纪要|材料)"
    r"|(?:中|时|期间)?(?:收集|反映|提出|发现|梳理|讲|说|提|布置|交办|强调)[到过了]?的|[^。;\n]{0,20}(?:谁有|谁存|哪[个位][有存]|谁拍|谁记)"
)
"""上门服务方案 is a paper."""


def visits(scenes: list[Scene], *, text: str, plain: Plain, campaign: Campaign) -> tuple[Visit, ...]:
    """Return one visit for each region and day."""
    found: dict[tuple[str, object], Visit] = {}
    for scene in scenes:
        for region in _regions(scene, text):
            if region not in campaign.regions:
                continue
            visit = Visit(
                region=region,
                division=_first(scene, Sort.DIVISION),
                leader=_first(scene, Sort.LEADER),
                date=scene.date,
                spans=(plain.span(scene.clause.start, scene.clause.end),),
            )
            found.setdefault((region, scene.date), visit)
    return tuple(found.values())


def _first(scene: Scene, sort: Sort) -> str | None:
    """Return the first division or leader named in the clause."""
    token = next((t for t in scene.clause.tokens if t.sort is sort), None)
    return None if token is None else token.key or token.text


def _regions(scene: Scene, text: str) -> list[str]:
    """Return the units visited in a clause, if any was."""
    clause = scene.clause
    if scene.void not in {"", PRAISE} or not _is_visit(scene, text):
        return []
    places = [token.place.region for token in clause.tokens if token.sort is Sort.PLACE and token.place is not None]
    if places:
        return list(dict.fromkeys(places))
    return [scene.region] if scene.region is not None else []


def _is_visit(scene: Scene, text: str) -> bool:
    """Whether a clause says that a visit took place."""
    clause = scene.clause
    words = text[clause.start : clause.end]
    token = next((t for t in clause.tokens if t.sort is Sort.VISIT), None)
    if token is not None:
        before = text[clause.start : token.start]
        off = _OFF.match(text, token.end) is not None or _NO_VISIT.match(text, token.end) is not None
        return not off and _WISH.search(before) is None and _NOT.search(before) is None
    trip = _TRIP.search(words)
    goer = clause.has(Sort.DIVISION, Sort.LEADER)
    return (
        trip is not None
        and goer
        and _WISH.search(words[: trip.end()]) is None
        and _NOT.search(words[: trip.start()]) is None
    )
