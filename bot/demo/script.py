"""What the other liaisons of the demo say, day by day: believable, and the same on every run."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from bot.clock import local
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign

PACE_OF_SLOW = {0: 0.42, 1: 0.62}
"""How much of the schedule the slowest units keep."""
SILENT_FROM = 3
"""The unit that falls silent does so after this many days."""
PROBLEMS = (
    "问题：压覆矿产补偿协议还没谈下来，请厅里协调",
    "存在问题：水田占补指标不够，占补平衡挂不上",
    "困难：2宗地块未落入城镇开发边界，需局部调整",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that somebody says at a moment."""

    at: dt.datetime
    person_id: str
    chat_id: str
    text: str


class Script:
    """The lines of a campaign's liaisons; a unit that the visitor speaks for falls silent here."""

    def __init__(self, campaign: Campaign, working_days: WorkingDays, *, first: dt.date) -> None:
        self._campaign = campaign
        self._working_days = working_days
        self._first = first
        self._count: dict[str, int] = {}
        self._area_mu: dict[str, Decimal] = {}
        self._submitted: dict[str, int] = {}
        self._done_until = first
        self.spoken_for: set[str] = set()

    def day(self, day: dt.date) -> list[Line]:
        """Return the lines of a day, in order of time."""
        if not self._working_days.is_working(day):
            return []
        lines = [line for n, region in enumerate(self._campaign.regions) for line in self._unit(n, region, day)]
        return sorted(lines, key=lambda line: (line.at, line.person_id))

    def _unit(self, n: int, region: str, day: dt.date) -> Iterator[Line]:
        dice = Random(hashlib.sha256(f"{region}/{day}".encode()).digest())  # noqa: S311 no secret: a play
        text = self._report(n, region, day, dice)
        at = local(day, dt.time(15, 40)) + dt.timedelta(seconds=dice.randrange(98 * 60))
        if region in self.spoken_for or self._is_silent(n, day, dice):
            return
        person = f"liaison/{region}"
        chat = person if n % 3 == 0 else f"city/{region}"
        yield Line(at=at, person_id=person, chat_id=chat, text=text)
        if dice.random() < 0.04:
            problem = PROBLEMS[dice.randrange(len(PROBLEMS))]
            yield Line(at=at + dt.timedelta(minutes=3), person_id=person, chat_id=chat, text=problem)

    def _is_silent(self, n: int, day: dt.date, dice: Random) -> bool:
        quiet_unit = len(self._campaign.regions) - 3
        return (n == quiet_unit and (day - self._first).days >= SILENT_FROM) or dice.random() < 0.06

    def _report(self, n: int, region: str, day: dt.date, dice: Random) -> str:
        """Move the unit's own figures on by a day and say them in one of many ways."""
        count, area_mu = self._today(n, region, day, dice)
        total = self._area_mu[region].quantize(Decimal("0.0001")) / 10_000
        standing = f"累计批复{self._count[region]}宗{_plain(total)}万亩"
        submitted = dice.randrange(1, 4)
        self._submitted[region] = max(self._submitted.get(region, 0), self._count[region]) + submitted
        if count == 0:
            return dice.choice(("今日无新增", "今日零报告", f"今日无新增批复，{standing}", "今天没有新增，无问题"))
        return dice.choice(
            (
                f"今日批复{count}宗{area_mu}亩，{standing}",
                f"【{region}】{day.month}月{day.day}日\n批复：{count}宗{area_mu}亩\n上报：{submitted}宗\n{standing}",
                f"今天批了{count}宗，{area_mu}亩。{standing}，累计上报{self._submitted[region]}宗",
                f"各位领导好，今日上报{submitted}宗、获批{count}宗{area_mu}亩；截至目前{standing}。",
            )
        )

    def _today(self, n: int, region: str, day: dt.date, dice: Random) -> tuple[int, int]:
        """Return the day's parcels and mu; the first day brings the standing."""
        target = self._campaign.target(region, self._campaign.default_track.key)
        parcels, area_mu = target.count or 1, target.area_mu or Decimal(100)
        keeps = PACE_OF_SLOW.get((n + 9) % 17, 0.85 + 0.3 * Random(n).random())  # noqa: S311
        if region not in self._count:
            days = (day - self._campaign.start).days
            self._count[region] = int(parcels * days * keeps / self._campaign.days)
            self._area_mu[region] = Decimal(int(float(area_mu) * days * keeps / self._campaign.days))
        due = parcels * keeps / self._campaign.days * 1.45
        count = int(due) + (dice.random() < due % 1)
        mean = float(area_mu) / parcels
        added = sum(max(3, int(mean * dice.uniform(0.6, 1.4))) for _ in range(count))
        self._count[region] += count
        self._area_mu[region] += added
        return count, added


def _plain(value: Decimal) -> str:
    text = f"{value:.4f}"
    head, _, tail = text.partition(".")
    return f"{head}.{tail[:2]}{tail[2:].rstrip('0')}"
