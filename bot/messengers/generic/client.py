"""The generic webhook's two ends: calls opened with the secret, documents posted with it."""

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.clock import Clock
from bot.messengers.base import Answer, Hook, Inbound, Limits, Load, MalformedError, Post, SendError, Verdict
from bot.messengers.generic import signing, wire

WAIT = {429, 503}
RETRY = {408}


class Generic:
    """Any messenger behind a signed webhook."""

    name = "generic"

    def __init__(
        self,
        *,
        secret: SecretStr,
        push_url: str | None,
        http: aiohttp.ClientSession,
        clock: Clock,
        posts_per_minute: int = 600,
    ) -> None:
        self._secret = secret
        self._push_url = push_url
        self._http = http
        self._clock = clock
        self.limits = Limits(posts=posts_per_minute, per_chat=False, idempotent=True, jitter=False)

    def open(self, hook: Hook) -> Inbound | Answer:
        """Believe and read a call."""
        message_id = signing.verify(self._secret, headers=hook.headers, body=hook.body, now=hook.received_at)
        if hook.method != "POST":
            raise MalformedError("not a POST")
        return wire.read(hook.body, message_id=message_id)

    def verdict(self, verdict: Verdict) -> Answer:
        """Say what became of an opened message."""
        return wire.ANSWERS[verdict]

    async def send(self, post: Post, load: Load) -> None:
        """Post a document; the webhook-id is the same on every retry."""
        if self._push_url is None:
            raise SendError("no push URL is set", permanent=True)
        files = [(file, await load(file)) for file in post.document.attachments]
        body = wire.payload(post.document, chat_id=post.chat_id, chat_kind=post.chat_kind, files=files)
        stamp = int(self._clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": post.key,
            "webhook-timestamp": str(stamp),
            "webhook-signature": signing.sign(self._secret, message_id=post.key, timestamp=stamp, body=body),
        }
        try:
            async with self._http.post(self._push_url, data=body, headers=headers, allow_redirects=False) as response:
                _judge(response.status, response.headers.get("Retry-After"))
        except aiohttp.ClientConnectorError as fault:
            raise SendError("connection refused") from fault
        except (TimeoutError, aiohttp.ClientError) as fault:
            raise SendError(f"answer lost ({type(fault).__name__})", unknown=True) from fault

    def hosts(self) -> list[str]:
        """Return host:port of what is called."""
        if self._push_url is None:
            return []
        url = URL(self._push_url)
        return [f"{url.host}:{url.port}"]

    async def check(self) -> list[str]:
        """See whether the push URL answers at all: a HEAD says nothing to anybody."""
        if self._push_url is None:
            return [f"注意：{self.name} 未设 DUBAN_GENERIC__PUSH_URL，只收消息，不能回复和推送"]
        try:
            async with self._http.head(self._push_url, allow_redirects=False):
                pass
        except (TimeoutError, aiohttp.ClientError, OSError) as fault:
            return [
                f"故障：{self.name} 连不上推送地址（{type(fault).__name__}），请检查 DUBAN_GENERIC__PUSH_URL 和网络"
            ]
        return [f"正常：{self.name} 推送地址可以连通"]

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


def _judge(status: int, retry_after: str | None) -> None:
    """Tell from an HTTP status how a post went; raise SendError unless it arrived."""
    if 200 <= status < 300:
        return
    if status in WAIT:
        wait_s = float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None
        raise SendError(f"HTTP {status}", retry_after_s=wait_s)
    if status in RETRY or status >= 500:
        raise SendError(f"HTTP {status}")
    raise SendError(f"HTTP {status}", permanent=True)
