"""One request to DingTalk: what came back, or what kind of silence it was, without addresses in any error."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bot.clock import Clock
from bot.messengers.base import SendError
from bot.messengers.dingtalk.errors import Raw
from bot.messengers.dingtalk.payload import compact

ANSWER_BYTES = 64 * 1024
"""More than any answer of DingTalk's; what comes after is not read."""
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A way out to DingTalk: this robot's session, how long it waits, and the clock answers are dated by."""

    session: aiohttp.ClientSession
    clock: Clock
    timeout_s: float = 10.0

    async def post(
        self,
        url: URL | str,
        payload: Mapping[str, Any],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        harmless: bool = False,
    ) -> Raw:
        """Post JSON, once; raise SendError when no answer came.

        After the request may have gone out, silence is *unknown*, unless a repetition is `harmless` (a token).
        """
        body = compact(dict(payload)).encode()
        return await self.request(url, body, params=params, headers={**_JSON, **(headers or {})}, harmless=harmless)

    async def request(
        self,
        url: URL | str,
        body: bytes | aiohttp.FormData,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        harmless: bool = False,
    ) -> Raw:
        """Post a body, once, without following redirects; see `post`."""
        patience = aiohttp.ClientTimeout(total=self.timeout_s, connect=self.timeout_s / 2)
        try:
            async with self.session.post(
                url, data=body, params=params, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                return await self._read(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            silence = _silence(error, harmless=harmless)
        # Raised outside, so that no traceback carries the original: its text may hold an address with a key in it.
        raise silence

    async def _read(self, response: aiohttp.ClientResponse) -> Raw:
        read = bytearray()
        async for chunk in response.content.iter_any():
            read += chunk
            if len(read) > ANSWER_BYTES:
                break
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Raw(status=response.status, headers=headers, body=bytes(read), now=self.clock.now())


def _silence(error: Exception, *, harmless: bool) -> SendError:
    """Tell a request that never left from one whose answer was lost; only the kind of error is told."""
    kind = type(error).__name__
    never_left = isinstance(error, _NEVER_LEFT)
    if never_left or harmless:
        return SendError(f"dingtalk is out of reach ({kind})")
    return SendError(f"dingtalk did not answer ({kind})", unknown=True)


def masked(text: str, *secrets: str) -> str:
    """Return a text with secrets blotted out: a platform may echo what it was sent."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return text
