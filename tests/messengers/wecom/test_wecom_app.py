import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from pydantic import SecretStr
from wechatpy.enterprise.crypto import WeChatCrypto  # type: ignore[import-untyped]

from bot.clock import ManualClock
from bot.document import Document, say
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    Hook,
    Inbound,
    MalformedError,
    SendError,
    Verdict,
)
from bot.messengers.wecom import WeComApp
from bot.messengers.wecom.wire_app import duplicate_window_s
from tests.fakes.wecom import AGENT_ID, CORP_ID, SECRET, FakeWeCom
from tests.messengers.wecom.conftest import NOW
from tests.messengers.wecom.papers import Papers, post_of

VECTORS: dict[str, dict[str, Any]] = json.loads(Path("tests/samples/wecom/vectors.json").read_text(encoding="utf-8"))
TOKEN, AES_KEY = VECTORS["V8"]["token"], VECTORS["V8"]["EncodingAESKey"]
OPEN_USER_ID = "woAJ2GCAAAXtWyujaWJHDDGi0mACHAAA"


def app_of(
    url: str,
    http: aiohttp.ClientSession,
    clock: ManualClock,
    *,
    secret: str = SECRET,
    corp_id: str = CORP_ID,
    agent_id: int = AGENT_ID,
    aes_key: str = AES_KEY,
    token: str = TOKEN,
    welcome: str | None = None,
    posts_per_minute: int = 30,
    duplicate_check: bool = True,
) -> WeComApp:
    return WeComApp(
        name="wecom:main",
        corp_id=corp_id,
        agent_id=agent_id,
        secret=SecretStr(secret),
        token=SecretStr(token),
        aes_key=SecretStr(aes_key),
        http=http,
        clock=clock,
        api_base=url,
        welcome=welcome,
        posts_per_minute=posts_per_minute,
        duplicate_check=duplicate_check,
    )


@pytest.fixture
async def app(platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock) -> WeComApp:
    return app_of(platform.url, http, clock)


def hook_of(plain: str, *, at: dt.datetime = NOW, receive_id: str = CORP_ID) -> Hook:
    """A callback that wechatpy has encrypted."""
    stamp, nonce = str(int(at.timestamp())), "nonce-1"
    sealed = WeChatCrypto(TOKEN, AES_KEY, receive_id).encrypt_message(plain, nonce, stamp)
    signature = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    return Hook(
        method="POST",
        query={"msg_signature": signature, "timestamp": stamp, "nonce": nonce},
        headers={},
        body=sealed.encode(),
        received_at=NOW,
    )


def message(kind: str = "text", more: str = "<Content><![CDATA[武汉市批复3宗]]></Content>", **over: object) -> str:
    fields = {"ToUserName": CORP_ID, "FromUserName": "zhangsan", "CreateTime": 1767225590, "MsgId": 7300000000000000001}
    fields |= {"AgentID": AGENT_ID} | over
    flat = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items() if value != "")
    return f"<xml>{flat}<MsgType>{kind}</MsgType>{more}</xml>"


def direct(document: Document, *, key: str = "k1", chat_id: str = "zhangsan") -> Any:
    return post_of(document, key=key, chat_id=chat_id, chat_kind=ChatKind.DIRECT)


async def test_a_message_that_wechatpy_encrypted_is_read(app: WeComApp) -> None:
    opened = app.open(hook_of(message()))

    assert opened == Inbound(
        message_id="7300000000000000001",
        chat_id="zhangsan",
        chat_kind=ChatKind.DIRECT,
        sender_id="zhangsan",
        text="武汉市批复3宗",
        sent_at=dt.datetime.fromtimestamp(1767225590, tz=dt.UTC),
    )


