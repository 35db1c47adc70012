"""DingTalk's API as the app robot uses it: token, calls, uploads, and answers by session webhook."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.messengers.base import FileLostError, SendError
from bot.messengers.dingtalk import errors
from bot.messengers.dingtalk.errors import Outcome, Raw, Reply
from bot.messengers.dingtalk.http import Line, masked
from bot.messengers.dingtalk.payload import UPLOAD_BYTES, Upload, extension
from bot.messengers.dingtalk.quota import Meter, Quota
from bot.messengers.dingtalk.tokens import Token, Tokens
from bot.messengers.download import download

_SESSION_PATH = "/robot/sendBySession"
_DOMAIN = ".dingtalk.com"
_MEDIA_KEPT = 512
_UNBILLED = {Outcome.WAIT, Outcome.TOKEN, Outcome.QUOTA}
"""Calls refused for their pace or their token are not billed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app of a corporation, as its page in the developer console names it."""

    client_id: str
    client_secret: SecretStr
    api_base: str
    oapi_base: str


class Client:
    """Speaks to DingTalk for one app."""

    def __init__(self, *, app: App, line: Line, quota: Quota) -> None:
        self.app = app
        self.line = line
        self.quota = quota
        self.tokens = Tokens(fetch=self._fetch_token, clock=line.clock)
        self._media: OrderedDict[str, str] = OrderedDict()
        self._uploading = asyncio.Lock()

    async def call(self, path: str, payload: dict[str, Any]) -> Reply:
        """Call the new API."""

        async def attempt(token: Token) -> Raw:
            headers = {"x-acs-dingtalk-access-token": token.value}
            return await self.line.post(f"{self.app.api_base}{path}", payload, headers=headers)

        return await self._with_token(attempt, errors.read_api)

    async def media_id(self, sha256: str, upload: Upload) -> str:
        """Return the id under which DingTalk knows these bytes, uploading them if it does not.

        Ids live without end, says https://open.dingtalk.com/document/development/upload-media-files.
        """
        if len(upload.data) > UPLOAD_BYTES:
            raise SendError(f"dingtalk takes files up to 20 MB, {upload.name} is larger", permanent=True)
        async with self._uploading:  # the same picture for several chats at once is uploaded once
            known = self._media.get(sha256)
            if known is None:
                known = self._media[sha256] = await self._upload(sha256, upload)
            self._media.move_to_end(sha256)
            while len(self._media) > _MEDIA_KEPT:
                self._media.popitem(last=False)
            return known

    async def download(self, *, code: str, robot_code: str) -> bytes:
        """Bring in a file that was sent to the robot: the code gives an address, which is fetched at once."""
        try:
            reply = await self.call(
                "/v1.0/robot/messageFiles/download", {"downloadCode": code, "robotCode": robot_code}
            )
        except SendError as fault:
            raise FileLostError("no address") from fault
        url = reply.body.get("downloadUrl")
        if reply.outcome is not Outcome.OK or not isinstance(url, str):
            raise FileLostError(f"no address ({reply.code})")
        return await download(self.line.session, url, timeout_s=self.line.timeout_s)

    def forget_media(self, sha256: str) -> None:
        """Upload these bytes anew the next time."""
        self._media.pop(sha256, None)

    def session_url(self, url: str) -> URL | None:
        """Return a session webhook's address if it leads to DingTalk: the body that named it is unsigned."""
        try:
            address = URL(url)
            ours = address.origin() in {URL(self.app.api_base).origin(), URL(self.app.oapi_base).origin()}
        except ValueError:
            return None
        theirs = address.scheme == "https" and address.port == 443 and (address.host or "").endswith(_DOMAIN)
        plain = address.user is None and address.password is None and address.path == _SESSION_PATH
        return address if plain and (ours or theirs) else None

    async def answer(self, url: URL, body: dict[str, Any]) -> Reply:
        """Post to a session webhook, which needs no token and no signature."""
        reply = await metered(self.line.post(url, body), errors.read_webhook, quota=self.quota, meter=Meter.WEBHOOK)
        return self._masked(reply, *url.query.values())

    async def close(self) -> None:
        """Give up what is under way and close the connections."""
        await self.tokens.close()
        await self.line.session.close()

    async def _upload(self, sha256: str, upload: Upload) -> str:
        async def attempt(token: Token) -> Raw:
            form = aiohttp.FormData({"type": upload.kind})
            # The name that people see travels in the message; here a plain one spares header encodings.
            name = f"{sha256[:16]}.{extension(upload.name)}"
            form.add_field("media", upload.data, filename=name, content_type=upload.media_type)
            url = f"{self.app.oapi_base}/media/upload"
            return await self.line.request(url, form, params={"access_token": token.value}, harmless=True)

        reply = await self._with_token(attempt, errors.read_legacy)
        media_id = reply.body.get("media_id")
        if reply.outcome is Outcome.UNKNOWN or (reply.outcome is Outcome.OK and not isinstance(media_id, str)):
            raise SendError(f"dingtalk upload: {reply.code} {reply.message}".rstrip())  # doing it again is harmless
        if reply.outcome is not Outcome.OK:
            raise errors.failure(reply, what="upload")
        return str(media_id)

    async def _with_token(self, attempt: Callable[[Token], Awaitable[Raw]], read: Callable[[Raw], Reply]) -> Reply:
        """Make a call; when its token is refused, renew that and make the call once more."""
        token = await self.tokens.get()
        reply = await metered(attempt(token), read, quota=self.quota, meter=Meter.API)
        if reply.outcome is Outcome.TOKEN:
            token = await self.tokens.renew(token)
            reply = await metered(attempt(token), read, quota=self.quota, meter=Meter.API)
        return self._masked(reply, token.value)

    async def _fetch_token(self) -> Token:
        """Ask for a token; DingTalk does not bill this."""
        secret = self.app.client_secret.get_secret_value()
        payload = {"appKey": self.app.client_id, "appSecret": secret}
        url = f"{self.app.api_base}/v1.0/oauth2/accessToken"
        raw = await self.line.post(url, payload, harmless=True)
        reply = self._masked(errors.read_api(raw))
        value, lives_s = reply.body.get("accessToken"), reply.body.get("expireIn", 7200)
        if reply.outcome is Outcome.OK and isinstance(value, str) and value and isinstance(lives_s, int):
            return Token(value=value, lives_s=lives_s)
        if reply.outcome in {Outcome.OK, Outcome.UNKNOWN}:
            raise SendError(f"dingtalk token: {reply.code} {reply.message}".rstrip())  # nothing was said to anybody
        raise errors.failure(reply, what="token")

    def _masked(self, reply: Reply, *keys: str) -> Reply:
        secret = self.app.client_secret.get_secret_value()
        return replace(reply, message=masked(reply.message, secret, *keys, self.tokens.known()))


async def metered(call: Awaitable[Raw], read: Callable[[Raw], Reply], *, quota: Quota, meter: Meter) -> Reply:
    """Await a call and count it against the month as DingTalk bills it; one whose answer was lost may be billed."""
    try:
        reply = read(await call)
    except SendError as error:
        if error.unknown:
            quota.count(meter)
        raise
    if reply.outcome is Outcome.QUOTA:
        quota.exhaust(meter)
    elif reply.outcome not in _UNBILLED:
        quota.count(meter)
    return reply
