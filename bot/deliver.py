"""The outbox made real: claim a message, post it, write down how it went."""

import asyncio
import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Sequence

import structlog

from bot import alerts
from bot.clock import Clock
from bot.document import Document, File, PostKind
from bot.failpoints import reach
from bot.messengers.base import ChatKind, Messenger, Post, SendError
from bot.publish.studio import Studio
from bot.rules.wording import service
from storage import outbox, undelivered
from storage.database import Database, Tx
from storage.outbox import Owed, State

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(seconds=90)
"""Longer than any post with its uploads may take."""
SEND_TIMEOUT_S = 60.0
MAX_TRIES = 12
AT_ONCE = 16
"""Chats that one Courier posts to at the same time."""
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 600.0
ALERT_EVERY = dt.timedelta(hours=1)
ALERT_WAITS = dt.timedelta(minutes=10)


class Courier:
    """Delivers what is owed through one messenger, so that a slow or dead one holds up no other.

    While `is_ready` says no (another process holds the robot's only connection), nothing is claimed but pushes that go
    by a chat's own push robot, so that waiting uses up no tries.
    """

    def __init__(
        self,
        messenger: Messenger,
        *,
        database: Database,
        clock: Clock,
        studio: Studio,
        is_ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._messenger = messenger
        self._is_ready = is_ready
        self._studio = studio
        self._database = database
        self._clock = clock
        self._owner = f"{messenger.name}/{secrets.token_hex(8)}"
        self._unmarked: list[tuple[Owed, SendError | None]] = []

    async def deliver_next(self) -> bool:
        """Deliver the due messages that are most urgent, one a chat; return False when none is due.

        The claim is committed before the post, so a crash between the two costs a repeated message, never a lost one.
        """
        await self._mark_all()
        now = self._clock.now()
        async with self._database.transaction() as tx:
            claimed = await outbox.claim(
                tx,
                owner=self._owner,
                now=now,
                lease=LEASE,
                limit=AT_ONCE,
                messengers=[self._messenger.name],
                only_routed=not self._is_ready(),
            )
            timely = [o for o in claimed if o.expires_at > now and not await self._is_told_in_the_group(tx, o, now)]
            due = await self._within_budget(tx, timely, now)
            for late in (o for o in claimed if o.expires_at <= now):
                await outbox.mark_over(tx, late.id, State.EXPIRED, owner=self._owner, fault="expired", at=now)
                await self._tell_admins(tx, late, now)
            if due:
                reach("claim.before_commit")
        if due:
            reach("claim.after_commit")
            faults = await asyncio.gather(*(self._post(owed) for owed in due))
            self._unmarked += zip(due, faults, strict=True)
            await self._mark_all()
        return bool(claimed)

    async def _is_told_in_the_group(self, tx: Tx, owed: Owed, now: dt.datetime) -> bool:
        """Owe an alert to the headquarters' group instead, where nobody is told anything in private unasked.

        Where there is no such group it is left to fail in the open.
        """
        unasked = owed.kind == PostKind.ALERT and owed.chat_kind == ChatKind.DIRECT and owed.reply_to is None
        if not unasked or self._messenger.limits.private:
            return False
        instead = await alerts.in_the_group(tx, owed)
        if instead:
            await outbox.enqueue(tx, instead)
            await outbox.mark_over(tx, owed.id, State.VOID, owner=self._owner, fault="told in the group", at=now)
        return bool(instead)

    async def _mark_all(self) -> None:
        """Write down how posts went; what cannot be written now, as the database is away, is written before the next.

        Whoever takes over a lease that ran out meanwhile has the word: marks of its former owner do nothing.
        """
        if not self._unmarked:
            return
        now = self._clock.now()
        sent = [owed for owed, fault in self._unmarked if fault is None]
        doubled = [] if self._messenger.limits.idempotent else [o.id for o in sent if o.unknown]
        async with self._database.transaction() as tx:
            await outbox.mark_sent(tx, doubled, owner=self._owner, at=now, doubled=True)
            once = [o.id for o in sent if o.id not in doubled]
            await outbox.mark_sent(tx, once, owner=self._owner, at=now, doubled=False)
            for owed, fault in self._unmarked:
                if fault is not None:
                    await self._mark_failed(tx, owed, fault)
            reach("mark.before_commit")
        reach("mark.after_commit")
        self._unmarked = []
        for owed in sent:
            log.info(
                "delivered", messenger=self._messenger.name, outbox_id=owed.id, inbox_id=owed.inbox_id, kind=owed.kind
            )

    async def _within_budget(self, tx: Tx, claimed: list[Owed], now: dt.datetime) -> list[Owed]:
        """Return what the messenger lets us say now; the rest waits until it does."""
        windows = [(posts, dt.timedelta(seconds=seconds)) for posts, seconds in self._messenger.limits.windows]
        if not windows or not claimed:
            return claimed
        names = {owed.id: self._destination(owed) for owed in claimed}
        since = now - max(window for _, window in windows)
        sent = await outbox.sends_since(tx, sorted(set(names.values())), since=since)
        due = []
        for owed in claimed:
            times = sent.setdefault(names[owed.id], [])
            free_at = max(_free_at(times, posts, window, now) for posts, window in windows)
            if free_at <= now:
                times.append(now)
                await outbox.note_send(tx, names[owed.id], at=now)
                due.append(owed)
            else:
                await outbox.put_back(tx, owed.id, owner=self._owner, not_before=free_at)
        return due

    def _destination(self, owed: Owed) -> str:
        robot = owed.route or self._messenger.name
        return f"{robot}/{owed.chat_id}" if self._messenger.limits.per_chat else robot

    async def _post(self, owed: Owed) -> SendError | None:
        """Post one message; return how it failed, or None."""
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                post = await self._addressed(owed)
                reach("send.before")
                await self._messenger.send(post, self._load)
                reach("send.after")
        except SendError as fault:
            return fault
        except TimeoutError:
            return SendError("no answer in time", unknown=True)
        except Exception as fault:  # an adapter's bug must not stop the others; the message is tried again
            log.exception("adapter failed", messenger=self._messenger.name, outbox_id=owed.id)
            return SendError(type(fault).__name__)
        return None

    async def _addressed(self, owed: Owed) -> Post:
        use_route = owed.reply_until is not None and owed.reply_until > self._clock.now()
        return Post(
            key=hashlib.sha256(owed.dedup_key.encode()).hexdigest()[:32],
            chat_id=owed.chat_id,
            chat_kind=ChatKind(owed.chat_kind),
            document=await self._studio.finish(Document.from_json(owed.document)),
            kind=owed.kind,
            route=owed.route,
            reply_to=owed.reply_to,
            reply_route=owed.reply_route if use_route else None,
            is_unsure=owed.unknown > 0,
        )

    async def _load(self, file: File) -> bytes:
        async with self._database.transaction(reading=True) as tx:
            found = await outbox.attachment(tx, file.sha256)
        if found is None:
            raise SendError(f"attachment {file.name} is gone", permanent=True)
        return found[1]

    async def _mark_failed(self, tx: Tx, owed: Owed, fault: SendError) -> None:
        """Write down that a post failed: over and done with, or later again."""
        now = self._clock.now()
        unknown = owed.unknown + fault.unknown
        twice = not self._messenger.limits.idempotent
        if fault.permanent or owed.tries >= MAX_TRIES or (twice and unknown > 1):
            await outbox.mark_over(tx, owed.id, State.DEAD, owner=self._owner, fault=str(fault), at=now)
            log.error("message dead", messenger=self._messenger.name, outbox_id=owed.id, fault=str(fault))
            await self._tell_admins(tx, owed, now)
        else:
            later = now + dt.timedelta(seconds=_pause_s(owed, fault))
            await outbox.mark_later(
                tx, owed.id, owner=self._owner, not_before=later, fault=str(fault), unknown=fault.unknown
            )
            log.warning("delivery failed", messenger=self._messenger.name, outbox_id=owed.id, fault=str(fault))

    async def _tell_admins(self, tx: Tx, owed: Owed, now: dt.datetime) -> None:
        """Owe the admins the news of what did not arrive: one alert a robot and hour, and none about an alert itself.

        It waits ten minutes, so that it can count what fails together; what fails once it is gone is the next hour's.
        """
        if owed.kind == PostKind.ALERT:
            return
        name, hour = self._messenger.name, now.replace(minute=0, second=0, microsecond=0)
        faults = await undelivered.since(tx, name, now - ALERT_EVERY)
        text = service.undelivered(name, len(faults), faults[-1] if faults else "")
        for at, due in ((hour, now + ALERT_WAITS), (hour + ALERT_EVERY, hour + ALERT_EVERY)):
            key = f"undelivered/{name}/{at.astimezone(dt.UTC):%Y%m%d%H}"
            owing = await alerts.to_admins(tx, campaign=owed.campaign, text=text, key=key, now=now, not_before=due)
            if await undelivered.owe_or_renew(tx, owing):
                return


def _free_at(times: Sequence[dt.datetime], posts: int, window: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """Return when one more post fits into a window that holds so many."""
    return now if len(times) < posts else times[-posts] + window


def _pause_s(owed: Owed, fault: SendError) -> float:
    """Return how long to wait: what the messenger asks for, else doubling pauses with a jitter fixed by the message."""
    if fault.retry_after_s is not None:
        return min(max(fault.retry_after_s, 0.5), 3600.0)
    pause_s: float = min(FIRST_PAUSE_S * 2 ** (owed.tries - 1), LONGEST_PAUSE_S)
    jitter = int(hashlib.sha256(f"{owed.dedup_key}/{owed.tries}".encode()).hexdigest()[:4], 16) / 0xFFFF
    return pause_s * (0.75 + 0.5 * jitter)