async def test_the_vendors_own_sample_is_read(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock
) -> None:
    vector = VECTORS["V2"]
    app = app_of(
        platform.url,
        http,
        clock,
        corp_id=vector["receiveid"],
        aes_key=vector["EncodingAESKey"],
        token=vector["token"],
    )
    body = f"<xml><ToUserName>any</ToUserName><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>"
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}
    at = dt.datetime.fromtimestamp(1476422779, tz=dt.UTC)

    opened = app.open(Hook(method="POST", query=query, headers={}, body=body.encode(), received_at=at))

    assert isinstance(opened, Inbound)
    assert (opened.message_id, opened.sender_id, opened.text) == ("1456453720", "ChenJiaShun", "你好")


async def test_the_url_is_verified_with_the_bare_words(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock
) -> None:
    vector = VECTORS["V1"]
    app = app_of(
        platform.url,
        http,
        clock,
        corp_id=vector["receiveid"],
        aes_key=vector["EncodingAESKey"],
        token=vector["token"],
    )
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")} | {"echostr": vector["encrypt"]}
    at = dt.datetime.fromtimestamp(1476416373, tz=dt.UTC)

    answer = app.open(Hook(method="GET", query=query, headers={}, body=b"", received_at=at))

    assert answer == Answer(body=b"1288432023552776189", content_type="text/plain")


@pytest.mark.parametrize(
    ("kind", "more", "form", "text"),
    [
        ("image", "<PicUrl>http://x</PicUrl><MediaId>m</MediaId>", "image", ""),
        ("voice", "<MediaId>m</MediaId><Format>amr</Format>", "voice", ""),
        ("voice", "<MediaId>m</MediaId><Recognition>批复3宗</Recognition>", "voice", "批复3宗"),
        ("video", "<MediaId>m</MediaId>", "video", ""),
        ("location", "<Location_X>1</Location_X>", "location", ""),
        ("link", "<Title>题</Title>", "link", ""),
    ],
)
async def test_what_is_no_text_is_heard_by_its_form(app: WeComApp, kind: str, more: str, form: str, text: str) -> None:
    opened = app.open(hook_of(message(kind, more)))

    assert isinstance(opened, Inbound)
    assert (opened.form, opened.text) == (form, text)


@pytest.mark.parametrize("event", ["enter_agent", "LOCATION", "inactive_alert", "never_heard_of"])
async def test_an_event_is_answered_emptily(app: WeComApp, event: str) -> None:
    answer = app.open(hook_of(message("event", f"<Event>{event}</Event>", MsgId="")))

    assert answer == Answer(content_type="text/plain")


async def test_a_recorded_event_without_a_message_id_is_answered_emptily(app: WeComApp) -> None:
    vector = VECTORS["V8"]
    body = f"<xml><Encrypt>{vector['encrypt']}</Encrypt></xml>"
    query = {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}

    assert app.open(Hook(method="POST", query=query, headers={}, body=body.encode(), received_at=NOW)) == Answer(
        content_type="text/plain"
    )


async def test_a_new_member_is_welcomed_in_words_that_wechatpy_decrypts(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock
) -> None:
    app = app_of(platform.url, http, clock, welcome="欢迎。发“帮助”看用法 ]]> <b>")

    answer = app.open(hook_of(message("event", "<Event>subscribe</Event>", MsgId="")))

    assert isinstance(answer, Answer)
    body = answer.body.decode()
    signature = body.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    stamp = body.split("<TimeStamp>")[1].split("<")[0]
    plain = WeChatCrypto(TOKEN, AES_KEY, CORP_ID).decrypt_message(body, signature, stamp, "nonce-1")
    assert "<ToUserName><![CDATA[zhangsan]]></ToUserName>" in plain
    assert "欢迎。发“帮助”看用法 ]]&gt; &lt;b&gt;" in plain


