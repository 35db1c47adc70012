"""The wall clock for what stands outside of the service in a test: signatures and measured times."""

import time


def wall_s() -> float:
    """Return Unix seconds."""
    return time.time()  # noqa: TID251 what stands outside has its own clock
