"""The month's uses: counted, warned about, begun anew."""

from structlog.testing import capture_logs

from bot.clock import ManualClock
from bot.messengers.dingtalk import Quota, Usage
from bot.messengers.dingtalk.quota import Meter


def test_nothing_is_said_while_there_is_plenty(quota: Quota) -> None:
    quota.count(Meter.API)

    assert quota.warnings() == []
    assert quota.usage == Usage(month="2026-01", api=1)


def test_four_fifths_are_warned_about_once_in_the_log_and_always_in_the_findings(clock: ManualClock) -> None:
    quota = Quota(clock=clock, api_limit=10, webhook_limit=5)

    with capture_logs() as logs:
        for _ in range(9):
            quota.count(Meter.API)

    assert [(entry["event"], entry["used"]) for entry in logs] == [("dingtalk quota runs low", 8)]
    assert quota.warnings() == ["钉钉本月接口调用已用9次，额度10次（90%）"]


def test_the_end_of_the_quota_is_logged_and_told(clock: ManualClock) -> None:
    quota = Quota(clock=clock, webhook_limit=3)

    with capture_logs() as logs:
        quota.exhaust(Meter.WEBHOOK)
        quota.exhaust(Meter.WEBHOOK)

    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("dingtalk quota used up", "error")]
    assert "已用完" in quota.warnings()[0]


def test_a_new_month_in_shanghai_begins_at_nothing(clock: ManualClock) -> None:
    quota = Quota(clock=clock, webhook_limit=1)
    quota.count(Meter.WEBHOOK)
    quota.exhaust(Meter.WEBHOOK)

    clock.advance(days=31)

    assert quota.usage == Usage(month="2026-02")
    assert quota.warnings() == []


def test_the_count_goes_on_after_a_restart_within_the_month(clock: ManualClock) -> None:
    kept = Usage(month="2026-01", api=4_100, webhook=7)

    assert Quota(clock=clock, used=kept).usage == kept
    assert Quota(clock=clock, used=Usage(month="2025-12", api=9)).usage == Usage(month="2026-01")
