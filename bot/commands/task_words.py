"""What follows `任务 #12`: a day, a measure and a person, in any order; pure."""

import datetime as dt
import re
from dataclasses import dataclass

from bot.commands import days

MOST_WORDS = 120
_PERSON = re.compile(
    r"(?:责任人|负责人|联系人|经办人)\s*[:：]?\s*(?P<a>[\u4e00-\u9fff]{2,6})|由(?P<b>[\u4e00-\u9fff]{2,4}?)(?:负责|办理|牵头)"
)
_LABEL = re.compile(r"^(?:措施|任务|内容|时限|期限|完成时限|办结时限)\s*[:：]\s*")
_SPLIT = re.compile(r"[\s,，;；。、]+")
_TITLE = re.compile(r"^[\u4e00-\u9fff]{1,3}(?:工|处长|科长|主任|局长|处|科|同志|老师|总)$")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤柯倪薄舒饶阮詹"
)
_DAY_ENDS = re.compile(r"^(?:为止|止|之?前|以前|底前|完成|办结)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What was said of a problem's measure, person and due day; None where nothing was."""

    measure: str | None = None
    person: str | None = None
    due: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said at all."""
        return self == Task()


def read(words: str, today: dt.date, *, when: str = "") -> Task:
    """Read a task: a day wherever it stands, a person by label, title or surname, the rest is the measure."""
    due, rest = _take_day(when, words, today)
    person, rest = _take_labelled(rest)
    parts = [part for part in _SPLIT.split(rest.strip()) if part]
    if person is None:
        person = _pick_person(parts)
        if person is not None:
            parts.remove(person)
    measure = "，".join(_LABEL.sub("", part) for part in parts)[:MOST_WORDS]
    return Task(measure=measure or None, person=person, due=due)


def _take_day(when: str, words: str, today: dt.date) -> tuple[dt.date | None, str]:
    found = days.read(when, today) if when else None
    if found is not None:
        return found[1], _DAY_ENDS.sub("", words)
    for said in days.WHEN.finditer(words):
        found = days.read(said[0], today)
        if found is not None:
            return found[1], f"{words[: said.start()]} {_DAY_ENDS.sub('', words[said.end() :])}"
    return None, words


def _take_labelled(words: str) -> tuple[str | None, str]:
    said = _PERSON.search(words)
    if said is None:
        return None, words
    return said["a"] or said["b"], f"{words[: said.start()]} {words[said.end() :]}"


def _pick_person(parts: list[str]) -> str | None:
    """Return the part that is a person: by title, else the last (or the first) that begins with a surname."""
    titled = [part for part in parts if _TITLE.match(part)]
    if titled:
        return titled[-1]
    ends = [parts[-1], parts[0]] if parts else []
    return next((part for part in ends if _NAME.fullmatch(part) and part[0] in _SURNAMES and len(part) <= 3), None)
