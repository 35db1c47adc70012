"""Every leader, or every division, owes one on-site service."""

import datetime as dt

import pytest

from bot.rules import visits
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign
from storage.records import Visit

DAY = dt.date(2023, 11, 15)


def visit(region: str, *, division: str | None = None, leader: str | None = None, day: dt.date = DAY) -> Visit:
    return Visit(region=region, division=division, leader=leader, date=day)


def test_each_leader_owes_one_however_many_units_are_his(campaign: Campaign) -> None:
    tally = visits.tally([], campaign)

    assert len(tally.owed_by) == len({u.leader for u in campaign.units})
    assert tally.missing == tally.owed_by


@pytest.mark.parametrize(
    ("held", "done"),
    [
        (visit("恩施州", leader="文峰"), ("文峰",)),
        (visit("武汉市", leader="文峰"), ("文峰",)),
        (visit("恩施州"), ("文峰",)),
        (visit("恩施州", division="执法监督处"), ()),
        (visit("恩施州", day=dt.date(2023, 10, 31)), ()),
    ],
)
def test_a_visit_counts_for_whom_it_names(campaign: Campaign, held: Visit, done: tuple[str, ...]) -> None:
    assert visits.tally([held], campaign).done == done


def test_a_campaign_may_ask_it_of_divisions(campaign: Campaign) -> None:
    by_division = campaign.model_copy(update={"visits_owed_by": "division"})

    tally = visits.tally([visit("恩施州"), visit("恩施州", division="耕保处")], by_division)

    assert set(tally.done) == {"执法监督处", "耕保处"}
    assert len(tally.owed_by) == 17


def test_only_divisions_whose_leader_still_owes_are_told(campaign: Campaign) -> None:
    told = visits.divisions_to_remind(visits.tally([visit("恩施州")], campaign), campaign)

    assert "执法监督处" not in told
    assert told["耕保处"] == "李光"


@pytest.mark.parametrize(("day", "expected"), [((11, 27), False), ((12, 4), True), ((12, 5), False), ((12, 25), True)])
def test_it_is_called_to_mind_once_a_week_in_the_last_weeks(
    campaign: Campaign, day: tuple[int, int], *, expected: bool
) -> None:
    assert visits.is_reminded_on(dt.date(2023, *day), WorkingDays(campaign), campaign) is expected
