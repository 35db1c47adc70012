"""The smart robot (智能机器人) by its long connection: needs no inbound internet, hears, answers and pushes.

https://developer.work.weixin.qq.com/document/path/101463. WeCom keeps exactly one connection for each robot, and a new
one evicts the old: so a lease is taken first, and after `disconnected_event` nobody connects by himself again.
"""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import aiohttp
import structlog
from msgspec import structs
from pydantic import SecretStr
from yarl import URL

from bot.clock import Clock
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    Hook,
    Inbound,
    Limits,
    Load,
    Messenger,
    Post,
    Verdict,
)
from bot.messengers.wecom import media, wire_robot
from bot.messengers.wecom.codes import Course, RefusedError
from bot.messengers.wecom.link import ACK_S, Link
from bot.messengers.wecom.media import Media
from bot.messengers.wecom.pace import Pace, Progress, Steps
from bot.messengers.wecom.paging import Dialect, pages
from bot.messengers.wecom.stay import Stay, Stop
from bot.messengers.wecom.upload import upload
from bot.messengers.wecom.wire import mentionable, robot_of

WS_ENDPOINT = "wss://openws.work.weixin.qq.com"
POSTS_PER_MINUTE = 30
POSTS_PER_HOUR = 1000
"""Replies and pushes together, for each conversation."""
RESUME_S = 40.0
"""How long a push waits for a new subscription; reconnecting takes up to 30 s."""

_WS_TIMEOUT = aiohttp.ClientWSTimeout(ws_close=5.0)

__all__ = ["Stop", "WeComLongConnection"]

log = structlog.get_logger()


