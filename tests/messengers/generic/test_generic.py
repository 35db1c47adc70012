"""The signed generic webhook, judged by the official library of its specification."""

import datetime as dt
import json
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot import wiring
from bot.clock import ManualClock, SystemClock
from bot.document import Document, File
from bot.messengers.base import ChatKind, Post, SendError
from bot.messengers.generic.client import Generic
from bot.messengers.generic.signing import sign
from bot.server import app_of
from config.campaign import Campaign
from storage.database import Database
from storage.tables import conflicts, inbox
from tests.receiver import SECRET, Receiver, message, signed

Door = TestClient[web.Request, web.Application]

BODY = message("今日批复3宗", sender="u1", chat="g1", sent_at="2023-11-15T16:40:00+08:00")


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251 freshness goes by the wall clock


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    yield made
    await made.stop()


@pytest.fixture
async def generic(receiver: Receiver) -> AsyncIterator[Generic]:
    clock = SystemClock()
    http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2))
    made = Generic(secret=SecretStr(SECRET), push_url=await receiver.start(), http=http, clock=clock)
    yield made
    await made.close()


@pytest.fixture
async def door(database: Database, campaign: Campaign, generic: Generic) -> AsyncIterator[Door]:
    clock = ManualClock(dt.datetime(2023, 11, 15, 9, tzinfo=dt.UTC))
    service = wiring.build(campaign, database=database, messengers={"generic": generic}, clock=clock)
    async with TestClient(TestServer(app_of(service))) as client:
        yield client


async def call(door: Door, body: bytes, headers: dict[str, str]) -> tuple[int, str | None]:
    async with door.post("/webhooks/generic", data=body, headers=headers) as response:
        text = await response.text()
        return response.status, json.loads(text).get("status") if text.startswith("{") else None


async def kept(database: Database) -> list[str]:
    async with database.transaction(reading=True) as tx:
        return list((await tx.execute(inbox.select().with_only_columns(inbox.c.message_id))).scalars())


async def test_a_signed_message_is_accepted_once_and_known_for_ever(door: Door, database: Database) -> None:
    assert await call(door, BODY, signed(BODY, "m1", at=now())) == (200, "accepted")
    assert await call(door, BODY, signed(BODY, "m1", at=now())) == (200, "duplicate")
    assert await call(door, BODY, signed(BODY, "m2", at=now())) == (200, "accepted")

    assert await kept(database) == ["m1", "m2"]


async def test_the_same_id_with_another_body_is_kept_aside_and_flagged(door: Door, database: Database) -> None:
    other = BODY.replace("3宗".encode(), "9宗".encode())
    await call(door, BODY, signed(BODY, "m1", at=now()))

    assert await call(door, other, signed(other, "m1", at=now())) == (409, "conflict")

    async with database.transaction(reading=True) as tx:
        assert list((await tx.execute(conflicts.select().with_only_columns(conflicts.c.text))).scalars()) == [
            "今日批复9宗"
        ]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda h: {k: v for k, v in h.items() if k != "webhook-signature"}, id="unsigned"),
        pytest.param(lambda h: {k: v for k, v in h.items() if k != "webhook-id"}, id="without an id"),
        pytest.param(lambda h: h | {"webhook-id": "m2"}, id="signed for another id"),
        pytest.param(lambda h: h | {"webhook-signature": "v1,AAAA"}, id="forged"),
        pytest.param(lambda h: h | {"webhook-signature": h["webhook-signature"].replace("v1,", "v2,")}, id="v2"),
        pytest.param(lambda h: h | {"webhook-timestamp": "soon"}, id="no timestamp"),
        pytest.param(lambda h: h | {"webhook-timestamp": "²"}, id="a digit that is none"),
    ],
)
async def test_who_is_not_believed_is_told_401_and_nothing_is_kept(
    door: Door, database: Database, spoil: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    assert await call(door, BODY, spoil(signed(BODY, "m1", at=now()))) == (401, None)
    assert await kept(database) == []


@pytest.mark.parametrize(("off_by_s", "status"), [(-299, 200), (-302, 401), (290, 200), (305, 401)])
async def test_a_call_is_fresh_for_five_minutes(door: Door, off_by_s: int, status: int) -> None:
    at = now() + dt.timedelta(seconds=off_by_s)
    assert (await call(door, BODY, signed(BODY, "m1", at=at)))[0] == status


async def test_any_one_of_several_signatures_may_match(door: Door) -> None:
    headers = signed(BODY, "m1", at=now())
    headers["webhook-signature"] = "v1,AAAA " + headers["webhook-signature"]
    assert (await call(door, BODY, headers))[0] == 200


GOOD = json.loads(BODY)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"not json", id="no JSON"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b"[" * 30_000, id="deep"),
        pytest.param(b'{"type": 3}', id="type is no string"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(json.dumps(GOOD | {"text": None}).encode(), id="no text"),
        pytest.param(json.dumps(GOOD | {"sent_at": "2023-11-15T16:40:00"}).encode(), id="no offset"),
        pytest.param(json.dumps(GOOD | {"sent_at": "0001-01-01T00:00:00+14:00"}).encode(), id="before time"),
        pytest.param(json.dumps(GOOD | {"chat": {"id": "", "kind": "group"}}).encode(), id="empty chat"),
        pytest.param(json.dumps(GOOD | {"chat": {"id": "x", "kind": "room"}}).encode(), id="unknown kind"),
        pytest.param(json.dumps(GOOD | {"sender": {"id": "x" * 129}}).encode(), id="long id"),
        pytest.param(json.dumps(GOOD | {"text": "\ud800"}).encode(), id="half a character"),
    ],
)
async def test_what_is_no_message_is_told_422(door: Door, body: bytes) -> None:
    headers = signed(BODY, "m1", at=now())
    headers["webhook-signature"] = signature_of(body, headers)
    assert (await call(door, body, headers))[0] == 422


