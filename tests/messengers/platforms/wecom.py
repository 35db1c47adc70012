"""WeCom: the self-built app, and the smart robot by callback and by long connection."""

import asyncio
import json
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto  # type: ignore[import-untyped]

from bot.clock import ManualClock
from bot.messengers.base import ChatKind
from tests.fakes.wecom import AGENT_ID, BOT_ID, BOT_SECRET, CORP_ID, KEY, SECRET, FakeConnection, FakeWeCom
from tests.messengers.platforms.base import Call, Platform, dump, without

TOKEN = "marker-callback-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
MARKED_UP = {"markdown", "markdown_v2", "stream"}
OTHER_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"


class WeComPlatform(Platform):
    """What the three have in common: one fake."""

    def __init__(self, clock: ManualClock) -> None:
        self.fake = FakeWeCom(clock)
        super().__init__(clock)
        self.server = self.fake.server

    def application(self) -> web.Application:
        return self.fake.server.app

    @property
    def url(self) -> str:
        return self.fake.url

    @property
    def said(self) -> list[str]:
        return [text for one in self.fake.said if (text := _words(one["message"]))]

    @property
    def marked_up(self) -> list[str]:
        return [_words(one["message"]) for one in self.fake.said if one["message"]["msgtype"] in MARKED_UP]

    @property
    def called_out(self) -> list[str]:
        return self.fake.called

    def lose_next_answer(self) -> None:
        self.fake.lose_next_answer()

    def refuse_for_pace(self) -> None:
        self.fake.fail_next(45009, "api freq out of limit")

    def hold(self) -> None:
        self.fake.gate.clear()

    def release(self) -> None:
        self.fake.gate.set()

    def unsigned(self, call: Call) -> Call:
        return without(call, "msg_signature")

    def message(self, text: str, *, message_id: str, sender: str, group: str | None) -> bytes:
        return dump(self.robot_message(text, message_id=message_id, sender=sender, group=group))

    def robot_message(self, text: str, *, message_id: str, sender: str, group: str | None) -> dict[str, Any]:
        where = {"chatid": group, "chattype": "group"} if group else {"chattype": "single"}
        body = {"msgid": message_id, "aibotid": BOT_ID, "from": {"userid": sender}, "msgtype": "text"}
        return body | where | {"text": {"content": f"@督办 {text}" if group else text}}


class AppPlatform(WeComPlatform):
    name = "wecom:main"
    path = "/webhooks/wecom/main"
    member = "zhangsan"
    has_tokens = True

    def settings(self) -> dict[str, Any]:
        app = {"corp_id": CORP_ID, "agent_id": AGENT_ID, "secret": SECRET, "token": TOKEN, "aes_key": AES_KEY}
        return {"wecom": {"main": app | {"api_base": self.url}}}

    def message(self, text: str, *, message_id: str, sender: str, group: str | None) -> bytes:
        assert group is None, "an app hears its members one by one"
        fields = {"ToUserName": CORP_ID, "FromUserName": sender, "CreateTime": int(self.clock.now().timestamp())}
        fields |= {"MsgType": "text", "Content": text, "MsgId": message_id, "AgentID": AGENT_ID}
        return f"<xml>{''.join(f'<{k}>{escape(str(v))}</{k}>' for k, v in fields.items())}</xml>".encode()

    def echo(self, text: str, *, message_id: str) -> Call:
        return self.call(text, message_id=message_id, sender=CORP_ID)

    def believed(self, plain: bytes) -> Call:
        return self._sealed(plain, AES_KEY, TOKEN)

    def _sealed(self, plain: bytes, key: str, token: str) -> Call:
        stamp, nonce = str(int(self.clock.now().timestamp())), "nonce-1"
        sealed = WeChatCrypto(token, key, CORP_ID).encrypt_message(plain.decode(), nonce, stamp)
        signature = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        return Call(body=sealed.encode(), query={"msg_signature": signature, "timestamp": stamp, "nonce": nonce})

    def forged(self, call: Call) -> Call:
        return replace(self._sealed(b"<xml/>", OTHER_KEY, "other"), body=call.body)

    def handshake(self) -> tuple[Call, bytes] | None:
        return _echo(self.believed(b"4711")), b"4711"

    def chats(self, number: int) -> list[tuple[str, ChatKind]]:
        names = [self.member, *(f"member{n}" for n in range(1, number))]
        self.fake.members |= set(names)
        return [(name, ChatKind.DIRECT) for name in names]

    def end_tokens(self) -> None:
        self.fake.revoke_tokens()

    @property
    def token_fetches(self) -> int:
        return self.fake.token_requests


