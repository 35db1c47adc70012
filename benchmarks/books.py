"""Offices of any size to measure: a campaign, its roster, messages that wait, and years of reports."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from config.campaign import Campaign, load
from storage import inbox, people
from storage.database import Database
from storage.inbox import Message
from storage.records import Chat, Person, Role
from storage.tables import duties, line_days, reports
from storage.tables import inbox as received
from tests.durability.outside import roomy_campaign

NOW = dt.datetime(2023, 11, 15, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
AT_ONCE = 5000


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
    """Let messages wait in the inbox, chats taken in turn."""
    said = [message(campaign, number, number % chats) for number in range(messages)]
    for start in range(0, messages, AT_ONCE):
        async with database.transaction() as tx:
            await inbox.add(tx, said[start : start + AT_ONCE])


def message(campaign: Campaign, number: int, chat: int) -> Message:
    """Return one report; no two of a chat say the same, so that nothing is asked back."""
    return Message(
        campaign=campaign.key,
        messenger="generic",
        message_id=f"b{number}",
        body_sha256="0" * 64,
        chat_id=f"c{chat}",
        chat_kind="group",
        sender_id=f"u{chat}",
        sender_name=f"联络员{chat}",
        text=f"又批复{1 + number % 7}宗、{60 + number % 4999}亩",
        sent_at=NOW,
        received_at=NOW,
    )


async def with_year(database: Database, campaign: Campaign, *, days: int) -> None:
    """Enter a report a day for every unit: what a year of daily reports leaves in the tables."""
    first = NOW.date() - dt.timedelta(days=days - 1)
    one: dict[str, Any] = {"campaign": campaign.key, "track": campaign.default_track.key}
    stages = [campaign.counting_stage.key, *([campaign.next_best_stage.key] if campaign.next_best_stage else [])]
    async with database.transaction() as tx:
        seed = received_row(campaign, 1)
        await tx.execute(insert(received), [seed])
        number = 0
        for day in (first + dt.timedelta(days=n) for n in range(days)):
            at = dt.datetime.combine(day, dt.time(10), tzinfo=NOW.tzinfo)
            rows, met, lines = [], [], []
            for region in campaign.regions:
                number += 1
                rows.append(
                    {
                        "id": number,
                        "campaign": campaign.key,
                        "region": region,
                        "inbox_id": 1,
                        "sender": "u",
                        "day": day,
                        "sent_at": at,
                        "state": "live",
                        "correction": False,
                        "nil": False,
                    }
                )
                met.append(
                    {
                        "campaign": campaign.key,
                        "report_id": number,
                        "region": region,
                        "day": day,
                        "nil": False,
                        "at": at,
                        "live": True,
                    }
                )
                passed = (day - first).days + 1
                figures = {"added_count": 1, "added_mu": Decimal(1), "count": passed, "area_mu": Decimal(passed)}
                lines += [one | figures | {"region": region, "stage": stage, "day": day} for stage in stages]
            await tx.execute(insert(reports), rows)
            await tx.execute(insert(duties), met)
            await tx.execute(insert(line_days), lines)


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
