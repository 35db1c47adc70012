"""A group's custom bot: a webhook that only pushes, for groups without the app or a month without quota.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from pydantic import SecretStr
from yarl import URL

from bot.clock import Clock
from bot.messengers.base import Answer, BadSignatureError, ChatKind, Hook, Inbound, Limits, Load, Post, Verdict
from bot.messengers.feishu.codes import FeishuError, Treatment
from bot.messengers.feishu.delivery import Accepted, deliver
from bot.messengers.feishu.render import Kind, Message, Room, Upload
from bot.messengers.feishu.signing import hook_sign
from bot.messengers.feishu.transport import Line, Request, json_body

log = structlog.get_logger()

HOOK_BYTES = 20_000
HOOK_LIMITS = Limits(posts=100, window_s=60.0, per_chat=False, idempotent=False)
"""100 posts a minute and 5 a second for each hook, of which the first is counted."""

_PATH = re.compile(r"/open-apis/bot/v2/hook/[0-9A-Za-z_-]+")
_DOMAINS = ("feishu.cn", "larksuite.com")


class FeishuHook:
    """One group's webhook: it says what it is told to its one group, whatever chat the post names."""

    def __init__(
        self,
        *,
        name: str,
        hook_url: SecretStr,
        session: aiohttp.ClientSession,
        clock: Clock,
        hook_secret: SecretStr | None = None,
        api_base: str = "https://open.feishu.cn",
        limits: Limits = HOOK_LIMITS,
        hook_bytes: int = HOOK_BYTES,
        timeout_s: float = 10.0,
    ) -> None:
        self.name = name
        self.limits = limits
        self.room = Room().within(hook_bytes)
        self.clock = clock
        url = _checked(hook_url, api_base)
        self._host = f"{url.host}:{url.port}"
        self._url = SecretStr(str(url))
        self._secret = hook_secret
        self._line = Line(session=session, timeout_s=timeout_s)
        self._accepted = Accepted()

    def open(self, hook: Hook) -> Inbound | Answer:  # noqa: ARG002 a hook hears nothing
        """Believe nobody: a custom bot receives no messages."""
        raise BadSignatureError("a custom bot receives nothing")

    def verdict(self, verdict: Verdict) -> Answer:  # noqa: ARG002 there is nothing to judge
        """Answer what never comes."""
        return Answer(status=404, body=b"{}")

    async def send(self, post: Post, load: Load) -> None:  # noqa: ARG002 only the app could upload
        """Push a message to the hook's group; pictures and files, which a hook cannot upload, are named in a note."""
        await self.take_over(post, uploads={}, accepted=self._accepted.of(post.key))
        self._accepted.forget(post.key)

    async def take_over(self, post: Post, *, uploads: Mapping[str, Upload], accepted: set[str]) -> None:
        """Say what the app could not say of a post; a picture that the app has uploaded may be shown."""
        if post.chat_kind is ChatKind.DIRECT:
            raise FeishuError("群自定义机器人不能发私聊消息", treatment=Treatment.PERMANENT)
        images = {sha256: upload for sha256, upload in uploads.items() if upload.kind is Kind.IMAGE}
        await deliver(post.document, room=self.room, uploads=images, mention=True, accepted=accepted, put=self._put)
        log.info("feishu hook sent", robot=self.name, key=post.key, parts=len(accepted))

    async def check(self) -> list[str]:
        """Try the hook with a message of no type, which is shown to nobody; return findings in Chinese."""
        try:
            await self._post({"msg_type": "duban_check"})
        except FeishuError as error:
            return [_finding(self.name, error)]
        return [f"正常：{self.name} 群自定义机器人可用。"]

    def hosts(self) -> list[str]:
        """Return the host and port that must be reachable."""
        return [self._host]

    async def close(self) -> None:
        """Hold nothing open: the session is the integrator's."""

    async def _put(self, message: Message) -> None:
        if message.msg_type == "interactive":
            await self._post({"msg_type": "interactive", "card": message.content})
        elif message.msg_type == "post":
            await self._post({"msg_type": "post", "content": {"post": message.content}})
        else:
            await self._post({"msg_type": message.msg_type, "content": message.content})

    async def _post(self, payload: Mapping[str, Any]) -> None:
        def body() -> bytes:
            if self._secret is None:
                return json_body(payload)
            stamp = str(int(self.clock.now().timestamp()))
            return json_body({"timestamp": stamp, "sign": hook_sign(stamp, self._secret.get_secret_value()), **payload})

        url = self._url.get_secret_value()
        await self._line.ask(
            Request(
                method="POST",
                url=url,
                headers={"Content-Type": "application/json; charset=utf-8"},
                body=body,
                secrets=(url.rpartition("/")[2], self._secret.get_secret_value() if self._secret else ""),
                shows=True,
            )
        )


def _checked(hook_url: SecretStr, api_base: str) -> URL:
    """Return the address if it is a hook of Feishu's or of the configured deployment; it is a secret, so not shown."""
    base = URL(api_base)
    try:
        url = URL(hook_url.get_secret_value())
    except ValueError:
        raise ValueError("飞书群机器人的 Webhook 地址无法识别") from None
    host = url.host or ""
    ours = (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port)
    theirs = url.scheme == "https" and url.port == 443 and any(host.endswith(f".{domain}") for domain in _DOMAINS)
    if not (ours or theirs) or not _PATH.fullmatch(url.path) or url.user or url.query_string:
        raise ValueError("飞书群机器人的 Webhook 地址应形如 https://open.feishu.cn/open-apis/bot/v2/hook/…")
    return url


_FINDINGS = {
    19001: "Webhook 地址失效，请在群设置→群机器人中重新复制地址",
    19021: "签名不符，请核对 SECRET（群设置→群机器人→签名校验），并校准本机时间（相差须在1小时内）",
    19022: "本机出口 IP 不在白名单，请在群设置→群机器人→IP 白名单中加入",
    19024: "启用了自定义关键词且检查消息不含该词，请改用签名校验，或确保每条推送都含该词",
}


def _finding(name: str, error: FeishuError) -> str:
    if error.code in _FINDINGS:
        return f"故障：{name} {_FINDINGS[error.code]}。"
    if error.code is not None and error.treatment is not Treatment.WAIT:
        return f"正常：{name} 群自定义机器人可以到达（未发送消息）。"
    return f"故障：{name} {error}"
