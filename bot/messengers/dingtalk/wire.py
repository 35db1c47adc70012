"""What DingTalk sends, read into an Inbound: bytes in, values out.

https://open.dingtalk.com/document/development/receive-message
https://open.dingtalk.com/document/development/robot-message-type
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from bot.clock import SHANGHAI
from bot.messengers.base import ChatKind, Inbound, MalformedError

BODY_BYTES = 64 * 1024
"""DingTalk states no size for callbacks; a text message is far smaller than this."""
OVER_QUOTA = "20001"
"""The errorCode of a callback whose words were withheld because the month's uses are gone."""
ENCRYPTED_ID = "$:LWCP"
"""How ids begin that stand for an outsider, or for anybody while the app is unpublished: the API knows none of them."""

_ID_LENGTH = 200
_NAME_LENGTH = 100
_FORMS = {"picture": "image", "richText": "image", "audio": "voice", "unknownMsgType": "unknown"}
_KINDS = {"1": ChatKind.DIRECT, "2": ChatKind.GROUP}


@dataclass(frozen=True, slots=True, kw_only=True)
class OverQuota:
    """A callback without words: the month's webhook and stream uses are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrelated:
    """A believed callback that is nobody's message to the robot (a card's button, an event, its own words)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Which robot a callback claims to be for; None where the callback does not say."""

    robot_code: str | None
    corp_id: str | None


def decode(body: bytes) -> dict[str, Any]:
    """Return a callback's JSON object; raise MalformedError for anything else, however deep or strange."""
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise MalformedError("the body is no JSON object")
    return data


def addressee(data: dict[str, Any]) -> Addressee:
    """Return whom a callback is for: custom robots send no robotCode, so both may be absent."""
    return Addressee(robot_code=_text(data.get("robotCode")) or None, corp_id=_text(data.get("chatbotCorpId")) or None)


def read(data: dict[str, Any]) -> Inbound | OverQuota | Unrelated:
    """Read a robot callback; raise MalformedError when it lacks what every message has."""
    if str(data.get("errorCode", "")) == OVER_QUOTA:
        return OverQuota()
    if not {"msgId", "conversationId"} & data.keys() and {"type", "EventType", "outTrackId"} & data.keys():
        return Unrelated()
    if (robot := _text(data.get("chatbotUserId"))) and data.get("senderId") == robot:
        return Unrelated()  # what the robot said itself
    kind = _KINDS.get(str(data.get("conversationType", "")))
    if kind is None:
        raise MalformedError("the conversation is neither a group nor one-to-one")
    sender_id = _text(data.get("senderStaffId")) or _id(data, "senderId")
    _bounded(sender_id, "senderStaffId")
    form, text = _content(data)
    return Inbound(
        message_id=_id(data, "msgId"),
        chat_id=_id(data, "conversationId") if kind is ChatKind.GROUP else sender_id,
        chat_kind=kind,
        sender_id=sender_id,
        text=text,
        sent_at=_moment(data.get("createAt")),
        sender_name=_text(data.get("senderNick"))[:_NAME_LENGTH] or None,
        chat_name=_text(data.get("conversationTitle"))[:_NAME_LENGTH] or None,
        quoted_id=_quoted(data),
        reply_route=_reply_route(data),
        reply_until=_moment(data.get("sessionWebhookExpiredTime")),
        form=form,
    )


def file_of(data: dict[str, Any]) -> tuple[str, str] | None:
    """Return the name and the download code of a file that was sent; None for whatever else was said."""
    if _text(data.get("msgtype")) != "file":
        return None
    content = _dict(data.get("content"))
    name, code = _text(content.get("fileName")), _text(content.get("downloadCode"))
    return (name, code) if code else None


def _content(data: dict[str, Any]) -> tuple[str, str]:
    """Return (form, text) of a message; whatever has no words has an empty text."""
    kind = _text(data.get("msgtype")) or "text"
    content = _dict(data.get("content"))
    if kind == "text":
        return "text", _text(_dict(data.get("text")).get("content"))
    if kind == "richText":
        words = _rich(content.get("richText"))
        return ("text" if words else _FORMS[kind]), words
    if kind == "audio":
        return "voice", _text(content.get("recognition"))
    return _FORMS.get(kind, kind[:_NAME_LENGTH]), ""


def _rich(pieces: object) -> str:
    """Join the words of a rich text; a picture between them is a line break."""
    if not isinstance(pieces, list):
        return ""
    words = [_clean(p["text"]) if isinstance(p, dict) and isinstance(p.get("text"), str) else "\n" for p in pieces]
    return "".join(words).strip()


def _quoted(data: dict[str, Any]) -> str | None:
    """Return the id of the message that is replied to.

    Seen in callbacks, not in the documents: `text.isReplyMsg` and `text.repliedMsg.msgId`
    (https://github.com/AstrBotDevs/AstrBot/pull/9464).
    """
    replied = _dict(_dict(data.get("text")).get("repliedMsg"))
    return (_text(replied.get("msgId")) or _text(data.get("originalMsgId")))[:_ID_LENGTH] or None


def _reply_route(data: dict[str, Any]) -> dict[str, Any] | None:
    """Return the address that answers this message, with its end in ms, so that whoever holds it can tell."""
    url, until = _text(data.get("sessionWebhook")), _moment(data.get("sessionWebhookExpiredTime"))
    if not url or len(url) > 2048 or until is None:
        return None
    return {"session_webhook": url, "until_ms": round(until.timestamp() * 1000)}


def _id(data: dict[str, Any], key: str) -> str:
    value = _text(data.get(key))
    if not value:
        raise MalformedError(f"{key} is missing")
    return _bounded(value, key)


def _bounded(value: str, key: str) -> str:
    if len(value) > _ID_LENGTH:
        raise MalformedError(f"{key} is too long")
    return value


def _moment(value: object) -> dt.datetime | None:
    """Read milliseconds: the document's table says string, its samples show a number; None if it is neither."""
    digits = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 13):
        return None
    return dt.datetime.fromtimestamp(int(digits) / 1000, tz=SHANGHAI)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return _clean(value).strip() if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """Drop what no database or encoder takes: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
