"""A Document as DingTalk shows it best: plain text, or markdown when there is a title or a table; cut to size."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.document import Document, Table
from bot.messengers.dingtalk import inert

# https://open.dingtalk.com/document/development/custom-robots-send-group-messages
AT_IDS = 50
"""How many people one message may mention."""
NOBODY = {"all", "@all", "所有人", "全体成员", "everyone"}
"""Words that must never get in among the people to be mentioned."""
MIN_LIMIT_BYTES = 2_000
"""Below this a title, its mark and a mention may not fit together."""

_BREAK = "  \n  "  # markdown wants two blanks before and after a line break
_TITLE_BYTES = 240
_MARK_BYTES = 24
_USER_ID = re.compile(r"[\w.@-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of DingTalk's: the title shows in the list of chats only, so a heading repeats it."""

    title: str
    text: str
    markdown: bool
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    """What is not to be torn apart if it can be helped: a line, a row of a table, some mentions."""

    text: str
    at: tuple[str, ...] = ()


def render(
    document: Document, *, limit_bytes: int, mentions: bool, table: bool = True, note: str | None = None
) -> list[Part]:
    """Render a document as one or more parts whose JSON-escaped title and text take at most `limit_bytes`.

    `mentions`: whether the route can mention. `table`: whether the table is to be listed, because no picture of it
    goes along. `note`: a line of our own at the end.
    """
    shown = document.table if table else None
    rich = bool(document.title or shown)
    named = " ".join((document.title or "").split())
    title = _clipped(inert.plain(named or _first_words(document))) or "督办"
    heading = f"### {_clipped(inert.markdown(named))}" if named else None
    room = limit_bytes - escaped_bytes(title) - escaped_bytes(heading or "") - _MARK_BYTES
    blocks = [*_lines(document, rich=rich), *_rows(shown)]
    if escaped_bytes(named) > _TITLE_BYTES:
        blocks.insert(0, _Block(inert.markdown(named)))
    if note:
        blocks.append(_Block(note))
    if mentions:
        blocks += _mentions(document.mentions, most=min(AT_IDS, room // 140))
    joint = _BREAK if rich else "\n"
    groups = list(_pack(blocks, room=room, joint=joint))
    parts = [
        _part(group, title=title, heading=heading, joint=joint, rich=rich, mark=_mark(number, len(groups)))
        for number, group in enumerate(groups, start=1)
    ]
    return [part for part in parts if part.text.strip()]  # a picture alone has no words


def escaped_bytes(text: str) -> int:
    """Return how many bytes a text takes inside a JSON string, Chinese left as it is."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2


def people(mentions: Sequence[str]) -> tuple[str, ...]:
    """Return who may be mentioned: user ids once each, never everybody."""
    return tuple(dict.fromkeys(m for m in mentions if _USER_ID.fullmatch(m) and m.casefold() not in NOBODY))


def _lines(document: Document, *, rich: bool) -> list[_Block]:
    make = inert.markdown if rich else inert.plain
    return [_Block(make(piece)) for line in document.lines for piece in line.splitlines() or [""]]


def _rows(table: Table | None) -> list[_Block]:
    """List a table, one row an item, for DingTalk's markdown has none: - **恩施州** 批复 14宗 · 进度 11.3%."""
    if table is None:
        return []
    return [_Block(_row(table.header, row)) for row in table.rows]


def _row(header: Sequence[str], row: Sequence[str]) -> str:
    cells = [_cell(c) for c in row]
    names = [_cell(h) for h in header]
    names += [""] * (len(cells) - len(names))
    first = cells[0] if cells else ""
    rest = (f"{name} {cell}".strip() for name, cell in zip(names[1:], cells[1:], strict=False) if cell)
    return f"- **{first or '—'}** {' · '.join(rest)}".rstrip()


def _cell(text: str) -> str:
    return inert.markdown(" ".join(text.split()))


def _mentions(ids: Sequence[str], *, most: int) -> list[_Block]:
    """Make the lines that mention: an id acts only when it stands both in the text and beside it."""
    known = people(ids)
    groups = [known[start : start + most] for start in range(0, len(known), most)]
    return [_Block(" ".join(f"@{one}" for one in group), at=group) for group in groups]


def _pack(blocks: Sequence[_Block], *, room: int, joint: str) -> Iterator[list[_Block]]:
    """Put blocks together in order, as many to a part as there is room for; at least one part."""
    part: list[_Block] = []
    taken = 0
    for block in blocks:
        for piece in _cut(block, room=room):
            cost = escaped_bytes(piece.text) + escaped_bytes(joint) + sum(len(one) + 3 for one in piece.at)
            crowded = sum(len(b.at) for b in part) + len(piece.at) > AT_IDS
            if part and (taken + cost > room or crowded):
                yield part
                part, taken = [], 0
            part.append(piece)
            taken += cost
    yield part


def _cut(block: _Block, *, room: int) -> Iterator[_Block]:
    """Cut a block that is too long for any part, between characters."""
    rest = block.text
    while escaped_bytes(rest) > room - 20:
        end = _fitting(rest, room - 20)
        yield replace(block, text=rest[:end])
        rest = rest[end:]
    yield replace(block, text=rest)


def _fitting(text: str, room: int) -> int:
    """Return how many characters of a text fit."""
    taken = 0
    for index, char in enumerate(text):
        taken += escaped_bytes(char)
        if taken > room:
            return max(index, 1)
    return len(text)


def _part(group: Sequence[_Block], *, title: str, heading: str | None, joint: str, rich: bool, mark: str) -> Part:
    first = [f"{heading}{mark}"] if heading else [mark] if mark else []
    text = joint.join([*first, *(block.text for block in group)])
    return Part(title=title, text=text, markdown=rich, at=tuple(one for block in group for one in block.at))


def _mark(number: int, total: int) -> str:
    return f"（{number}/{total}）" if total > 1 else ""


def _first_words(document: Document) -> str:
    return next((line for line in document.lines if line.strip()), "")


def _clipped(title: str) -> str:
    """Shorten a title to what the list of chats shows; the whole of it then stands in the text."""
    line = " ".join(title.split())
    return line if escaped_bytes(line) <= _TITLE_BYTES else line[: _fitting(line, _TITLE_BYTES - 3)] + "…"
