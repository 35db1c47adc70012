"""Offices of any size to measure: a campaign, its roster, messages that wait, and years of reports."""

import datetime as dt
import json
from typing import Any

from sqlalchemy import insert, text

from config.campaign import Campaign, load
from storage import intake, people
from storage.database import Database
from storage.inbox import Message
from storage.records import Chat, Person, Role
from storage.tables import inbox as received
from tests.durability.outside import roomy_campaign

NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
AT_ONCE = 5000
MANY_AT_ONCE = 20_000
LONGEST = 40
"""For how many days back messages wait; more are of the last day."""


def roomy(folder: str) -> Campaign:
    """Return the default campaign with targets so large that nothing is doubted."""
    from pathlib import Path  # noqa: PLC0415

    file = Path(folder) / "campaign.toml"
    file.write_text(roomy_campaign(), encoding="utf-8")
    return load(file)


def of_many_units(how_many: int) -> Campaign:
    """Return the default campaign with that many units."""
    campaign = load()
    first = campaign.units[0]
    units = tuple(first.model_copy(update={"region": f"单位{n:05}"}) for n in range(how_many))
    return Campaign.model_construct(**(dict(campaign) | {"units": units}))


async def with_liaisons(database: Database, campaign: Campaign, *, chats: int) -> None:
    """Enter a liaison and a bound group for each of so many chats, units taken in turn."""
    roster = [
        Person(
            messenger="generic",
            user_id=f"u{n}",
            name=f"联络员{n}",
            role=Role.CITY_LIAISON,
            region=campaign.regions[n % len(campaign.regions)],
        )
        for n in range(chats)
    ]
    groups = [
        Chat(messenger="generic", chat_id=f"c{n}", kind="city", region=person.region) for n, person in enumerate(roster)
    ]
    async with database.transaction() as tx:
        await people.upsert_roster(tx, campaign.key, rows=roster, bound=groups)


