"""The month's uses of a corporation, counted: DingTalk's free edition runs dry, and then every robot falls silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.clock import Clock, local_day

log = structlog.get_logger(__name__)

# https://open.dingtalk.com/document/development/dingtalk-application-development-platform-billing-model
FREE_API_CALLS = 5_000
FREE_WEBHOOK_USES = 3_000


class Meter(StrEnum):
    """The two things DingTalk counts: calls of its API, and messages over webhooks in either direction."""

    API = "api"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was used in one month (`2026-01`, Asia/Shanghai); kept by whoever wants the count to outlive a restart."""

    month: str
    api: int = 0
    webhook: int = 0


class Quota:
    """Counts what this process uses of a corporation's month; the robots of one corporation share one Quota.

    Each limit is that of the corporation's edition. DingTalk does not say whether a session webhook's reply counts
    beside the message it answers; it is counted here, so the figure errs on the careful side.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        api_limit: int = FREE_API_CALLS,
        webhook_limit: int = FREE_WEBHOOK_USES,
        warn_at: float = 0.8,
        used: Usage | None = None,
        robot: str = "dingtalk",
    ) -> None:
        self.robot = robot
        self.clock = clock
        self.limits = {Meter.API: api_limit, Meter.WEBHOOK: webhook_limit}
        self.warn_at = warn_at
        self._month = self._this_month()
        self._used = {Meter.API: 0, Meter.WEBHOOK: 0}
        self._exhausted: set[Meter] = set()
        if used is not None and used.month == self._month:
            self._used = {Meter.API: used.api, Meter.WEBHOOK: used.webhook}

    @property
    def usage(self) -> Usage:
        """What was used in the month that the clock is in."""
        self._turn()
        return Usage(month=self._month, api=self._used[Meter.API], webhook=self._used[Meter.WEBHOOK])

    def count(self, meter: Meter) -> None:
        """Count one use, and say so in the log when a mark is passed."""
        self._turn()
        self._used[meter] += 1
        limit = self.limits[meter]
        if self._used[meter] in {max(1, int(limit * self.warn_at)), limit}:
            log.warning("dingtalk quota runs low", meter=meter.value, used=self._used[meter], limit=limit)

    def exhaust(self, meter: Meter) -> None:
        """Take DingTalk's word that the month's uses are gone."""
        self._turn()
        if meter not in self._exhausted:
            log.error("dingtalk quota used up", meter=meter.value, used=self._used[meter])
        self._exhausted.add(meter)

    def warnings(self) -> list[str]:
        """Return what an operator should know, in Chinese; empty while all is well."""
        return list(self.notices().values())

    def counts(self) -> tuple[str, dict[str, int]]:
        """Return the month and its uses so far, by meter."""
        usage = self.usage
        return usage.month, {meter.value: self._used[meter] for meter in Meter}

    def resume_at(self, month: str, used: Mapping[str, int]) -> None:
        """Go on from counts that include what other processes used."""
        self._turn()
        if month == self._month:
            self._used = {meter: used.get(meter.value, self._used[meter]) for meter in Meter}

    def notices(self) -> dict[str, str]:
        """Return the warnings, each under the mark that was passed."""
        self._turn()
        names = {Meter.API: "接口调用", Meter.WEBHOOK: "Webhook收发"}
        lines = {}
        for meter, limit in self.limits.items():
            used = self._used[meter]
            if meter in self._exhausted:
                lines[f"{meter.value}-spent"] = (
                    f"钉钉本月{names[meter]}额度已用完（平台告知），下月1日恢复，或在开发者后台购买资源包"
                )
            elif used >= limit * self.warn_at:
                mark = "limit" if used >= limit else "low"
                lines[f"{meter.value}-{mark}"] = (
                    f"钉钉本月{names[meter]}已用{used}次，额度{limit}次（{used / limit:.0%}）"
                )
        return lines

    def _turn(self) -> None:
        """Begin anew when the month has turned."""
        month = self._this_month()
        if month != self._month:
            self._month, self._exhausted = month, set()
            self._used = dict.fromkeys(self._used, 0)

    def _this_month(self) -> str:
        return f"{local_day(self.clock.now()):%Y-%m}"
