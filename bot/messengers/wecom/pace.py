"""What a sender remembers: how fast it may speak, how far it got with a post, what it has uploaded."""

import datetime as dt
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.messengers.base import SendError
from bot.messengers.wecom.codes import Course, RefusedError

MEDIA_LIFE = dt.timedelta(days=3) - dt.timedelta(hours=1)
"""A media_id lives three days: https://developer.work.weixin.qq.com/document/path/90253"""


class Pace:
    """At most so many messages in so many seconds, for each chat or robot; over it, wait, before WeCom blocks us."""

    def __init__(self, *rules: tuple[int, float], clock: Clock) -> None:
        self._rules = rules
        self._clock = clock
        self._said: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Note one message; raise SendError with the seconds to wait when there is no room for it."""
        now = self._clock.now().timestamp()
        said = self._said.setdefault(key, deque(maxlen=max(posts for posts, _ in self._rules)))
        self._said.move_to_end(key)
        for posts, window_s in self._rules:
            if len(said) >= posts and now - said[-posts] < window_s:
                raise SendError("out of messages for now", retry_after_s=window_s - (now - said[-posts]))
        said.append(now)
        while len(self._said) > 2048:
            self._said.popitem(last=False)


Steps = list[Callable[[], Awaitable[None]]]


class Progress:
    """How many messages of a post have arrived, so that a retry goes on where the last try stopped."""

    def __init__(self, *, room: int = 1024) -> None:
        self._done: OrderedDict[str, tuple[int, bool]] = OrderedDict()
        self._room = room

    def of(self, key: str) -> tuple[int, bool]:
        """Return how many messages of the post have arrived, and whether it goes in smaller ones."""
        return self._done.get(key, (0, False))

    async def walk(self, key: str, plan: Callable[[bool], Steps]) -> None:
        """Take the steps of a post that are still to be taken; a step that raises is taken again next time.

        *plan* returns the steps; it is asked for smaller ones when the first is refused as too long.
        """
        try:
            await self._go(key, plan)
        except RefusedError as fault:
            if fault.course is not Course.SPLIT or self.of(key) != (0, False):
                raise
            self._note(key, 0, is_split=True)
            await self._go(key, plan)
        self._done.pop(key, None)

    async def _go(self, key: str, plan: Callable[[bool], Steps]) -> None:
        done, is_split = self.of(key)
        for number, take in enumerate(plan(is_split)[done:], done + 1):
            await take()
            self._note(key, number, is_split=is_split)

    def _note(self, key: str, done: int, *, is_split: bool) -> None:
        """Keep it; posts untouched the longest are forgotten first."""
        self._done[key] = (done, is_split)
        self._done.move_to_end(key)
        while len(self._done) > self._room:
            self._done.popitem(last=False)


class Uploads:
    """The media_ids of what was uploaded, by what it is, while they live."""

    def __init__(self, *, clock: Clock, room: int = 256) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], tuple[str, dt.datetime]] = OrderedDict()
        self._room = room

    def get(self, kind: str, sha256: str) -> str | None:
        """Return the media_id under which bytes can be shown, if it is still good."""
        media_id, until = self._kept.get((kind, sha256), ("", None))
        return media_id if until and self._clock.now() < until else None

    def keep(self, kind: str, sha256: str, media_id: str) -> None:
        """Keep a media_id."""
        self._kept[kind, sha256] = (media_id, self._clock.now() + MEDIA_LIFE)
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)

    def forget(self, kind: str, sha256: str) -> None:
        """Forget a media_id that WeCom does not know any more."""
        self._kept.pop((kind, sha256), None)
