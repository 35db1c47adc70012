"""Who may say what, and where: the roster of people and chats, from a file and from chat."""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, tuple_, update

from storage.database import Tx, insert
from storage.records import Chat, Person, Role
from storage.tables import chats, joins, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Somebody who asks to join: `我是 恩施州 张三`."""

    messenger: str
    user_id: str
    name: str
    unit: str
    asked_at: dt.datetime
    kind: str = "join"
    """`join`, or `stand_in`: to report for that unit too, from a day to a day."""
    from_day: dt.date | None = None
    to_day: dt.date | None = None
    id: int = 0


_JOIN = ("messenger", "user_id", "name", "unit", "asked_at", "kind", "from_day", "to_day")


async def find(tx: Tx, messenger: str, user_ids: Sequence[str]) -> dict[str, Person]:
    """Return the people behind user ids of a messenger."""
    query = select(people).where(people.c.messenger == messenger, people.c.user_id.in_(user_ids), people.c.active)
    return {row["user_id"]: _person(row) for row in (await tx.execute(query)).mappings()}


async def everybody(tx: Tx) -> list[Person]:
    """Return the whole roster, in the order of entry."""
    rows = (await tx.execute(select(people).where(people.c.active).order_by(people.c.id))).mappings()
    return [_person(row) for row in rows]


async def all_chats(tx: Tx, campaign: str) -> list[Chat]:
    """Return the campaign's bound chats, in the order of entry."""
    query = select(chats).where(chats.c.campaign == campaign, chats.c.kind != "group").order_by(chats.c.id)
    return [_chat(row) for row in (await tx.execute(query)).mappings()]


async def chats_of(tx: Tx, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Chat]:
    """Return the chats of these (messenger, chat id) that were met, bound or not."""
    query = select(chats).where(tuple_(chats.c.messenger, chats.c.chat_id).in_(list(keys)))
    return {(row["messenger"], row["chat_id"]): _chat(row) for row in (await tx.execute(query)).mappings()}


async def bind(tx: Tx, campaign: str, bound: Chat) -> None:
    """Bind a chat to a kind, and to a unit or a division."""
    values = {"kind": bound.kind, "region": bound.region, "division": bound.division, "route": bound.route}
    statement = insert(tx, chats).values(
        campaign=campaign, messenger=bound.messenger, chat_id=bound.chat_id, name=bound.name, **values
    )
    await tx.execute(statement.on_conflict_do_update(index_elements=["messenger", "chat_id"], set_=values))


async def unbind(tx: Tx, chat_id: int) -> None:
    """Let a chat be a group like any other."""
    values = {"kind": "group", "region": None, "division": None}
    await tx.execute(update(chats).where(chats.c.id == chat_id).values(**values))


async def stand_in(
    tx: Tx, person_id: int, region: str | None, *, from_day: dt.date | None, to_day: dt.date | None
) -> None:
    """Let a person report for another unit too, from a day to a day; None: no more."""
    values = {"stand_in": region, "from_day": from_day, "to_day": to_day}
    await tx.execute(update(people).where(people.c.id == person_id).values(**values))


async def retire(tx: Tx, person_id: int, *, active: bool = False) -> None:
    """Take a person out of the roster, or back in; the row is kept."""
    await tx.execute(update(people).where(people.c.id == person_id).values(active=active))


async def count_acknowledged(tx: Tx, times: Mapping[int, int]) -> None:
    """Add up how often people (id → times) were answered: the first times they are shown how to correct."""
    counted = [{"who": person_id, "more": more} for person_id, more in times.items() if person_id and more]
    if counted:
        values = {"acknowledged": people.c.acknowledged + bindparam("more", type_=people.c.acknowledged.type)}
        await tx.execute(update(people).where(people.c.id == bindparam("who")).values(values), counted)


async def ask_to_join(tx: Tx, join: Join) -> int:
    """Keep a request to join; a second one of the same person replaces the first. Return its number."""
    await tx.execute(
        update(joins)
        .where(joins.c.messenger == join.messenger, joins.c.user_id == join.user_id, joins.c.state == "open")
        .values(state="replaced")
    )
    values = {name: getattr(join, name) for name in _JOIN}
    statement = insert(tx, joins).values(**values, state="open").returning(joins.c.id)
    return int((await tx.execute(statement)).scalar_one())


