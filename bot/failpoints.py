"""Named points at which a durability test lets the process die; without DUBAN_FAIL_POINT nothing happens there."""

import os
import signal

POINTS = (
    "intake.before_commit",
    "intake.after_commit",
    "clerk.before_commit",
    "clerk.after_commit",
    "claim.before_commit",
    "claim.after_commit",
    "send.before",
    "send.after",
    "mark.before_commit",
    "mark.after_commit",
    "strike.before_commit",
    "strike.after_commit",
    "drain.before_commit",
    "drain.after_commit",
)

_name, _, _times = os.environ.get("DUBAN_FAIL_POINT", "").partition(":")
_left = {_name: int(_times or 1)} if _name in POINTS else {}


def reach(point: str) -> None:
    """Die here without a word, as by `kill -9`, when this is the point that is armed and its turn has come."""
    if point in _left:
        _left[point] -= 1
        if _left[point] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
