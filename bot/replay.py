"""A campaign run again from a file of messages: same input, same bytes."""

import datetime as dt
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import account, wiring
from bot.clock import SHANGHAI, ManualClock, local, local_day
from bot.document import File
from bot.messengers.base import ChatKind, Inbound
from bot.messengers.sandbox import Sandbox, Seen
from bot.papers.picture import Painter
from bot.parsing.lines import LineError, Said, area_to_text, read_said
from bot.simulate import Simulation
from bot.wiring import Service
from config.campaign import Campaign
from storage import ledger, listing, outbox, people
from storage.database import Database
from storage.records import Chat, Person, Role

MESSENGER = "sandbox"
ONE_DAY = dt.timedelta(days=1)


class ReplayError(Exception):
    """A file that cannot be replayed; the text says which line and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message to be said again, with the chat and the sender it is put to."""

    said: Said
    chat_id: str
    chat_kind: ChatKind
    sender_id: str


def read(text: str, campaign: Campaign) -> list[Line]:
    """Read the messages, oldest first; raise ReplayError at the first line that is none."""
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                lines.append(_line(read_said(line, campaign=campaign), json.loads(line)))
            except LineError as fault:
                raise ReplayError(f"line {number}: {fault}") from fault
    if not lines:
        raise ReplayError("no messages")
    return sorted(lines, key=lambda line: line.said.sent_at)


def _line(said: Said, data: dict[str, Any]) -> Line:
    sender_id = _optional(data, "sender_id") or "/".join(filter(None, (said.sender.role, _unit(said))))
    kind = ChatKind(said.chat)
    chat_id = _optional(data, "chat_id") or (sender_id if kind is ChatKind.DIRECT else _group(said))
    return Line(said=said, chat_id=chat_id, chat_kind=kind, sender_id=sender_id)


