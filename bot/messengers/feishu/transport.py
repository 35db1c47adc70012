"""One HTTP request to Feishu and its answer, judged: what was refused, what may have arrived, what never left."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.messengers.feishu.codes import FeishuError, Treatment, treatment_of

_MAX_ANSWER_BYTES = 1_048_576
_MAX_WAIT_S = 86_400.0
_MAX_SAID_CHARS = 200
_LARGE_FACTOR = 6

_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that says ok; `log_id` is what Feishu's support asks for."""

    data: dict[str, Any]
    log_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; `body` makes JSON or a form anew for each try, `secrets` never show in an error.

    `shows` is whether success is seen by people: only then does a lost answer matter. `large` ones get more time.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: Callable[[], bytes | aiohttp.FormData | None] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    shows: bool = False
    large: bool = False


def json_body(payload: Mapping[str, Any]) -> bytes:
    """Encode a request's JSON, Chinese as it is."""
    return json.dumps(payload, ensure_ascii=False).encode()


class Line:
    """The way to one Feishu: a session that carries certificates and proxy, and how long an answer may take."""

    def __init__(self, *, session: aiohttp.ClientSession, timeout_s: float) -> None:
        self.session = session
        self.timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=timeout_s / 2)
        self.large_timeout = aiohttp.ClientTimeout(total=timeout_s * _LARGE_FACTOR, sock_connect=timeout_s / 2)

    async def ask(self, request: Request) -> Answer:
        """Send a request; return an answer that says ok, raise FeishuError for any other and for none."""
        try:
            status, headers, raw = await self._exchange(request)
        except _NEVER_LEFT as error:
            raise FeishuError(f"飞书连接不上（{type(error).__name__}）", treatment=Treatment.RETRY) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            treatment = Treatment.UNKNOWN if request.shows else Treatment.RETRY
            raise FeishuError(f"飞书没有应答（{type(error).__name__}）", treatment=treatment) from None
        return _judged(request, status=status, headers=headers, raw=raw)

    async def _exchange(self, request: Request) -> tuple[int, Mapping[str, str], bytes]:
        async with self.session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body(),
            timeout=self.large_timeout if request.large else self.timeout,
            allow_redirects=False,
        ) as response:
            raw = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                raw += chunk
                if len(raw) > _MAX_ANSWER_BYTES:
                    break
            return response.status, response.headers, bytes(raw)


def _judged(request: Request, *, status: int, headers: Mapping[str, str], raw: bytes) -> Answer:
    body = _object(raw)
    code = _code(body)
    said = str(body.get("msg") or body.get("message") or "")
    treatment = treatment_of(status=status, code=code, said=said)
    if treatment is Treatment.OK:
        return Answer(data=body, log_id=headers.get("X-Tt-Logid"))
    if treatment is Treatment.UNKNOWN and not request.shows:
        treatment = Treatment.RETRY
    said = _without(said, request.secrets)
    raise FeishuError(
        f"飞书拒绝（HTTP {status}，代码 {code}）：{said}" if said else f"飞书拒绝（HTTP {status}，代码 {code}）",
        treatment=treatment,
        code=code,
        retry_after_s=_wait(headers),
    )


def _code(body: Mapping[str, Any]) -> int | None:
    """Return the body's code; the oldest hooks call it StatusCode."""
    code = body.get("code", body.get("StatusCode"))
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that an answer tells.

    https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
    """
    for name in ("x-ogw-ratelimit-reset", "Retry-After"):
        told = headers.get(name, "")
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", told):
            return min(float(told), _MAX_WAIT_S)
    return None


def _without(said: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        if secret:
            said = said.replace(secret, "***")
    return " ".join(said.split())[:_MAX_SAID_CHARS]


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
