import datetime as dt

import pytest

from bot.clock import SHANGHAI
from bot.rules.duty import Duty, Received, ReportState
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, Schedule

DAY = dt.date(2023, 11, 15)
START = dt.date(2023, 11, 1)


def moment(hour: int, minute: int = 0, *, day: int = 15) -> dt.datetime:
    return dt.datetime(2023, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def duty(campaign: Campaign, working_days: WorkingDays) -> Duty:
    return Duty(campaign, working_days)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (moment(23, 59, day=14), ReportState.NOT_DUE),
        (moment(9), ReportState.AWAITED),
        (moment(17, 30), ReportState.AWAITED),
        (moment(17, 31), ReportState.IN_GRACE),
        (moment(17, 55), ReportState.IN_GRACE),
        (moment(17, 56), ReportState.OVERDUE),
    ],
)
def test_an_unreported_day_passes_from_awaited_over_grace_to_overdue(
    duty: Duty, at: dt.datetime, state: ReportState
) -> None:
    assert duty.state(DAY, Received(), at) is state


@pytest.mark.parametrize(
    ("received", "state"),
    [
        (Received(first_at=moment(16)), ReportState.REPORTED),
        (Received(first_at=moment(17, 55)), ReportState.REPORTED),
        (Received(first_at=moment(17, 56)), ReportState.LATE),
        (Received(first_at=moment(16), nil_only=True), ReportState.NIL),
        (Received(first_at=moment(16), is_held=True), ReportState.REPORTED),
        (Received(is_held=True), ReportState.HELD),
        (Received(is_exempt=True), ReportState.EXEMPT),
    ],
)
def test_a_received_day_says_how_it_was_received(duty: Duty, received: Received, state: ReportState) -> None:
    assert duty.state(DAY, received, moment(18)) is state


def test_no_report_is_due_on_a_weekend_or_outside_the_campaign(duty: Duty) -> None:
    assert not duty.is_due(dt.date(2023, 11, 18))
    assert not duty.is_due(dt.date(2024, 1, 2))
    assert duty.state(dt.date(2023, 11, 18), Received(), moment(20, day=18)) is ReportState.NOT_DUE
    assert duty.state(dt.date(2023, 11, 18), Received(first_at=moment(20, day=18)), moment(21, day=18)) is (
        ReportState.REPORTED
    )


def test_shortly_after_midnight_a_message_meets_the_day_before(duty: Duty) -> None:
    assert duty.day_of(moment(3, 59)) == dt.date(2023, 11, 14)
    assert duty.day_of(moment(4)) == DAY


def test_a_record_meets_its_date_and_a_problem_the_day_it_is_sent(duty: Duty) -> None:
    yesterday = dt.date(2023, 11, 14)

    assert duty.days_met(moment(10), dated=[yesterday], has_problem=False) == {yesterday}
    assert duty.days_met(moment(10), dated=[], has_problem=True) == {DAY}
    assert duty.days_met(moment(1), dated=[DAY], has_problem=False) == {DAY, yesterday}


def test_missing_days_in_a_row_pass_over_weekends_and_exempt_days(duty: Duty) -> None:
    friday = dt.date(2023, 11, 10)

    assert duty.missing_in_a_row(DAY, received={friday}, since=START) == 3
    assert duty.missing_in_a_row(DAY, received={friday}, exempt={dt.date(2023, 11, 13)}, since=START) == 2
    assert duty.missing_in_a_row(DAY, received={DAY}, since=START) == 0
    assert duty.missing_in_a_row(DAY, received=set(), since=dt.date(2023, 11, 14)) == 2


def test_a_weekly_duty_falls_on_the_reminders_weekday_or_before_a_holiday(campaign: Campaign) -> None:
    reminder = Schedule(key="r", push="reminder", at=dt.time(17), weekday="thu")
    weekly = campaign.model_copy(
        update={"cadence": "weekly", "schedules": (reminder,), "extra_holidays": (dt.date(2023, 11, 23),)}
    )
    duty = Duty(weekly, WorkingDays(weekly))

    due = [day for n in range(13, 27) if duty.is_due(day := dt.date(2023, 11, n))]

    assert due == [dt.date(2023, 11, 16), dt.date(2023, 11, 22)]
    assert duty.days_met(moment(10), dated=[DAY], has_problem=False) == {dt.date(2023, 11, 16)}
    assert duty.days_met(moment(10, day=17), dated=[], has_problem=True) == {dt.date(2023, 11, 16)}


def test_reporting_on_change_is_never_due(campaign: Campaign, working_days: WorkingDays) -> None:
    duty = Duty(campaign.model_copy(update={"cadence": "on_change"}), working_days)

    assert not duty.is_due(DAY)
