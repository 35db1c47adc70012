import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.document import Document, Table, say
from bot.messengers.base import BadSignatureError, ChatKind, Hook, Inbound, SendError
from bot.messengers.wecom import Stop, WeComGroupWebhook, WeComLongConnection
from tests.fakes.wecom import BOT_ID, BOT_SECRET, KEY, FakeConnection, FakeWeCom
from tests.messengers.wecom.conftest import NOW
from tests.messengers.wecom.papers import Papers, post_of

SAMPLES = Path("tests/samples/wecom")


def sample(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((SAMPLES / f"robot_{name}.json").read_text(encoding="utf-8"))
    return body


class Office:
    """A robot on its long connection, whoever it delivers to, and the lease it runs under."""

    def __init__(self, platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock) -> None:
        self.platform, self.http, self.clock = platform, http, clock
        self.heard: asyncio.Queue[Inbound] = asyncio.Queue()
        self.pauses: list[float] = []
        self.leased = 0
        self.lease_free = asyncio.Lock()
        self.troubles: list[Exception] = []
        self.stored = asyncio.Event()
        self.stored.set()
        self.runs: list[asyncio.Task[Stop]] = []

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[None]:
        async with self.lease_free:
            self.leased += 1
            yield
            self.leased -= 1

    async def deliver(self, inbound: Inbound) -> None:
        await self.stored.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.heard.put_nowait(inbound)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    def robot(self, **over: Any) -> WeComLongConnection:
        key = SecretStr(KEY)
        settings: dict[str, Any] = {
            "name": "wecom-robot:main",
            "bot_id": BOT_ID,
            "secret": SecretStr(BOT_SECRET),
            "http": self.http,
            "clock": self.clock,
            "deliver": self.deliver,
            "lease": self.lease,
            "ws_endpoint": self.platform.ws_url,
            "robot_name": "督办机器人",
            "webhooks": {
                "hq": WeComGroupWebhook(name="g", key=key, http=self.http, clock=self.clock, api_base=self.platform.url)
            },
            "pause": self.pause,
        }
        return WeComLongConnection(**settings | over)

    async def start(self, **over: Any) -> tuple[WeComLongConnection, FakeConnection]:
        robot = self.robot(**over)
        self.runs.append(asyncio.create_task(robot.run()))
        connection = await self.connection()
        await until(lambda: robot.connected)
        return robot, connection

    async def connection(self) -> FakeConnection:
        """The next connection that subscribes."""
        return await asyncio.wait_for(self.platform.connected.get(), 5)

    async def hears(self, connection: FakeConnection, req_id: str = "REQ-IN-1", **over: Any) -> Inbound:
        await connection.hear(sample("group_text") | over, req_id=req_id)
        return await asyncio.wait_for(self.heard.get(), 5)

    async def end(self) -> None:
        for run in self.runs:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run


async def until(true: Callable[[], bool]) -> None:
    """Let others work until something is so."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 what is waited for is anything
            await asyncio.sleep(0)


@pytest.fixture
async def office(platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock) -> AsyncIterator[Office]:
    office = Office(platform, http, clock)
    yield office
    office.stored.set()
    await office.end()


def reply(inbound: Inbound, document: Document, *, key: str = "k1") -> Any:
    return post_of(
        document, key=key, chat_id=inbound.chat_id, chat_kind=inbound.chat_kind, reply_route=inbound.reply_route
    )


async def test_a_group_message_is_heard_and_answered_in_one_finished_stream(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, connection = await office.start()

    inbound = await office.hears(connection)
    await robot.send(reply(inbound, say("已记录：A项目 60% <@all>")), papers.load)

    assert (inbound.text, inbound.chat_id, inbound.chat_kind) == ("A项目 进度60%", "wrTESTCHAT0001", ChatKind.GROUP)
    assert inbound.reply_until == NOW + dt.timedelta(hours=24)
    assert platform.said[0]["where"] == "aibot_respond_msg:REQ-IN-1"
    stream = platform.said[0]["message"]["stream"]
    assert (stream["finish"], stream["content"]) == (True, "已记录：A项目 60% ＜@\u200ball>")


async def test_a_push_names_the_chat_as_it_came_and_its_kind(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, _ = await office.start()
    table = Table(header=("项目", "进度"), rows=(("A", "60%"),))

    await robot.send(post_of(Document(title="督办日报", lines=(), table=table)), papers.load)
    await robot.send(post_of(say("请报"), key="k2", chat_id="ZhangSan", chat_kind=ChatKind.DIRECT), papers.load)

    assert [one["where"] for one in platform.said] == ["push:2:wrTESTCHAT0001", "push:1:ZhangSan"]
    assert platform.texts[0] == "# 督办日报\n\n| 项目 | 进度 |\n| :-- | --: |\n| A | 60% |"


async def test_a_long_answer_goes_on_as_pushes(office: Office, platform: FakeWeCom, papers: Papers) -> None:
    robot, connection = await office.start()
    inbound = await office.hears(connection)

    await robot.send(reply(inbound, Document(lines=tuple(f"第{n}宗：批复0.12万亩" for n in range(1000)))), papers.load)

    assert [one["where"] for one in platform.said] == ["aibot_respond_msg:REQ-IN-1", "push:2:wrTESTCHAT0001"]
    assert [text.rsplit("\n", 1)[1] for text in platform.texts] == ["(1/2)", "(2/2)"]


async def test_pictures_and_files_are_uploaded_in_chunks_and_shown(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, connection = await office.start()
    document = Document(
        lines=("见附件",),
        picture=papers.file("图.png", b"\x89PNG" * 5, "image/png"),
        files=(papers.file("督办周报.xlsx", bytes(range(256)) * 2500),),
    )

    await robot.send(post_of(document, key="k1"), papers.load)
    await robot.send(post_of(document, key="k2"), papers.load)

    assert [one["message"]["msgtype"] for one in platform.said] == ["markdown", "image", "file"] * 2
    assert [(name, len(data)) for _, name, data in platform.media.values()] == [
        ("图.png", 20),
        ("督办周报.xlsx", 640000),
    ]
    chunks = [frame["body"]["chunk_index"] for frame in connection.frames if frame["cmd"].endswith("chunk")]
    assert chunks == [0, 0, 1]


async def test_who_is_to_be_mentioned_is_mentioned_by_the_webhook(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, connection = await office.start()
    inbound = await office.hears(connection)
    call = say("请报送", mentions=("zhangsan",))

    await robot.send(
        post_of(call, route="hq", reply_route=inbound.reply_route and {**inbound.reply_route}), papers.load
    )

    assert platform.called == ["zhangsan"]


@pytest.mark.parametrize(("code", "is_fresh"), [(846605, True), (846608, True), (0, False)])
async def test_an_answer_that_comes_too_late_is_pushed(
    office: Office, platform: FakeWeCom, papers: Papers, clock: ManualClock, *, code: int, is_fresh: bool
) -> None:
    robot, connection = await office.start()
    inbound = await office.hears(connection)
    if not is_fresh:
        clock.advance(hours=24)
    platform.fail_next(code, on="aibot_respond_msg")

    await robot.send(reply(inbound, say("已登记")), papers.load)

    assert [one["where"] for one in platform.said] == ["push:2:wrTESTCHAT0001"]


async def test_a_request_of_an_earlier_connection_is_answered_by_a_push(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, connection = await office.start()
    inbound = await office.hears(connection)
    await connection.ws.close()
    again = await office.connection()
    await until(lambda: robot.connected)

    await robot.send(reply(inbound, say("已登记")), papers.load)

    assert [one["where"] for one in platform.said] == ["push:2:wrTESTCHAT0001"]
    assert not any(frame["cmd"] == "aibot_respond_msg" for frame in again.frames)


@pytest.mark.parametrize("is_reply", [True, False])
async def test_a_lost_subscription_is_made_anew_and_the_message_said_once(
    office: Office, platform: FakeWeCom, papers: Papers, *, is_reply: bool
) -> None:
    robot, connection = await office.start()
    inbound = await office.hears(connection)
    connection.forget()

    await robot.send(reply(inbound, say("已登记")) if is_reply else post_of(say("已登记")), papers.load)

    assert [one["where"] for one in platform.said] == ["push:2:wrTESTCHAT0001"]
    assert len(platform.connections) == 2


async def test_a_robot_that_is_evicted_stops_and_does_not_come_back(
    office: Office, http: aiohttp.ClientSession, platform: FakeWeCom
) -> None:
    robot, _ = await office.start()
    run = office.runs[0]

    async with http.ws_connect(platform.ws_url) as rival:
        body = {"bot_id": BOT_ID, "secret": BOT_SECRET}
        await rival.send_json({"cmd": "aibot_subscribe", "headers": {"req_id": "r"}, "body": body})

        assert await asyncio.wait_for(run, 5) is Stop.KICKED

    assert not robot.connected
    assert office.leased == 0
    assert len(platform.connections) == 2
    assert office.pauses == []


async def test_only_the_holder_of_the_lease_connects(office: Office, platform: FakeWeCom) -> None:
    await office.lease_free.acquire()
    robot = office.robot()
    office.runs.append(asyncio.create_task(robot.run()))
    for _ in range(20):
        await asyncio.sleep(0)
    assert platform.connections == []

    office.lease_free.release()

    await office.connection()
    assert office.leased == 1


async def test_a_wrong_secret_stops_at_once_and_is_not_told(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    robot = office.robot(secret=SecretStr("MARKER-BOT-SECRET"))

    assert await robot.run() is Stop.REFUSED

    said = "".join(capsys.readouterr())
    assert "853000" in said
    assert "MARKER-BOT-SECRET" not in said
    assert office.pauses == []


async def test_a_subscription_refused_again_and_again_is_given_up(office: Office, platform: FakeWeCom) -> None:
    platform.fail_next(-1, times=2, on="aibot_subscribe")
    platform.fail_next(45009, times=3, on="aibot_subscribe")

    assert await office.robot().run() is Stop.REFUSED

    assert office.pauses == [1, 2, 60, 60]


async def test_a_dead_platform_is_tried_again_at_growing_intervals(office: Office) -> None:
    async def pause(seconds: float) -> None:
        office.pauses.append(seconds)
        if len(office.pauses) == 7:
            raise asyncio.CancelledError

    robot = office.robot(ws_endpoint=f"ws://127.0.0.1:{unused_port()}/ws", pause=pause)

    with pytest.raises(asyncio.CancelledError):
        await robot.run()

    assert office.pauses == [1, 2, 4, 8, 16, 30, 30]


async def test_a_connection_that_has_stood_a_minute_is_resumed_after_a_second(
    office: Office, clock: ManualClock
) -> None:
    _, connection = await office.start()
    for _ in range(3):
        clock.advance(minutes=2)
        await connection.ws.close()
        connection = await office.connection()

    assert office.pauses == [1, 1, 1]


async def test_a_link_that_answers_no_pings_is_given_up(office: Office, platform: FakeWeCom) -> None:
    platform.answers_pings = False
    _, connection = await office.start(heartbeat_s=0.01, ack_s=0.4)

    await office.connection()

    assert [frame["cmd"] for frame in connection.frames] == ["aibot_subscribe", "ping", "ping"]


async def test_a_link_that_answers_its_pings_stays(office: Office, platform: FakeWeCom) -> None:
    _, connection = await office.start(heartbeat_s=0.001)

    await until(lambda: len(connection.frames) > 5)

    assert len(platform.connections) == 1


async def test_a_message_whose_answer_was_lost_is_unknown(office: Office, platform: FakeWeCom, papers: Papers) -> None:
    robot, _ = await office.start(ack_s=0.4)
    platform.lose_next_answer()

    with pytest.raises(SendError) as caught:
        await robot.send(post_of(say("日报")), papers.load)

    assert (caught.value.unknown, caught.value.permanent) == (True, False)


async def test_a_line_cut_while_an_answer_is_awaited_leaves_it_unknown(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, connection = await office.start()
    platform.gate.clear()
    sending = asyncio.create_task(robot.send(post_of(say("日报")), papers.load))
    await until(lambda: len(connection.frames) == 2)

    await connection.ws.close()
    platform.gate.set()

    with pytest.raises(SendError) as caught:
        await sending
    assert caught.value.unknown


async def test_without_a_connection_a_post_waits(office: Office, papers: Papers) -> None:
    with pytest.raises(SendError) as caught:
        await office.robot().send(post_of(say("日报")), papers.load)

    assert (caught.value.permanent, caught.value.unknown, caught.value.retry_after_s) == (False, False, 5)


async def test_without_a_connection_a_push_still_goes_by_the_webhook(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    await office.robot().send(post_of(say("日报"), route="hq"), papers.load)

    assert platform.texts == ["日报"]


async def test_a_chat_that_wecom_does_not_know_is_a_permanent_failure(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, _ = await office.start()
    platform.fail_next(93006, "invalid chatid")

    with pytest.raises(SendError, match="93006") as caught:
        await robot.send(post_of(say("日报")), papers.load)

    assert caught.value.permanent


async def test_the_thirty_first_message_to_a_chat_in_a_minute_waits(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, _ = await office.start()
    for number in range(30):
        await robot.send(post_of(say(f"{number}"), key=f"k{number}"), papers.load)

    with pytest.raises(SendError) as caught:
        await robot.send(post_of(say("日报")), papers.load)

    assert caught.value.retry_after_s == 60
    assert len(platform.said) == 30


async def test_what_could_not_be_stored_is_handed_on_again_in_order(office: Office) -> None:
    _, connection = await office.start()
    office.troubles = [RuntimeError("database away"), RuntimeError("database away")]

    first = await office.hears(connection, msgid="M1")
    second = await office.hears(connection, msgid="M2")

    assert (first.message_id, second.message_id) == ("M1", "M2")
    assert office.pauses == [1, 2]


async def test_closing_hands_on_what_was_heard_before_it_lets_the_lease_go(office: Office) -> None:
    robot, connection = await office.start()
    office.stored.clear()
    for number in range(5):
        await connection.hear(sample("group_text") | {"msgid": f"M{number}"}, req_id=f"R{number}")
    await connection.hear(sample("enter_chat"), req_id="R9", cmd="aibot_event_callback")
    await until(lambda: robot._stay._heard.qsize() == 4)

    closing = asyncio.create_task(robot.close())
    await until(lambda: not robot.connected)
    assert office.leased == 1
    office.stored.set()
    await closing

    assert [office.heard.get_nowait().message_id for _ in range(5)] == [f"M{number}" for number in range(5)]
    assert await office.runs[0] is Stop.CLOSED
    assert office.leased == 0


async def test_whoever_opens_the_chat_is_welcomed(office: Office, platform: FakeWeCom) -> None:
    _, connection = await office.start(welcome="您好，直接发进展即可。")

    await connection.hear(sample("enter_chat"), req_id="REQ-EVT", cmd="aibot_event_callback")
    await until(lambda: bool(platform.said))

    assert platform.said[0]["where"] == "aibot_respond_welcome_msg:REQ-EVT"
    assert platform.texts == ["您好，直接发进展即可。"]


@pytest.mark.parametrize(
    "text",
    ["督办", "[]", "{}", '{"headers":7}', '{"cmd":"aibot_msg_callback","headers":{"req_id":"x"}}', '{"a":' * 9000],
    ids=range(6),
)
async def test_a_frame_that_is_none_disturbs_nobody(office: Office, text: str) -> None:
    _, connection = await office.start()

    await connection.ws.send_str(text)
    await connection.ws.send_bytes(b"\x00")
    inbound = await office.hears(connection)

    assert inbound.message_id == "MSG-0001"


async def test_many_pushes_at_once_find_their_own_answers(office: Office, platform: FakeWeCom, papers: Papers) -> None:
    robot, _ = await office.start()

    await asyncio.gather(
        *(robot.send(post_of(say(f"{n}"), key=f"k{n}", chat_id=f"wr{n}"), papers.load) for n in range(25))
    )

    assert sorted(platform.texts) == sorted(str(n) for n in range(25))


async def test_answers_to_one_request_go_one_after_another(office: Office, platform: FakeWeCom, papers: Papers) -> None:
    robot, connection = await office.start()
    inbound = await office.hears(connection)

    await asyncio.gather(*(robot.send(reply(inbound, say(f"{n}"), key=f"k{n}"), papers.load) for n in range(5)))

    assert [one["where"] for one in platform.said] == ["aibot_respond_msg:REQ-IN-1"] * 5


async def test_a_retry_of_an_answer_updates_the_same_stream(
    office: Office, platform: FakeWeCom, papers: Papers
) -> None:
    robot, connection = await office.start(ack_s=0.4)
    inbound = await office.hears(connection)
    platform.lose_next_answer()

    with pytest.raises(SendError):
        await robot.send(reply(inbound, say("已登记")), papers.load)
    await robot.send(reply(inbound, say("已登记")), papers.load)

    assert len({one["message"]["stream"]["id"] for one in platform.said}) == 1


async def test_this_robot_has_no_callback_url(office: Office) -> None:
    with pytest.raises(BadSignatureError):
        office.robot().open(Hook(method="POST", query={}, headers={}, body=b"{}", received_at=NOW))


async def test_a_check_does_not_evict_the_robot_at_work(office: Office, platform: FakeWeCom) -> None:
    robot, _ = await office.start()

    assert "已订阅" in (await robot.check())[0]
    assert "可以连通" in (await office.robot().check())[0]
    assert "连不上" in (await office.robot(ws_endpoint=f"ws://127.0.0.1:{unused_port()}/ws").check())[0]

    assert robot.connected
    assert len(platform.connections) == 1


async def test_closing_before_anything_ran_is_quiet(office: Office) -> None:
    await office.robot().close()


async def test_the_host_to_open_is_told(office: Office) -> None:
    assert office.robot(ws_endpoint="wss://openws.work.weixin.qq.com").hosts() == ["openws.work.weixin.qq.com:443"]


async def test_settings_that_cannot_work_stop_the_start(office: Office) -> None:
    for setting in ({"bot_id": ""}, {"secret": SecretStr("")}):
        with pytest.raises(ValueError, match="empty"):
            office.robot(**setting)
