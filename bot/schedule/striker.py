"""The clock strikes: each occurrence is claimed once in the database, whoever strikes and however often."""

import datetime as dt

import structlog

from bot.account import FIRST_START
from bot.bookkeeping import Office
from bot.clock import Clock
from bot.commands import pushing
from bot.failpoints import reach
from bot.schedule import pushes
from bot.schedule.push import Ways
from bot.schedule.timetable import Occurrence, Timetable
from storage import occurrences, outbox
from storage.database import Database, Tx

log = structlog.get_logger(__name__)


class Striker:
    """Runs what the timetable says is due."""

    def __init__(
        self,
        office: Office,
        timetable: Timetable,
        *,
        database: Database,
        clock: Clock,
        ways: Ways,
    ) -> None:
        self._office = office
        self._campaign = office.campaign.key
        self._timetable = timetable
        self._database = database
        self._clock = clock
        self._ways = ways

    async def start(self) -> None:
        """Note when the campaign was first started: what was due before is not caught up."""
        await self._first_start(self._clock.now())

    async def strike_due(self) -> bool:
        """Run every occurrence that came due, oldest first; return whether any was run.

        One that fails is tried again at the next look, until it is too late and recorded as skipped.
        """
        now = self._clock.now()
        async with self._database.transaction(reading=True) as tx:
            since = await occurrences.last(tx, self._campaign)
        due = self._timetable.due(now, since=since, first=await self._first_start(now))
        struck = False
        for occurrence in due:
            try:
                struck |= await self.strike(occurrence)
            except Exception:
                log.exception("schedule failed", schedule=occurrence.schedule.key, due_at=str(occurrence.due_at))
        return struck

    async def strike(self, occurrence: Occurrence) -> bool:
        """Claim one occurrence and owe what it says, in one transaction; False when it was claimed before."""
        now = self._clock.now()
        key, due_at = occurrence.schedule.key, occurrence.due_at
        async with self._database.transaction() as tx:
            why_not = "错过时限，未补发" if occurrence.is_late(now) else await self._paused(tx, occurrence)
            claimed = await occurrences.claim(
                tx, campaign=self._campaign, schedule=key, due_at=due_at, at=now, skipped=why_not
            )
            if not claimed or why_not:
                return claimed
            owed, reason = await pushes.make(tx, self._office, occurrence, now=now, ways=self._ways)
            await outbox.enqueue(tx, owed)
            if reason is not None:
                await occurrences.explain(tx, campaign=self._campaign, schedule=key, due_at=due_at, reason=reason)
            reach("strike.before_commit")
        reach("strike.after_commit")
        log.info("schedule struck", schedule=key, due_at=str(due_at), owed=len(owed), reason=reason)
        return True

    async def _paused(self, tx: Tx, occurrence: Occurrence) -> str | None:
        """Return why nothing goes out while pushes are paused; what admins are told of the work goes on."""
        return None if occurrence.schedule.push == "notices" else await pushing.why_paused(tx, self._campaign)

    async def _first_start(self, now: dt.datetime) -> dt.datetime:
        """Return when this campaign was first started; now, if it never was."""
        async with self._database.transaction() as tx:
            said = await occurrences.recall(tx, self._campaign, FIRST_START)
            if isinstance(said, str):
                return dt.datetime.fromisoformat(said)
            await occurrences.remember(tx, self._campaign, FIRST_START, now.isoformat())
        return now
