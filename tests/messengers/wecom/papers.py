"""What tests of the WeCom robots send."""

import hashlib

from bot.document import Document, File
from bot.messengers.base import ChatKind, Post


class Papers:
    """Attachments and who loads them."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.loads = 0

    def file(self, name: str, data: bytes, media_type: str = "application/octet-stream") -> File:
        sha256 = hashlib.sha256(data).hexdigest()
        self.kept[sha256] = data
        return File(name=name, media_type=media_type, sha256=sha256)

    async def load(self, file: File) -> bytes:
        self.loads += 1
        return self.kept[file.sha256]


def post_of(
    document: Document,
    *,
    key: str = "k1",
    chat_id: str = "wrTESTCHAT0001",
    chat_kind: ChatKind = ChatKind.GROUP,
    route: str | None = None,
    reply_route: dict[str, str] | None = None,
) -> Post:
    return Post(key=key, chat_id=chat_id, chat_kind=chat_kind, document=document, route=route, reply_route=reply_route)
