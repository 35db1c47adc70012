import base64
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from pydantic import SecretStr
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto  # type: ignore[import-untyped]

from bot.clock import ManualClock
from bot.document import Document, say
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    FileLostError,
    Hook,
    Inbound,
    MalformedError,
    SendError,
    Verdict,
)
from bot.messengers.wecom import WeComApp, WeComGroupWebhook, WeComRobot
from bot.messengers.wecom.wire import without_mention
from bot.messengers.wecom.wire_robot import is_reply_address
from tests.fakes.wecom import AGENT_ID, CORP_ID, KEY, SECRET, FakeWeCom
from tests.messengers.wecom.conftest import NOW
from tests.messengers.wecom.papers import Papers, post_of

SAMPLES = Path("tests/samples/wecom")
VECTORS: dict[str, dict[str, Any]] = json.loads((SAMPLES / "vectors.json").read_text(encoding="utf-8"))
TOKEN, AES_KEY = VECTORS["V5"]["token"], VECTORS["V5"]["EncodingAESKey"]
OUTSIDE = WeChatCrypto(TOKEN, AES_KEY, "")


def robot_of(
    url: str, http: aiohttp.ClientSession, clock: ManualClock, *, whole: bool = False, welcome: str | None = None
) -> WeComRobot:
    """A robot; a *whole* one has the group's webhook and the app beside it."""
    key = SecretStr(KEY)
    webhooks = {"hq": WeComGroupWebhook(name="g", key=key, http=http, clock=clock, api_base=url)}
    app = WeComApp(
        name="a", corp_id=CORP_ID, agent_id=AGENT_ID, secret=SecretStr(SECRET), http=http, clock=clock, api_base=url
    )
    return WeComRobot(
        name="wecom-robot:main",
        token=SecretStr(TOKEN),
        aes_key=SecretStr(AES_KEY),
        http=http,
        clock=clock,
        api_base=url,
        robot_name="督办机器人",
        bot_id="AIBOT-TEST",
        welcome=welcome,
        webhooks=webhooks if whole else None,
        app=app if whole else None,
    )


@pytest.fixture
async def robot(platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock) -> WeComRobot:
    return robot_of(platform.url, http, clock)


@pytest.fixture
async def whole(platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock) -> WeComRobot:
    return robot_of(platform.url, http, clock, whole=True)


def sample(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((SAMPLES / f"robot_{name}.json").read_text(encoding="utf-8"))
    return body


def hook_of(body: dict[str, Any] | str, *, at: dt.datetime = NOW) -> Hook:
    """A callback that wechatpy has encrypted."""
    plain = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    stamp, nonce = str(int(at.timestamp())), "duban20260101"
    sealed = OUTSIDE.encrypt_message(plain, nonce, stamp)
    encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    signature = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    return Hook(
        method="POST",
        query={"msg_signature": signature, "timestamp": stamp, "nonce": nonce},
        headers={},
        body=json.dumps({"encrypt": encrypted}).encode(),
        received_at=NOW,
    )


def unsealed(answer: Answer) -> Any:
    """What wechatpy makes of our answer."""
    body = json.loads(answer.body)
    signed = f"<xml><Encrypt>{body['encrypt']}</Encrypt></xml>"
    plain = OUTSIDE.decrypt_message(signed, body["msgsignature"], str(body["timestamp"]), body["nonce"])
    assert PrpCrypto(OUTSIDE.key).decrypt(body["encrypt"], "") == plain
    return json.loads(plain)


def route(url: str, code: str = "CODE-1", *, minutes: float = 60) -> dict[str, str]:
    until = NOW + dt.timedelta(minutes=minutes)
    return {"response_url": f"{url}/cgi-bin/aibot/response?response_code={code}", "until": until.isoformat()}


async def test_a_recorded_group_message_is_read(robot: WeComRobot) -> None:
    vector = VECTORS["V5"]
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}
    body = json.dumps({"encrypt": vector["encrypt"]}).encode()

    opened = robot.open(Hook(method="POST", query=query, headers={}, body=body, received_at=NOW))

    until = NOW + dt.timedelta(hours=1)
    assert opened == Inbound(
        message_id="MSG-0001",
        chat_id="wrTESTCHAT0001",
        chat_kind=ChatKind.GROUP,
        sender_id="zhangsan",
        text="A项目 进度60%",
        sent_at=None,
        reply_route={
            "response_url": "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=TESTCODE",
            "until": until.isoformat(),
        },
        reply_until=until,
    )


