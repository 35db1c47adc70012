"""Each check on both sides of its threshold, and an honest month that is never questioned."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.rules.answers import resolve
from bot.rules.checks import Examined, days_of, examine, lines_of
from bot.rules.doubts import Choice, Doubt, DoubtCode, Sense
from bot.rules.scene import BookLine
from bot.rules.standing import fold, line_days, standing
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, load
from storage.records import Basis, Entry, Figures, LineKey, Progress

DAY = dt.date(2023, 11, 15)


class Ledger:
    """What one test's unit has said so far, and what the next message would meet."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.entries: list[Entry] = []

    def enter(self, items: Iterable[Progress], *, sender: str = "张三", replaces: tuple[int, ...] = ()) -> None:
        self.entries = [e for e in self.entries if e.id not in replaces]
        for item in items:
            n = len(self.entries) + 1
            sent_at = dt.datetime.combine(item.date, dt.time(17), SHANGHAI)
            self.entries.append(Entry(id=n, number=n, progress=item, sent_at=sent_at, order=n, sender=sender))

    def examine(
        self,
        *items: Progress,
        sender: str = "张三",
        day: dt.date = DAY,
        again: bool = False,
        is_correction: bool = False,
    ) -> Examined:
        book: dict[LineKey, BookLine] = {}
        for key in lines_of(items):
            mine = [e for e in self.entries if (e.progress.region, e.progress.track, e.progress.stage) == key]
            today = tuple(e for e in mine if e.progress.date in days_of(items))
            book[key] = BookLine(days=fold(*line_days(mine)), entries=today)
        return examine(
            items,
            book,
            campaign=self.campaign,
            sender=sender,
            day=day,
            again=again,
            is_correction=is_correction,
        )

    def doubts(self, *items: Progress, **more: object) -> list[DoubtCode]:
        return [d.code for d in self.examine(*items, **more).doubts]  # type: ignore[arg-type]


@pytest.fixture
def ledger(campaign: Campaign) -> Ledger:
    return Ledger(campaign)


def item(count: int | None, area: str | None, **more: object) -> Progress:
    values: dict[str, object] = {
        "region": "恩施州",
        "track": "batch",
        "stage": "approved",
        "basis": Basis.INCREMENT,
        "since": more.get("date", DAY),
        "date": DAY,
        "count": count,
        "area_mu": None if area is None else Decimal(area),
    }
    return Progress(**{**values, **more})  # type: ignore[arg-type]


def total(count: int | None, area: str | None, **more: object) -> Progress:
    return item(count, area, **{"basis": Basis.CUMULATIVE, "since": None, **more})


def november(day: int) -> dt.date:
    return dt.date(2023, 11, day)


# A date outside the campaign


@pytest.mark.parametrize(
    ("date", "doubted"),
    [
        (dt.date(2022, 12, 15), True),
        (dt.date(2023, 10, 30), True),
        (dt.date(2023, 10, 31), False),
        (dt.date(2023, 11, 15), False),
        (dt.date(2023, 11, 16), True),
    ],
)
def test_a_date_outside_the_campaign_or_to_come_is_doubted(ledger: Ledger, date: dt.date, *, doubted: bool) -> None:
    assert ledger.doubts(total(14, "800", date=date)) == [DoubtCode.DATE] * doubted


def test_a_report_of_its_own_day_before_the_campaign_is_no_fault(ledger: Ledger) -> None:
    day = dt.date(2023, 10, 20)

    assert ledger.doubts(item(2, "100", date=day), day=day) == []


# The unit of an area


@pytest.mark.parametrize(
    ("area", "offered"),
    [("0.12", ["0.12万亩", "120亩", "就是0.12亩"]), ("1000000", ["100亩", "0.10万亩", "就是100.00万亩"])],
)
def test_an_area_in_the_wrong_unit_is_asked_about_and_its_count_is_taken(
    ledger: Ledger, area: str, offered: list[str]
) -> None:
    examined = ledger.examine(item(2, area))

    (doubt,) = examined.doubts
    assert examined.certain == (item(2, None),)
    assert [choice.label for choice in doubt.choices] == offered
    assert doubt.code is DoubtCode.UNIT_SLIP


