"""What was asked and not answered, or said by another: admins list it, take it, or leave it out."""

from bot import bookkeeping
from bot.commands.call import Call, Said, say
from bot.document import PostKind
from bot.rules import answers, repeats
from bot.rules.doubts import Choice, Doubt, Sense
from bot.rules.wording import claims
from storage import audit, ledger, questions
from storage.database import Tx
from storage.questions import Question, QuestionState

SHOWN = 10


async def listed(tx: Tx, call: Call) -> Said:
    """待认领: what waits for an admin."""
    left = await questions.unclaimed(tx, call.campaign.key)
    return say(*claims.listed([(q.id, q.sender, q.said_at, q.text) for q in left], shown=SHOWN))


async def claim(tx: Tx, call: Call) -> Said:
    """认领 #12 [1 | 0.12万亩 | 不登记]: take what was held back as it was said, as named, or not at all."""
    number, _, answer = call.args.words.strip("#＃ ").partition(" ")
    question = await questions.by_id(tx, call.campaign.key, int(number))
    if question is None or question.state is not QuestionState.UNCLAIMED:
        return say(claims.unknown(int(number)), kind=PostKind.HINT)
    doubt = Doubt.from_json(question.doubt)
    choice = _choice(doubt, answer.strip(), call)
    if choice is None:
        return say(claims.choose(question.id, question.text), kind=PostKind.QUESTION)
    await _decide(tx, call, question, doubt, choice)
    return say(claims.decided(question.id, question.region, is_taken=bool(choice.records)), kind=PostKind.ACK)


def _choice(doubt: Doubt, answer: str, call: Call) -> Choice | None:
    """Return the choice that is named; said nothing, the one that takes the figure as it was said."""
    if answer:
        return answers.resolve(doubt, answer, call.campaign.measures)
    as_said = [c for c in doubt.choices if c.sense is Sense.AS_SAID]
    return as_said[0] if len(as_said) == 1 else None


async def _decide(tx: Tx, call: Call, question: Question, doubt: Doubt, choice: Choice) -> None:
    report = await ledger.report(tx, question.report)
    assert report is not None
    await ledger.lock(tx, call.campaign.key, {report.region})
    line = (doubt.held.region, doubt.held.track, doubt.held.stage)
    books = await bookkeeping.load(tx, call.campaign.key, keys=[line], days=[doubt.held.date])
    choice = repeats.as_of_now(choice, doubt.held, books.entries(line, doubt.held.date))
    await bookkeeping.enter(tx, call.office, report, choice.records, replaces=choice.replaces)
    await ledger.touch(tx, report.number, by=call.speaker.key)
    state = QuestionState.TAKEN if choice.records else QuestionState.DROPPED
    await questions.save(tx, [question.with_state(state, answer=call.message.text[:200], at=call.now)])
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action="claim" if choice.records else "leave out",
        object_=f"A{report.number}",
        inbox_id=call.message.id,
        detail={"question": question.id, "choice": choice.label},
    )