@pytest.mark.parametrize(
    "change",
    [
        {"query": {}},
        {"body": b""},
        {"body": b"not xml"},
        {"body": b"<xml></xml>"},
        {"body": b"<xml><Encrypt>abc</Encrypt></xml>"},
        {"method": "GET", "body": b""},
        {"received_at": NOW + dt.timedelta(minutes=10, seconds=1)},
        {"received_at": NOW - dt.timedelta(minutes=10, seconds=1)},
    ],
    ids=" ".join,
)
async def test_an_unsigned_forged_or_stale_call_is_not_believed(app: WeComApp, change: dict[str, Any]) -> None:
    hook = hook_of(message())
    call = {name: getattr(hook, name) for name in ("method", "query", "headers", "body", "received_at")} | change

    with pytest.raises(BadSignatureError):
        app.open(Hook(**call))


async def test_a_call_sealed_for_another_corp_is_not_believed(app: WeComApp) -> None:
    with pytest.raises(BadSignatureError):
        app.open(hook_of(message(), receive_id="wwother"))


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>text</MsgType><Content>&a;</Content></xml>'
)


@pytest.mark.parametrize(
    "plain",
    [
        "督办",
        "<xml>",
        "<a>" * 5000,
        BOMB,
        OUTSIDE,
        message(MsgId=""),
        message(FromUserName=""),
        message(CreateTime="soon"),
        message(CreateTime="9" * 30),
        message(AgentID="7"),
        message(ToUserName="wwother"),
        message(FromUserName="x" * 300),
        message("event", "", MsgId=""),
    ],
    ids=range(13),
)
async def test_a_believed_call_that_is_no_message_is_malformed(app: WeComApp, plain: str) -> None:
    with pytest.raises(MalformedError):
        app.open(hook_of(plain))


async def test_a_bomb_in_the_envelope_is_not_even_believed(app: WeComApp) -> None:
    hook = hook_of(message())

    with pytest.raises(BadSignatureError):
        app.open(Hook(method="POST", query=hook.query, headers={}, body=BOMB.encode(), received_at=NOW))


async def test_an_oversize_call_is_refused_before_it_is_read(app: WeComApp) -> None:
    with pytest.raises(MalformedError, match="65536"):
        app.open(Hook(method="POST", query={}, headers={}, body=b"x" * 65537, received_at=NOW))


@pytest.mark.parametrize("verdict", Verdict)
async def test_only_what_we_could_not_store_is_to_be_repeated(app: WeComApp, verdict: Verdict) -> None:
    answer = app.verdict(verdict)

    assert answer.body == b""
    assert answer.status == (503 if verdict is Verdict.UNAVAILABLE else 200)


async def test_a_member_gets_words_picture_and_file(app: WeComApp, platform: FakeWeCom, papers: Papers) -> None:
    document = Document(
        title="周报",
        lines=("见附件",),
        picture=papers.file("图.jpg", b"jpeg-picture", "image/jpeg"),
        files=(papers.file("三清单.docx", b"docx-three-lists"),),
    )

    await app.send(direct(document), papers.load)

    assert [one["where"] for one in platform.said] == ["app:zhangsan"] * 3
    assert [one["message"]["msgtype"] for one in platform.said] == ["markdown", "image", "file"]
    assert [name for _, name, _ in platform.media.values()] == ["图.jpg", "三清单.docx"]


