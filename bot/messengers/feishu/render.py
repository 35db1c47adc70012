"""A Document as the messages that Feishu takes, split under its limits: pure, same input, same messages."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.document import Document, File, Severity, Table
from bot.messengers.feishu import cards
from bot.messengers.feishu.wire import printable


class Form(StrEnum):
    """How the body of a message is dressed; each is plainer than the one before."""

    CARD = "card"
    POST = "post"
    TEXT = "text"


class Kind(StrEnum):
    """What an upload became: the two are sent in different ways."""

    IMAGE = "image"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An attachment that Feishu holds for this app."""

    kind: Kind
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many bytes a request's body may have: a text, and a card or post.

    https://open.feishu.cn/document/server-docs/im-v1/message/create
    """

    text: int = 150_000
    card: int = 30_000

    def halved(self) -> "Room":
        """Return half the room, for a messenger that found the message too long all the same."""
        return Room(text=self.text // 2, card=self.card // 2)

    def within(self, limit: int) -> "Room":
        """Return the room under another limit."""
        return Room(text=min(self.text, limit), card=min(self.card, limit))

    @property
    def enough(self) -> bool:
        """Whether a message still fits at all."""
        return min(self.text, self.card) >= _SMALLEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: `label` names the part within its document, `content` is Feishu's JSON, not yet a string."""

    label: str
    msg_type: str
    content: dict[str, Any]

    @property
    def content_string(self) -> str:
        """The content as Feishu wants it: JSON in a string."""
        return json.dumps(self.content, ensure_ascii=False)


_Row = tuple[str, ...]
_Unit = str | _Row

_ENVELOPE = 1_200
"""Bytes of a request around its content: receiver, type, uuid, a hook's timestamp and sign; a card's summary."""
_MARK = 16
_SMALLEST = 4_000
_MAX_TITLE_CHARS = 200
_MAX_ROWS = 100
"""Rows of one table; Feishu refuses too many (200914, 200915) without saying how many are."""


def render(
    document: Document, *, room: Room, uploads: Mapping[str, Upload], form: Form | None = None, mention: bool = True
) -> tuple[Message, ...]:
    """Say a document in as many messages as it needs: the body in parts `(1/3)`, picture, files, what is missing.

    `uploads` are the attachments by their SHA-256; `form` is chosen by the document where it is not given.
    """
    document = _clean(document, mention=mention)
    form = form or form_of(document)
    bare = not (document.lines or document.table or document.picture)
    if document.title and (form is Form.TEXT or bare or len(document.title) > _MAX_TITLE_CHARS):
        document = replace(document, title=None, lines=(document.title, *document.lines))
        form = Form.TEXT if bare else form
    image = uploads.get(document.picture.sha256) if document.picture else None
    shown = document.picture and image and image.kind is Kind.IMAGE and form is Form.CARD
    inside = (image.key, printable(document.picture.name)) if shown and image and document.picture else None
    body = _body(document, form, room, inside)
    rest = [file for file in document.attachments if not (shown and file is document.picture)]
    sent = [_attached(uploads[file.sha256], file) for file in rest if file.sha256 in uploads]
    missing = [file.name for file in rest if file.sha256 not in uploads]
    note = [Message(label="note", msg_type="text", content=cards.text([_missing(missing)], ()))] if missing else []
    return (*body, *sent, *note)


def form_of(document: Document) -> Form:
    """Choose the form: a card where there is a table or picture, or a loud title; a post for a title; else text."""
    if document.table or document.picture or (document.title and document.severity is not Severity.INFO):
        return Form.CARD
    return Form.POST if document.title else Form.TEXT


def uuid_of(key: str, label: str) -> str:
    """Return the idempotency key of one part (50 characters at most), the same on every retry."""
    return hashlib.sha256(f"{key}\n{label}".encode(errors="replace")).hexdigest()[:40]


def weigh(content: object) -> int:
    """Return the bytes of a content in the request's body, where it is JSON in a JSON string."""
    return len(json.dumps(json.dumps(content, ensure_ascii=False), ensure_ascii=False).encode())


