"""The Clerk: takes the waiting messages of one chat, works through them in order, and commits once."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot import bookkeeping, commands, parsing
from bot.bookkeeping import Office
from bot.clock import Clock, local_day
from bot.commands import Call, Press
from bot.document import Document, PostKind
from bot.failpoints import reach
from bot.handle import hearing
from bot.handle.asking import Asking
from bot.handle.desk import Desk, Numbers, lines_of, regions_of
from bot.handle.hearing import Heard, Taken
from bot.handle.replies import reply
from bot.handle.writing import Writing
from bot.parsing.completing import complete
from bot.rules.problem_book import ProblemBook
from bot.rules.projects import ProjectBook
from bot.rules.speaker import speaker
from bot.rules.wording.acks import Noted
from config.campaign import Campaign
from storage import inbox, ledger, outbox, people, problems, projects, questions
from storage.database import Database, Tx
from storage.inbox import Handled, Message
from storage.records import Chat, Kind, LineKey, Person, Reading

log = structlog.get_logger(__name__)

BATCH = 64
DATABASE_ERRORS = (OperationalError, InterfaceError, OSError, TimeoutError)
"""The database is away or busy: nobody's message is to blame."""


class Clerk:
    """Works through the inbox."""

    def __init__(self, office: Office, *, database: Database, clock: Clock, press: Press) -> None:
        self._office = office
        self._press = press
        self._campaign = office.campaign
        self._database = database
        self._clock = clock

    async def handle_next(self) -> bool:
        """Handle the waiting messages of the chat that waits longest; return False when nothing waits.

        Killed at any point, they are handled again with the same result. When a bug stops the batch, they are
        handled one by one, and the culprit is set aside after its last try.
        """
        try:
            return await self._handle_batch(limit=BATCH)
        except DATABASE_ERRORS:
            raise
        except Exception as fault:  # noqa: BLE001 any bug of ours, in any message of the batch
            log.warning("batch failed, handling one by one", fault=type(fault).__name__)
        return await self._handle_one()

    async def _handle_batch(self, *, limit: int) -> bool:
        async with self._database.transaction() as tx:
            messages = await inbox.take_chat(tx, limit=limit)
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
                messages = await inbox.take_chat(tx, limit=1)
                culprit = messages[0] if messages else None
                await self._work_through(tx, messages)
        except DATABASE_ERRORS:
            raise
        except Exception as fault:
            if culprit is None:
                raise
            log.exception("message failed", message_id=culprit.message_id)
            await self._count_try(culprit, fault)
        return culprit is not None

    async def _count_try(self, culprit: Message, fault: Exception) -> None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            told = f"{type(fault).__name__}: {fault}"
            if await inbox.count_try(tx, culprit.id, fault=told, at=now):
                log.error("message set aside", message_id=culprit.message_id)
                await outbox.enqueue(tx, await hearing.tell_admins_set_aside(tx, culprit, now=now))

    async def _work_through(self, tx: Tx, messages: Sequence[Message]) -> None:
        """Work through messages of one chat in order: reports and answers together, each command by itself."""
        if not messages:
            return
        first = messages[0]
        chat = await people.chat(tx, first.messenger, first.chat_id)
        known = await people.find(tx, first.messenger, sorted({m.sender_id for m in messages}))
        asking = await self._asking(tx, first)
        outcomes: list[Handled] = []
        run: list[Heard] = []
        for message in messages:
            one = self._hear(message, known.get(message.sender_id), chat, asking)
            if one.command is None and not one.may_be_completed:
                run.append(one)
                continue
            outcomes += await self._take_reports(tx, run, asking)  # what stands before it must be written by now
            run = []
            if one.command is not None:
                await self._obey(tx, one)
                outcomes.append(one.handled("command", parsing.VERSION))
            else:
                run = [await self._complete(tx, one)]
            asking = await self._asking(tx, first)
        outcomes += await self._take_reports(tx, run, asking)
        await inbox.close(tx, outcomes, at=self._clock.now())

    async def _asking(self, tx: Tx, message: Message) -> Asking:
        waiting = await questions.waiting_in(tx, message.messenger, message.chat_id)
        return Asking(waiting, campaign=self._campaign, now=self._clock.now())

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
        quoted = await inbox.by_message_id(tx, message.messenger, message.quoted_id) if message.quoted_id else None
        reports = await ledger.reports_of_message(tx, quoted.id) if quoted else []
        if not reports:
            last = await ledger.last_report(tx, self._campaign.key, who.key)
            reports = [last] if last else []
        entries = await ledger.entries_of(tx, [r.number for r in reports])
        meant = [e.progress for e in entries if e.live and not e.derived and not e.progress.part]
        whole = complete(message.text, meant, sender=who.sender, sent_at=message.sent_at, campaign=self._campaign)
        return heard if whole is None else replace(heard, reading=whole)

    async def _obey(self, tx: Tx, heard: Heard) -> None:
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
        if not said.is_silent:
            await outbox.enqueue(tx, [reply(heard.message, said.kind, said.document, now=now)])
        await outbox.enqueue(tx, hearing.notices(heard.message, said.elsewhere, now=now))
        log.info("command obeyed", message_id=heard.message.message_id, command=found.command.name)

    async def _take_reports(self, tx: Tx, heard: Sequence[Heard], asking: Asking) -> list[Handled]:
        """Fold reports and answers into the books, and answer them."""
        if not heard:
            return []
        desk = await self._desk(tx, heard, asking)
        now = self._clock.now()
        owed, outcomes = [], []
        shown: Counter[int] = Counter()
        for one in heard:
            person = one.speaker.person_id or 0
            hinted = one.speaker.acknowledged + shown[person] < hearing.HINTS_PER_PERSON
            answer, outcome, noted = _take(desk, one, self._campaign, with_hint=hinted)
            if answer is not None:
                owed.append(reply(one.message, answer[0], answer[1], now=now))
            shown[person] += bool(noted)
            outcomes.append(one.handled(outcome, parsing.VERSION))
            reports = [n.number for n in noted]
            log.info("message handled", message_id=one.message.message_id, outcome=outcome, reports=reports)
        await Writing(self._campaign, desk.rows, desk.problems).write(tx, changed=desk.changed_lines())
        await questions.save(tx, list(asking.changed.values()))
        await people.count_acknowledged(tx, shown)
        await outbox.enqueue(tx, owed)
        return outcomes

    async def _desk(self, tx: Tx, heard: Sequence[Heard], asking: Asking) -> Desk:
        """Load the books that these messages need, and draw the numbers they may use."""
        readings = [h.reading for h in heard if h.may_report]
        held = asking.records_at_stake()
        keys: set[LineKey] = set().union(
            *(lines_of(r, self._campaign) for r in [*readings, Reading(progress=tuple(held))])
        )
        days = {p.date for r in readings for p in r.progress} | {p.date for p in held}
        regions = {region for r in readings for region in regions_of(r)} | {p.region for p in held}
        await ledger.lock(tx, self._campaign.key, regions)
        items = sum(4 * len(r.progress) for r in readings) + len(held)  # entered, derived, or chosen by an answer
        reports = sum(len(regions_of(r)) for r in readings)
        office = await bookkeeping.current(tx, self._office)
        return Desk(
            campaign=office.campaign,
            duty=self._office.duty,
            pacing=self._office.pacing,
            books=await bookkeeping.load(tx, self._campaign.key, keys=sorted(keys), days=sorted(days)),
            numbers=Numbers(
                reports=iter(await ledger.draw_report_numbers(tx, reports) if reports else []),
                entries=iter(await ledger.draw_entry_ids(tx, items) if items else []),
            ),
            asking=asking,
            problems=await self._problem_book(tx, readings),
            projects=await self._project_book(tx, readings),
        )

    async def _problem_book(self, tx: Tx, readings: Sequence[Reading]) -> ProblemBook:
        """Load the problems that these messages may join or solve."""
        spoken = [r for r in readings if r.problems or r.resolutions]
        if not spoken:
            return ProblemBook(self._campaign, numbers=itertools.count(1))
        key = self._campaign.key
        number = await problems.next_number(tx, key)
        regions = {region for r in spoken for region in regions_of(r)}
        refs = {int(s.ref) for r in spoken for s in r.resolutions if s.ref is not None}
        kept = await problems.live(tx, key, regions=regions, numbers=refs)
        return ProblemBook(self._campaign, kept, numbers=itertools.count(number))

    async def _project_book(self, tx: Tx, readings: Sequence[Reading]) -> ProjectBook:
        """Load the projects of the units in which these messages name some."""
        regions = {s.region for r in readings for s in r.projects}
        return ProjectBook(
            self._campaign, await projects.load(tx, self._campaign.key, regions=regions) if regions else ()
        )

    async def expire_questions(self) -> bool:
        """Leave the questions whose day is over to the admins; return whether there were any."""
        async with self._database.transaction() as tx:
            return await questions.expire(tx, now=self._clock.now()) > 0


def _take(
    desk: Desk, heard: Heard, campaign: Campaign, *, with_hint: bool
) -> tuple[tuple[PostKind, Document] | None, str, tuple[Noted, ...]]:
    """Fold one message in: an answer to the speaker's open question, else a report.

    Return what to say, what it was, and what was noted.
    """
    choice = desk.asking.meant(heard.message)
    if choice is not None:
        noted = desk.take_answer(heard.message, choice)
        asked = desk.asking.following(heard.message)
        return hearing.answer_to_answer(heard, noted, asked, campaign), "answer", (noted,)
    taken = Taken()
    if heard.may_report and heard.reading.kind is Kind.REPORT:
        taken = Taken(
            noted=tuple(desk.take(heard.message, heard.reading, heard.speaker)),
            foreign=desk.take_foreign(heard.message, heard.reading, heard.speaker),
            asked=desk.asking.following(heard.message),
        )
    return hearing.answer(heard, taken, campaign, with_hint=with_hint), heard.reading.kind.value, taken.noted
