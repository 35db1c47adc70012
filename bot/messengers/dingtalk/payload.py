"""What is posted to DingTalk: a Part or an uploaded file as the JSON of each route, and files made fit for upload."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from bot.document import File
from bot.messengers.dingtalk.render import Part

# https://open.dingtalk.com/document/development/the-robot-sends-a-group-message
PARAM_BYTES = 15_000
# Second-hand ("message too long, exceed 20000 bytes"); no document of 2026 states it.
WEBHOOK_BYTES = 20_000
FRAME_BYTES = 200
"""What the JSON around a title and a text takes on any route, idempotency key included."""
# https://open.dingtalk.com/document/development/upload-media-files
UPLOAD_BYTES = 20 * 1024 * 1024

_PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "png": "image/png", "bmp": "image/bmp"}
_FILES = {"xlsx", "pdf", "zip", "rar", "doc", "docx"}  # what both the upload and sampleFile take
_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)  # so that the same bytes zip to the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Bytes ready for upload, in a kind and with a name that DingTalk takes."""

    kind: str
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of the API: which form, and what is in it."""

    key: str
    param: str


def part_message(part: Part) -> Message:
    """Return a part as a message of the API."""
    if part.markdown:
        return Message(key="sampleMarkdown", param=compact({"title": part.title, "text": part.text}))
    return Message(key="sampleText", param=compact({"content": part.text}))


def part_body(part: Part, *, uuid: str) -> dict[str, Any]:
    """Return a part as the body of a webhook; `isAtAll` is always said to be false."""
    said = {"title": part.title, "text": part.text} if part.markdown else {"content": part.text}
    kind = "markdown" if part.markdown else "text"
    return {"msgtype": kind, kind: said, "at": {"atUserIds": list(part.at), "isAtAll": False}, "msgUuid": uuid}


def media_message(upload: Upload, media_id: str) -> Message:
    """Return an uploaded file as a message of the API."""
    if upload.kind == "image":
        return Message(key="sampleImageMsg", param=compact({"photoURL": media_id}))
    named = {"mediaId": media_id, "fileName": upload.name, "fileType": extension(upload.name)}
    return Message(key="sampleFile", param=compact(named))


def prepare(file: File, data: bytes) -> Upload:
    """Make a file fit for upload: a picture stays one, what DingTalk does not take is zipped."""
    kind = extension(file.name)
    if kind in _PICTURES:
        return Upload(kind="image", name=file.name, media_type=_PICTURES[kind], data=data)
    if kind in _FILES:
        return Upload(kind="file", name=file.name, media_type=file.media_type, data=data)
    return Upload(kind="file", name=f"{file.name}.zip", media_type="application/zip", data=_zipped(file.name, data))


def extension(name: str) -> str:
    """Return a file name's ending in small letters, empty when it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def compact(data: dict[str, Any]) -> str:
    """Return JSON with Chinese left as it is: escaped it would take twice the room."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def idempotency_key(post_key: str, *, number: int, total: int) -> str:
    """Return the msgUuid of one part: the same on every retry, another for another cut."""
    return hashlib.sha256(f"{post_key}\n{number}/{total}".encode()).hexdigest()[:32]


def _zipped(name: str, data: bytes) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, _ZIPPED_AT), data, compress_type=zipfile.ZIP_DEFLATED)
    return box.getvalue()
