"""The sandbox's one end: whatever is sent is shown to who listens, at once and in order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.document import Document
from bot.messengers.base import Answer, Hook, Inbound, Limits, Load, MalformedError, Post, Verdict

LIMITS = Limits(idempotent=True, jitter=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message as a chat shows it."""

    key: str
    at: datetime
    chat_id: str
    chat_kind: str
    kind: str
    document: Document


class Sandbox:
    """A messenger that delivers into this process."""

    name = "sandbox"

    def __init__(self, *, clock: Clock, show: Callable[[Seen], None], limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._clock = clock
        self._show = show

    def open(self, hook: Hook) -> Inbound | Answer:
        """Refuse: nobody calls the sandbox from outside."""
        raise MalformedError(f"the sandbox takes no {hook.method}")

    def verdict(self, verdict: Verdict) -> Answer:
        """Say what became of a message, in case anybody asks."""
        return Answer(body=verdict.value.encode())

    async def send(self, post: Post, load: Load) -> None:
        """Show a document; whoever looks at it fetches its files."""
        del load
        self._show(
            Seen(
                key=post.key,
                at=self._clock.now(),
                chat_id=post.chat_id,
                chat_kind=post.chat_kind,
                kind=post.kind,
                document=post.document,
            )
        )

    async def close(self) -> None:
        """Nothing is held open."""