class RobotPlatform(WeComPlatform):
    """By callback; its group is pushed to by the group's webhook."""

    name = "wecom-robot:main"
    path = "/webhooks/wecom-robot/main"
    member = "zhangsan"
    route = "hq"
    idempotent = False
    _codes = 0

    def settings(self) -> dict[str, Any]:
        robot = {"token": TOKEN, "aes_key": AES_KEY, "bot_id": BOT_ID, "robot_name": "督办", "api_base": self.url}
        group = {"key": KEY, "api_base": self.url}
        return {"wecom_robot": {"main": robot}, "wecom_group": {"hq": group}}

    def message(self, text: str, *, message_id: str, sender: str, group: str | None) -> bytes:
        self._codes += 1
        body = self.robot_message(text, message_id=message_id, sender=sender, group=group)
        address = f"{self.url}/cgi-bin/aibot/response?response_code=CODE-{self._codes}"
        return dump(body | {"response_url": address})

    def echo(self, text: str, *, message_id: str) -> Call:
        return self.call(text, message_id=message_id, sender=BOT_ID)

    def believed(self, plain: bytes) -> Call:
        return self._sealed(plain, AES_KEY, TOKEN)

    def _sealed(self, plain: bytes, key: str, token: str) -> Call:
        stamp, nonce = str(int(self.clock.now().timestamp())), "nonce-1"
        sealed = WeChatCrypto(token, key, "").encrypt_message(plain.decode(), nonce, stamp)
        signature = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
        encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        query = {"msg_signature": signature, "timestamp": stamp, "nonce": nonce}
        return Call(body=json.dumps({"encrypt": encrypted}).encode(), query=query)

    def forged(self, call: Call) -> Call:
        return replace(self._sealed(b"{}", OTHER_KEY, "other"), body=call.body)

    def handshake(self) -> tuple[Call, bytes] | None:
        call = self.believed(b"4711")
        encrypted = json.loads(call.body)["encrypt"]
        return replace(call, method="GET", body=b"", query={**call.query, "echostr": encrypted}), b"4711"

    def chats(self, number: int) -> list[tuple[str, ChatKind]]:
        return [(f"wr-group-{n}", ChatKind.GROUP) for n in range(number)]


class ConnectionPlatform(WeComPlatform):
    """By long connection: it calls no webhook."""

    name = "wecom-robot:main"
    member = "zhangsan"
    idempotent = False
    link: FakeConnection | None = None
    _requests = 0

    def settings(self) -> dict[str, Any]:
        robot = {"bot_id": BOT_ID, "secret": BOT_SECRET, "robot_name": "督办", "ws_endpoint": self.fake.ws_url}
        return {"wecom_robot": {"main": robot | {"api_base": self.url}}}

    async def connected(self) -> None:
        """Wait until the robot has subscribed."""
        self.link = await asyncio.wait_for(self.fake.connected.get(), 5)

    async def hear(self, text: str, *, message_id: str = "m1", group: str | None = None) -> None:
        assert self.link is not None
        self._requests += 1
        body = self.robot_message(text, message_id=message_id, sender=self.member, group=group)
        await self.link.hear(body, req_id=f"REQ-{self._requests}")

    def believed(self, plain: bytes) -> Call:
        return Call(body=plain)

    def unsigned(self, call: Call) -> Call:
        return call

    def forged(self, call: Call) -> Call:
        return call

    def chats(self, number: int) -> list[tuple[str, ChatKind]]:
        return [(f"wr-group-{n}", ChatKind.GROUP) for n in range(number)]


def _words(message: dict[str, Any]) -> str:
    return str(message.get(message["msgtype"], {}).get("content", ""))


def _echo(call: Call) -> Call:
    encrypted = call.body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    return replace(call, method="GET", body=b"", query={**call.query, "echostr": encrypted})
