"""What the callbacks of robot and app have in common: bounded JSON, identifiers, mentions, fit words."""

import json
import re
from typing import Any

from bot.messengers.base import MalformedError

MAX_BODY = 64 * 1024
"""Bytes of a callback: WeCom's client cuts a text at about 4000 characters, and a quote of ours has 20480 bytes."""
MAX_ID = 256
MENTIONABLE = re.compile(r"(?!(?i:all)\Z)[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}\Z")
"""A member's userid; `all` would call everybody: https://developer.work.weixin.qq.com/document/path/99110"""


def check_size(body: bytes) -> None:
    """Raise MalformedError when a body is larger than any message."""
    if len(body) > MAX_BODY:
        raise MalformedError(f"over {MAX_BODY} bytes")


def read_object(body: bytes | str) -> dict[str, Any]:
    """Read a JSON object of any depth; raise MalformedError for anything else."""
    try:
        data: Any = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise MalformedError("not JSON") from fault
    if not isinstance(data, dict):
        raise MalformedError("not a JSON object")
    return data


def dump(data: dict[str, Any]) -> bytes:
    r"""Write JSON in real UTF-8: WeCom refuses `\uxxxx` with 40033 (document/path/90313)."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def identifier(value: object, name: str) -> str:
    """Return an id as it came, never lower-cased; raise MalformedError when it is none."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID or not value.isprintable():
        raise MalformedError(f"no {name}")
    return value


def words(value: object) -> str:
    """Return what was said, fit to be kept: without NUL, and with lone surrogates replaced."""
    if not isinstance(value, str):
        raise MalformedError("no text")
    return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def mentionable(user_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return the user ids that may be mentioned, each once: members, never everybody."""
    return tuple(dict.fromkeys(one for one in user_ids if MENTIONABLE.match(one)))


def robot_of(route: str | None) -> str:
    """Return the name of the push robot that a route names, as `wecom-group:hq` or `hq`."""
    return (route or "").rpartition(":")[2]


def without_mention(text: str, robot_name: str | None) -> str:
    """Return a text without the robot's own `@name` in front or at the end; other mentions stay.

    A display name may contain spaces, so the configured name goes first; a name that does not occur, or none, leaves
    one `@token` in front to go, when something follows it.
    """
    text = text.strip()
    if robot_name:
        name = "[@＠]" + r"\s+".join(map(re.escape, robot_name.split()))
        if re.search(name, text):
            return re.sub(rf"\A{name}|{name}\Z", "", text).strip()
    return re.sub(r"\A[@＠]\S+\s+", "", text)
