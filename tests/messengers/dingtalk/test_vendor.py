"""From outside: the vendor's SDK reads what we read, and says to the fake what we say to it.

`dingtalk-stream` is the official SDK of open-dingtalk; where it is not installed these tests are skipped.
"""

import asyncio
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.document import Document, say
from bot.messengers.base import Inbound
from bot.messengers.dingtalk import DingTalk
from bot.messengers.dingtalk.wire import read
from tests.fakes.dingtalk import FakeDingTalk
from tests.messengers.dingtalk.conftest import nothing_to_load, reply_post

SAMPLES = Path("tests/samples/dingtalk")
MESSAGES = ["text", "direct", "rich_text", "picture", "outsider", "quote"]


@pytest.fixture
def sdk() -> ModuleType:
    module: ModuleType = pytest.importorskip("dingtalk_stream")
    return module


def sample(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return data


@pytest.mark.parametrize("name", MESSAGES)
def test_the_vendors_sdk_reads_the_same_message(sdk: ModuleType, clock: ManualClock, name: str) -> None:
    theirs = sdk.ChatbotMessage.from_dict(sample(name))
    ours = read(sample(name))

    assert isinstance(ours, Inbound)
    assert ours.message_id == theirs.message_id
    assert ours.sender_id == (theirs.sender_staff_id or theirs.sender_id)
    assert ours.sender_name == theirs.sender_nick
    assert ours.sent_at is not None
    assert ours.sent_at.timestamp() * 1000 == theirs.create_at
    assert ours.reply_route == {
        "session_webhook": theirs.session_webhook,
        "until_ms": theirs.session_webhook_expired_time,
    }
    if ours.form == "text":
        assert "".join(ours.text.split()) == "".join("".join(theirs.get_text_list()).split())


async def test_the_vendors_sdk_answers_a_session_webhook_with_the_same_body(
    sdk: ModuleType, robot: DingTalk, platform: FakeDingTalk, base: str, clock: ManualClock
) -> None:
    path = platform.add_session("s1")
    incoming = sdk.ChatbotMessage.from_dict(sample("text") | {"sessionWebhook": f"{base}{path}"})
    handler = sdk.ChatbotHandler()
    await asyncio.to_thread(handler.reply_text, "@u001 已登记", incoming)
    await asyncio.to_thread(handler.reply_markdown, "标题", "### 标题", incoming)

    await robot.send(reply_post(say("已登记", mentions=("u001",)), path, base, clock), nothing_to_load)
    await robot.send(reply_post(Document(title="标题", lines=()), path, base, clock), nothing_to_load)

    their_text, their_markdown, our_text, our_markdown = platform.said
    assert (our_text.kind, our_text.content.keys()) == (their_text.kind, their_text.content.keys())
    assert our_text.at == their_text.at == ("u001",)
    assert (our_markdown.kind, our_markdown.content) == (their_markdown.kind, their_markdown.content)
