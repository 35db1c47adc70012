"""Messages into the inbox: each is kept once per message id, a whole batch in one trip and one commit."""

import functools
import json
import operator
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import Any

import msgspec

from storage.database import Database
from storage.inbox import Message, State
from storage.lines import PostgresLine, SqliteLine
from storage.types import moment_text
from storage.wakeup import CHANNEL


class Intake(StrEnum):
    """What became of a message at the door."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


Key = tuple[str, str]
"""A messenger and its message id."""


def _nothing() -> None:
    """Do nothing before a commit."""


async def add(
    database: Database,
    messages: Sequence[Message],
    *,
    strangers: Sequence[Message] = (),
    before_commit: Callable[[], None] = _nothing,
) -> list[Intake]:
    """Keep messages durably; say of each whether it is new, known, or another body under a known id.

    `strangers` are those whose chat has perhaps no row yet: the row is what a Clerk locks. `before_commit` is called
    where the messages are written and nothing is committed; on PostgreSQL, where both are one statement, before it.
    """
    if isinstance(database.line, SqliteLine):
        async with database.turn():
            return await database.line.run(functools.partial(_into_sqlite, messages, strangers, before_commit))
    before_commit()
    return await _into_postgresql(database.line, messages, strangers)


def judge(messages: Sequence[Message], kept: Mapping[Key, tuple[str, bool]]) -> list[Intake]:
    """Tell what became of messages from what is kept under their ids now: a body, and whether this batch brought it."""
    answers, brought = [], {key for key, (_, is_new) in kept.items() if is_new}
    for message in messages:
        key = _key(message)
        if key in brought:
            brought.remove(key)
            answers.append(Intake.NEW)
        else:
            answers.append(Intake.DUPLICATE if kept[key][0] == message.body_sha256 else Intake.CONFLICT)
    return answers


def _conflicts(messages: Sequence[Message], answers: Sequence[Intake]) -> list[Message]:
    return [message for message, answer in zip(messages, answers, strict=True) if answer is Intake.CONFLICT]


def _key(message: Message) -> Key:
    return message.messenger, message.message_id


_COLUMNS = {
    "campaign": "text",
    "messenger": "text",
    "message_id": "text",
    "body_sha256": "text",
    "chat_id": "text",
    "chat_kind": "text",
    "sender_id": "text",
    "text": "text",
    "sender_name": "text",
    "form": "text",
    "quoted_id": "text",
    "reply_route": "json",
    "sent_at": "timestamptz",
    "received_at": "timestamptz",
    "reply_until": "timestamptz",
}
_NAMES = ", ".join(_COLUMNS)


# SQLite ------------------------------------------------------------------------------------------------------------


def _into_sqlite(
    messages: Sequence[Message],
    strangers: Sequence[Message],
    before_commit: Callable[[], None],
    tx: sqlite3.Connection,
) -> list[Intake]:
    with tx:  # commits when the block ends well, else rolls back
        tx.execute("BEGIN IMMEDIATE")
        if strangers:
            tx.executemany(_MEET, [(m.messenger, m.chat_id, m.chat_kind, m.campaign) for m in strangers])
        (last,) = tx.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()
        before = tx.total_changes
        for piece in _pieces(messages):
            tx.execute(_insert(len(piece)), list(chain.from_iterable(map(_row, piece))))
        before_commit()
        if tx.total_changes - before == len(messages):
            return [Intake.NEW] * len(messages)
        found = tx.execute(_KEPT, (last, json.dumps([_key(m) for m in messages])))
        answers = judge(messages, {(messenger, id_): (body, bool(is_new)) for messenger, id_, body, is_new in found})
        tx.executemany(_FLAG, [_flag_row(m) for m in _conflicts(messages, answers)])
        return answers


def _pieces(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Cut a batch into pieces of 2ⁿ messages: SQLite's thread lets go of Python once a statement, not once a row.

    A statement has as many rows as its text says; so there are few of them to prepare.
    """
    start = 0
    while left := len(messages) - start:
        size = min(1 << (left.bit_length() - 1), 1024)
        yield messages[start : start + size]
        start += size


