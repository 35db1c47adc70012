"""A slip of a command is answered with how it is said, to whoever may give it, in private only."""

import pytest

from bot.commands.nearby import suggest
from bot.commands.table import TABLE
from storage.records import Role
from tests.office import Office


@pytest.mark.parametrize(
    ("said", "role", "usage"),
    [
        ("进渡", Role.CITY_LIAISON, "进度"),
        ("撤会 A102", Role.CITY_LIAISON, "撤回"),
        ("经默 恩施", Role.ADMIN, "静默"),
        ("静默了没", Role.ADMIN, "静默"),
        ("排明", Role.LEADER, "排名"),
        ("帮住", Role.UNKNOWN, "帮助"),
        ("我是张三", Role.UNKNOWN, "我是"),
        ("试运转", Role.ADMIN, "试运行"),
    ],
)
def test_a_slip_is_answered_with_the_command(said: str, role: Role, usage: str) -> None:
    hint = suggest(said, role, TABLE)

    assert hint is not None
    assert usage in hint


@pytest.mark.parametrize("said", ["收到", "好的", "谢谢领导", "辛苦了", "明天见", "👌", ""])
def test_small_talk_is_no_slip(said: str) -> None:
    assert suggest(said, Role.CITY_LIAISON, TABLE) is None


def test_a_command_one_may_not_give_is_not_suggested() -> None:
    assert suggest("经默 恩施", Role.CITY_LIAISON, TABLE) is None


async def test_in_a_group_a_slip_stays_unanswered(office: Office) -> None:
    assert await office.says("恩施", "进渡", chat="city/恩施州") == []
    assert await office.says("恩施", "进渡") == ["您是想用这条指令吗？进度 恩施州：看进度"]