class WeComLongConnection:
    """One smart robot in long-connection mode; *webhooks* (by the roster's route) mention people, which it cannot."""

    def __init__(  # noqa: PLR0913 each is one setting
        self,
        *,
        name: str,
        bot_id: str,
        secret: SecretStr,
        http: aiohttp.ClientSession,
        clock: Clock,
        deliver: Callable[[Inbound], Awaitable[None]],
        lease: Callable[[], AbstractAsyncContextManager[object]],
        ws_endpoint: str = WS_ENDPOINT,
        robot_name: str | None = None,
        welcome: str | None = None,
        webhooks: Mapping[str, Messenger] | None = None,
        posts_per_minute: int = POSTS_PER_MINUTE,
        posts_per_hour: int = POSTS_PER_HOUR,
        heartbeat_s: float = 30.0,
        ack_s: float = ACK_S,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not bot_id or not secret.get_secret_value():
            raise ValueError("BotID or Secret is empty")
        self.name = name
        self.limits = Limits(posts=posts_per_minute, second=(posts_per_hour, 3600.0))
        self._robot = wire_robot.Robot(name=robot_name, bot_id=bot_id)
        self._welcome = welcome
        self._http = http
        self._clock = clock
        self._webhooks = dict(webhooks or {})
        self._pace = Pace((posts_per_minute, 60.0), (posts_per_hour, 3600.0), clock=clock)
        self._progress = Progress()
        self._media = Media(upload=self._upload, clock=clock)
        self._stay = Stay(
            name=name,
            connect=partial(http.ws_connect, ws_endpoint, max_msg_size=1024 * 1024, timeout=_WS_TIMEOUT),
            wrap=partial(Link, clock=clock, secret=secret, ack_s=ack_s),
            subscription={"bot_id": bot_id, "secret": secret.get_secret_value()},
            hear=self._hear,
            deliver=deliver,
            lease=lease,
            clock=clock,
            heartbeat_s=heartbeat_s,
            pause=pause,
        )
        self._endpoint = ws_endpoint

    @property
    def connected(self) -> bool:
        """Whether this process holds the subscribed connection, and so can send."""
        return self._stay.link is not None

    def open(self, hook: Hook) -> Inbound | Answer:
        """Refuse every call: this robot has no callback URL."""
        del hook
        raise BadSignatureError("this robot listens on its long connection")

    def verdict(self, verdict: Verdict) -> Answer:
        """Answer nothing: this robot has no callback URL."""
        del verdict
        return Answer(status=404)

    async def run(self) -> Stop:
        """Take the lease, connect, hand on what is heard, reconnect; return why it is over.

        After KICKED (another connection took the robot) and REFUSED (wrong BotID or secret) tell the admins; run again
        only when the lease is free and, after REFUSED, the settings have changed.
        """
        return await self._stay.run()

    async def send(self, post: Post, load: Load) -> None:
        """Answer the request while its connection lives, else push; through the chat's webhook what it does better."""
        webhook = self._webhooks.get(robot_of(post.route)) if post.chat_kind is ChatKind.GROUP else None
        if webhook is not None and (post.reply_route is None or mentionable(post.document.mentions)):
            await webhook.send(post, load)
            return
        await self._progress.walk(post.key, partial(self._plan, post, load))

    async def close(self) -> None:
        """Hang up, once what was heard is handed on; session and webhooks are the integrator's."""
        await self._stay.close()

    def hosts(self) -> list[str]:
        """Return host:port of what is called."""
        url = URL(self._endpoint)
        return [f"{url.host}:{url.port}"]

    async def check(self) -> list[str]:
        """See whether the endpoint answers; subscribing for a trial would evict the robot that is at work."""
        if self.connected:
            return [f"正常：{self.name} 长连接已订阅"]
        try:
            async with asyncio.timeout(ACK_S * 2), self._http.ws_connect(self._endpoint):
                pass
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            return [f"故障：{self.name} 连不上长连接服务（{type(fault).__name__}），请检查网络、代理和 ws_endpoint"]
        return [f"正常：{self.name} 长连接服务可以连通；BotID 和 Secret 在启动时验证（试订阅会顶掉正在运行的连接）"]

    async def _hear(self, link: Link, cmd: str, req_id: str, body: dict[str, Any]) -> Inbound | None:
        """Read a frame; return what was said, if something was."""
        heard = wire_robot.read(body, robot=self._robot)
        if isinstance(heard, Inbound) and cmd == "aibot_msg_callback":
            until = self._clock.now() + wire_robot.REQUEST_LIFE
            route = {"req_id": req_id, "link": link.id, "until": until.isoformat()}
            file = media.handed(body, key=None, session=self._http)
            return structs.replace(heard, reply_route=route, reply_until=until, file=file)
        if isinstance(heard, wire_robot.Event):
            log.info("event heard", messenger=self.name, event_type=heard.kind[:64])
            if heard.kind == "disconnected_event":
                self._stay.kicked.set()
            if heard.kind == "enter_chat" and self._welcome:
                await link.tell("aibot_respond_welcome_msg", wire_robot.welcome(self._welcome), req_id=req_id)
        return None

    def _plan(self, post: Post, load: Load, is_split: bool) -> Steps:
        limit = wire_robot.REPLY_LIMIT // 2 if is_split else wire_robot.REPLY_LIMIT
        laid = [one for one in pages(post.document, dialect=Dialect.MARKDOWN_V2, limit=limit) if one.strip()]
        steps: Steps = [partial(self._reply, post, words) for words in laid[:1]]
        steps += [partial(self._push, post, wire_robot.markdown(words)) for words in laid[1:]]

        async def show(kind: str, media_id: str) -> None:
            await self._push(post, wire_robot.media(kind, media_id))

        return steps + [partial(self._media.show, file, load, show) for file in post.document.attachments]

    async def _reply(self, post: Post, words: str) -> None:
        """Answer the request itself; when it is another connection's or too old, push the same words."""
        link = self._stay.now()
        req_id = self._request(post, link)
        if req_id is not None:
            self._pace.take(_chat(post))
            stream_id = hashlib.sha256(post.key.encode()).hexdigest()[:32]
            try:
                await link.call("aibot_respond_msg", wire_robot.stream(words, stream_id=stream_id), req_id=req_id)
            except RefusedError as fault:
                if fault.course is Course.RESUBSCRIBE:
                    await self._stay.renew(link, RESUME_S)
                elif fault.course is not Course.PUSH:
                    raise
            else:
                return
        await self._push(post, wire_robot.markdown(words))

    async def _push(self, post: Post, message: dict[str, Any]) -> None:
        """Push unprompted; when the subscription turns out to be gone, subscribe anew and push once more."""
        self._pace.take(_chat(post))
        body = wire_robot.push(message, chat_id=post.chat_id, chat_kind=post.chat_kind)
        link = self._stay.now()
        try:
            await link.call("aibot_send_msg", body)
        except RefusedError as fault:
            if fault.course is not Course.RESUBSCRIBE:
                raise
        else:
            return
        await (await self._stay.renew(link, RESUME_S)).call("aibot_send_msg", body)

    async def _upload(self, kind: str, name: str, data: bytes) -> str:
        link = self._stay.now()
        try:
            return await upload(link, kind=kind, name=name, data=data)
        except RefusedError as fault:
            if fault.course is Course.RESUBSCRIBE:
                link.drop()
            raise

    def _request(self, post: Post, link: Link) -> str | None:
        route = post.reply_route or {}
        req_id, until = route.get("req_id"), route.get("until")
        if not isinstance(req_id, str) or not isinstance(until, str) or route.get("link") != link.id:
            return None
        return req_id if self._clock.now() < dt.datetime.fromisoformat(until) else None


def _chat(post: Post) -> str:
    return f"{post.chat_kind.value}:{post.chat_id}"
