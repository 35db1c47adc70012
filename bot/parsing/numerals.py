"""Numerals as people write them (1,234.5 · 三十八 · 3万2千 · 叁拾捌) as exact Decimals."""

import re
from decimal import Decimal
from functools import lru_cache

MAX_DIGITS = 15

_DIGITS = "零〇一二两三四五六七八九"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟〇两俩貳參陸萬億", "一二三四五六七八九十百千零二二二三六万亿")
_TENS = {"廿": "二十", "卅": "三十"}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

CHINESE_NUMBER = (
    r"[零〇一二两三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰仟]"
    r"[零〇一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟]*(?:点[零〇一二三四五六七八九]+[万亿]?)?"
)
"""Grammar: 三十八, 零点一二万, 叁拾捌."""

_ARABIC = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_STEP = re.compile(r"(\d+(?:\.\d+)?|\.\d+|[零一二三四五六七八九])|([十百千万亿])|零")


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


@lru_cache(maxsize=4096)
def read_number(text: str) -> Decimal | None:
    """Read number = [ 负 | - ] ( digits | chinese | mixed | fraction )        # None when it has no single value"""
    text = text.replace(",", "").replace(" ", "").translate(_FORMAL)
    if text[:1] in {"-", "负"}:
        value = read_number(text[1:])
        return None if value is None else -value
    if _ARABIC.fullmatch(text):
        return Decimal(text) if _digits(text) <= MAX_DIGITS else None
    if text == "半":
        return Decimal("0.5")
    if "分之" in text:
        return _fraction(*text.split("分之", 1))
    for tens, meant in _TENS.items():
        text = text.replace(tens, meant)
    return _scaled(text) if any(char.isdigit() for char in text) else _chinese(text)


def _fraction(whole: str, part: str) -> Decimal | None:
    """Read fraction = number 分之 number"""
    below, above = read_number(whole.removeprefix("一") or whole), read_number(part)
    return None if below is None or above is None or below == 0 else above / below


def _chinese(text: str) -> Decimal | None:
    """Read a Chinese numeral: cn2an where the form is plain, the scales by hand where it is spoken."""
    if not text or len(text) > 2 * MAX_DIGITS + 8:
        return None
    whole, point, decimals = text.partition("点")
    if point:
        return _with_decimals(whole, decimals)
    import cn2an  # noqa: PLC0415 start-up counts: it loads much of which nothing is used

    try:
        return Decimal(cn2an.cn2an(text, "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return _scaled(text)


def _with_decimals(whole: str, decimals: str) -> Decimal | None:
    """Read decimal = chinese 点 digit { digit } [ 万 | 亿 ]"""
    before = _chinese(whole)
    scale = _SCALES.get(decimals[-1:], 1)
    digits = decimals[:-1] if scale > 1 else decimals
    places = [_DIGITS.find(char) for char in digits]
    if before is None or not places or min(places) < 0 or len(places) > MAX_DIGITS:
        return None
    after = "".join(str(_digit(char)) for char in digits)
    return Decimal(f"{before}.{after}") * scale


def _digit(char: str) -> int:
    """Return the value of one Chinese digit."""
    return "零一二三四五六七八九".find(char.replace("〇", "零").replace("两", "二"))


def _scaled(text: str) -> Decimal | None:
    """Add up digits and scales from left to right: 3万2千 = (3) × 万 + (2) × 千; 两千六 = 2600."""
    total = section = Decimal(0)
    number: Decimal | None = None
    last_scale, at, zero = 0, 0, False
    for step in _STEP.finditer(text):
        if step.start() != at or (step[1] not in {None, "零"} and number is not None):
            return None
        at = step.end()
        if step[2]:
            last_scale = _SCALES[step[2]]
            total, section = _times(total, section, number, last_scale)
            number, zero = None, False
        elif step[1] not in {None, "零"}:
            number = _step_value(step[1])
            zero = zero or (step[1][0] == "0" and number == number.to_integral_value())  # 1百03
        else:
            zero = True
    return total + section + _tail(number, last_scale, zero=zero) if at == len(text) else None


def _times(total: Decimal, section: Decimal, number: Decimal | None, scale: int) -> tuple[Decimal, Decimal]:
    """Return the whole and the section below 万 after a scale was said; a scale alone is one of it."""
    if scale < 10**4:
        return total, section + (Decimal(1) if number is None else number) * scale
    below = section + (number or 0)
    if number is None:
        below = below or (Decimal(0) if scale > 10**4 and total else Decimal(1))
    return ((total + below) * scale, Decimal(0)) if scale > 10**4 else (total + below * scale, Decimal(0))


def _step_value(step: str) -> Decimal:
    """Return the value of digits or of one Chinese digit."""
    return Decimal(step) if step[0] in ".0123456789" else Decimal(_digit(step))


def _tail(number: Decimal | None, last_scale: int, *, zero: bool) -> Decimal:
    """Return what a last bare digit is worth: 两千六 is 2600, 1千零1 is 1001, 1万600 is 10600."""
    if number is None:
        return Decimal(0)
    spoken = not zero and last_scale > 10 and number < 10 and number == number.to_integral_value()
    return number * (last_scale // 10) if spoken else number
