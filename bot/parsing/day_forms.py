"""The forms in which a day or period is said, each a small function over its pattern: 上周三, 11月上旬, 前三季度."""

import calendar
import datetime as dt
import re
from collections.abc import Callable

from msgspec.structs import replace

from bot.parsing.periods import DAY, YEARS_BACK, Period, date_of, latest_day, month_of, months_on, whole_number, year_of

NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_YEAR = r"(?:\d{4}|\d{2}|[零〇一二三四五六七八九]{2}(?:[零〇一二三四五六七八九]{2})?)"
_WEEK = r"(?:周|星期|礼拜)"
_WEEKDAYS = "一二三四五六日"
DAYS_BACK = {
    "大前天": -3,
    "大前日": -3,
    "前天": -2,
    "前日": -2,
    "前晚": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "昨夜": -1,
    "昨": -1,
    "今天": 0,
    "今日": 0,
    "本日": 0,
    "当日": 0,
    "当天": 0,
    "今早": 0,
    "今晚": 0,
    "今晨": 0,
    "今": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "后日": 2,
    "大后天": 3,
}
_MONTHS = {"上": -1, "本": 0, "当": 0, "这": 0, "下": 1}
_QUARTERS = {"首": 1, "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_XUN = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}
_HALVES = {"上": (1, 15), "下": (16, 31)}


Reader = Callable[[re.Match[str], dt.date], Period | None]
_FORMS: list[tuple[re.Pattern[str], Reader]] = []


def _form(pattern: str) -> Callable[[Reader], Reader]:
    """Enter a way of saying a period."""

    def enter(reader: Reader) -> Reader:
        _FORMS.append((re.compile(pattern), reader))
        return reader

    return enter


@_form("|".join(sorted(DAYS_BACK, key=len, reverse=True)))
def _relative_day(said: re.Match[str], today: dt.date) -> Period:
    """今日 · 昨天 · 大前天"""
    day = today + DAYS_BACK[said[0]] * DAY
    return Period(day, day)


@_form(rf"(?P<which>上+|下+|本|这|当)?(?:一|个|一个)?{_WEEK}(?P<end>末(?:两天|两日)?)")
def _weekend(said: re.Match[str], today: dt.date) -> Period:
    """周末两天 · 上周末: a weekend in parts to come is the last one."""
    monday = _monday(said["which"] or "", today)
    if said["which"] is None and monday + 5 * DAY > today:
        monday -= 7 * DAY
    return Period(monday + 5 * DAY, monday + 6 * DAY, "weekend")


def _monday(which: str, today: dt.date) -> dt.date:
    """Return the Monday of 上周, 上上周, 本周, 下周."""
    weeks = {"上": -1, "下": 1}.get(which[:1], 0) * len(which)
    return today - today.weekday() * DAY + 7 * weeks * DAY


@_form(rf"(?P<which>上+|下+|本|这|当)(?:一|个|一个)?{_WEEK}(?:{_WEEK})?(?P<day>[一二三四五六日天])?")
def _week(said: re.Match[str], today: dt.date) -> Period:
    """上周 · 这一周 · 上周五 · 下周周六"""
    monday = _monday(said["which"], today)
    if said["day"]:
        day = monday + _WEEKDAYS.find(said["day"].replace("天", "日")) * DAY
        return Period(day, day)
    return Period(monday, monday + 6 * DAY, "week")


@_form(rf"{_WEEK}(?P<day>[一二三四五六日天])")
def _weekday(said: re.Match[str], today: dt.date) -> Period:
    """周五: this week's; what is reported cannot lie ahead."""
    day = _monday("", today) + _WEEKDAYS.find(said["day"].replace("天", "日")) * DAY
    day -= 7 * DAY if day > today else 0 * DAY
    return Period(day, day)


@_form(rf"(?:(?P<year>{_YEAR})[-/.年](?P<month>{_MONTH})[-/.月](?P<day>\d{{1,2}})[日号]?)|(?P<run>20\d{{6}})")
def _iso(said: re.Match[str], _today: dt.date) -> Period | None:
    """2023-11-15 · 2023.11.15 · 20231115"""
    run = said["run"]
    parts = (run[:4], run[4:6], run[6:]) if run else (said["year"], said["month"], said["day"])
    day = date_of(year_of(parts[0], _today), whole_number(parts[1]), whole_number(parts[2]))
    return None if day is None else Period(day, day, has_year=True, has_month=True)


@_form(r"(?P<month>1[0-2]|0?[1-9])[-/.·](?P<day>[12]\d|3[01]|0?[1-9])[日号]?")
def _short(said: re.Match[str], today: dt.date) -> Period | None:
    """11.15 · 11-15 · 11/15; 8-10号 is a range, where the 8 is no month of late"""
    month, number = whole_number(said["month"]), whole_number(said["day"])
    if said[0].endswith(("日", "号")) and "-" in said[0] and month < number and (today.month - month) % 12 > 1:
        return None
    day = latest_day(today, month, number)
    return None if day is None else Period(day, day, has_month=True)


@_form(
    rf"(?P<year>{_YEAR}年|{'|'.join(YEARS_BACK)})?\s*(?P<rel>上一?个?月|本月|当月|这个?月|下一?个?月)?的?"
    rf"(?:(?P<month>{_MONTH})月份?)?\s*(?P<day>{NUMBER})(?:[日号](?:左右)?)?",
)
def _day(said: re.Match[str], today: dt.date) -> Period | None:
    """2023年11月15日 · 11月15日 · 上月30号 · 15日"""
    number, year = whole_number(said["day"]), said["year"]
    base = year_of(year if year in YEARS_BACK else year[:-1], today) if year else None
    if said["rel"]:
        month = months_on(today.replace(day=1), _MONTHS[said["rel"][0]])
        day = date_of(base or month.year, month.month, number)
    elif said["month"]:
        month_number = whole_number(said["month"])
        day = date_of(base, month_number, number) if base else latest_day(today, month_number, number)
    elif base:
        return None
    else:
        day = _bare_day(today, number)
    return None if day is None else Period(day, day, has_year=base is not None, has_month=said["month"] is not None)


def _bare_day(today: dt.date, number: int) -> dt.date | None:
    """Return the latest 15th, say, that is not after today."""
    month = today.replace(day=1)
    for back in range(3):
        first = months_on(month, -back)
        day = date_of(first.year, first.month, number)
        if day is not None and day <= today:
            return day
    return None


@_form(
    rf"(?P<year>{_YEAR}年|{'|'.join(YEARS_BACK)})?(?P<month>{_MONTH})月份?(?P<xun>[上中下]旬)?"
    rf"|(?P<rel>上一?个?月|本月|当月|这个?月|下一?个?月)份?(?P<relxun>[上中下]旬)?|(?P<own>[本上中下])旬",
)
def _month(said: re.Match[str], today: dt.date) -> Period:
    """11月份 · 去年5月 · 上月 · 6月上旬 · 本旬"""
    if said["own"]:
        return _ten_days(today, said["own"])
    if said["rel"]:
        first = months_on(today.replace(day=1), _MONTHS[said["rel"][0]])
    else:
        month = whole_number(said["month"])
        year = said["year"]
        number = (
            year_of(year if year in YEARS_BACK else year[:-1], today) if year else today.year - (month > today.month)
        )
        first = dt.date(number, month, 1)
    xun = said["xun"] or said["relxun"]
    if xun:
        return _ten_days(first, xun[0])
    return replace(month_of(first), has_year=said["year"] is not None, has_month=True)


@_form(rf"(?:(?P<month>{_MONTH})月份?|(?P<rel>上一?个?月|本月|当月))?(?P<half>[上下])半月")
def _half_month(said: re.Match[str], today: dt.date) -> Period:
    """上半月 · 11月下半月"""
    first = months_on(today.replace(day=1), _MONTHS[said["rel"][0]] if said["rel"] else 0)
    if said["month"]:
        month = whole_number(said["month"])
        first = dt.date(today.year - (month > today.month), month, 1)
    begins, ends = _HALVES[said["half"]]
    last = calendar.monthrange(first.year, first.month)[1]
    return Period(first.replace(day=begins), first.replace(day=min(ends, last)), "ten_days")


@_form(r"昨、?今两[天日]")
def _yesterday_and_today(said: re.Match[str], today: dt.date) -> Period:
    """昨今两天"""
    _ = said
    return Period(today - DAY, today, "range")


def _ten_days(day: dt.date, which: str) -> Period:
    """Return the first, middle or last ten days of a month; 本旬 is the one the day lies in."""
    if which == "本":
        which = "上" if day.day <= 10 else "中" if day.day <= 20 else "下"
    first, last = _XUN[which]
    end = calendar.monthrange(day.year, day.month)[1]
    return Period(day.replace(day=first), day.replace(day=min(last, end)), "ten_days")


@_form(rf"(?P<year>{_YEAR})年内?|(?P<rel>{'|'.join(YEARS_BACK)})")
def _whole_year(said: re.Match[str], today: dt.date) -> Period:
    """2023年 · 去年"""
    year = year_of(said["year"] or said["rel"], today)
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", has_year=True)


@_form(
    rf"(?P<year>{_YEAR}年|{'|'.join(YEARS_BACK)})?(?:(?P<ahead>前)(?P<many>[二两三])个?|第?(?P<nth>[首一二三四1-4])|(?P<rel>上|本|这)个?)季度"
    rf"|(?P<hyear>{_YEAR}年|{'|'.join(YEARS_BACK)})?(?P<half>[上下])半年",
)
def _part_of_year(said: re.Match[str], today: dt.date) -> Period:
    """一季度 · 前三季度 · 上半年"""
    said_year = said["year"] or said["hyear"]
    year = year_of(said_year if said_year in YEARS_BACK else said_year[:-1], today) if said_year else today.year
    if said["half"]:
        return _months(year, 1 if said["half"] == "上" else 7, 6)
    if said["ahead"]:
        return _months(year, 1, 3 * whole_number(said["many"]))
    if said["rel"]:
        start = months_on(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), -3 if said["rel"] == "上" else 0)
        return _months(start.year, start.month, 3)
    return _months(year, 3 * _QUARTERS[said["nth"]] - 2, 3)


