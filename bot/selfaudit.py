"""The self-audit: every few minutes the books are held against what must always be true of them."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import structlog

from bot import alerts
from bot.bookkeeping import Office, line_key
from bot.clock import Clock, local_day
from bot.rules import standing
from bot.rules.wording import running
from bot.schedule.timetable import Timetable
from storage import ledger, occurrences, outbox, selfaudit
from storage.database import Database, Tx
from storage.outbox import Owed
from storage.records import LineDay
from storage.spool import Spool

log = structlog.get_logger(__name__)

FIRST_AFTER = dt.timedelta(minutes=1)
"""How soon after the start: until then what an earlier process found stands, though it may be mended by now."""
EVERY_S = 300
UNREAD_AFTER = dt.timedelta(minutes=5)
STUCK_AFTER = dt.timedelta(minutes=30)
LOOKED_BACK = dt.timedelta(days=2)
LINES_A_TIME = 20
STALE_AFTER = dt.timedelta(seconds=3 * EVERY_S)
"""Books that were not audited for so long are audited by nobody."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: which promise is broken, and how often."""

    promise: str
    count: int


class SelfAudit:
    """Holds the books against the promises."""

    def __init__(
        self,
        office: Office,
        timetable: Timetable,
        *,
        database: Database,
        clock: Clock,
        spool: Spool | None = None,
        first_start: str = "first_start",
    ) -> None:
        self._campaign = office.campaign.key
        self._timetable = timetable
        self._database = database
        self._clock = clock
        self._spool = spool
        self._first_start = first_start
        self._chance = random.Random(0)  # noqa: S311 only which lines are counted anew this time

    async def look(self) -> list[Finding]:
        """Check every promise, remember the result for whoever asks, and return what is broken."""
        now = self._clock.now()
        async with self._database.transaction(reading=True) as tx:
            counted = {
                "unread": await selfaudit.unread_since(tx, now - UNREAD_AFTER),
                "stuck": await selfaudit.stuck(tx, lease_before=now - STUCK_AFTER, due_before=now - STUCK_AFTER),
                "unaccounted": await self._unaccounted(tx, now),
                "miscounted": await self._miscounted(tx),
                "voided": await selfaudit.live_entries_of_voided(tx, self._campaign),
                "quarantined": self._spool.quarantined if self._spool else 0,
            }
        findings = [Finding(promise, count) for promise, count in counted.items() if count]
        async with self._database.transaction() as tx:
            found = {f.promise: f.count for f in findings}
            await selfaudit.remember_result(tx, self._campaign, at=now, findings=found)
            await outbox.enqueue(tx, await self._news(tx, findings, now))
        if findings:
            log.error("self-audit", **found)
        return findings

    async def _news(self, tx: Tx, findings: Sequence[Finding], now: dt.datetime) -> list[Owed]:
        """Owe the admins the news of each broken promise once a day."""
        owed = []
        for finding in findings:
            text = running.found(finding.promise, finding.count)
            key = f"selfaudit/{finding.promise}/{local_day(now)}"
            owed += await alerts.to_admins(tx, campaign=self._campaign, text=text, key=key, now=now)
        return owed

    async def _unaccounted(self, tx: Tx, now: dt.datetime) -> int:
        """Count occurrences that came due and were neither run nor recorded as skipped."""
        started = await occurrences.recall(tx, self._campaign, self._first_start)
        if not isinstance(started, str):
            return 0
        since = max(dt.datetime.fromisoformat(started), now - LOOKED_BACK)
        due = self._timetable.due(now - UNREAD_AFTER, since={}, first=since)
        struck = await selfaudit.struck_since(tx, self._campaign, since)
        return sum((o.schedule.key, o.due_at) not in struck for o in due)

    async def _miscounted(self, tx: Tx) -> int:
        """Count lines of a sample whose saved standings are not what their entries fold to."""
        keys = await selfaudit.lines(tx, self._campaign)
        sample = sorted(self._chance.sample(keys, min(LINES_A_TIME, len(keys))))
        saved = await ledger.load_days(tx, self._campaign, sample)
        regions = sorted({region for region, _, _ in sample})
        entries = await ledger.load_entries(tx, self._campaign, regions=regions) if regions else []
        wrong = 0
        for key in sample:
            counted, stretches = standing.line_days(e for e in entries if line_key(e) == key)
            wrong += _standings(standing.fold(counted, stretches)) != _standings(saved.get(key, ()))
        return wrong


async def beat(audit: SelfAudit, heartbeat_url: str | None) -> None:
    """Hold the books against the promises; whoever listens for our heart hears it only when all of them hold."""
    try:
        if not await audit.look() and heartbeat_url is not None:
            timeout = aiohttp.ClientTimeout(total=10)
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.get(heartbeat_url, allow_redirects=False) as response,
            ):
                log.info("heartbeat", status=response.status)
    except Exception as fault:
        log.exception("self-audit failed", fault=type(fault).__name__)


def _standings(rows: Sequence[LineDay]) -> list[tuple[dt.date, LineDay]]:
    """Return the days that say anything; one whose entries were all withdrawn stays as an empty row."""
    said = [row for row in rows if row.added.count is not None or row.added.area_mu is not None or _states(row)]
    return [(row.day, row) for row in said]


def _states(row: LineDay) -> bool:
    return row.stated.count is not None or row.stated.area_mu is not None
