"""The duban command: what it prints, what it refuses, and with which exit code."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.commands.pushing import PAUSED
from config.campaign import Campaign
from storage import occurrences
from storage.database import Database

KEYS = ["id", "kind", "correction", "progress", "problems", "resolutions", "projects", "visits", "nil"]
SENDER = {"role": "city_liaison", "region": "武汉市", "division": None}
LINE = {
    "id": "d1",
    "sent_at": "2023-11-15T16:40:00+08:00",
    "chat": "group",
    "sender": SENDER,
    "text": "今日批复3宗0.12万亩",
}


def duban(
    *arguments: str, cwd: Path, stdin: str | bytes = "", settings: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "120"} | (settings or {})
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=data,
        capture_output=True,
        cwd=cwd,
        env=environment,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def lines_of(*lines: object) -> str:
    return "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)


def test_parse_answers_each_line_in_its_place_with_the_guides_keys(tmp_path: Path) -> None:
    elsewhere = LINE | {"id": "d2", "sent_at": "2023-11-15T18:00:00+00:00", "more": "ignored"}

    done = duban("parse", cwd=tmp_path, stdin=lines_of(LINE, "", "  ", elsewhere))

    first, second = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0
    assert list(first) == KEYS
    assert first["progress"][0] == {
        "region": "武汉市",
        "track": "batch",
        "stage": "approved",
        "basis": "increment",
        "since": "2023-11-15",
        "date": "2023-11-15",
        "count": 3,
        "area_mu": "1200",
        "county": None,
        "part": False,
    }
    assert second["progress"][0]["date"] == "2023-11-16"  # in Shanghai it is the next day


FAULTY: list[tuple[object, str | None]] = [
    ("not json", None),
    ("[1]", None),
    ('{"id": 3}', None),
    ("[" * 100_000, None),
    ({"id": "x"}, "x"),
    (LINE | {"sent_at": "2023-11-15T16:40:00"}, "d1"),
    (LINE | {"sent_at": "yesterday"}, "d1"),
    (LINE | {"sender": SENDER | {"role": "king"}}, "d1"),
    (LINE | {"sender": SENDER | {"region": "长沙市"}}, "d1"),
    (LINE | {"text": 5}, "d1"),
    (LINE | {"chat": "room"}, "d1"),
]


def test_lines_that_are_no_input_are_told_in_their_place_and_the_rest_is_read(tmp_path: Path) -> None:
    done = duban("parse", cwd=tmp_path, stdin=lines_of(*(part for line, _ in FAULTY for part in (line, LINE))))

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [list(fault) for fault in answers[::2]] == [["id", "error"]] * len(FAULTY)
    assert [fault["id"] for fault in answers[::2]] == [message_id for _, message_id in FAULTY]
    assert {reading["kind"] for reading in answers[1::2]} == {"report"}


def test_broken_bytes_are_a_faulty_line(tmp_path: Path) -> None:
    done = duban("parse", cwd=tmp_path, stdin=b"\xff\xfe\n" + lines_of(LINE).encode())

    assert done.returncode == 1
    assert [("error" in json.loads(line)) for line in done.stdout.splitlines()] == [True, False]


def test_parse_of_one_text_says_which_words_gave_what(tmp_path: Path) -> None:
    shown = duban("parse", "今日批复3宗0.12万亩", "--region", "武汉市", "--at", "2023-11-15", cwd=tmp_path)
    as_json = duban("parse", "今日批复3宗0.12万亩", "--region", "武汉市", "--at", "2023-11-15", "--json", cwd=tmp_path)

    assert shown.returncode == 0
    assert "“今日”" in shown.stdout
    assert json.loads(as_json.stdout)["progress"][0]["count"] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["parse", "x", "--role", "king"],
        ["parse", "x", "--region", "长沙市"],
        ["parse", "x", "--at", "soon"],
        ["serve", "--roles", "cook"],
        ["serve", "--port", "99999"],
        ["push", "daily", "--date", "soon"],
        ["push", "gossip"],
        ["replay", "no-such-file", "--out", "out"],
        ["import", "roster", "no-such-file"],
    ],
)
def test_bad_usage_exits_2_and_changes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    done = duban(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_somebody_listens_on_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = duban("serve", "--port", str(port), cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"127.0.0.1:{port}: 无法监听（Address already in use）"]


def test_a_messenger_without_its_secret_stops_the_start_and_names_the_setting(tmp_path: Path) -> None:
    done = duban("serve", cwd=tmp_path, settings={"DUBAN_GENERIC__PUSH_URL": "http://127.0.0.1:1/"})

    assert done.returncode == 1
    assert "DUBAN_GENERIC__SECRET" in done.stderr


def test_a_bad_secret_is_told_without_being_shown(tmp_path: Path) -> None:
    done = duban("check", cwd=tmp_path, settings={"DUBAN_GENERIC__SECRET": "marker-of-a-secret"})

    assert done.returncode == 1
    assert "DUBAN_GENERIC__SECRET" in done.stderr
    assert "marker-of-a-secret" not in done.stdout + done.stderr


def test_a_database_that_is_away_is_one_clear_line(tmp_path: Path, unused_tcp_port: int) -> None:
    url = f"postgresql://duban:marker-of-a-secret@127.0.0.1:{unused_tcp_port}/duban"
    done = duban("db", "upgrade", cwd=tmp_path, settings={"DUBAN_DATABASE_URL": url})

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "marker-of-a-secret" not in done.stderr


def test_check_reports_the_declared_totals_and_passes(tmp_path: Path) -> None:
    done = duban("check", cwd=tmp_path)

    assert done.returncode == 0
    assert "13.15" in done.stdout
    assert "13.13" in done.stdout


ROSTER = """
[[people]]
messenger = "generic"
user_id = "u1"
name = "张三"
role = "city_liaison"
region = "恩施州"
[[chats]]
messenger = "generic"
chat_id = "g1"
kind = "leaders"
"""


def test_a_roster_is_shown_then_taken_then_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "roster.toml").write_text(ROSTER, encoding="utf-8")

    shown, taken, again = (
        duban("import", "roster", "roster.toml", *dry, cwd=tmp_path).stdout for dry in (["--dry-run"], [], [])
    )

    assert shown == taken
    assert "张三" in taken
    assert "没有变化" in again


def test_a_roster_with_faults_is_refused_whole_with_sheet_row_and_column(tmp_path: Path) -> None:
    book = Workbook()
    people = book.active
    assert people is not None
    people.title = "people"
    people.append(["messenger", "user_id", "name", "role", "region"])
    people.append(["generic", "u1", "张三", "city_liaison", "恩施州"])
    people.append(["generic", "u2", "李四", "king", "恩施州"])
    people.append(["generic", "u3", "王五", "city_liaison", "长沙市"])
    book.save(tmp_path / "roster.xlsx")

    refused = duban("import", "roster", "roster.xlsx", cwd=tmp_path)
    after = duban("import", "roster", "roster.xlsx", "--dry-run", cwd=tmp_path)

    assert refused.returncode == after.returncode == 1
    assert "people 3 role: " in refused.stderr
    assert "people 4 region: " in refused.stderr


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip", b"", b"\x00" * 100])
def test_a_file_that_is_no_xlsx_is_told_plainly(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "roster.xlsx").write_bytes(content)
    done = duban("import", "roster", "roster.xlsx", cwd=tmp_path)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_replay_refuses_a_folder_that_is_not_empty_and_a_file_without_messages(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(lines_of(LINE), encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text("nothing\n", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "here.txt").touch()

    full = duban("replay", "in.jsonl", "--out", "full", cwd=tmp_path)
    bad = duban("replay", "bad.jsonl", "--out", "out", cwd=tmp_path)

    assert (full.returncode, bad.returncode) == (1, 1)
    assert "line 1" in bad.stderr
    assert not (tmp_path / "out").exists()


def test_push_dry_run_prints_the_digest_and_sends_nothing(tmp_path: Path) -> None:
    roster = ROSTER + '[[people]]\nmessenger="generic"\nuser_id="l"\nname="领导"\nrole="leader"\n'
    (tmp_path / "roster.toml").write_text(roster, encoding="utf-8")
    settings = {"DUBAN_ROSTER": "roster.toml", "DUBAN_CLOCK": "2023-11-15T18:00:00+08:00"}

    done = duban("push", "daily", "--date", "2023-11-15", "--dry-run", cwd=tmp_path, settings=settings)

    assert done.returncode == 0, done.stderr
    assert "【攻坚日报】11月15日（第15天，共61天）" in done.stdout


def test_push_that_is_not_accepted_exits_1(tmp_path: Path, unused_tcp_port: int) -> None:
    (tmp_path / "roster.toml").write_text(ROSTER, encoding="utf-8")
    settings = {
        "DUBAN_ROSTER": "roster.toml",
        "DUBAN_GENERIC__SECRET": "whsec_" + "ZHViYW4tdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OQ==",
        "DUBAN_GENERIC__PUSH_URL": f"http://127.0.0.1:{unused_tcp_port}/",
        "DUBAN_CLOCK": "2023-11-15T18:00:00+08:00",
    }

    done = duban("push", "daily", "--date", "2023-11-15", cwd=tmp_path, settings=settings)

    assert done.returncode == 1
    assert "g1" in done.stderr


async def test_push_by_hand_keeps_to_the_pause_that_an_admin_ordered(tmp_path: Path, campaign: Campaign) -> None:
    database = Database(f"sqlite:///{tmp_path}/duban.db")
    await database.migrate()
    async with database.transaction() as tx:
        await occurrences.remember(tx, campaign.key, PAUSED, {"reason": "系统维护"})
    await database.close()
    (tmp_path / "roster.toml").write_text(ROSTER, encoding="utf-8")
    settings = {"DUBAN_ROSTER": "roster.toml", "DUBAN_CLOCK": "2023-11-15T18:00:00+08:00"}

    sent = duban("push", "missing", cwd=tmp_path, settings=settings)
    shown = duban("push", "missing", "--dry-run", cwd=tmp_path, settings=settings)

    assert (sent.returncode, sent.stderr.strip().splitlines()[-1]) == (1, "推送已暂停：系统维护")
    assert "【报送情况】11月15日18:00" in shown.stdout


@pytest.mark.parametrize("day", ["2023-10-31", "2023-11-16", "2022-11-15"])
def test_push_of_a_day_outside_the_campaign_or_yet_to_come_says_so(tmp_path: Path, day: str) -> None:
    settings = {"DUBAN_CLOCK": "2023-11-15T18:00:00+08:00"}

    done = duban("push", "daily", "--date", day, "--dry-run", cwd=tmp_path, settings=settings)

    assert done.returncode == 1
    assert f"--date {day}: 须在2023-11-01至2023-11-15之间" in done.stderr


def test_a_port_that_is_taken_and_a_database_nobody_knows_are_told_in_a_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        busy = duban("serve", "--port", str(port), cwd=tmp_path)
    strange = duban("serve", cwd=tmp_path, settings={"DUBAN_DATABASE_URL": "mysql://duban:geheim@db/duban"})

    assert (busy.returncode, "Traceback" in busy.stderr) == (1, False)
    assert f"127.0.0.1:{port}: " in busy.stderr
    assert strange.returncode == 1
    assert strange.stderr.startswith("DUBAN_DATABASE_URL: must be sqlite:///FILE")
    assert "geheim" not in strange.stderr
