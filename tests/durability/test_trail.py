"""The audit trail is copied to a file and to syslog: every line, in order, and again after a place was away."""

import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.clock import SHANGHAI, ManualClock
from bot.trail import DATAGRAM_BYTES, Syslog, Trail, TrailFile
from tests.office import Office


def trail_of(office: Office, *places: TrailFile | Syslog) -> Trail:
    return Trail(places, database=office.database, campaign=office.campaign.key, clock=office.clock)


async def test_every_line_of_the_audit_stands_in_the_file_once_and_in_order(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    await office.says("恩施", "今日批复3宗、120亩")
    await office.says("恩施", "撤回 A1")
    await trail_of(office, TrailFile(file, clock=office.clock)).copy()
    await office.says("恩施", "恢复 A1")

    await trail_of(office, TrailFile(file, clock=office.clock)).copy()

    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["action"], line["object"]) for line in lines] == [("withdraw", "A1"), ("restore", "A1")]
    assert lines[0]["at"] == "2023-11-15T01:00:00+00:00"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_days_file_is_kept_as_many_days_as_the_settings_say(tmp_path: Path) -> None:
    clock = ManualClock(dt.datetime(2023, 11, 15, 0, 5, tzinfo=SHANGHAI))
    file = TrailFile(tmp_path / "audit.jsonl", clock=clock, keep_days=2)
    (tmp_path / "audit.jsonl.bak").touch()

    for day in range(4):
        for number in range(2):
            file.write([f"{day}/{number}"])
            os.utime(tmp_path / "audit.jsonl", times=(0, clock.now().timestamp()))
        clock.advance(days=1)

    found = {path.name: path.read_text(encoding="utf-8").split() for path in tmp_path.iterdir()}
    assert found == {
        "audit.jsonl": ["3/0", "3/1"],
        "audit.jsonl.2023-11-17": ["2/0", "2/1"],
        "audit.jsonl.2023-11-16": ["1/0", "1/1"],
        "audit.jsonl.bak": [],
    }


@pytest.mark.parametrize("scheme", ["udp", "tcp", "unix"])
async def test_syslog_hears_every_line_in_order_by_each_way(office: Office, tmp_path: Path, scheme: str) -> None:
    with _listening(scheme, tmp_path) as (server, address):
        await office.says("恩施", "今日批复3宗、120亩")
        await office.says("恩施", "撤回 A1")
        await office.says("恩施", "恢复 A1")
        await trail_of(office, Syslog(address)).copy()

        heard = _heard_over_a_stream(server) if scheme == "tcp" else [server.recv(65536) for _ in range(2)]

    said = [line.decode() for line in heard]
    assert all(line.startswith(f"<109>1 - {socket.gethostname()} duban - audit - {{") for line in said)
    assert [json.loads(line[line.index("{") :])["action"] for line in said] == ["withdraw", "restore"]


async def test_a_line_longer_than_a_datagram_holds_up_nothing(tmp_path: Path) -> None:
    with _listening("udp", tmp_path) as (server, address):
        Syslog(address).write(["x" * 200_000, "{}"])

        assert len(server.recv(65536)) == DATAGRAM_BYTES
        assert server.recv(65536).endswith(b" - {}")


@contextmanager
def _listening(scheme: str, folder: Path) -> Iterator[tuple[socket.socket, str]]:
    family = socket.AF_UNIX if scheme == "unix" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if scheme == "tcp" else socket.SOCK_DGRAM) as server:
        server.settimeout(5)
        server.bind(str(folder / "log") if scheme == "unix" else ("127.0.0.1", 0))
        if scheme == "tcp":
            server.listen()
        yield server, f"unix://{folder}/log" if scheme == "unix" else f"{scheme}://127.0.0.1:{server.getsockname()[1]}"


def _heard_over_a_stream(server: socket.socket) -> list[bytes]:
    """Read messages that are framed by their length (RFC 6587)."""
    channel, _ = server.accept()
    with channel, channel.makefile("rb") as stream:
        left, found = stream.read(), []
    while left:
        length, _, left = left.partition(b" ")
        found.append(left[: int(length)])
        left = left[int(length) :]
    return found


async def test_a_place_that_cannot_be_written_gets_its_lines_later_and_holds_up_no_other(
    office: Office, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "log"))
        trail = trail_of(
            office, TrailFile(tmp_path / "later" / "audit.jsonl", clock=office.clock), Syslog(f"unix://{tmp_path}/log")
        )
        await office.says("恩施", "今日批复3宗、120亩")
        await office.says("恩施", "撤回 A1")

        await trail.copy()
        (tmp_path / "later").mkdir()
        await trail.copy()

        said = server.recv(65536).decode()
    assert said.startswith("<109>1 - ")
    assert json.loads(said[said.index("{") :])["action"] == "withdraw"
    assert len((tmp_path / "later" / "audit.jsonl").read_text(encoding="utf-8").splitlines()) == 1
