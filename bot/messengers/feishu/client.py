"""Feishu as a messenger: an app robot that hears and speaks, with group webhooks to fall back on."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
import structlog
from msgspec import structs
from pydantic import SecretStr
from yarl import URL

from bot.clock import Clock
from bot.messengers.base import Answer, ChatKind, Handed, Hook, Inbound, Limits, Load, Post, Verdict
from bot.messengers.feishu.app import App, Uploads
from bot.messengers.feishu.checkup import examine
from bot.messengers.feishu.codes import FeishuError, Treatment
from bot.messengers.feishu.delivery import Accepted, deliver
from bot.messengers.feishu.hook import FeishuHook
from bot.messengers.feishu.quota import FREE_CALLS, Quota
from bot.messengers.feishu.render import Message, Room, uuid_of
from bot.messengers.feishu.signing import URL_VERIFICATION, EventKeys, believe
from bot.messengers.feishu.transport import Line
from bot.messengers.feishu.wire import chat_of, event_type, file_of, read_event

log = structlog.get_logger()

FEISHU_LIMITS = Limits(posts=5, window_s=1.0, per_chat=True, idempotent=True)
"""5 a second to one group (shared by all its bots) or person; the app as a whole may say 50 a second, 1,000 a minute.

https://open.feishu.cn/document/server-docs/im-v1/message/create
"""

BODY_BYTES = 1_048_576
"""An event may hold a text of 150 KB, encrypted and in base64."""

_DONE = Answer(body=b"{}")
_MESSAGE_ID = re.compile(r"om_[0-9A-Za-z_-]{1,120}")
_RECEIVERS = {"oc_": "chat_id", "ou_": "open_id", "on_": "union_id"}


class Feishu:
    """One self-built app; `fallbacks` are the custom bots that the roster's routes may name."""

    def __init__(  # noqa: PLR0913 settings, by name
        self,
        *,
        name: str,
        app_id: str,
        app_secret: SecretStr,
        verification_token: SecretStr,
        session: aiohttp.ClientSession,
        clock: Clock,
        encrypt_key: SecretStr | None = None,
        api_base: str = "https://open.feishu.cn",
        fallbacks: Mapping[str, FeishuHook] | None = None,
        monthly_quota: int | None = FREE_CALLS,
        limits: Limits = FEISHU_LIMITS,
        room: Room | None = None,
        body_bytes: int = BODY_BYTES,
        max_age: dt.timedelta = dt.timedelta(hours=8),
        timeout_s: float = 10.0,
    ) -> None:
        self.name = name
        self.limits = limits
        self.quota = Quota(robot=name, clock=clock, limit=monthly_quota)
        self.bot_open_id: str | None = None
        self._keys = EventKeys(
            verification_token=verification_token.get_secret_value(),
            encrypt_key=encrypt_key.get_secret_value() if encrypt_key else None,
            max_age=max_age,
        )
        self._api_base = api_base
        self._app = App(
            robot=name,
            line=Line(session=session, timeout_s=timeout_s),
            clock=clock,
            api_base=api_base,
            app_id=app_id,
            app_secret=app_secret,
            quota=self.quota,
        )
        self._uploads = Uploads(app=self._app)
        self._fallbacks = dict(fallbacks or {})
        self._room = room or Room()
        self._body_bytes = body_bytes
        self._accepted = Accepted()

    def open(self, hook: Hook) -> Inbound | Answer:
        """Believe and read an event: a message, the answer to the URL check, or an empty answer to what is ignored."""
        if hook.method != "POST":
            return Answer(status=405, body=b"{}")
        if len(hook.body) > self._body_bytes:
            return Answer(status=413, body=b"{}")
        event = believe(hook.headers, hook.body, received_at=hook.received_at, keys=self._keys)
        if event.get("type") == URL_VERIFICATION:
            return Answer(body=json.dumps({"challenge": str(event.get("challenge", ""))}).encode())
        inbound = read_event(event, bot_open_id=self.bot_open_id)
        if inbound is None:
            log.info("feishu event ignored", robot=self.name, event_type=event_type(event), chat_id=chat_of(event))
            return _DONE
        return structs.replace(inbound, file=self._handed(event, inbound.message_id))

    def _handed(self, event: dict[str, Any], message_id: str) -> Handed | None:
        """Return the file that was sent, to be fetched."""
        found = file_of(event)
        if found is None:
            return None
        name, key = found
        return Handed(name=name, fetch=partial(self._app.resource, message_id=message_id, key=key))

    def verdict(self, verdict: Verdict) -> Answer:
        """Answer 200 to all that is kept; else Feishu repeats it after 15 s, 5 min, 1 h and 6 h, which 503 asks for."""
        return Answer(status=503, body=b"{}") if verdict is Verdict.UNAVAILABLE else _DONE

    async def send(self, post: Post, load: Load) -> None:
        """Reply or push, through the route's custom bot where the app may not; raise SendError."""
        accepted = self._accepted.of(post.key)
        fallback = self._fallback(post)
        try:
            await self._say(post, load, accepted=accepted, fallback=fallback)
        except FeishuError as error:
            if error.treatment is not Treatment.UNFIT or fallback is None:
                raise
            log.warning("feishu falls back", robot=self.name, hook=fallback.name, key=post.key, code=error.code)
            held = self._uploads.held(post.document.attachments)
            await fallback.take_over(post, uploads=held, accepted=accepted)
        self._accepted.forget(post.key)

    async def check(self) -> list[str]:
        """Try the credentials and the right to speak, showing nothing to anybody; return findings in Chinese."""
        findings, open_id = await examine(self._app, encrypted=self._keys.encrypt_key is not None)
        self.bot_open_id = open_id or self.bot_open_id
        warning = self.quota.warning()
        return [*findings, f"注意：{warning}"] if warning else findings

    def hosts(self) -> list[str]:
        """Return the host and port that must be reachable."""
        url = URL(self._api_base)
        return [f"{url.host}:{url.port}"]

    async def close(self) -> None:
        """Stop what is under way; the session is the integrator's."""
        await self._uploads.close()
        await self._app.close()

    def _fallback(self, post: Post) -> FeishuHook | None:
        """Return the custom bot that the route names, as `feishu:hook` or `hook`; it reaches its group only."""
        if post.route is None or post.chat_kind is ChatKind.DIRECT:
            return None
        named = {name.rpartition(":")[2]: hook for name, hook in self._fallbacks.items()}
        return self._fallbacks.get(post.route) or named.get(post.route.rpartition(":")[2])

    async def _say(self, post: Post, load: Load, *, accepted: set[str], fallback: FeishuHook | None) -> None:
        """Upload and deliver, uploading anew once if Feishu does not know an upload any more.

        Where a custom bot may have to go on, the parts fit it from the beginning.
        """
        for again in (False, True):
            uploads = await self._uploads.of(post.document.attachments, load)
            try:
                await deliver(
                    post.document,
                    room=self._room.within(fallback.room.card) if fallback else self._room,
                    uploads=uploads,
                    mention=post.chat_kind is ChatKind.GROUP,
                    accepted=accepted,
                    put=lambda message: self._put(post, message),
                )
            except FeishuError as error:
                if error.treatment is not Treatment.RELOAD or again:
                    raise
                self._uploads.forget(post.document.attachments)
            else:
                break
        log.info("feishu sent", robot=self.name, key=post.key, parts=len(accepted))

    async def _put(self, post: Post, message: Message) -> None:
        """Reply where there is a message to reply to that still exists, else say it to the chat."""
        payload = {
            "msg_type": message.msg_type,
            "content": message.content_string,
            "uuid": uuid_of(post.key, message.label),
        }
        if post.reply_to and _MESSAGE_ID.fullmatch(post.reply_to):
            try:
                await self._app.post(f"/open-apis/im/v1/messages/{post.reply_to}/reply", payload)
            except FeishuError as error:
                if error.treatment is not Treatment.UNQUOTE:
                    raise
            else:
                return
        query = {"receive_id_type": _receiver(post)}
        await self._app.post("/open-apis/im/v1/messages", {"receive_id": post.chat_id, **payload}, query=query)


def _receiver(post: Post) -> str:
    """Tell by its shape what kind of id a chat id is: a person is told privately by the open_id."""
    if "@" in post.chat_id:
        return "email"
    return _RECEIVERS.get(post.chat_id[:3], "user_id" if post.chat_kind is ChatKind.DIRECT else "chat_id")