async def test_the_url_is_verified_with_the_bare_words(robot: WeComRobot) -> None:
    vector = VECTORS["V4"]
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")} | {"echostr": vector["encrypt"]}

    answer = robot.open(Hook(method="GET", query=query, headers={}, body=b"", received_at=NOW))

    assert answer == Answer(body=b"6001234567890123456", content_type="text/plain")


@pytest.mark.parametrize(
    ("said", "form", "text"),
    [
        ({"msgtype": "text", "text": {"content": "批复3宗"}}, "text", "批复3宗"),
        ({"msgtype": "voice", "voice": {"content": "批复三宗"}}, "voice", "批复三宗"),
        ({"msgtype": "image", "image": {"url": "https://x"}}, "image", ""),
        ({"msgtype": "file", "file": {"url": "https://x"}}, "file", ""),
        ({"msgtype": "video", "video": {"url": "https://x"}}, "video", ""),
        ({"msgtype": "never_heard_of"}, "never_heard_of", ""),
        (
            {
                "msgtype": "mixed",
                "mixed": {
                    "msg_item": [
                        {"msgtype": "text", "text": {"content": "现场照片"}},
                        {"msgtype": "image", "image": {"url": "https://x"}},
                        {"msgtype": "text", "text": {"content": "批复3宗"}},
                    ]
                },
            },
            "text",
            "现场照片\n批复3宗",
        ),
        (
            {"msgtype": "mixed", "mixed": {"msg_item": [{"msgtype": "image", "image": {"url": "https://x"}}]}},
            "image",
            "",
        ),
        ({"msgtype": "text", "text": {"content": "a\x00b\ud800"}}, "text", "ab�"),
    ],
)
async def test_each_kind_of_private_message_is_heard(
    robot: WeComRobot, said: dict[str, Any], form: str, text: str
) -> None:
    body = {"msgid": "M1", "chattype": "single", "from": {"userid": "zhangsan"}} | said

    opened = robot.open(hook_of(json.dumps(body)))

    assert isinstance(opened, Inbound)
    assert (opened.form, opened.text) == (form, text)
    assert (opened.chat_kind, opened.chat_id, opened.reply_route) == (ChatKind.DIRECT, "zhangsan", None)


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("@督办机器人 批复3宗", "督办机器人", "批复3宗"),
        ("@督办机器人\u2005批复3宗", "督办机器人", "批复3宗"),
        ("＠督办机器人　批复3宗", "督办机器人", "批复3宗"),
        ("@督办 机器人 批复3宗", "督办 机器人", "批复3宗"),
        ("批复3宗 @督办机器人", "督办机器人", "批复3宗"),
        ("@督办机器人批复3宗", "督办机器人", "批复3宗"),
        ("@督办机器人", "督办机器人", ""),
        ("@督办机器人 代@张三 报批复3宗", "督办机器人", "代@张三 报批复3宗"),
        ("@张三 @督办机器人 报", "督办机器人", "@张三 @督办机器人 报"),
        ("@别名 批复3宗", "督办机器人", "批复3宗"),
        ("@别名 批复3宗", None, "批复3宗"),
        ("@别名批复3宗", None, "@别名批复3宗"),
        ("批复3宗", None, "批复3宗"),
    ],
)
def test_the_robots_own_name_is_taken_off_what_is_said(text: str, name: str | None, left: str) -> None:
    assert without_mention(text, name) == left


@pytest.mark.parametrize(
    ("quote", "record"),
    [
        ({"msgtype": "text", "text": {"content": "已登记｜恩施州 11月15日 #A102\n批复＋2宗"}}, "#A102"),
        ({"msgtype": "text", "text": {"content": "今日批复2宗"}}, None),
        ({"msgtype": "image", "image": {"url": "https://x"}}, None),
        ({"msgtype": "text"}, None),
        ("#A102", None),
    ],
)
async def test_a_quoted_answer_tells_its_record_and_no_quote_costs_a_message(
    robot: WeComRobot, quote: object, record: str | None
) -> None:
    opened = robot.open(hook_of(sample("group_text") | {"quote": quote}))

    assert isinstance(opened, Inbound)
    assert opened.quoted_id == record


async def test_chat_and_sender_keep_their_case(robot: WeComRobot) -> None:
    body = sample("group_text") | {"chatid": "wrAbCdE", "from": {"userid": "woAbC"}}

    opened = robot.open(hook_of(body))

    assert isinstance(opened, Inbound)
    assert (opened.chat_id, opened.sender_id) == ("wrAbCdE", "woAbC")


