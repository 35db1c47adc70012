"""Monthly quotas kept: what every process uses is added up in the database, and admins are told before it runs out."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from bot import alerts
from bot.clock import Clock
from storage import outbox, usage
from storage.database import Database

log = structlog.get_logger(__name__)


class Metered(Protocol):
    """A quota that a messenger counts."""

    robot: str
    """Whose quota it is; robots that share one have one name."""

    def counts(self) -> tuple[str, dict[str, int]]:
        """Return the month (`2026-01`) and its uses so far, by meter."""
        ...

    def resume_at(self, month: str, used: Mapping[str, int]) -> None:
        """Go on from counts that include what other processes used; those of another month are passed over."""
        ...

    def notices(self) -> dict[str, str]:
        """Return what admins should know, in Chinese, each under a key that stays while it is the same news."""
        ...


class Meters:
    """The quotas of a process."""

    def __init__(self, quotas: Sequence[Metered], *, database: Database, campaign: str, clock: Clock) -> None:
        self._quotas = quotas
        self._database = database
        self._campaign = campaign
        self._clock = clock
        self._known: dict[str, tuple[str, dict[str, int]]] = {}

    async def keep(self) -> bool:
        """Add what was used since the last time, take over what others used, and owe the admins the news of it."""
        told = False
        for quota in self._quotas:
            told |= await self._keep(quota)
        return told

    async def _keep(self, quota: Metered) -> bool:
        month, used = quota.counts()
        known_month, known = self._known.get(quota.robot, (month, {}))
        before = known if known_month == month else {}
        new = {meter: more for meter, n in used.items() if (more := n - before.get(meter, 0)) > 0}
        now = self._clock.now()
        async with self._database.transaction() as tx:
            await usage.add(tx, quota.robot, month, new)
            total = await usage.of_month(tx, quota.robot, month)
        meanwhile = quota.counts()
        if meanwhile[0] == month:
            quota.resume_at(month, {m: n + meanwhile[1].get(m, 0) - used.get(m, 0) for m, n in total.items()})
        self._known[quota.robot] = (month, total)
        notices = quota.notices()
        if not notices:
            return False
        async with self._database.transaction() as tx:
            for key, text in notices.items():
                name = f"quota/{quota.robot}/{month}/{key}"
                owed = await alerts.to_admins(tx, campaign=self._campaign, text=text, key=name, now=now)
                await outbox.enqueue(tx, owed)
        return True
