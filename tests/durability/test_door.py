"""The door: bounds on what strangers may send."""

import asyncio
import datetime as dt
import gzip
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot import receive, server, wiring
from bot.clock import SHANGHAI, ManualClock, SystemClock
from bot.messengers.base import ChatKind, Inbound
from bot.messengers.generic.client import Generic
from config.campaign import Campaign
from storage import inbox
from storage.database import Database
from tests.durability import outside

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def http(sqlite: Database, campaign: Campaign) -> AsyncIterator[Client]:
    clock = SystemClock()
    generic = Generic(secret=SecretStr(outside.SECRET), push_url=None, http=aiohttp.ClientSession(), clock=clock)
    service = wiring.build(campaign, database=sqlite, messengers={"generic": generic}, clock=clock)
    async with TestClient(TestServer(server.app_of(service))) as client:
        yield client
    await generic.close()


async def test_a_body_that_is_declared_or_grows_too_large_is_refused(http: Client) -> None:
    assert (await http.post("/webhooks/generic", data=b"x" * (64 * 1024 + 1))).status == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"x" * 1024

    assert (await http.post("/webhooks/generic", data=endless())).status == 413


async def test_a_body_that_unpacks_without_end_is_refused(http: Client) -> None:
    bomb = gzip.compress(bytes(60_000_000))
    assert len(bomb) < receive.MAX_BODY_BYTES

    assert (await http.post("/webhooks/generic", data=bomb, headers={"Content-Encoding": "gzip"})).status == 413


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz?" + b"a" * 20_000 + b" HTTP/1.1\r\n",
        b"GET /healthz HTTP/1.1\r\nX-Long: " + b"a" * 20_000 + b"\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(5000)),
    ],
)
async def test_a_head_that_is_too_large_is_refused(http: Client, head: bytes) -> None:
    assert b" 400 " in await _first_line(http, head + b"Host: duban\r\n\r\n")


async def test_a_body_that_does_not_come_is_cut_off(http: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "BODY_TIMEOUT_S", 0.05)
    head = b"POST /webhooks/generic HTTP/1.1\r\nHost: duban\r\nContent-Length: 10\r\n\r\n"

    assert b" 408 " in await _first_line(http, head + b"{")


@pytest.mark.parametrize("said", [b"", b"POST /webhooks/generic HTTP/1.1\r\nHost: du"])
async def test_whoever_says_nothing_or_never_ends_its_head_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(server, "HANG_UP_S", 0.1)
    runner = server.runner_of(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection(*runner.addresses[0])

    writer.write(said)
    async with asyncio.timeout(5):
        assert await reader.read() == b""

    writer.close()
    await runner.cleanup()


async def _first_line(http: Client, said: bytes) -> bytes:
    """Send bytes as they are, and return how the answer begins."""
    address = http.make_url("/")
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(said)
    async with asyncio.timeout(5):
        answer = await reader.readline()
    writer.close()
    return answer


async def test_a_callback_for_a_messenger_that_is_off_finds_nobody(http: Client) -> None:
    assert (await http.post("/webhooks/feishu", data=b"{}")).status == 404


async def test_many_messages_at_once_are_kept_each_once(http: Client, sqlite: Database) -> None:
    body = outside.message(chat="c", sender="u", text="今日批复3宗", sent_at="2023-11-15T10:00:00+08:00")
    url = str(http.make_url("/webhooks/generic"))
    async with aiohttp.ClientSession() as session:
        statuses = await asyncio.gather(*(outside.say(session, url, f"m{n % 40}", body) for n in range(80)))

    assert set(statuses) == {200}
    async with sqlite.transaction(reading=True) as tx:
        assert (await tx.exec_driver_sql("SELECT count(*) FROM inbox")).scalar_one() == 40


async def test_a_message_that_does_not_tell_its_time_is_of_the_business_clock_s_day(
    sqlite: Database, campaign: Campaign
) -> None:
    clock = ManualClock(dt.datetime(2023, 11, 15, 16, 40, tzinfo=SHANGHAI))
    service = wiring.build(campaign, database=sqlite, messengers={}, clock=clock)
    said = Inbound(
        message_id="m1",
        chat_id="zhang",
        chat_kind=ChatKind.DIRECT,
        sender_id="zhang",
        text="今日批复3宗",
        sent_at=None,
    )

    await service.door.keep("wecom-robot:main", said)

    async with sqlite.transaction(reading=True) as tx:
        (kept,) = await inbox.take(tx, limit=1)
    assert kept.sent_at == clock.now()
