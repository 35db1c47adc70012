"""Random ledger entries of one line, few enough days that they collide."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from bot.clock import SHANGHAI
from storage.records import Basis, Entry, Progress

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
