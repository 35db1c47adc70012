"""The demo: the real service on a temporary database, its page, and colleagues who report as time goes by."""

import asyncio
import datetime as dt
import itertools
import signal
import tempfile
from collections.abc import Sequence
from typing import NoReturn

from aiohttp import web

from bot import server, wiring
from bot.clock import SystemClock, local
from bot.demo import cast
from bot.demo.script import Line, Script
from bot.document import File, PostKind
from bot.messengers.base import ChatKind, Inbound
from bot.messengers.sandbox import Sandbox, Seen
from bot.pages.feed import Chat, Feed, Message, Person, RosterChange, Tick
from bot.pages.sandbox import Step, make_app
from bot.papers.picture import Painter
from bot.selfaudit import SelfAudit
from bot.simulate import Simulation
from bot.wiring import Service
from config import settings
from config.campaign import Campaign
from storage import outbox, people
from storage.database import Database

STARTS_ON_DAY = 15
"""The visitor comes in on this day of the campaign, in the early afternoon."""
PAST_DAYS = 7
ARRIVAL = dt.time(14, 20)
EVENING = dt.time(18, 10)
MORNING = dt.time(9, 0)


class DemoError(Exception):
    """The demo cannot be opened; the text says why in one line."""


class Demo:
    """What the page looks at: the service with its sandbox messenger."""

    def __init__(self, campaign: Campaign, database: Database) -> None:
        self.feed = Feed()
        self._arrives = local(campaign.start + dt.timedelta(days=STARTS_ON_DAY - 1), ARRIVAL)
        first = self._arrives.date() - dt.timedelta(days=PAST_DAYS)
        self._clock = SystemClock(starts_at=local(first, MORNING))
        messenger = Sandbox(clock=self._clock, show=self._show)
        self.service: Service = wiring.build(
            campaign,
            database=database,
            messengers={cast.MESSENGER: messenger},
            clock=self._clock,
            painter=Painter() if campaign.pictures else None,
        )
        self._simulation = Simulation(self.service, self._clock, on_stop=self._tick)
        self._audit = SelfAudit(self.service.office, self.service.timetable, database=database, clock=self._clock)
        self._script = Script(campaign, self.service.office.duty.working_days, first=first)
        self._lines: list[Line] = []
        self._scripted_until = first
        self._cast = cast.people_of(campaign)
        self._chats = cast.chats_of(campaign, self._cast)
        self._numbers = itertools.count(1)

    async def begin(self) -> None:
        """Bring in the roster, and live through the days before the visitor comes."""
        service = self.service
        await service.striker.start()
        async with service.database.transaction() as tx:
            roster, chats = cast.roster_of(self._cast), cast.bound_chats(self._chats)
            await people.upsert_roster(tx, service.campaign.key, rows=roster, bound=chats)
        await self._live_until(self._arrives)
        await self._audit.look()

    def people(self) -> Sequence[Person]:
        """Return everybody one may be."""
        return self._cast

    def chats(self) -> Sequence[Chat]:
        """Return the groups."""
        return self._chats

    def now(self) -> dt.datetime:
        """Return where the clock stands."""
        return self._clock.now()

    async def say(self, person: Person, chat_id: str, text: str) -> None:
        """Take a message in for good."""
        if person.region is not None:
            self._script.spoken_for.add(person.region)
            self._lines = [line for line in self._lines if line.person_id != person.id]
        await self._say(person, chat_id, text)

    async def move(self, step: Step) -> None:
        """Move the clock, with all that is due on the way."""
        now = self._clock.now()
        if step is Step.HOUR:
            await self._live_until(now + dt.timedelta(hours=1))
        elif step is Step.NEXT_DAY:
            await self._live_until(local(now.date() + dt.timedelta(days=1), MORNING))
        else:
            tonight = local(now.date(), EVENING)
            await self._live_until(tonight if tonight > now else tonight + dt.timedelta(days=1))
        await self._audit.look()

    async def load(self, file: File) -> bytes:
        """Return the bytes of a published file; raise KeyError when they are not kept."""
        async with self.service.database.transaction(reading=True) as tx:
            kept = await outbox.attachment(tx, file.sha256)
        if kept is None:
            raise KeyError(file.sha256)
        return kept[1]

    async def _live_until(self, moment: dt.datetime) -> None:
        """Let time go by; the other liaisons report when they do."""
        while self._scripted_until <= moment.date():
            self._lines += self._script.day(self._scripted_until)
            self._scripted_until += dt.timedelta(days=1)
        authors = {person.id: person for person in self._cast}
        while self._lines and self._lines[0].at <= moment:
            line = self._lines.pop(0)
            await self._simulation.run_until(line.at)
            await self._say(authors[line.person_id], line.chat_id, line.text)
            await self._simulation.settle()
        await self._simulation.run_until(moment)

    async def _say(self, person: Person, chat_id: str, text: str) -> None:
        direct = chat_id == person.id
        now = self._clock.now()
        self.feed.publish(Message(chat_id=chat_id, at=now, text=text, author=person))
        inbound = Inbound(
            message_id=f"demo-{next(self._numbers)}",
            chat_id=chat_id,
            chat_kind=ChatKind.DIRECT if direct else ChatKind.GROUP,
            sender_id=person.id,
            sender_name=person.name,
            text=text,
            sent_at=now,
        )
        await self.service.door.keep(cast.MESSENGER, inbound, body=text.encode())

    def _show(self, seen: Seen) -> None:
        kind = PostKind(seen.kind)
        self.feed.publish(Message.of(seen.document, chat_id=seen.chat_id, at=seen.at, kind=kind))
        if kind is PostKind.ALERT:
            self.feed.publish(RosterChange())

    def _tick(self, moment: dt.datetime) -> None:
        self.feed.publish(Tick(now=moment, moving=True))


async def run(*, port: int) -> None:
    """Open the demo on the loopback and leave nothing behind when it ends."""
    campaign = wiring.campaign_of(settings.load())
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    with tempfile.TemporaryDirectory(prefix="duban-demo-") as folder:
        database = Database(f"sqlite:///{folder}/demo.db", durable=False)
        await database.migrate()
        demo = Demo(campaign, database)
        await demo.begin()
        runner = web.AppRunner(make_app(demo, campaign), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            async with server.working(demo.service, {"worker", "scheduler"}):
                await _listen(runner, port)
                print(f"督办机器人沙盒已打开：http://127.0.0.1:{port}/ （Ctrl-C 结束）", flush=True)  # noqa: T201 the address is the command's output
                await stopped.wait()
        finally:
            await runner.cleanup()
            await demo.service.close()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as fault:
        _refuse(f"127.0.0.1:{port} 打不开（{fault.strerror}），请用 --port 换一个端口", fault)


def _refuse(why: str, cause: Exception) -> NoReturn:
    raise DemoError(why) from cause
