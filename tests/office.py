"""A whole service to talk to in tests: real database, door, Clerk and Courier under a clock that is moved by hand."""

import datetime as dt
import itertools
import re
from typing import Self

from bot import wiring
from bot.clock import SHANGHAI, ManualClock
from bot.demo import cast
from bot.messengers.base import XLSX, Attached, ChatKind, Handed, Inbound, Limits
from bot.messengers.sandbox import Sandbox, Seen
from bot.messengers.sandbox.client import LIMITS
from bot.simulate import Simulation
from config.campaign import Campaign
from storage import people
from storage.database import Database
from storage.records import Role

BOT = "督办"


class Office:
    """The demo's cast at work: a liaison for every unit and division, leaders, an admin and a stranger.

    Who speaks is named by unit (武汉), division (规划处), 领导, 管理员 or 陌生人; a chat by its id (headquarters,
    leaders, city/武汉市, division/规划处), and one's private chat by nothing.
    """

    def __init__(self, database: Database, campaign: Campaign, at: dt.datetime, limits: Limits) -> None:
        self.clock = ManualClock(at.replace(tzinfo=SHANGHAI))
        self.campaign = campaign
        self.posts: list[Seen] = []
        sandbox = Sandbox(clock=self.clock, show=self.posts.append, limits=limits)
        self.service = wiring.build(campaign, database=database, messengers={cast.MESSENGER: sandbox}, clock=self.clock)
        self.simulation = Simulation(self.service, self.clock)
        self._cast = cast.people_of(campaign)
        self._numbers = itertools.count(1)

    @classmethod
    async def open(cls, database: Database, campaign: Campaign, *, at: dt.datetime, limits: Limits = LIMITS) -> Self:
        """Open an office at a local time, with everybody in the roster and every group bound."""
        office = cls(database, campaign, at, limits)
        await office.service.striker.start()
        async with database.transaction() as tx:
            await people.upsert_roster(
                tx,
                campaign.key,
                rows=cast.roster_of(office._cast),
                bound=cast.bound_chats(cast.chats_of(campaign, office._cast)),
            )
        return office

    @property
    def database(self) -> Database:
        """The office's database."""
        return self.service.database

    def id_of(self, who: str) -> str:
        """Return the user id of somebody named as in a dialog."""
        roles = {"领导": Role.LEADER, "管理员": Role.ADMIN, "陌生人": Role.UNKNOWN}
        for person in self._cast:
            if person.role is roles.get(who) or who in {person.division, person.name}:
                return person.id
            if person.region is not None and person.region.startswith(who):
                return person.id
        raise KeyError(who)

    async def says(
        self,
        who: str,
        text: str,
        *,
        chat: str | None = None,
        message_id: str | None = None,
        quotes: str | None = None,
        workbook: bytes | None = None,
        file: Handed | None = None,
        form: str = "text",
    ) -> list[str]:
        """Say something, in private or in a group, and return what the bot answers there."""
        sender = self.id_of(who)
        before = len(self.posts)
        inbound = Inbound(
            message_id=message_id or f"m{next(self._numbers)}",
            chat_id=chat or sender,
            chat_kind=ChatKind.GROUP if chat else ChatKind.DIRECT,
            sender_id=sender,
            sender_name=who,
            text=text,
            sent_at=self.clock.now(),
            quoted_id=quotes,
            form=form,
            file=file,
            workbook=None if workbook is None else Attached(name="台账.xlsx", media_type=XLSX, data=workbook),
        )
        await self.service.door.keep(cast.MESSENGER, inbound, body=text.encode())
        await self.simulation.settle()
        return [post.document.text for post in self.posts[before:] if post.chat_id == (chat or sender)]

    async def until(self, moment: str) -> list[Seen]:
        """Move the clock to HH:MM of the same day, or to MM-DD HH:MM, and return what was posted on the way."""
        before = len(self.posts)
        now = self.clock.now()
        day, _, time = moment.rpartition(" ")
        month, date = (int(n) for n in day.split("-")) if day else (now.month, now.day)
        at = dt.time.fromisoformat(time)
        await self.simulation.run_until(now.replace(month=month, day=date, hour=at.hour, minute=at.minute, second=0))
        return self.posts[before:]

    async def dialog(self, script: str, *, chat: str | None = None) -> None:
        """Hold a conversation as written, line by line, and fail where the bot says something else.

        `武汉：…` is said; `督办：…` must be answered to it, continued by indented lines; … stands for anything.
        """
        turns = _turns(script)
        while turns:
            who, text = turns.pop(0)
            assert who != BOT, f"nobody spoke before: {text}"
            answers = await self.says(who, text, chat=chat)
            expected = [turns.pop(0)[1] for _ in itertools.takewhile(lambda turn: turn[0] == BOT, list(turns))]
            assert len(answers) == len(expected), f"{who}：{text}\n{answers}"
            for answer, wanted in zip(answers, expected, strict=True):
                assert _fits(answer, wanted), f"{who}：{text}\n--- answered\n{answer}\n--- expected\n{wanted}"


def _turns(script: str) -> list[tuple[str, str]]:
    turns: list[tuple[str, str]] = []
    for raw in script.strip().splitlines():
        line = raw.strip()
        if found := re.match(r"(\S{1,8}?)：(.*)", line) if not raw.startswith((" " * 12, "\t")) else None:
            turns.append((found[1], found[2]))
        elif turns and line:
            who, text = turns[-1]
            turns[-1] = (who, f"{text}\n{line}")
    return turns


def _fits(answer: str, wanted: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, wanted.split("…"))), answer, re.DOTALL) is not None
