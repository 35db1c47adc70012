"""The Clerk: takes waiting messages of any chats, works through them in order, and commits once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot import bookkeeping, commands, parsing, quoting
from bot.bookkeeping import Office
from bot.clock import Clock, local_day
from bot.commands import Call, Press
from bot.failpoints import reach
from bot.handle import hearing
from bot.handle.asking import Asking
from bot.handle.batch import BREATH, Batch
from bot.handle.flood import Flood
from bot.handle.hearing import Heard
from bot.handle.replies import reply
from bot.parsing.completing import complete
from bot.rules.speaker import speaker
from storage import inbox, ledger, outbox, people, questions
from storage.database import Database, Tx
from storage.inbox import Message
from storage.records import Chat, Person, Reading

log = structlog.get_logger(__name__)

BATCH = 128
"""How many messages are handled in one transaction: more would keep other writers waiting."""
DATABASE_ERRORS = (OperationalError, InterfaceError, OSError, TimeoutError)
"""The database is away or busy: nobody's message is to blame."""


class Clerk:
    """Works through the inbox."""

    def __init__(
        self, office: Office, *, database: Database, clock: Clock, press: Press, answers_a_minute: Mapping[str, int]
    ) -> None:
        self._office = office
        self._press = press
        self._answers_a_minute = answers_a_minute
        self._campaign = office.campaign
        self._database = database
        self._clock = clock
        self._batch = Batch(office, clock)
        self._one_by_one = 0

    async def handle_next(self) -> bool:
        """Handle the messages that wait longest, of any chats; return False when nothing waits.

        Killed at any point, they are handled again with the same result. When a bug stops the batch, as many are
        handled one by one, and the culprit is set aside after its last try.
        """
        if not self._one_by_one:
            try:
                return await self._handle_batch()
            except DATABASE_ERRORS:
                raise
            except Exception as fault:  # noqa: BLE001 any bug of ours, in any message of the batch
                log.warning("batch failed, handling one by one", fault=type(fault).__name__)
                self._one_by_one = BATCH
        self._one_by_one -= 1
        return await self._handle_one()

    async def _handle_batch(self) -> bool:
        async with self._database.transaction() as tx:
            messages = await inbox.take(tx, limit=BATCH)
            if messages:
                await self._work_through(tx, messages)
                reach("clerk.before_commit")
        if messages:
            reach("clerk.after_commit")
        return bool(messages)

    async def _handle_one(self) -> bool:
        culprit: Message | None = None
        try:
            async with self._database.transaction() as tx:
                messages = await inbox.take(tx, limit=1, chats_at_once=1)
                culprit = messages[0] if messages else None
                await self._work_through(tx, messages)
        except DATABASE_ERRORS:
            raise
        except Exception as fault:
            if culprit is None:
                raise
            log.exception("message failed", message_id=culprit.message_id, inbox_id=culprit.id)
            await self._count_try(culprit, fault)
        return culprit is not None

    async def _count_try(self, culprit: Message, fault: Exception) -> None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            told = f"{type(fault).__name__}: {fault}"
            if await inbox.count_try(tx, culprit.id, fault=told, at=now):
                log.error("message set aside", message_id=culprit.message_id, inbox_id=culprit.id)
                await outbox.enqueue(tx, await hearing.tell_admins_set_aside(tx, culprit, now=now))

    async def _work_through(self, tx: Tx, messages: Sequence[Message]) -> None:
        """Work through messages in order: reports and answers of all chats together, a command by itself.

        Whatever needs to see what stands before it written down ends the batch, and begins the next one.
        """
        if not messages:
            return
        spoken_in = list(dict.fromkeys((m.messenger, m.chat_id) for m in messages))
        chats = await people.chats_of(tx, spoken_in)
        known = await self._people(tx, messages)
        asking = Asking(await questions.waiting_in(tx, spoken_in), campaign=self._campaign, now=self._clock.now())
        flood = await Flood.watch(tx, messages, self._answers_a_minute)
        run: list[Heard] = []
        for message in messages:
            who = known.get((message.messenger, message.sender_id))
            one = self._hear(message, who, chats.get((message.messenger, message.chat_id)), asking)
            if run and one.stands_alone:
                break
            if one.command is not None:
                await self._obey(tx, one, flood)
                await inbox.close(tx, [one.handled("command", parsing.VERSION)], at=self._clock.now())
                await flood.answer(tx, now=self._clock.now())
                return
            run.append(await self._complete(tx, one) if one.may_be_completed else one)
            if len(run) % BREATH == 0:
                await asyncio.sleep(0)
        await inbox.close(tx, await self._batch.take(tx, run, asking, flood), at=self._clock.now())
        await flood.answer(tx, now=self._clock.now())

    async def _people(self, tx: Tx, messages: Sequence[Message]) -> dict[tuple[str, str], Person]:
        """Return the people who said these messages, by (messenger, user id)."""
        said_by: dict[str, set[str]] = {}
        for message in messages:
            said_by.setdefault(message.messenger, set()).add(message.sender_id)
        found = {messenger: await people.find(tx, messenger, sorted(ids)) for messenger, ids in said_by.items()}
        return {(messenger, user_id): who for messenger, each in found.items() for user_id, who in each.items()}

    def _hear(self, message: Message, person: Person | None, chat: Chat | None, asking: Asking) -> Heard:
        """Tell who speaks and what is said; what answers the speaker's open question is no command."""
        who = speaker(
            person,
            messenger=message.messenger,
            user_id=message.sender_id,
            name=message.sender_name,
            day=local_day(message.sent_at),
            campaign=self._campaign,
        )
        found = None if asking.meant(message) else commands.find(message.text, who, self._campaign)
        reading = hearing.read(message, who, self._campaign) if found is None else Reading()
        return Heard(message=message, speaker=who, chat=chat, command=found, reading=reading)

    async def _complete(self, tx: Tx, heard: Heard) -> Heard:
        """Read a correction that leaves out what it corrects as one of the record it means: quoted, or the last."""
        message, who = heard.message, heard.speaker
        reports = await quoting.reports(tx, message)
        if not reports:
            last = await ledger.last_report(tx, self._campaign.key, who.key)
            reports = [last] if last else []
        entries = await ledger.entries_of(tx, [r.number for r in reports])
        meant = [e.progress for e in entries if e.live and not e.derived and not e.progress.part]
        whole = complete(message.text, meant, sender=who.sender, sent_at=message.sent_at, campaign=self._campaign)
        return heard if whole is None else replace(heard, reading=whole)

    async def _obey(self, tx: Tx, heard: Heard, flood: Flood) -> None:
        found = heard.command
        assert found is not None
        call = Call(
            office=await bookkeeping.current(tx, self._office),
            press=self._press,
            speaker=heard.speaker,
            message=heard.message,
            chat=heard.chat,
            args=found.args,
            now=self._clock.now(),
        )
        said = await commands.run(tx, found.command, call)
        now = self._clock.now()
        if flood.is_over(heard.message) and heard.is_stranger:
            flood.hold_back(heard.message)
        elif not said.is_silent:
            await outbox.enqueue(tx, [reply(heard.message, said.kind, said.document, now=now)])
        await outbox.enqueue(tx, hearing.notices(heard.message, said.elsewhere, now=now))
        log.info(
            "command obeyed",
            message_id=heard.message.message_id,
            inbox_id=heard.message.id,
            command=found.command.name,
        )

    async def expire_questions(self) -> bool:
        """Leave the questions whose day is over to the admins; return whether there were any."""
        async with self._database.transaction() as tx:
            return await questions.expire(tx, now=self._clock.now()) > 0
