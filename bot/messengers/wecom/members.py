"""Members by the id that webhook and app know: a robot may be told an opaque open_userid (wo…) instead.

https://developer.work.weixin.qq.com/document/path/101521
"""

import re
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.messengers.base import SendError

OPEN_USER_ID = re.compile(r"wo[A-Za-z0-9_-]{20,}\Z")
Convert = Callable[[Sequence[str]], Awaitable[dict[str, str]]]
"""open_userids → those that are known, with their userid"""

log = structlog.get_logger()


class Members:
    """Userids looked up once; an id that is not opaque, or that nobody knows, stays as it is."""

    def __init__(self, convert: Convert | None) -> None:
        self._convert = convert
        self._known: dict[str, str] = {}

    async def plain(self, user_ids: Sequence[str]) -> tuple[str, ...]:
        """Return each id's plain userid; when it cannot be asked for now, the id as it is."""
        asked = [one for one in user_ids if OPEN_USER_ID.match(one) and one not in self._known]
        if asked and self._convert is not None:
            try:
                found = await self._convert(asked)
                self._known |= {one: found.get(one, one) for one in asked}
            except SendError as fault:
                log.warning("userid not converted", fault=str(fault))
        return tuple(self._known.get(one, one) for one in user_ids)