def _months(year: int, first: int, count: int) -> Period:
    """Return some whole months of a year."""
    last = first + count - 1
    return Period(dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1]), "months")


@_form(rf"(?P<year>{_YEAR}年|{'|'.join(YEARS_BACK)})前(?P<many>{NUMBER})个月")
def _first_months(said: re.Match[str], today: dt.date) -> Period:
    """今年前五个月"""
    year = said["year"] if said["year"] in YEARS_BACK else said["year"][:-1]
    return _months(year_of(year, today), 1, whole_number(said["many"]))


@_form(rf"(?:最近|近|这|过去)(?P<many>{NUMBER}|两|几)(?:个)?(?P<unit>天|日|周|星期|月)")
def _last_days(said: re.Match[str], today: dt.date) -> Period | None:
    """近三天 · 近一周: up to and with today."""
    many = whole_number(said["many"])
    if not many:
        return None
    if said["unit"] == "月":
        return Period(months_on(today, -many) + DAY, today, "range")
    days = many * (1 if said["unit"] in "天日" else 7)
    return Period(today - (days - 1) * DAY, today, "range")


@_form(rf"(?P<many>{NUMBER}|两)个?(?P<unit>工作日|天|日|{_WEEK}|月)之?(?P<side>前|后|内)")
def _some_days(said: re.Match[str], today: dt.date) -> Period:
    """3天前 · 20天后 · 五日内 · 15个工作日内"""
    many, sign = whole_number(said["many"]), -1 if said["side"] == "前" else 1
    if said["unit"] == "月":
        day = months_on(today, sign * many)
    elif said["unit"] == "工作日":
        day = _working_days_on(today, many)
    else:
        day = today + sign * many * (1 if said["unit"] in "天日" else 7) * DAY
    return Period(today, day, "range") if said["side"] == "内" else Period(day, day)


def _working_days_on(day: dt.date, many: int) -> dt.date:
    """Return the day that many weekdays on."""
    for _ in range(many):
        day += DAY
        while day.weekday() > 4:
            day += DAY
    return day


@_form(rf"(?P<month>{_MONTH})月(?:份)?的?第(?P<nth>[一二三四五1-5])个{_WEEK}(?P<day>[一二三四五六日天])")
def _nth_weekday(said: re.Match[str], today: dt.date) -> Period | None:
    """八月份的第一个周二"""
    for year in (today.year, today.year - 1):
        first = dt.date(year, whole_number(said["month"]), 1)
        ahead = (_WEEKDAYS.find(said["day"].replace("天", "日")) - first.weekday()) % 7
        day = first + (ahead + 7 * (whole_number(said["nth"]) - 1)) * DAY
        if day <= today:
            return Period(day, day)
    return None


def read_single(text: str, today: dt.date) -> Period | None:
    """Read one day or period, without a clock."""
    for pattern, reader in _FORMS:
        said = pattern.fullmatch(text)
        if said is not None:
            return reader(said, today)
    return None
