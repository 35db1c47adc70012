"""A campaign of another kind is read from its file alone: 秸秆禁烧, where 零火点 is the good report."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from bot.parsing import parse
from config.campaign import load
from storage.records import Basis, Kind, Nil, Progress, Reading, Role, Sender

STRAW = load(Path(__file__).parent / "straw" / "campaign.toml")
DAY = dt.date(2024, 10, 8)


def _read(text: str) -> Reading:
    sender = Sender(role=Role.CITY_LIAISON, region="东山市")
    return parse(text, sender=sender, sent_at=dt.datetime(2024, 10, 8, 17, tzinfo=dt.UTC), campaign=STRAW)


def _item(
    stage: str, count: int | None, tons: str | None, *, county: str | None = None, total: bool = False
) -> Progress:
    return Progress(
        region="东山市",
        track="field",
        stage=stage,
        basis=Basis.CUMULATIVE if total else Basis.INCREMENT,
        since=None if total else DAY + dt.timedelta(days=1),
        date=DAY + dt.timedelta(days=1),
        count=count,
        area_mu=None if tons is None else Decimal(tons),
        county=county,
    )


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("今日发现火点2处，累计5处", (_item("found", 2, None), _item("found", 5, None, total=True))),
        ("柳河县今日巡查120人次", (_item("patrol", 120, None, county="柳河县"),)),
        ("今日离田0.3万吨，累计离田12万吨", (_item("baled", None, "3000"), _item("baled", None, "120000", total=True))),
        ("石桥今日打捆850吨", (_item("baled", None, "850", county="石桥区"),)),
        ("今日完成3处", (_item("burnt", 3, None),)),
    ],
)
def test_its_figures_are_read_by_its_own_words(text: str, items: tuple[Progress, ...]) -> None:
    assert _read(text).progress == items


def test_no_fires_is_the_good_report() -> None:
    assert _read("今日零火点").nil == (Nil(region="东山市", date=DAY + dt.timedelta(days=1)),)


def test_its_problems_have_its_own_categories() -> None:
    assert [p.category for p in _read("困难：打捆机不够，秸秆拉不走").problems] == ["machines"]


def test_words_of_land_mean_nothing_to_it() -> None:
    assert _read("今日批复3宗0.12万亩").kind is Kind.NONE
