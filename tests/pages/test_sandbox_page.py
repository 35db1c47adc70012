import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.pages.feed import Message, Person, Tick
from bot.pages.requests import MAX_BODY_BYTES, MAX_TEXT
from bot.pages.sandbox import STATIC, SandboxPage, Step, make_app
from config.campaign import load
from storage.records import Role
from tests.fakes.sandbox import FakeSandbox

CAMPAIGN = load()
ENSHI = "liaison/恩施州"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def sandbox() -> FakeSandbox:
    return FakeSandbox(CAMPAIGN)


@pytest.fixture
async def client(sandbox: FakeSandbox) -> AsyncIterator[Client]:
    async with TestClient(TestServer(make_app(sandbox, CAMPAIGN))) as client:
        yield client


async def said(client: Client, text: object, *, person: object = ENSHI, chat: object = ENSHI) -> ClientResponse:
    return await client.post("/api/say", json={"person": person, "chat": chat, "text": text})


async def sentence(response: ClientResponse) -> str:
    body = await response.json()
    assert list(body) == ["error"]
    return str(body["error"])


class EndedError(Exception):
    """The stream is over."""


class Stream:
    """Reads an event stream as a browser does."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[str, int, dict[str, Any]]:
        fields: dict[str, str] = {}
        while "data" not in fields:
            fields = {}
            while line := (await self._line()).rstrip("\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
        return fields["event"], int(fields["id"]), json.loads(fields["data"])

    async def _line(self) -> str:
        line = await self._response.content.readline()
        if not line:
            raise EndedError
        return line.decode()


async def open_stream(client: Client, *, after: int | None = None, last_event_id: int | None = None) -> Stream:
    state = await (await client.get("/api/state")).json()
    response = await client.get(
        "/api/events",
        params={"session": state["session"], "after": state["cursor"] if after is None else after},
        headers={} if last_event_id is None else {"Last-Event-ID": str(last_event_id)},
    )
    assert response.status == 200
    assert response.content_type == "text/event-stream"
    return Stream(response)


async def test_the_page_runs_only_its_own_script_and_needs_no_other_site(client: Client) -> None:
    response = await client.get("/")

    html = await response.text()
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert CAMPAIGN.name in html
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|https?://", html)


@pytest.mark.parametrize("name", STATIC)
async def test_every_static_file_is_served_with_its_type(client: Client, name: str) -> None:
    response = await client.get(f"/static/{name}")

    assert response.status == 200
    assert response.content_type == STATIC[name]
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(", await response.text())


@pytest.mark.parametrize("name", ["nothing.js", "..%2fsandbox.py", "%2e%2e%2fsandbox.py"])
async def test_no_other_file_is_served(client: Client, name: str) -> None:
    assert (await client.get(f"/static/{name}")).status == 404


async def test_the_state_names_people_by_role_and_each_ones_private_chat(client: Client) -> None:
    state = await (await client.get("/api/state")).json()

    assert [role["name"] for role in state["roles"]] == ["市州联络员", "责任处室", "厅领导", "管理员", "陌生人"]
    assert sum(person["role"] == "city_liaison" for person in state["people"]) == 17
    assert state["clock"] | {"at": ""} == {
        "at": "",
        "date": "11月15日 星期三",
        "time": "14:20",
        "day": 15,
        "days": 61,
        "moving": False,
    }
    private = next(chat for chat in state["chats"] if chat["id"] == ENSHI)
    assert (private["purpose"], private["members"]) == ("direct", [ENSHI])
    assert "压覆矿产" in private["last"]["text"]


async def test_a_persons_own_suggestions_go_before_those_of_the_role(client: Client, sandbox: FakeSandbox) -> None:
    sandbox.welcome(Person(id="x", name="张三", role=Role.CITY_LIAISON, region="恩施州", suggestions=("今日批复1宗",)))

    people = (await (await client.get("/api/state")).json())["people"]

    suggestions = {person["id"]: person["suggestions"] for person in people}
    assert suggestions["x"] == ["今日批复1宗"]
    assert "今日无新增" in suggestions[ENSHI]
    assert "未报" in suggestions["admin/1"]


async def test_history_gives_the_last_messages_of_a_chat(client: Client) -> None:
    response = await client.get("/api/history", params={"chat": "leaders", "limit": "2"})

    messages = (await response.json())["messages"]
    assert [m["author"] and m["author"]["name"] for m in messages] == ["沈学军", None]
    assert messages[1]["tag"] == "答复"
    assert messages[1]["date"] == "11月14日 星期二"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "²", "99999999999999999999"])
async def test_a_limit_out_of_bounds_is_refused(client: Client, limit: str) -> None:
    response = await client.get("/api/history", params={"chat": "leaders", "limit": limit})

    assert response.status == 422
    assert "条数" in await sentence(response)


@pytest.mark.parametrize("query", [{"chat": "nowhere"}, {}])
async def test_the_history_of_an_unknown_chat_is_not_found(client: Client, query: dict[str, str]) -> None:
    assert (await client.get("/api/history", params=query)).status == 404


async def test_what_is_said_and_the_answer_arrive_by_the_stream(client: Client, sandbox: FakeSandbox) -> None:
    stream = await open_stream(client)

    response = await said(client, " 今日批复3宗0.12万亩\r\n累计45宗 ")

    assert response.status == 202
    assert sandbox.said == [(ENSHI, ENSHI, "今日批复3宗0.12万亩\n累计45宗")]
    name, first, mine = await stream.next()
    _, second, answer = await stream.next()
    assert (name, mine["author"]["id"], mine["text"]) == ("message", ENSHI, "今日批复3宗0.12万亩\n累计45宗")
    assert (answer["author"], answer["kind"], answer["tag"]) == (None, "ack", "回执")
    assert second == first + 1


async def test_a_broken_stream_is_taken_up_after_the_last_event_seen(client: Client, sandbox: FakeSandbox) -> None:
    start = sandbox.feed.last
    for text in ("进度", "进度"):
        await said(client, text)

    resumed = await open_stream(client, after=start, last_event_id=start + 2)

    assert (await resumed.next())[1] == start + 3
    assert (await resumed.next())[1] == start + 4


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({"after": "0"}, {}),
        ({"after": "0", "session": "another"}, {}),
        ({"after": "99999", "session": "SESSION"}, {}),
        ({"after": "-1", "session": "SESSION"}, {}),
        ({"after": "x", "session": "SESSION"}, {}),
        ({"session": "SESSION"}, {}),
        ({"after": "0", "session": "SESSION"}, {"Last-Event-ID": "9" * 40}),
    ],
)
async def test_a_stream_of_another_run_ends_so_that_the_page_begins_anew(
    client: Client, query: dict[str, str], headers: dict[str, str]
) -> None:
    session = (await (await client.get("/api/state")).json())["session"]
    query = {key: session if value == "SESSION" else value for key, value in query.items()}

    response = await client.get("/api/events", params=query, headers=headers)

    assert response.status == 409


async def test_a_silent_stream_is_kept_alive_by_comments(sandbox: FakeSandbox) -> None:
    page = SandboxPage(sandbox, CAMPAIGN)
    page.heartbeat_s = 0.01
    app = web.Application()
    page.mount(app)
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/api/events", params={"session": page.session, "after": sandbox.feed.last})

        lines = [await response.content.readline() for _ in range(6)]

    assert lines == [b"retry: 1000\n", b"\n", b": \n", b"\n", b": \n", b"\n"]


async def test_shutting_down_ends_open_streams_at_once(sandbox: FakeSandbox) -> None:
    server = TestServer(make_app(sandbox, CAMPAIGN))
    async with TestClient(server) as client:
        stream = await open_stream(client)

        async with asyncio.timeout(2):
            await server.close()

        with pytest.raises(EndedError):
            await stream.next()


async def test_a_reader_that_leaves_is_let_go(client: Client, sandbox: FakeSandbox) -> None:
    stream = await open_stream(client)
    stream._response.close()

    for _ in range(3):
        assert (await said(client, "进度")).status == 202

    assert len(sandbox.said) == 3


async def test_a_mention_is_shown_by_name(client: Client, sandbox: FakeSandbox) -> None:
    stream = await open_stream(client)

    sandbox.feed.publish(Message(chat_id=ENSHI, at=sandbox.now(), text="请报送", mentions=(ENSHI, "处室")))

    assert (await stream.next())[2]["mentions"] == [sandbox.liaison("恩施州").name, "处室"]


async def test_a_change_of_the_roster_is_told(client: Client, sandbox: FakeSandbox) -> None:
    stream = await open_stream(client)

    sandbox.welcome(Person(id="x", name="张三", role=Role.CITY_LIAISON, region="恩施州"))

    assert (await stream.next())[0] == "roster"


async def test_the_clock_tells_where_it_is_on_the_way_and_the_digest_arrives(client: Client) -> None:
    stream = await open_stream(client)

    response = await client.post("/api/clock", json={"step": "evening"})

    assert (await response.json())["clock"]["time"] == "18:10"
    events = [await stream.next() for _ in range(12)]
    ticks = [(data["time"], data["moving"]) for name, _, data in events if name == "clock"]
    assert ticks == [("14:20", True), ("17:00", True), ("17:30", True), ("18:00", True), ("18:10", False)]
    daily = next(data for name, _, data in events if name == "message" and data["kind"] == "daily")
    assert (daily["chat"], daily["files"][0]["picture"]) == ("leaders", True)


@pytest.mark.parametrize("step", ["week", "", None, 3, [], {}, "HOUR"])
async def test_an_unknown_step_does_not_move_the_clock(client: Client, sandbox: FakeSandbox, step: object) -> None:
    before = sandbox.now()

    assert (await client.post("/api/clock", json={"step": step})).status == 422
    assert sandbox.now() == before


class SlowSandbox(FakeSandbox):
    """Takes its time over a move, until it is let go."""

    def __init__(self) -> None:
        super().__init__(CAMPAIGN)
        self.started = asyncio.Event()
        self.let_go = asyncio.Event()

    async def move(self, step: Step) -> None:
        self.started.set()
        await self.let_go.wait()
        if step is Step.NEXT_DAY:
            raise ValueError("a bug on the way")
        await super().move(step)


async def test_the_clock_is_moved_by_one_at_a_time() -> None:
    sandbox = SlowSandbox()
    async with TestClient(TestServer(make_app(sandbox, CAMPAIGN))) as client:
        first = asyncio.create_task(client.post("/api/clock", json={"step": "hour"}))
        await sandbox.started.wait()

        second = await client.post("/api/clock", json={"step": "hour"})
        sandbox.let_go.set()

        assert second.status == 409
        assert "正在拨动" in await sentence(second)
        assert (await first).status == 200
        assert sandbox.now().hour == 15


async def test_a_move_that_fails_leaves_the_clock_free() -> None:
    sandbox = SlowSandbox()
    sandbox.let_go.set()
    async with TestClient(TestServer(make_app(sandbox, CAMPAIGN))) as client:
        failed = await client.post("/api/clock", json={"step": "next_day"})

        assert failed.status == 500
        assert (await client.post("/api/clock", json={"step": "hour"})).status == 200
        last = await sandbox.feed.after(sandbox.feed.last - 1, wait_s=0)
        assert last[-1][1] == Tick(now=sandbox.now())


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 422, "请先输入"),
        (" \n\t ", 422, "请先输入"),
        ("宗" * (MAX_TEXT + 1), 413, "最多4000字，现有4001字"),
        ("a\0b", 422, "无法显示"),
        ("a\x1bb", 422, "无法显示"),
        ("\ud83d", 422, "无法显示"),
        (None, 422, "有误"),
        (7, 422, "有误"),
        (["进度"], 422, "有误"),
    ],
)
async def test_a_text_out_of_bounds_is_refused_in_words(
    client: Client, sandbox: FakeSandbox, text: object, status: int, words: str
) -> None:
    response = await said(client, text)

    assert response.status == status
    assert words in await sentence(response)
    assert sandbox.said == []


async def test_a_text_as_long_as_allowed_is_taken(client: Client) -> None:
    assert (await said(client, "宗" * MAX_TEXT)).status == 202


@pytest.mark.parametrize(
    ("person", "chat", "status"),
    [
        ("nobody", ENSHI, 404),
        (None, ENSHI, 404),
        ([], ENSHI, 404),
        (ENSHI, "nowhere", 404),
        (ENSHI, {}, 404),
        (ENSHI, "leaders", 403),
        (ENSHI, "admin/1", 403),
        ("stranger/1", "headquarters", 403),
    ],
)
async def test_nobody_speaks_where_they_are_not(
    client: Client, sandbox: FakeSandbox, person: object, chat: object, status: int
) -> None:
    assert (await said(client, "进度", person=person, chat=chat)).status == status
    assert sandbox.said == []


@pytest.mark.parametrize("path", ["/api/say", "/api/clock"])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"step=hour", "application/x-www-form-urlencoded", 415),
        (b'{"step": "hour"}', "text/plain", 415),
        (b"{", "application/json", 400),
        (b"\xff\xfe\xff", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"", "application/json", 400),
        (b'["hour"]', "application/json", 422),
        (b"null", "application/json", 422),
        (b'"' + b"a" * MAX_BODY_BYTES + b'"', "application/json", 413),
    ],
)
async def test_only_small_json_objects_are_read(
    client: Client, path: str, body: bytes, content_type: str, status: int
) -> None:
    response = await client.post(path, data=body, headers={"Content-Type": content_type})

    assert response.status == status
    assert await sentence(response)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": "[::1"},
        {"Host": "127.0.0.1.evil.example"},
    ],
)
@pytest.mark.parametrize("path", ["/api/say", "/api/clock"])
async def test_another_site_can_not_post(
    client: Client, sandbox: FakeSandbox, path: str, headers: dict[str, str]
) -> None:
    body = {"person": ENSHI, "chat": ENSHI, "text": "进度", "step": "hour"}

    response = await client.post(path, json=body, headers=headers)

    assert response.status == 403
    assert sandbox.said == []


async def test_the_pages_own_posts_are_let_in(client: Client) -> None:
    origin = str(client.make_url("")).rstrip("/")

    response = await client.post(
        "/api/clock", json={"step": "hour"}, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    )

    assert response.status == 200


async def test_a_foreign_name_for_this_machine_shows_nothing(client: Client) -> None:
    for path in ("/", "/api/state", "/api/history?chat=leaders", "/api/events?after=0"):
        assert (await client.get(path, headers={"Host": "rebound.example"})).status == 403


async def test_a_picture_is_shown_and_a_file_is_kept(client: Client, sandbox: FakeSandbox) -> None:
    picture = await client.get(f"/files/{sandbox.picture.sha256}")
    sheet = await client.get(f"/files/{sandbox.sheet.sha256}")

    assert picture.content_type == "image/png"
    assert (await picture.read()).startswith(b"\x89PNG")
    assert picture.headers["Content-Disposition"].startswith("inline")
    assert sheet.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%8F%B0")
    assert sheet.content_type == "application/octet-stream"
    assert sheet.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_that_nobody_showed_or_that_is_gone_is_not_found(client: Client, sandbox: FakeSandbox) -> None:
    sandbox.forget(sandbox.sheet)

    for digest in ("0" * 64, "%2e%2e%2fsandbox.py", sandbox.sheet.sha256):
        assert (await client.get(f"/files/{digest}")).status == 404
