"""What comes in at the door: every documented form of message, and what is none."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    FileLostError,
    Hook,
    Inbound,
    MalformedError,
    Verdict,
)
from bot.messengers.dingtalk import DingTalk, Quota, Usage
from bot.messengers.dingtalk.wire import Unrelated, decode, read
from tests.fakes.dingtalk import FakeDingTalk, callback_headers
from tests.messengers.dingtalk.conftest import APP_SECRET, patient

SAMPLES = Path("tests/samples/dingtalk")
SENT_AT = dt.datetime.fromtimestamp(1767225600, tz=dt.UTC)


def sample(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return data


def hook(body: bytes | dict[str, Any], *, secret: str = APP_SECRET) -> Hook:
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = callback_headers(secret, at=SENT_AT)
    return Hook(method="POST", query={}, headers=headers, body=raw, received_at=SENT_AT + dt.timedelta(seconds=2))


def opened(robot: DingTalk, body: dict[str, Any]) -> Inbound:
    message = robot.open(hook(body))
    assert isinstance(message, Inbound)
    return message


async def test_a_group_message_is_read_whole(robot: DingTalk) -> None:
    assert opened(robot, sample("text")) == Inbound(
        message_id="msgDemo0001==",
        chat_id="cidDemo0001==",
        chat_kind=ChatKind.GROUP,
        sender_id="u001",
        text="A项目 进度60% 预计周五完成",
        sent_at=SENT_AT,
        sender_name="张三",
        chat_name="督办群",
        reply_route={
            "session_webhook": "https://oapi.dingtalk.com/robot/sendBySession?session=demo",
            "until_ms": 1767231000000,
        },
        reply_until=dt.datetime.fromtimestamp(1767231000, tz=dt.UTC),
    )


async def test_a_private_chat_is_named_by_the_person_so_that_it_can_be_pushed_to(robot: DingTalk) -> None:
    message = opened(robot, sample("direct"))

    assert (message.chat_kind, message.chat_id, message.sender_id) == (ChatKind.DIRECT, "u001", "u001")


@pytest.mark.parametrize(
    ("name", "form", "text"),
    [
        ("rich_text", "text", "今日批复3宗，见图\n另有1宗在审"),
        ("rich_text_pictures", "image", ""),
        ("picture", "image", ""),
        ("audio", "voice", "今日批复三宗"),
        ("video", "video", ""),
        ("file", "file", ""),
        ("unknown", "unknown", ""),
    ],
)
async def test_every_form_of_message_is_named_and_its_words_are_kept(
    robot: DingTalk, name: str, form: str, text: str
) -> None:
    message = opened(robot, sample(name))

    assert (message.form, message.text) == (form, text)


async def test_a_message_without_a_type_is_taken_for_text(robot: DingTalk) -> None:
    body = sample("text")
    del body["msgtype"]

    assert opened(robot, body).text == "A项目 进度60% 预计周五完成"


async def test_an_outsider_is_known_by_the_encrypted_id(robot: DingTalk) -> None:
    assert opened(robot, sample("outsider")).sender_id == "$:LWCP_v1:$demoUser1"


async def test_a_reply_tells_which_message_it_quotes(robot: DingTalk) -> None:
    message = opened(robot, sample("quote"))

    assert (message.text, message.quoted_id) == ("撤回", "msgQuoted0001==")


async def test_times_may_be_strings_and_unknown_keys_are_passed_over(robot: DingTalk) -> None:
    message = opened(robot, sample("string_times"))

    assert message.sent_at == SENT_AT
    assert message.reply_until == dt.datetime.fromtimestamp(1767231000, tz=dt.UTC)


@pytest.mark.parametrize("value", [None, True, "soon", 1e300, 10**40, -1, [], float("nan")])
async def test_a_message_without_a_readable_time_tells_none(robot: DingTalk, value: object) -> None:
    message = opened(robot, sample("text") | {"createAt": value, "sessionWebhookExpiredTime": value})

    assert message.sent_at is None
    assert message.reply_route is None


async def test_a_callback_over_the_months_quota_raises_an_alarm_and_no_message(robot: DingTalk) -> None:
    answer = robot.open(hook(sample("over_quota")))

    assert answer == Answer(body=b'{"msgtype":"empty"}')
    assert any("已用完" in line for line in robot.quota.warnings())


@pytest.mark.parametrize("code", ["20001", 20001])
def test_the_over_quota_code_may_be_a_string_or_a_number(code: object) -> None:
    assert not isinstance(read({"errorCode": code}), (Inbound, Unrelated))


async def test_a_signed_call_of_another_kind_is_answered_and_ignored(robot: DingTalk) -> None:
    answer = robot.open(hook(sample("card")))

    assert answer == Answer(body=b'{"msgtype":"empty"}')


async def test_an_unsigned_call_is_not_believed(robot: DingTalk) -> None:
    call = hook(sample("text"))

    with pytest.raises(BadSignatureError):
        robot.open(Hook(method="POST", query={}, headers={}, body=call.body, received_at=SENT_AT))


async def test_a_forged_call_is_not_believed(robot: DingTalk) -> None:
    with pytest.raises(BadSignatureError):
        robot.open(hook(sample("text"), secret="another"))


async def test_a_body_too_large_is_turned_away_before_it_is_looked_at(robot: DingTalk) -> None:
    answer = robot.open(hook(b" " * (64 * 1024 + 1), secret="another"))

    assert isinstance(answer, Answer)
    assert answer.status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"{",
        b"\xff\xfe{",
        b"[" * 60_000,
        b'{"a":' * 12_000,
        b'{"createAt":' + b"9" * 5000 + b"}",
        b'{"conversationType":"3","msgId":"m","conversationId":"c"}',
        b'{"conversationType":"2","conversationId":"c","senderId":"s"}',
        b'{"conversationType":"2","msgId":"m","senderId":"s"}',
        b'{"conversationType":"2","msgId":"m","conversationId":"c"}',
        b'{"conversationType":"2","msgId":7,"conversationId":"c","senderId":"s"}',
        b'{"conversationType":"2","msgId":"' + b"m" * 300 + b'","conversationId":"c","senderId":"s"}',
    ],
)
async def test_a_signed_body_that_is_no_message_is_malformed(robot: DingTalk, body: bytes) -> None:
    with pytest.raises(MalformedError):
        robot.open(hook(body))


async def test_words_that_no_database_takes_are_left_out(robot: DingTalk) -> None:
    body = json.dumps(sample("text") | {"text": {"content": "批复\x003宗\ud800"}, "senderNick": "张\x00三"}).encode()
    message = robot.open(hook(body))

    assert isinstance(message, Inbound)
    assert (message.text, message.sender_name) == ("批复3宗?", "张三")


@patient
@given(
    st.dictionaries(
        st.sampled_from(list(sample("text"))),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=5,
        ),
    )
)
def test_whatever_a_field_holds_it_is_read_or_malformed(change: dict[str, Any]) -> None:
    body = json.dumps(sample("text") | change).encode()

    try:
        message = read(decode(body))
    except MalformedError:
        return

    if isinstance(message, Inbound):
        assert message.sent_at is None or message.sent_at.tzinfo is not None
        assert "\0" not in message.text.encode().decode()


async def test_a_body_that_names_another_robot_is_not_believed(clock: ManualClock, session: Any, quota: Quota) -> None:
    robot = DingTalk(
        name="dingtalk:main",
        client_id="dingappdemo",
        client_secret=SecretStr(APP_SECRET),
        robot_code="dingappdemo",
        corp_id="dingcorpdemo",
        session=session,
        clock=clock,
    )

    assert isinstance(robot.open(hook(sample("text"))), Inbound)
    with pytest.raises(BadSignatureError, match="another robot"):
        robot.open(hook(sample("text") | {"robotCode": "dingother"}))
    with pytest.raises(BadSignatureError, match="another robot"):
        robot.open(hook(sample("text") | {"chatbotCorpId": "dingother"}))


async def test_every_message_brought_counts_against_the_month(robot: DingTalk) -> None:
    for _ in range(3):
        robot.verdict(Verdict.ACCEPTED)

    assert robot.quota.usage == Usage(month="2026-01", webhook=3)


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.CONFLICT, Verdict.IGNORED])
async def test_what_was_kept_is_answered_without_words(robot: DingTalk, verdict: Verdict) -> None:
    assert robot.verdict(verdict) == Answer(status=200, body=b'{"msgtype":"empty"}')


async def test_what_could_not_be_kept_is_answered_503(robot: DingTalk) -> None:
    assert robot.verdict(Verdict.UNAVAILABLE).status == 503


async def test_a_custom_robot_listens_to_nobody(webhook: Any) -> None:
    with pytest.raises(BadSignatureError):
        webhook.open(hook(sample("text")))


async def test_a_file_is_brought_in_by_its_code(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.files["dc"] = b"PK sheet"

    file = opened(robot, sample("file")).file

    assert file is not None
    assert file.name == "台账.xlsx"
    assert await file.fetch() == b"PK sheet"


async def test_a_file_that_is_gone_is_lost(robot: DingTalk) -> None:
    file = opened(robot, sample("file")).file

    assert file is not None
    with pytest.raises(FileLostError, match="no address"):
        await file.fetch()