async def open_joins(tx: Tx, *, since: int = 0) -> list[Join]:
    """Return the open requests with a number above `since`, in the order they were made."""
    query = select(joins).where(joins.c.state == "open", joins.c.id > since).order_by(joins.c.id)
    return [_join(row) for row in (await tx.execute(query)).mappings()]


async def open_join(tx: Tx, number: int) -> Join | None:
    """Return the open request of that number, or None."""
    row = (await tx.execute(select(joins).where(joins.c.id == number, joins.c.state == "open"))).mappings().first()
    if row is None:
        return None
    return _join(row)


async def close_join(tx: Tx, number: int, state: str) -> None:
    """Close a request to join as agreed or refused."""
    await tx.execute(update(joins).where(joins.c.id == number).values(state=state))


async def add_person(tx: Tx, person: Person) -> None:
    """Enter a person, or replace who has that user id; a row of the same name and duty without an id gets the id."""
    values = _values(person)
    waiting = select(people.c.id).where(
        people.c.messenger == person.messenger,
        people.c.user_id.is_(None),
        people.c.name == person.name,
        people.c.role == person.role,
        people.c.region.is_not_distinct_from(person.region),
        people.c.division.is_not_distinct_from(person.division),
        people.c.active,
    )
    found = (await tx.execute(waiting.order_by(people.c.id).limit(1))).scalar()
    if found is not None:
        await tx.execute(update(people).where(people.c.id == found).values(user_id=person.user_id))
        return
    statement = insert(tx, people).values(**values, active=True, acknowledged=0)
    renewed = values | {"active": True}
    await tx.execute(statement.on_conflict_do_update(index_elements=["messenger", "user_id"], set_=renewed))


async def upsert_roster(tx: Tx, campaign: str, *, rows: Sequence[Person], bound: Sequence[Chat]) -> list[str]:
    """Bring the roster file's rows in; a row changed in chat wins until the file's row itself changes.

    Return what changed, one line each.
    """
    changed = []
    for person in rows:
        source = _source(person)
        known = await _known_person(tx, person)
        if known is None:
            await tx.execute(insert(tx, people).values(**_values(person), source=source, active=True, acknowledged=0))
            changed.append(f"people: + {person.name} {person.region or person.division or person.role}")
        elif known["source"] != source:
            values = _values(person) | {"source": source, "active": True}
            await tx.execute(update(people).where(people.c.id == known["id"]).values(**values))
            changed.append(f"people: ~ {person.name} {person.region or person.division or person.role}")
    for row in bound:
        source = _source(row)
        query = select(chats.c.id, chats.c.source).where(
            chats.c.messenger == row.messenger, chats.c.chat_id == row.chat_id
        )
        met = (await tx.execute(query)).first()
        if met is None or met.source != source:
            await bind(tx, campaign, row)
            where = (chats.c.messenger == row.messenger) & (chats.c.chat_id == row.chat_id)
            await tx.execute(update(chats).where(where).values(source=source, campaign=campaign))
            changed.append(f"chats: {'+' if met is None else '~'} {row.chat_id} {row.kind}")
    return changed


async def _known_person(tx: Tx, person: Person) -> RowMapping | None:
    query = select(people).where(people.c.messenger == person.messenger)
    if person.user_id:
        found = (await tx.execute(query.where(people.c.user_id == person.user_id))).mappings().first()
        if found is not None:
            return found
    same = query.where(people.c.name == person.name, people.c.role == person.role)
    rows = list((await tx.execute(same)).mappings())
    return next((r for r in rows if r["region"] == person.region and r["division"] == person.division), None)


def _join(row: RowMapping) -> Join:
    return Join(id=row["id"], **{name: row[name] for name in _JOIN})


def _values(person: Person) -> dict[str, Any]:
    return {k: v for k, v in asdict(person).items() if k not in {"id", "acknowledged"}}


def _source(row: Person | Chat) -> str:
    return json.dumps({k: str(v) for k, v in asdict(row).items() if v is not None}, ensure_ascii=False)


def _person(row: RowMapping) -> Person:
    names = ("id", "messenger", "user_id", "name", "region", "division", "stand_in", "from_day", "to_day")
    return Person(role=Role(row["role"]), acknowledged=row["acknowledged"], **{name: row[name] for name in names})


def _chat(row: RowMapping) -> Chat:
    names = ("id", "messenger", "chat_id", "kind", "region", "division", "route", "name")
    return Chat(**{name: row[name] for name in names})