def signature_of(body: bytes, headers: dict[str, str]) -> str:
    """Sign what the library cannot: it takes text only."""
    stamp = int(headers["webhook-timestamp"])
    return sign(SecretStr(SECRET), message_id=headers["webhook-id"], timestamp=stamp, body=body)


async def test_another_type_is_ignored(door: Door, database: Database) -> None:
    body = b'{"type":"reaction","emoji":"+1"}'
    assert await call(door, body, signed(body, "m1", at=now())) == (200, "ignored")
    assert await kept(database) == []


async def test_more_than_64_kib_is_413_before_anything_else(door: Door) -> None:
    assert (await call(door, b"x" * (64 * 1024 + 1), {}))[0] == 413
    full = BODY[:-1] + b" " * (64 * 1024 - len(BODY)) + b"}"
    assert (await call(door, full, signed(full, "m1", at=now())))[0] == 200


async def test_a_messenger_that_is_off_has_no_route(door: Door) -> None:
    async with door.post("/webhooks/feishu", data=b"{}") as response:
        assert response.status == 404


def a_post(key: str = "k1") -> Post:
    document = Document(lines=("一、全省", "二、需关注"), title="【日报】", mentions=("u1",))
    return Post(key=key, chat_id="g1", chat_kind=ChatKind.GROUP, document=document)


async def no_file(file: File) -> bytes:
    raise AssertionError(file.name)


async def test_a_document_is_posted_as_the_contract_says(generic: Generic, receiver: Receiver) -> None:
    await generic.send(a_post(), no_file)

    assert receiver.got == [
        {
            "type": "message",
            "chat": {"id": "g1", "kind": "group"},
            "text": "【日报】\n一、全省\n二、需关注",
            "mentions": ["u1"],
            "attachments": [],
        }
    ]
    assert receiver.ids == ["k1"]


async def test_files_travel_as_base64(generic: Generic, receiver: Receiver) -> None:
    picture = File(name="日报.png", media_type="image/png", sha256="0" * 64)
    document = Document(lines=("见图",), picture=picture)

    async def load(file: File) -> bytes:
        return file.name.encode()

    await generic.send(Post(key="k", chat_id="g", chat_kind=ChatKind.GROUP, document=document), load)

    assert receiver.got[0]["attachments"] == [
        {"name": "日报.png", "media_type": "image/png", "base64": "5pel5oqlLnBuZw=="}
    ]


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "wait_s"),
    [
        (429, {"Retry-After": "7"}, False, 7.0),
        (503, {}, False, None),
        (408, {}, False, None),
        (500, {}, False, None),
        (404, {}, True, None),
        (302, {"Location": "http://127.0.0.1:1/"}, True, None),
    ],
)
async def test_the_answer_tells_what_to_do_next(
    generic: Generic, receiver: Receiver, status: int, headers: dict[str, str], *, permanent: bool, wait_s: float | None
) -> None:
    receiver.status, receiver.headers = status, headers

    with pytest.raises(SendError) as caught:
        await generic.send(a_post(), no_file)

    assert (caught.value.permanent, caught.value.retry_after_s, caught.value.unknown) == (permanent, wait_s, False)


async def test_an_answer_that_never_comes_is_unknown(generic: Generic, receiver: Receiver) -> None:
    receiver.open.clear()

    with pytest.raises(SendError) as caught:
        await generic.send(a_post(), no_file)

    assert caught.value.unknown


async def test_nobody_listening_is_simply_tried_again(generic: Generic, unused_tcp_port: int) -> None:
    http = aiohttp.ClientSession()
    lonely = Generic(
        secret=SecretStr(SECRET), push_url=f"http://127.0.0.1:{unused_tcp_port}/", http=http, clock=SystemClock()
    )
    with pytest.raises(SendError) as caught:
        await lonely.send(a_post(), no_file)
    await lonely.close()

    assert not caught.value.unknown
    assert not caught.value.permanent
