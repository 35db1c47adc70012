"""What one message was heard as, and what to answer to it: pure but for finding whom to tell of a fault."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot import commands, parsing
from bot.clock import local_day
from bot.commands.grammar import Found, plain
from bot.document import Document, PostKind
from bot.handle.desk import Foreign, regions_of
from bot.messengers.base import ChatKind
from bot.parsing.reasons import NO_UNIT, NOT_CERTAIN
from bot.rules.problem_same import said_as_problem
from bot.rules.speaker import Speaker
from bot.rules.wording import acks, hints, service
from bot.rules.wording.acks import Noted
from bot.workbooks import LOST
from config.campaign import Campaign
from storage import people
from storage.database import Tx
from storage.inbox import Handled, Message
from storage.outbox import Owed
from storage.records import Chat, Kind, Nil, Reading, Role

HINTS_PER_PERSON = 3
"""How often a person is told how to correct and withdraw."""
UNBOUND_OR_SHARED = {"group", "headquarters", "leaders", "liaisons"}
ALERT_KEPT_FOR = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message with its speaker and what it says: a command when the whole of it fits one, and as it is read."""

    message: Message
    speaker: Speaker
    chat: Chat | None
    command: Found | None
    reading: Reading

    @property
    def is_direct(self) -> bool:
        """Whether it was said in private."""
        return self.message.chat_kind == ChatKind.DIRECT

    @property
    def is_in_shared_group(self) -> bool:
        """Whether several units read the answer."""
        return not self.is_direct and (self.chat is None or self.chat.kind in UNBOUND_OR_SHARED)

    @property
    def is_stranger(self) -> bool:
        """Whether nobody knows the speaker."""
        return self.speaker.role is Role.UNKNOWN

    @property
    def may_report(self) -> bool:
        """Whether the speaker's word on any unit may enter the ledger."""
        return self.speaker.role not in _NO_WRITERS

    @property
    def may_be_completed(self) -> bool:
        """Whether it is a correction that leaves out what it corrects; the bot's own 更正 in an answer is none."""
        if self.reading.kind is Kind.REPORT or not self.may_report or service.is_own(self.message.text):
            return False
        return parsing.corrects(self.message.text)

    @property
    def stands_alone(self) -> bool:
        """Whether it needs to see what was said before it written down."""
        return self.command is not None or self.may_be_completed

    def handled(self, outcome: str, parser_version: str) -> Handled:
        """Return what the inbox remembers of it."""
        return Handled(
            id=self.message.id,
            outcome=outcome,
            role=self.speaker.role,
            region=self.speaker.region,
            division=self.speaker.division,
            person=self.speaker.name,
            parser_version=parser_version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a report: what each unit's record says, what was left to others, and what is asked."""

    noted: tuple[Noted, ...] = ()
    foreign: Foreign = field(default_factory=Foreign)
    asked: tuple[str, ...] = ()


def read(message: Message, speaker: Speaker, campaign: Campaign) -> Reading:
    """Read a message; a bare 无 of whoever reports for a unit is a full report, the bot's own words are none."""
    if service.is_own(message.text):
        return Reading()
    if speaker.region is not None and plain(message.text) in campaign.vocabulary.bare_nil:
        day = local_day(message.sent_at)
        return Reading(kind=Kind.REPORT, nil=(Nil(region=speaker.region, date=day),))
    reading = parsing.parse(message.text, sender=speaker.sender, sent_at=message.sent_at, campaign=campaign)
    if not reading.has_records and (problem := said_as_problem(plain(message.text), speaker.region, campaign)):
        return Reading(kind=Kind.REPORT, problems=(problem,))
    return reading


def answer(heard: Heard, taken: Taken, campaign: Campaign, *, with_hint: bool) -> tuple[PostKind, Document] | None:
    """Return what to answer, or None: chatter in a group stays unanswered."""
    reading = heard.reading
    if reading.kind is Kind.NONE:
        return _small_talk(heard)
    if not heard.may_report:
        return _refusal(_NO_WRITERS[heard.speaker.role]())
    if reading.kind is Kind.UNCLEAR:
        return _hint(_what_is_unclear(heard, campaign))
    offers = _offers(taken, campaign)
    unmoved = tuple(f"{phrase}。" for noted in taken.noted for phrase in noted.unmoved)
    tails = (*_left_out(heard), *unmoved, *offers, *_about_others(heard, taken.foreign), *taken.asked)
    shown = [n for n in taken.noted if n.items or n.is_nil or n.others]
    if not shown:
        return _kind_of_tails(taken, offers, unmoved), Document(lines=tails)
    shared = heard.is_in_shared_group
    lines = acks.ack_all(shown, campaign, in_shared_group=shared, with_hint=with_hint, tails=tails)
    return PostKind.ACK, Document(lines=lines)


def _kind_of_tails(taken: Taken, offers: tuple[str, ...], unmoved: tuple[str, ...]) -> PostKind:
    if taken.asked or offers:
        return PostKind.QUESTION
    return PostKind.HINT if unmoved else PostKind.REFUSAL


def answer_to_answer(
    heard: Heard, noted: Noted, asked: tuple[str, ...], campaign: Campaign
) -> tuple[PostKind, Document]:
    """Return what to say when a question was answered: what was recorded, and the next question."""
    if not noted.items:
        return PostKind.ACK, Document(lines=(service.left_out(noted.region), *asked))
    shared = heard.is_in_shared_group
    return PostKind.ACK, Document(lines=acks.ack_all([noted], campaign, in_shared_group=shared, tails=asked))


def echoed(heard: Heard, said: tuple[PostKind, Document] | None) -> tuple[PostKind, Document] | None:
    """Put before the answer to a voice message what the messenger heard in it: the speaker sees it even in a group."""
    if heard.message.form != "voice" or not heard.message.text:
        return said
    kind, document = said or (PostKind.HINT, Document(lines=()))
    return kind, replace(document, lines=(service.heard(heard.message.text), *document.lines))


def _about_others(heard: Heard, foreign: Foreign) -> tuple[str, ...]:
    """Say what became of the units that the speaker does not write."""
    said = []
    if foreign.known:
        said.append(hints.already_held(foreign.known))
    if foreign.left:
        said.append(hints.to_be_claimed(foreign.left))
    figures = {*foreign.known, *foreign.left}
    others = [r for r in regions_of(heard.reading) if not heard.speaker.may_write(r) and r not in figures]
    if others:
        said.append(hints.not_yours(others, heard.speaker.region))
    return tuple(said)


_NO_WRITERS = {Role.UNKNOWN: hints.stranger, Role.LEADER: hints.read_only}
"""Roles whose word never enters the ledger, and what they are told."""


def _small_talk(heard: Heard) -> tuple[PostKind, Document] | None:
    if service.is_own(heard.message.text):
        return _own_words(heard)
    if not heard.is_direct:
        return None
    if heard.message.form == LOST:
        return _hint(service.file_not_fetched())
    if heard.message.form != "text" and not heard.message.text:
        return _hint(service.only_text())
    nearly = commands.suggest(heard.message.text, heard.speaker)
    if nearly is not None:
        return _hint(nearly)
    return _hint(hints.stranger() if heard.is_stranger else hints.private_hint(heard.speaker.role))


def _own_words(heard: Heard) -> tuple[PostKind, Document] | None:
    """Say that the bot's own answer was no report to whoever may have added one; never answer a hint, or itself."""
    is_hint = service.OWN_HINTS.search(heard.message.text) is not None
    return _hint(service.own_words()) if heard.may_report and not is_hint else None


def _hint(*lines: str) -> tuple[PostKind, Document]:
    return PostKind.HINT, Document(lines=lines)


def _refusal(*lines: str) -> tuple[PostKind, Document]:
    return PostKind.REFUSAL, Document(lines=lines)


def _what_is_unclear(heard: Heard, campaign: Campaign) -> str:
    """Ask for what is missing: a unit of measure, a stage, or whose figures they are."""
    text, passed = heard.message.text, heard.reading.passed_over
    without_unit = [p.span for p in passed if p.reason == NO_UNIT]
    if without_unit:
        start, end = without_unit[0]
        return hints.unclear_unit(text[start:end].strip())
    if passed:
        start, end = passed[0].span
        return hints.unclear(text[start:end])
    return hints.unclear_stage(text, campaign) if heard.speaker.region else hints.unclear_region(text)


def _left_out(heard: Heard) -> tuple[str, ...]:
    """Name the areas that were not taken beside what was: 批复2宗，0.03 · 江夏2宗、新洲1宗，各30亩."""
    text = heard.message.text
    left = [
        note
        for note in heard.reading.passed_over
        if (note.reason == NO_UNIT and text[note.span[0] : note.span[1]].startswith("0."))
        or (note.reason == NOT_CERTAIN and text[note.span[0] : note.span[1]].endswith("亩"))
    ]
    return (hints.passed_over(left, text),) if left else ()


def _offers(taken: Taken, campaign: Campaign) -> tuple[str, ...]:
    """Offer to open the problems that were only mentioned in passing."""
    offered = [problem for noted in taken.noted for problem in noted.offered]
    return (acks.problems_offered(offered, campaign),) if offered else ()


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
