"""A group's webhook (消息推送, once 群机器人): pushes into the one group that its key belongs to, and hears nothing."""

from dataclasses import replace
from functools import partial
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.clock import Clock
from bot.document import Document, File
from bot.messengers.base import Answer, BadSignatureError, Hook, Inbound, Limits, Load, Post, SendError, Verdict
from bot.messengers.wecom import wire_group
from bot.messengers.wecom.client import API_BASE, TIMEOUT_S, Http
from bot.messengers.wecom.codes import RefusedError
from bot.messengers.wecom.media import MB, Media, is_picture
from bot.messengers.wecom.members import Convert, Members
from bot.messengers.wecom.pace import Pace, Progress, Steps

POSTS_PER_MINUTE = 20
"""For each webhook: https://developer.work.weixin.qq.com/document/path/99110"""
MAX_IMAGE = 2 * MB


class WeComGroupWebhook:
    """One webhook: its key is its only credential, and its group is fixed, whatever chat id a post names.

    *plain_user_ids* is a WeComApp's, where there is one: it lets a robot's opaque ids be mentioned.
    """

    def __init__(
        self,
        *,
        name: str,
        key: SecretStr,
        http: aiohttp.ClientSession,
        clock: Clock,
        api_base: str = API_BASE,
        plain_user_ids: Convert | None = None,
        posts_per_minute: int = POSTS_PER_MINUTE,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        if not key.get_secret_value():
            raise ValueError("the webhook's key is empty")
        self.name = name
        self.limits = Limits(posts=posts_per_minute, per_chat=False, private=False)
        self._key = key
        self._http = Http(http=http, api_base=api_base, secrets=(key,), timeout_s=timeout_s)
        self._pace = Pace((posts_per_minute, 60.0), clock=clock)
        self._progress = Progress()
        self._members = Members(plain_user_ids)
        self._media = Media(upload=self._upload, clock=clock, max_image=0)

    def open(self, hook: Hook) -> Inbound | Answer:
        """Refuse every call: a webhook hears nothing."""
        del hook
        raise BadSignatureError("this robot only pushes")

    def verdict(self, verdict: Verdict) -> Answer:
        """Answer nothing: a webhook hears nothing."""
        del verdict
        return Answer(status=404)

    async def send(self, post: Post, load: Load) -> None:
        """Post a document's words, then its picture, then its files; a retry goes on where the last try stopped."""
        document = replace(post.document, mentions=await self._members.plain(post.document.mentions))
        await self._progress.walk(post.key, partial(self._plan, document, load))

    async def close(self) -> None:
        """Hold nothing open: the session is the integrator's."""

    def hosts(self) -> list[str]:
        """Return host:port of what is called."""
        return self._http.hosts()

    async def check(self) -> list[str]:
        """Try the key with an empty text, which WeCom refuses before anybody sees it."""
        try:
            await self._http.say("webhook/send", self._query(), {"msgtype": "text", "text": {"content": ""}})
        except RefusedError as fault:
            kind = "正常" if fault.code in {44004, 45009} else "故障"
            return [f"{kind}：{self.name} {_FINDINGS.get(fault.code, f'企业微信回答 {fault}')}"]
        except SendError as fault:
            return [f"故障：{self.name} 连不上企业微信（{fault}），请检查网络、代理和 api_base"]
        return [f"正常：{self.name} 群机器人可用"]

    def _plan(self, document: Document, load: Load, is_split: bool) -> Steps:
        limit = wire_group.MARKDOWN_LIMIT // 2 if is_split else wire_group.MARKDOWN_LIMIT
        words: Steps = [partial(self._say, body) for body in wire_group.messages(document, limit=limit)]
        return words + [partial(self._attach, file, load) for file in document.attachments]

    async def _say(self, body: dict[str, Any]) -> None:
        self._pace.take("")
        await self._http.say("webhook/send", self._query(), body)

    async def _attach(self, file: File, load: Load) -> None:
        if file.media_type.startswith("image/"):
            data = await load(file)
            if is_picture(file, data, max_bytes=MAX_IMAGE):
                await self._say(wire_group.image(data))
                return
        await self._media.show(file, load, self._show)

    async def _show(self, kind: str, media_id: str) -> None:
        del kind
        await self._say(wire_group.file(media_id))

    async def _upload(self, kind: str, name: str, data: bytes) -> str:
        return await self._http.upload("webhook/upload_media", {**self._query(), "type": kind}, name=name, data=data)

    def _query(self) -> dict[str, str]:
        return {"key": self._key.get_secret_value()}


_FINDINGS = {
    44004: "群机器人可用（空消息被拒收，群里不会看到）",
    93000: "key 无效或机器人已移出群：请在群聊“消息推送”里复制新的 Webhook 地址",
    93004: "群机器人已停用：请群主在群聊“消息推送”里重新启用",
    93008: "机器人不在群里：请重新添加到群聊",
    45009: "群机器人可用，但刚才发得太快，请一分钟后再试",
}
