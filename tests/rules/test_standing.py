"""The arithmetic of contracts.md §1, by value and by property."""

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.rules.standing import at, fold, line_days, standing
from storage.records import Basis, Entry, Figures, Progress

START = dt.date(2023, 11, 1)

days = st.integers(0, 12).map(lambda n: START + dt.timedelta(days=n))
counts = st.none() | st.integers(0, 9)
areas = st.none() | st.integers(0, 9_000_000).map(lambda n: Decimal(n).scaleb(-4))


@st.composite
def progress(draw: st.DrawFn) -> Progress:
    basis = draw(st.sampled_from([Basis.INCREMENT, Basis.INCREMENT, Basis.CUMULATIVE]))
    date = draw(days)
    since = None
    if basis is Basis.INCREMENT:
        since = date - dt.timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 3, 6])))
    return Progress(
        region="恩施州",
        track="batch",
        stage="approved",
        basis=basis,
        since=since,
        date=date,
        count=draw(counts),
        area_mu=draw(areas),
        county=draw(st.sampled_from([None, None, None, "利川市"])),
        part=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    """Entries in a random order; some share a message, some are dead."""
    items = draw(st.lists(progress(), max_size=14))
    orders = [draw(st.integers(1, 8)) for _ in items]
    entries = [
        Entry(
            id=number,
            number=order,
            progress=item,
            sent_at=dt.datetime(2023, 11, 20, order % 3, tzinfo=SHANGHAI),
            order=order,
            sender="张三",
            live=draw(st.integers(0, 9)) > 0,
        )
        for number, (item, order) in enumerate(zip(items, orders, strict=True), start=1)
    ]
    return draw(st.permutations(entries))


NUMBERS = iter(range(1, 10_000))


def november(day: int) -> dt.date:
    return dt.date(2023, 11, day)


def said(
    day: int,
    count: int | None = None,
    area: str | None = None,
    *,
    since: int | None = None,
    total: bool = False,
    sent: int = 20,
    county: str | None = None,
    part: bool = False,
    live: bool = True,
) -> Entry:
    """Make an entry of 恩施州's approved batches, sent on a day of November."""
    number = next(NUMBERS)
    return Entry(
        id=number,
        number=number,
        progress=Progress(
            region="恩施州",
            track="batch",
            stage="approved",
            basis=Basis.CUMULATIVE if total else Basis.INCREMENT,
            since=None if total else november(since or day),
            date=november(day),
            count=count,
            area_mu=None if area is None else Decimal(area),
            county=county,
            part=part,
        ),
        sent_at=dt.datetime(2023, 11, sent, 17, tzinfo=SHANGHAI),
        order=number,
        sender="张三",
        live=live,
    )


def counted(*entries: Entry, day: int = 30) -> int | None:
    """Return the count both ways of reckoning give."""
    by_definition = standing(entries, november(day)).count
    assert at(fold(*line_days(entries)), november(day)).count == by_definition
    return by_definition


def test_what_was_never_stated_is_none_and_not_zero() -> None:
    assert standing([], november(15)) == Figures()
    assert standing([said(15, 3)], november(15)) == Figures(count=3)


def test_the_newest_cumulative_is_the_base_and_later_increments_add() -> None:
    assert counted(said(10, 40, total=True), said(8, 5), said(10, 7), said(11, 2), said(12, 1)) == 43


def test_of_two_cumulatives_of_a_day_the_later_sent_counts() -> None:
    assert counted(said(10, 41, total=True, sent=12), said(10, 40, total=True, sent=11)) == 41


def test_a_cumulative_of_the_future_does_not_count_yet() -> None:
    assert counted(said(10, 40, total=True), said(14, 50, total=True), day=13) == 40


def test_count_and_area_are_separate_lines() -> None:
    entries = [said(9, 30, "3000", total=True), said(10, 2, "100"), said(12, 40, total=True), said(13, area="50")]

    assert standing(entries, november(13)) == Figures(count=40, area_mu=Decimal(3150))
    assert at(fold(*line_days(entries)), november(13)) == Figures(count=40, area_mu=Decimal(3150))


def test_parts_and_dead_entries_never_count() -> None:
    assert counted(said(10, 5), said(10, 3, part=True), said(10, 9, live=False)) == 5


def test_a_countys_increment_adds_and_its_cumulative_does_not_touch_the_region() -> None:
    assert counted(said(10, 5), said(10, 2, county="利川市"), said(11, 90, county="利川市", total=True)) == 7


def test_a_week_adds_what_its_days_have_not_said_yet() -> None:
    assert counted(said(7, 2), said(9, 1), said(12, 8, since=6)) == 8
    assert counted(said(7, 6), said(9, 4), said(12, 8, since=6)) == 10


def test_a_week_that_straddles_the_cumulative_adds_nothing() -> None:
    assert counted(said(6, 40, total=True), said(12, 8, since=6)) == 40
    assert counted(said(6, 40, total=True), said(12, 8, since=7)) == 48


def test_a_week_counts_only_when_it_is_over() -> None:
    assert counted(said(5, 1), said(12, 8, since=6), day=11) == 1


def test_of_overlapping_stretches_the_latest_sent_counts() -> None:
    assert counted(said(12, 8, since=6, sent=12), said(14, 5, since=10, sent=14)) == 5
    assert counted(said(12, 8, since=6, sent=15), said(14, 5, since=10, sent=14)) == 8


def test_one_messages_month_contains_its_week() -> None:
    week = said(15, 3, since=13)
    month = replace(said(15, 12, since=1), sent_at=week.sent_at, order=week.order)

    assert counted(week, month) == counted(month, week) == 12


def test_two_counties_weeks_of_one_message_add_up() -> None:
    one = said(15, 3, since=13, county="利川市")
    other = replace(said(15, 2, since=13, county="巴东县"), sent_at=one.sent_at, order=one.order)

    assert counted(one, other) == 5


def test_a_day_on_which_only_a_stretch_ends_gets_a_row() -> None:
    rows = fold(*line_days([said(7, 2), said(12, 8, since=6)]))

    assert [(row.day, row.standing.count) for row in rows] == [(november(7), 2), (november(12), 8)]


@settings(derandomize=True, max_examples=400, deadline=None)
@given(ledgers(), days)
def test_the_fold_gives_what_the_definition_gives(entries: list[Entry], as_of: dt.date) -> None:
    assert at(fold(*line_days(entries)), as_of) == standing(entries, as_of)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(ledgers(), days, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(entries: list[Entry], as_of: dt.date, chance: random.Random) -> None:
    shuffled = entries.copy()
    chance.shuffle(shuffled)

    assert standing(shuffled, as_of) == standing(entries, as_of)
    assert fold(*line_days(shuffled)) == fold(*line_days(entries))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(ledgers())
def test_folding_what_is_folded_changes_nothing(entries: list[Entry]) -> None:
    rows, stretches = line_days(entries)
    once = fold(rows, stretches)

    assert fold(once, stretches) == once


@settings(derandomize=True, max_examples=150, deadline=None)
@given(ledgers(), days)
def test_what_did_not_change_need_not_be_folded_again(entries: list[Entry], since: dt.date) -> None:
    old, old_stretches = line_days([e for e in entries if e.progress.date < since])
    new, stretches = line_days(entries)
    folded = {row.day: row for row in fold(old, old_stretches)}

    again = fold([folded.get(row.day, row) if row.day < since else row for row in new], stretches, since=since)

    assert again == fold(new, stretches)