async def with_waiting(database: Database, campaign: Campaign, *, messages: int, chats: int) -> None:
    """Let messages wait in the inbox, chats taken in turn, one a day from each."""
    days = max(1, messages // chats)
    first = NOW - min(days - 1, LONGEST) * dt.timedelta(days=1)
    said = [
        message(campaign, n, n % chats, first + min(n // chats, LONGEST) * dt.timedelta(days=1))
        for n in range(messages)
    ]
    for start in range(0, messages, AT_ONCE):
        await intake.add(database, said[start : start + AT_ONCE])


def message(campaign: Campaign, number: int, chat: int, sent_at: dt.datetime = NOW) -> Message:
    """Return one report; no two of a day say the same, so that nothing is asked back."""
    return Message(
        campaign=campaign.key,
        messenger="generic",
        message_id=f"b{number}",
        body_sha256="0" * 64,
        chat_id=f"c{chat}",
        chat_kind="group",
        sender_id=f"u{chat}",
        sender_name=f"联络员{chat}",
        text=f"又批复{1 + number % 7}宗、{60 + number % 997}亩",
        sent_at=sent_at,
        received_at=sent_at,
    )


async def with_year(database: Database, campaign: Campaign, *, days: int) -> None:
    """Enter a report a day for every unit: what a year of daily reports leaves in the tables of a SQLite file."""
    stages = [campaign.counting_stage.key, *([campaign.next_best_stage.key] if campaign.next_best_stage else [])]
    values = {
        "campaign": campaign.key,
        "track": campaign.default_track.key,
        "regions": json.dumps(campaign.regions),
        "stages": json.dumps(stages),
        "first": (NOW.date() - dt.timedelta(days=days - 1)).isoformat(),
        "days": days,
        "units": len(campaign.regions),
    }
    async with database.transaction() as tx:
        await tx.execute(insert(received), [received_row(campaign, 1)])
        for statement in (_A_YEAR_OF_REPORTS, _A_YEAR_OF_DUTIES, _A_YEAR_OF_LINES):
            await tx.execute(text(statement), values)


async def with_messages(database: Database, campaign: Campaign, *, last: int) -> None:
    """Enter handled messages, numbered from 2 on, each with its report, entry and met duty of one of last year's days.

    They are beside what `with_year` entered, and change no line: nothing that is published tells them from none.
    """
    for start in range(2, last + 1, MANY_AT_ONCE):
        rows = [received_row(campaign, n) for n in range(start, min(start + MANY_AT_ONCE, last + 1))]
        async with database.transaction() as tx:
            await tx.execute(insert(received), rows)
    values = {
        "campaign": campaign.key,
        "track": campaign.default_track.key,
        "stage": campaign.counting_stage.key,
        "regions": json.dumps(campaign.regions),
        "units": len(campaign.regions),
        "eve": (NOW.date() - dt.timedelta(days=1)).isoformat(),
        "beside": last * 10,
    }
    async with database.transaction() as tx:
        for statement in (_THEIR_REPORTS, _THEIR_ENTRIES, _THEIR_DUTIES):
            await tx.execute(text(statement), values)


_THEIRS = """
    (SELECT id + :beside AS number, id, json_extract(:regions, '$[' || (id % :units) || ']') AS region,
        date(:eve, '-' || (id % 364) || ' days') AS day FROM inbox WHERE id > 1) AS m
"""
_THEIR_REPORTS = f"""
INSERT INTO reports (id, campaign, region, inbox_id, sender, day, sent_at, state, correction, nil)
SELECT m.number, :campaign, m.region, m.id, 'u', m.day, m.day || ' 02:00:00.000000', 'live', 0, 0 FROM {_THEIRS}
"""
_THEIR_ENTRIES = f"""
INSERT INTO entries
(campaign, report_id, region, track, stage, basis, day, count, area_mu, part, derived, live, sent_at, position, sender)
SELECT :campaign, m.number, m.region, :track, :stage, 'increment', m.day, 0, 0, 0, 0, 1,
    m.day || ' 02:00:00.000000', m.id, 'u'
FROM {_THEIRS}
"""
_THEIR_DUTIES = f"""
INSERT INTO duties (campaign, report_id, region, day, nil, at, live)
SELECT :campaign, m.number, m.region, m.day, 0, m.day || ' 02:00:00.000000', 1 FROM {_THEIRS}
"""
_OF_DAYS = """
    (WITH RECURSIVE passed(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM passed WHERE n < :days)
    SELECT n, date(:first, '+' || (n - 1) || ' days') AS day FROM passed) AS d
"""
_A_YEAR_OF_REPORTS = f"""
INSERT INTO reports (id, campaign, region, inbox_id, sender, day, sent_at, state, correction, nil)
SELECT (d.n - 1) * :units + r.key + 1, :campaign, r.value, 1, 'u', d.day, d.day || ' 02:00:00.000000', 'live', 0, 0
FROM {_OF_DAYS} CROSS JOIN json_each(:regions) AS r
"""
_A_YEAR_OF_DUTIES = f"""
INSERT INTO duties (campaign, report_id, region, day, nil, at, live)
SELECT :campaign, (d.n - 1) * :units + r.key + 1, r.value, d.day, 0, d.day || ' 02:00:00.000000', 1
FROM {_OF_DAYS} CROSS JOIN json_each(:regions) AS r
"""
_A_YEAR_OF_LINES = f"""
INSERT INTO line_days (campaign, region, track, stage, day, added_count, added_mu, count, area_mu)
SELECT :campaign, r.value, :track, s.value, d.day, 1, 1000000, d.n, d.n * 1000000
FROM json_each(:regions) AS r CROSS JOIN json_each(:stages) AS s CROSS JOIN {_OF_DAYS}
"""


def received_row(campaign: Campaign, number: int) -> dict[str, Any]:
    """Return a handled message as a row."""
    return {
        "id": number,
        "campaign": campaign.key,
        "messenger": "generic",
        "message_id": f"old{number}",
        "body_sha256": "0" * 64,
        "chat_id": f"c{number % 100}",
        "chat_kind": "group",
        "sender_id": f"u{number % 100}",
        "text": "今日批复3宗、120亩，上报2宗",
        "form": "text",
        "sent_at": NOW,
        "received_at": NOW,
        "state": "done",
        "tries": 0,
        "handled_at": NOW,
        "outcome": "report",
    }
