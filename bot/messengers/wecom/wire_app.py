"""The self-built app's payloads: encrypted XML in, JSON for its API out.

https://developer.work.weixin.qq.com/document/path/90238 (callbacks), …/90239 (messages), …/90240 (events),
…/90241 (passive replies), …/90236 (message/send), …/90248 (appchat/send).
"""

import datetime as dt
import zlib
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml import ElementTree as SafeTree

from bot.document import Document, Severity
from bot.messengers.base import ChatKind, Inbound, MalformedError, Post
from bot.messengers.wecom.paging import Dialect, pages
from bot.messengers.wecom.wire import identifier, mentionable, words

TEXT_LIMIT = MARKDOWN_LIMIT = 2048
"""UTF-8 bytes; a longer text is cut by WeCom: https://developer.work.weixin.qq.com/document/path/90236"""
FORMS = {"text", "voice", "image", "video", "location", "link"}
ALARMING_EVENTS = {"inactive_alert", "close_inactive_agent", "low_active_alert", "low_active"}
"""An app that nobody uses can be suspended: https://developer.work.weixin.qq.com/document/path/90240"""


def read_xml(body: bytes) -> dict[str, str]:
    """Read the flat XML of a callback; entities, and a nesting that no callback has, are refused."""
    try:
        root: Element = SafeTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as fault:
        raise MalformedError("not XML") from fault
    return {child.tag: child.text or "" for child in root}


def read(fields: dict[str, str], *, agent_id: int) -> Inbound | str:
    """Read a decrypted message, or return the kind of an event; raise MalformedError for what is neither."""
    kind = fields.get("MsgType", "")
    if kind == "event":
        return identifier(fields.get("Event"), "Event")
    if fields.get("AgentID", str(agent_id)) != str(agent_id):
        raise MalformedError("for another app")
    if kind not in FORMS:
        return f"unknown MsgType {kind[:32]!r}"
    sender_id = identifier(fields.get("FromUserName"), "FromUserName")
    if sender_id == fields.get("ToUserName"):
        return "own words"
    said = {"text": "Content", "voice": "Recognition"}.get(kind)
    return Inbound(
        message_id=identifier(fields.get("MsgId"), "MsgId"),
        chat_id=sender_id,
        chat_kind=ChatKind.DIRECT,
        sender_id=sender_id,
        text=words(fields.get(said, "")).strip() if said else "",
        sent_at=_moment(fields.get("CreateTime", "")),
        form=kind,
    )


def passive_text(content: str, *, user_id: str, corp_id: str, at: int) -> bytes:
    """Return the plain XML of an answer to a callback."""
    return (
        f"<xml><ToUserName>{_data(user_id)}</ToUserName><FromUserName>{_data(corp_id)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>{_data(content)}</Content></xml>"
    ).encode()


def sealed(encrypted: str, *, signature: str, timestamp: int, nonce: str) -> bytes:
    """Return the envelope around an encrypted answer."""
    return (
        f"<xml><Encrypt>{_data(encrypted)}</Encrypt><MsgSignature>{_data(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{_data(nonce)}</Nonce></xml>"
    ).encode()


def messages(document: Document, *, limit: int = MARKDOWN_LIMIT, in_group: bool = False) -> list[dict[str, Any]]:
    """Lay a document out: markdown where there is a title, a table or someone to mention, plain text where not."""
    mentions = mentionable(document.mentions) if in_group else ()
    is_plain = not (document.title or document.table or mentions or document.severity is not Severity.INFO)
    dialect = Dialect.TEXT if is_plain else Dialect.MARKDOWN
    laid = pages(document, dialect=dialect, limit=limit, mentions=mentions)
    return [{"msgtype": dialect.value, dialect.value: {"content": page}} for page in laid if page.strip()]


def addressed(message: dict[str, Any], *, post: Post, agent_id: int, duplicate_check: bool) -> dict[str, Any]:
    """Return the whole request: `message/send` to a person, `appchat/send` to a group that the app has made."""
    if post.chat_kind is ChatKind.GROUP:
        return {"chatid": post.chat_id, **message, "safe": 0}
    body: dict[str, Any] = {"touser": post.chat_id, "agentid": agent_id, **message, "safe": 0}
    if duplicate_check:
        body |= {"enable_duplicate_check": 1, "duplicate_check_interval": duplicate_window_s(post.key)}
    return body


def conversions(answer: dict[str, Any]) -> dict[str, str]:
    """Return open_userid → userid of an answer of `batch/openuserid_to_userid`."""
    rows = answer.get("userid_list")
    pairs = [(row.get("open_userid"), row.get("userid")) for row in rows if isinstance(row, dict)] if rows else []
    return {one: other for one, other in pairs if isinstance(one, str) and isinstance(other, str)}


def duplicate_window_s(key: str) -> int:
    """Return the seconds in which WeCom drops an identical request: 1800 to 3599, told by the post's key.

    A retry is the same request to the byte and is shown once; the same words in another post are another request.
    """
    return 1800 + zlib.crc32(key.encode()) % 1800


def _data(text: str) -> str:
    return f"<![CDATA[{text}]]>" if "]]>" not in text else escape(text)


def _moment(seconds: str) -> dt.datetime:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        raise MalformedError("no CreateTime")
    return dt.datetime.fromtimestamp(int(seconds), tz=dt.UTC)
