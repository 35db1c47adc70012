"""The self-built app (自建应用): hears its members one by one through an XML callback, writes to them by its API."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import aiohttp
import structlog
from pydantic import SecretStr

from bot.clock import Clock
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    Hook,
    Inbound,
    Limits,
    Load,
    MalformedError,
    Post,
    SendError,
    Verdict,
)
from bot.messengers.wecom import wire_app
from bot.messengers.wecom.client import API_BASE, TIMEOUT_S, Http
from bot.messengers.wecom.codes import Course, RefusedError
from bot.messengers.wecom.media import Media
from bot.messengers.wecom.members import Members
from bot.messengers.wecom.pace import Pace, Progress, Steps
from bot.messengers.wecom.signing import Crypto
from bot.messengers.wecom.token import Token
from bot.messengers.wecom.wire import check_size

# https://developer.work.weixin.qq.com/document/path/90312: for each member; what is over it is dropped without a word
POSTS_PER_MINUTE = 30
POSTS_PER_HOUR = 1000
MAX_CONVERSIONS = 1000
"""https://developer.work.weixin.qq.com/document/path/101521"""

T = TypeVar("T")

log = structlog.get_logger()


class WeComApp:
    """One self-built app of one corp."""

    def __init__(  # noqa: PLR0913 each is one setting
        self,
        *,
        name: str,
        corp_id: str,
        agent_id: int,
        secret: SecretStr,
        token: SecretStr | None = None,
        aes_key: SecretStr | None = None,
        http: aiohttp.ClientSession,
        clock: Clock,
        api_base: str = API_BASE,
        posts_per_minute: int = POSTS_PER_MINUTE,
        posts_per_hour: int = POSTS_PER_HOUR,
        duplicate_check: bool = True,
        welcome: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        if not secret.get_secret_value() or not corp_id:
            raise ValueError("CorpID or Secret is empty")
        if (token is None) != (aes_key is None):
            raise ValueError("Token and EncodingAESKey go together")
        self.name = name
        self.limits = Limits(posts=posts_per_minute, second=(posts_per_hour, 3600.0), idempotent=duplicate_check)
        self._corp_id = corp_id
        self._agent_id = agent_id
        self._welcome = welcome
        self._duplicate_check = duplicate_check
        self._crypto = Crypto(token=token, aes_key=aes_key, receive_id=corp_id) if token and aes_key else None
        self._http = Http(http=http, api_base=api_base, secrets=(secret,), timeout_s=timeout_s)
        self._token = Token(http=self._http, corp_id=corp_id, secret=secret, clock=clock)
        self._pace = Pace((posts_per_minute, 60.0), (posts_per_hour, 3600.0), clock=clock)
        self._progress = Progress()
        self._members = Members(self.plain_user_ids)
        self._media = Media(upload=self._upload, clock=clock)

    def open(self, hook: Hook) -> Inbound | Answer:
        """Believe and read a callback; only what is encrypted is trusted, never the XML around it."""
        if self._crypto is None:
            raise BadSignatureError("this app has no callback")
        check_size(hook.body)
        if hook.method == "GET":
            echo = hook.query.get("echostr", "")
            self._crypto.believe(hook.query, echo, now=hook.received_at)
            return Answer(body=self._crypto.unseal(echo), content_type="text/plain")
        encrypted = _envelope(hook)
        self._crypto.believe(hook.query, encrypted, now=hook.received_at)
        fields = wire_app.read_xml(self._crypto.unseal(encrypted))
        if fields.get("ToUserName", self._corp_id) != self._corp_id:
            raise MalformedError("for another corp")
        opened = wire_app.read(fields, agent_id=self._agent_id)
        return opened if isinstance(opened, Inbound) else self._event(opened, fields, hook)

    def verdict(self, verdict: Verdict) -> Answer:
        """Answer emptily, which is a full answer; the reply comes by `message/send`. WeCom repeats what got no 200."""
        return Answer(status=503 if verdict is Verdict.UNAVAILABLE else 200, content_type="text/plain")

    async def send(self, post: Post, load: Load) -> None:
        """Write to a member, or to a group that the app has made: the words, then the picture and the files."""
        if post.chat_kind is ChatKind.DIRECT:
            (member,) = await self._members.plain((post.chat_id,))
            post = replace(post, chat_id=member)
        await self._progress.walk(post.key, partial(self._plan, post, load))

    async def plain_user_ids(self, open_user_ids: Sequence[str]) -> dict[str, str]:
        """Return the directory's userid for each open_userid that a robot may be told instead.

        Unknown ones, and those that are plain already, are left out: https://developer.work.weixin.qq.com/document/path/101521
        """
        found: dict[str, str] = {}
        for start in range(0, len(open_user_ids), MAX_CONVERSIONS):
            found |= await self._convert(open_user_ids[start : start + MAX_CONVERSIONS])
        return found

    async def close(self) -> None:
        """Give up what is under way; the session is the integrator's."""
        await self._token.close()

    def hosts(self) -> list[str]:
        """Return host:port of what is called."""
        return self._http.hosts()

    async def check(self) -> list[str]:
        """Try the secret and the server's address: a token, and a call that changes nothing."""
        try:
            await self._with_token(lambda token: self._http.get("getcallbackip", {"access_token": token}))
        except RefusedError as fault:
            return [f"故障：{self.name} {_FINDINGS.get(fault.code, f'企业微信回答 {fault}')}"]
        except SendError as fault:
            return [f"故障：{self.name} 连不上企业微信（{fault}），请检查网络、代理和 api_base"]
        heard = "" if self._crypto else "；未设 Token 和 EncodingAESKey，只推送，不收消息"
        return [f"正常：{self.name} CorpID、Secret 和企业可信IP可用{heard}"]

    def _event(self, kind: str, fields: dict[str, str], hook: Hook) -> Answer:
        if kind in wire_app.ALARMING_EVENTS:
            log.warning("app may be suspended", messenger=self.name, event_type=kind)
        else:
            log.info("event ignored", messenger=self.name, event_type=kind[:64])
        if kind != "subscribe" or not self._welcome or self._crypto is None:
            return self.verdict(Verdict.IGNORED)
        at, nonce = int(hook.received_at.timestamp()), hook.query["nonce"]
        user_id = fields.get("FromUserName", "")
        plain = wire_app.passive_text(self._welcome, user_id=user_id, corp_id=self._corp_id, at=at)
        encrypted = self._crypto.seal(plain)
        signature = self._crypto.sign(timestamp=str(at), nonce=nonce, encrypted=encrypted)
        body = wire_app.sealed(encrypted, signature=signature, timestamp=at, nonce=nonce)
        return Answer(body=body, content_type="application/xml")

    def _plan(self, post: Post, load: Load, is_split: bool) -> Steps:
        limit = wire_app.MARKDOWN_LIMIT // 2 if is_split else wire_app.MARKDOWN_LIMIT
        in_group = post.chat_kind is ChatKind.GROUP
        laid = wire_app.messages(post.document, limit=limit, in_group=in_group)
        words: Steps = [partial(self._say, post, message) for message in laid]

        async def show(kind: str, media_id: str) -> None:
            await self._say(post, {"msgtype": kind, kind: {"media_id": media_id}})

        return words + [partial(self._media.show, file, load, show) for file in post.document.attachments]

    async def _say(self, post: Post, message: dict[str, Any]) -> None:
        self._pace.take(f"{post.chat_kind.value}:{post.chat_id}")
        body = wire_app.addressed(message, post=post, agent_id=self._agent_id, duplicate_check=self._duplicate_check)
        path = "appchat/send" if post.chat_kind is ChatKind.GROUP else "message/send"
        answer = await self._with_token(lambda token: self._http.say(path, {"access_token": token}, body))
        if left_out := answer.get("invaliduser") or answer.get("unlicenseduser"):
            log.warning("recipient refused", messenger=self.name, user_id=str(left_out)[:128])
            raise SendError("the member is not in the app's visible range, or has no licence", permanent=True)

    async def _convert(self, open_user_ids: Sequence[str]) -> dict[str, str]:
        body = {"open_userid_list": list(open_user_ids)}
        path = "batch/openuserid_to_userid"
        answer = await self._with_token(lambda token: self._http.ask(path, {"access_token": token}, body))
        return wire_app.conversions(answer)

    async def _upload(self, kind: str, name: str, data: bytes) -> str:
        return await self._with_token(
            lambda token: self._http.upload("media/upload", {"access_token": token, "type": kind}, name=name, data=data)
        )

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call with the token; when WeCom finds it stale, refresh it once and call once more."""
        token = await self._token.get()
        try:
            return await call(token)
        except RefusedError as fault:
            if fault.course is not Course.REFRESH:
                raise
        return await call(await self._token.get(stale=token))


def _envelope(hook: Hook) -> str:
    """Return the ciphertext of a callback; whoever sent an unreadable one cannot be believed."""
    try:
        return wire_app.read_xml(hook.body).get("Encrypt", "")
    except MalformedError as fault:
        raise BadSignatureError("unsigned") from fault


_FINDINGS = {
    40001: "Secret 不对：请在管理后台 应用管理 → 自建应用 → 查看 Secret",
    40013: "CorpID 不对：请在管理后台 我的企业 → 企业信息 查看企业ID",
    40091: "Secret 不对：请在管理后台 应用管理 → 自建应用 → 查看 Secret",
    60020: "服务器出口IP不在企业可信IP里：请在管理后台 应用管理 → 自建应用 → 企业可信IP 添加",
    48002: "应用没有接口权限：请在管理后台 应用管理 检查应用权限",
    50003: "应用已停用：请在管理后台 应用管理 启用",
    45009: "凭据可用，但调用太频繁，请稍后再试",
}
