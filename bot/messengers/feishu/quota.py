"""The month's free API calls: counted, readable, and warned about before they run out.

The basic free edition has 10,000 calls a month and tenant over all its self-built apps; they come back on the 1st.
Only answered calls count; tokens, events and custom bot webhooks do not.
https://open.feishu.cn/document/platform-updates-/custom-app-api-call-limit
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.clock import Clock

log = structlog.get_logger()

FREE_CALLS = 10_000
_WARN_PERCENT = (80, 90, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaUse:
    """How many calls this process made in a month; `spent` once Feishu itself has said so."""

    month: str
    used: int
    limit: int | None
    spent: bool


class Quota:
    """Counts the calls of one app in the current month (Asia/Shanghai); a limit of None is an edition without one."""

    def __init__(self, *, robot: str, clock: Clock, limit: int | None = FREE_CALLS) -> None:
        self.robot = robot
        self.clock = clock
        self.limit = limit
        self._month = self._this_month()
        self._used = 0
        self._spent = False
        self._warned = 0

    def use(self) -> QuotaUse:
        """Return the count of the current month."""
        self._turn_month()
        return QuotaUse(month=self._month, used=self._used, limit=self.limit, spent=self._spent)

    def resume(self, *, month: str, used: int) -> None:
        """Go on from a count that was kept over a restart; that of another month is forgotten."""
        self._turn_month()
        if month == self._month:
            self._used = max(self._used, used)

    def count(self) -> None:
        """Count one call that Feishu answered with success."""
        self._turn_month()
        self._used += 1
        self._spent = False
        self._warn()

    def mark_spent(self) -> None:
        """Remember that Feishu refused a call because the month's quota is used up."""
        self._turn_month()
        if not self._spent:
            log.warning("feishu quota spent", robot=self.robot, month=self._month, used=self._used, limit=self.limit)
        self._spent = True

    def warning(self) -> str | None:
        """Return what admins should know, or None while all is well."""
        use = self.use()
        if use.spent:
            return f"飞书应用 {self.robot} 本月接口额度已用完，下月1日恢复；期间只有群自定义机器人能推送。"
        if use.limit and use.used * 100 >= use.limit * _WARN_PERCENT[0]:
            return f"飞书应用 {self.robot} 本月接口已用{use.used}次，额度{use.limit}次，用完后到下月1日才恢复。"
        return None

    def counts(self) -> tuple[str, dict[str, int]]:
        """Return the month and its calls so far."""
        use = self.use()
        return use.month, {"api": use.used}

    def resume_at(self, month: str, used: Mapping[str, int]) -> None:
        """Go on from a count that includes what other processes called."""
        self._turn_month()
        if month == self._month:
            self._used = used.get("api", self._used)

    def notices(self) -> dict[str, str]:
        """Return the warning under the mark it is about: one for each mark that is passed."""
        warning, use = self.warning(), self.use()
        if warning is None:
            return {}
        reached = use.used * 100 // (use.limit or 1)
        return {"spent" if use.spent else str(max(step for step in _WARN_PERCENT if step <= reached)): warning}

    def _warn(self) -> None:
        if not self.limit:
            return
        percent = self._used * 100 // self.limit
        reached = max((step for step in _WARN_PERCENT if step <= percent), default=0)
        if reached > self._warned:
            log.warning("feishu quota nearly used", robot=self.robot, used=self._used, limit=self.limit)
            self._warned = reached

    def _turn_month(self) -> None:
        month = self._this_month()
        if month != self._month:
            self._month, self._used, self._spent, self._warned = month, 0, False, 0

    def _this_month(self) -> str:
        return f"{self.clock.now():%Y-%m}"
