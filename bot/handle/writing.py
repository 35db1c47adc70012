"""What a batch decided, written down: a statement for each table, however many messages there were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.document import PostKind
from bot.handle.desk import Rows
from bot.rules.problem_book import ProblemBook
from config.campaign import Campaign
from storage import ledger, outbox, problems, projects, visits
from storage.database import Tx
from storage.records import LineDay, LineKey


@dataclass(frozen=True, slots=True)
class Writing:
    """The rows of a batch."""

    campaign: Campaign
    rows: Rows
    problems: ProblemBook

    async def write(self, tx: Tx, *, changed: Mapping[LineKey, Sequence[LineDay]]) -> None:
        """Write everything; a unit that reported is not reminded any more."""
        key = self.campaign.key
        await ledger.add_reports(tx, self.rows.reports)
        await ledger.add_entries(tx, key, self.rows.entries)
        await ledger.retire(tx, self.rows.retired)
        await ledger.save_days(tx, key, changed)
        await ledger.add_duties(tx, self.rows.duties)
        reported = {(d.report.region, d.day) for d in self.rows.duties}
        await outbox.void(tx, campaign=key, kind=PostKind.REMINDER, reported=reported)
        await problems.add(tx, self.problems.added)
        await problems.save(tx, self.problems.changed)
        await problems.note(tx, key, self.problems.happened)
        await projects.add_stages(tx, self.rows.stages)
        await visits.add(tx, self.rows.visits)
