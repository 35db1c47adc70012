"""Figures for Prometheus: read from the database when they are asked for, so that every replica tells the same."""

import datetime as dt
from collections.abc import Mapping

from bot.clock import Clock
from storage import inbox, occurrences, outbox, selfaudit, usage
from storage.database import Database
from storage.spool import Spool

Values = Mapping[tuple[str, ...], float]
"""A figure for each set of labels."""


class Metrics:
    """Whoever answers /metrics."""

    def __init__(self, campaign: str, *, database: Database, clock: Clock, spool: Spool | None) -> None:
        self._campaign = campaign
        self._database = database
        self._clock = clock
        self._spool = spool

    async def text(self) -> bytes:
        """Return the figures in Prometheus's text form."""
        from prometheus_client import CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415 start-up counts

        registry = CollectorRegistry()

        def gauge(name: str, says: str, values: Values, labels: tuple[str, ...] = ()) -> None:
            made = Gauge(f"duban_{name}", says, labels, registry=registry)
            for key, value in values.items():
                (made.labels(*key) if labels else made).set(value)

        now = self._clock.now()
        async with self._database.transaction(reading=True) as tx:
            unread_s, due_s = await selfaudit.queue_ages(tx, now)
            received, owed = await inbox.counts(tx), await outbox.counts(tx)
            last = await occurrences.last(tx, self._campaign)
            budgets = await outbox.sends_by_destination(tx, since=now - dt.timedelta(minutes=1))
            used = await usage.of_all(tx)
            audited = await selfaudit.last_result(tx, self._campaign)
        gauge("inbox_oldest_seconds", "For how long the oldest message waits to be handled.", {(): unread_s})
        gauge("outbox_oldest_due_seconds", "For how long the oldest due message waits to be sent.", {(): due_s})
        gauge("inbox_messages", "Messages received.", {(k,): v for k, v in received.items()}, ("state",))
        doubled = owed.pop("doubled", 0)
        gauge("outbox_messages", "Messages owed.", {(k,): v for k, v in owed.items()}, ("state",))
        gauge("outbox_maybe_doubled", "Messages that may have been shown twice.", {(): doubled})
        struck: Values = {(key,): moment.timestamp() for key, moment in last.items()}
        gauge("schedule_last_timestamp_seconds", "When each schedule was last accounted for.", struck, ("schedule",))
        gauge(
            "sends_last_minute",
            "Posts of the last minute, by budget.",
            {(k,): v for k, v in budgets.items()},
            ("destination",),
        )
        gauge("quota_used", "Uses of a monthly quota.", used, ("robot", "month", "meter"))
        gauge("spool_bytes", "Bytes that wait in this process's spool.", {(): self._spool.size if self._spool else 0})
        apart = self._spool.quarantined if self._spool else 0
        gauge("spool_quarantined_lines", "Lines of the spool that could not be handed on.", {(): apart})
        if audited is not None:
            gauge("selfaudit_timestamp_seconds", "When the books were last audited.", {(): audited[0].timestamp()})
            gauge("selfaudit_findings", "Promises found broken.", {(): sum(audited[1].values())})
        return bytes(generate_latest(registry))
