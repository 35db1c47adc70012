"""The access token of an app: one for all, fetched once however many ask for it at the same time."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.clock import Clock

# https://open.dingtalk.com/document/development/obtain-the-access-token-of-an-internal-app
EARLY = dt.timedelta(minutes=5)
"""A token is renewed this long before it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token; within its life DingTalk hands out the same one again, so `generation` tells fetches apart."""

    value: str
    lives_s: float
    generation: int = 0


class Tokens:
    """Keeps the token; all who need a new one share a single fetch, and its failure."""

    def __init__(self, *, fetch: Callable[[], Awaitable[Token]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: Token | None = None
        self._good_until = clock.now()
        self._generation = 0
        self._flight: asyncio.Task[Token] | None = None

    async def get(self) -> Token:
        """Return a token that is still good, as far as we know."""
        if self._token is not None and self._clock.now() < self._good_until:
            return self._token
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._renew())
            self._flight.add_done_callback(_seen)
        return await asyncio.shield(self._flight)

    async def renew(self, refused: Token) -> Token:
        """Return a token fetched after this one, which DingTalk refused."""
        if self._token is not None and self._token.generation == refused.generation:
            self._token = None
        return await self.get()

    def known(self) -> str:
        """Return the token's value, for blotting it out of texts."""
        return self._token.value if self._token else ""

    async def close(self) -> None:
        """Give up a fetch that is under way."""
        if self._flight is not None and not self._flight.done():
            self._flight.cancel()
            await asyncio.wait([self._flight])

    async def _renew(self) -> Token:
        fetched = await self._fetch()
        self._generation += 1
        life = dt.timedelta(seconds=fetched.lives_s)
        self._good_until = self._clock.now() + max(life - EARLY, life / 2)
        self._token = Token(value=fetched.value, lives_s=fetched.lives_s, generation=self._generation)
        return self._token


def _seen(flight: asyncio.Task[Token]) -> None:
    """Look at a failure, so that one nobody waited for is not reported as forgotten."""
    if not flight.cancelled():
        flight.exception()
