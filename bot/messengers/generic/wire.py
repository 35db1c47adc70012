"""The generic webhook's payloads: a message in, a document out (contract: docs/generic-webhook.md)."""

import base64
import datetime as dt
import json
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from bot.document import Document, File
from bot.messengers.base import XLSX, Answer, Attached, ChatKind, Inbound, MalformedError, Verdict

Id = Annotated[str, Meta(min_length=1, max_length=128)]


class Call(Struct):
    """Any call."""

    type: str


class Chat(Struct):
    """Where it was said."""

    id: Id
    kind: ChatKind


class Sender(Struct):
    """Who said it."""

    id: Id
    name: Annotated[str, Meta(max_length=64)] | None = None


class Message(Struct):
    """A call of type `message`."""

    chat: Chat
    sender: Sender
    text: Annotated[str, Meta(max_length=65536)]
    sent_at: str
    attachments: Any = None


_call = msgspec.json.Decoder(Call)
_message = msgspec.json.Decoder(Message)


def read(body: bytes, *, message_id: str) -> Inbound | Answer:
    """Read a believed body; raise MalformedError for what is no message as documented."""
    try:
        if _call.decode(body).type != "message":
            return ANSWERS[Verdict.IGNORED]
        message = _message.decode(body)
        sent_at = dt.datetime.fromisoformat(message.sent_at.upper())
        if sent_at.tzinfo is None:
            raise MalformedError("no offset")
        sent_at = sent_at.astimezone(dt.UTC)
    except (ValueError, OverflowError, RecursionError) as fault:
        raise MalformedError("not a message") from fault
    sender = message.sender
    if "\x00" in f"{message.chat.id}{sender.id}{sender.name}":
        raise MalformedError("broken text")
    return Inbound(
        message_id=message_id,
        chat_id=message.chat.id,
        chat_kind=message.chat.kind,
        sender_id=sender.id,
        sender_name=sender.name,
        text=message.text,
        sent_at=sent_at,
        identity=body,
        workbook=None if message.attachments is None else _workbook(message.attachments),
    )


def _workbook(attachments: object) -> Attached | None:
    """Return the first xlsx among what came with a message; whatever else came is left aside."""
    for one in attachments if isinstance(attachments, list) else []:
        try:
            name, content = str(one["name"]), base64.b64decode(one["base64"], validate=True)
        except (KeyError, TypeError, ValueError):
            continue
        if name.lower().endswith(".xlsx"):
            return Attached(name=name, media_type=XLSX, data=content)
    return None


ANSWERS = {
    verdict: Answer(status=status, body=b'{"status":"%s"}' % verdict.value.encode())
    for verdict, status in {
        Verdict.ACCEPTED: 200,
        Verdict.DUPLICATE: 200,
        Verdict.CONFLICT: 409,
        Verdict.IGNORED: 200,
        Verdict.UNAVAILABLE: 503,
    }.items()
}
"""What is said of what became of a call."""


def payload(document: Document, *, chat_id: str, chat_kind: ChatKind, files: list[tuple[File, bytes]]) -> bytes:
    """Return the body of an outgoing call."""
    body: dict[str, Any] = {
        "type": "message",
        "chat": {"id": chat_id, "kind": chat_kind.value},
        "text": document.text,
        "mentions": list(document.mentions),
        "attachments": [
            {"name": file.name, "media_type": file.media_type, "base64": base64.b64encode(data).decode()}
            for file, data in files
        ],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