async def test_a_group_that_the_app_made_is_written_to_and_its_people_mentioned(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    await app.send(post_of(say("请报送 <@all>", mentions=("zhangsan", "all")), chat_id="GROUP1"), papers.load)

    assert platform.said[0]["where"] == "appchat:GROUP1"
    assert platform.called == ["zhangsan"]


async def test_one_token_serves_many_messages(app: WeComApp, platform: FakeWeCom, papers: Papers) -> None:
    await asyncio.gather(*(app.send(direct(say(f"{n}"), key=f"k{n}"), papers.load) for n in range(20)))

    assert platform.token_requests == 1
    assert len(platform.said) == 20


async def test_a_token_that_dies_in_a_burst_is_refreshed_once_and_all_is_delivered(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    await app.send(direct(say("先"), key="k"), papers.load)
    platform.revoke_tokens()

    await asyncio.gather(*(app.send(direct(say(f"{n}"), key=f"k{n}"), papers.load) for n in range(20)))

    assert platform.token_requests == 2
    assert len(platform.said) == 21


async def test_a_token_is_renewed_a_minute_before_its_end(
    app: WeComApp, platform: FakeWeCom, papers: Papers, clock: ManualClock
) -> None:
    await app.send(direct(say("一"), key="k1"), papers.load)
    clock.advance(seconds=7200 - 61)
    await app.send(direct(say("二"), key="k2"), papers.load)
    clock.advance(seconds=1)
    await app.send(direct(say("三"), key="k3"), papers.load)

    assert platform.token_requests == 2
    assert not any("expired" in str(body) for body in platform.bodies)


async def test_a_token_that_stays_invalid_is_not_refreshed_for_ever(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    platform.fail_next(42001, times=5, on="message/send")

    with pytest.raises(SendError) as caught:
        await app.send(direct(say("日报")), papers.load)

    assert not caught.value.permanent
    assert platform.token_requests == 2


async def test_a_wrong_secret_is_asked_for_once_and_not_again_for_minutes(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock, papers: Papers
) -> None:
    app = app_of(platform.url, http, clock, secret="MARKER-WRONG-SECRET")

    results = await asyncio.gather(
        *(app.send(direct(say(f"{n}"), key=f"k{n}"), papers.load) for n in range(5)), return_exceptions=True
    )
    with pytest.raises(SendError) as caught:
        await app.send(direct(say("日报")), papers.load)

    assert platform.token_requests == 1
    for fault in (*results, caught.value):
        assert isinstance(fault, SendError)
        assert fault.permanent
        assert "40001" in str(fault)
        assert "MARKER-WRONG-SECRET" not in str(fault)


async def test_a_retry_is_the_same_request_and_is_shown_once(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    platform.lose_next_answer()

    with pytest.raises(SendError) as caught:
        await app.send(direct(say("日报")), papers.load)
    await app.send(direct(say("日报")), papers.load)

    assert caught.value.unknown
    assert app.limits.idempotent
    assert platform.bodies[0] == platform.bodies[1]
    assert platform.texts == ["日报"]


async def test_the_same_words_in_another_post_are_shown_again(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    assert duplicate_window_s("k1") != duplicate_window_s("k2")

    await app.send(direct(say("已登记"), key="k1"), papers.load)
    await app.send(direct(say("已登记"), key="k2"), papers.load)

    assert platform.texts == ["已登记", "已登记"]


async def test_without_the_duplicate_check_nothing_is_promised(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock, papers: Papers
) -> None:
    app = app_of(platform.url, http, clock, duplicate_check=False)

    await app.send(direct(say("日报")), papers.load)

    assert not app.limits.idempotent
    assert "enable_duplicate_check" not in platform.bodies[0]


async def test_a_member_that_the_app_may_not_write_to_is_a_permanent_failure(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    with pytest.raises(SendError, match="81013") as caught:
        await app.send(direct(say("日报"), chat_id="stranger"), papers.load)

    assert caught.value.permanent


async def test_a_long_text_comes_in_pages_of_2048_bytes(app: WeComApp, platform: FakeWeCom, papers: Papers) -> None:
    await app.send(direct(Document(lines=tuple(f"第{n}宗：批复0.12万亩" for n in range(200)))), papers.load)

    assert [text.rsplit("\n", 1)[1] for text in platform.texts] == ["(1/3)", "(2/3)", "(3/3)"]


async def test_a_link_in_foreign_words_does_not_link(app: WeComApp, platform: FakeWeCom, papers: Papers) -> None:
    await app.send(direct(say('<a href="https://evil.example">点我</a>')), papers.load)

    assert "<a" not in platform.texts[0]
    assert "://" not in platform.texts[0]


async def test_the_thirty_first_message_to_a_member_in_a_minute_waits(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    for number in range(30):
        await app.send(direct(say(f"{number}"), key=f"k{number}"), papers.load)

    with pytest.raises(SendError) as caught:
        await app.send(direct(say("日报")), papers.load)
    await app.send(direct(say("日报"), key="other", chat_id="lisi"), papers.load)

    assert caught.value.retry_after_s == 60
    assert len(platform.said) == 31


async def test_an_opaque_userid_is_written_to_under_its_plain_one(
    app: WeComApp, platform: FakeWeCom, papers: Papers
) -> None:
    platform.open_user_ids[OPEN_USER_ID] = "lisi"

    await app.send(direct(say("一"), key="k1", chat_id=OPEN_USER_ID), papers.load)
    await app.send(direct(say("二"), key="k2", chat_id=OPEN_USER_ID), papers.load)

    assert [one["where"] for one in platform.said] == ["app:lisi", "app:lisi"]
    assert len([body for body in platform.bodies if "open_userid_list" in body]) == 1


async def test_ids_are_converted_a_thousand_at_a_time_and_unknown_ones_left_out(
    app: WeComApp, platform: FakeWeCom
) -> None:
    ids = [f"wo{number:030}" for number in range(1500)]
    platform.open_user_ids = {one: f"u{one[-4:]}" for one in ids[:1400]}

    found = await app.plain_user_ids(ids)

    assert len(found) == 1400
    assert [len(body["open_userid_list"]) for body in platform.bodies] == [1000, 500]


@pytest.mark.parametrize(
    ("setting", "finding"),
    [
        ({}, "可用"),
        ({"secret": "wrong"}, "Secret 不对"),
        ({"corp_id": "wwother"}, "CorpID 不对"),
    ],
)
async def test_a_check_says_where_to_mend_it(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock, setting: dict[str, Any], finding: str
) -> None:
    (said,) = await app_of(platform.url, http, clock, **setting).check()

    assert finding in said


async def test_a_check_tells_when_our_address_is_not_allowed(app: WeComApp, platform: FakeWeCom) -> None:
    platform.fail_next(60020, "not allow to access from your ip", on="getcallbackip")

    (said,) = await app.check()

    assert "企业可信IP" in said


async def test_a_check_tells_when_nobody_answers(http: aiohttp.ClientSession, clock: ManualClock) -> None:
    url = f"http://127.0.0.1:{unused_port()}"

    (said,) = await app_of(url, http, clock).check()

    assert "连不上" in said
    assert app_of(url, http, clock).hosts() == [url.removeprefix("http://")]


async def test_closing_gives_a_refresh_up(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock, papers: Papers
) -> None:
    platform.gate.clear()
    app = app_of(platform.url, http, clock)
    sending = asyncio.create_task(app.send(direct(say("日报")), papers.load))
    await asyncio.sleep(0)

    await app.close()

    with pytest.raises((SendError, asyncio.CancelledError)):
        await sending


def test_settings_that_cannot_work_stop_the_start(clock: ManualClock) -> None:
    plain: dict[str, Any] = {"name": "n", "agent_id": 1, "http": None, "clock": clock}

    with pytest.raises(ValueError, match="empty"):
        WeComApp(corp_id="", secret=SecretStr("s"), **plain)
    with pytest.raises(ValueError, match="empty"):
        WeComApp(corp_id="ww", secret=SecretStr(""), **plain)
    with pytest.raises(ValueError, match="together"):
        WeComApp(corp_id="ww", secret=SecretStr("s"), token=SecretStr("t"), **plain)


async def test_without_a_token_the_app_only_pushes(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock
) -> None:
    app = WeComApp(
        name="n",
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        secret=SecretStr(SECRET),
        http=http,
        clock=clock,
        api_base=platform.url,
    )

    with pytest.raises(BadSignatureError):
        app.open(hook_of(message()))
    assert "只推送" in (await app.check())[0]
