"""The one way to WeCom's HTTP API: who is called, how long to wait, and what a broken call means."""

import io
from typing import Any

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.messengers.base import MalformedError, SendError
from bot.messengers.wecom.codes import judge
from bot.messengers.wecom.wire import dump, read_object

API_BASE = "https://qyapi.weixin.qq.com"
MAX_ANSWER = 1024 * 1024
CONNECT_S = 5.0
TIMEOUT_S = 15.0
UPLOAD_S = 60.0


class Http:
    """Calls to one `api_base`; secrets never get into an error, whatever the answer repeats."""

    def __init__(
        self,
        *,
        http: aiohttp.ClientSession,
        api_base: str,
        secrets: tuple[SecretStr, ...],
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.base = URL(api_base.rstrip("/"))
        self._http = http
        self._secrets = tuple(secret.get_secret_value() for secret in secrets)
        self._timeout_s = timeout_s

    def hosts(self) -> list[str]:
        """Return host:port of what is called."""
        return [f"{self.base.host}:{self.base.port}"]

    async def get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """Ask for something; asking again does no harm."""
        return await self._call("GET", self._url(path, query), harmless=True)

    async def ask(self, path: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """Post a question, which says nothing in any chat."""
        return await self._call("POST", self._url(path, query), data=dump(body), harmless=True)

    async def say(self, path: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        """Post a message; when its answer is lost, it may have been said."""
        return await self._call("POST", self._url(path, query), data=dump(body))

    async def say_at(self, address: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post a message to an address that WeCom gave, and that was found to be WeCom's."""
        return await self._call("POST", URL(address), data=dump(body))

    async def upload(self, path: str, query: dict[str, str], *, name: str, data: bytes) -> str:
        """Upload a file and return its media_id.

        WeCom reads only `filename="…"` in raw UTF-8, so aiohttp must not percent-encode it; the name is made safe here.
        """
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("media", io.BytesIO(data), filename=file_name(name), content_type="application/octet-stream")
        answer = await self._call("POST", self._url(path, query), data=form, harmless=True, timeout_s=UPLOAD_S)
        media_id = answer.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise SendError("no media_id in the answer")
        return media_id

    def _url(self, path: str, query: dict[str, str]) -> URL:
        return (self.base / "cgi-bin" / path).with_query(query)

    async def _call(
        self,
        method: str,
        url: URL,
        *,
        data: bytes | aiohttp.FormData | None = None,
        harmless: bool = False,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=max(timeout_s or 0, self._timeout_s), sock_connect=CONNECT_S)
        headers = {"Content-Type": "application/json; charset=utf-8"} if isinstance(data, bytes) else None
        failure: SendError | None = None
        status, wait, raw = 0, None, b""
        try:
            async with self._http.request(
                method,
                url,
                data=io.BytesIO(data) if isinstance(data, bytes) else data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                status, wait = response.status, response.headers.get("Retry-After")
                raw = await _bounded(response)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as fault:
            failure = _broken(fault, harmless=harmless)
        if failure is not None:  # raised out here, so that no address with a key hangs on it as its context
            raise failure
        return self._read(status, wait, raw, harmless=harmless)

    def _read(self, status: int, wait: str | None, raw: bytes, *, harmless: bool) -> dict[str, Any]:
        _judge_status(status, wait, harmless=harmless)
        try:
            answer = read_object(raw)
        except MalformedError as fault:
            raise SendError(f"HTTP {status} without a readable answer", unknown=not harmless) from fault
        judge(answer.get("errcode"), answer.get("errmsg"), secrets=self._secrets)
        return answer


def file_name(name: str) -> str:
    """Return a file name that fits a multipart header: no quotes, slashes, line ends."""
    safe = "".join("_" if sign in '"\\/:*?<>|' or not sign.isprintable() else sign for sign in name)
    stem, dot, suffix = safe.rpartition(".")
    return f"{(stem or suffix)[:80]}.{suffix[:10]}" if dot else safe[:80] or "file"


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    raw = b""
    while len(raw) <= MAX_ANSWER and (chunk := await response.content.read(MAX_ANSWER)):
        raw += chunk
    return raw if len(raw) <= MAX_ANSWER else b""


def _broken(fault: Exception, *, harmless: bool) -> SendError:
    """Tell a call that never got there from one whose answer was lost."""
    kind = type(fault).__name__
    if isinstance(fault, aiohttp.InvalidURL):
        return SendError("the address is not valid", permanent=True)
    if isinstance(fault, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.ClientHttpProxyError):
        return SendError(f"cannot connect ({kind})")
    return SendError(f"answer lost ({kind})", unknown=not harmless)


def _judge_status(status: int, wait: str | None, *, harmless: bool) -> None:
    """Raise SendError for an HTTP status other than 200, by what it says of the message."""
    if status == 200:
        return
    if status in {429, 503}:
        wait_s = float(wait) if wait and wait.isascii() and wait.isdigit() and len(wait) < 6 else 60.0
        raise SendError(f"HTTP {status}", retry_after_s=wait_s)
    if status == 504:
        raise SendError("HTTP 504", unknown=not harmless)
    raise SendError(f"HTTP {status}", permanent=status < 500 and status != 408)
