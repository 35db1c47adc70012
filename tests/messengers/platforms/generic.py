"""The generic webhook, with the official library as judge of signatures."""

import asyncio
import datetime as dt
import json
from collections import deque
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from bot.clock import ManualClock
from bot.messengers.base import ChatKind
from tests.messengers.platforms.base import Call, Platform, dump, without

SECRET = "whsec_" + "ZHViYW4tdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OQ=="
OTHER = "whsec_" + "c29tZWJvZHktZWxzZS1zLXNlY3JldC0wMTIzNDU2"


class GenericPlatform(Platform):
    name = "generic"
    path = "/webhooks/generic"
    member = "u-1"
    conflict_status = 409
    _next_id = "m0"

    def __init__(self, clock: ManualClock) -> None:
        self.got: dict[str, dict[str, Any]] = {}
        self.statuses: deque[tuple[int, dict[str, str]]] = deque()
        self.lost = 0
        self.gate = asyncio.Event()
        self.gate.set()
        super().__init__(clock)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_post("/in", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        stamp = int(request.headers["webhook-timestamp"])
        wanted = Webhook(SECRET).sign(
            request.headers["webhook-id"], dt.datetime.fromtimestamp(stamp, tz=dt.UTC), body.decode()
        )
        assert request.headers["webhook-signature"] == wanted
        await self.gate.wait()
        if self.statuses:
            status, headers = self.statuses.popleft()
            return web.Response(status=status, headers=headers)
        self.got.setdefault(request.headers["webhook-id"], json.loads(body))
        if self.lost:
            self.lost -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.Response()

    def settings(self) -> dict[str, Any]:
        return {"generic": {"secret": SECRET, "push_url": f"{self.url}/in"}}

    def message(self, text: str, *, message_id: str, sender: str, group: str | None) -> bytes:
        where = {"id": group, "kind": "group"} if group else {"id": sender, "kind": "direct"}
        body = {"type": "message", "chat": where, "sender": {"id": sender}, "text": text}
        self._next_id = message_id
        return dump(body | {"sent_at": self.clock.now().isoformat()})

    def believed(self, plain: bytes) -> Call:
        return self._signed(plain, SECRET)

    def _signed(self, plain: bytes, secret: str) -> Call:
        at = self.clock.now().astimezone(dt.UTC)
        signature = Webhook(secret).sign(self._next_id, at, plain.decode("utf-8", "replace"))
        stamp = str(int(at.timestamp()))
        headers = {"webhook-id": self._next_id, "webhook-timestamp": stamp, "webhook-signature": signature}
        return Call(body=plain, headers=headers)

    def unsigned(self, call: Call) -> Call:
        return without(call, "webhook-signature")

    def forged(self, call: Call) -> Call:
        return self._signed(call.body, OTHER)

    @property
    def said(self) -> list[str]:
        return [one["text"] for one in self.got.values()]

    @property
    def called_out(self) -> list[str]:
        return [who for one in self.got.values() for who in one["mentions"]]

    def chats(self, number: int) -> list[tuple[str, ChatKind]]:
        return [(f"g-{n}", ChatKind.GROUP) for n in range(number)]

    def lose_next_answer(self) -> None:
        self.lost += 1

    def refuse_for_pace(self) -> None:
        self.statuses.append((429, {"Retry-After": "7"}))

    def hold(self) -> None:
        self.gate.clear()

    def release(self) -> None:
        self.gate.set()
