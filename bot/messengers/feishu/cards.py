"""The three forms of a message's body as Feishu's JSON: text, post and card 2.0; user words stay characters.

Text and post: https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json
Card 2.0: https://open.feishu.cn/document/feishu-cards/card-json-v2-structure
Table: https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/table
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.document import Severity

MAX_COLUMNS = 50
_PAGE_ROWS = 10
_SUMMARY_CHARS = 100
_LONG_CELL_CHARS = 14
_TEMPLATES = {Severity.INFO: "blue", Severity.NOTICE: "orange", Severity.RED: "red"}
_OPEN_ID = re.compile(r"ou_[0-9A-Za-z_]{1,64}")
_FIGURE = re.compile(r"[+＋\-－−]?\d[\d,.]*\s*[%％]?|—|-|")
_ZERO_WIDTH = "\u200b"


def inert(text: str) -> str:
    """Break what a text message would act on, by a space of no width: tags (`<at …>`), `[links](…)` and addresses."""
    text = re.sub(r"<(?=[A-Za-z/!?])", f"<{_ZERO_WIDTH}", text)
    text = text.replace("](", f"]{_ZERO_WIDTH}(").replace("://", f":{_ZERO_WIDTH}//")
    return re.sub(r"(?i)\bwww\.", lambda found: f"{found[0][:-1]}{_ZERO_WIDTH}.", text)


def people(mentions: Iterable[str]) -> tuple[str, ...]:
    """Return the persons that may be mentioned: each once, and never everyone; an id of another shape is left out.

    A wrong id makes Feishu refuse a whole card.
    """
    return tuple(dict.fromkeys(user for user in mentions if _OPEN_ID.fullmatch(user)))


def text(lines: Sequence[str], mentions: Sequence[str]) -> dict[str, Any]:
    """Make the content of a text message; the lines are inert already."""
    called = "".join(f'<at user_id="{user}"></at> ' for user in mentions)
    return {"text": called + "\n".join(lines)}


def post(title: str | None, lines: Sequence[str], mentions: Sequence[str]) -> dict[str, Any]:
    """Make the content of a post, whose text pieces are shown as they are."""
    paragraphs: list[list[dict[str, str]]] = [[{"tag": "text", "text": line or " "}] for line in lines]
    called = [{"tag": "at", "user_id": user} for user in mentions]
    if called:
        paragraphs.insert(0, called)
    return {"zh_cn": {"title": title or "", "content": paragraphs}}


def card(
    *,
    title: str | None,
    severity: Severity,
    lines: Sequence[str],
    mentions: Sequence[str],
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    columns: Sequence[dict[str, Any]],
    image: tuple[str, str] | None,
) -> dict[str, Any]:
    """Make a card; words stand only in plain_text and in text cells, which know no markup. `image` is key and name."""
    elements: list[dict[str, Any]] = []
    if mentions:
        elements.append({"tag": "markdown", "content": "".join(f"<at id={user}></at>" for user in mentions)})
    if lines:
        elements.append({"tag": "div", "text": _plain("\n".join(lines))})
    if image:
        elements.append({"tag": "img", "img_key": image[0], "alt": _plain(image[1])})
    if rows:
        elements.append(_table(header, rows, columns))
    return {
        "schema": "2.0",
        "config": {
            "update_multi": True,
            "width_mode": "fill",
            "summary": {"content": (title or (lines[0] if lines else "督办"))[:_SUMMARY_CHARS]},
        },
        **({"header": {"title": _plain(title), "template": _TEMPLATES[severity]}} if title else {}),
        "body": {"direction": "vertical", "elements": elements},
    }


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """Describe a table's columns, figures to the right; from all rows, that every part of a table looks the same."""
    return [
        {
            "name": f"c{place}",
            "display_name": name,
            "data_type": "text",
            "width": "auto",
            "horizontal_align": "right"
            if place and all(_FIGURE.fullmatch(row[place].strip()) for row in rows)
            else "left",
        }
        for place, name in enumerate(header)
    ]


def row_json(row: Sequence[str]) -> dict[str, str]:
    """Make a table's row."""
    return {f"c{place}": cell for place, cell in enumerate(row)}


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], described: Sequence[dict[str, Any]]) -> dict[str, Any]:
    long = any(len(cell) > _LONG_CELL_CHARS for row in rows for cell in row)
    return {
        "tag": "table",
        "page_size": _PAGE_ROWS,
        "row_height": "auto" if long else "low",
        "freeze_first_column": len(header) > 3,
        "header_style": {"text_align": "left", "background_style": "grey", "bold": True, "lines": 1},
        "columns": list(described),
        "rows": [row_json(row) for row in rows],
    }


def _plain(content: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": content}
