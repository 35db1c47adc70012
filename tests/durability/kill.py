"""Services killed over and over while they are written to, and the books compared with what was said.

`python -m tests.durability.kill --kills 1000` runs the long form; the short one is a test.
"""

# ruff: noqa: T201 the long form prints its tally

import argparse
import asyncio
import datetime as dt
import hashlib
import itertools
import random
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from bot.failpoints import POINTS
from config.campaign import load
from storage.database import Database
from storage.tables import entries, inbox, line_days, occurrences, outbox, reports
from tests.durability import outside
from tests.durability.outside import Receiver, Served
from tests.fakes.wall import wall_s

STARTS = "2023-11-15T{hour:02d}:{minute:02d}:{second:02d}+08:00"
STEP_S = 300
"""The business clock of each start is later than every lease of the one before."""
SENT_AT = "2023-11-15T10:00:00+08:00"
LIFE_S = 0.4
"""How long a service lives at most before it is killed at random."""
ARMED_S = 1.5
"""How long it may take to reach the point at which it dies; schedules are struck only after two seconds."""
STRIKING_S = 3.0
SAID_PER_LIFE = 25
"""More would only pile up: a service that lives so shortly must be able to catch up."""
STUCK_S = 60.0
KILLABLE = [p for p in POINTS if not p.startswith("drain")]


