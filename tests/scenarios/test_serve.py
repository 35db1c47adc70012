"""A real `duban serve` process: signed calls in, signed posts out, killed and started again."""

import asyncio
import datetime as dt
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest

from storage import ledger
from storage.database import Database
from storage.records import Figures
from tests.receiver import SECRET, Receiver, message, signed

ROSTER = """
[[people]]
messenger = "generic"
user_id = "u-enshi"
name = "张三"
role = "city_liaison"
region = "恩施州"

[[chats]]
messenger = "generic"
chat_id = "g-leaders"
kind = "leaders"
"""
SENT_AT = "2023-11-15T16:40:00+08:00"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    yield made
    await made.stop()


@pytest.fixture
async def environment(tmp_path: Path, receiver: Receiver, database_url: str) -> dict[str, str]:
    roster = tmp_path / "roster.toml"
    roster.write_text(ROSTER, encoding="utf-8")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")},
        "DUBAN_DATABASE_URL": database_url,
        "DUBAN_GENERIC__SECRET": SECRET,
        "DUBAN_GENERIC__PUSH_URL": await receiver.start(),
        "DUBAN_ROSTER": str(roster),
        "DUBAN_CLOCK": SENT_AT,
        "DUBAN_SPOOL_DIR": str(tmp_path / "spool"),
    }


class Served:
    """A running process and its address."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"

    async def is_ready(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientConnectionError:
            return False


@asynccontextmanager
async def serving(environment: dict[str, str], port: int, *options: str) -> AsyncIterator[Served]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", "--port", str(port), *options, env=environment
    )
    served = Served(process, port)
    try:
        async with aiohttp.ClientSession() as http, asyncio.timeout(20):
            while not await served.is_ready(http):
                assert process.returncode is None
                await asyncio.sleep(0.05)
        yield served
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def post(served: Served, body: bytes, message_id: str) -> tuple[int, dict[str, str]]:
    headers = signed(body, message_id, at=dt.datetime.now(dt.UTC))  # noqa: TID251 the process goes by the wall clock
    url = f"{served.url}/webhooks/generic"
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as response:
        return response.status, await response.json()


async def stands(url: str) -> Figures | None:
    database = Database(url)
    async with database.transaction(reading=True) as tx:
        found = await ledger.standings(tx, "hubei-2023q4", as_of=dt.date(2023, 11, 15), stages=["approved"])
    await database.close()
    return found[("恩施州", "batch", "approved")][1] if found else None


async def test_killed_between_message_and_answer_it_records_once_and_answers_once(
    environment: dict[str, str], receiver: Receiver, unused_tcp_port: int
) -> None:
    body = message("今日批复2宗100亩", sender="u-enshi", sent_at=SENT_AT)

    async with serving(environment, unused_tcp_port, "--roles", "web") as served:
        assert await post(served, body, "msg-1") == (200, {"status": "accepted"})
        served.process.send_signal(signal.SIGKILL)
        await served.process.wait()
    assert receiver.got == []

    async with serving(environment, unused_tcp_port) as served:
        assert await post(served, body, "msg-1") == (200, {"status": "duplicate"})
        await receiver.wait_for(1)
        served.process.send_signal(signal.SIGTERM)
        assert await served.process.wait() == 0

    assert [(p["chat"], p["text"].splitlines()[0]) for p in receiver.got] == [
        ({"id": "u-enshi", "kind": "direct"}, "已登记｜恩施州 11月15日 #A1")
    ]
    assert await stands(environment["DUBAN_DATABASE_URL"]) == Figures(count=2, area_mu=Decimal(100))
    assert receiver.forged == 0


async def test_killed_while_an_answer_is_on_its_way_it_sends_it_again_under_the_same_id(
    environment: dict[str, str], receiver: Receiver, unused_tcp_port: int
) -> None:
    receiver.open.clear()  # the post arrives, its answer never does

    async with serving(environment, unused_tcp_port) as served:
        await post(served, message("今日批复2宗100亩", sender="u-enshi", sent_at=SENT_AT), "msg-1")
        await receiver.wait_for(1)
        served.process.send_signal(signal.SIGKILL)
        await served.process.wait()
    receiver.open.set()
    later = environment | {"DUBAN_CLOCK": "2023-11-15T16:50:00+08:00"}  # the dead courier's lease has run out

    async with serving(later, unused_tcp_port):
        await receiver.wait_for(2)

    assert receiver.ids[0] == receiver.ids[1]
    assert await stands(environment["DUBAN_DATABASE_URL"]) == Figures(count=2, area_mu=Decimal(100))