async def test_a_message_that_tells_its_time_is_dated_by_it(robot: WeComRobot) -> None:
    opened = robot.open(hook_of(sample("group_text") | {"create_time": 1767225000}))

    assert isinstance(opened, Inbound)
    assert opened.sent_at == dt.datetime.fromtimestamp(1767225000, tz=dt.UTC)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/cgi-bin/aibot/response?response_code=1",
        "http://qyapi.weixin.qq.com/x",
        "https://qyapi.weixin.qq.com@evil.example/x",
        "https://qyapi.weixin.qq.com.evil.example/x",
        "https://qyapi.weixin.qq.com:8443/x",
        "https://weixin.qq.com.cn/x",
        "https://user:pass@qyapi.weixin.qq.com/x",
        "file:///etc/passwd",
        "//evil.example",
        "http://[::1",
        "http://169.254.169.254/latest",
        "",
        7,
    ],
)
async def test_an_address_that_is_not_wecoms_is_never_answered_at(robot: WeComRobot, address: object) -> None:
    opened = robot.open(hook_of(sample("group_text") | {"response_url": address}))

    assert isinstance(opened, Inbound)
    assert opened.reply_route is None


def test_the_addresses_of_wecom_and_of_a_private_deployment_are_answered_at() -> None:
    assert is_reply_address("https://qyapi.weixin.qq.com/cgi-bin/x", api_base="https://qyapi.weixin.qq.com")
    assert is_reply_address("https://wecom.gov.example/x", api_base="https://wecom.gov.example")
    assert not is_reply_address("https://wecom.gov.example:8443/x", api_base="https://wecom.gov.example")


