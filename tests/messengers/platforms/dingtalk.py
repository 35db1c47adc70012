"""DingTalk's app robot."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.clock import ManualClock
from bot.messengers.base import ChatKind
from tests.fakes.dingtalk import FakeDingTalk, callback_headers
from tests.messengers.platforms.base import Call, Platform, dump, without

SECRET = "marker-client-secret"
GROUP = "cidDemo0001=="
SEND_GROUP = "/v1.0/robot/groupMessages/send"


class DingTalkPlatform(Platform):
    name = "dingtalk:main"
    path = "/webhooks/dingtalk/main"
    member = "u001"
    stale_after = dt.timedelta(minutes=61)
    idempotent = False
    has_tokens = True

    def __init__(self, clock: ManualClock) -> None:
        self.fake = FakeDingTalk(clock, client_secret=SECRET)
        self._sessions = 0
        super().__init__(clock)

    def application(self) -> web.Application:
        return self.fake.app

    def settings(self) -> dict[str, Any]:
        robot = {"client_id": "dingappdemo", "client_secret": SECRET, "api_base": self.url, "oapi_base": self.url}
        return {"dingtalk": {"main": robot | {"posts_per_minute": 1000}}}

    def message(self, text: str, *, message_id: str, sender: str, group: str | None) -> bytes:
        self._sessions += 1
        now = self.clock.now()
        body = {
            "msgId": message_id,
            "conversationId": group or f"cid-direct-{sender}",
            "conversationType": "2" if group else "1",
            "senderId": f"$:LWCP_v1:${sender}",
            "senderStaffId": sender,
            "senderNick": "张三",
            "robotCode": "dingappdemo",
            "msgtype": "text",
            "text": {"content": text},
            "createAt": round(now.timestamp() * 1000),
            "sessionWebhook": f"{self.url}{self.fake.add_session(f's{self._sessions}')}",
            "sessionWebhookExpiredTime": round((now + dt.timedelta(minutes=90)).timestamp() * 1000),
        }
        return dump(body)

    def echo(self, text: str, *, message_id: str) -> Call:
        said = json.loads(self.message(text, message_id=message_id, sender="robot", group=GROUP))
        del said["senderStaffId"]
        return self.believed(dump(said | {"chatbotUserId": said["senderId"]}))

    def believed(self, plain: bytes) -> Call:
        return Call(body=plain, headers=callback_headers(SECRET, at=self.clock.now()))

    def unsigned(self, call: Call) -> Call:
        return without(call, "sign")

    def forged(self, call: Call) -> Call:
        return replace(call, headers=callback_headers("another", at=self.clock.now()))

    @property
    def said(self) -> list[str]:
        return [said.text for said in self.fake.said]

    @property
    def marked_up(self) -> list[str]:
        return [said.text for said in self.fake.said if "arkdown" in said.kind]

    @property
    def called_out(self) -> list[str]:
        return [who for said in self.fake.said for who in said.at]

    def chats(self, number: int) -> list[tuple[str, ChatKind]]:
        names = [GROUP, *(f"cidDemo{n}==" for n in range(1, number))]
        self.fake.groups |= set(names)
        return [(name, ChatKind.GROUP) for name in names]

    def lose_next_answer(self) -> None:
        self.fake.lose_next(SEND_GROUP)

    def refuse_for_pace(self) -> None:
        body = {"code": "Forbidden.AccessDenied.QpsLimitForApi", "message": "qps limit"}
        self.fake.refuse_next(SEND_GROUP, body, status=403)

    def hold(self) -> None:
        self.fake.gate.clear()

    def release(self) -> None:
        self.fake.gate.set()

    def end_tokens(self) -> None:
        self.fake.expire_tokens()

    @property
    def token_fetches(self) -> int:
        return self.fake.tokens_fetched
