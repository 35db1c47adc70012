"""The app robot against a Feishu: heard, answered, refused, slow, silent."""

import asyncio
import dataclasses
import json
import socket
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
import structlog
from aiohttp.test_utils import TestServer
from msgspec import structs
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.document import Document, File, Severity, Table, say
from bot.messengers.base import (
    Answer,
    BadSignatureError,
    ChatKind,
    FileLostError,
    Hook,
    Inbound,
    Messenger,
    Post,
    SendError,
    Verdict,
)
from bot.messengers.feishu import Feishu, FeishuHook
from tests.fakes import feishu as platform
from tests.fakes.feishu import FakeFeishu

PNG = b"\x89PNG picture"
PICTURE = File(name="日报.png", media_type="image/png", sha256="a" * 64)
SHEET = File(name="台账 11月.xlsx", media_type="application/vnd.ms-excel", sha256="b" * 64)
DIGEST = Document(
    title="【攻坚日报】",
    lines=("一、全省累计批复3.48万亩",),
    table=Table(header=("市州", "批复"), rows=(("武汉市", "14"),)),
    picture=PICTURE,
    files=(SHEET,),
)


def event(text: str = "@_user_1 今日批复3宗", **message: object) -> dict[str, object]:
    return {
        "schema": "2.0",
        "header": {
            "event_id": "ev-1",
            "event_type": "im.message.receive_v1",
            "create_time": "1767225600000",
            "token": platform.VERIFICATION_TOKEN,
            "app_id": platform.APP_ID,
        },
        "event": {
            "sender": {"sender_id": {"open_id": "ou_1"}, "sender_type": "user"},
            "message": {
                "message_id": "om_1",
                "create_time": "1767225599900",
                "chat_id": "oc_1",
                "chat_type": "group",
                "message_type": "text",
                "content": json.dumps({"text": text}),
                "mentions": [{"key": "@_user_1", "id": {"open_id": "ou_bot"}, "mentioned_type": "bot", "name": "督办"}],
                **message,
            },
        },
    }


def post(document: Document | None = None, **changed: object) -> Post:
    made = Post(key="owed-1", chat_id="oc_1", chat_kind=ChatKind.GROUP, document=document or say("已登记"))
    return dataclasses.replace(made, **changed)  # type: ignore[arg-type]


async def load(file: File) -> bytes:
    return {PICTURE.sha256: PNG, SHEET.sha256: b"PK sheet"}[file.sha256]


async def refused(feishu: Messenger, owed: Post | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await feishu.send(owed or post(), load)
    return caught.value


# Hearing


def test_a_signed_message_is_heard(feishu: Feishu, fake: FakeFeishu) -> None:
    heard = feishu.open(fake.event(event()))

    assert isinstance(heard, Inbound)
    assert (heard.message_id, heard.chat_id, heard.sender_id, heard.text) == ("om_1", "oc_1", "ou_1", "今日批复3宗")


def test_the_url_check_is_answered_with_its_challenge(feishu: Feishu, fake: FakeFeishu) -> None:
    check = {"challenge": "ajls384kdjx98XX", "token": platform.VERIFICATION_TOKEN, "type": "url_verification"}
    unsigned = {"timestamp": None, "nonce": None, "signature": None}

    for hook in (fake.event(check), fake.event(check, changed=unsigned)):
        answer = feishu.open(hook)
        assert isinstance(answer, Answer)
        assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "ajls384kdjx98XX"})


@pytest.mark.parametrize(("header", "value"), [("signature", "0" * 64), ("signature", None), ("timestamp", "1")])
def test_a_forged_or_unsigned_call_is_not_believed(
    feishu: Feishu, fake: FakeFeishu, header: str, value: str | None
) -> None:
    with pytest.raises(BadSignatureError):
        feishu.open(fake.event(event(), changed={header: value}))


