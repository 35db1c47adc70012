"""A small WeCom: webhook, robot replies, app API, long connection; strict where WeCom is, errors under HTTP 200."""

import asyncio
import base64
import datetime as dt
import hashlib
import json
import re
from collections import defaultdict, deque
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import Clock

KEY = "fake-webhook-key-0001"
CORP_ID, SECRET, AGENT_ID = "wwduban000000000001", "fake-app-secret", 1000002
BOT_ID, BOT_SECRET = "AIBOT-TEST", "fake-bot-secret"
MB = 1024 * 1024
CALL = re.compile(r"<@([^>\s]+)>")


class FakeWeCom:
    """The platform under a TestServer; what was said in it can be read, and its bad days can be ordered."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.said: list[dict[str, Any]] = []
        """What members see, in order: where, and the message."""
        self.called: list[str] = []
        """Who was mentioned, `@all` included."""
        self.requests: list[web.Request] = []
        self.bodies: list[dict[str, Any]] = []
        self.media: dict[str, tuple[str, str, bytes]] = {}
        """media_id → owner, file name as shown in chat, bytes"""
        self.files: dict[str, bytes] = {}
        """What was sent to a robot, sealed, by the last part of its address."""
        self.token_requests = 0
        self.open_user_ids: dict[str, str] = {}
        self.members = {"zhangsan", "lisi"}
        self.gate = asyncio.Event()
        """Closed while the platform is slow."""
        self.gate.set()
        self.connections: list[FakeConnection] = []
        self.connected: asyncio.Queue[FakeConnection] = asyncio.Queue()
        self.answers_pings = True
        self.garbles: list[str] = []
        """What the next messages are answered with instead."""
        self.refuses_chunks_over = 512 * 1024
        self._failures: deque[tuple[str, int, str]] = deque()
        self._statuses: deque[tuple[int, dict[str, str]]] = deque()
        self._lost = 0
        self._tokens: dict[str, dt.datetime] = {}
        self._times: dict[str, deque[dt.datetime]] = defaultdict(deque)
        self._banned: dict[str, dt.datetime] = {}
        self._used_codes: set[str] = set()
        self._duplicates: dict[bytes, dt.datetime] = {}
        self.server = TestServer(self._application())

    @property
    def url(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    @property
    def ws_url(self) -> str:
        return str(self.server.make_url("/ws")).replace("http://", "ws://")

    def fail_next(self, code: int, message: str = "", *, times: int = 1, on: str = "", after: int = 0) -> None:
        """Refuse the next calls whose path contains *on*, once *after* of them have gone well."""
        self._failures.extend([("", 0, "")] * after + [(on, code, message)] * times)

    def status_next(self, status: int, headers: dict[str, str] | None = None) -> None:
        """Answer the next message with an HTTP status and no body."""
        self._statuses.append((status, headers or {}))

    def lose_next_answer(self) -> None:
        """Take the next message, show it, and cut the line before the answer."""
        self._lost += 1

    def revoke_tokens(self) -> None:
        """Let every token out be worth nothing."""
        self._tokens.clear()

    @property
    def texts(self) -> list[str]:
        """The words that members see."""
        return [str(one["message"].get(one["message"]["msgtype"], {}).get("content", "")) for one in self.said]

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=64 * MB)
        app.add_routes(
            [
                web.post("/cgi-bin/webhook/send", self._webhook),
                web.post("/cgi-bin/webhook/upload_media", self._upload_to_webhook),
                web.post("/cgi-bin/aibot/response", self._response),
                web.get("/cgi-bin/gettoken", self._gettoken),
                web.post("/cgi-bin/message/send", self._message_send),
                web.post("/cgi-bin/appchat/send", self._message_send),
                web.post("/cgi-bin/media/upload", self._upload_to_app),
                web.post("/cgi-bin/batch/openuserid_to_userid", self._convert),
                web.get("/cgi-bin/getcallbackip", self._getcallbackip),
                web.get("/file/{name}", self._file),
                web.get("/ws", self._ws),
            ]
        )
        return app

    # What every call goes through

    async def _file(self, request: web.Request) -> web.Response:
        sealed = self.files.get(request.match_info["name"])
        return web.Response(status=404) if sealed is None else web.Response(body=sealed)

    async def _message(self, request: web.Request) -> dict[str, Any]:
        self.requests.append(request)
        raw = await request.read()
        if b"\\u" in raw:
            raise _refuse(40033, "invalid charset")
        body: dict[str, Any] = json.loads(raw)
        self.bodies.append(body)
        await self.gate.wait()
        if self.garbles:
            raise web.HTTPOk(text=self.garbles.pop(0))
        if self._statuses:
            status, headers = self._statuses.popleft()
            raise _STATUS[status](headers=headers)
        return body

    def _fault(self, path: str) -> None:
        if self._failures and self._failures[0][0] in path:
            _, code, message = self._failures.popleft()
            if code:
                raise _refuse(code, message)

    def _limit(self, key: str, posts: int) -> None:
        """So many in a minute; over it, a minute of silence."""
        now, times = self.clock.now(), self._times[key]
        while times and now - times[0] >= dt.timedelta(minutes=1):
            times.popleft()
        if self._banned.get(key, now) > now or len(times) >= posts:
            self._banned[key] = max(self._banned.get(key, now), now + dt.timedelta(minutes=1))
            raise _refuse(45009, "api freq out of limit, from ip: 127.0.0.1")
        times.append(now)

    def _owner(self, media_id: str) -> str:
        return self.media[media_id][0] if media_id in self.media else ""

    def _show(self, where: str, message: dict[str, Any]) -> None:
        self.said.append({"where": where, "message": message})
        kind = message["msgtype"]
        if kind in {"text", "markdown"} and where.startswith(("webhook:", "appchat:")):
            self.called += message[kind].get("mentioned_list", [])
            self.called += CALL.findall(message[kind]["content"])

    def _answer(self, request: web.Request, **more: Any) -> web.Response:
        if self._lost:
            self._lost -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"errcode": 0, "errmsg": "ok", **more})

    # The group webhook

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await self._message(request)
        self._fault(request.path)
        key = request.query.get("key", "")
        if key != KEY:
            raise _refuse(93000, f"invalid webhook url, hint: key={key}")
        self._limit(f"webhook:{key}", 20)
        kind = body["msgtype"]
        part = body[kind]
        if kind in {"text", "markdown", "markdown_v2"}:
            _check_words(part["content"], 2048 if kind == "text" else 4096, 40058)
        elif kind == "image":
            data = base64.b64decode(part["base64"], validate=True)
            if len(data) > 2 * MB or hashlib.md5(data).hexdigest() != part["md5"]:
                raise _refuse(40009, "invalid image")
        elif kind == "file":
            if self._owner(part["media_id"]) != f"webhook:{key}":
                raise _refuse(40007, "invalid media_id")
        else:
            raise _refuse(40008, "invalid message type")
        self._show(f"webhook:{key}", body)
        return self._answer(request)

    async def _upload_to_webhook(self, request: web.Request) -> web.Response:
        if request.query.get("key") != KEY:
            raise _refuse(93000)
        return await self._upload(request, owner=f"webhook:{KEY}", kinds={"file", "voice"})

    async def _upload(self, request: web.Request, *, owner: str, kinds: set[str]) -> web.Response:
        self.requests.append(request)
        self._fault(request.path)
        if request.query.get("type") not in kinds:
            raise _refuse(40004, "invalid media type")
        raw = await request.read()
        head, _, rest = raw.partition(b"\r\n\r\n")
        name = re.search(rb'name="media"; filename="([^"]*)"', head)
        data = rest.rsplit(b"\r\n--", 1)[0]
        if name is None or b"filename*" in head:
            raise _refuse(44001, "empty media data")
        if not 5 < len(data) <= 20 * MB:
            raise _refuse(45001, "media size out of limit")
        media_id = f"MEDIA-{len(self.media) + 1}"
        self.media[media_id] = (owner, name[1].decode(), data)
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "type": request.query["type"], "media_id": media_id, "created_at": "1"}
        )

    # The smart robot's late reply

    async def _response(self, request: web.Request) -> web.Response:
        body = await self._message(request)
        self._fault(request.path)
        code = request.query["response_code"]
        if code in self._used_codes:
            raise _refuse(60140, f"response_code={code} was used")
        if body["msgtype"] != "markdown":
            raise _refuse(40008)
        _check_words(body["markdown"]["content"], 20480, 45002)
        self._used_codes.add(code)
        self._show(f"response:{code}", body)
        return self._answer(request)

    # The self-built app

    async def _gettoken(self, request: web.Request) -> web.Response:
        self.token_requests += 1
        self._fault(request.path)
        if request.query["corpid"] != CORP_ID:
            raise _refuse(40013, "invalid corpid")
        if request.query["corpsecret"] != SECRET:
            raise _refuse(40001, f"invalid credential corpsecret={request.query['corpsecret']}")
        token = f"TOKEN-{self.token_requests}"
        self._tokens[token] = self.clock.now() + dt.timedelta(seconds=7200)
        await asyncio.sleep(0)
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})

    def _check_token(self, request: web.Request) -> None:
        token = request.query.get("access_token")
        if token is None:
            raise _refuse(41001, "access_token missing")
        until = self._tokens.get(token)
        if until is None:
            raise _refuse(40014, f"invalid access_token={token}")
        if until <= self.clock.now():
            raise _refuse(42001, "access_token expired")

    async def _message_send(self, request: web.Request) -> web.Response:
        body = await self._message(request)
        self._fault(request.path)
        self._check_token(request)
        is_group = request.path.endswith("appchat/send")
        if not is_group and body["agentid"] != AGENT_ID:
            raise _refuse(301002, "agentid")
        if not is_group and body["touser"] not in self.members:
            raise _refuse(81013, "user & party & tag all invalid")
        kind = body["msgtype"]
        if kind in {"text", "markdown"}:
            _check_words(body[kind]["content"], 2048, 45002)
        elif self._owner(body[kind]["media_id"]) != "app":
            raise _refuse(40007, "invalid media_id")
        if body.get("enable_duplicate_check"):
            raw, now = await request.read(), self.clock.now()
            if self._duplicates.get(raw, now) > now:
                return self._answer(request, invaliduser="", msgid="again")
            self._duplicates[raw] = now + dt.timedelta(seconds=body["duplicate_check_interval"])
        self._show(f"appchat:{body['chatid']}" if is_group else f"app:{body['touser']}", body)
        return self._answer(request, invaliduser="", msgid=f"m{len(self.said)}")

    async def _upload_to_app(self, request: web.Request) -> web.Response:
        self._check_token(request)
        return await self._upload(request, owner="app", kinds={"image", "voice", "video", "file"})

    async def _convert(self, request: web.Request) -> web.Response:
        self._check_token(request)
        asked = (await self._message(request))["open_userid_list"]
        known = [{"open_userid": one, "userid": self.open_user_ids[one]} for one in asked if one in self.open_user_ids]
        unknown = [one for one in asked if one not in self.open_user_ids]
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "userid_list": known, "invalid_open_userid_list": unknown}
        )

    async def _getcallbackip(self, request: web.Request) -> web.Response:
        self._fault(request.path)
        self._check_token(request)
        return web.json_response({"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.*"]})

    # The long connection

    async def _ws(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(max_msg_size=4 * MB)
        await ws.prepare(request)
        await FakeConnection(self, ws).serve()
        return ws

    def take_over(self, new: "FakeConnection") -> list["FakeConnection"]:
        """Let a new connection win; return the old ones."""
        old = [one for one in self.connections if one.is_subscribed and one is not new]
        self.connections.append(new)
        self.connected.put_nowait(new)
        return old


class FakeConnection:
    """One socket of the long connection, as the platform sees it."""

    def __init__(self, platform: FakeWeCom, ws: web.WebSocketResponse) -> None:
        self.platform = platform
        self.ws = ws
        self.is_subscribed = False
        self.frames: list[dict[str, Any]] = []
        self._requests: set[str] = set()
        self._uploads: dict[str, tuple[dict[str, Any], dict[int, bytes]]] = {}

    async def serve(self) -> None:
        try:
            async for message in self.ws:
                frame = json.loads(message.data)
                self.frames.append(frame)
                await self.platform.gate.wait()
                answer = await self._judge(frame)
                if answer is not None:
                    await self.ws.send_json({"headers": frame["headers"], **answer})
        finally:
            self.is_subscribed = False

    async def hear(self, body: dict[str, Any], *, req_id: str, cmd: str = "aibot_msg_callback") -> None:
        """Let a member say something to the robot."""
        self._requests.add(req_id)
        await self.ws.send_json({"cmd": cmd, "headers": {"req_id": req_id}, "body": body})

    def forget(self) -> None:
        """Lose the subscription while the socket stays open."""
        self.is_subscribed = False

    async def _judge(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        cmd, body, platform = frame["cmd"], frame.get("body", {}), self.platform
        try:
            if cmd == "ping":
                return {"errcode": 0, "errmsg": "ok"} if platform.answers_pings else None
            if cmd == "aibot_subscribe":
                return await self._subscribe(body)
            platform._fault(cmd)
            if not self.is_subscribed:
                raise _refuse(846609, "aibot websocket not subscribed")
            if cmd.startswith("aibot_upload_media"):
                return {"errcode": 0, "errmsg": "ok", "body": self._upload(cmd, body)}
            return self._say(cmd, frame["headers"]["req_id"], body)
        except Refused as refused:
            return {"errcode": refused.code, "errmsg": refused.hint}

    async def _subscribe(self, body: dict[str, Any]) -> dict[str, Any]:
        self.platform._fault("aibot_subscribe")
        if (body["bot_id"], body["secret"]) != (BOT_ID, BOT_SECRET):
            raise _refuse(853000, f"invalid bot_id or secret={body['secret']}")
        for old in self.platform.take_over(self):
            gone = {
                "msgid": "EVT-9",
                "aibotid": BOT_ID,
                "msgtype": "event",
                "event": {"eventtype": "disconnected_event"},
            }
            await old.hear(gone, req_id="REQ-GONE", cmd="aibot_event_callback")
        self.is_subscribed = True
        return {"errcode": 0, "errmsg": "ok"}

    def _say(self, cmd: str, req_id: str, body: dict[str, Any]) -> dict[str, Any] | None:
        kind = body["msgtype"]
        if cmd == "aibot_send_msg":
            if body["chatid"] != body["chatid"].strip() or body["chat_type"] not in {1, 2}:
                raise _refuse(93006, "invalid chatid")
            where = f"push:{body['chat_type']}:{body['chatid']}"
        elif req_id not in self._requests:
            raise _refuse(846605, "invalid req_id")
        else:
            where = f"{cmd}:{req_id}"
        self.platform._limit(where, 30)
        if kind in {"stream", "markdown"}:
            _check_words(body[kind]["content"], 20480, 45002)
        elif kind in {"image", "file"} and body[kind]["media_id"] not in self.platform.media:
            raise _refuse(40007, "invalid media_id")
        self.platform._show(where, body)
        if self.platform._lost:
            self.platform._lost -= 1
            return None
        return {"errcode": 0, "errmsg": "ok"}

    def _upload(self, cmd: str, body: dict[str, Any]) -> dict[str, Any]:
        if cmd == "aibot_upload_media_init":
            upload_id = f"UP-{len(self._uploads) + 1}"
            self._uploads[upload_id] = (body, {})
            return {"upload_id": upload_id}
        opening, chunks = self._uploads[body["upload_id"]]
        if cmd == "aibot_upload_media_chunk":
            data = base64.b64decode(body["base64_data"], validate=True)
            if len(data) > self.platform.refuses_chunks_over or not 0 <= body["chunk_index"] < opening["total_chunks"]:
                raise _refuse(40058, "bad chunk")
            chunks[body["chunk_index"]] = data
            return {}
        whole = b"".join(chunks[number] for number in sorted(chunks))
        if len(whole) != opening["total_size"] or hashlib.md5(whole).hexdigest() != opening["md5"]:
            raise _refuse(40009, "incomplete")
        media_id = f"MEDIA-{len(self.platform.media) + 1}"
        self.platform.media[media_id] = ("aibot", opening["filename"], whole)
        return {"type": opening["type"], "media_id": media_id, "created_at": "1"}


class Refused(web.HTTPOk):
    """An error, which WeCom tells with HTTP 200."""

    def __init__(self, code: int, hint: str) -> None:
        self.code, self.hint = code, hint
        super().__init__(text=json.dumps({"errcode": code, "errmsg": hint}), content_type="application/json")


_STATUS: dict[int, type[web.HTTPException]] = {
    301: web.HTTPNotModified,
    403: web.HTTPForbidden,
    429: web.HTTPTooManyRequests,
    500: web.HTTPInternalServerError,
    502: web.HTTPBadGateway,
    503: web.HTTPServiceUnavailable,
    504: web.HTTPGatewayTimeout,
}


def _refuse(code: int, hint: str = "") -> Refused:
    return Refused(code, f"{hint}, more info at https://open.work.weixin.qq.com/devtool/query?e={code}")


def _check_words(content: str, limit: int, code: int) -> None:
    if not content.strip():
        raise _refuse(44004, "empty content")
    if len(content.encode()) > limit:
        raise _refuse(code, f"content exceed max length {limit}")
