"""What one message was heard as, and what to answer to it: pure but for finding whom to tell of a fault."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot import parsing
from bot.clock import local_day
from bot.commands.grammar import Found, plain
from bot.document import Document, PostKind
from bot.handle.desk import handler_of, regions_of
from bot.messengers.base import ChatKind
from bot.rules.speaker import Speaker
from bot.rules.wording import acks, hints, service
from bot.rules.wording.acks import Noted
from config.campaign import Campaign
from storage import people
from storage.database import Tx
from storage.inbox import Handled, Message
from storage.outbox import Owed
from storage.records import Chat, Kind, Nil, Problem, Reading, Role

HINTS_PER_PERSON = 3
"""How often a person is told how to correct and withdraw."""
UNBOUND_OR_SHARED = {"group", "headquarters", "leaders", "liaisons"}
ALERT_KEPT_FOR = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message with its speaker: either a command was found in it, or it was read."""

    message: Message
    speaker: Speaker
    chat: Chat | None
    command: Found | None
    reading: Reading | None

    @property
    def writes(self) -> bool:
        """Whether anything of it may enter the ledger."""
        return self.reading is not None and any(map(self.speaker.may_write, regions_of(self.reading)))

    @property
    def is_direct(self) -> bool:
        """Whether it was said in private."""
        return self.message.chat_kind == ChatKind.DIRECT

    @property
    def is_in_shared_group(self) -> bool:
        """Whether several units read the answer."""
        return not self.is_direct and (self.chat is None or self.chat.kind in UNBOUND_OR_SHARED)

    @property
    def outcome(self) -> str:
        """What it was: a command, or the kind of its reading."""
        return "command" if self.reading is None else self.reading.kind.value

    def handled(self, parser_version: str) -> Handled:
        """Return what the inbox remembers of it."""
        return Handled(
            id=self.message.id,
            outcome=self.outcome,
            role=self.speaker.role,
            region=self.speaker.region,
            division=self.speaker.division,
            person=self.speaker.name,
            parser_version=parser_version,
        )


def read(message: Message, speaker: Speaker, campaign: Campaign) -> Reading:
    """Read a message; a bare 无 of whoever reports for a unit is a full report."""
    if speaker.region is not None and plain(message.text) in campaign.vocabulary.bare_nil:
        day = local_day(message.sent_at)
        return Reading(kind=Kind.REPORT, nil=(Nil(region=speaker.region, date=day),))
    return parsing.parse(message.text, sender=speaker.sender, sent_at=message.sent_at, campaign=campaign)


def answer(
    heard: Heard, noted: Sequence[Noted], campaign: Campaign, *, with_hint: bool
) -> tuple[PostKind, Document] | None:
    """Return what to answer, or None: chatter in a group stays unanswered."""
    reading = heard.reading
    assert reading is not None
    if reading.kind is Kind.NONE:
        return _small_talk(heard)
    if heard.speaker.role in _NO_WRITERS:
        return _refusal(_NO_WRITERS[heard.speaker.role]())
    if reading.kind is Kind.UNCLEAR:
        return _hint(hints.unclear(_stumbled_over(reading, heard.message.text)))
    foreign = [r for r in regions_of(reading) if not heard.speaker.may_write(r)]
    refused = (hints.not_yours(foreign, heard.speaker.region),) if foreign else ()
    if not noted:
        return _refusal(*refused)
    tails = (*_offers(reading, heard, campaign), *refused)
    shared = heard.is_in_shared_group
    lines = acks.ack_all(noted, campaign, in_shared_group=shared, with_hint=with_hint, tails=tails)
    return PostKind.ACK, Document(lines=lines)


_NO_WRITERS = {Role.UNKNOWN: hints.stranger, Role.LEADER: hints.read_only}
"""Roles whose word never enters the ledger, and what they are told."""


def _small_talk(heard: Heard) -> tuple[PostKind, Document] | None:
    if not heard.is_direct:
        return None
    if heard.message.form != "text" and not heard.message.text:
        return _hint(service.only_text())
    stranger = heard.speaker.role is Role.UNKNOWN
    return _hint(hints.stranger() if stranger else hints.private_hint())


def _hint(*lines: str) -> tuple[PostKind, Document]:
    return PostKind.HINT, Document(lines=lines)


def _refusal(*lines: str) -> tuple[PostKind, Document]:
    return PostKind.REFUSAL, Document(lines=lines)


def _stumbled_over(reading: Reading, text: str) -> str:
    """Return the words that could not be read: the first figure passed over, else the whole text."""
    if reading.passed_over:
        start, end = reading.passed_over[0].span
        return text[start:end]
    return text


def _offers(reading: Reading, heard: Heard, campaign: Campaign) -> tuple[str, ...]:
    """Offer to open the problems that were only mentioned in passing."""
    passing: list[Problem] = [p for p in reading.problems if not p.stated and heard.speaker.may_write(p.region)]
    if not passing:
        return ()
    first = passing[0]
    name = campaign.category(first.category).name
    return (acks.problem_offered(name, handler_of(first, campaign), how_many=len(passing)),)


def notices(message: Message, elsewhere: Sequence[tuple[str, str, Document]], *, now: dt.datetime) -> list[Owed]:
    """Owe notices to other people that a message caused."""
    return [
        _alert(message, messenger, user_id, document, now=now, key=f"{message.messenger}/{message.message_id}/to/{n}")
        for n, (messenger, user_id, document) in enumerate(elsewhere)
    ]


async def tell_admins_set_aside(tx: Tx, message: Message, *, now: dt.datetime) -> list[Owed]:
    """Owe every admin the news that a message could not be handled."""
    admins = [p for p in await people.everybody(tx) if p.role is Role.ADMIN and p.user_id]
    text = service.set_aside(message.sender_name or message.sender_id, message.message_id)
    return [
        _alert(
            message,
            admin.messenger,
            admin.user_id or "",
            Document(lines=(text,)),
            now=now,
            key=f"{message.messenger}/{message.message_id}/set-aside/{admin.id}",
        )
        for admin in admins
    ]


def _alert(message: Message, messenger: str, user_id: str, document: Document, *, now: dt.datetime, key: str) -> Owed:
    return Owed(
        campaign=message.campaign,
        dedup_key=key,
        messenger=messenger,
        chat_id=user_id,
        chat_kind=ChatKind.DIRECT,
        kind=PostKind.ALERT,
        document=document.to_json(),
        created_at=now,
        not_before=now,
        expires_at=now + ALERT_KEPT_FOR,
        inbox_id=message.id,
    )
