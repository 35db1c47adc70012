"""Feishu's events as Inbound messages, without I/O; the other way, Documents as Feishu's messages, is `render`.

Events: https://open.feishu.cn/document/server-docs/im-v1/message/events/receive
Contents: https://open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content
"""

import datetime as dt
import re
from typing import Any

from bot.clock import SHANGHAI
from bot.messengers.base import ChatKind, Inbound, MalformedError
from bot.messengers.feishu.signing import load_object

MESSAGE_RECEIVED = "im.message.receive_v1"

_FORMS = {"audio": "voice", "media": "video"}
_MENTION = re.compile(r"@_user_[0-9]+|@_all(?![A-Za-z0-9_])")
_ID = re.compile(r"[\x21-\x7e]{1,128}")


def read_event(event: dict[str, Any], *, bot_open_id: str | None = None) -> Inbound | None:
    """Return the message that a believed event tells of; None for other events, for bots and for the recalled.

    The Inbound's text has its mentions resolved to `@name`, those of bots at its beginning left out.
    """
    if event_type(event) != MESSAGE_RECEIVED:
        return None
    body = _object(event, "event")
    message = _object(body, "message")
    sender = _object(body, "sender")
    content = message.get("content")
    if sender.get("sender_type", "user") != "user" or not content:
        return None
    if not isinstance(content, str):
        raise MalformedError("content is not a string")
    form, text = _said(message, load_object(content), bot_open_id)
    return Inbound(
        message_id=_id(message, "message_id"),
        chat_id=_id(message, "chat_id"),
        chat_kind=ChatKind.DIRECT if message.get("chat_type") == "p2p" else ChatKind.GROUP,
        sender_id=_sender(sender),
        text=text,
        sent_at=_moment(message.get("create_time")),
        quoted_id=_id(message, "parent_id") if message.get("parent_id") else None,
        form=form,
    )


def file_of(event: dict[str, Any]) -> tuple[str, str] | None:
    """Return the name and the key of a file that a message is; None for whatever else was said."""
    message = _object(_object(event, "event"), "message")
    content = message.get("content")
    if message.get("message_type") != "file" or not isinstance(content, str):
        return None
    said = load_object(content)
    name, key = said.get("file_name"), said.get("file_key")
    return (name, key) if isinstance(name, str) and isinstance(key, str) and _ID.fullmatch(key) else None


def event_type(event: dict[str, Any]) -> str:
    """Return the kind of a v2 event; a v1 event is not told apart, as none is listened to."""
    header = event.get("header")
    kind = header.get("event_type") if isinstance(header, dict) and event.get("schema") == "2.0" else None
    return kind if isinstance(kind, str) else "v1"


def chat_of(event: dict[str, Any]) -> str | None:
    """Return the chat an event names beside messages, as when the bot joins a group: whoever binds it needs the id."""
    body = event.get("event")
    chat_id = body.get("chat_id") if isinstance(body, dict) else None
    return chat_id if isinstance(chat_id, str) and _ID.fullmatch(chat_id) else None


def printable(text: str) -> str:
    """Drop what no database or JSON reader takes: lone surrogates and control characters but tab and line break."""
    whole = text.encode("utf-8", "replace").decode()
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", whole)


def _said(message: dict[str, Any], content: dict[str, Any], bot_open_id: str | None) -> tuple[str, str]:
    kind = message.get("message_type")
    if not isinstance(kind, str) or not _ID.fullmatch(kind):
        raise MalformedError("message_type is none")
    if kind == "text":
        text = content.get("text")
        if not isinstance(text, str):
            raise MalformedError("a text without text")
    elif kind == "post":
        text = _post_text(content)
        if not text.strip():
            return "image", ""
    else:
        return _FORMS.get(kind, kind), ""
    return "text", printable(_resolve_mentions(text, message.get("mentions"), bot_open_id)).strip()


def _resolve_mentions(text: str, mentions: object, bot_open_id: str | None) -> str:
    """Put `@name` for each `@_user_N`; by pattern, as `@_user_1` also begins `@_user_10`."""
    names: dict[str, str] = {"@_all": "@所有人"}
    bots: set[str] = set()
    for mention in mentions if isinstance(mentions, list) else []:
        if not isinstance(mention, dict) or not isinstance(key := mention.get("key"), str):
            continue
        names[key] = f"@{mention.get('name') or '某人'}"
        ids = mention.get("id")
        if mention.get("mentioned_type") == "bot" or (
            bot_open_id and isinstance(ids, dict) and ids.get("open_id") == bot_open_id
        ):
            bots.add(key)
    text = text.lstrip()
    while (first := _MENTION.match(text)) and first[0] in bots:
        text = text[first.end() :].lstrip()
    return _MENTION.sub(lambda found: names.get(found[0], found[0]), text)


def _post_text(content: dict[str, Any]) -> str:
    """Read a received post: a title and paragraphs of tagged pieces, with no level for the language."""
    title = content.get("title")
    lines = [title] if isinstance(title, str) and title else []
    paragraphs = content.get("content")
    for paragraph in paragraphs if isinstance(paragraphs, list) else []:
        pieces = paragraph if isinstance(paragraph, list) else []
        lines.append("".join(_piece_text(piece) for piece in pieces if isinstance(piece, dict)))
    return "\n".join(lines)


def _piece_text(piece: dict[str, Any]) -> str:
    match piece:
        case {"tag": "at", "user_id": str(key)} if _MENTION.fullmatch(key):
            return f"{key} "
        case {"tag": "at", "user_name": str(name)}:
            return f"@{name} "
        case {"tag": "text" | "a" | "md" | "code_block", "text": str(text)}:
            return text
    return ""


def _sender(sender: dict[str, Any]) -> str:
    """Return the open_id, which is always told; the others need a scope of their own."""
    ids = _object(sender, "sender_id")
    for name in ("open_id", "user_id", "union_id"):
        if ids.get(name):
            return _id(ids, name)
    raise MalformedError("a message without a sender")


def _object(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise MalformedError(f"{name} is missing")
    return value


def _id(parent: dict[str, Any], name: str) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise MalformedError(f"{name} is no id")
    return value


def _moment(milliseconds: object) -> dt.datetime | None:
    if not milliseconds:
        return None
    try:
        return dt.datetime.fromtimestamp(int(str(milliseconds)) / 1000, tz=SHANGHAI)
    except (ValueError, OverflowError, OSError):
        raise MalformedError("create_time is no moment") from None