def test_a_stale_call_is_not_believed(feishu: Feishu, fake: FakeFeishu, clock: ManualClock) -> None:
    recorded = fake.event(event())
    clock.advance(hours=9)

    with pytest.raises(BadSignatureError, match="stale"):
        feishu.open(structs.replace(recorded, received_at=clock.now()))


def test_an_oversize_call_is_refused_unread(feishu: Feishu, fake: FakeFeishu) -> None:
    answer = feishu.open(structs.replace(fake.event(event()), body=b"x" * 1_048_577))

    assert isinstance(answer, Answer)
    assert answer.status == 413


def test_only_posts_are_taken(feishu: Feishu, clock: ManualClock) -> None:
    answer = feishu.open(Hook(method="GET", query={}, headers={}, body=b"", received_at=clock.now()))

    assert isinstance(answer, Answer)
    assert answer.status == 405


def test_an_event_that_is_no_message_is_answered_and_ignored(feishu: Feishu, fake: FakeFeishu) -> None:
    joined = event() | {"header": {"event_type": "im.chat.member.bot.added_v1", "token": platform.VERIFICATION_TOKEN}}
    joined["event"] = {"chat_id": "oc_new"}
    first_version = {"uuid": "u", "token": platform.VERIFICATION_TOKEN, "type": "event_callback", "event": {}}

    with structlog.testing.capture_logs() as logs:
        answers = [feishu.open(fake.event(told)) for told in (joined, first_version)]

    assert answers == [Answer(body=b"{}")] * 2
    assert [log["chat_id"] for log in logs] == ["oc_new", None]


def test_the_same_message_under_two_events_has_one_message_id(feishu: Feishu, fake: FakeFeishu) -> None:
    first, again = event(), event()
    again["header"]["event_id"] = "ev-2"  # type: ignore[index]

    assert feishu.open(fake.event(first)) == feishu.open(fake.event(again))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_feishu_is_asked_to_repeat_only_what_could_not_be_kept(feishu: Feishu, verdict: Verdict) -> None:
    assert feishu.verdict(verdict).status == (503 if verdict is Verdict.UNAVAILABLE else 200)


# Saying


async def test_a_push_is_seen_in_its_group(feishu: Feishu, fake: FakeFeishu) -> None:
    await feishu.send(post(say("【报送提示】暂未收到", mentions=("ou_2",))), load)

    (said,) = fake.said
    assert (said.chat_id, said.msg_type, said.reply_to) == ("oc_1", "text", None)
    assert said.content == {"text": '<at user_id="ou_2"></at> 【报送提示】暂未收到'}


async def test_an_answer_replies_to_its_message(feishu: Feishu, fake: FakeFeishu) -> None:
    await feishu.send(post(reply_to="om_1"), load)

    assert [(said.reply_to, said.content) for said in fake.said] == [("om_1", {"text": "已登记"})]


@pytest.mark.parametrize("gone", ["withdrawn", "unknown", "not-an-id", "om_1/../../x"])
async def test_an_answer_to_a_message_that_is_gone_is_said_to_the_chat(
    feishu: Feishu, fake: FakeFeishu, gone: str
) -> None:
    fake.withdrawn.add("om_withdrawn")

    await feishu.send(post(reply_to=gone if "-" in gone or "/" in gone else f"om_{gone}"), load)

    assert [(said.chat_id, said.reply_to) for said in fake.said] == [("oc_1", None)]


async def test_a_person_is_told_privately_by_the_open_id(feishu: Feishu, fake: FakeFeishu) -> None:
    await feishu.send(post(say("请报", mentions=("ou_1",)), chat_id="ou_1", chat_kind=ChatKind.DIRECT), load)

    assert [(said.chat_id, said.content) for said in fake.said] == [("ou_1", {"text": "请报"})]


async def test_a_digest_is_a_card_with_its_picture_and_the_sheet_follows(feishu: Feishu, fake: FakeFeishu) -> None:
    await feishu.send(post(DIGEST), load)

    assert [said.msg_type for said in fake.said] == ["interactive", "file"]
    picture, sheet = fake.uploads.values()
    assert (picture.kind, picture.data) == ("image", PNG)
    assert (sheet.kind, sheet.name, sheet.file_type, sheet.data) == ("file", "台账 11月.xlsx", "xls", b"PK sheet")
    assert [element["tag"] for element in fake.said[0].content["body"]["elements"]] == ["div", "img", "table"]


