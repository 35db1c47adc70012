"""The app robot speaks: routes, files, tokens, and what happens when the platform does not play along."""

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.document import Document, File, Table, say
from bot.messengers.base import ChatKind, Post, SendError
from bot.messengers.dingtalk import DingTalk, Usage
from tests.fakes.dingtalk import FakeDingTalk
from tests.messengers.dingtalk.conftest import (
    APP_SECRET,
    GROUP,
    direct_post,
    group_post,
    nothing_to_load,
    reply_post,
    small_bytes,
)

SEND = "/v1.0/robot/groupMessages/send"
DIRECT = "/v1.0/robot/oToMessages/batchSend"
SESSION = "/robot/sendBySession"
PICTURE = File(name="日报.png", media_type="image/png", sha256="a" * 64)
SHEET = File(name="台账.xlsx", media_type="application/vnd.ms-excel", sha256="b" * 64)
DIGEST = Document(
    title="攻坚日报",
    lines=("一、全省累计",),
    table=Table(header=("市州", "进度"), rows=(("恩施州", "11%"),)),
    picture=PICTURE,
    files=(SHEET,),
)


async def test_a_push_to_a_group_goes_through_the_api(robot: DingTalk, platform: FakeDingTalk) -> None:
    await robot.send(group_post(say("今日暂未收到")), nothing_to_load)

    (said,) = platform.said
    assert (said.route, said.chat, said.kind, said.text) == ("group", GROUP, "sampleText", "今日暂未收到")


async def test_a_push_to_a_person_goes_through_the_api(robot: DingTalk, platform: FakeDingTalk) -> None:
    await robot.send(direct_post(Document(title="报送提示", lines=("请报送",))), nothing_to_load)

    (said,) = platform.said
    assert (said.route, said.chat, said.kind) == ("direct", "u001", "sampleMarkdown")


async def test_a_reply_takes_the_session_webhook_and_mentions(
    robot: DingTalk, platform: FakeDingTalk, base: str, clock: ManualClock
) -> None:
    post = reply_post(say("已登记", mentions=("u001", "all")), platform.add_session("s1"), base, clock)

    await robot.send(post, nothing_to_load)

    (said,) = platform.said
    assert (said.route, said.chat, said.text, said.at) == ("session", "s1", "已登记\n@u001", ("u001",))
    assert platform.tokens_fetched == 0


async def test_a_reply_after_the_session_has_ended_takes_the_api(
    robot: DingTalk, platform: FakeDingTalk, base: str, clock: ManualClock
) -> None:
    post = reply_post(say("已登记"), platform.add_session("s1"), base, clock)
    clock.advance(minutes=90)

    await robot.send(post, nothing_to_load)

    assert [said.route for said in platform.said] == ["group"]
    assert SESSION not in platform.requests


async def test_a_session_that_ends_before_its_time_is_followed_by_the_api(
    robot: DingTalk, platform: FakeDingTalk, base: str, clock: ManualClock
) -> None:
    post = reply_post(say("已登记"), "/robot/sendBySession?session=nobody", base, clock)

    await robot.send(post, nothing_to_load)

    assert [said.route for said in platform.said] == ["group"]


async def test_a_reply_when_the_months_webhook_uses_are_gone_takes_the_api(
    robot: DingTalk, platform: FakeDingTalk, base: str, clock: ManualClock
) -> None:
    platform.refuse_next(SESSION, {"errcode": 90030, "errmsg": "quota"})

    await robot.send(reply_post(say("已登记"), platform.add_session("s1"), base, clock), nothing_to_load)

    assert [said.route for said in platform.said] == ["group"]
    assert any("Webhook收发额度已用完" in line for line in robot.quota.warnings())


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/robot/sendBySession?session=s",
        "http://oapi.dingtalk.com/robot/sendBySession?session=s",
        "https://oapi.dingtalk.com.evil.example/robot/sendBySession?session=s",
        "https://evildingtalk.com/robot/sendBySession?session=s",
        "https://oapi.dingtalk.com:8443/robot/sendBySession?session=s",
        "https://user@oapi.dingtalk.com/robot/sendBySession?session=s",
        "https://oapi.dingtalk.com/robot/send?access_token=theirs",
        "//oapi.dingtalk.com/robot/sendBySession",
        "not an address",
        "http://[",
    ],
)
async def test_a_session_webhook_that_leads_elsewhere_is_not_called(
    robot: DingTalk, platform: FakeDingTalk, clock: ManualClock, address: str
) -> None:
    post = replace(group_post(say("已登记")), reply_route={"session_webhook": address, "until_ms": 2 * 10**12})

    await robot.send(post, nothing_to_load)

    assert [said.route for said in platform.said] == ["group"]


