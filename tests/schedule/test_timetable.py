"""When schedules are due: on working days by the Chinese calendar, in order, each moment once."""

import datetime as dt

import pytest

from bot.clock import local
from bot.rules.workdays import WorkingDays
from bot.schedule import Timetable
from config.campaign import Campaign

START = local(dt.date(2023, 11, 1), dt.time.min)


@pytest.fixture
def timetable(campaign: Campaign) -> Timetable:
    return Timetable(campaign, WorkingDays(campaign))


def due(timetable: Timetable, first: dt.datetime, now: dt.datetime, **since: dt.datetime) -> list[str]:
    return [f"{o.due_at:%m-%d %H:%M} {o.schedule.key}" for o in timetable.due(now, since=since, first=first)]


def test_a_working_day_runs_from_the_morning_to_the_warnings_in_order(timetable: Timetable) -> None:
    day = dt.date(2023, 11, 15)
    found = due(timetable, local(day, dt.time(16, 30)), local(day, dt.time(18, 5)))

    assert found == ["11-15 17:00 reminder", "11-15 17:30 missing", "11-15 18:00 daily", "11-15 18:05 warnings"]


def test_what_was_accounted_for_is_not_due_again(timetable: Timetable) -> None:
    day = dt.date(2023, 11, 15)
    since = {"reminder": local(day, dt.time(17)), "missing": local(day, dt.time(17, 30))}

    assert due(timetable, START, local(day, dt.time(17, 45)), **since) == [
        line for line in due(timetable, START, local(day, dt.time(17, 45))) if line[12:] not in {"reminder", "missing"}
    ]


def test_a_weekend_has_no_daily_and_a_working_sunday_has_one(campaign: Campaign) -> None:
    weekend = campaign.model_copy(update={"extra_working_days": (dt.date(2023, 11, 19),)})
    timetable = Timetable(weekend, WorkingDays(weekend))
    found = due(timetable, local(dt.date(2023, 11, 18), dt.time.min), local(dt.date(2023, 11, 20), dt.time.min))

    assert "11-19 18:00 daily" in found
    assert not any(line.startswith("11-18") for line in found if line.endswith("daily"))


def test_month_and_campaign_end_once_each(timetable: Timetable, campaign: Campaign) -> None:
    found = due(timetable, START, local(campaign.end, dt.time.max))

    assert [line[:5] for line in found if line.endswith(" month")] == ["11-30"]
    assert [line[:5] for line in found if line.endswith(" end")] == ["12-31"]


def test_the_next_moment_is_the_one_after_and_none_when_it_is_over(timetable: Timetable, campaign: Campaign) -> None:
    assert timetable.next_after(local(dt.date(2023, 11, 15), dt.time(17))) == local(
        dt.date(2023, 11, 15), dt.time(17, 30)
    )
    assert timetable.next_after(local(campaign.end, dt.time.max)) is None
