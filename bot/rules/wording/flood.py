"""What is answered to many messages of one person at once."""

from collections.abc import Mapping, Sequence

from bot.rules.flood import spans

MOST_SPANS = 8


def together(said: int, registered: int, numbers: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """Answer `said` messages at once: the numbers of what was registered, by unit, and how many were not."""
    lines = [f"消息较多，以下{said}条合并答复。"]
    if registered:
        units = "；".join(f"{region} {_numbers(each)}" for region, each in numbers.items())
        lines.append(f"已登记{registered}条：{units}。")
    if left := said - registered:
        lines.append(f"{'另' if registered else '其中'}{left}条没有登记，如需报送请稍后单独发送。")
    if registered:
        lines.append("累计情况请回“进度”，有误请回“撤回 #号”。")
    return tuple(lines)


def _numbers(numbers: Sequence[int]) -> str:
    runs = spans(numbers)
    shown = [f"#A{first}" if first == last else f"#A{first}至#A{last}" for first, last in runs[:MOST_SPANS]]
    return "、".join(shown) + ("等" if len(runs) > MOST_SPANS else "")
