"""When one person's messages are a flood, and how what they share is said."""

import datetime as dt
from collections import deque

import pytest

from bot.rules import flood
from bot.rules.wording.flood import together

NOW = dt.datetime(2023, 11, 15, 1, 0, 7, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("windows", "answers"),
    [
        ((), None),
        (((30, 60.0), (1000, 3600.0)), 15),
        (((5, 1.0),), 150),
        (((100, 60.0), (5, 1.0)), 50),
        (((1, 60),), 1),
    ],
)
def test_one_person_is_answered_half_as_often_as_the_messenger_allows(
    windows: tuple[tuple[int, float], ...], answers: int | None
) -> None:
    assert flood.answers_a_minute(windows) == answers


def test_a_message_is_beyond_what_is_answered_when_as_many_came_in_the_minute_before() -> None:
    earlier = deque([NOW - dt.timedelta(seconds=60), NOW - dt.timedelta(seconds=59)])

    assert not flood.is_over(earlier, NOW, most=2)
    assert flood.is_over(earlier, NOW, most=2)


def test_what_is_held_back_is_said_within_a_quarter_of_a_minute() -> None:
    assert flood.share(NOW) == NOW + dt.timedelta(seconds=8)
    assert flood.share(flood.share(NOW)) == NOW + dt.timedelta(seconds=23)


def test_many_answers_are_one_with_every_number() -> None:
    assert together(6, 5, {"恩施州": [21, 22, 23, 30], "武汉市": [24]}) == (
        "消息较多，以下6条合并答复。",
        "已登记5条：恩施州 #A21至#A23、#A30；武汉市 #A24。",
        "另1条没有登记，如需报送请稍后单独发送。",
        "累计情况请回“进度”，有误请回“撤回 #号”。",
    )
    assert together(3, 0, {}) == ("消息较多，以下3条合并答复。", "其中3条没有登记，如需报送请稍后单独发送。")
