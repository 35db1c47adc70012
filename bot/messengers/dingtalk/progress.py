"""How far a message of several posts got, so that another try goes on where the last one stopped."""

from collections import OrderedDict

_KEPT = 2_000


class Progress:
    """Remembers, by the post's key, which of its steps DingTalk has accepted; the oldest posts are forgotten first."""

    def __init__(self) -> None:
        self._done: OrderedDict[str, set[str]] = OrderedDict()

    def has(self, key: str, step: str) -> bool:
        """Tell whether a step of a post is done."""
        return step in self._done.get(key, ())

    def add(self, key: str, step: str) -> None:
        """Write down that a step is done."""
        self._done.setdefault(key, set()).add(step)
        self._done.move_to_end(key)
        while len(self._done) > _KEPT:
            self._done.popitem(last=False)

    def finish(self, key: str) -> None:
        """Forget a post that has wholly arrived: sent again on purpose, it is sent whole."""
        self._done.pop(key, None)
