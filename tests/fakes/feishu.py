"""A small Feishu: tokens that end, calls that are counted, messages and uploads that are checked, a group's webhook.

It also says what Feishu says to us: `event` seals and signs an event as the platform does.
"""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.clock import ManualClock
from bot.messengers.base import Hook

APP_ID = "cli_test"
APP_SECRET = "marker-app-secret"
ENCRYPT_KEY = "duban-encrypt-key"
VERIFICATION_TOKEN = "duban-verification-token"
HOOK_TOKEN = "marker-hook-token"
HOOK_SECRET = "duban-hook-secret"
BOT_OPEN_ID = "ou_bot"

_TOKEN_LIFE = dt.timedelta(hours=2)
_TOKEN_NEW_UNDER = dt.timedelta(minutes=30)
_IMAGE_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_FILE_TYPES = {"opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"}
_ELEMENTS = {
    "markdown": {"tag", "content"},
    "div": {"tag", "text"},
    "img": {"tag", "img_key", "alt"},
    "table": {"tag", "page_size", "row_height", "freeze_first_column", "header_style", "columns", "rows"},
}
_COLUMN = {"name", "display_name", "data_type", "width", "horizontal_align"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message that people see."""

    chat_id: str
    msg_type: str
    content: dict[str, Any]
    message_id: str
    reply_to: str | None = None
    uuid: str | None = None
    bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """What was uploaded, and as what."""

    kind: str
    name: str
    file_type: str
    data: bytes


@dataclass
class Refusal(Exception):  # noqa: N818 the platform's word, no fault of its
    """An answer that is no success."""

    code: int
    msg: str
    status: int = 400
    headers: dict[str, str] = field(default_factory=dict)


class FakeFeishu:
    """The platform; `app` is to be served, the rest is to be looked at and turned."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.groups = {"oc_1", "oc_2"}
        self.persons = {"ou_1", "ou_2"}
        self.messages = {"om_1": "oc_1"}
        self.withdrawn: set[str] = set()
        self.quota: int | None = None
        self.bot_enabled = True
        self.scopes = True
        self.hook_keyword: str | None = None
        self.hook_signed = True
        self.said: list[Said] = []
        self.hook_said: list[Said] = []
        self.uploads: dict[str, Uploaded] = {}
        self.files: dict[tuple[str, str], bytes] = {}
        """What people sent, by message and key."""
        self.calls: list[str] = []
        self.attempts: list[dict[str, Any]] = []
        self.token_fetches = 0
        self.queries: list[dict[str, str]] = []
        self._tokens: dict[str, dt.datetime] = {}
        self._failures: deque[Refusal] = deque()
        self._raw: deque[tuple[int, bytes]] = deque()
        self._losses = 0
        self._gate: asyncio.Event | None = None
        self._uuids: dict[str, tuple[dt.datetime, dict[str, Any]]] = {}
        self._times: dict[str, deque[dt.datetime]] = defaultdict(deque)
        self._count = 0
        self.app = web.Application(middlewares=[self._front], client_max_size=40_000_000)
        self.app.add_routes(
            [
                web.post("/open-apis/auth/v3/tenant_access_token/internal", self._token),
                web.get("/open-apis/bot/v3/info", self._bot),
                web.post("/open-apis/im/v1/messages", self._create),
                web.post("/open-apis/im/v1/messages/{id}/reply", self._reply),
                web.get("/open-apis/im/v1/messages/{id}/resources/{key}", self._resource),
                web.post("/open-apis/im/v1/images", self._image),
                web.post("/open-apis/im/v1/files", self._file),
                web.post("/open-apis/bot/v2/hook/{token}", self._hook),
            ]
        )

    # What a test may turn.

    def fail_next(self, code: int, msg: str = "no", *, status: int = 400, headers: Mapping[str, str] = {}) -> None:
        """Refuse the next call that is no token call."""
        self._failures.append(Refusal(code, msg, status, dict(headers)))

    def answer_next(self, status: int, body: bytes) -> None:
        """Answer the next call that is no token call like a gateway that knows no codes."""
        self._raw.append((status, body))

    def lose_next_answer(self) -> None:
        """Do what the next call asks, then drop the line before answering."""
        self._losses += 1

    def hold(self) -> None:
        """Do what is asked, but answer nobody until `release`."""
        self._gate = asyncio.Event()

    def release(self) -> None:
        """Answer those who wait."""
        if self._gate:
            self._gate.set()
        self._gate = None

    def end_tokens(self) -> None:
        """Let every token end at once, whatever its life."""
        self._tokens.clear()

    def event(self, plain: Mapping[str, Any], *, changed: Mapping[str, str | None] | None = None) -> Hook:
        """Seal and sign an event; `changed` replaces its timestamp, nonce or signature (None leaves one out)."""
        body = json.dumps({"encrypt": seal(json.dumps(plain, ensure_ascii=False).encode())}).encode()
        stamp, nonce = str(int(self.clock.now().timestamp())), "abcdef0123456789"
        signed = {
            "timestamp": stamp,
            "nonce": nonce,
            "signature": hashlib.sha256(f"{stamp}{nonce}{ENCRYPT_KEY}".encode() + body).hexdigest(),
            **(changed or {}),
        }
        names = {"timestamp": "x-lark-request-timestamp", "nonce": "x-lark-request-nonce"}
        kept = {names.get(name, f"x-lark-{name}"): value for name, value in signed.items() if value is not None}
        return Hook(method="POST", query={}, headers=kept, body=body, received_at=self.clock.now())

    # What the platform does.

    @web.middleware
    async def _front(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls.append(request.path)
        self.queries.append(dict(request.query))
        is_token = request.path.endswith("/internal")
        try:
            if not is_token and self._raw:
                status, body = self._raw.popleft()
                return web.Response(status=status, body=body, content_type="text/html")
            if not is_token and self._failures:
                raise self._failures.popleft()
            response = await handler(request)
        except Refusal as refusal:
            return self._refuse(request, refusal)
        if self._losses and not is_token:
            self._losses -= 1
            assert request.transport
            request.transport.abort()
        if self._gate and not is_token:
            await self._gate.wait()
        return response

    def _refuse(self, request: web.Request, refusal: Refusal) -> web.Response:
        body = {"code": refusal.code, "msg": refusal.msg, "error": {"log_id": "log-1"}}
        status = 200 if "/hook/" in request.path else refusal.status
        return web.json_response(body, status=status, headers=refusal.headers)

    async def _token(self, request: web.Request) -> web.Response:
        self.token_fetches += 1
        given = await request.json()
        if given.get("app_id") != APP_ID or given.get("app_secret") != APP_SECRET:
            raise Refusal(10014, f"app secret {given.get('app_secret')} invalid", 200)
        now = self.clock.now()
        for token, ends_at in self._tokens.items():
            if ends_at - now >= _TOKEN_NEW_UNDER:
                return self._token_answer(token, ends_at)
        token = f"t-marker-token-{self.token_fetches}"
        self._tokens[token] = now + _TOKEN_LIFE
        return self._token_answer(token, self._tokens[token])

    def _token_answer(self, token: str, ends_at: dt.datetime) -> web.Response:
        left = int((ends_at - self.clock.now()).total_seconds())
        return web.json_response({"code": 0, "msg": "ok", "tenant_access_token": token, "expire": left})

    def _admit(self, request: web.Request) -> None:
        """Look at the token, the quota and the app's frequency."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise Refusal(99991661, "Missing access token", 401)
        if self._tokens.get(token, self.clock.now()) <= self.clock.now():
            raise Refusal(99991663, f"token {token} invalid", 401)
        if self.quota is not None and self.quota <= 0:
            raise Refusal(99991403, "This month's API call quota has been exceeded", 429)
        if not self._in_time("app", 50, 1):
            raise Refusal(99991400, "request trigger frequency limit", 429, {"x-ogw-ratelimit-reset": "7"})

    async def _resource(self, request: web.Request) -> web.Response:
        self._admit(request)
        sent = self.files.get((request.match_info["id"], request.match_info["key"]))
        if sent is None or request.query.get("type") != "file":
            raise Refusal(234003, "File not in msg.")
        return web.Response(body=sent)

    def _success(self, data: dict[str, Any]) -> web.Response:
        if self.quota is not None:
            self.quota -= 1
        return web.json_response({"code": 0, "msg": "success", "data": data}, headers={"X-Tt-Logid": "log-1"})

    def _in_time(self, what: str, posts: int, window_s: float) -> bool:
        now, times = self.clock.now(), self._times[what]
        while times and (now - times[0]).total_seconds() >= window_s:
            times.popleft()
        times.append(now)
        return len(times) <= posts

    async def _bot(self, request: web.Request) -> web.Response:
        self._admit(request)
        if self.quota is not None:
            self.quota -= 1
        bot = {"activate_status": 2 if self.bot_enabled else 0, "app_name": "督办", "open_id": BOT_OPEN_ID}
        return web.json_response({"code": 0, "msg": "ok", "bot": bot})

    async def _create(self, request: web.Request) -> web.Response:
        self._admit(request)
        body = await _json(request)
        known = {"chat_id": self.groups, "open_id": self.persons}.get(request.query.get("receive_id_type", ""))
        if not self.scopes:
            raise Refusal(99991672, "Access denied. One of the following scopes is required: [im:message:send_as_bot]")
        if known is None:
            raise Refusal(230001, "receive_id_type is invalid")
        if body.get("receive_id") not in known:
            raise Refusal(230002 if known is self.groups else 99992351, "not here")
        return await self._message(request, body, chat_id=body["receive_id"], reply_to=None)

    async def _reply(self, request: web.Request) -> web.Response:
        self._admit(request)
        replied = request.match_info["id"]
        if replied in self.withdrawn:
            raise Refusal(230011, "The message was withdrawn.")
        if replied not in self.messages:
            raise Refusal(231003, "The message is not found")
        return await self._message(request, await _json(request), chat_id=self.messages[replied], reply_to=replied)

    async def _message(
        self, request: web.Request, body: dict[str, Any], *, chat_id: str, reply_to: str | None
    ) -> web.Response:
        self.attempts.append(body)
        size = len(await request.read())
        kind, uuid = body.get("msg_type"), body.get("uuid", "")
        if not isinstance(body.get("content"), str) or len(uuid) > 50:
            raise Refusal(230001, "invalid message content")
        if size > (150_000 if kind == "text" else 30_000):
            raise Refusal(230025, "The length of the message content reaches its limit")
        content = json.loads(body["content"])
        self._check_content(str(kind), content)
        kept = self._uuids.get(uuid)
        if uuid and kept and self.clock.now() - kept[0] < dt.timedelta(hours=1):
            return self._success(kept[1])
        if not self._in_time(chat_id, 5, 1):
            raise Refusal(230020, "This operation triggers the frequency limit")
        message_id = self._next("om_sent_")
        self.messages[message_id] = chat_id
        self.said.append(
            Said(
                chat_id=chat_id,
                msg_type=str(kind),
                content=content,
                message_id=message_id,
                reply_to=reply_to,
                uuid=uuid,
                bytes=size,
            )
        )
        data = {"message_id": message_id, "chat_id": chat_id, "msg_type": kind}
        self._uuids[uuid] = (self.clock.now(), data)
        return self._success(data)

    def _check_content(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "text" and content["text"]:
            return
        if kind == "post":
            for paragraph in content["zh_cn"]["content"]:
                if any(piece["tag"] not in {"text", "at", "img"} for piece in paragraph):
                    raise Refusal(230001, "invalid post")
            return
        if kind == "interactive":
            check_card(content, set(self.uploads))
            return
        upload = self.uploads.get(content.get(f"{kind}_key", ""))
        if upload is None:
            raise Refusal(230017, "Bot is NOT the owner of the resource.")
        if upload.kind != kind:
            raise Refusal(230055, "The type of file upload does not match the type of message being sent.")

    async def _image(self, request: web.Request) -> web.Response:
        self._admit(request)
        fields, name, data = await _multipart(request, "image")
        if fields.get("image_type") != "message" or not name:
            raise Refusal(234001, "Invalid request param.")
        self._check_size(data, 10_000_000)
        if not data.startswith(_IMAGE_MAGIC):
            raise Refusal(234011, "Can't recognize image format.")
        key = self._next("img_v3_")
        self.uploads[key] = Uploaded(kind="image", name=name, file_type="", data=data)
        return self._success({"image_key": key})

    async def _file(self, request: web.Request) -> web.Response:
        self._admit(request)
        fields, name, data = await _multipart(request, "file")
        if fields.get("file_type") not in _FILE_TYPES or not fields.get("file_name") or not name:
            raise Refusal(234001, "Invalid request param.")
        self._check_size(data, 30_000_000)
        key = self._next("file_v3_")
        self.uploads[key] = Uploaded(kind="file", name=fields["file_name"], file_type=fields["file_type"], data=data)
        return self._success({"file_key": key})

    def _check_size(self, data: bytes, limit: int) -> None:
        if not data:
            raise Refusal(234010, "File's size can't be 0.")
        if len(data) > limit:
            raise Refusal(234006, "The file size exceed the max value.")

    async def _hook(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if request.match_info["token"] != HOOK_TOKEN:
            raise Refusal(19001, f"param invalid: incoming webhook access token invalid {request.match_info['token']}")
        body = await _json(request)
        self._check_sign(body)
        if len(raw) > 20_000:
            raise Refusal(9499, "Bad Request")
        if body.get("msg_type") not in {"text", "post", "image", "interactive"}:
            raise Refusal(19002, "params error, msg_type need")
        content = body["card"] if body["msg_type"] == "interactive" else body["content"]
        if body["msg_type"] == "interactive":
            check_card(content, set(self.uploads))
        if self.hook_keyword and self.hook_keyword not in raw.decode():
            raise Refusal(19024, "Key Words Not Found")
        if not self._in_time("hook", 100, 60):
            raise Refusal(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")
        self.hook_said.append(
            Said(chat_id="hook", msg_type=body["msg_type"], content=content, message_id=self._next("h"), bytes=len(raw))
        )
        return web.json_response({"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"})

    def _check_sign(self, body: dict[str, Any]) -> None:
        if not self.hook_signed:
            return
        stamp = str(body.get("timestamp", "0"))
        mac = hmac.new(f"{stamp}\n{HOOK_SECRET}".encode(), b"", hashlib.sha256)
        late = abs(self.clock.now().timestamp() - int(stamp)) > 3600
        if late or body.get("sign") != base64.b64encode(mac.digest()).decode():
            raise Refusal(19021, "sign match fail or timestamp is not within one hour from current time")

    def _next(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"


def seal(plain: bytes, *, key: str = ENCRYPT_KEY, iv: bytes = bytes(range(16))) -> str:
    """Encrypt as the platform does."""
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return base64.b64encode(iv + sealed).decode()


def check_card(card: dict[str, Any], uploads: set[str]) -> None:
    """Refuse a card that is not card JSON 2.0 as documented: unknown properties are errors."""
    elements = card.get("body", {}).get("elements", [])
    if card.get("schema") != "2.0" or set(card) - {"schema", "config", "header", "body"} or not elements:
        raise Refusal(230099, "Failed to create card content, ext=ErrCode: 200621")
    if len(elements) > 200 or sum(element["tag"] == "table" for element in elements) > 5:
        raise Refusal(230099, "Failed to create card content, ext=ErrCode: 11310")
    for element in elements:
        if element["tag"] not in _ELEMENTS or set(element) - _ELEMENTS[element["tag"]]:
            raise Refusal(230099, "Failed to create card content, ext=ErrCode: 200861")
        if element["tag"] == "markdown" and not re.fullmatch(r"(<at id=ou_[0-9a-zA-Z_]+></at>)+", element["content"]):
            raise Refusal(230099, "Failed to create card content, ext=ErrCode: 100290")
        if element["tag"] == "img" and element["img_key"] not in uploads:
            raise Refusal(230099, "Failed to create card content, ext=ErrCode: 200570")
        if element["tag"] == "table":
            _check_table(element)


def _check_table(table: dict[str, Any]) -> None:
    names = {column["name"] for column in table["columns"]}
    unknown = any(set(column) - _COLUMN for column in table["columns"]) or any(
        set(row) - names for row in table["rows"]
    )
    if not 1 <= table["page_size"] <= 10 or not 1 <= len(names) <= 50 or unknown:
        raise Refusal(230099, "Failed to create card content, ext=ErrCode: 200914")


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise Refusal(9499, "Bad Request") from None
    assert isinstance(body, dict)
    return body


async def _multipart(request: web.Request, part_name: str) -> tuple[dict[str, str], str, bytes]:
    fields, name, data = {}, "", b""
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        assert isinstance(part, BodyPartReader)
        if part.name == part_name:
            name, data = part.filename or "", bytes(await part.read())
        else:
            fields[str(part.name)] = await part.text()
    return fields, name, data
