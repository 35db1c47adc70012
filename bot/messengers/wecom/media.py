"""Pictures and files: what goes out as a picture, what as a file, uploads that are not repeated; files that came."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.clock import Clock
from bot.document import File
from bot.messengers.base import FileLostError, Handed, Load, MalformedError, SendError
from bot.messengers.download import download
from bot.messengers.wecom import wire_robot
from bot.messengers.wecom.codes import Course, RefusedError
from bot.messengers.wecom.pace import Uploads
from bot.messengers.wecom.signing import decrypt_media

MB = 1024 * 1024
MAX_FILE = 20 * MB
"""https://developer.work.weixin.qq.com/document/path/90253 and …/99110; a file has more than 5 bytes."""
MAX_IMAGE = 10 * MB
DOWNLOAD_S = 10.0
PICTURES = {"image/png", "image/jpeg"}

Upload = Callable[[str, str, bytes], Awaitable[str]]
"""(kind, name, bytes) → media_id"""
Show = Callable[[str, str], Awaitable[None]]
"""(kind, media_id) → shown in the chat"""


def handed(body: dict[str, Any], *, key: SecretStr | None, session: aiohttp.ClientSession) -> Handed | None:
    """Return the file that a robot was sent, to be fetched; sealed with its own key, else with the robot's."""
    found = wire_robot.file_of(body)
    if found is None:
        return None
    url, own = found
    return Handed(fetch=partial(_fetch, session, url, SecretStr(own) if own else key))


async def _fetch(session: aiohttp.ClientSession, url: str, key: SecretStr | None) -> bytes:
    blob = await download(session, url, timeout_s=DOWNLOAD_S)
    try:
        return decrypt_media(blob, key) if key is not None else blob
    except (MalformedError, ValueError) as fault:
        raise FileLostError("cannot be decrypted") from fault


class Media:
    """Files shown through uploads, each uploaded once while its media_id lives."""

    def __init__(self, *, upload: Upload, clock: Clock, max_image: int = MAX_IMAGE) -> None:
        self._upload = upload
        self._uploads = Uploads(clock=clock)
        self._max_image = max_image

    async def show(self, file: File, load: Load, show: Show) -> None:
        """Upload a file unless that was done, and show it; a media_id that WeCom forgot is made anew, once."""
        kept = next((one for one in ("image", "file") if self._uploads.get(one, file.sha256)), None)
        if kept is not None:
            try:
                await show(kept, self._uploads.get(kept, file.sha256) or "")
            except RefusedError as fault:
                if fault.course is not Course.RELOAD:
                    raise
                self._uploads.forget(kept, file.sha256)
            else:
                return
        kind, media_id = await self._put(file, load)
        await show(kind, media_id)

    async def _put(self, file: File, load: Load) -> tuple[str, str]:
        data = await load(file)
        kind = "image" if is_picture(file, data, max_bytes=self._max_image) else "file"
        check_file(data)
        media_id = await self._upload(kind, file.name, data)
        self._uploads.keep(kind, file.sha256, media_id)
        return kind, media_id


def is_picture(file: File, data: bytes, *, max_bytes: int) -> bool:
    """Tell whether a file may be shown as a picture: PNG or JPEG, not too large."""
    return file.media_type in PICTURES and len(data) <= max_bytes


def check_file(data: bytes) -> None:
    """Raise a permanent SendError for a file that WeCom would refuse."""
    if not 5 < len(data) <= MAX_FILE:
        raise SendError(f"a file of {len(data)} bytes cannot be sent", permanent=True)
