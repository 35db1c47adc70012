"""The threat table names tests that are there: one that is renamed or taken away takes its row along."""

import re

import pytest

from tests.durability.outside import ROOT

TABLE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!threat|---)([^|]+?) \| [^|]+ \| ([^|]+) \|$", TABLE, re.MULTILINE)


@pytest.mark.parametrize("named", [named for _, named in ROWS], ids=[threat for threat, _ in ROWS])
def test_a_threat_names_tests_that_are_there(named: str) -> None:
    names = [one.split("::") for one in re.findall(r"`([^`]+)`", named)]
    files = [path for path, *_ in names if path != "…"]
    texts = "".join((ROOT / file).read_text(encoding="utf-8") for file in files)

    assert names
    assert [steps[-1] for _, *steps in names if f"def {steps[-1]}(" not in texts] == []
