"""Requests as the page takes them: from this machine's own page, small, and in order; anything else is refused."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from bot.pages import words
from bot.pages.feed import Chat, Person

MAX_BODY_BYTES = 64 * 1024
MAX_TEXT = 4000

Named = TypeVar("Named", Person, Chat)


class Refusal(Exception):  # noqa: N818 it is an answer, told as an exception
    """A request that is not carried out: an HTTP status and a sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def check_sender(request: web.Request, hosts: frozenset[str] | None) -> None:
    """Refuse a name that is not this machine's (DNS rebinding), and posts that another site's page makes."""
    if hosts is not None and _split(f"//{request.host}")[0] not in hosts:
        raise Refusal(403, words.FOREIGN_HOST)
    if request.method in {"GET", "HEAD"}:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site != "same-origin" or (origin is not None and _split(origin)[1] != request.host):
        raise Refusal(403, words.FOREIGN_ORIGIN)


async def read_json(request: web.Request) -> dict[str, Any]:
    """Read a small JSON object."""
    if request.content_type != "application/json":
        raise Refusal(415, words.NOT_JSON)
    body = b""
    async for chunk in request.content.iter_chunked(8192):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refusal(413, words.TOO_LARGE)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, words.NOT_JSON) from None
    if not isinstance(data, dict):
        raise Refusal(422, words.BAD_BODY)
    return data


def read_text(text: object) -> str:
    """Return a message that may be taken in."""
    if not isinstance(text, str):
        raise Refusal(422, words.BAD_BODY)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refusal(422, words.NO_TEXT)
    if len(text) > MAX_TEXT:
        raise Refusal(413, words.TOO_LONG.format(limit=MAX_TEXT, length=len(text)))
    if any((c < " " and c not in "\n\t") or "\ud800" <= c <= "\udfff" for c in text):
        raise Refusal(422, words.BAD_CHARACTERS)
    return text


def found(those: Iterator[Named], sentence: str) -> Named:
    """Return the first of those, or refuse."""
    first = next(those, None)
    if first is None:
        raise Refusal(404, sentence)
    return first


def _split(url: str) -> tuple[str | None, str]:
    """Return host name and authority of an address; nothing of one that is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None, ""
    else:
        return parts.hostname, parts.netloc
