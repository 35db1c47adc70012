"""Files brought in by hand: each is kept like a message, so that its records have a source."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select, update

from storage.database import Tx, insert
from storage.inbox import State
from storage.records import Role
from storage.tables import inbox, reports

MESSENGER = "office"
"""Under which name files from the command line stand in the inbox."""
OUTCOME = "import"


async def receive(tx: Tx, campaign: str, *, text: str, sha256: str, actor: str, at: dt.datetime) -> int:
    """Keep a file that was brought in at the command line as a handled message; return its place in the inbox."""
    same = select(func.count()).where(inbox.c.messenger == MESSENGER, inbox.c.body_sha256 == sha256)
    times = int((await tx.execute(same)).scalar_one())
    values = {
        "campaign": campaign,
        "messenger": MESSENGER,
        "message_id": f"{sha256}/{times + 1}",
        "body_sha256": sha256,
        "chat_id": actor,
        "chat_kind": "direct",
        "sender_id": actor,
        "sender_name": actor,
        "text": text,
        "form": "file",
        "sent_at": at,
        "received_at": at,
        "state": State.DONE,
        "tries": 0,
        "handled_at": at,
        "outcome": OUTCOME,
        "role": Role.ADMIN,
        "person": actor,
    }
    return int((await tx.execute(insert(tx, inbox).values(**values).returning(inbox.c.id))).scalar_one())


async def touch(tx: Tx, numbers: Sequence[int], *, by: str) -> None:
    """Remember that a person made these reports by hand: a rebuild leaves them."""
    await tx.execute(update(reports).where(reports.c.id.in_(numbers)).values(touched_by=by))
