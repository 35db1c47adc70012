"""People's words made harmless: shown as the characters they are, never acting as mention, link or markup.

DingTalk documents no way to escape anything, so a character that could act is replaced by its full-width twin, which
reads the same in Chinese text (https://open.dingtalk.com/document/development/robot-message-type).
"""

import re
import unicodedata

_TWINS = str.maketrans(
    {
        "*": "＊",
        "_": "＿",
        "`": "｀",
        "~": "～",
        "[": "［",
        "]": "］",
        "<": "＜",
        ">": "＞",
        "\\": "＼",
        "|": "｜",
        "&": "＆",
    }
)
# What means something only at the beginning of a line: a heading, a list, a rule or an underlined heading.
_LINE_START = re.compile(r"^(?P<mark>#|[-+=](?=[\s\-+=]|$)|\d{1,9}(?=[.)](\s|$)))(?P<dot>[.)]?)")
_ADDRESS = re.compile(r"(?i)(?P<scheme>[a-z][a-z0-9+.-]*):(?=//)|\b(?P<www>www)\.")
_STARTS = {"#": "＃", "-": "－", "+": "＋", "=": "＝"}
_KEPT = {"\n", "\t", "\u200d"}  # the joiner holds emoji together


def plain(text: str) -> str:
    """Make words harmless for a text message: no mention, no link, no control or direction characters."""
    shown = "".join(c for c in text.encode("utf-8", "replace").decode() if c in _KEPT or not _is_hidden(c))
    return _ADDRESS.sub(_defused, shown.replace("@", "＠"))


def markdown(line: str) -> str:
    """Make one line harmless for a markdown message as well."""
    words = plain(line).replace("\t", " ").lstrip(" ").translate(_TWINS)
    return _LINE_START.sub(_line_start, words)


def _line_start(found: re.Match[str]) -> str:
    mark = found["mark"]
    return _STARTS.get(mark, mark) + {".": "．", ")": "）"}.get(found["dot"], "")


def _defused(found: re.Match[str]) -> str:
    return f"{found['www']}．" if found["www"] else f"{found['scheme']}："


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}
