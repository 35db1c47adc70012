"""Deny by default: whoever may not give an order is refused, and nothing is touched."""

import datetime as dt
from typing import cast

import pytest

from bot import commands, wiring
from bot.clock import SHANGHAI
from bot.commands import Args, Call, Command
from bot.commands.call import Press
from bot.commands.table import ACTIONS, TABLE
from bot.document import PostKind
from bot.rules.speaker import Speaker
from config.campaign import Campaign
from storage.database import Tx
from storage.inbox import Message
from storage.records import Role
from tests.office import Office

NOW = dt.datetime(2023, 11, 15, 9, tzinfo=SHANGHAI)
NO_DATABASE = cast("Tx", None)
"""A refusal must not need one."""
REFUSALS = [(command, role) for command in TABLE for role in Role if role not in command.may]
ORDERS = [
    "名单",
    "同意 1",
    "拒绝 1",
    "移出 武汉 张明",
    "催报",
    "预览 日报",
    "推送 日报",
    "广播 大家好",
    "静默 恩施 3天 调研",
    "解除静默 恩施",
    "免报 恩施 11月20日",
    "暂停推送",
    "恢复推送",
    "试运行 开",
    "目标 恩施州 批次用地 1宗",
    "改 A1 批复1宗",
    "状态",
    "审计",
    "重发",
]


def call_of(role: Role, campaign: Campaign) -> Call:
    message = Message(
        campaign=campaign.key,
        messenger="sandbox",
        message_id="m1",
        body_sha256="",
        chat_id="u1",
        chat_kind="direct",
        sender_id="u1",
        text="",
        sent_at=NOW,
        received_at=NOW,
    )
    return Call(
        office=wiring.office_of(campaign),
        speaker=Speaker(messenger="sandbox", user_id="u1", name="某人", role=role, region="恩施州"),
        message=message,
        chat=None,
        args=Args(),
        now=NOW,
        press=cast("Press", None),
    )


@pytest.mark.parametrize(("command", "role"), REFUSALS, ids=[f"{c.name}-{r}" for c, r in REFUSALS])
async def test_a_command_is_refused_to_each_role_that_may_not_give_it(
    command: Command, role: Role, campaign: Campaign
) -> None:
    said = await commands.run(NO_DATABASE, command, call_of(role, campaign))

    assert said.kind is PostKind.REFUSAL
    assert ("我是" in said.document.text) == (role is Role.UNKNOWN)


def test_a_stranger_may_only_ask_for_help_and_to_join() -> None:
    assert {command.name for command in TABLE if Role.UNKNOWN in command.may} == {"帮助", "我是"}


def test_a_leader_changes_nothing() -> None:
    changing = {"撤回", "恢复", "计划", "请假", "代报", "确认", "取消", "改", "目标", "推送", "广播", "静默", "免报"}

    assert not changing & {command.name for command in TABLE if Role.LEADER in command.may}


@pytest.mark.parametrize("who", ["恩施", "规划处", "领导", "陌生人"])
async def test_orders_of_the_office_are_refused_to_everybody_else(who: str, office: Office) -> None:
    for order in ORDERS:
        (answer,) = await office.says(who, order)
        assert answer.startswith(("您没有这项权限", "您还未登记")), order


def test_every_action_goes_by_its_own_name() -> None:
    assert all(action.name == name for name, action in ACTIONS.items())


def test_every_command_says_how_it_is_said() -> None:
    assert all(command.help.strip() for command in TABLE)
