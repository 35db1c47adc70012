"""The open API of one self-built app: its tenant token, its calls, its uploads.

Token: https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
Images: https://open.feishu.cn/document/server-docs/im-v1/image/create
Files: https://open.feishu.cn/document/server-docs/im-v1/file/create
"""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import structlog
from pydantic import SecretStr

from bot.clock import Clock
from bot.document import File
from bot.messengers.base import FileLostError, Load, SendError
from bot.messengers.download import download
from bot.messengers.feishu.codes import QUOTA_SPENT, FeishuError, Treatment
from bot.messengers.feishu.flights import Flights
from bot.messengers.feishu.quota import Quota
from bot.messengers.feishu.render import Kind, Upload
from bot.messengers.feishu.transport import Answer, Line, Request, json_body

log = structlog.get_logger()

MAX_IMAGE_BYTES = 10_000_000
MAX_FILE_BYTES = 30_000_000

_TOKEN_SPARE = dt.timedelta(minutes=25)
"""Under 30 minutes left Feishu gives a new token while the old one still holds."""
_IMAGE_TYPES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff", "image/heic"}
_FILE_TYPES = {
    ".xlsx": "xls",
    ".xls": "xls",
    ".docx": "doc",
    ".doc": "doc",
    ".pptx": "ppt",
    ".ppt": "ppt",
    ".pdf": "pdf",
}
_KEPT_UPLOADS = 512
DOWNLOAD_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    value: str = field(repr=False)
    renew_at: dt.datetime


class App:
    """The open API, called with a token that is fetched once for all who need it."""

    def __init__(
        self, *, robot: str, line: Line, clock: Clock, api_base: str, app_id: str, app_secret: SecretStr, quota: Quota
    ) -> None:
        self.robot = robot
        self.line = line
        self.clock = clock
        self.api_base = api_base.rstrip("/")
        self.app_id = app_id
        self.quota = quota
        self._app_secret = app_secret
        self._token: _Token | None = None
        self._fetching: Flights[_Token] = Flights()

    async def post(self, path: str, payload: Mapping[str, Any], *, query: Mapping[str, str] | None = None) -> Answer:
        """Say something: a call whose lost answer is an unknown outcome."""
        return await self._call("POST", path, lambda: json_body(payload), query=query, shows=True)

    async def upload(self, path: str, form: Callable[[], aiohttp.FormData]) -> Answer:
        """Upload something; doing so twice harms nobody."""
        return await self._call("POST", path, form, as_json=False)

    async def get(self, path: str) -> Answer:
        """Ask for something."""
        return await self._call("GET", path, lambda: None)

    async def resource(self, *, message_id: str, key: str) -> bytes:
        """Bring in a file that was sent in a message.

        https://open.feishu.cn/document/server-docs/im-v1/message/get-2
        """
        try:
            token = await self.token()
        except FeishuError as fault:
            raise FileLostError("no token") from fault
        url = f"{self.api_base}/open-apis/im/v1/messages/{quote(message_id, safe='')}/resources/{quote(key, safe='')}"
        headers = {"Authorization": f"Bearer {token}"}
        self.quota.count()
        return await download(self.line.session, f"{url}?type=file", headers=headers, timeout_s=DOWNLOAD_S)

    async def token(self) -> str:
        """Return a token that holds, fetching one when there is none or it ends soon."""
        token = self._token
        if token is None or self.clock.now() >= token.renew_at:
            token = await self._fetching.share("token", self._fetch_token)
        return token.value

    async def close(self) -> None:
        """Stop fetching."""
        await self._fetching.close()

    async def _call(
        self,
        method: str,
        path: str,
        body: Callable[[], bytes | aiohttp.FormData | None],
        *,
        query: Mapping[str, str] | None = None,
        as_json: bool = True,
        shows: bool = False,
    ) -> Answer:
        token = await self.token()
        url = f"{self.api_base}{path}" + (f"?{urlencode(query)}" if query else "")

        async def ask(token: str) -> Answer:
            headers = {"Authorization": f"Bearer {token}"}
            if as_json:
                headers["Content-Type"] = "application/json; charset=utf-8"
            secrets = (token, self._app_secret.get_secret_value())
            return await self.line.ask(
                Request(
                    method=method,
                    url=url,
                    headers=headers,
                    body=body,
                    secrets=secrets,
                    shows=shows,
                    large=not as_json,
                )
            )

        try:
            answer = await ask(token)
        except FeishuError as error:
            if error.treatment is not Treatment.TOKEN:
                raise self._noted(error) from None
            self._drop(token)
            try:
                answer = await ask(await self.token())
            except FeishuError as again:
                raise self._noted(again) from None
        self.quota.count()
        return answer

    def _noted(self, error: FeishuError) -> FeishuError:
        if error.code == QUOTA_SPENT:
            self.quota.mark_spent()
        return error

    def _drop(self, refused: str) -> None:
        """Forget a refused token, unless another caller has already fetched a newer one."""
        if self._token is not None and self._token.value == refused:
            self._token = None

    async def _fetch_token(self) -> _Token:
        secret = self._app_secret.get_secret_value()
        payload = json_body({"app_id": self.app_id, "app_secret": secret})
        answer = await self.line.ask(
            Request(
                method="POST",
                url=f"{self.api_base}/open-apis/auth/v3/tenant_access_token/internal",
                headers={"Content-Type": "application/json; charset=utf-8"},
                body=lambda: payload,
                secrets=(secret,),
            )
        )
        value, life_s = answer.data.get("tenant_access_token"), answer.data.get("expire")
        if not isinstance(value, str) or not value or not isinstance(life_s, int):
            raise FeishuError("飞书没有给出令牌", treatment=Treatment.RETRY)
        life = dt.timedelta(seconds=max(life_s, 0))
        self._token = _Token(value=value, renew_at=self.clock.now() + max(life - _TOKEN_SPARE, life / 2))
        log.info("feishu token fetched", robot=self.robot, life_s=life_s, log_id=answer.log_id)
        return self._token