def test_the_question_about_a_unit_offers_the_likely_one(ledger: Ledger) -> None:
    (doubt,) = ledger.examine(item(60, "0.12")).doubts

    assert doubt.question == "恩施州批复面积0.12亩，是否应为0.12万亩：回1 0.12万亩，回2 就是0.12亩。答复前暂不计入。"
    assert doubt.choices[0].records == (item(None, "1200"),)


def test_an_area_without_a_count_is_measured_by_one_parcel_and_the_target(ledger: Ledger) -> None:
    assert ledger.doubts(item(None, "0.5")) == [DoubtCode.UNIT_SLIP]
    assert ledger.doubts(item(None, "3")) == []
    assert ledger.doubts(item(None, "800000")) == [DoubtCode.UNIT_SLIP]


# The average parcel: 恩施州's target has 59.17 mu a parcel


@pytest.mark.parametrize(("area", "doubted"), [("2.9", True), ("3", False), ("1183", False), ("1184", True)])
def test_parcels_twenty_times_off_the_targets_are_doubted(ledger: Ledger, area: str, *, doubted: bool) -> None:
    assert ledger.doubts(item(1, area)) == [DoubtCode.PARCEL_SIZE] * doubted


def test_what_is_cut_from_parcels_later_may_be_of_any_size(ledger: Ledger) -> None:
    assert ledger.doubts(item(1, "2.5", stage="supplied")) == []
    assert ledger.doubts(item(1, "2.5", stage="submitted")) == [DoubtCode.PARCEL_SIZE]


def test_the_question_about_parcels_says_both_averages(ledger: Ledger) -> None:
    (doubt,) = ledger.examine(item(2, "5")).doubts

    assert doubt.question == (
        "恩施州批复2宗、5亩，平均每宗2.5亩，与任务平均每宗59.17亩相差较大："
        "回1 2宗、5亩无误，回2 不登记。答复前暂不计入。"
    )


# Far above the target


@pytest.mark.parametrize(("count", "doubted"), [(180, False), (181, True)])
def test_more_than_half_as_much_again_as_the_target_is_doubted(ledger: Ledger, count: int, *, doubted: bool) -> None:
    assert ledger.doubts(total(count, None)) == [DoubtCode.OVER_TARGET] * doubted


def test_an_increment_that_lifts_a_line_over_the_limit_is_doubted_once(ledger: Ledger) -> None:
    ledger.enter([total(179, None, date=november(14))])
    assert ledger.doubts(item(1, None)) == []
    assert ledger.doubts(item(2, None)) == [DoubtCode.OVER_TARGET]

    ledger.enter([total(181, None, date=november(14))])
    assert ledger.doubts(item(2, None)) == []


def test_the_question_about_the_target_says_the_share(ledger: Ledger) -> None:
    ledger.enter([total(90, "5000", date=november(10))])

    (doubt,) = ledger.examine(total(110, "11000")).doubts

    assert doubt.question == (
        "按本条恩施州累计批复1.10万亩，为任务0.71万亩的154.9%："
        "回1 110宗、1.10万亩无误，回2 不登记。答复前按90宗计，已算报送。"
    )


def test_no_task_has_no_limit(ledger: Ledger) -> None:
    assert ledger.doubts(total(3, None, region="潜江市", track="key_project")) == []


# Cumulatives and their neighbours


@pytest.mark.parametrize(("count", "doubted"), [(14, False), (13, True)])
def test_a_cumulative_below_what_stands_is_doubted(ledger: Ledger, count: int, *, doubted: bool) -> None:
    ledger.enter([total(12, None, date=november(10)), item(2, None, date=november(13))])

    assert ledger.doubts(total(count, None)) == [DoubtCode.LOWER] * doubted


