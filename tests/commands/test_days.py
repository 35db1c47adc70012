"""Days as people say them in orders: on the side of the future, whole periods and lengths of time."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.commands.days import WHEN, read, take_hours

WEDNESDAY = dt.date(2023, 11, 15)


def day(month: int, number: int, year: int = 2023) -> dt.date:
    return dt.date(year, month, number)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("11月24日", day(11, 24), day(11, 24)),
        ("11月24号前", day(11, 24), day(11, 24)),
        ("11.24", day(11, 24), day(11, 24)),
        ("2023-11-24", day(11, 24), day(11, 24)),
        ("24日", day(11, 24), day(11, 24)),
        ("5号", day(12, 5), day(12, 5)),
        ("1月5日", day(1, 5, 2024), day(1, 5, 2024)),
        ("今天", WEDNESDAY, WEDNESDAY),
        ("明天", day(11, 16), day(11, 16)),
        ("周五", day(11, 17), day(11, 17)),
        ("周一", day(11, 20), day(11, 20)),
        ("下周五", day(11, 24), day(11, 24)),
        ("本周", WEDNESDAY, day(11, 19)),
        ("下周", day(11, 20), day(11, 26)),
        ("月底", day(11, 30), day(11, 30)),
        ("下个月底", day(12, 31), day(12, 31)),
        ("年底", day(12, 31), day(12, 31)),
        ("11月20日至22日", day(11, 20), day(11, 22)),
        ("11月30日到12月2日", day(11, 30), day(12, 2)),
        ("12月30日至2日", day(12, 30), day(1, 2, 2024)),
        ("明天到周五", day(11, 16), day(11, 17)),
        ("11月20日起3天", day(11, 20), day(11, 22)),
        ("至11月20日", WEDNESDAY, day(11, 20)),
        ("3天", WEDNESDAY, day(11, 17)),
        ("两天", WEDNESDAY, day(11, 16)),
        ("一周", WEDNESDAY, day(11, 21)),
        ("5个工作日", WEDNESDAY, day(11, 21)),
        ("半天", WEDNESDAY, WEDNESDAY),
    ],
)
def test_a_day_or_a_time_is_read_from_today_on(said: str, first: dt.date, last: dt.date) -> None:
    assert WHEN.fullmatch(said)
    assert read(said, WEDNESDAY) == (first, last)


@pytest.mark.parametrize("said", ["11月31日", "13月1日", "999天", "11月22日至20日", "3宗", "以后"])
def test_what_is_no_such_day_means_nothing(said: str) -> None:
    assert read(said, WEDNESDAY) is None


@pytest.mark.parametrize("said", ["12宗", "3.5亩", "11件", "2个项目", "20.5万亩"])
def test_a_number_of_parcels_or_mu_is_no_day(said: str) -> None:
    assert WHEN.match(said) is None or WHEN.match(said)[0] != said  # type: ignore[index]


@given(st.text(max_size=30), st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_any_words_are_read_without_an_error(said: str, today: dt.date) -> None:
    period = read(said, today)
    assert period is None or period[0] <= period[1]


@pytest.mark.parametrize(
    ("words", "hours", "rest"),
    [
        ("4小时 开会", 4, "开会"),
        ("开会 1.5小时", 1.5, "开会"),
        ("两个半小时 调研", 2.5, "调研"),
        ("半小时", 0.5, ""),
        ("半个小时 会", 0.5, "会"),
        ("2h 会", 2, "会"),
        ("十二小时 会", 12, "会"),
    ],
)
def test_hours_are_taken_from_either_end(words: str, hours: float, rest: str) -> None:
    now = dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI)

    assert take_hours(words, now) == (now + dt.timedelta(hours=hours), rest)


@pytest.mark.parametrize("words", ["省里调研", "0小时 会", "每4小时一报的会", ""])
def test_what_is_no_length_of_hours_is_left_alone(words: str) -> None:
    assert take_hours(words, dt.datetime(2023, 11, 15, 9, 0, tzinfo=SHANGHAI)) == (None, words)
