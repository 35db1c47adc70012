"""Papers as words that can be kept: a view, a book or a report as JSON text and back, to be made when it is sent.

A summary is decided in one transaction and drawn after it, perhaps by another process: what is to be drawn is frozen
with the message that owes it. Only the values of this package are known; nothing else is ever rebuilt.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
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

_SCALARS: dict[str, tuple[type[Any], Callable[[Any], str], Callable[[str], Any]]] = {
    "level": (views.Level, str, views.Level),
    "decimal": (Decimal, str, Decimal),
    "moment": (dt.datetime, dt.datetime.isoformat, dt.datetime.fromisoformat),
    "day": (dt.date, dt.date.isoformat, dt.date.fromisoformat),
}
"""Values that JSON has no word for: type, how it is written, how it is read; a moment is a day too, so it is first."""


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
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    for kind, (known, to_text, _) in _SCALARS.items():
        if isinstance(value, known):
            return {KIND: kind, "value": to_text(value)}
    assert is_dataclass(value)
    parts = {f.name: getattr(value, f.name) for f in fields(value)}
    said = {f.name: _plain(parts[f.name]) for f in fields(value) if parts[f.name] != f.default}
    return {KIND: type(value).__name__} | said


def _rebuilt(data: Any) -> Any:  # noqa: ANN401 JSON's own values in, a paper's out
    if isinstance(data, list):
        return tuple(_rebuilt(part) for part in data)
    if not isinstance(data, dict):
        return data
    kind = data[KIND]
    if kind in _SCALARS:
        return _SCALARS[kind][2](data["value"])
    return _KNOWN[kind](**{name: _rebuilt(part) for name, part in data.items() if name != KIND})
