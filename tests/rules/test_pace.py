import datetime as dt
from decimal import Decimal
from fractions import Fraction

from bot.rules.pace import Pacing, Position, in_review, position
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, Pace, Target
from storage.records import Figures

DAY = dt.date(2023, 11, 15)


def stands(pacing: Pacing, counted: Figures, *, day: dt.date = DAY, **more: object) -> Position:
    values: dict[str, object] = {
        "region": "恩施州",
        "track": "batch",
        "next_best": Figures(),
        "target": Target(count=120, area_wanmu=Decimal("0.71")),
    }
    return position(day=day, counted=counted, pacing=pacing, **{**values, **more})  # type: ignore[arg-type]


def paced(campaign: Campaign, pace: Pace) -> Pacing:
    changed = campaign.model_copy(update={"pace": pace})
    return Pacing(changed, WorkingDays(changed))


def test_the_15th_of_61_days_is_due_at_its_end(pacing: Pacing) -> None:
    assert pacing.share(DAY) == Fraction(15, 61)
    assert pacing.share(dt.date(2023, 10, 31)) == 0
    assert pacing.share(dt.date(2024, 1, 5)) == 1


def test_working_days_pace_counts_working_days_only(campaign: Campaign) -> None:
    pacing = paced(campaign, Pace(mode="working"))

    assert pacing.share(DAY) == Fraction(11, 43)
    assert pacing.share(dt.date(2023, 11, 18)) == pacing.share(dt.date(2023, 11, 17))
    assert pacing.days_behind(DAY, Fraction(8, 43)) == 3


def test_milestones_are_joined_by_straight_lines(campaign: Campaign) -> None:
    milestones = {dt.date(2023, 11, 10): Decimal(10), dt.date(2023, 11, 30): Decimal(50)}
    pacing = paced(campaign, Pace(mode="milestones", milestones=milestones))

    assert pacing.share(dt.date(2023, 11, 20)) == Fraction(30, 100)
    assert pacing.share(dt.date(2023, 12, 31)) == 1
    assert pacing.days_behind(dt.date(2023, 11, 20), Fraction(10, 100)) == 10


def test_the_gap_is_progress_less_pace_by_area(pacing: Pacing) -> None:
    here = stands(pacing, Figures(count=100, area_mu=Decimal(800)))

    assert here.progress == Fraction(800, 7100)
    assert here.gap == Fraction(800, 7100) - Fraction(15, 61)
    assert round(here.days_behind or 0) == 8


def test_where_the_target_has_no_area_the_count_is_measured(pacing: Pacing) -> None:
    here = stands(pacing, Figures(count=14, area_mu=Decimal(800)), target=Target(count=120))

    assert here.progress == Fraction(14, 120)


def test_where_the_unit_never_gave_an_area_the_count_is_measured(pacing: Pacing) -> None:
    assert stands(pacing, Figures(count=14)).progress == Fraction(14, 120)


def test_a_target_of_zero_is_no_task(pacing: Pacing) -> None:
    here = stands(pacing, Figures(count=1), target=Target(count=0, area_wanmu=Decimal(0)))

    assert not here.has_task
    assert (here.progress, here.gap, here.needed_per_day) == (None, None, None)


def test_rate_need_and_forecast_go_by_working_days(pacing: Pacing) -> None:
    here = stands(pacing, Figures(area_mu=Decimal(800)), earlier=Figures(area_mu=Decimal(163)))

    assert pacing.rate_window(DAY) == (dt.date(2023, 11, 6), 7)
    assert here.rate == 91
    assert here.needed_per_day == Fraction(6300, 32)
    assert here.forecast == 800 + 91 * 32


def test_in_the_first_days_the_rate_is_taken_from_the_start(pacing: Pacing) -> None:
    assert pacing.rate_window(dt.date(2023, 11, 3)) == (dt.date(2023, 10, 31), 3)


def test_without_an_earlier_figure_the_rate_is_unknown(pacing: Pacing) -> None:
    assert stands(pacing, Figures(area_mu=Decimal(800)), earlier=Figures()).rate is None


def test_on_the_last_day_nothing_can_be_needed_per_day(pacing: Pacing) -> None:
    assert stands(pacing, Figures(area_mu=Decimal(800)), day=dt.date(2023, 12, 31)).needed_per_day is None


def test_where_less_is_better_the_gap_turns_round(campaign: Campaign) -> None:
    lower = campaign.model_copy(update={"direction": "lower"})
    here = stands(Pacing(lower, WorkingDays(lower)), Figures(area_mu=Decimal(7100)))

    assert here.gap == Fraction(15, 61) - 1
    assert here.days_behind == 61 - 15


def test_in_review_is_submitted_less_approved_and_never_negative() -> None:
    assert in_review(Figures(count=14), Figures(count=20, area_mu=Decimal(5))) == Figures(count=6, area_mu=Decimal(5))
    assert in_review(Figures(count=21), Figures(count=20)) == Figures(count=0)