@pytest.mark.parametrize(("count", "doubted"), [(14, False), (15, True)])
def test_a_backdated_cumulative_above_a_later_one_is_doubted(ledger: Ledger, count: int, *, doubted: bool) -> None:
    ledger.enter([total(14, None, date=november(14))])

    assert ledger.doubts(total(count, None, date=november(13))) == [DoubtCode.HIGHER] * doubted


@pytest.mark.parametrize(("area", "doubted"), [("800", False), ("850", False), ("900", True)])
def test_a_backdated_area_above_a_later_one_is_doubted(ledger: Ledger, area: str, *, doubted: bool) -> None:
    ledger.enter([total(None, "800", date=november(14))])

    assert ledger.doubts(total(None, area, date=november(13))) == [DoubtCode.HIGHER] * doubted


def test_the_question_about_a_lower_cumulative_says_what_stands(ledger: Ledger) -> None:
    ledger.enter([total(45, "2600", date=november(14))])

    (doubt,) = ledger.examine(total(44, "2600")).doubts

    assert doubt.question == (
        "恩施州截至11月14日累计批复45宗、0.26万亩，本条11月15日为44宗、0.26万亩："
        "回1 44宗、0.26万亩无误，回2 不登记。答复前按45宗计，已算报送。"
    )


@pytest.mark.parametrize(
    ("stood", "said", "doubted"),
    [
        ("1212", "1200", False),
        ("1250", "1200", False),
        ("1300", "1200", True),
        ("1200", "1160", False),
        ("1200", "1149", True),
    ],
)
def test_rounding_is_no_contradiction(ledger: Ledger, stood: str, said: str, *, doubted: bool) -> None:
    ledger.enter([total(None, stood, date=november(14))])

    assert ledger.doubts(total(None, said)) == [DoubtCode.LOWER] * doubted


def test_a_stock_may_fall(ledger: Ledger) -> None:
    ledger.enter([total(8, None, stage="reviewing", date=november(14))])

    assert ledger.doubts(total(3, None, stage="reviewing")) == []


def test_a_countys_cumulative_is_not_compared_with_the_units(ledger: Ledger) -> None:
    ledger.enter([total(45, None, date=november(14))])

    assert ledger.doubts(total(3, None, county="利川市")) == []


# Increment and cumulative of one message


@pytest.mark.parametrize(("count", "doubted"), [(44, True), (45, False), (46, True)])
def test_a_cumulative_that_is_not_yesterdays_and_todays_is_doubted(
    ledger: Ledger, count: int, *, doubted: bool
) -> None:
    ledger.enter([total(42, None, date=november(14))])

    examined = ledger.examine(item(3, None), total(count, None))

    assert [d.code for d in examined.doubts] == [DoubtCode.DISAGREE] * doubted
    assert item(3, None) in examined.certain


def test_after_days_without_figures_a_cumulative_may_have_grown_by_more(ledger: Ledger) -> None:
    ledger.enter([total(42, None, date=november(10))])

    assert ledger.doubts(item(3, None), total(50, None)) == []
    assert ledger.doubts(item(3, None), total(44, None)) == [DoubtCode.DISAGREE]


def test_a_cumulative_smaller_than_its_own_increment_is_doubted(ledger: Ledger) -> None:
    assert ledger.doubts(item(3, None), total(2, None)) == [DoubtCode.DISAGREE]
    assert ledger.doubts(item(3, None), total(3, None)) == []


def test_the_answer_may_be_what_the_sum_says(ledger: Ledger, campaign: Campaign) -> None:
    ledger.enter([total(42, None, date=november(14))])

    (doubt,) = ledger.examine(item(3, None), total(50, None)).doubts

    assert doubt.question == (
        "恩施州按前日累计加本条新增，累计批复应为45宗，本条为50宗："
        "回1 50宗无误，回2 应为45宗。答复前按45宗计，已算报送。"
    )
    assert said(doubt, "不是", campaign).records == (total(45, None),)


