"""One WebSocket of the long connection: frames out, each with its answer; frames in, handed on.

Frames are `{cmd, headers: {req_id}, body}`; an answer has no `cmd`, only the echoed req_id with errcode and errmsg.
https://developer.work.weixin.qq.com/document/path/101463
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr

from bot.clock import Clock
from bot.messengers.base import MalformedError, SendError
from bot.messengers.wecom.codes import judge
from bot.messengers.wecom.wire import dump, read_object

ACK_S = 5.0
"""How long an answer may take; the vendor's SDK waits as long."""

Hear = Callable[[str, str, dict[str, Any]], Awaitable[None]]
"""(cmd, req_id, body) of a frame that is no answer"""

log = structlog.get_logger()


class Link:
    """A socket that is open; it ends by itself, or by `drop`, and is never opened again."""

    def __init__(
        self, ws: aiohttp.ClientWebSocketResponse, *, clock: Clock, secret: SecretStr, ack_s: float = ACK_S
    ) -> None:
        self.id = secrets.token_hex(8)
        self.dropped = asyncio.Event()
        self._ws = ws
        self._clock = clock
        self._secret = secret.get_secret_value()
        self._ack_s = ack_s
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def call(
        self, cmd: str, body: dict[str, Any] | None = None, *, req_id: str | None = None, harmless: bool = False
    ) -> dict[str, Any]:
        """Send a frame and return its answer's body; raise RefusedError, or SendError when no answer came."""
        req_id = req_id or self._new_id(cmd)
        while req_id in self._waiting:  # one frame in flight for each request, the others queue
            await asyncio.wait([self._waiting[req_id]])
        if self._ws.closed or self.dropped.is_set():
            raise SendError("the long connection is down", retry_after_s=ACK_S)
        answered = self._waiting[req_id] = asyncio.get_running_loop().create_future()
        failure: SendError | None = None
        answer: dict[str, Any] = {}
        try:
            await self.tell(cmd, body, req_id=req_id)
            answer = await asyncio.wait_for(answered, self._ack_s)
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as fault:
            failure = SendError(f"answer lost ({type(fault).__name__})", unknown=not harmless)
        finally:
            self._waiting.pop(req_id, None)
            answered.cancel()
        if failure is not None:
            raise failure
        judge(answer.get("errcode"), answer.get("errmsg"), secrets=(self._secret,))
        found = answer.get("body")
        return found if isinstance(found, dict) else {}

    async def tell(self, cmd: str, body: dict[str, Any] | None, *, req_id: str) -> None:
        """Send a frame whose answer nobody waits for."""
        frame: dict[str, Any] = {"cmd": cmd, "headers": {"req_id": req_id}}
        await self._ws.send_str(dump(frame if body is None else frame | {"body": body}).decode())

    async def read(self, hear: Hear) -> None:
        """Read frames until the socket ends; then whoever waits for an answer learns that it is lost."""
        try:
            async for message in self._ws:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._route(message.data, hear)
        finally:
            self.drop()

    def drop(self) -> None:
        """Give the socket up."""
        self.dropped.set()
        for answered in self._waiting.values():
            if not answered.done():
                answered.set_exception(ConnectionResetError())

    async def _route(self, text: str, hear: Hear) -> None:
        try:
            frame = read_object(text)
        except MalformedError:
            log.warning("frame not understood", size=len(text))
            return
        cmd, headers, body = frame.get("cmd"), frame.get("headers"), frame.get("body")
        req_id = headers.get("req_id") if isinstance(headers, dict) else None
        if not isinstance(req_id, str):
            log.warning("frame without req_id", size=len(text))
        elif isinstance(cmd, str) and cmd:
            await hear(cmd, req_id, body if isinstance(body, dict) else {})
        elif (answered := self._waiting.get(req_id)) and not answered.done():
            answered.set_result(frame)

    def _new_id(self, cmd: str) -> str:
        return f"{cmd}_{int(self._clock.now().timestamp() * 1000)}_{secrets.token_hex(4)}"