async def test_the_vendors_own_session_address_is_trusted(robot: DingTalk) -> None:
    url = "https://oapi.dingtalk.com/robot/sendBySession?session=a%2Bb"

    assert str(robot._client.session_url(url)) == url


@pytest.mark.parametrize("route", ["dingtalk:city", "city"])
async def test_a_webhook_is_named_with_or_without_its_messenger(
    robot: DingTalk, platform: FakeDingTalk, route: str
) -> None:
    await robot.send(group_post(say("x"), route=route), nothing_to_load)

    assert [said.route for said in platform.said] == ["webhook"]


async def test_closing_the_robot_closes_its_connections(robot: DingTalk, session: aiohttp.ClientSession) -> None:
    await robot.close()

    assert session.closed


async def test_what_must_mention_goes_through_the_groups_webhook_and_files_through_the_api(
    robot: DingTalk, platform: FakeDingTalk
) -> None:
    document = replace(DIGEST, mentions=("u001",), table=None, picture=None)

    await robot.send(group_post(document, route="dingtalk:city"), small_bytes)

    assert [(said.route, said.at) for said in platform.said] == [("webhook", ("u001",)), ("group", ())]


async def test_a_webhook_that_was_removed_is_followed_by_the_api(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.hookups.clear()

    await robot.send(group_post(say("请更新"), route="dingtalk:city"), nothing_to_load)

    assert [said.route for said in platform.said] == ["group"]


async def test_a_digest_is_words_then_picture_then_file(robot: DingTalk, platform: FakeDingTalk) -> None:
    await robot.send(group_post(DIGEST), small_bytes)

    words, picture, file = platform.said
    assert words.text == "### 攻坚日报  \n  一、全省累计"
    assert (picture.kind, platform.media[picture.content["photoURL"]]) == (
        "sampleImageMsg",
        "bytes of 日报.png".encode(),
    )
    assert (file.kind, file.content["fileName"], file.content["fileType"]) == ("sampleFile", "台账.xlsx", "xlsx")
    assert platform.media[file.content["mediaId"]] == "bytes of 台账.xlsx".encode()


async def test_the_same_bytes_for_several_chats_are_uploaded_once(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.groups |= {"cid2", "cid3"}
    posts = [replace(group_post(DIGEST, key=chat), chat_id=chat) for chat in (GROUP, "cid2", "cid3")]

    await asyncio.gather(*(robot.send(post, small_bytes) for post in posts))

    assert len(platform.uploads) == 2
    assert len(platform.said) == 9


async def test_a_file_that_dingtalk_does_not_take_is_zipped(robot: DingTalk, platform: FakeDingTalk) -> None:
    note = File(name="名单.csv", media_type="text/csv", sha256="c" * 64)

    await robot.send(group_post(Document(lines=(), files=(note,))), small_bytes)

    (said,) = platform.said
    assert (said.content["fileName"], said.content["fileType"]) == ("名单.csv.zip", "zip")
    with zipfile.ZipFile(io.BytesIO(platform.media[said.content["mediaId"]])) as archive:
        assert archive.read("名单.csv") == "bytes of 名单.csv".encode()


async def test_a_file_over_the_limit_is_refused_before_anything_is_said(
    robot: DingTalk, platform: FakeDingTalk
) -> None:
    async def huge(file: File) -> bytes:
        return bytes(20 * 1024 * 1024 + 1)

    with pytest.raises(SendError, match="20 MB") as caught:
        await robot.send(group_post(DIGEST), huge)

    assert caught.value.permanent
    assert platform.said == []


async def test_an_upload_that_dingtalk_forgot_is_done_again(robot: DingTalk, platform: FakeDingTalk) -> None:
    document = Document(lines=("图",), picture=PICTURE)
    await robot.send(group_post(document, key="k1"), small_bytes)
    platform.media.clear()

    await robot.send(group_post(document, key="k2"), small_bytes)

    assert [said.kind for said in platform.said] == ["sampleText", "sampleImageMsg"] * 2
    assert len(platform.uploads) == 2


async def test_a_long_text_arrives_in_numbered_parts(robot: DingTalk, platform: FakeDingTalk) -> None:
    lines = tuple(f"第{n}家：暂未收到，请联系了解。" for n in range(700))

    await robot.send(group_post(Document(lines=lines)), nothing_to_load)

    assert [said.text.split("\n")[0] for said in platform.said] == ["（1/3）", "（2/3）", "（3/3）"]
    assert [line for said in platform.said for line in said.text.split("\n")[1:]] == list(lines)


async def test_a_text_refused_as_too_long_is_cut_smaller(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.refuse_next(SEND, {"code": "msgParam.tooLong", "message": "too long"}, status=400)

    await robot.send(group_post(Document(lines=("宗" * 4000,))), nothing_to_load)

    assert len(platform.said) == 2


async def test_another_try_goes_on_after_what_has_arrived(robot: DingTalk, platform: FakeDingTalk) -> None:
    document = Document(lines=tuple(f"第{n}家：暂未收到，请联系了解。" for n in range(700)), files=(SHEET,))
    platform.refuse_next(SEND, {"code": "send.too.fast", "message": "slow down"}, status=400, after=2)

    with pytest.raises(SendError):
        await robot.send(group_post(document), small_bytes)
    await robot.send(group_post(document), small_bytes)

    assert [said.kind for said in platform.said] == ["sampleText"] * 3 + ["sampleFile"]
    assert [said.text.split("\n")[0] for said in platform.said[:3]] == ["（1/3）", "（2/3）", "（3/3）"]


async def test_a_message_sent_again_on_purpose_is_sent_whole(robot: DingTalk, platform: FakeDingTalk) -> None:
    await robot.send(group_post(say("日报")), nothing_to_load)
    await robot.send(group_post(say("日报")), nothing_to_load)

    assert len(platform.said) == 2


async def test_a_burst_with_a_dead_token_renews_it_once_and_all_arrive(robot: DingTalk, platform: FakeDingTalk) -> None:
    await robot.send(group_post(say("warm-up")), nothing_to_load)
    platform.expire_tokens()

    await asyncio.gather(*(robot.send(group_post(say(f"{n}"), key=f"k{n}"), nothing_to_load) for n in range(30)))

    assert platform.tokens_fetched == 2
    assert sorted(said.text for said in platform.said) == sorted(["warm-up", *map(str, range(30))])


async def test_a_token_is_renewed_before_it_ends(robot: DingTalk, platform: FakeDingTalk, clock: ManualClock) -> None:
    await robot.send(group_post(say("1")), nothing_to_load)
    clock.advance(minutes=114)
    await robot.send(group_post(say("2")), nothing_to_load)
    clock.advance(minutes=2)
    await robot.send(group_post(say("3")), nothing_to_load)

    assert platform.tokens_fetched == 2
    assert platform.requests.count(SEND) == 3


async def test_a_burst_without_a_token_shares_one_failed_fetch(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.refuse_next("/v1.0/oauth2/accessToken", {"code": "system.busy"}, status=429, times=5)
    sends = (robot.send(group_post(say("x"), key=f"k{n}"), nothing_to_load) for n in range(10))

    failures = await asyncio.gather(*sends, return_exceptions=True)

    assert all(isinstance(f, SendError) and not f.permanent and not f.unknown for f in failures)
    assert platform.requests.count("/v1.0/oauth2/accessToken") == 1


async def test_a_token_refused_again_waits_instead_of_asking_for_ever(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.refuse_next(SEND, {"code": "InvalidAuthentication", "message": "no"}, status=401, times=9)

    with pytest.raises(SendError) as caught:
        await robot.send(group_post(say("x")), nothing_to_load)

    assert not caught.value.permanent
    assert caught.value.retry_after_s == 60
    assert platform.requests.count(SEND) == 2


async def test_an_upload_with_a_dead_token_renews_it(robot: DingTalk, platform: FakeDingTalk) -> None:
    await robot.send(group_post(say("warm-up")), nothing_to_load)
    platform.expire_tokens()

    await robot.send(group_post(DIGEST), small_bytes)

    assert len(platform.uploads) == 2


@pytest.mark.parametrize("path", [SEND, DIRECT])
async def test_an_answer_lost_after_acceptance_is_unknown(robot: DingTalk, platform: FakeDingTalk, path: str) -> None:
    platform.lose_next(path)
    post = group_post(say("x")) if path == SEND else direct_post(say("x"))

    with pytest.raises(SendError) as caught:
        await robot.send(post, nothing_to_load)

    assert caught.value.unknown
    assert len(platform.said) == 1


async def test_a_lost_answer_to_an_upload_is_no_unknown_message(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.lose_next("/media/upload")

    with pytest.raises(SendError) as caught:
        await robot.send(group_post(DIGEST), small_bytes)

    assert not caught.value.unknown
    assert not caught.value.permanent


def impatient(session: aiohttp.ClientSession, clock: ManualClock, base: str) -> DingTalk:
    return DingTalk(
        name="dingtalk:main",
        client_id="dingappdemo",
        client_secret=SecretStr(APP_SECRET),
        session=session,
        clock=clock,
        api_base=base,
        oapi_base=base,
        timeout_s=0.2,
    )


async def test_a_file_that_is_refused_is_a_failure_and_the_words_are_not_repeated(
    robot: DingTalk, platform: FakeDingTalk
) -> None:
    refusal = {"code": "contain.notAllowed.picture", "message": "no"}
    platform.refuse_next(SEND, refusal, status=400, after=1)

    with pytest.raises(SendError, match="dingtalk image") as caught:
        await robot.send(group_post(DIGEST), small_bytes)
    await robot.send(group_post(DIGEST), small_bytes)

    assert caught.value.permanent
    assert [said.kind for said in platform.said] == ["sampleMarkdown", "sampleImageMsg", "sampleFile"]


@pytest.mark.parametrize("body", [{"errcode": 0, "errmsg": "ok"}, {"errcode": 99}, "", "x" * 200_000])
async def test_an_upload_answered_without_an_id_is_tried_again(
    robot: DingTalk, platform: FakeDingTalk, body: dict[str, Any] | str
) -> None:
    platform.refuse_next("/media/upload", body)

    with pytest.raises(SendError, match="upload") as caught:
        await robot.send(group_post(DIGEST), small_bytes)

    assert not caught.value.permanent
    assert not caught.value.unknown


@pytest.mark.parametrize("body", [{"accessToken": "", "expireIn": 7200}, {"accessToken": "t", "expireIn": None}, ""])
async def test_an_answer_without_a_token_is_tried_again(
    robot: DingTalk, platform: FakeDingTalk, body: dict[str, Any] | str
) -> None:
    platform.refuse_next("/v1.0/oauth2/accessToken", body)

    with pytest.raises(SendError, match="token") as caught:
        await robot.send(group_post(say("x")), nothing_to_load)

    assert not caught.value.permanent
    assert not caught.value.unknown


async def test_a_wrong_secret_is_a_permanent_failure(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.client_secret = "changed"

    with pytest.raises(SendError, match="invalidClientIdOrSecret") as caught:
        await robot.send(group_post(say("x")), nothing_to_load)

    assert caught.value.permanent


async def test_a_redirect_is_not_followed(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.refuse_next(SEND, "", status=302, headers={"Location": "/robot/send"})

    with pytest.raises(SendError):
        await robot.send(group_post(say("x")), nothing_to_load)

    assert "/robot/send" not in platform.requests


async def test_a_limit_too_small_for_a_title_is_refused_at_the_start(
    session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    with pytest.raises(ValueError, match="too small"):
        DingTalk(name="x", client_id="c", client_secret=SecretStr("s"), session=session, clock=clock, limit_bytes=1_000)


async def test_a_platform_too_slow_to_answer_leaves_the_message_unknown(
    platform: FakeDingTalk, session: aiohttp.ClientSession, clock: ManualClock, base: str
) -> None:
    robot = impatient(session, clock, base)
    await robot.send(group_post(say("warm-up")), nothing_to_load)
    platform.gate.clear()

    with pytest.raises(SendError, match="TimeoutError") as caught:
        await robot.send(group_post(say("x")), nothing_to_load)

    platform.gate.set()
    await robot.close()
    assert caught.value.unknown


async def test_a_dead_platform_is_worth_another_try(session: aiohttp.ClientSession, clock: ManualClock) -> None:
    robot = impatient(session, clock, "http://127.0.0.1:9")

    with pytest.raises(SendError, match="out of reach") as caught:
        await robot.send(group_post(say("x")), nothing_to_load)

    await robot.close()
    assert not caught.value.unknown
    assert not caught.value.permanent


async def test_a_robot_can_be_closed_while_it_waits_for_a_token(
    platform: FakeDingTalk, session: aiohttp.ClientSession, clock: ManualClock, base: str
) -> None:
    robot = impatient(session, clock, base)
    platform.gate.clear()
    sending = asyncio.create_task(robot.send(group_post(say("x")), nothing_to_load))
    await platform.arrived.wait()

    await robot.close()

    platform.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await sending


async def test_a_person_slowed_down_by_the_platform_is_tried_again(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.flow_controlled = {"u001"}

    with pytest.raises(SendError) as caught:
        await robot.send(direct_post(say("x")), nothing_to_load)

    assert caught.value.retry_after_s == 60


async def test_a_person_unknown_to_the_corporation_is_a_permanent_failure(robot: DingTalk) -> None:
    with pytest.raises(SendError, match="invalidStaffIdList") as caught:
        await robot.send(direct_post(say("x"), user="u404"), nothing_to_load)

    assert caught.value.permanent


async def test_an_outsider_without_a_session_cannot_be_reached(robot: DingTalk) -> None:
    with pytest.raises(SendError, match="no way") as caught:
        await robot.send(direct_post(say("x"), user="$:LWCP_v1:$demoUser1"), nothing_to_load)

    assert caught.value.permanent


async def test_an_outsider_is_answered_while_the_session_is_open(
    robot: DingTalk, platform: FakeDingTalk, base: str, clock: ManualClock
) -> None:
    route = reply_post(say("x"), platform.add_session("s1"), base, clock).reply_route
    post = Post(
        key="k",
        chat_id="$:LWCP_v1:$demoUser1",
        chat_kind=ChatKind.DIRECT,
        document=Document(lines=("已登记",), mentions=("u001",), files=(SHEET,)),
        reply_route=route,
    )

    await robot.send(post, nothing_to_load)

    (said,) = platform.said
    assert (said.text, said.at) == ("已登记\n（这里发不了图片和文件，另见：台账.xlsx）", ())


async def test_secrets_stand_neither_in_errors_nor_in_logs(
    robot: DingTalk,
    platform: FakeDingTalk,
    base: str,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secrets = [APP_SECRET, "token-1-marker", "session-marker", "words-marker"]
    texts = []
    answers: list[tuple[str, int, dict[str, Any]]] = [
        (SESSION, 200, {"errcode": 430102, "errmsg": f"{APP_SECRET} token-1-marker session-marker"}),
        (SEND, 400, {"code": "param.invalid", "message": f"{APP_SECRET} token-1-marker"}),
        ("/media/upload", 200, {"errcode": 40004, "errmsg": f"{APP_SECRET} token-1-marker"}),
    ]
    for path, status, body in answers:
        platform.refuse_next(path, body, status=status)
        post = reply_post(
            Document(lines=("words-marker",), picture=PICTURE), platform.add_session("session-marker"), base, clock
        )
        robot._client.forget_media(PICTURE.sha256)
        with pytest.raises(SendError) as caught:
            await robot.send(post if path == SESSION else replace(post, reply_route=None), small_bytes)
        texts += [str(caught.value), repr(caught.value), repr(caught.value.__context__)]
    texts += [repr(robot), repr(robot._client.app), caplog.text, *capsys.readouterr()]

    told = "\n".join(texts)
    assert "*** *** ***" in told
    assert not [secret for secret in secrets if secret in told]


async def test_calls_are_counted_as_the_platform_bills_them(
    robot: DingTalk, platform: FakeDingTalk, base: str, clock: ManualClock
) -> None:
    platform.refuse_next(SEND, {"code": "Forbidden.AccessDenied.QpsLimitForApi"}, status=403)
    with pytest.raises(SendError):
        await robot.send(group_post(say("1")), nothing_to_load)
    await robot.send(group_post(say("1")), nothing_to_load)
    await robot.send(reply_post(say("2"), platform.add_session("s"), base, clock), nothing_to_load)
    await robot.send(group_post(DIGEST), small_bytes)

    # 1 + (2 uploads + 3 messages) over the API; the token and the refusal for pace are free.
    assert robot.quota.usage == Usage(month="2026-01", api=6, webhook=1)


async def test_a_reply_route_survives_the_outbox_as_json(robot: DingTalk, clock: ManualClock) -> None:
    post = reply_post(say("x"), "/robot/sendBySession?session=s", "http://x", clock)

    assert json.loads(json.dumps(post.reply_route)) == post.reply_route
