"""What a message says today against what was recorded of it: figures and nil reports, a line for each difference."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from storage.records import Nil, Progress

Item = Progress | Nil


def differences(before: Iterable[Item], after: Iterable[Item], *, is_correction: bool) -> tuple[list[Item], list[Item]]:
    """Return what would go and what would come.

    A correction that left a quantity open was recorded with the value it kept: that is no difference.
    """
    old, new = Counter(before), Counter(after)
    gone, come = list((old - new).elements()), list((new - old).elements())
    for item in list(come) if is_correction else ():
        kept = next((g for g in gone if _is_kept(g, item)), None)
        if kept is not None:
            gone.remove(kept)
            come.remove(item)
    return gone, come


def _is_kept(recorded: Item, said: Item) -> bool:
    if isinstance(recorded, Nil) or isinstance(said, Nil):
        return recorded == said
    filled = replace(
        said,
        count=recorded.count if said.count is None else said.count,
        area_mu=recorded.area_mu if said.area_mu is None else said.area_mu,
    )
    return filled == recorded
