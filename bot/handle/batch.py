"""Reports and answers of one batch: the books they need loaded at once, folded in order, and written at once."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot import bookkeeping, parsing
from bot.bookkeeping import Office
from bot.clock import Clock
from bot.document import Document, PostKind
from bot.handle import hearing
from bot.handle.asking import Asking
from bot.handle.desk import Desk, Numbers, lines_of, regions_of
from bot.handle.flood import Flood
from bot.handle.hearing import Heard, Taken
from bot.handle.replies import reply
from bot.handle.writing import Writing
from bot.rules.problem_book import ProblemBook
from bot.rules.projects import ProjectBook
from bot.rules.wording.acks import Noted
from config.campaign import Campaign
from storage import ledger, outbox, people, problems, projects, questions
from storage.database import Tx
from storage.inbox import Handled
from storage.records import Kind, LineKey, Reading

log = structlog.get_logger(__name__)

BREATH = 8
"""After so many messages whoever else waits for the event loop has a turn."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Takes what was heard in any chats into the books."""

    office: Office
    clock: Clock

    async def take(self, tx: Tx, heard: Sequence[Heard], asking: Asking, flood: Flood) -> list[Handled]:
        """Fold reports and answers into the books, and answer them: in a flood only questions at once."""
        if not heard:
            return []
        desk = await self._desk(tx, heard, asking)
        now = self.clock.now()
        owed, outcomes = [], []
        shown: Counter[int] = Counter()
        for one in heard:
            person = one.speaker.person_id or 0
            hinted = one.speaker.acknowledged + shown[person] < hearing.HINTS_PER_PERSON
            answer, outcome, noted = _take(desk, one, self.office.campaign, with_hint=hinted)
            is_talk = outcome == "answer" or asking.has_asked(one.message)
            is_held = flood.is_over(one.message) and not is_talk
            if answer is not None and is_held:
                flood.hold_back(one.message)
            elif answer is not None:
                owed.append(reply(one.message, answer[0], answer[1], now=now))
            shown[person] += bool(noted)
            outcomes.append(one.handled(outcome, parsing.VERSION))
            reports = [n.number for n in noted]
            log.info(
                "message handled",
                message_id=one.message.message_id,
                inbox_id=one.message.id,
                outcome=outcome,
                reports=reports,
            )
            if len(outcomes) % BREATH == 0:
                await asyncio.sleep(0)
        await Writing(self.office.campaign, desk.rows, desk.problems).write(tx, changed=desk.changed_lines())
        await questions.save(tx, list(asking.changed.values()))
        await people.count_acknowledged(tx, shown)
        await outbox.enqueue(tx, owed)
        return outcomes

    async def _desk(self, tx: Tx, heard: Sequence[Heard], asking: Asking) -> Desk:
        """Load the books that these messages need, and draw the numbers they may use."""
        readings = [h.reading for h in heard if h.may_report]
        held = asking.records_at_stake()
        keys: set[LineKey] = set().union(
            *(lines_of(r, self.office.campaign) for r in [*readings, Reading(progress=tuple(held))])
        )
        days = {p.date for r in readings for p in r.progress} | {p.date for p in held}
        regions = {region for r in readings for region in regions_of(r)} | {p.region for p in held}
        await ledger.lock(tx, self.office.campaign.key, regions)
        items = sum(4 * len(r.progress) for r in readings) + len(held)  # entered, derived, or chosen by an answer
        reports = sum(len(regions_of(r)) for r in readings)
        office = await bookkeeping.current(tx, self.office)
        return Desk(
            campaign=office.campaign,
            duty=self.office.duty,
            pacing=self.office.pacing,
            books=await bookkeeping.load(tx, self.office.campaign.key, keys=sorted(keys), days=sorted(days)),
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
            return ProblemBook(self.office.campaign, numbers=itertools.count(1))
        key = self.office.campaign.key
        number = await problems.next_number(tx, key)
        regions = {region for r in spoken for region in regions_of(r)}
        refs = {int(s.ref) for r in spoken for s in r.resolutions if s.ref is not None}
        kept = await problems.live(tx, key, regions=regions, numbers=refs)
        return ProblemBook(self.office.campaign, kept, numbers=itertools.count(number))

    async def _project_book(self, tx: Tx, readings: Sequence[Reading]) -> ProjectBook:
        """Load the projects of the units in which these messages name some."""
        regions = {s.region for r in readings for s in r.projects}
        return ProjectBook(
            self.office.campaign, await projects.load(tx, self.office.campaign.key, regions=regions) if regions else ()
        )


def _take(
    desk: Desk, heard: Heard, campaign: Campaign, *, with_hint: bool
) -> tuple[tuple[PostKind, Document] | None, str, tuple[Noted, ...]]:
    """Fold one message in: an answer to the speaker's open question, else a report.

    Return what to say, what it was, and what was noted.
    """
    choice = desk.asking.meant(heard.message)
    if choice is not None:
        noted = desk.take_answer(heard.message, choice)
        asked = desk.ask_next(heard.message)
        said = hearing.answer_to_answer(heard, noted, asked, campaign)
        return hearing.echoed(heard, said), "answer", (noted,)
    taken = Taken()
    if heard.may_report and heard.reading.kind is Kind.REPORT:
        taken = Taken(
            noted=tuple(desk.take(heard.message, heard.reading, heard.speaker)),
            foreign=desk.take_foreign(heard.message, heard.reading, heard.speaker),
            asked=desk.ask_next(heard.message),
        )
    answer = hearing.answer(heard, taken, campaign, with_hint=with_hint)
    return hearing.echoed(heard, answer), heard.reading.kind.value, taken.noted
