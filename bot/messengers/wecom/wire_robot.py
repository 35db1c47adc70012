"""The smart robot's payloads, the same over its callback URL and its long connection.

https://developer.work.weixin.qq.com/document/path/100719 (messages), …/101027 (events), …/101031 (passive replies),
…/101138 (response_url), …/101463 (long connection).
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from yarl import URL

from bot.messengers.base import ChatKind, Inbound, MalformedError
from bot.messengers.wecom.wire import identifier, without_mention, words

REPLY_LIMIT = 20480
"""UTF-8 bytes of a reply or a push: https://developer.work.weixin.qq.com/document/path/101138"""
RESPONSE_URL_LIFE = dt.timedelta(hours=1)
REQUEST_LIFE = dt.timedelta(hours=24)
REPLY_HOSTS = (".weixin.qq.com",)
"""Where a response_url may point to, beside the host of `api_base`."""


_RECORD = re.compile(r"#A\d{1,12}(?!\d)")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and is no message."""

    kind: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refresh:
    """The platform asks how a stream goes on."""

    stream_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Robot:
    """What the adapter knows of its robot."""

    name: str | None = None
    """The display name, to take `@name` off what is said to it."""
    bot_id: str | None = None


def read(body: dict[str, Any], *, robot: Robot) -> Inbound | Event | Refresh:
    """Read a decrypted body; raise MalformedError for what is no message as documented."""
    kind = body.get("msgtype")
    if kind == "stream":
        return Refresh(identifier(_part(body, "stream").get("id"), "stream id"))
    if kind == "event":
        return Event(identifier(_part(body, "event").get("eventtype"), "event type"), body)
    if robot.bot_id and body.get("aibotid") not in {None, robot.bot_id}:
        raise MalformedError("for another robot")
    sender_id = identifier(_part(body, "from").get("userid"), "sender")
    if sender_id == body.get("aibotid"):
        return Event("own words", body)
    form, text = _said(body)
    is_group = body.get("chattype") == "group" or ("chatid" in body and body.get("chattype") != "single")
    return Inbound(
        message_id=identifier(body.get("msgid"), "msgid"),
        chat_id=identifier(body.get("chatid"), "chatid") if is_group else sender_id,
        chat_kind=ChatKind.GROUP if is_group else ChatKind.DIRECT,
        sender_id=sender_id,
        text=without_mention(text, robot.name) if is_group else _unnamed(text, robot.name),
        sent_at=_moment(body.get("create_time")),
        quoted_id=_quoted(body),
        form=form,
    )


def file_of(body: dict[str, Any]) -> tuple[str, str | None] | None:
    """Return the address of a file that was sent, and its own key where it has one; None for whatever else was said.

    https://developer.work.weixin.qq.com/document/path/100719: the address holds for five minutes.
    """
    if body.get("msgtype") != "file":
        return None
    part = _part(body, "file")
    url, key = part.get("url"), part.get("aeskey")
    if not isinstance(url, str):
        raise MalformedError("a file without an address")
    return url, key if isinstance(key, str) else None


def response_url(body: dict[str, Any], *, api_base: str) -> str | None:
    """Return the address for one late reply, or None when there is none that may be trusted."""
    address = body.get("response_url")
    return address if isinstance(address, str) and is_reply_address(address, api_base=api_base) else None


def is_reply_address(address: str, *, api_base: str) -> bool:
    """Tell whether an address that came with a message belongs to WeCom (or to the private deployment we talk to)."""
    try:
        url = URL(address)
    except ValueError:
        return False
    if url.scheme not in {"http", "https"} or not url.host or url.user or url.password:
        return False
    if url.origin() == URL(api_base).origin():
        return True
    return url.scheme == "https" and url.port == 443 and url.host.endswith(REPLY_HOSTS)


def stream(content: str, *, stream_id: str) -> dict[str, Any]:
    """Return a reply that is complete at once: a stream with its first frame the last, so nobody polls."""
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": True, "content": content}}


def markdown(content: str) -> dict[str, Any]:
    """Return a reply to a response_url, or the message of a push."""
    return {"msgtype": "markdown", "markdown": {"content": content}}


def welcome(content: str) -> dict[str, Any]:
    """Return the answer to `enter_chat`."""
    return {"msgtype": "text", "text": {"content": content}}


def push(message: dict[str, Any], *, chat_id: str, chat_kind: ChatKind) -> dict[str, Any]:
    """Return the body of `aibot_send_msg`; the chat id goes out as it came in, or WeCom says 93006."""
    return {"chatid": chat_id, "chat_type": 2 if chat_kind is ChatKind.GROUP else 1, **message}


def media(kind: str, media_id: str) -> dict[str, Any]:
    """Return a message that shows an uploaded picture or file."""
    return {"msgtype": kind, kind: {"media_id": media_id}}


def _said(body: dict[str, Any]) -> tuple[str, str]:
    """Return the form and the words of a message; what has no words has an empty text."""
    kind = body.get("msgtype")
    if kind == "text":
        return "text", words(_part(body, "text").get("content"))
    if kind == "voice":
        return "voice", words(_part(body, "voice").get("content"))
    if kind == "mixed":
        items = _part(body, "mixed").get("msg_item")
        if not isinstance(items, list):
            raise MalformedError("no msg_item")
        said = [words(_part(item, "text").get("content")) for item in items if _is_text(item)]
        return ("text", "\n".join(said)) if any(one.strip() for one in said) else ("image", "")
    return identifier(kind, "msgtype")[:64], ""


def _quoted(body: dict[str, Any]) -> str | None:
    """Return the record that a quoted answer of ours names: a quote has no id of its message.

    https://developer.work.weixin.qq.com/document/path/100719
    """
    try:
        named = _RECORD.search(_said(_part(body, "quote"))[1])
    except MalformedError:
        return None  # nothing is quoted, or it is of a kind that came later than this
    return named[0] if named else None


def _is_text(item: object) -> bool:
    return isinstance(item, dict) and item.get("msgtype") == "text"


def _unnamed(text: str, robot_name: str | None) -> str:
    return without_mention(text, robot_name) if robot_name and robot_name in text else text.strip()


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    if not isinstance(part, dict):
        raise MalformedError(f"no {name}")
    return part


def _moment(seconds: object) -> dt.datetime | None:
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 10**11:
        return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    return None
