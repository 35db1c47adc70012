"""The audit trail is copied to a file and to syslog: every line, in order, and again after a place was away."""

import json
import socket
from pathlib import Path

from bot.trail import Syslog, Trail, TrailFile
from tests.office import Office


def trail_of(office: Office, *places: TrailFile | Syslog) -> Trail:
    return Trail(places, database=office.database, campaign=office.campaign.key, clock=office.clock)


async def test_every_line_of_the_audit_stands_in_the_file_once_and_in_order(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    await office.says("恩施", "今日批复3宗、120亩")
    await office.says("恩施", "撤回 A1")
    await trail_of(office, TrailFile(file)).copy()
    await office.says("恩施", "恢复 A1")

    await trail_of(office, TrailFile(file)).copy()

    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["action"], line["object"]) for line in lines] == [("withdraw", "A1"), ("restore", "A1")]
    assert lines[0]["at"] == "2023-11-15T01:00:00+00:00"
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_place_that_cannot_be_written_gets_its_lines_later_and_holds_up_no_other(
    office: Office, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "log"))
        trail = trail_of(office, TrailFile(tmp_path / "later" / "audit.jsonl"), Syslog(f"unix://{tmp_path}/log"))
        await office.says("恩施", "今日批复3宗、120亩")
        await office.says("恩施", "撤回 A1")

        await trail.copy()
        (tmp_path / "later").mkdir()
        await trail.copy()

        said = server.recv(65536).decode()
    assert said.startswith("<109>1 - ")
    assert json.loads(said[said.index("{") :])["action"] == "withdraw"
    assert len((tmp_path / "later" / "audit.jsonl").read_text(encoding="utf-8").splitlines()) == 1
