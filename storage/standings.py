"""What every line stands at when days end: each line is found by its index, however long its history is."""

import datetime as dt
import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, Date, String, TextualSelect, bindparam, text

from storage.database import Tx
from storage.records import Figures, LineKey
from storage.tables import line_days

_LINES = """
WITH RECURSIVE
regions(region) AS (
    SELECT min(d.region) FROM line_days AS d WHERE d.campaign = :campaign
    UNION ALL
    SELECT (SELECT min(d.region) FROM line_days AS d WHERE d.campaign = :campaign AND d.region > regions.region)
    FROM regions WHERE regions.region IS NOT NULL
),
tracks(region, track) AS (
    SELECT region,
        (SELECT min(d.track) FROM line_days AS d WHERE d.campaign = :campaign AND d.region = regions.region)
    FROM regions WHERE region IS NOT NULL
    UNION ALL
    SELECT region, (SELECT min(d.track) FROM line_days AS d
        WHERE d.campaign = :campaign AND d.region = tracks.region AND d.track > tracks.track)
    FROM tracks WHERE track IS NOT NULL
)
SELECT tracks.region, tracks.track{columns} FROM tracks{joins} WHERE tracks.track IS NOT NULL
"""
"""Every unit's tracks by skipping along the key from one to the next, each with the newest row of what is asked for."""

_KEPT = ("day", "added_count", "added_mu", "count", "area_mu")

_NEWEST_SQLITE = """
LEFT JOIN line_days AS n{n} ON n{n}.rowid = (
    SELECT m.rowid FROM line_days AS m WHERE m.campaign = :campaign AND m.region = tracks.region
        AND m.track = tracks.track AND m.stage = :stage{n} AND m.day <= :day{n}
    ORDER BY m.day DESC LIMIT 1
)
"""
_NEWEST_POSTGRESQL = """
LEFT JOIN LATERAL (
    SELECT * FROM line_days AS m WHERE m.campaign = :campaign AND m.region = tracks.region
        AND m.track = tracks.track AND m.stage = :stage{n} AND m.day <= :day{n}
    ORDER BY m.campaign DESC, m.region DESC, m.track DESC, m.stage DESC, m.day DESC LIMIT 1
) AS n{n} ON true
"""


@dataclass(frozen=True, slots=True)
class DayEnd:
    """What lines stand at when a day ends, each since which day, and what that day itself added."""

    standing: dict[LineKey, Figures] = field(default_factory=dict)
    as_of: dict[LineKey, dt.date] = field(default_factory=dict)
    added: dict[LineKey, Figures] = field(default_factory=dict)


async def of_days(tx: Tx, campaign: str, asked: Mapping[dt.date, Collection[str]]) -> dict[dt.date, DayEnd]:
    """Return for each day what every line of the stages asked for stands at when it ends."""
    found = {day: DayEnd() for day in asked}
    pairs = [(day, stage) for day, stages in asked.items() for stage in stages]
    values: dict[str, Any] = {"campaign": campaign}
    for n, (day, stage) in enumerate(pairs):
        values |= {f"day{n}": day, f"stage{n}": stage}
    for region, track, *newest in await tx.execute(_query(tx.dialect.name, len(pairs)), values) if pairs else ():
        for n, (asked_of, stage) in enumerate(pairs):
            day, added_count, added_mu, count, area_mu = newest[n * len(_KEPT) : (n + 1) * len(_KEPT)]
            if day is not None:
                end, line = found[asked_of], (region, track, stage)
                end.standing[line] = Figures(count=count, area_mu=area_mu)
                end.as_of[line] = day
                if day == asked_of:
                    end.added[line] = Figures(count=added_count, area_mu=added_mu)
    return found


@functools.cache
def _query(dialect: str, pairs: int) -> TextualSelect:
    newest = _NEWEST_SQLITE if dialect == "sqlite" else _NEWEST_POSTGRESQL
    kept = [(name, n) for n in range(pairs) for name in _KEPT]
    said = _LINES.format(
        columns="".join(f", n{n}.{name} AS {name}{n}" for name, n in kept),
        joins="".join(newest.format(n=n) for n in range(pairs)),
    )
    binds: list[BindParameter[Any]] = [bindparam(f"day{n}", type_=Date()) for n in range(pairs)]
    binds += [bindparam(f"stage{n}", type_=String()) for n in range(pairs)]
    return text(said).bindparams(*binds).columns(**{f"{name}{n}": line_days.c[name].type for name, n in kept})
