import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import SHANGHAI, local
from bot.rules.levels import Announcement, Audience, Holds, LevelRules, LevelState, Occasion
from bot.rules.pace import Pacing, position
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, Target
from storage.records import Figures

DAY = dt.date(2023, 12, 1)
NOW = local(DAY, dt.time(18, 5))
MORNING = dt.datetime(2023, 12, 4, 9, 5, tzinfo=SHANGHAI)


class Unit:
    """A unit of 10,000 mu in 100 parcels, evaluated again and again."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.pacing = Pacing(campaign, WorkingDays(campaign))
        self.rules = LevelRules(campaign, self.pacing)
        self.state = LevelState()

    def is_behind(
        self, points: str, *, in_review: str = "0", holds: Holds | None = None, day: dt.date = DAY
    ) -> tuple[Announcement, ...]:
        due = self.pacing.share(day) * 10_000
        sign = 1 if self.campaign.direction == "higher" else -1
        area_mu = Decimal(round(due * 10**6)).scaleb(-6) - sign * Decimal(points) * 100
        where = position(
            region="恩施州",
            track="batch",
            day=day,
            counted=Figures(area_mu=area_mu),
            next_best=Figures(area_mu=area_mu + Decimal(in_review) * 100),
            target=Target(count=100, area_wanmu=Decimal(1)),
            pacing=self.pacing,
        )
        now = local(day, dt.time(18, 5))
        self.state, said = self.rules.step(self.state, where, holds=holds or Holds(), now=now)
        return said


@pytest.fixture
def unit(campaign: Campaign) -> Unit:
    """Make a unit that only points decide on; days have a test of their own."""
    levels = tuple(level.model_copy(update={"days": Decimal(1000)}) for level in campaign.thresholds.levels)
    thresholds = campaign.thresholds.model_copy(update={"levels": levels})
    return Unit(campaign.model_copy(update={"thresholds": thresholds}))


@pytest.mark.parametrize(
    ("points", "level"),
    [("4.9", None), ("5.1", "blue"), ("9.9", "blue"), ("10.1", "yellow"), ("19.9", "yellow"), ("20.1", "red")],
)
def test_a_level_begins_at_its_points(unit: Unit, points: str, level: str | None) -> None:
    unit.is_behind(points)

    assert unit.state.level == level


@pytest.mark.parametrize(
    ("points", "level"), [("4.8", None), ("5", "blue"), ("11.4", "blue"), ("11.5", "yellow"), ("24.6", "red")]
)
def test_a_level_also_begins_at_its_days(campaign: Campaign, points: str, level: str | None) -> None:
    """One point is 0.61 days: three days are 4.92 points, seven 11.48 and fifteen 24.59; points would come first."""
    only_days = tuple(entry.model_copy(update={"points": Decimal(1000)}) for entry in campaign.thresholds.levels)
    thresholds = campaign.thresholds.model_copy(update={"levels": only_days})
    unit = Unit(campaign.model_copy(update={"thresholds": thresholds}))

    unit.is_behind(points)

    assert unit.state.level == level


@pytest.mark.parametrize(("points", "level"), [("8.1", "yellow"), ("7.9", "blue"), ("2.9", None)])
def test_a_level_is_left_two_points_better_than_it_begins(unit: Unit, points: str, level: str | None) -> None:
    unit.is_behind("10.1")
    unit.is_behind(points)

    assert unit.state.level == level


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    begins=st.sampled_from((5, 10, 20)),
    off=st.lists(st.decimals("-1.9", "1.9", places=2, allow_nan=False), min_size=2, max_size=25),
)
def test_whatever_swings_less_than_two_points_about_a_threshold_never_flaps(
    unit: Unit, begins: int, off: list[Decimal]
) -> None:
    """Once reached, a level is neither left nor raised a second time, and no 解除 is told."""
    unit.state = LevelState()
    said: list[Announcement] = []
    ranks: list[int] = []
    for points in off:
        said += unit.is_behind(str(begins + points))
        ranks.append([None, "blue", "yellow", "red"].index(unit.state.level))

    assert ranks == sorted(ranks)
    assert all(one.occasion is Occasion.RAISED for one in said)
    assert len({one.level for one in said}) == len(said)


def test_no_level_in_the_first_ten_days(unit: Unit) -> None:
    unit.is_behind("10.1", day=dt.date(2023, 11, 10))
    assert unit.state.level is None

    unit.is_behind("10.1", day=dt.date(2023, 11, 11))
    assert unit.state.level == "yellow"


def test_no_level_while_less_than_one_average_parcel_is_missing(campaign: Campaign) -> None:
    unit = Unit(campaign)
    few = Target(count=8, area_wanmu=Decimal("0.03"))
    due = unit.pacing.share(DAY) * 300

    def behind(mu: int) -> str | None:
        where = position(
            region="神农架林区",
            track="batch",
            day=DAY,
            counted=Figures(area_mu=Decimal(round(due)) - mu),
            next_best=Figures(),
            target=few,
            pacing=unit.pacing,
        )
        return unit.rules.base_level(where, None)

    assert (behind(36), behind(40)) == (None, "yellow")


def test_yellow_is_told_the_next_working_morning_and_only_once(unit: Unit) -> None:
    """1 December 2023 is a Friday."""
    assert unit.is_behind("10.1") == (
        Announcement(occasion=Occasion.RAISED, audience=Audience.UNIT, level="yellow", at=MORNING),
    )
    assert unit.is_behind("10.1", day=dt.date(2023, 12, 8)) == ()


def test_red_is_told_at_once_and_again_after_three_days(unit: Unit) -> None:
    assert [(a.occasion, a.at) for a in unit.is_behind("20.1")] == [(Occasion.RAISED, NOW)]
    assert unit.is_behind("20.1", day=dt.date(2023, 12, 3)) == ()
    assert [a.occasion for a in unit.is_behind("20.1", day=dt.date(2023, 12, 4))] == [Occasion.AGAIN]


def test_red_after_yellow_is_raised_and_yellow_after_red_is_mute(unit: Unit) -> None:
    unit.is_behind("10.1")

    assert [a.level for a in unit.is_behind("20.1")] == ["red"]
    assert unit.is_behind("15") == ()
    assert unit.state.level == "yellow"


def test_blue_is_shown_and_never_told(unit: Unit) -> None:
    assert unit.is_behind("6") == ()
    assert unit.state.colour == "blue"


def test_recovery_is_told_once_to_those_who_were_warned(unit: Unit) -> None:
    unit.is_behind("10.1")

    assert unit.is_behind("6") == ()
    assert [(a.occasion, a.level, a.at) for a in unit.is_behind("0")] == [(Occasion.RELEASED, "yellow", NOW)]
    assert unit.is_behind("0") == ()


def test_what_is_in_review_lowers_by_one_and_tells_the_reviewer_instead(unit: Unit) -> None:
    said = unit.is_behind("20.1", in_review="21")

    assert unit.state.level == "yellow"
    assert [(a.occasion, a.audience, a.level) for a in said] == [(Occasion.IN_REVIEW, Audience.REVIEWER, "red")]
    assert unit.is_behind("20.1", in_review="21") == ()


def test_when_review_no_longer_reaches_the_schedule_the_unit_is_told(unit: Unit) -> None:
    unit.is_behind("10.1", in_review="11")

    assert [(a.audience, a.level) for a in unit.is_behind("10.1", in_review="5")] == [(Audience.UNIT, "yellow")]


def test_no_data_is_not_no_progress(unit: Unit) -> None:
    unit.is_behind("10.1")

    assert unit.is_behind("30", holds=Holds(is_overdue=True)) == ()
    assert unit.state.colour is None
    assert unit.is_behind("9") == ()
    assert unit.state.colour == "yellow"


def test_a_promise_holds_the_warning_until_its_day_and_then_it_comes(unit: Unit) -> None:
    holds = Holds(held_until=dt.date(2023, 12, 5))

    assert unit.is_behind("20.1", holds=holds, day=dt.date(2023, 12, 5)) == ()
    assert unit.state.colour == "red"
    assert [a.level for a in unit.is_behind("20.1", holds=holds, day=dt.date(2023, 12, 6))] == ["red"]


def test_where_less_is_better_too_much_is_a_lag(unit: Unit) -> None:
    lower = Unit(unit.campaign.model_copy(update={"direction": "lower"}))

    lower.is_behind("10.1")

    assert lower.state.level == "yellow"


def test_no_task_no_level(unit: Unit) -> None:
    where = position(
        region="潜江市",
        track="key_project",
        day=DAY,
        counted=Figures(),
        next_best=Figures(),
        target=Target(count=0, area_wanmu=Decimal(0)),
        pacing=unit.pacing,
    )

    assert unit.rules.base_level(where, None) is None
