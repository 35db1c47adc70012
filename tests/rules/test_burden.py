"""Nobody is addressed unasked at night, on a holiday, or too often."""

import datetime as dt

import pytest

from bot.clock import SHANGHAI
from bot.rules.burden import Burden
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, Quiet


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2023, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def burden(campaign: Campaign) -> Burden:
    return Burden(campaign, WorkingDays(campaign))


@pytest.mark.parametrize(
    ("due", "said_at"),
    [
        (at(15, 17), at(15, 17)),
        (at(15, 8), at(15, 8)),
        (at(15, 19, 59), at(15, 19, 59)),
        (at(15, 20), at(16, 8)),
        (at(15, 3), at(15, 8)),
        (at(17, 21), at(20, 8)),  # Friday night: Monday
        (at(18, 10), at(20, 8)),  # Saturday
        (at(30, 12, month=12), at(2, 8, month=1).replace(year=2024)),  # the New Year's holiday
    ],
)
def test_what_may_not_be_said_now_waits_for_a_working_morning(
    burden: Burden, due: dt.datetime, said_at: dt.datetime
) -> None:
    assert burden.when(due) == said_at


def test_a_person_who_heard_enough_today_hears_the_rest_tomorrow(burden: Burden, campaign: Campaign) -> None:
    most = campaign.thresholds.messages_per_person_and_day

    assert burden.when(at(15, 17), said_today=most - 1) == at(15, 17)
    assert burden.when(at(15, 17), said_today=most) == at(16, 8)


def test_red_ignores_the_number_but_not_the_night_nor_the_holiday(burden: Burden) -> None:
    assert burden.when(at(15, 18), said_today=99, is_red=True) == at(15, 18)
    assert burden.when(at(15, 22), said_today=99, is_red=True) == at(16, 8)
    assert burden.when(at(18, 10), said_today=99, is_red=True) == at(20, 8)


def test_what_the_campaign_puts_on_a_day_of_rest_is_said_that_day(burden: Burden) -> None:
    assert burden.when(at(31, 18, month=12), holidays_too=True) == at(31, 18, month=12)


def test_quiet_hours_within_one_day_are_kept_too(campaign: Campaign) -> None:
    noon = campaign.model_copy(update={"quiet": Quiet(start=dt.time(12), end=dt.time(14))})
    burden = Burden(noon, WorkingDays(noon))

    assert burden.when(at(15, 13)) == at(15, 14)
    assert burden.when(at(15, 21)) == at(15, 21)
