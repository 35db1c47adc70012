"""What admins ask of the work itself: how it is doing, who did what, what did not arrive."""

import datetime as dt
from typing import Any

from bot.clock import SHANGHAI
from bot.commands import pushing
from bot.commands.call import Call, Said, hint, say
from bot.document import Document
from bot.rules.wording import office, orders, running
from storage import audit, inbox, listing, occurrences, outbox, people, selfaudit
from storage.database import Tx
from storage.outbox import State

AUDIT_SHOWN = 10
KEPT_FOR = dt.timedelta(hours=24)
SHOWN_KEYS = ("reason", "about", "where", "unit", "name", "figures", "replaces", "by", "before", "version")
"""What of an audit line's particulars is worth showing in chat; the rest stays in the database."""


async def status(tx: Tx, call: Call) -> Said:
    """状态: what waits, what went out, what needs a hand, and when the schedules ran."""
    key = call.campaign.key
    taken, owed = await inbox.counts(tx), await outbox.counts(tx)
    taken["waiting"] = max(0, taken.get("waiting", 0) - 1)  # this very question is none of the work
    waits = (await inbox.oldest_waiting(tx, beside=call.message.id), await outbox.oldest_due(tx, now=call.now))
    unclaimed = [q for q in await listing.open_questions(tx, key) if q.state == "unclaimed"]
    lines = running.status(
        taken,
        owed,
        waits_since=(running.since_text(_local(waits[0])), running.since_text(_local(waits[1]))),
        aside=taken.get("set_aside", 0),
        conflicts=len(await inbox.conflicts_since(tx)),
        questions=len(unclaimed),
    )
    names = {s.key: s.key for s in call.campaign.schedules} | {
        s.key: word for word, push in reversed(pushing.KINDS.items()) for s in call.campaign.schedules if s.push == push
    }
    runs = [
        (names.get(schedule, schedule), due_at.astimezone(SHANGHAI), state, reason)
        for schedule, due_at, state, reason in await occurrences.latest(tx, key)
    ]
    budgets = running.budgets(await outbox.sends_by_destination(tx, since=call.now - dt.timedelta(minutes=1)))
    audited = running.audited(await selfaudit.last_result(tx, key))
    marks = [orders.trial_text(is_on=True)] if await pushing.in_trial(tx, call.campaign) else []
    if await pushing.is_paused(tx, key):
        marks.append(orders.paused(""))
    return say(*lines, running.last_runs(runs), *([budgets] if budgets else []), audited, *marks)


async def audit_(tx: Tx, call: Call) -> Said:
    """审计 [#号]: the last lines of the audit, of all or of one thing."""
    object_ = f"{call.args.letters[0]}{call.args.numbers[0]}" if call.args.numbers else None
    rows = await audit.lines(tx, call.campaign.key, object_=object_, limit=AUDIT_SHOWN)
    names = {f"{p.messenger}/{p.user_id}": p.name for p in await people.everybody(tx)}
    shown = [
        (
            row.at.astimezone(SHANGHAI),
            names.get(row.actor, row.actor),
            running.action_text(row.action),
            row.object_ if object_ is None else None,
            _detail(row.detail),
        )
        for row in rows
    ]
    return say(*running.audit_lines(shown, object_))


def _detail(detail: Any) -> str:  # noqa: ANN401 whatever JSON was noted
    """Show the particulars in a few words."""
    if not isinstance(detail, dict):
        return ""
    said = []
    for key in SHOWN_KEYS:
        value = detail.get(key)
        if value:
            said.append("、".join(map(str, value)) if isinstance(value, list) else str(value))
    action = detail.get("action")
    if isinstance(action, str):
        said.insert(0, running.action_text(action))
    return f"（{office.short('，'.join(said), 60)}）" if said else ""


async def resend(tx: Tx, call: Call) -> Said:
    """重发 [M号]: list what did not arrive, or send it again."""
    key = call.campaign.key
    if not call.args.numbers:
        letters = await outbox.dead_letters(tx, key)
        shown = [(d.number, d.chat_id, Document.from_json(d.document).text, d.fault) for d in letters]
        return say(*running.dead_letters(shown))
    found = [(number, await outbox.letter(tx, key, number)) for number in call.args.numbers]
    for number, letter in found:
        if letter is None or letter.state not in {State.DEAD, State.EXPIRED}:
            return hint(running.no_such_letter(number))
    for number, _ in found:
        await outbox.send_again(tx, number, at=call.now, expires_at=call.now + KEPT_FOR)
        await audit.note(
            tx,
            campaign=key,
            at=call.now,
            actor=call.speaker.key,
            action="resend",
            object_=f"M{number}",
            inbox_id=call.message.id,
        )
    return say(running.sent_again(call.args.numbers))


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.astimezone(SHANGHAI) if moment else None
