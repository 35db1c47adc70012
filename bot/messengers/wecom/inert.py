"""Foreign words made inert: shown as they were typed, but nothing in them mentions, links or formats.

No WeCom dialect documents an escape character, so active signs are shown as their full-width twins, which no parser
acts upon, and what acts only by its place (a heading, a mention, an address) is parted by a zero-width space.
"""

import re
import unicodedata

ZERO = "\u200b"
_TWINS = str.maketrans(
    {"*": "＊", "_": "＿", "`": "｀", "~": "～", "[": "［", "]": "］", "<": "＜", "|": "｜", "\\": "＼"}
)
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_TAG = re.compile(r"<(?=[A-Za-z/!@?])")
_SCHEME = re.compile(r":(?=//)")
_HOST = re.compile(r"(?<=[A-Za-z0-9-])\.(?=[A-Za-z])")
_BLOCK = re.compile(r"(?=\s*(?:[#>+=-]|\d+[.)](?!\d))|\t| {4})")


def as_text(line: str) -> str:
    """Return one line for a `text` message, where `<@id>` mentions and `<a>` links."""
    return _unlinked(_TAG.sub("＜", visible(line)))


def as_markdown(line: str) -> str:
    """Return one line for either markdown dialect."""
    return guarded(_unlinked(_ENTITY.sub("＆", visible(line)).translate(_TWINS)))


def guarded(line: str) -> str:
    """Keep the start of a markdown line from making a heading, a quote, a list or a rule."""
    return ZERO + line if _BLOCK.match(line) else line


def visible(text: str) -> str:
    """Return one line of what can be seen: control signs and reversals of the reading direction are left out."""
    flat = " ".join(text.splitlines()).replace("\t", " ")
    return "".join(sign for sign in flat if unicodedata.category(sign) not in {"Cc", "Cs"} and not _turns(sign))


def _turns(sign: str) -> bool:
    return "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069" or sign in "\u200e\u200f"


def _unlinked(line: str) -> str:
    """Part every @ from its name and every address, which the client would make clickable by itself."""
    return _HOST.sub("." + ZERO, _SCHEME.sub(":" + ZERO, line.replace("@", "@" + ZERO)))
