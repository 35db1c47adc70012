"""Feishu's app robot, with encryption and signature."""

import datetime as dt
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.clock import ManualClock
from bot.messengers.base import ChatKind
from tests.fakes.feishu import APP_ID, APP_SECRET, ENCRYPT_KEY, VERIFICATION_TOKEN, FakeFeishu, seal
from tests.messengers.platforms.base import Call, Platform, dump, without

SIGNATURE = "x-lark-signature"


class FeishuPlatform(Platform):
    name = "feishu:main"
    path = "/webhooks/feishu/main"
    member = "ou_1"
    stale_after = dt.timedelta(hours=9)
    has_tokens = True

    def __init__(self, clock: ManualClock) -> None:
        self.fake = FakeFeishu(clock)
        super().__init__(clock)

    def application(self) -> web.Application:
        return self.fake.app

    def settings(self) -> dict[str, Any]:
        robot = {"app_id": APP_ID, "app_secret": APP_SECRET, "api_base": self.url}
        robot |= {"encrypt_key": ENCRYPT_KEY, "verification_token": VERIFICATION_TOKEN}
        return {"feishu": {"main": robot}}

    def message(self, text: str, *, message_id: str, sender: str, group: str | None) -> bytes:
        self.fake.messages[f"om_{message_id}"] = group or sender
        message = {
            "message_id": f"om_{message_id}",
            "create_time": str(round(self.clock.now().timestamp() * 1000)),
            "chat_id": group or f"oc_p2p_{sender}",
            "chat_type": "group" if group else "p2p",
            "message_type": "text",
            "content": json.dumps({"text": text}, ensure_ascii=False),
        }
        return self._event({"sender": {"sender_id": {"open_id": sender}, "sender_type": "user"}, "message": message})

    def echo(self, text: str, *, message_id: str) -> Call:
        plain = self.message(text, message_id=message_id, sender="ou_robot", group=None)
        return self.believed(plain.replace(b'"sender_type": "user"', b'"sender_type": "app"'))

    def _event(self, event: dict[str, Any]) -> bytes:
        header = {"event_id": "e1", "event_type": "im.message.receive_v1", "token": VERIFICATION_TOKEN}
        return dump({"schema": "2.0", "header": header | {"app_id": APP_ID}, "event": event})

    def believed(self, plain: bytes) -> Call:
        return self._signed(plain, ENCRYPT_KEY)

    def _signed(self, plain: bytes, key: str) -> Call:
        body = json.dumps({"encrypt": seal(plain, key=key)}).encode()
        stamp, nonce = str(int(self.clock.now().timestamp())), "abcdef0123456789"
        signature = hashlib.sha256(f"{stamp}{nonce}{key}".encode() + body).hexdigest()
        headers = {"x-lark-request-timestamp": stamp, "x-lark-request-nonce": nonce, SIGNATURE: signature}
        return Call(body=body, headers=headers)

    def unsigned(self, call: Call) -> Call:
        return without(call, SIGNATURE, "x-lark-request-timestamp", "x-lark-request-nonce")

    def forged(self, call: Call) -> Call:
        return replace(call, headers=self._signed(b"{}", "another-key").headers)

    def handshake(self) -> tuple[Call, bytes] | None:
        plain = dump({"challenge": "ajls384kdjx98XX", "token": VERIFICATION_TOKEN, "type": "url_verification"})
        return self.unsigned(self.believed(plain)), b"ajls384kdjx98XX"

    @property
    def said(self) -> list[str]:
        return [_shown(said.content) for said in self.fake.said]

    @property
    def called_out(self) -> list[str]:
        return [who for said in self.fake.said for who in _called(said.content)]

    def chats(self, number: int) -> list[tuple[str, ChatKind]]:
        names = [f"oc_{n}" for n in range(1, number + 1)]
        self.fake.groups |= set(names)
        return [(name, ChatKind.GROUP) for name in names]

    def lose_next_answer(self) -> None:
        self.fake.lose_next_answer()

    def refuse_for_pace(self) -> None:
        self.fake.fail_next(99991400, status=429, headers={"x-ogw-ratelimit-reset": "7"})

    def hold(self) -> None:
        self.fake.hold()

    def release(self) -> None:
        self.fake.release()

    def end_tokens(self) -> None:
        self.fake.end_tokens()

    @property
    def token_fetches(self) -> int:
        return self.fake.token_fetches


def _shown(content: Any) -> str:
    """Return every string that stands in a message's content."""
    if isinstance(content, dict):
        return "\n".join(_shown(value) for key, value in content.items() if key != "tag")
    if isinstance(content, list):
        return "\n".join(map(_shown, content))
    return str(content) if isinstance(content, str) else ""


def _called(content: Any) -> list[str]:
    """Return who rings: at-tags of a post, `<at …>` of a text or of a card's markdown."""
    if isinstance(content, dict):
        tagged = [str(content.get("user_id"))] if content.get("tag") == "at" else []
        return tagged + [who for value in content.values() for who in _called(value)]
    if isinstance(content, list):
        return [who for one in content for who in _called(one)]
    return re.findall(r"<at (?:user_id|id)=\"?(\w+)", content) if isinstance(content, str) else []
