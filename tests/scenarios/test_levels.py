"""Warnings come once, come again only while red, end with a word, and never flap."""

from collections.abc import Sequence

import pytest

from bot.messengers.sandbox import Seen
from tests.office import Office

DAYS = ("15", "16", "17", "20", "21", "22", "23", "24")


def warned(posts: Sequence[Seen], chat: str) -> list[str]:
    """Return how each warning or release in a chat begins."""
    texts = [p.document.text for p in posts if p.kind == "warning" and p.chat_id == chat]
    return [text.partition("：")[0] for text in texts]


async def live(office: Office, areas: Sequence[str], unit: str = "荆门") -> list[Seen]:
    """Let a unit state its area day by day, at noon."""
    seen: list[Seen] = []
    for day, area in zip(DAYS, areas, strict=False):
        seen += await office.until(f"11-{day} 12:00")
        await office.says(unit, f"累计批复9宗{area}万亩")
    last = DAYS[min(len(areas), len(DAYS)) - 1]
    return seen + await office.until(f"11-{last} 23:00")


async def test_a_unit_oscillating_at_the_threshold_is_warned_once(office: Office) -> None:
    """荆门's 0.70万亩: yellow from ten points behind; each day it is now a little behind that, now a little less."""
    pace = [15 / 61, 16 / 61, 17 / 61, 20 / 61, 21 / 61, 22 / 61, 23 / 61, 24 / 61]
    lags = [0.102, 0.098, 0.102, 0.0985, 0.1015, 0.099, 0.103, 0.098]
    areas = [f"{0.70 * (due - lag):.4f}" for due, lag in zip(pace, lags, strict=True)]

    posts = await live(office, areas)

    assert len([text for text in warned(posts, "city/荆门市") if "黄色" in text]) <= 1
    assert not [text for text in warned(posts, "city/荆门市") if "进度提示" in text]


async def test_a_unit_that_recovers_is_told_so_once(office: Office) -> None:
    posts = await live(office, ["0.0800", "0.0800", "0.2400", "0.2600", "0.2800"])

    said = warned(posts, "city/荆门市")
    assert said[-1] == "【进度提示】荆门市批次用地已达序时进度，黄色提醒解除。"
    assert len([text for text in said if "解除" in text]) == 1


@pytest.mark.parametrize("area", ["0.0100"])
async def test_red_comes_at_once_and_again_after_three_days(office: Office, area: str) -> None:
    posts = await live(office, [area] * 6)

    reds = [p for p in posts if p.kind == "warning" and p.chat_id == "city/荆门市" and "红色" in p.document.text]
    assert [p.at.day for p in reds] == [15, 20]


async def test_missing_data_is_never_called_a_lag(office: Office) -> None:
    posts = await live(office, ["0.0100"])
    more = await office.until("11-20 23:00")

    reds = [p for p in more if p.kind == "warning" and p.chat_id == "city/荆门市"]
    assert [p.at.day for p in posts if p.kind == "warning" and p.chat_id == "city/荆门市"] == [15]
    assert reds == []
