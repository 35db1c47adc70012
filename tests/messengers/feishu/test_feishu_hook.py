"""A group's webhook: signed, pushed, refused under HTTP 200."""

import dataclasses

import aiohttp
import pytest
import structlog
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.document import Document, File, Table, say
from bot.messengers.base import BadSignatureError, ChatKind, Hook, Post, SendError, Verdict
from bot.messengers.feishu import FeishuHook
from tests.fakes import feishu as platform
from tests.fakes.feishu import FakeFeishu

SHEET = File(name="台账.xlsx", media_type="application/vnd.ms-excel", sha256="b" * 64)


def post(document: Document | None = None, *, key: str = "owed-1") -> Post:
    return Post(key=key, chat_id="oc_1", chat_kind=ChatKind.GROUP, document=document or say("【报送提示】"))


async def load(file: File) -> bytes:
    raise AssertionError(file)


async def refused(hook: FeishuHook, owed: Post | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await hook.send(owed or post(), load)
    return caught.value


async def test_a_signed_push_is_seen(hook: FeishuHook, fake: FakeFeishu) -> None:
    await hook.send(post(say("【报送提示】", mentions=("ou_1", "all"))), load)

    assert [said.content for said in fake.hook_said] == [{"text": '<at user_id="ou_1"></at> 【报送提示】'}]


async def test_each_form_stands_where_a_webhook_wants_it(hook: FeishuHook, fake: FakeFeishu) -> None:
    table = Table(header=("市州",), rows=(("武汉市",),))

    await hook.send(post(Document(title="题", lines=("x",)), key="a"), load)
    await hook.send(post(Document(title="题", lines=("x",), table=table), key="b"), load)

    title, card = fake.hook_said
    assert (title.msg_type, title.content["post"]["zh_cn"]["title"]) == ("post", "题")
    assert (card.msg_type, card.content["schema"]) == ("interactive", "2.0")


async def test_a_long_push_keeps_under_twenty_kilobytes(hook: FeishuHook, fake: FakeFeishu) -> None:
    lines = ("恩施州批次用地累计批复0.08万亩，占任务11.3%",) * 900

    await hook.send(post(Document(title="情况", lines=lines)), load)

    assert len(fake.hook_said) > 2
    assert all(said.bytes <= 20_000 for said in fake.hook_said)


async def test_a_file_is_named_where_it_cannot_be_sent(hook: FeishuHook, fake: FakeFeishu) -> None:
    await hook.send(post(Document(lines=("周报",), files=(SHEET,))), load)

    assert fake.hook_said[-1].content["text"] == "以下附件未能随消息发送：台账.xlsx"


async def test_a_clock_an_hour_off_is_a_permanent_failure(
    hook: FeishuHook, fake: FakeFeishu, clock: ManualClock
) -> None:
    fake.clock = ManualClock(clock.now())
    clock.advance(hours=1, seconds=1)

    assert (await refused(hook)).permanent


@pytest.mark.parametrize("code", [9499, 19001, 19021, 19022, 19024])
async def test_a_refusal_under_http_200_is_a_refusal(hook: FeishuHook, fake: FakeFeishu, code: int) -> None:
    fake.fail_next(code)

    assert (await refused(hook)).permanent


async def test_the_hundred_and_first_push_of_a_minute_waits(
    hook: FeishuHook, fake: FakeFeishu, clock: ManualClock
) -> None:
    for number in range(100):
        await hook.send(post(key=f"k{number}"), load)

    error = await refused(hook, post(key="late"))
    clock.advance(minutes=1)
    await hook.send(post(key="late"), load)

    assert (error.permanent, error.retry_after_s) == (False, 1.0)
    assert len(fake.hook_said) == 101


async def test_a_lost_answer_is_unknown_and_only_the_unknown_part_is_said_again(
    hook: FeishuHook, fake: FakeFeishu
) -> None:
    """A webhook has no idempotency key: what was surely accepted is remembered, what is unknown may come twice."""
    two_parts = post(Document(lines=("周报",), files=(SHEET,)))
    await hook.send(post(key="before"), load)
    fake.fail_next(11232)
    await refused(hook, two_parts)
    fake.lose_next_answer()

    error = await refused(hook, two_parts)
    await hook.send(two_parts, load)

    assert error.unknown
    assert [said.content["text"][:3] for said in fake.hook_said] == ["【报送", "周报", "周报", "以下附"]


async def test_a_webhook_without_a_secret_is_not_signed(
    api_base: str, session: aiohttp.ClientSession, clock: ManualClock, fake: FakeFeishu
) -> None:
    url = SecretStr(f"{api_base}/open-apis/bot/v2/hook/{platform.HOOK_TOKEN}")
    fake.hook_signed = False

    await FeishuHook(name="feishu:g", hook_url=url, api_base=api_base, session=session, clock=clock).send(post(), load)

    assert len(fake.hook_said) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://open.feishu.cn.evil.example/open-apis/bot/v2/hook/marker",
        "https://evilfeishu.cn/open-apis/bot/v2/hook/marker",
        "http://open.feishu.cn/open-apis/bot/v2/hook/marker",
        "https://open.feishu.cn:8443/open-apis/bot/v2/hook/marker",
        "https://open.feishu.cn/open-apis/bot/v2/hook/marker/../../x",
        "https://open.feishu.cn/open-apis/bot/hook/marker",
        "https://u:p@open.feishu.cn/open-apis/bot/v2/hook/marker",
        "https://open.feishu.cn/open-apis/bot/v2/hook/marker?to=1",
        "https://[marker",
        "marker",
        "",
    ],
)
async def test_an_address_that_is_no_webhook_of_feishu_is_refused_unshown(
    url: str, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    with pytest.raises(ValueError, match="Webhook 地址") as caught:
        FeishuHook(name="feishu:g", hook_url=SecretStr(url), session=session, clock=clock)

    assert "marker" not in str(caught.value)


@pytest.mark.parametrize("host", ["open.feishu.cn", "open.larksuite.com"])
async def test_the_documented_hosts_are_taken(host: str, session: aiohttp.ClientSession, clock: ManualClock) -> None:
    url = SecretStr(f"https://{host}/open-apis/bot/v2/hook/0a-b")

    assert FeishuHook(name="g", hook_url=url, session=session, clock=clock).hosts() == [f"{host}:443"]


def test_a_webhook_hears_nobody(hook: FeishuHook, clock: ManualClock) -> None:
    with pytest.raises(BadSignatureError):
        hook.open(Hook(method="POST", query={}, headers={}, body=b"{}", received_at=clock.now()))

    assert hook.verdict(Verdict.ACCEPTED).status == 404


async def test_a_private_notice_is_not_said_to_a_group(hook: FeishuHook, fake: FakeFeishu) -> None:
    error = await refused(hook, dataclasses.replace(post(), chat_kind=ChatKind.DIRECT))

    assert error.permanent
    assert not fake.hook_said


async def test_a_check_shows_nothing_to_the_group(hook: FeishuHook, fake: FakeFeishu) -> None:
    assert await hook.check() == ["正常：feishu:group 群自定义机器人可以到达（未发送消息）。"]
    assert not fake.hook_said


@pytest.mark.parametrize(
    ("code", "words"), [(19001, "重新复制地址"), (19021, "核对 SECRET"), (19022, "IP 白名单"), (11232, "11232")]
)
async def test_a_check_says_what_is_wrong_and_where_to_mend_it(
    hook: FeishuHook, fake: FakeFeishu, code: int, words: str
) -> None:
    fake.fail_next(code)

    (finding,) = await hook.check()

    assert finding.startswith("故障：")
    assert words in finding


async def test_no_secret_of_a_webhook_is_logged_or_raised(hook: FeishuHook, fake: FakeFeishu) -> None:
    with structlog.testing.capture_logs() as logs:
        await hook.send(post(say("marker-words")), load)
        fake.fail_next(19001, f"token {platform.HOOK_TOKEN} invalid, secret {platform.HOOK_SECRET}")
        errors = [await refused(hook)]
        fake.lose_next_answer()
        errors.append(await refused(hook))
    await hook.close()

    shown = repr(vars(hook)) + repr(logs) + repr([str(error) for error in errors])
    assert "marker" not in shown
    assert platform.HOOK_SECRET not in shown
