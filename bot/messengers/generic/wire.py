"""The generic webhook's payloads: a message in, a document out (contract: docs/generic-webhook.md)."""

import base64
import datetime as dt
import json
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, ValidationError

from bot.document import Document, File
from bot.messengers.base import XLSX, Answer, Attached, ChatKind, Inbound, MalformedError, Verdict

Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Chat(BaseModel):
    """Where it was said."""

    id: Id
    kind: Literal["group", "direct"]


class Sender(BaseModel):
    """Who said it."""

    id: Id
    name: Annotated[str, StringConstraints(max_length=64)] | None = None


class Message(BaseModel):
    """A call of type `message`."""

    chat: Chat
    sender: Sender
    text: Annotated[str, Field(max_length=65536)]
    sent_at: AwareDatetime


def read(body: bytes, *, message_id: str) -> Inbound | Answer:
    """Read a believed body; raise MalformedError for what is no message as documented."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise MalformedError("not JSON") from fault
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise MalformedError("no type")
    if data["type"] != "message":
        return answer(Verdict.IGNORED)
    try:
        message = Message.model_validate_json(body)
        sent_at = message.sent_at.astimezone(dt.UTC)
    except (ValidationError, OverflowError) as fault:
        raise MalformedError("not a message") from fault
    if any(_has_surrogate(s) for s in (message.text, message.chat.id, message.sender.id, message.sender.name or "")):
        raise MalformedError("broken text")
    return Inbound(
        message_id=message_id,
        chat_id=message.chat.id,
        chat_kind=ChatKind(message.chat.kind),
        sender_id=message.sender.id,
        sender_name=message.sender.name,
        text=message.text.replace("\x00", ""),
        sent_at=sent_at,
        identity=body,
        workbook=_workbook(data.get("attachments")),
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


STATUS = {
    Verdict.ACCEPTED: 200,
    Verdict.DUPLICATE: 200,
    Verdict.CONFLICT: 409,
    Verdict.IGNORED: 200,
    Verdict.UNAVAILABLE: 503,
}


def answer(verdict: Verdict) -> Answer:
    """Say what became of a call."""
    return Answer(status=STATUS[verdict], body=b'{"status":"%s"}' % verdict.value.encode())


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


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)
