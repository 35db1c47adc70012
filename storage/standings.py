"""What every line stands at when days end: each line is found by its index, however long its history is."""

import datetime as dt
import functools
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Date, TextualSelect, bindparam, text

from storage.database import Tx
from storage.records import Figures, LineDay, LineKey
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
),
lines(region, track, stage) AS (
    SELECT region, track, (SELECT min(d.stage) FROM line_days AS d
        WHERE d.campaign = :campaign AND d.region = tracks.region AND d.track = tracks.track)
    FROM tracks WHERE track IS NOT NULL
    UNION ALL
    SELECT region, track, (SELECT min(d.stage) FROM line_days AS d WHERE d.campaign = :campaign
        AND d.region = lines.region AND d.track = lines.track AND d.stage > lines.stage)
    FROM lines WHERE stage IS NOT NULL
),
asked(day) AS ({asked})
SELECT asked.day AS as_of, lines.region, lines.track, lines.stage,
    n.day, n.added_count, n.added_mu, n.count, n.area_mu
FROM lines CROSS JOIN asked {newest} AND {stages}
"""
"""Every line by skipping from one to the next along the key, then the newest row of each up to each day asked for."""

_NEWEST_SQLITE = """
CROSS JOIN line_days AS n
WHERE n.campaign = :campaign AND n.region = lines.region AND n.track = lines.track AND n.stage = lines.stage
    AND n.day = (SELECT max(m.day) FROM line_days AS m WHERE m.campaign = :campaign AND m.region = lines.region
        AND m.track = lines.track AND m.stage = lines.stage AND m.day <= asked.day)
"""
_NEWEST_POSTGRESQL = """
CROSS JOIN LATERAL (
    SELECT * FROM line_days AS m WHERE m.campaign = :campaign AND m.region = lines.region
        AND m.track = lines.track AND m.stage = lines.stage AND m.day <= asked.day
    ORDER BY m.campaign DESC, m.region DESC, m.track DESC, m.stage DESC, m.day DESC LIMIT 1
) AS n WHERE true
"""


async def of_days(
    tx: Tx, campaign: str, days: Collection[dt.date], *, stages: Sequence[str] | None = None
) -> dict[dt.date, dict[LineKey, LineDay]]:
    """Return for each day the newest row of every line up to it; what was stated is left out."""
    asked = sorted(set(days))
    query = _query(tx.dialect.name, len(asked), stages is not None)
    values: dict[str, Any] = {"campaign": campaign} | {f"day{n}": day for n, day in enumerate(asked)}
    if stages is not None:
        values["stages"] = list(stages)
    found: dict[dt.date, dict[LineKey, LineDay]] = {day: {} for day in asked}
    for as_of, region, track, stage, day, added_count, added_mu, count, area_mu in await tx.execute(query, values):
        found[as_of][(region, track, stage)] = LineDay(
            day=day,
            added=Figures(count=added_count, area_mu=added_mu),
            standing=Figures(count=count, area_mu=area_mu),
        )
    return found


@functools.cache
def _query(dialect: str, days: int, has_stages: bool) -> TextualSelect:
    said = _LINES.format(
        asked=" UNION ALL ".join(f"SELECT :day{n}" for n in range(days)),
        newest=_NEWEST_SQLITE if dialect == "sqlite" else _NEWEST_POSTGRESQL,
        stages="lines.stage IN :stages" if has_stages else "lines.stage IS NOT NULL",
    )
    binds = [bindparam(f"day{n}", type_=Date()) for n in range(days)]
    if has_stages:
        binds.append(bindparam("stages", expanding=True))
    kept = ("day", "added_count", "added_mu", "count", "area_mu")
    return text(said).bindparams(*binds).columns(as_of=Date, **{name: line_days.c[name].type for name in kept})
