"""Slips that a speaker mends in the same breath: what was said first is struck out before anything is read."""

import re

from bot.parsing.lexicon import CORRECTS
from bot.parsing.numerals import CHINESE_NUMBER

_NUMBER = rf"(?:\d+(?:\.\d+)?|{CHINESE_NUMBER})"
_UNIT = r"(?P<unit>宗地?|批次|件|笔|个|万亩|亩|公顷)"
_OH = "[哦噢啊呃额哎诶唉嗯]"
_SLIP = (
    rf"(?:[,，]?(?:{_OH}不|不不)[,，]?(?:应该是|是){{0,2}}|{_OH}?不对(?:应该)?是?|{_OH}(?:应该)?是"
    rf"|{_OH}?(?:[说讲]错了|口误|等一下|等等)[,，]?(?:应该)?是?"
    rf"|[,，…]{{1,2}}{_OH}?(?:面积|宗数|数量)?"
    r"(?:不对|(?:小数点?)?[说打写报填点]?错了|[口笔手]误)[,，:]?(?:应该|应)?[是为]?)"
)
_MENDED = re.compile(
    rf"{_NUMBER}{_UNIT}(?:{_SLIP}|→)(?={_NUMBER}(?P=unit))"
    rf"|{_NUMBER}宗[,，]?(?:面积)?{_NUMBER}(?:万亩|亩|公顷){_SLIP}(?={_NUMBER}宗)"
)
_CUE = re.compile(rf"{_OH}[不是应]|不[不对]|→|错了|[口笔手]误|等一下|等等")


_SENT_COUNT = r"[\d一二两三四五六七八九十]+(?:宗|[个件](?=[ ,，。;!\n到去给]|\Z|卷|报件|项目|地块|批次|用地))"
_SENT = re.compile(
    rf"(?:[往给向](?:省厅|厅里|省里|部里)(?:今天|又|再|还)?)[送交递推传](?=了?{_SENT_COUNT})"
    rf"|[送交递推传](?=[了去]?{_SENT_COUNT}[^，。;,\n]{{0,6}}[到去给](?:省厅|厅里|省里|部里|窗口))"
)


def sent_as_submitted(words: str, submitted: str) -> str:
    """Read 往省厅送了3宗, 送了2个卷到厅里 with the short word of the step (报) in place of 送."""
    if not submitted or ("厅" not in words and "省里" not in words and "部里" not in words):
        return words
    return _SENT.sub(lambda found: found[0][:-1] + submitted, words)


_LEFT_ASIDE = re.compile(
    r"(?:^|(?<=[，,。;；\n]))[^，,。;；\n\d]{1,20}不(?:多|细)?[说讲提]了?(?=[，,。;；])", re.MULTILINE
)


_EXCUSE = re.compile(r"(?:因为?|由于)[^，,。;；\n\d]{0,12}(?:疏漏|疏忽|失误|大意)(?=[，,])")
"""因工作人员统计疏漏 tells why a figure was wrong: nothing is in the way."""


def strike_out(words: str) -> str:
    """Read slip = figure ( 哦不 | 不对是 | → ) figure        # 3宗，哦不，4宗 · 说错了 · in a correction 5宗→6宗

    What one says that one leaves aside (上周的情况先不说了) is left out too.
    What is struck out becomes blanks, so that every place stays where it was. A slip of an earlier message (3宗不对，
    是4宗) is mended by the correction that it is, and left alone here.
    """
    if "不说" in words or "不讲" in words:
        words = _LEFT_ASIDE.sub(lambda found: " " * len(found[0]), words)
    if ("疏" in words or "失误" in words or "大意" in words) and CORRECTS.search(words) is not None:
        words = _EXCUSE.sub(lambda found: " " * len(found[0]), words)
    if _CUE.search(words) is None:
        return words

    corrects = CORRECTS.search(words) is not None

    def blank(found: re.Match[str]) -> str:
        said = found[0]
        return said if said.endswith("→") and not corrects else " " * len(said)

    return _MENDED.sub(blank, words)
