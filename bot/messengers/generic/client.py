"""The generic webhook's two ends: calls opened with the secret, documents posted with it."""

import aiohttp
from pydantic import SecretStr

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
        return wire.answer(verdict)

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