def _body(document: Document, form: Form, room: Room, image: tuple[str, str] | None) -> list[Message]:
    table = document.table if form is Form.CARD else None
    limit = (room.text if form is Form.TEXT else room.card) - _ENVELOPE
    fixed = weigh(_content(document, form, [], image=image)) + _MARK + (_table_weight(table) if table else 0)
    units_of_all = list(_units(document, form))
    if not (units_of_all or document.title or document.mentions or image):
        return []
    parts = _packed(units_of_all, max(limit - fixed, _SMALLEST // 4))
    messages = []
    for place, units in enumerate(parts, start=1):
        mark = f"({place}/{len(parts)})" if len(parts) > 1 else ""
        part = _marked(document, mark) if place == 1 else replace(_marked(document, mark), mentions=())
        lead = f"{mark} " if mark and not document.title else ""
        content = _content(part, form, units, image=image if place == 1 else None, lead=lead)
        label = f"{form.value}-{limit}.{place}/{len(parts)}"
        messages.append(Message(label=label, msg_type=_MSG_TYPES[form], content=content))
    return messages


_MSG_TYPES = {Form.CARD: "interactive", Form.POST: "post", Form.TEXT: "text"}


def _content(
    document: Document, form: Form, units: Sequence[_Unit], *, image: tuple[str, str] | None, lead: str = ""
) -> dict[str, Any]:
    lines = [unit for unit in units if isinstance(unit, str)]
    if lead:
        lines = [lead + lines[0], *lines[1:]] if lines else [lead.strip()]
    if form is Form.TEXT:
        return cards.text(lines, document.mentions)
    if form is Form.POST:
        return cards.post(document.title, lines, document.mentions)
    table = document.table
    return cards.card(
        title=document.title,
        severity=document.severity,
        lines=lines,
        mentions=document.mentions,
        header=table.header if table else (),
        rows=[unit for unit in units if not isinstance(unit, str)],
        columns=cards.columns(table.header, table.rows) if table else (),
        image=image,
    )


def _units(document: Document, form: Form) -> Iterator[_Unit]:
    """Give the lines and rows; text and post, which have no table, get the rows as lines."""
    dress = cards.inert if form is not Form.CARD else str
    yield from map(dress, document.lines)
    if not document.table:
        return
    if form is Form.CARD:
        yield from document.table.rows
    else:
        yield from (dress("｜".join(row)) for row in (document.table.header, *document.table.rows))


def _packed(units: Sequence[_Unit], room: int) -> list[list[_Unit]]:
    """Fill parts with whole units; only a unit that is longer than a part is cut."""
    parts: list[list[_Unit]] = [[]]
    used = rows = 0
    for unit in (piece for whole in units for piece in _fitting(whole, room)):
        weight = _unit_weight(unit)
        is_row = not isinstance(unit, str)
        if parts[-1] and (used + weight > room or (is_row and rows == _MAX_ROWS)):
            parts.append([])
            used = rows = 0
        parts[-1].append(unit)
        used += weight
        rows += is_row
    return parts


def _fitting(unit: _Unit, room: int) -> Iterator[_Unit]:
    if _unit_weight(unit) <= room:
        yield unit
        return
    line = unit if isinstance(unit, str) else "｜".join(unit)
    begin = used = 0
    for place, char in enumerate(line):
        weight = weigh(char) - weigh("")
        if used + weight > room - _UNIT_FRAME:
            yield line[begin:place]
            begin, used = place, 0
        used += weight
    yield line[begin:]


_UNIT_FRAME = 60
"""Bytes around a line where it weighs most, as a paragraph of a post."""


def _unit_weight(unit: _Unit) -> int:
    if isinstance(unit, str):
        return weigh(unit) - weigh("") + _UNIT_FRAME
    return weigh(cards.row_json(unit)) + 2


def _table_weight(table: Table) -> int:
    return weigh(_content(Document(lines=(), table=table), Form.CARD, [("",) * len(table.header)], image=None))


def _marked(document: Document, mark: str) -> Document:
    return replace(document, title=f"{document.title} {mark}") if document.title and mark else document


def _attached(upload: Upload, file: File) -> Message:
    key = "image_key" if upload.kind is Kind.IMAGE else "file_key"
    return Message(label=f"file-{file.sha256}-{file.name}", msg_type=upload.kind.value, content={key: upload.key})


def _missing(names: Iterable[str]) -> str:
    return cards.inert(f"以下附件未能随消息发送：{'、'.join(names)}")


def _clean(document: Document, *, mention: bool) -> Document:
    """Make the words printable, the table rectangular, and the mentions persons that may be called."""
    return replace(
        document,
        title=printable(document.title) if document.title else None,
        lines=tuple(printable(line) for line in document.lines),
        table=_rectangular(document.table) if document.table and document.table.rows else None,
        mentions=cards.people(document.mentions) if mention else (),
    )


def _rectangular(table: Table) -> Table:
    """Give every row as many cells as the header; what lies beyond the last column Feishu shows joins it."""
    width = min(max(len(row) for row in (table.header, *table.rows)), cards.MAX_COLUMNS)

    def fit(row: tuple[str, ...]) -> tuple[str, ...]:
        cells = [printable(cell) for cell in row]
        kept, beyond = cells[: width - 1], cells[width - 1 :]
        return (*kept, "｜".join(beyond), *[""] * (width - len(kept) - 1))

    return Table(header=fit(table.header), rows=tuple(fit(row) for row in table.rows))
