"""What admins are told of figures that nobody answered for."""

import datetime as dt
from collections.abc import Sequence

from bot.clock import SHANGHAI
from bot.rules.wording.phrases import day_text


def listed(waiting: Sequence[tuple[int, str, dt.datetime, str]], *, shown: int) -> tuple[str, ...]:
    """List what waits: number, who said it, when, and the question as it was put."""
    if not waiting:
        return ("没有待认领的数据。",)
    lines = [
        f"#{number} {sender.partition('/')[2]} {day_text(said.astimezone(SHANGHAI).date())}：{text}"
        for number, sender, said, text in waiting[:shown]
    ]
    rest = f"（另有{len(waiting) - shown}条）" if len(waiting) > shown else ""
    return (f"待认领{len(waiting)}条{rest}，回“认领 编号 选项”或“认领 编号 不登记”：", *lines)


def unknown(number: int) -> str:
    """Say that nothing of that number waits."""
    return f"没有待认领的#{number}，发“待认领”看清单。"


def choose(number: int, text: str) -> str:
    """Ask an admin which choice is meant."""
    return f"请写明选项，如“认领 {number} 1”。{text}"


def decided(number: int, region: str, *, is_taken: bool) -> str:
    """Confirm an admin's decision."""
    return f"#{number} {region}的数据{'已登记' if is_taken else '不登记'}。"