class Uploads:
    """Attachments that Feishu holds for the app, by content; the same picture for 17 chats goes up once."""

    def __init__(self, *, app: App) -> None:
        self.app = app
        self._kept: OrderedDict[str, Upload] = OrderedDict()
        self._going: Flights[Upload | None] = Flights()

    async def of(self, attachments: Iterable[File], load: Load) -> dict[str, Upload]:
        """Return the uploads by SHA-256, uploading what is not there; what Feishu will never take is left out."""
        found = {}
        for file in attachments:
            upload = self._kept.get(file.sha256) or await self._going.share(file.sha256, partial(self._put, file, load))
            if upload:
                found[file.sha256] = upload
        return found

    def held(self, attachments: Iterable[File]) -> dict[str, Upload]:
        """Return those that are there already."""
        return {file.sha256: self._kept[file.sha256] for file in attachments if file.sha256 in self._kept}

    def forget(self, attachments: Iterable[File]) -> None:
        """Forget uploads that Feishu does not know any more."""
        for file in attachments:
            self._kept.pop(file.sha256, None)

    async def close(self) -> None:
        """Stop what is going up."""
        await self._going.close()

    async def _put(self, file: File, load: Load) -> Upload | None:
        upload = await self._taken(file, load)
        if upload is None:
            log.warning("feishu attachment left out", robot=self.app.robot, sha256=file.sha256)
            return None
        self._kept[file.sha256] = upload
        while len(self._kept) > _KEPT_UPLOADS:
            self._kept.popitem(last=False)
        return upload

    async def _taken(self, file: File, load: Load) -> Upload | None:
        """Upload a file, or return None for one that is lost, or that Feishu will never take: the words go without."""
        try:
            data = await load(file)
        except SendError as gone:
            if not gone.permanent:
                raise
            return None
        try:
            return await self._send(file, data) if 0 < len(data) <= MAX_FILE_BYTES else None
        except FeishuError as error:
            if error.treatment is not Treatment.ATTACHMENT:
                raise
            return None

    async def _send(self, file: File, data: bytes) -> Upload:
        """Upload as an image, which is shown, where Feishu takes it as one; else as a file."""
        suffix = PurePath(file.name).suffix.lower()
        plain_name = f"attachment{suffix if suffix.isascii() else ''}"

        def form(part: str, fields: Mapping[str, str]) -> Callable[[], aiohttp.FormData]:
            def make() -> aiohttp.FormData:
                made = aiohttp.FormData(fields)
                made.add_field(part, data, filename=plain_name, content_type=file.media_type)
                return made

            return make

        if file.media_type in _IMAGE_TYPES and len(data) <= MAX_IMAGE_BYTES:
            try:
                answer = await self.app.upload("/open-apis/im/v1/images", form("image", {"image_type": "message"}))
                return Upload(kind=Kind.IMAGE, key=_key(answer, "image_key"))
            except FeishuError as error:
                if error.treatment is not Treatment.ATTACHMENT:
                    raise
        fields = {"file_type": _FILE_TYPES.get(suffix, "stream"), "file_name": file.name}
        answer = await self.app.upload("/open-apis/im/v1/files", form("file", fields))
        return Upload(kind=Kind.FILE, key=_key(answer, "file_key"))


def _key(answer: Answer, name: str) -> str:
    data = answer.data.get("data")
    key = data.get(name) if isinstance(data, dict) else None
    if not isinstance(key, str) or not key:
        raise FeishuError(f"飞书没有给出 {name}", treatment=Treatment.RETRY)
    return key
