"""What `duban rebuild` prints: which messages are read otherwise today, and what that changes."""

from bot.rules.wording.phrases import day_text, item_text
from config.campaign import Campaign
from storage.records import Nil, Progress

QUOTED = 60


def head(message_id: str, text: str, held: str | None) -> str:
    """Name a message that is read otherwise."""
    flat = " ".join(text.split())
    shown = flat if len(flat) <= QUOTED else flat[:QUOTED] + "…"
    return f"{message_id}：{shown}" + (f"（{held}）" if held else "")


def difference(item: Progress | Nil, campaign: Campaign, *, gone: bool) -> str:
    """Say one record that goes or comes."""
    said = f"{day_text(item.date)}无变化" if isinstance(item, Nil) else item_text(item, campaign, day=item.date)
    return f"  {'－' if gone else '＋'} {item.region} {day_text(item.date)} {said}"


def touched() -> str:
    """Say why a message is left as it is."""
    return "已经人工处理，保持不变"


def total(changed: int, left: int, *, applied: bool) -> str:
    """Say how many messages differ."""
    if not changed and not left:
        return "没有差异。"
    done = "已按新读法更新" if applied else "未改动，加 --apply 执行"
    return f"有差异{changed + left}条，其中人工处理过{left}条保持不变；其余{changed}条{done}。"