def test_areas_that_differ_by_rounding_agree(ledger: Ledger) -> None:
    ledger.enter([total(10, "700", date=november(14))])

    assert ledger.doubts(item(1, "46.5"), total(11, "700")) == []
    assert ledger.doubts(item(1, "46.5"), total(11, "800")) == []
    assert ledger.doubts(item(1, "46.5"), total(11, "1000")) == [DoubtCode.DISAGREE]


# A second increment of a day


def test_a_second_increment_of_a_day_is_asked_about_as_the_design_does(ledger: Ledger) -> None:
    ledger.enter([item(2, "100")])

    examined = ledger.examine(item(3, "150"))

    (doubt,) = examined.doubts
    assert examined.certain == ()
    assert doubt.question == (
        "恩施州今日已登记批复2宗，本条为3宗：回1 另有3宗（共5宗），回2 全天共3宗。答复前按2宗计，已算报送。"
    )
    assert [c.replaces for c in doubt.choices] == [(), (1,)]


def test_again_makes_a_second_increment_certain(ledger: Ledger) -> None:
    ledger.enter([item(2, "100")])

    assert ledger.doubts(item(3, "150"), again=True) == []


def test_an_equal_one_from_another_sender_is_doubted_all_the_same(ledger: Ledger) -> None:
    ledger.enter([item(2, "100")], sender="李四")

    assert ledger.doubts(item(2, "100"), again=True) == [DoubtCode.REPEATED]
    assert ledger.doubts(item(3, "100"), again=True) == []


def test_another_stage_track_day_or_county_is_no_repetition(ledger: Ledger) -> None:
    ledger.enter([item(2, "100", county="利川市")])

    assert ledger.doubts(item(2, "100", stage="submitted")) == []
    assert ledger.doubts(item(2, "1000", track="key_project")) == []
    assert ledger.doubts(item(2, "100", date=november(14))) == []
    assert ledger.doubts(item(2, "100", county="巴东县")) == []
    assert ledger.doubts(item(3, "150")) == [DoubtCode.REPEATED]


def test_the_whole_day_keeps_an_area_that_was_not_said_again(ledger: Ledger) -> None:
    ledger.enter([item(2, "100")])

    (doubt,) = ledger.examine(item(3, None)).doubts

    assert doubt.choices[1].records == (item(3, "100"),)


def test_a_correction_is_not_compared_with_what_it_corrects(ledger: Ledger) -> None:
    ledger.enter([item(2, "100"), total(14, "800")])

    assert ledger.doubts(item(3, "150"), total(13, "700"), is_correction=True) == []
    assert ledger.doubts(item(60, "0.15"), is_correction=True) == [DoubtCode.UNIT_SLIP]


def test_a_part_is_never_doubted(ledger: Ledger) -> None:
    assert ledger.doubts(item(2, "0.1", part=True)) == []


# Answers


def said(doubt: Doubt, answer: str, campaign: Campaign) -> Choice:
    choice = resolve(doubt, answer, campaign.measures)
    assert choice is not None
    return choice


@pytest.fixture
def second(ledger: Ledger) -> Doubt:
    ledger.enter([item(2, "100")])
    return ledger.examine(item(3, "150")).doubts[0]


@pytest.mark.parametrize(
    "answer",
    [
        "1",
        "回1",
        "１",
        "回 1",
        "回复1",
        "选1",
        "1。",
        "@督办机器人 1",
        "一",
        "另加",
        "另有3宗",
        "回1 另加",
        "又3宗",
        "第一个",
    ],
)
def test_it_came_on_top(second: Doubt, campaign: Campaign, answer: str) -> None:
    assert said(second, answer, campaign).sense is Sense.ADDITIONAL


