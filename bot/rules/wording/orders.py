"""What is said of pushes ordered by hand: reminders now, previews, broadcasts, pauses, trials."""

from collections.abc import Sequence

from bot.rules.wording.office import NAMED, short
from bot.rules.wording.phrases import SUBJECT, listed


def nobody_missing() -> str:
    """Say that there is nobody to remind."""
    return "没有需要催报的单位：均已收到、免报或无须报送。"


def chase_preview(regions: Sequence[str]) -> str:
    """Show whom 催报 would remind."""
    return f"将提醒暂未收到的{len(regions)}家：{listed(regions)}。"


def chased(regions: Sequence[str], *, posts: int, held: int) -> str:
    """Say who was reminded."""
    if not posts:
        return f"{listed(regions)}没有可提醒的人员或群。"
    return f"已提醒{len(regions)}家：{listed(regions, NAMED)}。{held_text(held)}"


def late_reminder(region: str, *, in_group: bool = False) -> str:
    """Remind of a report whose deadline is over."""
    how = "@我回复" if in_group else "直接回复本消息"
    return f"【报送提示】{region}今日{SUBJECT}进展暂未收到，请尽快{how}：有变化报数，无变化回“无”。"


def held_text(held: int) -> str:
    """Say how many messages wait for the morning."""
    return f"其中{held}条因免打扰时段、节假日或当日条数上限顺延。" if held else ""


def preview(document_text: str, posts: int) -> tuple[str, ...]:
    """Show what would go out, and to how many."""
    return (f"【预览】将发送到{posts}处：", *document_text.split("\n"))


def preview_more(documents: int, posts: int) -> str:
    """Say how much of a preview is not shown."""
    return f"另有{documents}条同类内容（发送到{posts}处）未列出。"


def nothing_to_push(reason: str | None) -> str:
    """Say why nothing would go out."""
    return f"没有要发送的内容：{reason or '无'}。"


def no_such_audience(name: str) -> str:
    """Say that one of those whom a broadcast names is nobody: it is not sent to all instead."""
    return f"没有找到“{short(name)}”，未发送。可写市州名，或联络员、市州群、处室群、领导群、工作群、联络员群。"


def pushed(posts: int, held: int) -> str:
    """Say that a push was owed."""
    return f"已发送{posts}条。{held_text(held)}"


def broadcast(text: str, sender: str) -> tuple[str, ...]:
    """Word a broadcast."""
    return ("【通知】" + text, f"（{sender[:20]}）")


def broadcast_preview(text: str, whom: str, posts: int) -> tuple[str, ...]:
    """Show what a broadcast says and to whom."""
    return (f"将向{whom}（{posts}处）广播：", *text.split("\n")[:20])


def nobody_there(whom: str) -> str:
    """Say that an audience has no chat and no person."""
    return f"{whom}没有可接收的群或人员。"


def paused(reason: str) -> str:
    """Say that pushes are paused."""
    return f"推送已暂停{'，事由：' + short(reason, 40) if reason else ''}。回复不受影响；恢复请回“恢复推送”。"


def paused_because(reason: str) -> str:
    """Say why nothing is pushed, by the clock or by hand."""
    return f"推送已暂停{'：' + short(reason, 40) if reason else ''}"


def not_while_paused(why: str) -> str:
    """Say that a push by hand waits for 恢复推送 as well."""
    return f"{why}，未发送。请先回“恢复推送”；只看内容可用“预览 日报”。"


def already_paused() -> str:
    """Say that pushes are paused already."""
    return "推送此前已暂停，恢复请回“恢复推送”。"


def resumed() -> str:
    """Say that pushes go out again."""
    return "推送已恢复。暂停期间未发的不补发，可用“推送 日报”补发。"


def not_paused() -> str:
    """Say that pushes are not paused."""
    return "推送未暂停。恢复某条登记请写“恢复 A102”，撤销操作请写“恢复 C12”。"


def trial_text(*, is_on: bool) -> str:
    """Say whether pushes go to admins only."""
    return "试运行：开，推送只发管理员。" if is_on else "试运行：关，推送发往各群和联络员。"


def trial_preview() -> str:
    """Show what ending the trial means."""
    return "结束试运行后，提醒、预警和日报将发往各群和联络员。"
