import datetime as dt

from bot.rules.workdays import WorkingDays, is_known
from config.campaign import Campaign


def test_weekends_are_off_and_the_days_made_up_for_are_not(working_days: WorkingDays) -> None:
    assert working_days.is_working(dt.date(2023, 11, 15))
    assert not working_days.is_working(dt.date(2023, 11, 18))
    assert working_days.is_working(dt.date(2023, 10, 8))
    assert not working_days.is_working(dt.date(2023, 10, 6))


def test_32_working_days_remain_after_15_november(working_days: WorkingDays) -> None:
    assert working_days.count(dt.date(2023, 11, 16), dt.date(2023, 12, 31)) == 32


def test_steps_go_over_weekends(working_days: WorkingDays) -> None:
    assert working_days.before(dt.date(2023, 11, 15), 3) == dt.date(2023, 11, 10)
    assert working_days.after(dt.date(2023, 11, 17)) == dt.date(2023, 11, 20)
    assert working_days.after(dt.date(2023, 11, 15), 7) == dt.date(2023, 11, 24)


def test_a_campaign_adds_and_takes_away_days(campaign: Campaign) -> None:
    changed = campaign.model_copy(
        update={"extra_holidays": (dt.date(2023, 11, 15),), "extra_working_days": (dt.date(2023, 11, 18),)}
    )

    working_days = WorkingDays(changed)

    assert not working_days.is_working(dt.date(2023, 11, 15))
    assert working_days.is_working(dt.date(2023, 11, 18))


def test_a_year_without_a_calendar_has_monday_to_friday(working_days: WorkingDays) -> None:
    assert is_known(2023)
    assert not is_known(2099)
    assert working_days.is_working(dt.date(2099, 1, 1))
    assert not working_days.is_working(dt.date(2099, 1, 3))