@pytest.mark.parametrize("answer", ["2", "回2", "全天合计", "全天共3宗", "合计", "一共3宗", "共3宗", "2、全天"])
def test_it_was_the_whole_day(second: Doubt, campaign: Campaign, answer: str) -> None:
    assert said(second, answer, campaign).sense is Sense.WHOLE_DAY


@pytest.mark.parametrize(
    "answer", ["", "3", "是", "3宗", "收到", "1宗", "1 全天合计", "今日上报1宗20亩", "12", "明天再说", "回3", "2023年"]
)
def test_what_names_no_choice_or_both_is_no_answer(second: Doubt, campaign: Campaign, answer: str) -> None:
    assert resolve(second, answer, campaign.measures) is None


@pytest.mark.parametrize(
    ("answer", "area"),
    [("是", "1200"), ("对", "1200"), ("0.12万亩", "1200"), ("应为0.12万亩", "1200"), ("1200亩", "1200"),
     ("不是", "0.12"), ("0.12亩", "0.12"), ("就是0.12亩", "0.12"), ("2", "0.12")],
)  # fmt: skip
def test_a_unit_is_answered_by_yes_no_or_the_figure(ledger: Ledger, campaign: Campaign, answer: str, area: str) -> None:
    (doubt,) = ledger.examine(item(60, "0.12")).doubts

    assert said(doubt, answer, campaign).records == (item(None, area),)


def test_a_doubt_survives_being_written_down(ledger: Ledger) -> None:
    ledger.enter([item(2, "100")])
    (doubt,) = ledger.examine(item(3, "150.25", county="利川市")).doubts

    assert Doubt.from_json(doubt.to_json()) == doubt


# Honest people


@settings(derandomize=True, max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), decimals=st.sampled_from([None, 2, 3]), totals_too=st.booleans())
def test_an_honest_month_is_never_questioned(seed: int, decimals: int | None, *, totals_too: bool) -> None:
    """A unit reports each working day what happened, exactly or in 万亩 with some decimals, with or without totals."""
    campaign = load()
    chance = random.Random(seed)
    region = chance.choice(campaign.regions)
    target = campaign.target(region, "batch")
    parcel = float(target.area_mu / target.count) if target.area_mu and target.count else 50.0
    ledger, working_days = Ledger(campaign), WorkingDays(campaign)
    stood: defaultdict[str, Figures] = defaultdict(lambda: Figures(count=0, area_mu=Decimal(0)))

    for day in working_days.between(campaign.start, dt.date(2023, 12, 1)):
        items = []
        for stage in ("submitted", "approved"):
            count = chance.choice([0, 0, 1, 2, 3]) if (target.count or 0) > 60 else chance.choice([0, 0, 0, 0, 1])
            if (stood[stage].area_mu or 0) > Fraction(target.area_mu or 0) / 2:
                count = 0
            area = sum((Decimal(round(parcel * chance.uniform(0.2, 4), 1)) for _ in range(count)), Decimal(0))
            now = stood[stage]
            stood[stage] = Figures(count=(now.count or 0) + count, area_mu=(now.area_mu or Decimal(0)) + area)
            if count:
                items.append(item(count, _typed(area, decimals), stage=stage, date=day, region=region))
            if totals_too:
                shown = _typed(stood[stage].area_mu or Decimal(0), decimals)
                items.append(total(stood[stage].count, shown, stage=stage, date=day, region=region))

        examined = ledger.examine(*items, day=day)

        assert [d.question for d in examined.doubts] == []
        ledger.enter(items)

    if totals_too:
        assert standing(ledger.entries, campaign.end).count is not None


def _typed(area_mu: Decimal, decimals: int | None) -> str | None:
    """Write an area as people do: exactly in mu, or rounded in 万亩; what rounds to nothing is given in mu."""
    if decimals is None:
        return str(area_mu)
    rounded = (area_mu / 10_000).quantize(Decimal(1).scaleb(-decimals)) * 10_000
    return f"{rounded:f}" if rounded else str(area_mu)