async def test_an_address_kept_in_the_outbox_is_checked_again_before_it_is_used(
    robot: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    bad = {"response_url": "https://evil.example/x", "until": (NOW + dt.timedelta(hours=1)).isoformat()}

    with pytest.raises(SendError, match="no way to push"):
        await robot.send(post_of(say("已登记"), reply_route=bad), papers.load)

    assert platform.requests == []


@pytest.mark.parametrize("name", ["card_event", "enter_chat"])
async def test_an_event_is_answered_emptily(robot: WeComRobot, name: str) -> None:
    assert robot.open(hook_of(sample(name))) == Answer(content_type="text/plain")


async def test_an_event_that_nobody_knows_is_answered_emptily(robot: WeComRobot) -> None:
    body = {"msgid": "E", "msgtype": "event", "event": {"eventtype": "auth_change_event"}}

    assert robot.open(hook_of(body)) == Answer(content_type="text/plain")


async def test_whoever_opens_the_chat_is_welcomed_in_words_that_wechatpy_decrypts(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock
) -> None:
    robot = robot_of(platform.url, http, clock, welcome="您好，直接发进展即可。")

    answer = robot.open(hook_of(sample("enter_chat")))

    assert isinstance(answer, Answer)
    assert json.loads(answer.body)["nonce"] == "duban20260101"
    assert unsealed(answer) == {"msgtype": "text", "text": {"content": "您好，直接发进展即可。"}}


async def test_a_stream_that_is_polled_is_finished(robot: WeComRobot) -> None:
    answer = robot.open(hook_of({"msgid": "M", "msgtype": "stream", "stream": {"id": "S1"}}))

    assert isinstance(answer, Answer)
    assert unsealed(answer) == {"msgtype": "stream", "stream": {"id": "S1", "finish": True, "content": "已收到"}}


DEEP = '{"a":' * 6000 + "1" + "}" * 6000


@pytest.mark.parametrize(
    "change",
    [
        {"query": {}},
        {"body": b""},
        {"body": b"not json"},
        {"body": b"[]"},
        {"body": b"{}"},
        {"body": b'{"encrypt":7}'},
        {"body": b'{"encrypt":"\\ud800"}'},
        {"body": DEEP.encode()},
        {"method": "GET", "body": b""},
        {"received_at": NOW + dt.timedelta(minutes=10, seconds=1)},
    ],
    ids=range(10),
)
async def test_an_unsigned_forged_or_stale_call_is_not_believed(robot: WeComRobot, change: dict[str, Any]) -> None:
    hook = hook_of(sample("group_text"))
    call = {name: getattr(hook, name) for name in ("method", "query", "headers", "body", "received_at")} | change

    with pytest.raises(BadSignatureError):
        robot.open(Hook(**call))


@pytest.mark.parametrize(
    "body",
    [
        "督办",
        "[]",
        DEEP,
        "{}",
        sample("group_text") | {"msgid": None},
        sample("group_text") | {"msgid": ""},
        sample("group_text") | {"msgid": "x" * 257},
        sample("group_text") | {"chatid": None},
        sample("group_text") | {"from": "zhangsan"},
        sample("group_text") | {"text": {"content": 7}},
        sample("group_text") | {"msgtype": "mixed", "mixed": {}},
        sample("group_text") | {"aibotid": "ANOTHER"},
    ],
    ids=range(12),
)
async def test_a_believed_call_that_is_no_message_is_malformed(robot: WeComRobot, body: Any) -> None:
    with pytest.raises(MalformedError):
        robot.open(hook_of(body))


async def test_an_oversize_call_is_refused_before_it_is_read(robot: WeComRobot) -> None:
    with pytest.raises(MalformedError, match="65536"):
        robot.open(Hook(method="POST", query={}, headers={}, body=b"x" * 65537, received_at=NOW))


@pytest.mark.parametrize("verdict", Verdict)
async def test_only_what_we_could_not_store_is_to_be_repeated(robot: WeComRobot, verdict: Verdict) -> None:
    answer = robot.verdict(verdict)

    assert answer.body == b""
    assert answer.status == (503 if verdict is Verdict.UNAVAILABLE else 200)


async def test_an_answer_goes_to_the_messages_own_address(
    robot: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    await robot.send(post_of(say("已登记 <@all>"), reply_route=route(platform.url)), papers.load)

    assert platform.said[0]["where"] == "response:CODE-1"
    assert platform.texts == ["已登记 ＜@\u200ball>"]


async def test_an_address_that_is_too_old_is_not_tried(
    whole: WeComRobot, platform: FakeWeCom, papers: Papers, clock: ManualClock
) -> None:
    clock.advance(hours=1)

    await whole.send(post_of(say("已登记"), route="hq", reply_route=route(platform.url)), papers.load)

    assert [one["where"] for one in platform.said] == [f"webhook:{KEY}"]


async def test_an_address_is_used_once_and_a_second_post_goes_another_way(
    whole: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    for key in ("k1", "k2"):
        await whole.send(post_of(say(key), key=key, route="hq", reply_route=route(platform.url)), papers.load)

    assert [one["where"] for one in platform.said] == ["response:CODE-1", f"webhook:{KEY}"]


async def test_an_address_used_up_before_a_restart_gives_way_to_a_push(
    whole: WeComRobot, robot: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    await robot.send(post_of(say("一"), key="k1", reply_route=route(platform.url)), papers.load)

    await whole.send(post_of(say("二"), key="k2", route="hq", reply_route=route(platform.url)), papers.load)

    assert [one["where"] for one in platform.said] == ["response:CODE-1", f"webhook:{KEY}"]


@pytest.mark.parametrize("way", ["whole", "robot"])
async def test_an_answer_given_by_a_process_that_died_is_taken_for_given(
    way: str, whole: WeComRobot, robot: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    post = post_of(say("已登记"), route="hq", reply_route=route(platform.url))
    before, after = (whole, robot) if way == "robot" else (robot, whole)
    await before.send(post, papers.load)

    await after.send(replace(post, is_unsure=True), papers.load)

    assert [one["where"] for one in platform.said] == ["response:CODE-1"]


async def test_an_answer_that_was_lost_is_tried_again_and_never_doubled(
    whole: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    post = post_of(say("已登记"), route="hq", reply_route=route(platform.url))
    platform.lose_next_answer()

    with pytest.raises(SendError) as caught:
        await whole.send(post, papers.load)
    await whole.send(post, papers.load)

    assert caught.value.unknown
    assert platform.texts == ["已登记"]


async def test_an_answer_refused_for_now_is_not_taken_for_given(
    robot: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    post = post_of(say("已登记"), reply_route=route(platform.url))
    platform.fail_next(-1)

    with pytest.raises(SendError) as caught:
        await robot.send(post, papers.load)
    await robot.send(post, papers.load)

    assert (caught.value.permanent, caught.value.unknown) == (False, False)
    assert platform.texts == ["已登记"]


async def test_an_answer_too_long_for_one_message_says_so_where_nothing_can_be_pushed(
    robot: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(title="明细", lines=tuple(f"第{n}宗：批复0.12万亩" for n in range(2000)))

    await robot.send(post_of(document, reply_route=route(platform.url)), papers.load)

    (text,) = platform.texts
    assert text.endswith("（内容较长，其余从略）")
    assert 20000 < len(text.encode()) <= 20480


async def test_an_answer_too_long_for_one_message_is_pushed_whole_where_it_can(
    whole: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(title="明细", lines=tuple(f"第{n}宗：批复0.12万亩" for n in range(900)))

    await whole.send(post_of(document, route="hq", reply_route=route(platform.url)), papers.load)

    assert {one["where"] for one in platform.said} == {f"webhook:{KEY}"}
    assert platform.texts[-1].endswith(f"({len(platform.said)}/{len(platform.said)})")


async def test_files_follow_an_answer_by_the_webhook_and_the_words_are_not_said_twice(
    whole: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(lines=("见附件",), files=(papers.file("台账.xlsx", b"sheet of units"),))
    post = post_of(document, route="hq", reply_route=route(platform.url))
    platform.fail_next(-1, on="upload_media")

    with pytest.raises(SendError):
        await whole.send(post, papers.load)
    await whole.send(post, papers.load)

    assert [one["where"] for one in platform.said] == ["response:CODE-1", f"webhook:{KEY}"]
    assert [one["message"]["msgtype"] for one in platform.said] == ["markdown", "file"]


async def test_an_answer_that_is_to_mention_someone_goes_by_the_webhook(
    whole: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    post = post_of(say("请核对", mentions=("zhangsan",)), route="hq", reply_route=route(platform.url))

    await whole.send(post, papers.load)

    assert platform.called == ["zhangsan"]


async def test_an_answer_with_files_says_so_where_none_can_be_sent(
    robot: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(lines=("见附件",), files=(papers.file("台账.xlsx", b"sheet of units"),))

    await robot.send(post_of(document, reply_route=route(platform.url)), papers.load)

    assert "不能发送图片和文件" in platform.texts[0]


async def test_a_push_goes_by_the_chats_webhook_or_to_a_member_by_the_app(
    whole: WeComRobot, platform: FakeWeCom, papers: Papers
) -> None:
    await whole.send(post_of(say("日报"), route="wecom-group:hq"), papers.load)
    await whole.send(post_of(say("请报"), key="k2", chat_id="lisi", chat_kind=ChatKind.DIRECT), papers.load)

    assert [one["where"] for one in platform.said] == [f"webhook:{KEY}", "app:lisi"]


@pytest.mark.parametrize("kind", ChatKind)
async def test_a_push_without_any_way_is_a_permanent_failure(robot: WeComRobot, papers: Papers, kind: ChatKind) -> None:
    with pytest.raises(SendError) as caught:
        await robot.send(post_of(say("日报"), chat_kind=kind), papers.load)

    assert caught.value.permanent


async def test_a_reply_address_gets_into_no_error(
    robot: WeComRobot, platform: FakeWeCom, papers: Papers, capsys: pytest.CaptureFixture[str]
) -> None:
    await robot.send(post_of(say("一"), reply_route=route(platform.url, "MARKER-CODE")), papers.load)

    other = robot_of(platform.url, robot._http._http, ManualClock(NOW))
    with pytest.raises(SendError) as caught:
        await other.send(post_of(say("二"), key="k2", reply_route=route(platform.url, "MARKER-CODE")), papers.load)

    assert "60140" in str(caught.value)
    assert "MARKER-CODE" not in str(caught.value) + "".join(capsys.readouterr())


async def test_a_check_says_what_can_be_pushed(
    robot: WeComRobot, whole: WeComRobot, http: aiohttp.ClientSession, clock: ManualClock
) -> None:
    assert "不能主动推送" in (await robot.check())[0]
    assert "不能主动推送" not in (await whole.check())[0]
    assert "连不上" in (await robot_of(f"http://127.0.0.1:{unused_port()}", http, clock).check())[0]


async def test_a_file_is_brought_in_and_opened_with_its_own_key_or_the_robots(
    robot: WeComRobot, platform: FakeWeCom
) -> None:
    vector = VECTORS["V10"]
    platform.files["book"] = base64.b64decode(vector["blob"])
    address = {"url": f"{platform.url}/file/book"}

    for file in (address, address | {"aeskey": vector["EncodingAESKey"] + "="}):
        heard = robot.open(hook_of(sample("group_text") | {"msgtype": "file", "chattype": "single", "file": file}))

        assert isinstance(heard, Inbound)
        assert heard.file is not None
        assert (await heard.file.fetch()).decode() == vector["content"]


@pytest.mark.parametrize(("name", "why"), [("gone", "HTTP 404"), ("broken", "decrypted"), ("large", "too large")])
async def test_a_file_that_cannot_be_brought_in_is_lost(
    robot: WeComRobot, platform: FakeWeCom, name: str, why: str
) -> None:
    platform.files |= {"broken": b"no whole blocks", "large": bytes(2 * 1024 * 1024 + 128)}
    said = sample("group_text") | {"msgtype": "file", "file": {"url": f"{platform.url}/file/{name}"}}

    heard = robot.open(hook_of(said))

    assert isinstance(heard, Inbound)
    assert heard.file is not None
    with pytest.raises(FileLostError, match=why):
        await heard.file.fetch()
