"""On-site services that have happened: 今天规划处到江夏区现场办公."""

import re

from bot.parsing.lexicon import WORDS
from bot.parsing.normalize import Plain
from bot.parsing.obstacle_words import VISIT_DOES, VISIT_GOES, WISHES
from bot.parsing.sentences import PRAISE
from bot.parsing.sorts import Sort
from bot.parsing.state import Scene
from bot.parsing.tokens import Clause
from config.campaign import Campaign
from storage.records import Visit

VISITING = frozenset({Sort.VISIT, Sort.DIVISION, Sort.LEADER})
_GOES = "|".join(VISIT_GOES.split())
_DOES = "|".join(sorted(VISIT_DOES.split(), key=len, reverse=True))
_TRIP = re.compile(
    rf"(?:{_GOES})[^，。;,\n]{{1,24}}?(?:{_DOES})|上门(?=来|了|帮|辅导|讲|送|对|教|核|看)"
    rf"|(?:赴|去|前往|[来到](?![电函文信料说位期账会]))[^，。;,\n]{{0,14}}[，,][^，。;,\n]{{0,8}}(?:{_DOES})"
)
"""A trip and what was done on it: 来十堰，手把手教组卷."""
_UNNAMED = frozenset(WORDS[Sort.LEADER].split())
"""厅领导 is nobody's name."""
_AFAR = re.compile(r"电话|视频|线上|网上|远程|连线|微信|(?:去|到|赴|来|在)了?(?:省厅|厅里|厅机关|部里|省局)")
"""Advice by telephone is no visit, nor one paid to the office."""
_OTHERS = re.compile(r"(?:[市州县区]|乡?镇|我)(?:局|里|领导|长)|书记|督察局|部里|自然资源部|(?:市|县|区|州|镇)政府")
"""Those whose visits are none of the office's."""
_WISH = re.compile("|".join(WISHES.split()))
_NOT = re.compile(r"(?:未|没|没有|不|无法|取消|推迟|改期|暂缓)[^，。;,\n]{0,4}$")
_OFF = re.compile(
    r"[^，。;,\n]{0,4}(?:取消|[，,]?(?!今)[^，。;,\n]{0,4}(?:没有?[来去办开搞]成?|未能?成行|不来了|来不了|改到|改在|改期|推迟|延期|顺延|泡汤))"
)
"""Behind 现场办公: 没来成, 改到周四."""
_NEAR = 24
_NO_VISIT = re.compile(
    r"(?:的|工作|会)?(?:方案|通知|安排|计划|总结|台账|清单|制度|要求|报道|信息|简报|表|次数|任务|记录|名单|预告|纪要|材料)"
    r"|(?:中|时|期间)?(?:收集|反映|提出|发现|梳理|讲|说|提|布置|交办|强调)[到过了]?的|[^。;\n]{0,20}(?:谁有|谁存|哪[个位][有存]|谁拍|谁记)"
)
"""上门服务方案 is a paper."""


def visits(scenes: list[Scene], *, text: str, plain: Plain, campaign: Campaign) -> tuple[Visit, ...]:
    """Return one visit for each region and day."""
    found: dict[tuple[str, object], Visit] = {}
    for at, scene in enumerate(scenes):
        before = scenes[at - 1] if at else None
        for region in _regions(scene, before, text):
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
    return None if token is None or token.text in _UNNAMED else token.key or token.text


def _regions(scene: Scene, before: Scene | None, text: str) -> list[str]:
    """Return the units visited in a clause, if any was; who speaks for none names it there or right before."""
    clause = scene.clause
    if scene.void not in {"", PRAISE} or not _is_visit(scene, text):
        return []
    places = _places(clause)
    if places:
        return places
    if scene.region is not None:
        return [scene.region]
    return _places(before.clause) if before is not None and before.clause.closer is Sort.COMMA else []


def _places(clause: Clause) -> list[str]:
    """Return the units named in a clause, each once."""
    named = [token.place.region for token in clause.tokens if token.place is not None]
    return list(dict.fromkeys(named))


def _is_visit(scene: Scene, text: str) -> bool:
    """Whether a clause says that a visit took place."""
    clause = scene.clause
    goer = clause.has(Sort.DIVISION, Sort.LEADER)
    token = next((t for t in clause.tokens if t.sort is Sort.VISIT), None)
    if token is not None:
        before = text[clause.start : token.start]
        off = _OFF.match(text, token.end) is not None or _NO_VISIT.match(text, token.end) is not None
        off = off or (not goer and _OTHERS.search(before) is not None)
        alone = clause.sorts == {Sort.BULLET, Sort.VISIT} and not clause.end - token.end
        return not (off or alone or _is_void(before))
    trip = _TRIP.search(text, clause.start, clause.end + _NEAR) if goer else None
    if trip is None or trip.start() >= clause.end or _NOT.search(text[clause.start : trip.start()]) is not None:
        return False
    return not _is_void(text[clause.start : trip.end()])


def _is_void(words: str) -> bool:
    """Whether what leads to the word of a visit says that none was paid: wished for, called off, by telephone."""
    return any(said.search(words) is not None for said in (_WISH, _NOT, _AFAR))
