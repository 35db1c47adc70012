"""The short form of the kill test; `python -m tests.durability.kill --kills 1000` is the long one."""

from pathlib import Path

from tests.durability import kill


async def test_a_service_killed_at_any_point_loses_nothing_and_records_nothing_twice(
    database_url: str, tmp_path: Path
) -> None:
    tally = await kill.run(database_url, tmp_path, kills=3, seed=3)

    assert tally.said
    assert tally.is_clean, tally
