"""What admins order about pushes: look first, send now, tell everybody, pause, and try out among themselves."""

import re
from typing import Any

from bot.commands import confirming
from bot.commands.call import Action, Applied, Call, Said, hint, say
from bot.commands.grammar import MENTION
from bot.document import Document
from bot.rules.wording import hints, orders
from config.campaign import Campaign
from storage import audit, occurrences
from storage.database import Tx

KINDS = {
    "日报": "daily",
    "报送情况": "missing",
    "预警": "warnings",
    "督办": "warnings",
    "提醒": "reminder",
    "报送提示": "reminder",
    "问题": "problems",
    "三清单": "weekly_draft",
    "周报": "weekly",
    "月报": "month",
    "总结": "end",
    "待办提示": "notices",
}
KIND = "|".join(KINDS)
PAUSED, TRIAL = "paused", "trial"
"""Under which names it is remembered that pushes are paused, or go to admins only."""
AUDIENCES = {
    "联络员": "liaison",
    "全体联络员": "liaison",
    "市州群": "city",
    "各市州": "city",
    "各市州群": "city",
    "处室群": "division",
    "各处室": "division",
    "领导群": "leaders",
    "工作群": "headquarters",
    "联络员群": "liaisons",
}
TO_WHOM = re.compile(
    r"(?:[到给向]\s*)?(?P<whom>[^\s：:，,]{2,12}(?:[、,，][^\s：:，,]{2,12})*)\s*[：:]\s*(?P<text>.+)", re.DOTALL
)
MOST_WORDS = 800
SHOWN = 3
"""Documents that a preview shows."""


async def preview(tx: Tx, call: Call) -> Said:
    """预览 日报: what would go out now; nothing does."""
    kind = KINDS.get(call.args.words.strip())
    if kind is None:
        return hint(hints.near_miss("预览", "预览 日报 / 预览 报送情况 / 预览 预警"))
    made = await call.press.preview(tx, call.office, kind, now=call.now)
    if not made.documents:
        return say(orders.nothing_to_push(made.reason))
    first, *others = made.documents
    shown, left = (first, *others[: SHOWN - 1]), others[SHOWN - 1 :]
    lines = [line for document, posts in shown for line in orders.preview(document.text, posts)]
    lines += [orders.preview_more(len(left), sum(posts for _, posts in left))] if left else []
    return Said(document=Document(lines=tuple(lines), picture=first[0].picture, files=first[0].files))


async def push(tx: Tx, call: Call) -> Said:
    """推送 日报: show what would go out, and send it on 确认."""
    kind = KINDS.get(call.args.words.strip())
    if kind is None:
        return hint(hints.near_miss("推送", "推送 日报 / 推送 报送情况 / 推送 预警"))
    if (why := await why_paused(tx, call.campaign.key)) is not None:
        return hint(orders.not_while_paused(why))
    made = await call.press.preview(tx, call.office, kind, now=call.now)
    if not made.documents:
        return say(orders.nothing_to_push(made.reason))
    lines = orders.preview(made.documents[0][0].text, made.posts)
    return await confirming.propose(tx, call, PUSH, {"kind": kind}, *lines)


async def broadcast(tx: Tx, call: Call) -> Said:
    """广播 [对象：]文字: show it, and tell the units' groups (or whom it names) on 确认."""
    _, _, words = MENTION.sub("", call.message.text).partition("广播")  # word for word, not as commands are folded
    whom, audience, text = _addressed(words.strip(" \t\r\n：:"), call.campaign)
    if not audience:
        return hint(orders.no_such_audience(whom))
    if not text:
        return hint(hints.near_miss("广播", "广播 明天下午系统维护，请提前报送"))
    posts = await call.press.count(tx, call.office, audience, now=call.now)
    if not posts:
        return hint(orders.nobody_there(whom))
    args: dict[str, Any] = {"text": text[:MOST_WORDS], "audience": audience}
    return await confirming.propose(
        tx, call, BROADCAST, args, *orders.broadcast_preview(text[:MOST_WORDS], whom, posts)
    )


async def pause(tx: Tx, call: Call) -> Said:
    """暂停推送 [事由]: nothing goes out unasked; what comes due is recorded as skipped."""
    if await is_paused(tx, call.campaign.key):
        return say(orders.already_paused())
    reason = re.sub(r"^推送", "", call.args.words).strip(" ，,：:")[:200]
    value = {"by": call.speaker.key, "at": call.now.isoformat(), "reason": reason}
    await occurrences.remember(tx, call.campaign.key, PAUSED, value)
    await _note(tx, call, "pause", {"reason": reason})
    return say(orders.paused(reason))


