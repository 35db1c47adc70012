"""Which chat hears what: the chat of that kind, or the nearest to it."""

from collections.abc import Sequence

from storage.records import Chat

NEAREST = {
    "leaders": ("leaders", "headquarters", "liaisons"),
    "headquarters": ("headquarters", "liaisons", "leaders"),
    "liaisons": ("liaisons", "headquarters"),
    "city": ("city", "liaisons", "headquarters"),
    "division": ("division", "headquarters", "liaisons"),
}
"""Only a leaders' group and one of headquarters and liaisons are needed to begin."""


def choose(
    chats: Sequence[Chat], kind: str, *, region: str | None = None, division: str | None = None
) -> tuple[Chat, ...]:
    """Return the chats of a kind (of a unit or a division, where it has such), else those of the nearest kind."""
    for near in NEAREST[kind]:
        found = [c for c in chats if c.kind == near]
        if near == "city":
            found = [c for c in found if c.region == region]
        if near == "division":
            found = [c for c in found if c.division == division]
        if found:
            return tuple(found)
    return ()
