"""DingTalk, small but real: an aiohttp application that checks, limits, forgets and fails as the platform does."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.clock import Clock

HOUR = dt.timedelta(hours=1)
TEN_MINUTES = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was shown in a chat."""

    route: str
    chat: str
    kind: str
    content: dict[str, Any]
    at: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words, whatever the form."""
        return str(self.content.get("text") or self.content.get("content") or "")


@dataclass(slots=True)
class Hookup:
    """A custom robot in one group."""

    group: str
    secret: str = ""
    keywords: tuple[str, ...] = ()
    disabled: bool = False
    calls: deque[dt.datetime] = field(default_factory=deque)
    banned_until: dt.datetime | None = None
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer prepared by a test."""

    status: int
    body: dict[str, Any] | str
    headers: dict[str, str]


class FakeDingTalk:
    """The platform of one corporation with one app robot; `said` is what people see."""

    def __init__(self, clock: Clock, *, client_id: str = "dingappdemo", client_secret: str = "app-secret") -> None:
        self.clock = clock
        self.client_id, self.client_secret = client_id, client_secret
        self.robot_code = client_id
        self.groups = {"cidDemo0001=="}
        self.people = {"u001", "u002"}
        self.flow_controlled: set[str] = set()
        self.hookups: dict[str, Hookup] = {}
        self.sessions: dict[str, dt.datetime] = {}
        self.media: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        """What people sent the robot, by download code."""
        self.said: list[Said] = []
        self.requests: list[str] = []
        self.uploads: list[tuple[str, str, bytes]] = []
        self.uuids: list[str] = []
        self.tokens: dict[str, dt.datetime] = {}
        self.tokens_fetched = 0
        self.permitted = True
        self.arrived = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self._refusals: dict[str, deque[Refusal | None]] = {}
        self._losses: dict[str, int] = {}
        self.app = web.Application(middlewares=[self._weather], client_max_size=32 * 1024 * 1024)
        self.app.router.add_post("/v1.0/oauth2/accessToken", self._access_token)
        self.app.router.add_post("/v1.0/robot/groupMessages/send", self._send_group)
        self.app.router.add_post("/v1.0/robot/oToMessages/batchSend", self._send_direct)
        self.app.router.add_post("/v1.0/robot/messageFiles/download", self._download)
        self.app.router.add_get("/files/{code}", self._file)
        self.app.router.add_post("/media/upload", self._upload)
        self.app.router.add_post("/robot/send", self._hookup_send)
        self.app.router.add_post("/robot/sendBySession", self._session_send)

    async def _download(self, request: web.Request) -> web.Response:
        asked = await request.json()
        objection = self._api_objection(request, asked)
        if objection is not None:
            return objection
        if asked["downloadCode"] not in self.files:
            return _api_error(400, "invalidParameter.downloadCode", "downloadCode 无效")
        return web.json_response({"downloadUrl": str(request.url.origin() / "files" / asked["downloadCode"])})

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["code"]])

    def refuse_next(
        self,
        path: str,
        body: dict[str, Any] | str,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        times: int = 1,
        after: int = 0,
    ) -> None:
        """Answer the next calls of a path so, before they are looked at; let `after` calls pass first."""
        refusals = self._refusals.setdefault(path, deque())
        refusals.extend([None] * after)
        refusals.extend([Refusal(status, body, headers or {})] * times)

    def lose_next(self, path: str) -> None:
        """Handle the next call of a path, then cut the line instead of answering."""
        self._losses[path] = self._losses.get(path, 0) + 1

    def expire_tokens(self) -> None:
        """End the life of every token handed out, without telling anybody."""
        self.tokens.clear()

    def add_session(self, name: str, *, lives: dt.timedelta = dt.timedelta(minutes=90)) -> str:
        """Open a session webhook; return its path and query."""
        self.sessions[name] = self.clock.now() + lives
        return f"/robot/sendBySession?session={name}"

    @web.middleware
    async def _weather(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        self.requests.append(request.path)
        self.arrived.set()
        await self.gate.wait()
        prepared = self._refusals.get(request.path)
        if prepared and (refusal := prepared.popleft()):
            return _refused(refusal)
        response: web.StreamResponse = await handler(request)
        if self._losses.get(request.path):
            self._losses[request.path] -= 1
            assert request.transport is not None
            request.transport.abort()
        return response

    async def _access_token(self, request: web.Request) -> web.Response:
        self.tokens_fetched += 1
        asked = await request.json()
        if (asked.get("appKey"), asked.get("appSecret")) != (self.client_id, self.client_secret):
            return _api_error(400, "invalidClientIdOrSecret", f"invalid secret {asked.get('appSecret')}")
        token = f"token-{self.tokens_fetched}-marker"
        self.tokens[token] = self.clock.now() + dt.timedelta(seconds=7200)
        return web.json_response({"accessToken": token, "expireIn": 7200})

    async def _send_group(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if error := self._api_objection(request, asked):
            return error
        if not asked.get("openConversationId"):
            return _api_error(400, "miss.openConversationId", "miss openConversationId")
        if asked["openConversationId"] not in self.groups:
            return _api_error(400, "invalid.openConversationId", "unknown group")
        if error := self._message_objection(asked):
            return error
        self._say("group", asked["openConversationId"], asked)
        return web.json_response({"processQueryKey": f"q{len(self.said)}"})

    async def _send_direct(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if error := self._api_objection(request, asked) or self._message_objection(asked):
            return error
        ids = asked["userIds"]
        if len(ids) > 20:
            return _api_error(400, "param.invalid", "too many users")
        slow = [one for one in ids if one in self.flow_controlled]
        unknown = [one for one in ids if one not in self.people]
        for one in ids:
            if one not in slow and one not in unknown:
                self._say("direct", one, asked)
        lists = {"invalidStaffIdList": unknown, "flowControlledStaffIdList": slow, "filteredStaffIdList": []}
        return web.json_response({"processQueryKey": f"q{len(self.said)}", **lists})

    async def _upload(self, request: web.Request) -> web.Response:
        if not self._is_good(request.query.get("access_token", "")):
            return web.json_response({"errcode": 40014, "errmsg": "不合法的access_token"})
        form = await request.post()
        media = form["media"]
        assert isinstance(media, web.FileField)
        kind, data = str(form["type"]), media.file.read()
        media.file.close()
        ending = media.filename.rpartition(".")[2]
        takes = {
            "image": {"jpg", "jpeg", "gif", "png", "bmp"},
            "file": {"doc", "docx", "xls", "xlsx", "zip", "pdf", "rar"},
        }
        if ending not in takes.get(kind, set()) or not data or len(data) > 20 * 1024 * 1024:
            return web.json_response({"errcode": 40004, "errmsg": "无效的媒体文件类型"})
        self.uploads.append((kind, media.filename, data))
        media_id = f"@lA{len(self.uploads)}"
        self.media[media_id] = data
        return web.json_response({"errcode": 0, "errmsg": "ok", "media_id": media_id, "type": kind})

    async def _hookup_send(self, request: web.Request) -> web.Response:
        robot = self.hookups.get(request.query.get("access_token", ""))
        if robot is None:
            return _errcode(400101, "token is not exist")
        if robot.disabled:
            return _errcode(400102, "robot is disabled")
        raw = await request.read()
        if objection := self._hookup_objection(robot, request, raw):
            return objection
        asked = json.loads(raw)
        if "msgtype" not in asked or asked["msgtype"] not in asked:
            return _errcode(40035, "缺少参数 json")
        uuid = asked.get("msgUuid", "")
        self.uuids.append(uuid)
        if uuid and uuid in robot.seen:
            return _errcode(0, "ok")
        robot.seen.add(uuid)
        self._say_webhook("webhook", robot.group, asked)
        return _errcode(0, "ok")

    async def _session_send(self, request: web.Request) -> web.Response:
        name = request.query.get("session", "")
        if self.clock.now() > self.sessions.get(name, self.clock.now() - HOUR):
            return _errcode(300001, "session 不存在")
        raw = await request.read()
        if len(raw) > 20_000:
            return _errcode(460101, "message too long, exceed 20000 bytes")
        self._say_webhook("session", name, json.loads(raw))
        return _errcode(0, "ok")

    def _hookup_objection(self, robot: Hookup, request: web.Request, raw: bytes) -> web.Response | None:
        now = self.clock.now()
        if robot.secret and (wrong := self._sign_objection(robot.secret, request, now)):
            return _errcode(310000, wrong)
        if robot.keywords and not any(word in raw.decode() for word in robot.keywords):
            return _errcode(310000, "description:keywords not in content")
        if len(raw) > 20_000:
            return _errcode(460101, "message too long, exceed 20000 bytes")
        while robot.calls and robot.calls[0] <= now - dt.timedelta(minutes=1):
            robot.calls.popleft()
        if len(robot.calls) >= 20:
            robot.banned_until = now + TEN_MINUTES
        if robot.banned_until and now < robot.banned_until:
            return _errcode(410100, "发送速度太快而限流")
        robot.calls.append(now)
        return None

    def _sign_objection(self, secret: str, request: web.Request, now: dt.datetime) -> str | None:
        timestamp = request.query.get("timestamp", "")
        if not timestamp.isdigit() or abs(now.timestamp() * 1000 - int(timestamp)) > 3_600_000:
            return "description:invalid timestamp"
        digest = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
        return None if request.query.get("sign") == base64.b64encode(digest).decode() else "description:sign not match"

    def _api_objection(self, request: web.Request, asked: dict[str, Any]) -> web.Response | None:
        if not self._is_good(request.headers.get("x-acs-dingtalk-access-token", "")):
            return _api_error(401, "InvalidAuthentication", "不合法的access_token")
        if not self.permitted:
            code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
            return _api_error(403, code, "应用尚未开通所需的权限：[qyapi_robot_sendmsg]")
        if asked.get("robotCode") != self.robot_code:
            return _api_error(400, "invalidParameter.robotCode.notExsit", "robot 不存在")
        return None

    def _message_objection(self, asked: dict[str, Any]) -> web.Response | None:
        param = asked.get("msgParam", "")
        if len(param.encode()) > 15_000:
            return _api_error(400, "msgParam.tooLong", "msgParam too long")
        said = json.loads(param)
        wanted = {
            "sampleText": {"content"},
            "sampleMarkdown": {"title", "text"},
            "sampleImageMsg": {"photoURL"},
            "sampleFile": {"mediaId", "fileName", "fileType"},
        }.get(asked.get("msgKey", ""))
        if wanted is None or set(said) != wanted or not all(isinstance(v, str) and v for v in said.values()):
            return _api_error(400, "msgParam.invalid", "msgParam invalid")
        media_id = said.get("photoURL") or said.get("mediaId")
        if media_id and media_id not in self.media:
            return _api_error(400, "resource.not.found", "media not found")
        return None

    def _is_good(self, token: str) -> bool:
        return token in self.tokens and self.clock.now() < self.tokens[token]

    def _say(self, route: str, chat: str, asked: dict[str, Any]) -> None:
        self.said.append(Said(route=route, chat=chat, kind=asked["msgKey"], content=json.loads(asked["msgParam"])))

    def _say_webhook(self, route: str, chat: str, asked: dict[str, Any]) -> None:
        """Show a message; whoever is named both beside the text and in it is mentioned."""
        content, beside = asked[asked["msgtype"]], asked.get("at", {})
        text = str(content.get("text") or content.get("content"))
        everybody = ("all",) if beside.get("isAtAll") else ()
        at = tuple(one for one in beside.get("atUserIds", []) if f"@{one}" in text)
        said = Said(route=route, chat=chat, kind=asked["msgtype"], content=content, at=(*everybody, *at))
        self.said.append(said)


def callback_headers(secret: str, *, at: dt.datetime) -> dict[str, str]:
    """Sign a callback as the platform does."""
    timestamp = str(round(at.timestamp() * 1000))
    digest = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return {"timestamp": timestamp, "sign": base64.b64encode(digest).decode(), "content-type": "application/json"}


def _refused(refusal: Refusal) -> web.Response:
    if isinstance(refusal.body, str):
        return web.Response(status=refusal.status, text=refusal.body, headers=refusal.headers)
    return web.json_response(refusal.body, status=refusal.status, headers=refusal.headers)


def _errcode(code: int, message: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": message})


def _api_error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "requestid": "r-1"}, status=status)
