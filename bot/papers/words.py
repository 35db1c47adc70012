"""Words of people made fit for paper: no control characters, nothing that turns the line round, no more than fits."""

import unicodedata

MAX_CHARACTERS = 2_000
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))


def printable(text: str, *, longest: int = MAX_CHARACTERS) -> str:
    r"""Return one line of text without what no paper can show: `"黄\n石\x00市"` is `"黄 石市"`."""
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _DROPPED)
    return " ".join("".join(kept).split())
