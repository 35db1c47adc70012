"""A workbook that comes with a message: named by its hash where it only is handed over, never in place of a report."""

import base64
import json
from typing import Any

import pytest

from bot.messengers.base import XLSX, Attached, Inbound
from bot.messengers.generic import wire
from tests.office import Office
from tests.office_xlsx.books import EVE, workbook

MESSAGE = {
    "type": "message",
    "chat": {"id": "u1", "kind": "direct"},
    "sender": {"id": "u1"},
    "text": "",
    "sent_at": "2023-11-15T16:40:00+08:00",
}


def read(attachments: Any) -> Attached | None:
    found = wire.read(json.dumps(MESSAGE | {"attachments": attachments}).encode(), message_id="m1")
    assert isinstance(found, Inbound)
    return found.workbook


def test_the_generic_webhook_hands_a_workbook_over() -> None:
    attachments = [
        {"name": "a.png", "base64": "AA=="},
        {"name": "台账.XLSX", "base64": base64.b64encode(b"x").decode()},
    ]

    assert read(attachments) == Attached(name="台账.XLSX", media_type=XLSX, data=b"x")


@pytest.mark.parametrize(
    "attachments", [None, 5, "x", {}, [5], [None], [{}], [{"name": "a.xlsx", "base64": "?"}], [[]]]
)
def test_attachments_that_are_none_do_no_harm(attachments: Any) -> None:
    assert read(attachments) is None


async def test_a_report_with_a_workbook_is_a_report(office: Office) -> None:
    (answer,) = await office.says("恩施", "今日批复2宗100亩", workbook=workbook(("恩施州", None, "批复", 9, 1, EVE)))

    assert answer.startswith("已登记｜恩施州 11月15日 #A1")


@pytest.mark.parametrize("text", ["", "导入", "导入 台账", "@督办机器人 导入台账"])
async def test_a_workbook_with_the_order_to_bring_it_in_is_brought_in(office: Office, text: str) -> None:
    (answer,) = await office.says("管理员", text, workbook=workbook(("恩施州", None, "批复", 9, 0.1, EVE)))

    assert answer.startswith("台账 2：恩施州")


async def test_a_workbook_too_large_for_chat_is_not_kept(office: Office) -> None:
    (answer,) = await office.says("管理员", "", workbook=b"x" * (3 * 1024 * 1024))

    assert "导入" not in answer
