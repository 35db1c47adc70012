"""duban export and duban import as they are run: what is printed, and with which exit code."""

from pathlib import Path

import pytest

from tests.cli.test_cli import duban
from tests.office_xlsx.books import EVE, opened, rows, workbook


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {"DUBAN_DATABASE_URL": f"sqlite:///{tmp_path}/duban.db", "DUBAN_CLOCK": "2023-11-15T09:00:00+08:00"}


def test_an_opening_balance_goes_in_and_comes_out(tmp_path: Path, settings: dict[str, str]) -> None:
    file = tmp_path / "opening.xlsx"
    file.write_bytes(workbook(("恩施州", None, "批复", 12, 0.07, EVE)))

    dry = duban("import", "ledger", str(file), "--dry-run", cwd=tmp_path, settings=settings)
    wet = duban("import", "ledger", str(file), cwd=tmp_path, settings=settings)
    out = duban("export", "out.xlsx", cwd=tmp_path, settings=settings)

    assert (dry.returncode, wet.returncode, out.returncode) == (0, 0, 0), wet.stderr + out.stderr
    assert wet.stdout.startswith(dry.stdout)
    assert wet.stdout.endswith("已导入，更正1行，登记为#A1。\n")
    found = {row["市州"]: row for row in rows(opened((tmp_path / "out.xlsx").read_bytes())["总表"])}
    assert found["恩施州"]["批次用地累计批复（宗）"] == 12
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("what", ["ledger", "projects"])
def test_faults_are_printed_one_a_line_with_exit_1(tmp_path: Path, settings: dict[str, str], what: str) -> None:
    file = tmp_path / "bad.xlsx"
    header = ("市州", "项目", "环节", "宗数", "截至日期")
    file.write_bytes(workbook(("长沙市", "甲", "批复", 1, EVE), ("沙市市", "乙", "批复", 1, EVE), header=header))

    done = duban("import", what, str(file), cwd=tmp_path, settings=settings)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == ["台账 2 A: 不认识“长沙市”", "台账 3 A: 不认识“沙市市”"]


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path: Path, settings: dict[str, str]) -> None:
    done = duban("export", "missing/out.xlsx", cwd=tmp_path, settings=settings)

    assert (done.returncode, done.stderr) == (1, "missing/out.xlsx: No such file or directory\n")


def test_a_workbook_is_written_under_no_other_ending(tmp_path: Path, settings: dict[str, str]) -> None:
    done = duban("export", "out.csv", cwd=tmp_path, settings=settings)

    assert (done.returncode, done.stderr) == (1, "out.csv: 文件名须以.xlsx结尾\n")
    assert not (tmp_path / "out.csv").exists()
