"""What a batch decided, written down: a statement for each table, however many messages there were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.document import PostKind
from bot.handle.desk import Rows, handler_of
from config.campaign import Campaign
from storage import ledger, outbox, problems
from storage.database import Tx
from storage.problems import Opened
from storage.records import LineDay, LineKey


@dataclass(frozen=True, slots=True)
class Writing:
    """The rows of a batch."""

    campaign: Campaign
    rows: Rows

    async def write(self, tx: Tx, *, changed: Mapping[LineKey, Sequence[LineDay]]) -> None:
        """Write everything; a unit that reported is not reminded any more."""
        key = self.campaign.key
        await ledger.add_reports(tx, self.rows.reports)
        await ledger.add_entries(tx, key, self.rows.entries)
        await ledger.retire(tx, self.rows.retired)
        await ledger.save_days(tx, key, changed)
        await ledger.add_duties(tx, self.rows.duties)
        for region, day in sorted({(d.report.region, d.day) for d in self.rows.duties}):
            await outbox.void(tx, campaign=key, kind=PostKind.REMINDER, region=region, day=day)
        await problems.open_problems(
            tx,
            [
                Opened(
                    report=report,
                    problem=problem,
                    number=number,
                    division=handler_of(problem, self.campaign),
                    actor=report.sender,
                )
                for report, problem, number in self.rows.problems
            ],
        )
        await problems.add_stages(tx, self.rows.stages)
        await problems.add_visits(tx, self.rows.visits)
