"""A receiver of the generic webhook, with the official library as its judge of signatures."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

SECRET = "whsec_" + "ZHViYW4tdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OQ=="


@dataclass
class Receiver:
    """Keeps every post that is signed as the specification says; answers with `status`, or when it may."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    forged: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    server: TestServer | None = None

    async def start(self) -> str:
        """Begin to listen; return the URL to post to."""
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post("/in", self._take)
        self.open.set()
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url("/in"))

    async def stop(self) -> None:
        """Listen no more."""
        assert self.server is not None
        self.open.set()
        await self.server.close()

    async def wait_for(self, posts: int, *, seconds: float = 10.0) -> None:
        """Wait until that many posts have come."""
        async with asyncio.timeout(seconds):
            while len(self.got) < posts:
                self.news.clear()
                await self.news.wait()

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            Webhook(SECRET).verify(body, {name.lower(): value for name, value in request.headers.items()})
        except Exception:  # noqa: BLE001 whatever the library objects to
            self.forged += 1
            return web.Response(status=401)
        self.got.append(json.loads(body))
        self.ids.append(request.headers["webhook-id"])
        self.news.set()
        await self.open.wait()
        return web.Response(status=self.status, headers=self.headers)


def signed(body: bytes, message_id: str, *, at: Any) -> dict[str, str]:
    """Return the headers of a call, signed by the official library."""
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(message_id, at, body.decode()),
    }


def message(text: str, *, sender: str, sent_at: str, chat: str | None = None) -> bytes:
    """Return the body of a message, in a group or in private."""
    where = {"id": chat, "kind": "group"} if chat else {"id": sender, "kind": "direct"}
    body = {"type": "message", "chat": where, "sender": {"id": sender}, "text": text, "sent_at": sent_at}
    return json.dumps(body, ensure_ascii=False).encode()