@dataclass(slots=True)
class Tally:
    """What a run showed."""

    kills: Counter[str] = field(default_factory=Counter)
    said: int = 0
    lost: int = 0
    recorded_twice: int = 0
    wrong_lines: int = 0
    posts_lost: int = 0
    out_of_order: int = 0
    doubled_posts: int = 0
    maybe_doubled: int = 0
    unaccounted_doubles: int = 0
    """Posts that arrived more often than the outbox admits."""
    occurrences: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether every promise held."""
        broken = (self.lost, self.recorded_twice, self.wrong_lines, self.posts_lost, self.out_of_order)
        return not any(broken) and not self.unaccounted_doubles


@dataclass(slots=True)
class Liaisons:
    """Everybody who reports: what was said, and what the bot has not yet taken."""

    regions: Sequence[str]
    url: str
    http: aiohttp.ClientSession
    chance: random.Random
    taken: dict[str, str] = field(default_factory=dict)
    """Message id → region of everything answered with 200."""
    open: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    left: int = 0
    """How much more is said to the service that lives now."""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def talk(self, until: asyncio.Event) -> None:
        """Say something new, or again, one message after the other until told to stop, or enough is said."""
        while not until.is_set() and self.left > 0:
            self.left -= 1
            await self.say_one()

    async def say_one(self) -> None:
        """Repeat what got no answer, now and then something that did; else say something new."""
        if self.open and self.chance.random() < 0.5:
            message_id = self.chance.choice(sorted(self.open))
            region, body = self.open[message_id]
        else:
            message_id, region = f"m{next(self._numbers)}", self.chance.choice(self.regions)
            body = outside.message(chat=f"city/{region}", sender=f"u-{region}", text="又批复1宗、60亩", sent_at=SENT_AT)
            self.open[message_id] = (region, body)
        await self._post(message_id, region, body)
        if self.chance.random() < 0.1:
            await self._post(message_id, region, body)

    async def finish(self) -> None:
        """Repeat everything that got no answer until it has one."""
        while self.open:
            for message_id, (region, body) in list(self.open.items()):
                await self._post(message_id, region, body)

    async def _post(self, message_id: str, region: str, body: bytes) -> None:
        status = await outside.say(self.http, self.url, message_id, body)
        assert status in {0, 200, 503}, status
        if status == 200:
            self.taken[message_id] = region
            self.open.pop(message_id, None)


async def run(
    database_url: str,
    folder: Path,
    *,
    kills: int,
    seed: int,
    minutes: float = 60 * 24,
    say: Callable[[str], None] = lambda _: None,
) -> Tally:
    """Kill a service that many times or for so long, let the last one finish its work, and compare."""
    over = wall_s() + minutes * 60
    campaign = folder / "campaign.toml"
    campaign.write_text(outside.roomy_campaign(), encoding="utf-8")
    roster = folder / "roster.toml"
    roster.write_text(outside.roster(load(campaign)), encoding="utf-8")
    tally = Tally()
    chance = random.Random(seed)
    port = outside.free_port()
    timeout = aiohttp.ClientTimeout(total=5)
    async with outside.receiving() as receiver, aiohttp.ClientSession(timeout=timeout) as http:
        environment = {
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_CAMPAIGN": str(campaign),
            "DUBAN_ROSTER": str(roster),
            "DUBAN_SPOOL_DIR": str(folder / "spool"),
            "DUBAN_GENERIC__SECRET": outside.SECRET,
            "DUBAN_GENERIC__PUSH_URL": receiver.url,
            "DUBAN_GENERIC__POSTS_PER_MINUTE": "1000000",
        }
        url = f"http://127.0.0.1:{port}/webhooks/generic"
        liaisons = Liaisons(load(campaign).regions, url, http, chance)
        for number in range(kills):
            if wall_s() > over:
                break
            point = chance.choice(KILLABLE) if chance.random() < 0.6 else None
            clock = {"DUBAN_CLOCK": _starts_at(number)}
            turn = 1 if str(point).startswith("strike") else chance.randint(1, 6)
            armed = {"DUBAN_FAIL_POINT": f"{point}:{turn}"} if point else {}
            served = await outside.serve(environment | clock | armed, port=port)
            await _until_dead(served, liaisons, chance, point=point)
            tally.kills[point if point and served.process.returncode == -signal.SIGKILL else "at random"] += 1
            if number % 20 == 19:
                say(f"{number + 1} kills, {len(liaisons.taken)} messages taken")
        last = _starts_at(tally.kills.total())
        served = await outside.serve(environment | {"DUBAN_CLOCK": last}, port=port)
        assert await served.ready(http)
        await liaisons.finish()
        database = Database(database_url)
        await _drained(database, dt.datetime.fromisoformat(last), say)
        assert await served.end(signal.SIGTERM) == 0
        await _compare(database, liaisons, receiver, tally)
        await database.close()
    return tally


def _starts_at(number: int) -> str:
    day, seconds = divmod(9 * 3600 + number * STEP_S, 86_400)
    minute, second = divmod(seconds, 60)
    hour, minute = divmod(minute, 60)
    return STARTS.replace("-15T", f"-{15 + day}T").format(hour=hour, minute=minute, second=second)


async def _until_dead(served: Served, liaisons: Liaisons, chance: random.Random, *, point: str | None) -> None:
    """Write to a service until it dies of its fail point, or is killed at a random moment."""
    stop = asyncio.Event()
    liaisons.left = SAID_PER_LIFE
    armed_s = STRIKING_S if str(point).startswith("strike") else ARMED_S
    talking = []
    if await served.ready(liaisons.http):
        talking = [asyncio.create_task(liaisons.talk(stop)) for _ in range(4)]
        try:
            async with asyncio.timeout(armed_s if point else chance.random() * LIFE_S):
                await served.process.wait()
        except TimeoutError:
            pass
    await served.end(signal.SIGKILL)
    stop.set()
    await asyncio.gather(*talking)


async def _drained(database: Database, now: dt.datetime, say: Callable[[str], None]) -> None:
    """Wait until nothing waits in the inbox, and nothing that was due by then in the outbox, as long as it gets less.

    What is held until later (quiet hours, jitter, a morning) is none of it.
    """
    unread = select(func.count()).where(inbox.c.state == "waiting")
    due = (outbox.c.state == "leased") | (outbox.c.state == "waiting")
    owed = select(func.count()).where(due, outbox.c.not_before <= now)
    before, moved_at = (-1, -1), wall_s()
    while True:
        async with database.transaction(reading=True) as tx:
            left = (await tx.execute(unread)).scalar_one(), (await tx.execute(owed)).scalar_one()
        if left == (0, 0):
            return
        if left != before:
            before, moved_at = left, wall_s()
        assert wall_s() - moved_at < STUCK_S, f"stuck with {left[0]} unread and {left[1]} unsent messages"
        say(f"{left[0]} unread, {left[1]} unsent")
        await asyncio.sleep(0.2)


async def _compare(database: Database, liaisons: Liaisons, receiver: Receiver, tally: Tally) -> None:
    """Hold the books, the outbox and what arrived against what was said."""
    async with database.transaction(reading=True) as tx:
        kept = {row.message_id: row for row in await tx.execute(select(inbox))}
        made = Counter((await tx.execute(select(reports.c.inbox_id))).scalars())
        entered = Counter((await tx.execute(select(entries.c.position).where(entries.c.live))).scalars())
        standing = {
            row.region: (row._mapping["count"], row.area_mu)
            for row in await tx.execute(select(line_days).where(line_days.c.track == "batch").order_by(line_days.c.day))
        }
        owed = list(await tx.execute(select(outbox).order_by(outbox.c.id)))
        struck = list(await tx.execute(select(occurrences.c.schedule, occurrences.c.due_at)))
    tally.said = len(liaisons.taken)
    tally.occurrences = len(struck)
    ids = {message_id: kept[message_id].id for message_id in liaisons.taken if message_id in kept}
    tally.lost = len(liaisons.taken) - sum(made[i] > 0 and entered[i] > 0 for i in ids.values())
    tally.recorded_twice = sum(made[i] > 1 or entered[i] > 1 for i in ids.values())
    said = Counter(liaisons.taken.values())
    tally.wrong_lines = sum(standing.get(r) != (n, Decimal(60 * n)) for r, n in said.items())
    answers = Counter(row.inbox_id for row in owed if row.inbox_id is not None)
    tally.lost += sum(answers[i] != 1 for i in ids.values())
    arrived = receiver.times()
    first = {key: n for n, (key, _) in reversed(list(enumerate(receiver.arrived)))}
    last_of: dict[str, int] = {}
    for row in owed:
        key = hashlib.sha256(row.dedup_key.encode()).hexdigest()[:32]
        times = arrived.pop(key, 0)
        tally.posts_lost += row.state == "sent" and times == 0
        tally.doubled_posts += max(times - 1, 0)
        tally.maybe_doubled += row.unknown
        tally.unaccounted_doubles += max(times - 1 - row.unknown, 0)
        if row.inbox_id is not None and key in first:
            tally.out_of_order += first[key] < last_of.get(row.chat_id, -1)
            last_of[row.chat_id] = first[key]
    tally.unaccounted_doubles += len(arrived)


def _say(progress: str) -> None:
    print(progress, flush=True)


def main() -> None:
    """Run the long form and print what it showed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=60 * 24.0, help="stop earlier, after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="the URL of an empty PostgreSQL database; a SQLite file of its own if not")
    given = parser.parse_args()
    started = wall_s()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/duban.db"
        work = run(url, Path(folder), kills=given.kills, seed=given.seed, minutes=given.minutes, say=_say)
        tally = asyncio.run(work)
    print(f"{sum(tally.kills.values())} kills in {wall_s() - started:.0f} s: {dict(tally.kills.most_common())}")
    for name in (
        "said",
        "lost",
        "recorded_twice",
        "wrong_lines",
        "posts_lost",
        "out_of_order",
        "doubled_posts",
        "maybe_doubled",
        "unaccounted_doubles",
        "occurrences",
    ):
        print(f"{name.replace('_', ' ')}: {getattr(tally, name)}")
    raise SystemExit(0 if tally.is_clean else 1)


if __name__ == "__main__":
    main()
