"""DingTalk's app robot (企业内部应用机器人): it listens in groups and one-to-one, answers, and pushes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
import structlog
from msgspec import structs
from pydantic import SecretStr

from bot.clock import Clock
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    Handed,
    Hook,
    Inbound,
    Limits,
    Load,
    Post,
    SendError,
    Verdict,
)
from bot.messengers.dingtalk import errors, inspection, signing, wire
from bot.messengers.dingtalk.client import App, Client
from bot.messengers.dingtalk.errors import Outcome, Reply
from bot.messengers.dingtalk.http import Line
from bot.messengers.dingtalk.payload import PARAM_BYTES, WEBHOOK_BYTES, Upload, media_message, prepare
from bot.messengers.dingtalk.progress import Progress
from bot.messengers.dingtalk.quota import Meter, Quota
from bot.messengers.dingtalk.render import MIN_LIMIT_BYTES
from bot.messengers.dingtalk.routes import LOST, DirectRoute, GroupRoute, PushRoute, Route, SessionRoute, left_out, say
from bot.messengers.dingtalk.signing import milliseconds
from bot.messengers.dingtalk.webhook import DingTalkWebhook, host_port

log = structlog.get_logger(__name__)

# Unpublished for the API (20 calls a second for each app and address are far off); the custom robot's 20 a minute is
# taken for each group. https://open.dingtalk.com/document/development/call-frequency-limit
ROBOT_LIMITS = Limits(posts=20, window_s=60.0, per_chat=True, idempotent=False)
SESSION_MARGIN_MS = 30_000
"""A session webhook this near to its end is not relied on."""

_SILENT = Answer(body=b'{"msgtype":"empty"}')


class DingTalk:
    """One app robot.

    `webhooks` are fixed webhooks of single groups, by the name a post's `route` gives (`dingtalk:city` or `city`): what
    must mention somebody goes through them, for the API cannot mention. `clock` tells the true time, whatever the
    business clock of a trial says.
    """

    def __init__(  # noqa: PLR0913 each is a setting of this robot
        self,
        *,
        name: str,
        client_id: str,
        client_secret: SecretStr,
        session: aiohttp.ClientSession,
        clock: Clock,
        robot_code: str | None = None,
        corp_id: str | None = None,
        api_base: str = "https://api.dingtalk.com",
        oapi_base: str = "https://oapi.dingtalk.com",
        webhooks: Mapping[str, DingTalkWebhook] | None = None,
        quota: Quota | None = None,
        limits: Limits = ROBOT_LIMITS,
        timeout_s: float = 10.0,
        limit_bytes: int = PARAM_BYTES,
        webhook_limit_bytes: int = WEBHOOK_BYTES,
    ) -> None:
        if min(limit_bytes, webhook_limit_bytes) < MIN_LIMIT_BYTES:
            raise ValueError(f"limits below {MIN_LIMIT_BYTES} bytes are too small")
        self.name = name
        self.limits = limits
        self.clock = clock
        self.robot_code = robot_code or client_id
        self._expected = wire.Addressee(robot_code=robot_code, corp_id=corp_id)
        self._webhooks = {_short(name): webhook for name, webhook in (webhooks or {}).items()}
        self.quota = quota or Quota(clock=clock)
        self._secret = client_secret
        self._limit_bytes = limit_bytes
        self._webhook_limit_bytes = webhook_limit_bytes
        self._progress = Progress()
        app = App(
            client_id=client_id,
            client_secret=client_secret,
            api_base=api_base.rstrip("/"),
            oapi_base=oapi_base.rstrip("/"),
        )
        line = Line(session=session, clock=clock, timeout_s=timeout_s)
        self._client = Client(app=app, line=line, quota=self.quota)

    def open(self, hook: Hook) -> Inbound | Answer:
        """Believe and read a callback; 413 when it is larger than any message can be."""
        if len(hook.body) > wire.BODY_BYTES:
            return Answer(status=413, body=b"{}")
        signing.verify(hook.headers, self._secret.get_secret_value(), now=hook.received_at)
        data = wire.decode(hook.body)
        self._expect_us(wire.addressee(data))
        message = wire.read(data)
        if isinstance(message, Inbound):
            return structs.replace(message, file=self._handed(data))
        if isinstance(message, wire.OverQuota):
            self.quota.exhaust(Meter.WEBHOOK)
        else:
            log.info("dingtalk callback ignored", robot=self.name)
        return _SILENT

    def _handed(self, data: dict[str, Any]) -> Handed | None:
        """Return the file that was sent, to be fetched.

        https://open.dingtalk.com/document/orgapp/download-the-file-content-of-the-robot-receiving-message
        """
        found = wire.file_of(data)
        if found is None:
            return None
        name, code = found
        return Handed(name=name, fetch=partial(self._client.download, code=code, robot_code=self.robot_code))

    def verdict(self, verdict: Verdict) -> Answer:
        """Answer without words (those come later, by session webhook); 503 when the message could not be kept.

        DingTalk counts every message it brings, so it is counted here, once for each call.
        """
        self.quota.count(Meter.WEBHOOK)
        return Answer(status=503, body=b"{}") if verdict is Verdict.UNAVAILABLE else _SILENT

    async def send(self, post: Post, load: Load) -> None:
        """Post the words, then picture and files; another try goes on after what has arrived."""
        push = self._push(post)
        carried = post.document.attachments if push else ()
        uploads = [(file.sha256, prepare(file, await load(file))) for file in carried]
        for sha256, upload in uploads:  # first of all, so that a bad file is known before anything is said
            await self._client.media_id(sha256, upload)
        await self._say(post, push)
        for number, (sha256, upload) in enumerate(uploads):
            step = f"file {number} {sha256}"
            if push and not self._progress.has(post.key, step):
                await self._show(push, sha256, upload)
                self._progress.add(post.key, step)
        self._progress.finish(post.key)

    async def check(self) -> list[str]:
        """Try the credentials and the permission to send, showing nothing to anybody; return findings in Chinese."""
        return [
            *await inspection.inspect(self._client, name=self.name, robot_code=self.robot_code),
            *(f"注意：{warning}" for warning in self.quota.warnings()),
        ]

    def hosts(self) -> list[str]:
        """Return the hosts and ports to be reached."""
        return [host_port(self._client.app.api_base), host_port(self._client.app.oapi_base)]

    async def close(self) -> None:
        """Give up what is under way and close the connections, the webhooks' too."""
        await self._client.close()
        for webhook in self._webhooks.values():
            await webhook.close()

    def _expect_us(self, to: wire.Addressee) -> None:
        """Refuse a body for another robot than the settings name: the signature does not cover the body."""
        codes, corps = {None, self._expected.robot_code}, {None, self._expected.corp_id}
        if (len(codes) > 1 and to.robot_code not in codes) or (len(corps) > 1 and to.corp_id not in corps):
            raise BadSignatureError("the callback is for another robot")

    async def _say(self, post: Post, push: PushRoute | None) -> None:
        """Post the words on the first route that leads anywhere."""
        routes = self._routes(post, push)
        if not routes:
            raise SendError(
                "dingtalk: no way to this person, the app is unpublished or they are outside", permanent=True
            )
        shown = push is not None and post.document.picture is not None
        note = None if push else left_out(post.document)
        reply = Reply(outcome=Outcome.OK)
        for route in routes:
            reply = await say(post, route, progress=self._progress, table=not shown, note=note)
            if reply.outcome is Outcome.OK:
                return
            log.info("dingtalk refused", robot=self.name, key=post.key, route=route.name, code=reply.code)
            if reply.outcome not in LOST:
                break
        raise errors.failure(reply, what="message")

    async def _show(self, push: PushRoute, sha256: str, upload: Upload) -> None:
        """Post an uploaded file; one that DingTalk has forgotten is uploaded once more."""
        reply = await push.push(media_message(upload, await self._client.media_id(sha256, upload)))
        if reply.outcome is Outcome.MEDIA:
            self._client.forget_media(sha256)
            reply = await push.push(media_message(upload, await self._client.media_id(sha256, upload)))
        if reply.outcome is not Outcome.OK:
            log.info("dingtalk refused", robot=self.name, route=push.name, code=reply.code, kind=upload.kind)
            raise errors.failure(reply, what=upload.kind)

    def _routes(self, post: Post, push: PushRoute | None) -> list[Route]:
        """Return the ways to this chat, best first."""
        routes: list[Route] = []
        if answer := self._session(post):
            routes.append(answer)
        webhook = self._webhooks.get(_short(post.route or ""))
        if webhook and post.chat_kind is ChatKind.GROUP:
            routes.append(webhook.route)
        if push:
            routes.append(push)
        return routes

    def _session(self, post: Post) -> SessionRoute | None:
        """Return the way that came with the message, while it is open and leads to DingTalk."""
        given = post.reply_route or {}
        address, until_ms = given.get("session_webhook"), given.get("until_ms")
        if not isinstance(address, str) or not isinstance(until_ms, int):
            return None
        if milliseconds(self.clock.now()) > until_ms - SESSION_MARGIN_MS:
            return None
        url = self._client.session_url(address)
        if url is None:
            log.warning("dingtalk session webhook leads elsewhere", robot=self.name, key=post.key)
            return None
        group = post.chat_kind is ChatKind.GROUP
        return SessionRoute(client=self._client, url=url, can_mention=group, limit_bytes=self._webhook_limit_bytes)

    def _push(self, post: Post) -> PushRoute | None:
        """Return the way through the API; None for a person whom it does not know."""
        if post.chat_kind is ChatKind.GROUP:
            return GroupRoute(
                client=self._client, robot_code=self.robot_code, chat_id=post.chat_id, limit_bytes=self._limit_bytes
            )
        if post.chat_id.startswith(wire.ENCRYPTED_ID):
            return None
        return DirectRoute(
            client=self._client, robot_code=self.robot_code, user_id=post.chat_id, limit_bytes=self._limit_bytes
        )


def _short(route: str) -> str:
    """Return a robot's name without its messenger's."""
    return route.rpartition(":")[2]
