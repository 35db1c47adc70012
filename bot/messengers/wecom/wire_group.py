"""The group webhook's payloads: https://developer.work.weixin.qq.com/document/path/99110 (消息推送, once 群机器人)."""

import base64
import hashlib
from typing import Any

from bot.document import Document, Severity
from bot.messengers.wecom.paging import Dialect, pages
from bot.messengers.wecom.wire import mentionable

TEXT_LIMIT = 2048
MARKDOWN_LIMIT = 4096
"""UTF-8 bytes, both dialects of markdown."""


def messages(document: Document, *, limit: int = MARKDOWN_LIMIT) -> list[dict[str, Any]]:
    """Lay a document out in the form that shows it best.

    A table needs markdown_v2, which cannot mention, so the mentions follow as a text; a few untitled words go as text,
    which every client shows; everything else as markdown, with colour for what is red.
    """
    mentions = mentionable(document.mentions)
    if document.table:
        return _laid(document, Dialect.MARKDOWN_V2, limit) + _call(document, mentions)
    if document.title is None and document.severity is Severity.INFO:
        short = pages(document, dialect=Dialect.TEXT, limit=min(limit, TEXT_LIMIT))
        if len(short) <= 1:
            return [_text(page, mentions) for page in short if page.strip() or mentions]
    return _laid(document, Dialect.MARKDOWN, limit, mentions)


def image(data: bytes) -> dict[str, Any]:
    """Return a message that is a picture, PNG or JPEG of at most 2 MB."""
    digest = hashlib.md5(data).hexdigest()  # noqa: S324 the platform's own checksum
    return {"msgtype": "image", "image": {"base64": base64.b64encode(data).decode(), "md5": digest}}


def file(media_id: str) -> dict[str, Any]:
    """Return a message that is an uploaded file."""
    return {"msgtype": "file", "file": {"media_id": media_id}}


def _laid(document: Document, dialect: Dialect, limit: int, mentions: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    laid = pages(document, dialect=dialect, limit=limit, mentions=mentions)
    return [{"msgtype": dialect.value, dialect.value: {"content": page}} for page in laid if page.strip()]


def _call(document: Document, mentions: tuple[str, ...]) -> list[dict[str, Any]]:
    if not mentions:
        return []
    first = Document(lines=(document.title or next(iter(document.lines), "请查看以上内容"),))
    return [_text(pages(first, dialect=Dialect.TEXT, limit=TEXT_LIMIT)[0], mentions)]


def _text(content: str, mentions: tuple[str, ...]) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content, **({"mentioned_list": list(mentions)} if mentions else {})}}
