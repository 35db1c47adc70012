"""DingTalk's custom robot: it only pushes, into the one group it was made in, and it can mention people there."""

import datetime as dt
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.clock import Clock
from bot.messengers.base import Answer, BadSignatureError, Hook, Inbound, Limits, Load, Post, SendError, Verdict
from bot.messengers.dingtalk import errors
from bot.messengers.dingtalk.client import metered
from bot.messengers.dingtalk.errors import Outcome, Reply
from bot.messengers.dingtalk.http import Line, masked
from bot.messengers.dingtalk.payload import WEBHOOK_BYTES, part_body
from bot.messengers.dingtalk.progress import Progress
from bot.messengers.dingtalk.quota import Meter, Quota
from bot.messengers.dingtalk.render import MIN_LIMIT_BYTES, Part
from bot.messengers.dingtalk.routes import left_out, say
from bot.messengers.dingtalk.signing import milliseconds, sign

# https://open.dingtalk.com/document/development/custom-robots-send-group-messages
WEBHOOK_LIMITS = Limits(posts=20, window_s=60.0, per_chat=True, idempotent=True)


class FixedRoute:
    """The webhook as a way to its group; it never calls faster than allowed, for that is punished with ten minutes."""

    name = "webhook"
    can_mention = True

    def __init__(
        self,
        *,
        address: str,
        access_token: SecretStr,
        secret: SecretStr | None,
        line: Line,
        quota: Quota,
        limits: Limits,
        limit_bytes: int,
    ) -> None:
        self.limit_bytes = limit_bytes
        self._address = address
        self._access_token = access_token.get_secret_value()
        self._secret = secret.get_secret_value() if secret else ""
        self._line = line
        self._quota = quota
        self._pace = Pace(limits=limits, clock=line.clock)

    async def post(self, part: Part, *, uuid: str) -> Reply:
        """Post one part; DingTalk shows a repeated `msgUuid` once."""
        self._pace.step()
        reply = await self.call(part_body(part, uuid=uuid))
        if reply.outcome is Outcome.WAIT:
            self._pace.pause(reply.wait_s or 0.0)
        return reply

    async def call(self, body: Mapping[str, Any]) -> Reply:
        """Post any body, signed for this moment."""
        posted = self._line.post(self._address, body, params=self._query())
        reply = await metered(posted, errors.read_webhook, quota=self._quota, meter=Meter.WEBHOOK)
        return replace(reply, message=masked(reply.message, self._access_token, self._secret))

    def _query(self) -> dict[str, str]:
        """Return the query with the signature as it is: the client encodes it, and twice would spoil it."""
        query = {"access_token": self._access_token}
        if not self._secret:
            return query
        timestamp = str(milliseconds(self._line.clock.now()))
        return {**query, "timestamp": timestamp, "sign": sign(timestamp, self._secret)}


class DingTalkWebhook:
    """A custom robot (自定义机器人), or the fixed webhook that an app robot has in one group.

    `secret` is the robot's SEC… secret; None where the robot is guarded by an IP list instead. The chat id of a post
    is not needed: the address leads to one group. `clock` tells the true time, for it dates the signature.
    """

    def __init__(  # noqa: PLR0913 each is a setting of this robot
        self,
        *,
        name: str,
        access_token: SecretStr,
        secret: SecretStr | None,
        session: aiohttp.ClientSession,
        clock: Clock,
        oapi_base: str = "https://oapi.dingtalk.com",
        quota: Quota | None = None,
        limits: Limits = WEBHOOK_LIMITS,
        timeout_s: float = 10.0,
        limit_bytes: int = WEBHOOK_BYTES,
    ) -> None:
        if limit_bytes < MIN_LIMIT_BYTES:
            raise ValueError(f"a limit of {limit_bytes} bytes is too small, {MIN_LIMIT_BYTES} is the least")
        self.name = name
        self.limits = limits
        self.quota = quota or Quota(clock=clock)
        self._address = f"{oapi_base.rstrip('/')}/robot/send"
        self._session = session
        self.route = FixedRoute(
            address=self._address,
            access_token=access_token,
            secret=secret,
            line=Line(session=session, clock=clock, timeout_s=timeout_s),
            quota=self.quota,
            limits=limits,
            limit_bytes=limit_bytes,
        )
        self._progress = Progress()

    def open(self, hook: Hook) -> Inbound | Answer:  # noqa: ARG002 whatever comes, it is not from this robot
        """Believe nobody: a custom robot does not listen."""
        raise BadSignatureError("a custom robot only pushes")

    def verdict(self, verdict: Verdict) -> Answer:  # noqa: ARG002 nothing is ever opened
        """Answer what never comes."""
        return Answer(status=404)

    async def send(self, post: Post, load: Load) -> None:  # noqa: ARG002 a webhook takes no files
        """Post the words, with the table as a list; pictures and files are only named, for a webhook takes none."""
        reply = await say(post, self.route, progress=self._progress, table=True, note=left_out(post.document))
        if reply.outcome is not Outcome.OK:
            raise errors.failure(reply, what="webhook")
        self._progress.finish(post.key)

    async def check(self) -> list[str]:
        """Try token and signature with an empty message, which shows nothing; return findings in Chinese."""
        try:
            reply = await self.route.call({"msgtype": "text"})
        except SendError as error:
            return [f"故障：{self.name} 连不上 oapi.dingtalk.com（{error}），请检查网络、代理与DNS"]
        fault = _fault(reply)
        found = f"故障：{self.name} {fault}" if fault else f"正常：{self.name} 群机器人可用"
        return [found, *(f"注意：{warning}" for warning in self.quota.warnings())]

    def hosts(self) -> list[str]:
        """Return the host and port to be reached."""
        return [host_port(self._address)]

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


class Pace:
    """So many calls in a window, and none while punished; asked too soon, it says how long to wait."""

    def __init__(self, *, limits: Limits, clock: Clock) -> None:
        self._posts = limits.posts
        self._window = dt.timedelta(seconds=limits.window_s)
        self._clock = clock
        self._steps: deque[dt.datetime] = deque()
        self._paused_until = clock.now()

    def step(self) -> None:
        """Take one step, or raise SendError."""
        now = self._clock.now()
        while self._steps and self._steps[0] + self._window <= now:
            self._steps.popleft()
        free_at = self._steps[0] + self._window if len(self._steps) >= self._posts else now
        wait_s = (max(free_at, self._paused_until) - now).total_seconds()
        if wait_s > 0:
            raise SendError("dingtalk webhook: kept back to stay within its pace", retry_after_s=wait_s)
        self._steps.append(now)

    def pause(self, wait_s: float) -> None:
        """Stand still for a while."""
        self._paused_until = max(self._paused_until, self._clock.now() + dt.timedelta(seconds=wait_s))


def host_port(url: str) -> str:
    """Return the host and port of an address."""
    address = URL(url)
    return f"{address.host}:{address.port}"


def _fault(reply: Reply) -> str | None:
    told = f"{reply.code} {reply.message}".strip()
    if reply.outcome is Outcome.OK or reply.code in {"40035", "400105"}:
        return None  # token and signature were believed, only the message was empty
    if reply.code == "310000":
        return f"安全设置不符（{told}）：群设置→机器人→安全设置，请选“加签”并核对SEC开头的密钥；用IP段时加入本机出口IP"
    if reply.outcome is Outcome.GONE:
        return f"机器人已不在群里或access_token有误（{told}）：群设置→机器人，重新复制Webhook地址"
    if reply.outcome is Outcome.QUOTA:
        return f"本月额度已用完（{told}）：开发者后台→资源用量"
    return f"暂时不通（{told}），请稍后再试"
