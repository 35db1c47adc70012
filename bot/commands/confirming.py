"""A wide change is shown first and made on 确认; whatever was made here can be taken back with 恢复 C12."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.commands.call import Action, Applied, Call, Said, hint, refuse, say
from bot.document import Document, PostKind
from bot.messengers.base import ChatKind
from bot.rules.wording import office
from storage import audit, pending
from storage.database import Tx
from storage.pending import Change
from storage.records import Role

HELD_FOR = dt.timedelta(minutes=15)
"""How long 确认 is waited for."""
SILENCE = Said(document=Document(lines=()))
Actions = Mapping[str, Action]


async def propose(tx: Tx, call: Call, action: Action, args: dict[str, Any], *lines: str) -> Said:
    """Show what would be done and ask for 确认; nothing is done yet."""
    number = await pending.keep(tx, call.campaign.key, _change(call, action.name, args))
    await _note(tx, call, "propose", number, {"action": action.name, "args": args})
    return say(*lines, office.ask_to_confirm(int(HELD_FOR.total_seconds() // 60)))


async def do(tx: Tx, call: Call, action: Action, args: dict[str, Any]) -> Said:
    """Make a small change at once, kept so that it can be taken back."""
    number = await pending.keep(tx, call.campaign.key, _change(call, action.name, args, state="done"))
    return await _apply(tx, call, action, args, number)


async def confirm(tx: Tx, call: Call, *, actions: Actions) -> Said:
    """确认: make the change that was shown to this person in this chat."""
    change = await _open(tx, call)
    if change is None:
        return _nothing_open(call)
    if change.expires_at < call.now:
        await pending.close(tx, change.number, "cancelled", at=call.now)
        return hint(office.confirmed_too_late())
    return await _apply(tx, call, actions[change.action], change.args, change.number)


async def cancel(tx: Tx, call: Call) -> Said:
    """取消: drop the change that was shown."""
    change = await _open(tx, call)
    if change is None:
        return _nothing_open(call)
    await pending.close(tx, change.number, "cancelled", at=call.now)
    await _note(tx, call, "cancel", change.number, {"action": change.action})
    return say(office.cancelled())


async def undo(tx: Tx, call: Call, number: int, *, actions: Actions) -> Said:
    """恢复 C12: take back a change that was made."""
    change = await pending.find(tx, call.campaign.key, number)
    if change is None or change.state not in {"done", "undone"}:
        return hint(office.no_such_change(number))
    own = (change.messenger, change.sender_id) == (call.message.messenger, call.message.sender_id)
    if call.speaker.role is not Role.ADMIN and not own:
        return refuse(office.not_your_change(number))
    action = actions[change.action]
    if change.state == "undone" or action.undo is None or change.undo is None:
        return hint(office.cannot_undo(number, is_undone=change.state == "undone"))
    said = await action.undo(tx, call, change.undo)
    await pending.close(tx, number, "undone", at=call.now)
    await _note(tx, call, "undo", number, {"action": change.action, "undo": change.undo})
    return said


async def _apply(tx: Tx, call: Call, action: Action, args: dict[str, Any], number: int) -> Said:
    applied: Applied = await action.apply(tx, call, args)
    await pending.close(tx, number, "done", at=call.now, undo=applied.undo)
    await _note(tx, call, action.name, number, {"args": args, "about": applied.object_, "undo": applied.undo})
    said = applied.said
    if applied.undo is None or action.undo is None:
        return said
    document = Document(lines=(*said.document.lines, office.how_to_undo(number)))
    return Said(document=document, kind=said.kind, elsewhere=said.elsewhere)


async def _open(tx: Tx, call: Call) -> Change | None:
    said = call.message
    return await pending.open_one(
        tx, call.campaign.key, messenger=said.messenger, chat_id=said.chat_id, sender_id=said.sender_id
    )


def _nothing_open(call: Call) -> Said:
    """Answer a 确认 that confirms nothing: chatter in a group, a slip in private."""
    if call.message.chat_kind == ChatKind.GROUP:
        return SILENCE
    return say(office.nothing_to_confirm(), kind=PostKind.HINT)


def _change(call: Call, action: str, args: dict[str, Any], *, state: str = "open") -> Change:
    return Change(
        messenger=call.message.messenger,
        chat_id=call.message.chat_id,
        sender_id=call.message.sender_id,
        action=action,
        args=args,
        asked_at=call.now,
        expires_at=call.now + HELD_FOR,
        state=state,
    )


async def _note(tx: Tx, call: Call, action: str, number: int, detail: dict[str, Any]) -> None:
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action=action,
        object_=f"C{number}",
        inbox_id=call.message.id,
        detail={key: value for key, value in detail.items() if value is not None},
    )
