"""Messages given up: what could not be delivered, and the alerts that say so."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select, update

from storage import outbox
from storage.database import Tx
from storage.outbox import Owed, State
from storage.tables import outbox as table


async def owe_or_renew(tx: Tx, alerts: Sequence[Owed]) -> bool:
    """Owe alerts, or let those of the same key say this instead; False when one of them is gone already."""
    await outbox.enqueue(tx, alerts)
    for alert in alerts:
        waits = (table.c.dedup_key == alert.dedup_key) & (table.c.state == State.WAITING)
        renewed = await tx.execute(update(table).where(waits).values(document=alert.document))
        if not renewed.rowcount:
            return False
    return True


async def since(tx: Tx, messenger: str, moment: dt.datetime) -> list[str]:
    """Return why messages of a messenger were given up since a moment, in the order of giving up."""
    query = select(table.c.fault).where(
        table.c.messenger == messenger, table.c.state.in_((State.DEAD, State.EXPIRED)), table.c.sent_at > moment
    )
    return [str(fault or "") for fault in (await tx.execute(query.order_by(table.c.sent_at, table.c.id))).scalars()]