@functools.cache
def _insert(how_many: int) -> str:
    row = f"({', '.join('?' * len(_COLUMNS))}, '{State.WAITING}', 0)"
    return (
        f"INSERT INTO inbox ({_NAMES}, state, tries) VALUES {', '.join([row] * how_many)} "  # noqa: S608 our own names
        "ON CONFLICT (messenger, message_id) DO NOTHING"
    )


def _row(message: Message) -> tuple[Any, ...]:
    """Return the values of `_COLUMNS`, as SQLite keeps them."""
    return (
        *_plain(message),
        None if message.reply_route is None else json.dumps(message.reply_route, ensure_ascii=False),
        moment_text(message.sent_at),
        moment_text(message.received_at),
        None if message.reply_until is None else moment_text(message.reply_until),
    )


_plain = operator.attrgetter(*list(_COLUMNS)[:-4])


def _flag_row(message: Message) -> tuple[str, ...]:
    return (*_key(message), message.body_sha256, message.text, moment_text(message.received_at))


_MEET = "INSERT INTO chats (messenger, chat_id, kind, campaign) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_KEPT = (
    "SELECT messenger, message_id, body_sha256, id > ? FROM inbox "
    "WHERE (messenger, message_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))"
)
_FLAG = (
    "INSERT INTO conflicts (messenger, message_id, body_sha256, text, received_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)


# PostgreSQL --------------------------------------------------------------------------------------------------------


async def _into_postgresql(
    line: PostgresLine, messages: Sequence[Message], strangers: Sequence[Message]
) -> list[Intake]:
    """Add messages in one statement; only when some were known are they looked at in a second one.

    A crash between the two leaves a call unanswered, so that it comes again.
    """
    ((new, _),) = await line.fetch(_ADD, _json(messages), _json(strangers))
    if new is not None and len(new) == len(messages):
        return [Intake.NEW] * len(messages)
    found = await line.fetch(_KEPT_BESIDE, new or [], _json(messages))
    answers = judge(messages, {(messenger, id_): (body, is_new) for messenger, id_, body, is_new in found})
    if conflicts := _conflicts(messages, answers):
        await line.fetch(_FLAG_BESIDE, _json(conflicts))
    return answers


def _json(messages: Sequence[Message]) -> str:
    return msgspec.json.encode(messages).decode()


_SAID = f"json_to_recordset($1::text::json) AS said({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})"
_ADD = (
    "WITH met AS (INSERT INTO chats (messenger, chat_id, kind, campaign) "  # noqa: S608 our own names
    "SELECT messenger, chat_id, chat_kind, campaign FROM json_to_recordset($2::text::json) "
    "AS said(messenger text, chat_id text, chat_kind text, campaign text) ORDER BY 1, 2 ON CONFLICT DO NOTHING), "
    f"new AS (INSERT INTO inbox ({_NAMES}, state, tries) SELECT {_NAMES}, '{State.WAITING}', 0 FROM {_SAID} "
    "ON CONFLICT (messenger, message_id) DO NOTHING RETURNING id) "
    f"SELECT (SELECT array_agg(id) FROM new), pg_notify('{CHANNEL}', 'inbox')"
)
_KEPT_BESIDE = (
    "SELECT messenger, message_id, body_sha256, id = ANY($1::bigint[]) FROM inbox WHERE (messenger, message_id) IN "
    "(SELECT messenger, message_id FROM json_to_recordset($2::text::json) AS said(messenger text, message_id text))"
)
_FLAG_BESIDE = (
    "INSERT INTO conflicts (messenger, message_id, body_sha256, text, received_at) "  # noqa: S608 our own names
    f"SELECT messenger, message_id, body_sha256, text, received_at FROM {_SAID} ON CONFLICT DO NOTHING"
)
