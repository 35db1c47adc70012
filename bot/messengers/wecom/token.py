"""The app's access token: kept until shortly before its end, refreshed once however many sends need it.

https://developer.work.weixin.qq.com/document/path/91039
"""

import asyncio
import datetime as dt

from pydantic import SecretStr

from bot.clock import Clock
from bot.messengers.base import SendError
from bot.messengers.wecom.client import Http

MARGIN = dt.timedelta(seconds=60)
BARRED = dt.timedelta(minutes=5)
"""How long a wrong secret is not tried again: repeated, it gets our address blocked for an hour."""


class Token:
    """The token of one (CorpID, app secret)."""

    def __init__(self, *, http: Http, corp_id: str, secret: SecretStr, clock: Clock) -> None:
        self._http = http
        self._corp_id = corp_id
        self._secret = secret
        self._clock = clock
        self._value = ""
        self._valid_until: dt.datetime | None = None
        self._refresh: asyncio.Task[str] | None = None
        self._barred: tuple[dt.datetime, str] | None = None

    async def get(self, *, stale: str = "") -> str:
        """Return the token; one that was found *stale* is replaced, unless another send has done so meanwhile."""
        if self._value and self._value != stale and self._valid_until and self._clock.now() < self._valid_until:
            return self._value
        if self._refresh is None or self._refresh.done():
            self._refresh = asyncio.create_task(self._fetch())
        return await asyncio.shield(self._refresh)

    async def close(self) -> None:
        """Give up a refresh that is under way."""
        if self._refresh is not None and not self._refresh.done():
            self._refresh.cancel()
            await asyncio.gather(self._refresh, return_exceptions=True)

    async def _fetch(self) -> str:
        if self._barred and self._clock.now() < self._barred[0]:
            raise SendError(self._barred[1], permanent=True)
        query = {"corpid": self._corp_id, "corpsecret": self._secret.get_secret_value()}
        try:
            answer = await self._http.get("gettoken", query)
        except SendError as fault:
            if fault.permanent:
                self._barred = (self._clock.now() + BARRED, str(fault))
            raise
        value, life_s = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(life_s, int):
            raise SendError("no access_token in the answer")
        self._barred = None
        self._value = value
        self._valid_until = self._clock.now() + max(dt.timedelta(seconds=life_s) - MARGIN, dt.timedelta(seconds=1))
        return value
