"""What is answered when something was taken into the ledger, corrected or voided."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rules.derive import item_key
from bot.rules.figures import FigureWriter
from bot.rules.pace import Position
from bot.rules.wording.phrases import day_text, figures_of, item_text, progress_text
from config.campaign import Campaign
from storage.kept import KeptProblem
from storage.records import Basis, Progress

MOST_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What one message brought into the ledger for one unit, and where the unit stands after it."""

    region: str
    day: dt.date
    """The report's day."""
    number: int | None = None
    """Shown as #A102; None when no record was made."""
    items: tuple[Progress, ...] = ()
    derived: tuple[Progress, ...] = ()
    is_nil: bool = False
    others: tuple[str, ...] = ()
    """Phrases for what else was taken: problems, projects, visits."""
    unmoved: tuple[str, ...] = ()
    """Phrases for problems said to be solved that are as they were: no such number, solved before."""
    offered: tuple[KeptProblem, ...] = ()
    """Problems mentioned in passing, which are opened only on the sender's word."""
    position: Position | None = None
    is_correction: bool = False
    before: tuple[Progress, ...] = ()
    """What the corrected items replaced."""


def ack(noted: Noted, campaign: Campaign, *, with_hint: bool = False, tails: Sequence[str] = ()) -> tuple[str, ...]:
    """Say what was taken, where the unit stands, and at most one line more, in at most four lines.

    `tails` (a question, an offer) come last; the hint how to correct is shown when nothing else follows.
    """
    if _is_plain_nil(noted):
        return (ack_briefly(noted, campaign), *tails)
    word = "已更正" if noted.is_correction else "已登记"
    number = f" #A{noted.number}" if noted.number else ""
    lines = [f"{word}｜{noted.region} {day_text(noted.day)}{number}", _said(noted, campaign)]
    if noted.position is not None:
        lines.append(progress_text(noted.position, campaign))
    if with_hint and not tails and noted.number:
        tails = (correction_hint(noted.number),)
    return _within(tuple(filter(None, lines)), tails)


def ack_briefly(noted: Noted, campaign: Campaign) -> str:
    """Say it in one line, for a group that several units share."""
    if _is_plain_nil(noted):
        return f"已登记 {noted.region} {day_text(noted.day)}无变化。"
    word = "已更正" if noted.is_correction else "已登记"
    said = [item_text(i, campaign, day=noted.day, briefly=True) for i in noted.items]
    nil = ["无变化"] if noted.is_nil else []
    number = f" #A{noted.number}" if noted.number else ""
    return f"{word} {noted.region} {'、'.join([*nil, *said, *noted.others])}{number}"


def ack_all(
    several: Sequence[Noted],
    campaign: Campaign,
    *,
    in_shared_group: bool = False,
    with_hint: bool = False,
    tails: Sequence[str] = (),
) -> tuple[str, ...]:
    """Answer a whole message: in full for one unit, one line per unit when there are several or the group is shared."""
    if len(several) == 1 and not in_shared_group:
        return ack(several[0], campaign, with_hint=with_hint, tails=tails)
    return (*(ack_briefly(noted, campaign) for noted in several), *tails)


def voided(
    *, region: str, day: dt.date, number: int, items: Sequence[Progress], position: Position | None, campaign: Campaign
) -> tuple[str, ...]:
    """Say which record was taken back and where the unit stands without it."""
    said = "；".join(item_text(i, campaign, day=day) for i in items)
    lines = [f"已撤回｜{region} {day_text(day)} #A{number}", f"不再计入：{said}" if said else ""]
    if position is not None:
        lines.append(progress_text(position, campaign))
    return tuple(filter(None, lines))


def restored(*, region: str, day: dt.date, number: int) -> str:
    """Say that a voided record counts again."""
    return f"已恢复｜{region} {day_text(day)} #A{number}"


def correction_hint(number: int) -> str:
    """Say how to correct and how to undo."""
    return f"如有误，请回复“更正 …”或“撤回 A{number}”。"


def problems_offered(offered: Sequence[KeptProblem], campaign: Campaign) -> str:
    """Offer to open problems that were only mentioned in passing, with every category and who would handle it."""
    categories = "、".join(dict.fromkeys(campaign.category(problem.category).name for problem in offered))
    handlers = "、".join(dict.fromkeys(problem.division for problem in offered if problem.division))
    target = f"转{handlers}办理" if handlers else "问题台账"
    return f"另提到{len(offered)}个问题（{categories}），回“列入”{target}，不回不转。"


def project_noted(project: str, stage: str, campaign: Campaign) -> str:
    """Say that a project reached a stage."""
    return f"{project}：{campaign.stage(stage).name}"


def visit_noted(day: dt.date) -> str:
    """Say that an on-site service was recorded."""
    return f"{day_text(day)}上门服务1次"


def _is_plain_nil(noted: Noted) -> bool:
    return noted.is_nil and not noted.items and not noted.others


def _said(noted: Noted, campaign: Campaign) -> str:
    shown = [i for i in noted.items if not _stands_below(i, noted.position, campaign)]
    parts = ["无变化"] if noted.is_nil else []
    parts += [item_text(i, campaign, day=noted.day) + _instead_of(i, noted, campaign) for i in shown]
    parts += [f"{item_text(i, campaign, day=noted.day)}（总量减重点项目）" for i in noted.derived]
    if noted.is_correction and noted.items and not noted.before:
        parts.append("此前没有同类数据，已按新数登记")
    return "；".join([*parts, *noted.others])


def _instead_of(item: Progress, noted: Noted, campaign: Campaign) -> str:
    """Say what a corrected item replaced: （原＋2宗、＋100亩）."""
    writer = FigureWriter(measures=campaign.measures)
    tell = writer.added if item.basis is Basis.INCREMENT else writer.figures
    old = [tell(figures_of(b)) for b in noted.before if item_key(b) == item_key(item)]
    return f"（原{'，'.join(old)}）" if old else ""


def _stands_below(item: Progress, position: Position | None, campaign: Campaign) -> bool:
    """Whether an item only repeats the line on where the unit stands."""
    return (
        position is not None
        and (item.track, item.stage, item.county) == (position.track, campaign.counting_stage.key, None)
        and item.basis is Basis.CUMULATIVE
        and item.date == position.day
        and item.count in {None, position.counted.count}
        and item.area_mu in {None, position.counted.area_mu}
    )


def _within(lines: tuple[str, ...], tails: Sequence[str]) -> tuple[str, ...]:
    room = MOST_LINES - len(lines)
    if len(tails) <= room:
        return (*lines, *tails)
    return (*lines, *tails[: room - 1], "".join(tails[room - 1 :]))
