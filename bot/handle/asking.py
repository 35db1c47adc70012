"""Questions put one at a time: at most one open for a person in a chat, the rest queued behind it."""

import datetime as dt
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.clock import local, local_day
from bot.rules import answers
from bot.rules.doubts import Choice, Doubt
from bot.rules.speaker import Speaker
from bot.rules.wording import questions as wording
from config.campaign import Campaign
from storage.inbox import Message
from storage.questions import Question, QuestionState, Waiting
from storage.records import Progress, Report

ONE_DAY = dt.timedelta(days=1)


Renew = Callable[[Question, Doubt], Doubt]
"""How a doubt is brought up to what the ledger holds now."""


class Asking:
    """The questions of the chats of a batch, kept true while it is worked through."""

    def __init__(self, waiting: Waiting, *, campaign: Campaign, now: dt.datetime) -> None:
        self._waiting = waiting
        self._campaign = campaign
        self._now = now
        self._doubts: dict[tuple[int, str], Doubt] = {}
        self._asked_by: set[int] = set()
        self._held_of: Counter[int] = Counter()
        self.changed: dict[tuple[int, str], Question] = {}

    def meant(self, message: Message) -> Choice | None:
        """Return the choice that a message names for its sender's open question, or None when it is no answer."""
        queue = self._waiting.get(_who(message))
        if not queue:
            return None
        return answers.resolve(self._doubt_of(queue[0]), message.text, self._campaign.measures)

    def records_at_stake(self) -> list[Progress]:
        """Return every item that an answer may record or touch."""
        doubts = [self._doubt_of(question) for queue in self._waiting.values() for question in queue]
        return [item for doubt in doubts for item in (doubt.held, *(r for c in doubt.choices for r in c.records))]

    def answered(self, message: Message) -> tuple[Question, Doubt]:
        """Close the open question of a message's sender with the message as its answer."""
        question = self._waiting[_who(message)].popleft()
        closed = question.with_state(QuestionState.ANSWERED, answer=message.text[:200], at=self._now)
        self._note(closed)
        return closed, self._doubt_of(closed)

    def following(self, message: Message, renew: Renew) -> tuple[str, ...]:
        """Put the next queued question of a message's sender; return its text.

        Where one is open already, it is put again when figures of this message wait behind it.
        """
        queue = self._waiting.get(_who(message))
        if not queue or (queue[0].state is QuestionState.OPEN and not self._held_of[message.id]):
            return ()
        was_open = queue[0].state is QuestionState.OPEN
        queue[0] = self._put(queue[0], renew)
        self._asked_by.add(message.id)
        if was_open:
            return (wording.answer_first(self._held_of[message.id], queue[0].text),)
        return (queue[0].text, *_more(len(queue) - 1))

    def _put(self, question: Question, renew: Renew) -> Question:
        """Open a question with the figures of now."""
        self.changed.pop((question.report, question.text), None)
        doubt = renew(question, self._doubt_of(question))
        return self._note(replace(question.with_state(QuestionState.OPEN), text=doubt.question, doubt=doubt.to_json()))

    def has_asked(self, message: Message) -> bool:
        """Whether the answer to a message puts a question."""
        return message.id in self._asked_by

    def ask(self, doubts: Sequence[Doubt], *, report: Report, message: Message, speaker: Speaker) -> None:
        """Queue questions about a report."""
        self._held_of[message.id] += len(doubts)
        for doubt in doubts:
            self._waiting.setdefault(_who(message), deque()).append(
                self._note(self._question(doubt, report, message, speaker, QuestionState.QUEUED))
            )

    def leave(self, doubt: Doubt, *, report: Report, message: Message, speaker: Speaker) -> None:
        """Leave a question to the admins: its sender cannot answer it."""
        self._note(self._question(doubt, report, message, speaker, QuestionState.UNCLAIMED))

    def _doubt_of(self, question: Question) -> Doubt:
        key = (question.report, question.text)
        if key not in self._doubts:
            self._doubts[key] = Doubt.from_json(question.doubt)
        return self._doubts[key]

    def _question(
        self, doubt: Doubt, report: Report, message: Message, speaker: Speaker, state: QuestionState
    ) -> Question:
        return Question(
            campaign=self._campaign.key,
            inbox_id=message.id,
            report=report.number,
            messenger=message.messenger,
            chat_id=message.chat_id,
            sender_id=message.sender_id,
            sender=speaker.key,
            region=doubt.region,
            day=report.day,
            said_at=message.sent_at,
            asked_at=self._now,
            expires_at=local(local_day(self._now) + ONE_DAY, dt.time.min),
            state=state,
            text=doubt.question,
            doubt=doubt.to_json(),
        )

    def _note(self, question: Question) -> Question:
        self.changed[(question.report, question.text)] = question
        return question


def _who(message: Message) -> tuple[str, str, str]:
    return message.messenger, message.chat_id, message.sender_id


def _more(how_many: int) -> tuple[str, ...]:
    said = wording.more_questions(how_many)
    return (said,) if said else ()
