"""Papers as words that can be kept: a view, a book or a report as JSON text and back, to be made when it is sent.

A summary is decided in one transaction and drawn after it, perhaps by another process: what is to be drawn is frozen
with the message that owes it. Only the values of this package are known; nothing else is ever rebuilt.
"""

import datetime as dt
import hashlib
import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from bot.papers import memo, sheet, views
from bot.papers.memo import WeeklyMemo
from bot.papers.sheet import Book
from bot.papers.views import View

Paper = View | Book | WeeklyMemo
KIND = "!"
_KNOWN: dict[str, type[Any]] = {
    name: known
    for module in (views, sheet, memo)
    for name, known in vars(module).items()
    if isinstance(known, type) and is_dataclass(known)
}


class RecipeError(Exception):
    """A text that no paper can be made from."""


def write(paper: Paper) -> str:
    """Return a paper as text; equal papers give equal texts."""
    return json.dumps(_plain(paper), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read(text: str) -> Paper:
    """Return the paper that `write` wrote; raise RecipeError."""
    try:
        paper = _rebuilt(json.loads(text))
    except (ValueError, KeyError, TypeError, ArithmeticError) as fault:
        raise RecipeError(f"{type(fault).__name__}: {fault}") from fault
    if not isinstance(paper, Paper):
        raise RecipeError(f"no paper: {text[:40]}")
    return paper


def key(text: str) -> str:
    """Return the SHA-256 of a recipe: under it is remembered what was made of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> Any:  # noqa: ANN401 JSON's own values
    match value:
        case Enum():
            return {KIND: "Level", "value": value.value}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {KIND: "decimal", "value": str(value)}
        case dt.datetime():
            return {KIND: "moment", "value": value.isoformat()}
        case dt.date():
            return {KIND: "day", "value": value.isoformat()}
        case tuple():
            return [_plain(part) for part in value]
    parts = {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name) != f.default}  # type: ignore[arg-type]  # only dataclasses are left
    return {KIND: type(value).__name__} | {name: _plain(part) for name, part in parts.items()}


def _rebuilt(data: Any) -> Any:  # noqa: ANN401 JSON's own values in, a paper's out
    if isinstance(data, list):
        return tuple(_rebuilt(part) for part in data)
    if not isinstance(data, dict):
        return data
    kind = data.pop(KIND)
    match kind:
        case "Level":
            return views.Level(data["value"])
        case "decimal":
            return Decimal(data["value"])
        case "moment":
            return dt.datetime.fromisoformat(data["value"])
        case "day":
            return dt.date.fromisoformat(data["value"])
    return _KNOWN[kind](**{name: _rebuilt(part) for name, part in data.items()})
