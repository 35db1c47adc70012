"""One schedule's occurrence being made: whom there is to address, and what is owed so far."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from bot.bookkeeping import Office
from bot.document import Document, PostKind, Severity
from bot.messengers.base import ChatKind, Messenger
from bot.rules import addressing
from bot.rules.burden import Burden
from bot.schedule.timetable import Occurrence
from storage.database import Tx
from storage.outbox import Owed
from storage.records import Chat, Person, Role

RED, SUMMARY, NUDGE = 1, 4, 5
"""Priorities: red goes first, then answers, then what nobody asked for."""
JITTER_S = 240
KEPT_FOR = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How the messengers that are on behave, by their names."""

    jittery: frozenset[str] = frozenset()
    """Those whose pushes keep off the full hour."""
    public: frozenset[str] = frozenset()
    """Those that tell nobody anything in private unasked."""

    @classmethod
    def of(cls, messengers: Mapping[str, Messenger]) -> Self:
        """Ask each messenger."""
        return cls(
            jittery=frozenset(name for name, one in messengers.items() if one.limits.jitter),
            public=frozenset(name for name, one in messengers.items() if not one.limits.private),
        )

    def at_once(self) -> Self:
        """Return the same for what somebody sends by hand: it waits for no jitter."""
        return replace(self, jittery=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where something goes: a chat, or a person in private."""

    messenger: str
    chat_id: str
    chat_kind: ChatKind
    route: str | None = None


@dataclass(slots=True)
class Push:
    """One schedule's occurrence being made: whom there is to address, and what is owed so far."""

    tx: Tx
    office: Office
    occurrence: Occurrence
    now: dt.datetime
    chats: Sequence[Chat]
    roster: Sequence[Person]
    """Who may be addressed: everybody but those on leave."""
    trial: bool
    ways: Ways = field(default_factory=Ways)
    owed: list[Owed] = field(default_factory=list)
    quiet: str | None = None
    """Why nothing is owed."""
    burden: Burden | None = None
    """The limits on what is said unasked; none when somebody pushes from the command line."""
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How much each person was or will be told unasked today, by messenger and user id."""
    held: int = 0
    """How many of the posts owed wait for a morning."""

    @property
    def day(self) -> dt.date:
        """The day it is about."""
        return self.occurrence.day

    def owe(
        self,
        kind: PostKind,
        document: Document,
        targets: Sequence[Target],
        *,
        key: str = "",
        not_before: dt.datetime | None = None,
        expires_at: dt.datetime | None = None,
        region: str | None = None,
        priority: int = SUMMARY,
    ) -> None:
        """Owe a document to each target, when it may be told; during 试运行 to the admins instead.

        What perishes before it may be said (a reminder with its deadline) is not owed at all.
        """
        if document.severity is Severity.RED:
            priority = RED
        for target in self._admins() if self.trial else targets:
            at = self._allowed(target, not_before or self.now, is_red=document.severity is Severity.RED)
            if expires_at is not None and at >= expires_at:
                continue
            self.held += at > (not_before or self.now)
            self.said[target.messenger, target.chat_id] += 1
            due = at + self._jitter(target)
            self.owed.append(
                Owed(
                    campaign=self.office.campaign.key,
                    dedup_key=self._key(key, target),
                    messenger=target.messenger,
                    route=target.route,
                    chat_id=target.chat_id,
                    chat_kind=target.chat_kind,
                    kind=kind,
                    document=document.to_json(),
                    created_at=self.now,
                    not_before=due,
                    expires_at=expires_at or due + KEPT_FOR,
                    priority=priority,
                    region=region,
                    day=self.day if region else None,
                )
            )

    def to(self, kind: str, *, region: str | None = None, division: str | None = None) -> list[Target]:
        """Return the chats of a kind, or the nearest."""
        return [to_chat(c) for c in addressing.choose(self.chats, kind, region=region, division=division)]

    def liaisons(self, region: str) -> list[Person]:
        """Return who reports for a unit today: its liaisons, and who stands in."""
        own = [p for p in self.roster if p.role is Role.CITY_LIAISON and p.user_id]
        return [
            p
            for p in own
            if (p.region == region and (p.stand_in is not None or p.serves_on(self.day)))
            or (p.stand_in == region and p.serves_on(self.day))
        ]

    def private(self, persons: Iterable[Person]) -> list[Target]:
        """Address people in private, those that a messenger can tell anything unasked."""
        return [to_person(p) for p in persons if p.messenger not in self.ways.public]

    def _allowed(self, target: Target, at: dt.datetime, *, is_red: bool) -> dt.datetime:
        """Return when a target may be told what is due at a moment."""
        if self.burden is None:
            return at
        is_counted = target.chat_kind is ChatKind.DIRECT and not self.trial
        return self.burden.when(
            at,
            said_today=self.said[target.messenger, target.chat_id] if is_counted else 0,
            is_red=is_red,
            holidays_too=self.occurrence.schedule.days != "working",
        )

    def _admins(self) -> list[Target]:
        return self.private(p for p in self.roster if p.role is Role.ADMIN and p.user_id)

    def _key(self, key: str, target: Target) -> str:
        what = f"{self.office.campaign.key}/{self.occurrence.schedule.key}/{self.occurrence.due_at.isoformat()}/{key}"
        where = f"{target.messenger}/{target.chat_id}"
        return "push/" + hashlib.sha256(f"{what}/{where}".encode()).hexdigest()[:40]

    def _jitter(self, target: Target) -> dt.timedelta:
        """Keep off the full hour, when everybody's robots speak: by a hash of schedule, day and chat."""
        if target.messenger not in self.ways.jittery:
            return dt.timedelta()
        said = f"{self.occurrence.schedule.key}/{self.day}/{target.chat_id}"
        return dt.timedelta(seconds=5 + int(hashlib.sha256(said.encode()).hexdigest()[:8], 16) % JITTER_S)


def mentioned(persons: Iterable[Person], target: Target) -> tuple[str, ...]:
    """Return whom to call by @ in a group: those whom its platform knows by the same ids."""
    return tuple(p.user_id for p in persons if p.user_id and _platform(p.messenger) == _platform(target.messenger))


def _platform(messenger: str) -> str:
    """Return the platform of a messenger's name: wecom of wecom-robot:main."""
    return messenger.partition(":")[0].partition("-")[0]


def to_chat(chat: Chat) -> Target:
    """Address a group."""
    return Target(messenger=chat.messenger, chat_id=chat.chat_id, chat_kind=ChatKind.GROUP, route=chat.route)


def to_person(person: Person) -> Target:
    """Address a person in private."""
    return Target(messenger=person.messenger, chat_id=person.user_id or "", chat_kind=ChatKind.DIRECT)
