"""Questions asked before a figure enters: open or queued with a person in a chat, answered, or left to the admins."""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select, tuple_, update

from storage.database import Tx, insert
from storage.records import RecordState
from storage.tables import questions, reports


class QuestionState(StrEnum):
    """Where a question is: 待答, 排队, 已答, 待认领, 已认领, 不登记."""

    OPEN = "open"
    QUEUED = "queued"
    ANSWERED = "answered"
    UNCLAIMED = "unclaimed"
    TAKEN = "taken"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One doubt, put to who said the figure; `report` is the number that the figure will belong to.

    `said_at` and `position` are those of the message that gave the figure: an answer changes neither.
    """

    campaign: str
    inbox_id: int
    report: int
    messenger: str
    chat_id: str
    sender_id: str
    sender: str
    region: str
    day: dt.date
    said_at: dt.datetime
    asked_at: dt.datetime
    expires_at: dt.datetime
    state: QuestionState
    text: str
    doubt: dict[str, Any]
    id: int = 0
    answer: str | None = None
    answered_at: dt.datetime | None = None

    def with_state(
        self, state: QuestionState, *, answer: str | None = None, at: dt.datetime | None = None
    ) -> "Question":
        """Return the question as it is after an answer, or when its turn has come."""
        return replace(self, state=state, answer=answer, answered_at=at)


Waiting = dict[tuple[str, str, str], deque[Question]]
"""The open question of each sender in a chat (messenger, chat id, sender id), with those queued behind it."""

_WAITING = (QuestionState.OPEN, QuestionState.QUEUED)
_FIELDS = (
    "campaign",
    "inbox_id",
    "messenger",
    "chat_id",
    "sender_id",
    "sender",
    "region",
    "day",
    "said_at",
    "asked_at",
    "expires_at",
    "text",
    "doubt",
    "answer",
    "answered_at",
)


async def waiting_in(tx: Tx, chats: Collection[tuple[str, str]]) -> Waiting:
    """Return the questions that wait for an answer in chats (messenger, chat id), by sender, the open one first."""
    where = tuple_(questions.c.messenger, questions.c.chat_id).in_(list(chats))
    query = select(questions).where(where, questions.c.state.in_(_WAITING))
    found: Waiting = defaultdict(deque)
    for row in (await tx.execute(query.order_by(questions.c.id))).mappings():
        found[(row["messenger"], row["chat_id"], row["sender_id"])].append(_question(row))
    return found


async def save(tx: Tx, changed: Sequence[Question]) -> None:
    """Write questions, new or changed."""
    rows = [
        {name: getattr(one, name) for name in _FIELDS} | {"state": one.state, "report_id": one.report, "number": one.id}
        for one in changed
    ]
    new = [{k: v for k, v in row.items() if k != "number"} for row in rows if not row["number"]]
    known = [row for row in rows if row["number"]]
    if new:
        await tx.execute(insert(tx, questions), new)
    if known:
        values: dict[str, Any] = {name: bindparam(name) for name in (*_FIELDS, "state", "report_id")}
        await tx.execute(update(questions).where(questions.c.id == bindparam("number")).values(values), known)


async def expire(tx: Tx, *, now: dt.datetime) -> int:
    """Leave the questions whose day is over to the admins; return how many there were."""
    result = await tx.execute(
        update(questions)
        .where(questions.c.state.in_(_WAITING), questions.c.expires_at <= now)
        .values(state=QuestionState.UNCLAIMED)
    )
    return int(result.rowcount)


async def next_expiry(tx: Tx) -> dt.datetime | None:
    """Return when the next waiting question expires."""
    query = select(func.min(questions.c.expires_at)).where(questions.c.state.in_(_WAITING))
    moment: dt.datetime | None = (await tx.execute(query)).scalar()
    return moment


async def unclaimed(tx: Tx, campaign: str) -> list[Question]:
    """Return the questions that wait for an admin, oldest first; those of a withdrawn report wait no more."""
    query = (
        select(questions)
        .join(reports, reports.c.id == questions.c.report_id)
        .where(
            questions.c.campaign == campaign,
            questions.c.state == QuestionState.UNCLAIMED,
            reports.c.state == RecordState.LIVE,
        )
    )
    return [_question(row) for row in (await tx.execute(query.order_by(questions.c.id))).mappings()]


async def by_id(tx: Tx, campaign: str, number: int) -> Question | None:
    """Return a question by its number, or None."""
    query = select(questions).where(questions.c.campaign == campaign, questions.c.id == number)
    row = (await tx.execute(query)).mappings().first()
    return _question(row) if row else None


async def asked_about(tx: Tx, inbox_ids: Sequence[int]) -> set[int]:
    """Return which of these messages a question was asked about."""
    query = select(questions.c.inbox_id).where(questions.c.inbox_id.in_(inbox_ids))
    return {int(number) for number in (await tx.execute(query.distinct())).scalars()}


def _question(row: RowMapping | Mapping[str, Any]) -> Question:
    return Question(
        id=row["id"],
        report=row["report_id"],
        state=QuestionState(row["state"]),
        **{name: row[name] for name in _FIELDS},
    )
