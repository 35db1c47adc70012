"""A flood: one person writes more than the messenger lets us answer one by one; what goes beyond shares one answer."""

import datetime as dt
from collections import deque
from collections.abc import Iterable, Sequence

WINDOW = dt.timedelta(minutes=1)
SHARED_FOR = dt.timedelta(seconds=15)
"""How long an answer is held to be shared: short enough for a person who waits, long enough for a long paste."""


def answers_a_minute(windows: Iterable[tuple[int, float]]) -> int | None:
    """Return how many answers one person gets in a minute; None where a messenger sets no limit.

    `windows` are the posts and seconds that the messenger allows. Half of them are left to everybody else.
    """
    allowed = [posts * WINDOW.total_seconds() / s for posts, s in windows if s <= WINDOW.total_seconds()]
    return max(1, int(min(allowed) / 2)) if allowed else None


def is_over(earlier: deque[dt.datetime], at: dt.datetime, *, most: int) -> bool:
    """Whether one more message is beyond what is answered by itself; it is counted, and what is long past forgotten."""
    while earlier and earlier[0] <= at - WINDOW:
        earlier.popleft()
    earlier.append(at)
    return len(earlier) > most


def share(now: dt.datetime) -> dt.datetime:
    """Return the moment at which the answer shared by what is said now is given."""
    return now + SHARED_FOR - (now - dt.datetime.min.replace(tzinfo=now.tzinfo)) % SHARED_FOR


def spans(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as runs of first and last: 3, 4, 5, 9 → (3, 5), (9, 9)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