async def test_a_long_text_arrives_in_marked_parts(feishu: Feishu, fake: FakeFeishu) -> None:
    await feishu.send(post(say(*["批复" * 250] * 200)), load)

    assert [said.content["text"][:6] for said in fake.said] == ["(1/3) ", "(2/3) ", "(3/3) "]
    assert all(said.bytes <= 150_000 for said in fake.said)
    assert len({said.uuid for said in fake.said}) == 3


async def test_a_picture_for_many_chats_goes_up_once(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.groups |= {f"oc_{number}" for number in range(17)}

    await asyncio.gather(*(feishu.send(post(DIGEST, key=f"k{n}", chat_id=f"oc_{n}"), load) for n in range(17)))

    assert len(fake.uploads) == 2
    assert len(fake.said) == 34


async def test_an_image_that_is_none_is_sent_as_a_file(feishu: Feishu, fake: FakeFeishu) -> None:
    async def no_image(file: File) -> bytes:
        return b"svg"

    await feishu.send(post(Document(lines=("走势",), picture=PICTURE)), no_image)

    assert [said.msg_type for said in fake.said] == ["interactive", "file"]


@pytest.mark.parametrize("size", [0, 30_000_001])
async def test_a_file_that_feishu_never_takes_is_named_and_the_words_arrive(
    feishu: Feishu, fake: FakeFeishu, size: int
) -> None:
    async def oversize(file: File) -> bytes:
        return b"x" * size

    await feishu.send(post(Document(lines=("周报见附件",), files=(SHEET,))), oversize)

    assert [said.content["text"] for said in fake.said] == [
        "周报见附件",
        "以下附件未能随消息发送：台账 11月.xlsx",
    ]


@pytest.mark.parametrize(("code", "permanent"), [(232096, False), (99991400, False), (234007, True)])
async def test_an_upload_that_fails_for_another_reason_holds_the_message_back(
    feishu: Feishu, fake: FakeFeishu, code: int, *, permanent: bool
) -> None:
    fake.fail_next(code)

    error = await refused(feishu, post(DIGEST))

    assert error.permanent is permanent
    assert not fake.said


async def test_an_upload_without_a_key_is_tried_again(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.answer_next(200, b'{"code":0,"data":{}}')

    error = await refused(feishu, post(DIGEST))
    await feishu.send(post(DIGEST), load)

    assert (error.permanent, error.unknown) == (False, False)
    assert len(fake.said) == 2


@pytest.mark.parametrize("permanent", [True, False])
async def test_a_lost_attachment_is_named_and_one_that_is_late_is_waited_for(
    feishu: Feishu, fake: FakeFeishu, *, permanent: bool
) -> None:
    async def lost(file: File) -> bytes:
        raise SendError("gone", permanent=permanent)

    owed = post(Document(lines=("周报",), files=(SHEET,)))
    if permanent:
        await feishu.send(owed, lost)
    else:
        with pytest.raises(SendError, match="gone"):
            await feishu.send(owed, lost)

    assert [said.content["text"][:6] for said in fake.said] == (["周报", "以下附件未能"] if permanent else [])


async def test_an_attachment_that_cannot_be_loaded_fails_as_what_it_is(feishu: Feishu, fake: FakeFeishu) -> None:
    async def lost(file: File) -> bytes:
        raise FileNotFoundError(file.sha256)

    with pytest.raises(FileNotFoundError):
        await feishu.send(post(DIGEST), lost)

    assert not fake.said


@pytest.mark.parametrize(
    ("chat_id", "kind", "named"),
    [
        ("on_1", "group", "union_id"),
        ("u1", "direct", "user_id"),
        ("c1", "group", "chat_id"),
        ("a@b.cn", "direct", "email"),
    ],
)
async def test_other_ids_are_named_as_what_they_are(
    feishu: Feishu, fake: FakeFeishu, chat_id: str, kind: str, named: str
) -> None:
    await refused(feishu, post(chat_id=chat_id, chat_kind=ChatKind(kind)))

    assert fake.queries[-1] == {"receive_id_type": named}


async def test_closing_stops_what_is_under_way(feishu: Feishu) -> None:
    sending = asyncio.create_task(feishu.send(post(), load))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    await feishu.close()

    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_an_upload_that_feishu_forgot_goes_up_again(feishu: Feishu, fake: FakeFeishu) -> None:
    document = Document(lines=("周报",), files=(SHEET,))
    await feishu.send(post(document), load)
    fake.uploads.clear()

    await feishu.send(post(document, key="owed-2", chat_id="oc_2"), load)

    assert [said.msg_type for said in fake.said] == ["text", "file", "text", "file"]
    assert len(fake.uploads) == 1


async def test_a_picture_that_feishu_forgot_goes_up_again_and_the_card_is_said_once(
    feishu: Feishu, fake: FakeFeishu
) -> None:
    await feishu.send(post(DIGEST), load)
    fake.uploads.clear()

    await feishu.send(post(DIGEST, key="owed-2", chat_id="oc_2"), load)

    assert [said.msg_type for said in fake.said if said.chat_id == "oc_2"] == ["interactive", "file"]


async def test_a_card_that_is_refused_is_said_as_a_post(feishu: Feishu, fake: FakeFeishu) -> None:
    document = dataclasses.replace(DIGEST, picture=None, files=(), severity=Severity.RED)
    fake.fail_next(230099, "Failed to create card content, ext=ErrCode: 200914")

    await feishu.send(post(document), load)

    (said,) = fake.said
    assert said.msg_type == "post"
    assert [piece["text"] for part in said.content["zh_cn"]["content"] for piece in part] == [
        "一、全省累计批复3.48万亩",
        "市州｜批复",
        "武汉市｜14",
    ]


async def test_a_card_and_a_post_that_are_refused_are_said_as_text(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.fail_next(230099)
    fake.fail_next(230099)

    await feishu.send(post(Document(title="题", lines=("x",), severity=Severity.RED)), load)

    assert [(said.msg_type, said.content) for said in fake.said] == [("text", {"text": "题\nx"})]


async def test_what_is_too_long_all_the_same_is_said_in_smaller_parts(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.fail_next(230025)

    await feishu.send(post(say(*["批复" * 250] * 90)), load)

    assert [said.content["text"][:6] for said in fake.said] == ["(1/2) ", "(2/2) "]


async def test_what_is_always_too_long_is_given_up(feishu: Feishu, fake: FakeFeishu) -> None:
    for _ in range(8):
        fake.fail_next(230025)

    assert (await refused(feishu)).permanent


# Refusals


@pytest.mark.parametrize("code", [230013, 230022, 230028, 230029, 230034, 230035, 230053, 99992351, 232009, 9499])
async def test_what_will_never_work_is_permanent(feishu: Feishu, fake: FakeFeishu, code: int) -> None:
    fake.fail_next(code, "bot said no")

    error = await refused(feishu)

    assert error.permanent
    assert str(code) in str(error)


@pytest.mark.parametrize("code", [230002, 230006, 230018, 230027, 99991401, 99991403, 99991672])
async def test_an_app_that_may_not_speak_is_permanent_where_no_webhook_stands_by(
    feishu: Feishu, fake: FakeFeishu, code: int
) -> None:
    fake.fail_next(code)

    assert (await refused(feishu)).permanent


async def test_a_chat_without_the_bot_is_permanent(feishu: Feishu) -> None:
    assert (await refused(feishu, post(chat_id="oc_9"))).permanent


@pytest.mark.parametrize(
    ("headers", "wait_s"), [({"x-ogw-ratelimit-reset": "7"}, 7.0), ({"Retry-After": "3"}, 3.0), ({}, 1.0)]
)
async def test_a_throttle_says_how_long_to_wait(
    feishu: Feishu, fake: FakeFeishu, headers: dict[str, str], wait_s: float
) -> None:
    fake.fail_next(99991400, status=429, headers=headers)

    error = await refused(feishu)

    assert (error.permanent, error.unknown, error.retry_after_s) == (False, False, wait_s)


@pytest.mark.parametrize("told", ["soon", "-5", "1e9", "9" * 9])
async def test_a_wait_that_is_no_sane_number_is_not_kept_to(feishu: Feishu, fake: FakeFeishu, told: str) -> None:
    fake.fail_next(99991400, status=429, headers={"x-ogw-ratelimit-reset": told})

    error = await refused(feishu)

    assert error.retry_after_s is not None
    assert 0 < error.retry_after_s <= 86_400


async def test_the_sixth_message_of_a_second_waits_and_is_then_delivered(
    feishu: Feishu, fake: FakeFeishu, clock: ManualClock
) -> None:
    for number in range(5):
        await feishu.send(post(key=f"k{number}"), load)

    error = await refused(feishu, post(key="k5"))
    clock.advance(seconds=error.retry_after_s or 0)
    await feishu.send(post(key="k5"), load)

    assert error.retry_after_s == 1.0
    assert len(fake.said) == 6


async def test_a_retry_goes_on_where_it_was_stopped(feishu: Feishu, fake: FakeFeishu, clock: ManualClock) -> None:
    """Seven parts are more than a group takes in a second; the first five are not said again, even a day later."""
    long = post(say(*["批复" * 250] * 640))
    assert (await refused(feishu, long)).retry_after_s == 1.0
    clock.advance(days=1)

    await feishu.send(long, load)

    assert [said.content["text"][:6] for said in fake.said] == [f"({n}/7) " for n in range(1, 8)]


@pytest.mark.parametrize("code", [1500, 2200, 5000, 10101])
async def test_feishus_own_fault_is_tried_again(feishu: Feishu, fake: FakeFeishu, code: int) -> None:
    fake.fail_next(code, status=500)

    error = await refused(feishu)

    assert (error.permanent, error.unknown) == (False, False)


async def test_a_code_nobody_documented_is_an_unknown_outcome(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.fail_next(424242, status=200)

    assert (await refused(feishu)).unknown


@pytest.mark.parametrize(
    ("status", "body", "permanent", "unknown"),
    [
        (502, b"<html>bad gateway</html>", False, True),
        (200, b"<html>login</html>", False, True),
        (200, b"[]", False, True),
        (200, b'{"code":"0"}', False, True),
        (200, b"[" * 100_000, False, True),
        (500, b'{"code":0}', False, True),
        (408, b"", False, True),
        (404, b"", True, False),
        (302, b"", True, False),
        (413, b"", True, False),
        (429, b"", False, False),
    ],
)
async def test_an_answer_without_a_code_is_judged_by_its_status(
    feishu: Feishu, fake: FakeFeishu, *, status: int, body: bytes, permanent: bool, unknown: bool
) -> None:
    for _ in range(8):
        fake.answer_next(status, body)

    error = await refused(feishu)

    assert (error.permanent, error.unknown) == (permanent, unknown)


async def test_an_endless_answer_is_not_read_to_its_end(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.answer_next(200, b" " * 3_000_000 + b'{"code":0}')

    assert (await refused(feishu)).unknown


# Silence


async def test_an_answer_lost_after_acceptance_is_unknown_and_the_retry_is_shown_once(
    feishu: Feishu, fake: FakeFeishu
) -> None:
    await feishu.send(post(key="before", chat_id="oc_2"), load)
    fake.lose_next_answer()

    error = await refused(feishu)
    await feishu.send(post(), load)

    assert (error.unknown, error.permanent) == (True, False)
    assert [said.chat_id for said in fake.said] == ["oc_2", "oc_1"]
    assert [body["uuid"] for body in fake.attempts[1:]] == [fake.attempts[1]["uuid"]] * 2


async def test_an_upload_whose_answer_is_lost_is_simply_tried_again(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.lose_next_answer()

    error = await refused(feishu, post(DIGEST))
    await feishu.send(post(DIGEST), load)

    assert (error.unknown, error.permanent) == (False, False)
    assert [said.msg_type for said in fake.said] == ["interactive", "file"]


@pytest.fixture
async def hasty(
    api_base: str, session: aiohttp.ClientSession, clock: ManualClock
) -> AsyncIterator[Callable[[str], Feishu]]:
    made: list[Feishu] = []

    def make(base: str = api_base) -> Feishu:
        feishu = Feishu(
            name="feishu:hasty",
            app_id=platform.APP_ID,
            app_secret=SecretStr(platform.APP_SECRET),
            verification_token=SecretStr(platform.VERIFICATION_TOKEN),
            api_base=base or api_base,
            session=session,
            clock=clock,
            timeout_s=0.2,
        )
        made.append(feishu)
        return feishu

    yield make
    for feishu in made:
        await feishu.close()


async def test_a_slow_feishu_is_an_unknown_outcome(hasty: Callable[[str], Feishu], fake: FakeFeishu) -> None:
    fake.hold()

    error = await refused(hasty(""))
    fake.release()

    assert (error.unknown, len(fake.said)) == (True, 1)


async def test_a_dead_feishu_is_tried_again(hasty: Callable[[str], Feishu]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    error = await refused(hasty(f"http://127.0.0.1:{port}"))

    assert (error.permanent, error.unknown) == (False, False)


# Tokens


async def test_a_token_is_fetched_once_and_again_before_it_ends(
    feishu: Feishu, fake: FakeFeishu, clock: ManualClock
) -> None:
    await feishu.send(post(key="a"), load)
    clock.advance(minutes=90)
    await feishu.send(post(key="b"), load)
    assert fake.token_fetches == 1

    clock.advance(minutes=10)
    await feishu.send(post(key="c"), load)

    assert fake.token_fetches == 2
    assert len(fake.said) == 3


async def test_a_burst_under_an_ended_token_fetches_one_and_all_is_delivered(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.groups |= {f"oc_{number}" for number in range(20)}
    await feishu.send(post(key="first"), load)
    fake.end_tokens()
    fake._tokens = {"t-other": feishu._app.clock.now()}

    await asyncio.gather(*(feishu.send(post(key=f"k{n}", chat_id=f"oc_{n}"), load) for n in range(20)))

    assert fake.token_fetches == 2
    assert len(fake.said) == 21


async def test_a_burst_without_any_token_fetches_one(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.groups |= {f"oc_{number}" for number in range(20)}

    await asyncio.gather(*(feishu.send(post(key=f"k{n}", chat_id=f"oc_{n}"), load) for n in range(20)))

    assert fake.token_fetches == 1
    assert len(fake.said) == 20


async def test_a_token_refused_twice_waits_for_the_next_try(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.fail_next(99991663)
    fake.fail_next(99991663)

    error = await refused(feishu)

    assert (error.permanent, error.unknown) == (False, False)


async def test_wrong_credentials_are_permanent_and_do_not_show_themselves(
    api_base: str, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    feishu = Feishu(
        name="feishu:wrong",
        app_id=platform.APP_ID,
        app_secret=SecretStr("marker-wrong-secret"),
        verification_token=SecretStr("v"),
        api_base=api_base,
        session=session,
        clock=clock,
    )

    error = await refused(feishu)
    findings = await feishu.check()
    await feishu.close()

    assert error.permanent
    assert "marker" not in str(error)
    assert "App Secret 不对" in findings[0]


async def test_one_who_gives_up_waiting_does_not_stop_the_token_for_the_others(
    feishu: Feishu, fake: FakeFeishu
) -> None:
    impatient = asyncio.create_task(feishu.send(post(key="a"), load))
    patient = asyncio.create_task(feishu.send(post(key="b", chat_id="oc_2"), load))
    await asyncio.sleep(0)
    impatient.cancel()

    await patient

    assert [said.chat_id for said in fake.said] == ["oc_2"]
    assert impatient.cancelled() or impatient.cancelling()


# Quota and the webhook that stands by


async def test_the_months_calls_are_counted_and_begin_anew_on_the_first(
    feishu: Feishu, fake: FakeFeishu, clock: ManualClock
) -> None:
    await feishu.send(post(DIGEST), load)
    use = feishu.quota.use()
    clock.advance(days=31)

    assert (use.month, use.used, use.limit, use.spent) == ("2026-01", 4, 10_000, False)
    assert (feishu.quota.use().month, feishu.quota.use().used) == ("2026-02", 0)


async def test_refused_calls_and_tokens_are_not_counted(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.fail_next(230022)
    await refused(feishu)

    assert feishu.quota.use().used == 0


async def test_a_month_nearly_used_up_is_warned_of_once_a_step(feishu: Feishu) -> None:
    feishu.quota.limit = 10
    with structlog.testing.capture_logs() as logs:
        for _ in range(10):
            feishu.quota.count()

    assert [log["used"] for log in logs if log["event"] == "feishu quota nearly used"] == [8, 9, 10]
    assert feishu.quota.warning() == "飞书应用 feishu:main 本月接口已用10次，额度10次，用完后到下月1日才恢复。"


async def test_an_edition_without_a_quota_is_counted_and_not_warned_of(feishu: Feishu) -> None:
    feishu.quota.limit = None
    feishu.quota.count()

    assert (feishu.quota.use().used, feishu.quota.warning()) == (1, None)


async def test_a_count_kept_over_a_restart_goes_on_in_its_own_month(feishu: Feishu) -> None:
    feishu.quota.resume(month="2025-12", used=500)
    assert feishu.quota.use().used == 0

    feishu.quota.resume(month="2026-01", used=500)
    feishu.quota.count()

    assert feishu.quota.use().used == 501


async def test_a_spent_month_is_permanent_told_and_forgotten_on_the_first(
    feishu: Feishu, fake: FakeFeishu, clock: ManualClock
) -> None:
    fake.quota = 0

    error = await refused(feishu)

    assert error.permanent
    assert feishu.quota.use().spent
    assert "已用完" in str(feishu.quota.warning())
    clock.advance(days=31)
    assert feishu.quota.warning() is None


@pytest.mark.parametrize("route", ["feishu:group", "group"])
async def test_a_spent_month_goes_on_through_the_groups_webhook(feishu: Feishu, fake: FakeFeishu, route: str) -> None:
    fake.quota = 0

    await feishu.send(post(DIGEST, route=route), load)

    assert not fake.said
    assert [said.msg_type for said in fake.hook_said] == ["interactive", "text"]
    assert fake.hook_said[1].content["text"] == "以下附件未能随消息发送：日报.png、台账 11月.xlsx"


async def test_a_group_without_the_app_hears_through_its_webhook_with_the_picture(
    feishu: Feishu, fake: FakeFeishu
) -> None:
    await feishu.send(post(DIGEST, chat_id="oc_9", route="feishu:group"), load)

    assert [element["tag"] for element in fake.hook_said[0].content["body"]["elements"]] == ["div", "img", "table"]
    assert fake.hook_said[1].content["text"].endswith("台账 11月.xlsx")


async def test_the_webhook_says_only_what_the_app_did_not(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.quota = 2

    await feishu.send(post(Document(lines=("周报",), files=(SHEET,)), route="group"), load)

    assert [said.msg_type for said in fake.said] == ["text"]
    assert [said.content["text"] for said in fake.hook_said] == ["以下附件未能随消息发送：台账 11月.xlsx"]


async def test_a_private_notice_never_goes_to_a_groups_webhook(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.quota = 0

    error = await refused(feishu, post(chat_id="ou_1", chat_kind=ChatKind.DIRECT, route="group"))

    assert error.permanent
    assert not fake.hook_said


# Looking after it


async def test_a_check_finds_all_well_and_learns_who_the_bot_is(feishu: Feishu, fake: FakeFeishu) -> None:
    assert await feishu.check() == [
        "正常：feishu:main 凭证有效。",
        "正常：feishu:main 机器人“督办”已启用。",
        "正常：feishu:main 有发送消息的权限。",
    ]
    assert feishu.bot_open_id == "ou_bot"
    assert not fake.said


async def test_a_check_says_what_is_missing_and_where_to_mend_it(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.scopes, fake.bot_enabled = False, False

    findings = await feishu.check()

    assert "版本管理与发布" in findings[1]
    assert "im:message:send_as_bot" in findings[2]
    assert "权限管理" in findings[2]


async def test_a_check_finds_an_app_without_a_bot(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.answer_next(200, b'{"code":0}')

    assert "没有机器人" in (await feishu.check())[1]


@pytest.mark.parametrize(
    ("code", "words"), [(99991401, "IP 白名单"), (99991403, "额度已用完"), (230006, "添加应用能力"), (5000, "5000")]
)
async def test_a_check_names_each_fault(feishu: Feishu, fake: FakeFeishu, code: int, words: str) -> None:
    fake.fail_next(code)

    assert words in (await feishu.check())[1]


async def test_a_check_warns_of_events_without_signature(hasty: Callable[[str], Feishu]) -> None:
    assert "Encrypt Key" in (await hasty("").check())[-1]


def test_the_hosts_to_open_are_told(feishu: Feishu, hook: FeishuHook, server: TestServer) -> None:
    assert feishu.hosts() == hook.hosts() == [f"127.0.0.1:{server.port}"]


async def test_no_secret_and_no_word_is_logged_or_raised(feishu: Feishu, fake: FakeFeishu) -> None:
    words = say("marker-words")
    with structlog.testing.capture_logs() as logs:
        await feishu.send(post(words), load)
        feishu.open(fake.event(event("marker-words")))
        fake.fail_next(230001, "bad token t-marker-token-1 marker-app-secret")
        errors = [await refused(feishu, post(words, key="b"))]
        fake.fail_next(99991663, "token t-marker-token-1 invalid")
        fake.fail_next(99991663, "token t-marker-token-1 invalid")
        errors.append(await refused(feishu, post(words, key="c")))
        fake.lose_next_answer()
        errors.append(await refused(feishu, post(words, key="d")))

    assert "marker" not in repr(logs)
    assert "marker" not in repr([(str(error), error.args) for error in errors])
    assert "marker" not in repr([vars(feishu), vars(feishu._app)])


def test_the_robots_are_messengers(feishu: Feishu, hook: FeishuHook) -> None:
    robots: list[Messenger] = [feishu, hook]

    assert [robot.limits.idempotent for robot in robots] == [True, False]


async def test_a_file_is_brought_in_by_its_key(feishu: Feishu, fake: FakeFeishu) -> None:
    fake.files["om_1", "file_1"] = b"PK sheet"
    content = json.dumps({"file_key": "file_1", "file_name": "台账.xlsx"})

    heard = feishu.open(fake.event(event(message_type="file", content=content)))

    assert isinstance(heard, Inbound)
    assert heard.file is not None
    assert (heard.form, heard.file.name) == ("file", "台账.xlsx")
    assert await heard.file.fetch() == b"PK sheet"


async def test_a_file_that_is_gone_is_lost(feishu: Feishu, fake: FakeFeishu) -> None:
    content = json.dumps({"file_key": "file_1", "file_name": "台账.xlsx"})

    heard = feishu.open(fake.event(event(message_type="file", content=content)))

    assert isinstance(heard, Inbound)
    assert heard.file is not None
    with pytest.raises(FileLostError, match="HTTP 400"):
        await heard.file.fetch()
