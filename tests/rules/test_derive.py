import datetime as dt
from decimal import Decimal

from bot.clock import SHANGHAI
from bot.rules.derive import corrected, derived_batch
from config.campaign import Campaign
from storage.records import Basis, Entry, Progress

DAY = dt.date(2023, 11, 15)


def item(track: str, count: int | None, area: str | None = None, **more: object) -> Progress:
    values: dict[str, object] = {
        "region": "恩施州",
        "track": track,
        "stage": "approved",
        "basis": Basis.CUMULATIVE,
        "since": None,
        "date": DAY,
        "count": count,
        "area_mu": None if area is None else Decimal(area),
    }
    return Progress(**{**values, **more})  # type: ignore[arg-type]


def today(count: int | None, area: str | None = None) -> Progress:
    return item("batch", count, area, basis=Basis.INCREMENT, since=DAY)


def entry(number: int, progress: Progress, *, live: bool = True) -> Entry:
    sent_at = dt.datetime(2023, 11, 15, number, tzinfo=SHANGHAI)
    return Entry(id=number, number=number, progress=progress, sent_at=sent_at, order=number, sender="张三", live=live)


def test_a_total_less_its_key_projects_is_the_batch(campaign: Campaign) -> None:
    items = [item("total", 20, "1500"), item("key_project", 2, "700")]

    assert derived_batch(items, campaign) == (item("batch", 18, "800"),)


def test_nothing_is_derived_beside_a_batch_or_from_other_periods(campaign: Campaign) -> None:
    total, projects = item("total", 20, "1500"), item("key_project", 2, "700")

    assert derived_batch([total, projects, item("batch", 18)], campaign) == ()
    assert derived_batch([total, item("key_project", 2, date=dt.date(2023, 11, 14))], campaign) == ()
    assert derived_batch([total, item("key_project", 2, stage="submitted")], campaign) == ()
    assert derived_batch([total], campaign) == ()


def test_only_a_quantity_that_both_give_is_derived(campaign: Campaign) -> None:
    assert derived_batch([item("total", 20, "1500"), item("key_project", 2)], campaign) == (item("batch", 18),)


def test_a_total_below_its_projects_and_an_increment_of_nothing_imply_nothing(campaign: Campaign) -> None:
    assert derived_batch([item("total", 1), item("key_project", 2)], campaign) == ()
    increments = [item(t, 2, basis=Basis.INCREMENT, since=DAY) for t in ("total", "key_project")]
    assert derived_batch(increments, campaign) == ()


def test_a_correction_replaces_all_live_records_of_its_key() -> None:
    entries = [entry(1, today(2, "100")), entry(2, today(1, "40")), entry(3, today(9), live=False)]

    change = corrected(today(4, "150"), [*entries, entry(4, item("batch", 40))])

    assert change.replaces == (1, 2)
    assert change.item == today(4, "150")


def test_what_a_correction_leaves_open_keeps_its_value() -> None:
    assert corrected(today(4), [entry(1, today(2, "100")), entry(2, today(1, "40"))]).item == today(4, "140")
    totals = [entry(1, item("batch", 40, "900")), entry(2, item("batch", 41))]
    assert corrected(item("batch", 42), totals).item == item("batch", 42, "900")


def test_a_correction_of_nothing_is_recorded_as_it_stands() -> None:
    change = corrected(today(4), [])

    assert change.item == today(4)
    assert not change.replaces