async def resume(tx: Tx, call: Call) -> Said:
    """恢复推送: let pushes go out again."""
    if not await is_paused(tx, call.campaign.key):
        return say(orders.not_paused())
    await occurrences.remember(tx, call.campaign.key, PAUSED, {})
    await _note(tx, call, "resume", {})
    return say(orders.resumed())


async def why_paused(tx: Tx, campaign: str) -> str | None:
    """Return why nothing is pushed while pushes are paused, by the clock or by hand; None when they are not."""
    paused = await occurrences.recall(tx, campaign, PAUSED)
    if not isinstance(paused, dict) or not paused:
        return None
    return orders.paused_because(str(paused.get("reason") or ""))


async def is_paused(tx: Tx, campaign: str) -> bool:
    """Whether pushes are paused."""
    return await why_paused(tx, campaign) is not None


async def trial(tx: Tx, call: Call) -> Said:
    """试运行 开/关: whether pushes go to admins only; ending it is confirmed first."""
    said = call.args.words.strip()
    is_on = await in_trial(tx, call.campaign)
    if not said or said == "状态":
        return say(orders.trial_text(is_on=is_on))
    wanted = said in {"开", "开启", "开始"}
    if wanted == is_on:
        return say(orders.trial_text(is_on=is_on))
    if not wanted:
        return await confirming.propose(tx, call, TRY_OUT, {"on": False}, orders.trial_preview())
    return await confirming.do(tx, call, TRY_OUT, {"on": True})


async def in_trial(tx: Tx, campaign: Campaign) -> bool:
    """Whether pushes go to admins only: as last ordered, else as the campaign file says."""
    said = await occurrences.recall(tx, campaign.key, TRIAL)
    return campaign.trial if said is None else bool(said)


def _addressed(words: str, campaign: Campaign) -> tuple[str, list[str], str]:
    """Split a broadcast into whom it is for, as said and as audiences, and its text; the units' groups by default.

    Where one of several named is nobody, there is no audience, and whom is that one.
    """
    found = TO_WHOM.fullmatch(words)
    if found is not None:
        named = re.split(r"[、,，]", found["whom"])
        units = dict(campaign.unit_names)
        audience = [AUDIENCES.get(name) or units.get(name) for name in named]
        if all(audience):
            return found["whom"], [a for a in audience if a], found["text"].strip()
        if any(audience):
            return next(name for name, a in zip(named, audience, strict=True) if a is None), [], found["text"]
    return "各市州群", ["city"], words


async def _apply_push(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    if (why := await why_paused(tx, call.campaign.key)) is not None:
        return Applied(said=hint(orders.not_while_paused(why)))
    made = await call.press.push(tx, call.office, args["kind"], now=call.now, key=f"push/{call.message.id}")
    if not made.posts:
        return Applied(said=say(orders.nothing_to_push(made.reason)))
    return Applied(
        said=say(orders.pushed(made.posts, made.held)), object_=next(w for w, k in KINDS.items() if k == args["kind"])
    )


async def _apply_broadcast(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    document = Document(lines=orders.broadcast(args["text"], call.speaker.name))
    key = f"broadcast/{call.message.id}"
    made = await call.press.tell(tx, call.office, document, args["audience"], now=call.now, key=key)
    return Applied(said=say(orders.pushed(made.posts, made.held)))


async def _apply_trial(tx: Tx, call: Call, args: dict[str, Any]) -> Applied:
    before = await in_trial(tx, call.campaign)
    await occurrences.remember(tx, call.campaign.key, TRIAL, args["on"])
    return Applied(said=say(orders.trial_text(is_on=args["on"])), undo={"on": before})


async def _undo_trial(tx: Tx, call: Call, undo: dict[str, Any]) -> Said:
    await occurrences.remember(tx, call.campaign.key, TRIAL, undo["on"])
    return say(orders.trial_text(is_on=undo["on"]))


async def _note(tx: Tx, call: Call, action: str, detail: dict[str, Any]) -> None:
    await audit.note(
        tx,
        campaign=call.campaign.key,
        at=call.now,
        actor=call.speaker.key,
        action=action,
        inbox_id=call.message.id,
        detail=detail,
    )


PUSH = Action(name="push", apply=_apply_push)
BROADCAST = Action(name="broadcast", apply=_apply_broadcast)
TRY_OUT = Action(name="trial", apply=_apply_trial, undo=_undo_trial)