def _optional(data: dict[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and (not isinstance(value, str) or not 0 < len(value) <= 128):
        raise LineError(f"{key}: not a string of 1 to 128 characters")
    return value


def _unit(said: Said) -> str | None:
    return said.sender.division if said.sender.role is Role.DIVISION_LIAISON else said.sender.region


def _group(said: Said) -> str:
    """Return the group that such a sender writes in."""
    if said.sender.role is Role.CITY_LIAISON and said.sender.region:
        return f"city/{said.sender.region}"
    if said.sender.role is Role.DIVISION_LIAISON and said.sender.division:
        return f"division/{said.sender.division}"
    return "leaders" if said.sender.role is Role.LEADER else "headquarters"


def roster_of(lines: Sequence[Line], campaign: Campaign) -> list[Person]:
    """Return everybody who speaks, as they say they are, and one liaison a unit, one leader and one admin beside."""
    found: dict[str, Person] = {}
    for region in campaign.regions:
        key = f"{Role.CITY_LIAISON}/{region}"
        found[key] = _person(key, Role.CITY_LIAISON, region=region)
    for role in (Role.LEADER, Role.ADMIN):
        found[role] = _person(role, role)
    for line in lines:
        sender = line.said.sender
        if sender.role is not Role.UNKNOWN and line.sender_id not in found:
            found[line.sender_id] = _person(line.sender_id, sender.role, region=sender.region, division=sender.division)
    return list(found.values())


def _person(user_id: str, role: Role, *, region: str | None = None, division: str | None = None) -> Person:
    return Person(messenger=MESSENGER, user_id=user_id, name=user_id, role=role, region=region, division=division)


def chats_of(lines: Sequence[Line], campaign: Campaign) -> list[Chat]:
    """Return the groups: headquarters, leaders, one a unit and a division, and those that lines name."""
    found = {
        "headquarters": Chat(messenger=MESSENGER, chat_id="headquarters", kind="headquarters"),
        "leaders": Chat(messenger=MESSENGER, chat_id="leaders", kind="leaders"),
    }
    for region in campaign.regions:
        key = f"city/{region}"
        found[key] = Chat(messenger=MESSENGER, chat_id=key, kind="city", region=region)
    for division in campaign.divisions:
        key = f"division/{division.name}"
        found[key] = Chat(messenger=MESSENGER, chat_id=key, kind="division", division=division.name)
    for line in lines:
        sender = line.said.sender
        if line.chat_kind is ChatKind.DIRECT or line.chat_id in found:
            continue
        if sender.role is Role.CITY_LIAISON and sender.region:
            bound = Chat(messenger=MESSENGER, chat_id=line.chat_id, kind="city", region=sender.region)
            found[line.chat_id] = bound
        elif sender.role is Role.DIVISION_LIAISON and sender.division:
            bound = Chat(messenger=MESSENGER, chat_id=line.chat_id, kind="division", division=sender.division)
            found[line.chat_id] = bound
    return list(found.values())


async def run(lines: Sequence[Line], campaign: Campaign, *, until: dt.datetime | None, out: Path) -> None:
    """Say all messages again under a clock that is moved, and write what was said and what is kept."""
    first = local(local_day(lines[0].said.sent_at), dt.time.min)
    end = until or local(local_day(lines[-1].said.sent_at) + ONE_DAY, dt.time.min)
    clock = ManualClock(first)
    seen: list[Seen] = []
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/replay.db", durable=False)
        await database.migrate()
        sandbox = Sandbox(clock=clock, show=seen.append)
        service = wiring.build(
            campaign,
            database=database,
            messengers={MESSENGER: sandbox},
            clock=clock,
            painter=Painter() if campaign.pictures else None,
        )
        try:
            async with database.transaction() as tx:
                roster, chats = roster_of(lines, campaign), chats_of(lines, campaign)
                await people.upsert_roster(tx, campaign.key, rows=roster, bound=chats)
            simulation = Simulation(service, clock)
            await service.striker.start()
            for line in lines:
                if line.said.sent_at <= end:
                    await simulation.run_until(line.said.sent_at)
                    await _say(service, line)
                    await simulation.settle()
            await simulation.run_until(end)
            await _write(service, seen, out, end=end, first=local_day(first))
        finally:
            await service.close()


async def _say(service: Service, line: Line) -> None:
    inbound = Inbound(
        message_id=line.said.id,
        chat_id=line.chat_id,
        chat_kind=line.chat_kind,
        sender_id=line.sender_id,
        text=line.said.text,
        sent_at=line.said.sent_at,
    )
    await service.door.keep(MESSENGER, inbound, body=f"{line.said.sent_at}{line.said.text}".encode())


async def _write(service: Service, seen: Sequence[Seen], out: Path, *, end: dt.datetime, first: dt.date) -> None:
    files: dict[str, bytes] = {}
    lines = []
    # Posts of one moment to several chats end in any order; within a chat they are in order.
    for post in sorted(seen, key=lambda post: (post.at, post.chat_id)):
        names = [await _keep(service, file, files) for file in post.document.attachments]
        lines.append(json.dumps(_transcript(post, names), ensure_ascii=False) + "\n")
    last = local_day(end - dt.timedelta(microseconds=1))
    state = await _ledger(service, as_of=last, at=end, first=first)
    files["transcript.jsonl"] = "".join(lines).encode()
    files["ledger.json"] = (json.dumps(state, ensure_ascii=False, indent=1) + "\n").encode()
    _write_files(out, files)


def _write_files(out: Path, files: Mapping[str, bytes]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (out / name).write_bytes(data)


async def _keep(service: Service, file: File, files: dict[str, bytes]) -> str:
    """Keep an attachment under its name; another one of that name gets its hash beside it."""
    async with service.database.transaction(reading=True) as tx:
        kept = await outbox.attachment(tx, file.sha256)
    assert kept is not None
    name = file.name
    if files.get(name, kept[1]) != kept[1]:
        stem, dot, suffix = file.name.rpartition(".")
        name = f"{stem}-{file.sha256[:8]}{dot}{suffix}"
    files[name] = kept[1]
    return name


def _transcript(post: Seen, names: list[str]) -> dict[str, Any]:
    direct = post.chat_kind == ChatKind.DIRECT
    return {
        "at": post.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "chat": f"direct/{post.chat_id}" if direct else post.chat_id,
        "kind": post.kind,
        "text": post.document.text,
        "mentions": list(post.document.mentions),
        "attachments": names,
    }


async def _ledger(service: Service, *, as_of: dt.date, at: dt.datetime, first: dt.date) -> dict[str, Any]:
    campaign = service.campaign
    async with service.database.transaction(reading=True) as tx:
        standings = await ledger.standings(tx, campaign.key, as_of=as_of, stages=campaign.stage_order)
        problems = await listing.all_problems(tx, campaign.key)
        stages = await listing.all_stages(tx, campaign.key)
        visits = await listing.all_visits(tx, campaign.key)
        questions = await listing.open_questions(tx, campaign.key)
        days = service.office.duty.working_days.between(max(first, campaign.start), min(as_of, campaign.end))
        reports = {day: (await account.reports(tx, service.office, day=day, at=at)).states for day in days}
    track_order = {t.key: n for n, t in enumerate(campaign.tracks)}
    lines = [
        {
            "region": region,
            "track": track,
            "stage": stage,
            "count": figures.count,
            "area_mu": None if figures.area_mu is None else area_to_text(figures.area_mu),
        }
        for (region, track, stage), (_, figures) in sorted(
            standings.items(),
            key=lambda item: (
                campaign.regions.index(item[0][0]),
                track_order[item[0][1]],
                campaign.stage_order[item[0][2]],
            ),
        )
    ]
    return {
        "as_of": as_of.isoformat(),
        "standings": lines,
        "problems": [
            {
                "id": p.number,
                "region": p.region,
                "category": p.category,
                "project": p.project,
                "state": p.state,
                "opened": local_day(p.opened_at).isoformat(),
            }
            for p in problems
        ],
        "projects": [
            {"region": s.region, "project": s.project, "stage": s.stage, "date": s.date.isoformat()} for s in stages
        ],
        "visits": [
            {"region": v.region, "division": v.division, "leader": v.leader, "date": v.date.isoformat()} for v in visits
        ],
        "reports": [
            {"region": region, "date": day.isoformat(), "state": reports[day][region].value}
            for region in campaign.regions
            for day in days
        ],
        "questions": [
            {
                "id": q.id,
                "region": q.region,
                "asked_at": q.asked_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                "text": q.text,
            }
            for q in questions
        ],
    }
