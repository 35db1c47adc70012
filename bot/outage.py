"""The database watched: while it is away, admins are told by whatever messenger still works, once an outage."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog

from bot import alerts
from bot.clock import Clock
from bot.document import Document, File, PostKind
from bot.messengers.base import ChatKind, Messenger, Post
from bot.rules.wording import service
from storage import outbox, people
from storage.database import Database
from storage.records import Person, Role

log = structlog.get_logger(__name__)

EVERY_S = 5.0
ANSWER_S = 3.0
TOLD_AFTER = dt.timedelta(seconds=10)
"""Long enough for a database that is only restarted quickly; shorter than the lease of a long connection lasts."""
SEND_TIMEOUT_S = 15.0
KNOWN_FOR = dt.timedelta(minutes=5)
"""How long the admins are remembered before they are read again."""


class Outage:
    """Asks the database again and again, and remembers whom to tell when it no longer answers."""

    def __init__(
        self,
        *,
        database: Database,
        campaign: str,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        has_spool: bool,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._campaign = campaign
        self._messengers = messengers
        self._clock = clock
        self._has_spool = has_spool
        self._pause = pause
        self._admins: list[Person] = []
        self._known_at: dt.datetime | None = None
        self._since: dt.datetime | None = None
        self._told: set[tuple[str, str]] = set()

    def know(self, roster: Sequence[Person]) -> None:
        """Learn whom to tell from a roster file, as long as the database was never asked."""
        self._admins = [p for p in roster if p.role is Role.ADMIN and p.user_id]

    async def watch(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look()
            await self._pause(EVERY_S)

    async def look(self) -> bool:
        """Ask the database once, and tell the admins what is to be told; return whether it answered."""
        now = self._clock.now()
        try:
            async with asyncio.timeout(ANSWER_S), self._database.transaction(reading=True) as tx:
                if self._known_at is None or now - self._known_at >= KNOWN_FOR:
                    self.know(await people.everybody(tx))
                    self._known_at = now
                else:
                    await tx.exec_driver_sql("SELECT 1")
            if self._since is not None:
                await self._is_back(now, self._since)
        except Exception as fault:  # noqa: BLE001 whatever ails the database, it does not answer
            await self._is_away(now, fault)
            return False
        return True

    async def _is_away(self, now: dt.datetime, fault: Exception) -> None:
        if self._since is None:
            self._since = now
            log.error("database away", fault=type(fault).__name__)
        if now - self._since >= TOLD_AFTER:
            text = service.database_away(self._since, has_spool=self._has_spool)
            left = [p for p in self._admins if _address(p) not in self._told]
            await asyncio.gather(*(self._tell(admin, text, self._since) for admin in left))

    async def _tell(self, admin: Person, text: str, since: dt.datetime) -> None:
        """Send past the outbox, which is away too; who cannot be reached is tried again at the next look."""
        messenger = self._messengers.get(admin.messenger)
        if messenger is None or not admin.user_id:
            return
        key = f"database/{since.isoformat()}/{admin.messenger}/{admin.user_id}"
        post = Post(
            key=hashlib.sha256(key.encode()).hexdigest()[:32],
            chat_id=admin.user_id,
            chat_kind=ChatKind.DIRECT,
            document=Document(lines=(text,)),
            kind=PostKind.ALERT,
        )
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await messenger.send(post, _nothing)
        except Exception as fault:  # noqa: BLE001 one messenger that is down must not keep the news from the others
            log.warning("admin not told", messenger=admin.messenger, fault=type(fault).__name__)
        else:
            self._told.add(_address(admin))

    async def _is_back(self, now: dt.datetime, since: dt.datetime) -> None:
        """Tell through the outbox that it is over, where anybody was told that it began."""
        log.warning("database back", away_s=round((now - since).total_seconds()))
        if self._told:
            key, text = f"database-back/{now:%Y%m%d%H%M}", service.database_back(since, now)
            async with asyncio.timeout(ANSWER_S), self._database.transaction() as tx:
                owed = await alerts.to_admins(tx, campaign=self._campaign, text=text, key=key, now=now)
                await outbox.enqueue(tx, owed)
        self._since = None
        self._told.clear()


def _address(person: Person) -> tuple[str, str]:
    return person.messenger, person.user_id or ""


async def _nothing(file: File) -> bytes:
    raise FileNotFoundError(file.name)
