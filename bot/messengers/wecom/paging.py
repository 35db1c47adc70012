"""A Document laid out in a WeCom dialect, in pages under a limit of UTF-8 bytes, cut between lines and table rows.

Limits and dialects: https://developer.work.weixin.qq.com/document/path/99110 (webhook: text 2048 bytes, markdown and
markdown_v2 4096), https://developer.work.weixin.qq.com/document/path/90236 (app: 2048 each),
https://developer.work.weixin.qq.com/document/path/101138 (robot: 20480).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.document import Document, Severity, Table
from bot.messengers.wecom.inert import ZERO, as_markdown, as_text, guarded

MARK_ROOM = 16
"""Bytes kept for `(12/34)` and the empty line before it, without which it would become a table row."""
MIN_LIMIT = 512


class Dialect(StrEnum):
    """The three ways in which WeCom shows words."""

    TEXT = "text"
    MARKDOWN = "markdown"
    """Bold, font colours and mentions, no tables."""
    MARKDOWN_V2 = "markdown_v2"
    """Tables, no colours, no mentions; the smart robot's only dialect."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What is not to be cut: a line, or a row of the table under *head*, which every page with rows repeats."""

    text: str
    head: str = ""


def pages(document: Document, *, dialect: Dialect, limit: int, mentions: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Lay a document out; several pages are marked (1/3). *mentions* are called at the end, where markdown can."""
    units = _units(document, dialect, limit=max(limit, MIN_LIMIT) - MARK_ROOM, mentions=mentions)
    whole = _pack(units, limit)
    if len(whole) <= 1:
        return whole
    parts = _pack(units, max(limit, MIN_LIMIT) - MARK_ROOM)
    return tuple(f"{part}\n\n({number}/{len(parts)})" for number, part in enumerate(parts, 1))


def only_page(document: Document, *, dialect: Dialect, limit: int, notes: tuple[str, ...] = ()) -> str:
    """Lay a document out for an address that takes one message: what does not fit is left out, and said so."""
    tail = "".join(f"\n\n{note}" for note in notes)
    more = "\n\n（内容较长，其余从略）"
    room = limit - _size(tail)
    parts = _pack(_units(document, dialect, limit=room - _size(more), mentions=()), room - _size(more))
    whole = _pack(_units(document, dialect, limit=room, mentions=()), room)
    return (whole[0] if len(whole) == 1 else parts[0] + more) + tail if whole else tail.strip()


def _units(document: Document, dialect: Dialect, *, limit: int, mentions: tuple[str, ...]) -> tuple[Unit, ...]:
    units: list[Unit] = []
    if document.title:
        units.extend(Unit(piece) for piece in _pieces(_title(document, dialect), limit, dialect))
    for line in document.lines:
        for part in line.splitlines() or [""]:
            units.extend(Unit(piece) for piece in _pieces(_inert(part, dialect), limit, dialect))
    if document.table:
        units.extend(_rows(document.table, dialect, limit=limit))
    if mentions and dialect is Dialect.MARKDOWN:
        units.extend(Unit(call) for call in _calls(mentions, limit))
    return tuple(units)


def _title(document: Document, dialect: Dialect) -> str:
    title = _inert(document.title or "", dialect)
    if dialect is Dialect.TEXT or len(title.encode()) > 256:
        return title
    if dialect is Dialect.MARKDOWN_V2:
        return f"# {title}"
    return f'<font color="warning">{title}</font>' if document.severity is Severity.RED else f"**{title}**"


def _rows(table: Table, dialect: Dialect, *, limit: int) -> Iterator[Unit]:
    width = max(len(table.header), *map(len, table.rows), 1) if table.rows else max(len(table.header), 1)
    grid = [[_inert(cell, dialect).strip() for cell in (*row, *[""] * (width - len(row)))] for row in table.rows]
    header = [_inert(cell, dialect).strip() for cell in (*table.header, *[""] * (width - len(table.header)))]
    head = _head(header, grid, dialect)
    if _size(head) > limit // 2:
        head = ""
        yield from (Unit(piece) for piece in _pieces("｜".join(header), limit, dialect))
    for row in grid:
        text = f"| {' | '.join(row)} |" if dialect is Dialect.MARKDOWN_V2 else "｜".join(row)
        if head and _size(head) + 1 + _size(text) <= limit:
            yield Unit(text, head)
        else:
            yield from (Unit(piece) for piece in _pieces("｜".join(row), limit, dialect))
    if not grid and head:
        yield Unit("", head)


def _head(header: list[str], grid: list[list[str]], dialect: Dialect) -> str:
    line = "｜".join(header)
    if dialect is Dialect.TEXT:
        return line
    if dialect is Dialect.MARKDOWN:
        return f"**{line}**"
    columns = zip(*grid, strict=True) if grid else [()] * len(header)
    rule = " | ".join("--:" if all(map(_is_figure, column)) and column else ":--" for column in columns)
    return f"| {' | '.join(header)} |\n| {rule} |"


def _is_figure(cell: str) -> bool:
    bare = cell.strip(ZERO + " +-＋－—–")
    return not bare or bare[0].isdigit()


def _calls(mentions: tuple[str, ...], limit: int) -> Iterator[str]:
    line = ""
    for call in (f"<@{one}>" for one in mentions):
        if line and _size(line) + _size(call) > limit:
            yield line
            line = ""
        line += call
    yield line


def _inert(line: str, dialect: Dialect) -> str:
    return as_text(line) if dialect is Dialect.TEXT else as_markdown(line)


def _pack(units: tuple[Unit, ...], limit: int) -> tuple[str, ...]:
    done: list[str] = []
    page, room, last = [], limit, None
    for unit in units:
        piece = _joint(last, unit) + unit.text
        if last is not None and _size(piece) > room:
            done.append("".join(page))
            page, room, piece = [], limit, _joint(None, unit) + unit.text
        page.append(piece)
        room -= _size(piece)
        last = unit
    return (*done, "".join(page)) if page else ()


def _joint(last: Unit | None, unit: Unit) -> str:
    """Return what stands between two units: a table keeps an empty line to both sides, and its head in front."""
    head = f"{unit.head}\n" if unit.head else ""
    if last is None:
        return head
    if last.head == unit.head:
        return "\n"
    return f"\n\n{head}"


def _pieces(line: str, limit: int, dialect: Dialect) -> Iterator[str]:
    """Cut a line that is longer than a page, after a punctuation mark where there is one, never inside a character."""
    while _size(line) > limit:
        raw = line.encode()[: limit - 3].decode(errors="ignore")
        stop = max(raw.rfind(mark) for mark in "。；，、;, ") + 1
        cut = stop if stop > len(raw) // 2 else len(raw)
        yield line[:cut]
        line = line[cut:] if dialect is Dialect.TEXT else guarded(line[cut:])
    yield line


def _size(text: str) -> int:
    return len(text.encode())
