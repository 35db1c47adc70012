"""What an answer to a question means: by number, by figure, or in words."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from bot.rules.doubts import Choice, Doubt, Sense
from config.campaign import Measures

YES = {"是", "是的", "对", "对的", "对对", "没错", "正确", "确认", "无误", "没问题", "嗯", "嗯嗯", "属实"}
NO = {"不是", "不对", "否", "错", "错了", "有误", "不", "写错了", "报错了", "打错了"}
WORDS = {
    Sense.ADDITIONAL: {"另加", "另有", "另外", "另外的", "新增", "又", "再加", "加上", "累加", "追加", "补报", "新的"},
    Sense.WHOLE_DAY: {"全天合计", "全天", "合计", "全天共", "总共", "一共", "总数", "全天的", "重复", "重复了", "替换"},
    Sense.DROP: {"不登记", "不登", "作废", "不要", "不算", "删除", "删掉"},
    Sense.AS_SAID: {"照登", "按本条", "就是", "以本条为准"},
}
NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "第一个": 1, "第二个": 2, "第三个": 3}

_NUMBERED = re.compile(r"(?:回复?|选择?|答)?\s*第?([1-9一二三四])(?:个|项|种)?(?:[\s、,.:;)。]+(.*))?")
_FIGURE = re.compile(r"(.*?)([\d,]+(?:\.\d+)?)\s*([^\d\s]+)")
_LEADS = re.compile(r"(?:应该?[是为]?|是|就是|改[成为]|累计|按)*")
_TRAIL = " 。.！!,，、~～的吧了啊呀哈"
_MENTION = re.compile(r"^@\S+\s*")


def resolve(doubt: Doubt, answer: str, measures: Measures) -> Choice | None:
    """Return the choice that an answer names, or None when it names none, or several.

    It understands 1, 回1, １, 回1 另加, 一 · 是, 对, 不是 · 0.12万亩, 3宗 · 另加, 全天合计, 作废.
    """
    text = _MENTION.sub("", unicodedata.normalize("NFKC", answer).strip()).strip(_TRAIL)
    if not text:
        return None
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        return _by_number(doubt, numbered, measures)
    return _by_word(doubt, text) or _by_label(doubt, text) or _by_figure(doubt, text, measures)


def _by_number(doubt: Doubt, match: re.Match[str], measures: Measures) -> Choice | None:
    """Take the numbered choice, unless the words behind the number name another one."""
    number = NUMERALS.get(match[1]) or int(match[1])
    choice = next((c for c in doubt.choices if c.number == number), None)
    said = match[2] and resolve(doubt, match[2], measures)
    return choice if not said or said == choice else None


def _by_word(doubt: Doubt, text: str) -> Choice | None:
    if text in YES:
        return _only([c for c in doubt.choices if c.is_yes])
    if text in NO:
        return _only([c for c in doubt.choices if c.is_no])
    return _only([c for c in doubt.choices if text in WORDS.get(c.sense, ())])


def _by_label(doubt: Doubt, text: str) -> Choice | None:
    plain = _plain(text)
    return _only([c for c in doubt.choices if plain in {_plain(c.label), _plain(c.label.partition("(")[0])}])


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).partition("(")[0]


def _by_figure(doubt: Doubt, text: str, measures: Measures) -> Choice | None:
    """Take the choice whose figure is said; 又3宗 and 全天3宗 say which of two equal figures is meant."""
    match = _FIGURE.fullmatch(text)
    if match is None:
        return None
    lead = _LEADS.sub("", match[1]).strip(_TRAIL)
    senses = {sense for sense, words in WORDS.items() if any(lead == w or lead.startswith(w) for w in words)}
    if lead and not senses and lead not in {"共", "全天共"}:
        return None
    if lead in {"共", "全天共"}:
        senses = {Sense.WHOLE_DAY}
    found = [c for c in doubt.choices if _states(c, match[2].replace(",", ""), match[3], measures)]
    return _only([c for c in found if c.sense in senses] if senses else found)


def _states(choice: Choice, number: str, unit: str, measures: Measures) -> bool:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return False
    if unit in measures.count.words or unit in measures.count.weak_words:
        return any(item.count == value for item in choice.records)
    factor = measures.area.units.get(unit)
    return factor is not None and any(item.area_mu == value * factor for item in choice.records)


def _only(choices: list[Choice]) -> Choice | None:
    return choices[0] if len(choices) == 1 else None
