import asyncio

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.document import Document, Severity, Table, say
from bot.messengers.base import BadSignatureError, Hook, SendError
from bot.messengers.wecom import WeComGroupWebhook
from bot.messengers.wecom.client import file_name
from tests.fakes.wecom import KEY, MB, FakeWeCom
from tests.messengers.wecom.conftest import NOW
from tests.messengers.wecom.papers import Papers, post_of


@pytest.fixture
async def webhook(platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock) -> WeComGroupWebhook:
    return webhook_of(platform.url, http, clock)


@pytest.fixture
async def hasty(platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock) -> WeComGroupWebhook:
    """A webhook whose own count lets it run into the platform's limit."""
    return webhook_of(platform.url, http, clock, posts_per_minute=1000)


def webhook_of(
    url: str,
    http: aiohttp.ClientSession,
    clock: ManualClock,
    *,
    key: str = KEY,
    posts_per_minute: int = 20,
    timeout_s: float = 15,
) -> WeComGroupWebhook:
    return WeComGroupWebhook(
        name="wecom-group:hq",
        key=SecretStr(key),
        http=http,
        clock=clock,
        api_base=url,
        posts_per_minute=posts_per_minute,
        timeout_s=timeout_s,
    )


async def failure(webhook: WeComGroupWebhook, papers: Papers, document: Document | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        await webhook.send(post_of(document or say("日报")), papers.load)
    return caught.value


async def test_a_digest_is_shown_as_table_picture_and_file_in_this_order(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(
        title="攻坚日报",
        lines=("累计批复3.48万亩",),
        table=Table(header=("市州", "进度"), rows=(("武汉市", "20%"),)),
        picture=papers.file("日报.png", b"\x89PNG-picture", "image/png"),
        files=(papers.file("台账.xlsx", b"PK-sheet-of-units"),),
    )

    await webhook.send(post_of(document), papers.load)

    assert [one["message"]["msgtype"] for one in platform.said] == ["markdown_v2", "image", "file"]
    ((_, name, data),) = platform.media.values()
    assert (name, data) == ("台账.xlsx", b"PK-sheet-of-units")


async def test_a_warning_calls_the_liaison_and_nobody_else(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(title="红色", lines=("<@all> @all @所有人 <@lisi>",), mentions=("zhangsan", "all"))

    await webhook.send(post_of(document), papers.load)

    assert platform.called == ["zhangsan"]


@pytest.mark.parametrize("severity", Severity)
async def test_foreign_words_call_nobody_in_any_form(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, severity: Severity
) -> None:
    hostile = "<@all>\n@所有人 @all <@zhangsan>"
    table = Table(header=(hostile,), rows=((hostile,),))

    for number, document in enumerate(
        [say(hostile), Document(title=hostile, lines=(hostile,), severity=severity, table=table)]
    ):
        await webhook.send(post_of(document, key=f"k{number}"), papers.load)

    assert len(platform.said) == 2
    assert platform.called == []


async def test_an_opaque_userid_is_converted_before_it_is_called(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock, papers: Papers
) -> None:
    async def plain(ids: object) -> dict[str, str]:
        assert ids == ["woAJ2GCAAAXtWyujaWJHDDGi0mACHAAA"]
        return {"woAJ2GCAAAXtWyujaWJHDDGi0mACHAAA": "zhangsan"}

    webhook = WeComGroupWebhook(
        name="g", key=SecretStr(KEY), http=http, clock=clock, api_base=platform.url, plain_user_ids=plain
    )

    await webhook.send(post_of(say("请报", mentions=("woAJ2GCAAAXtWyujaWJHDDGi0mACHAAA", "lisi"))), papers.load)

    assert platform.called == ["zhangsan", "lisi"]


async def test_a_long_digest_comes_in_marked_pages_under_the_limit(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(title="明细", lines=tuple(f"第{n}宗：批复0.12万亩，已供地" for n in range(400)))

    await webhook.send(post_of(document), papers.load)

    assert len(platform.texts) > 3
    assert [text.rsplit("\n", 1)[1] for text in platform.texts] == [
        f"({n}/{len(platform.texts)})" for n in range(1, len(platform.texts) + 1)
    ]


async def test_a_text_refused_as_too_long_is_cut_smaller_once(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    platform.fail_next(40058, "content exceed max length 2048")
    document = Document(title="明细", lines=tuple(f"第{n}宗：批复0.12万亩" for n in range(80)))

    await webhook.send(post_of(document), papers.load)

    assert len(platform.said) == 2
    assert all(len(text.encode()) <= 2048 for text in platform.texts)


async def test_a_text_refused_as_too_long_even_when_smaller_is_a_permanent_failure(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    platform.fail_next(40058, times=2)

    assert (await failure(webhook, papers)).permanent


async def test_a_retry_goes_on_where_the_last_try_stopped(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(
        title="日报", lines=("一",), files=(papers.file("a.xlsx", b"sheet-a"), papers.file("b.xlsx", b"sheet-b"))
    )
    platform.fail_next(-1, "system busy", after=4)  # words, upload, file, upload; then the second file

    fault = await failure(webhook, papers, document)
    await webhook.send(post_of(document), papers.load)

    assert not fault.permanent
    assert [one["message"]["msgtype"] for one in platform.said] == ["markdown", "file", "file"]
    assert [name for _, name, _ in platform.media.values()] == ["a.xlsx", "b.xlsx"]


async def test_the_same_file_is_uploaded_once_while_its_id_lives(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, clock: ManualClock
) -> None:
    document = Document(lines=(), files=(papers.file("周报.docx", b"weekly report"),))

    await webhook.send(post_of(document, key="k1"), papers.load)
    await webhook.send(post_of(document, key="k2"), papers.load)
    clock.advance(days=3)
    await webhook.send(post_of(document, key="k3"), papers.load)

    assert len(platform.media) == 2
    assert [one["message"]["file"]["media_id"] for one in platform.said] == ["MEDIA-1", "MEDIA-1", "MEDIA-2"]


async def test_an_upload_that_the_platform_forgot_is_made_anew(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    document = Document(lines=(), files=(papers.file("周报.docx", b"weekly report"),))
    await webhook.send(post_of(document, key="k1"), papers.load)
    platform.media.clear()

    await webhook.send(post_of(document, key="k2"), papers.load)

    assert len(platform.said) == 2


@pytest.mark.parametrize(("size", "forms"), [(2 * MB, ["image"]), (2 * MB + 1, ["file"])])
async def test_a_picture_over_two_megabytes_goes_as_a_file(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, size: int, forms: list[str]
) -> None:
    document = Document(lines=(), picture=papers.file("图.png", b"x" * size, "image/png"))

    await webhook.send(post_of(document), papers.load)

    assert [one["message"]["msgtype"] for one in platform.said] == forms


@pytest.mark.parametrize("data", [b"12345", b"x" * (20 * MB + 1)])
async def test_a_file_that_the_platform_would_refuse_is_not_uploaded(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, data: bytes
) -> None:
    fault = await failure(webhook, papers, Document(lines=(), files=(papers.file("a.bin", data),)))

    assert fault.permanent
    assert platform.requests == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("督办周报.xlsx", "督办周报.xlsx"),
        ('a"b\\c/d\r\ne.xlsx', "a_b_c_d__e.xlsx"),
        ("x" * 300 + ".xlsx", "x" * 80 + ".xlsx"),
        ("", "file"),
        ("名", "名"),
    ],
)
def test_a_file_name_fits_the_header_in_which_it_travels(name: str, safe: str) -> None:
    assert file_name(name) == safe


async def test_our_own_count_stops_us_before_the_platform_does(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, clock: ManualClock
) -> None:
    for number in range(20):
        await webhook.send(post_of(say(f"第{number}条"), key=f"k{number}"), papers.load)
    clock.advance(seconds=20)

    fault = await failure(webhook, papers)

    assert fault.retry_after_s == 40
    assert len(platform.requests) == 20
    clock.advance(seconds=40)
    await webhook.send(post_of(say("日报")), papers.load)


async def test_over_the_platforms_limit_we_are_told_to_wait_a_minute(
    hasty: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, clock: ManualClock
) -> None:
    for number in range(20):
        await hasty.send(post_of(say(f"第{number}条"), key=f"k{number}"), papers.load)

    fault = await failure(hasty, papers)

    assert (fault.retry_after_s, fault.permanent, fault.unknown) == (60, False, False)
    clock.advance(minutes=1)
    await hasty.send(post_of(say("日报")), papers.load)


@pytest.mark.parametrize("code", [93000, 93004, 93008, 40008, 44004, 40033])
async def test_a_refusal_that_will_not_change_is_permanent(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, code: int
) -> None:
    platform.fail_next(code)

    fault = await failure(webhook, papers)

    assert (fault.permanent, fault.unknown) == (True, False)
    assert str(code) in str(fault)


@pytest.mark.parametrize("code", [-1, 6000, 45033])
async def test_a_busy_platform_is_tried_again(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, code: int
) -> None:
    platform.fail_next(code)

    fault = await failure(webhook, papers)

    assert (fault.permanent, fault.unknown) == (False, False)


async def test_a_code_that_nobody_documents_is_unknown(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    platform.fail_next(123456)

    fault = await failure(webhook, papers)

    assert (fault.permanent, fault.unknown) == (False, True)


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "unknown", "wait_s"),
    [
        (429, {"Retry-After": "7"}, False, False, 7),
        (503, {}, False, False, 60),
        (500, {}, False, False, None),
        (502, {}, False, False, None),
        (504, {}, False, True, None),
        (403, {}, True, False, None),
        (301, {}, True, False, None),
    ],
)
async def test_an_http_status_is_judged_beside_the_code(
    webhook: WeComGroupWebhook,
    platform: FakeWeCom,
    papers: Papers,
    *,
    status: int,
    headers: dict[str, str],
    permanent: bool,
    unknown: bool,
    wait_s: float | None,
) -> None:
    platform.status_next(status, headers)

    fault = await failure(webhook, papers)

    assert (fault.permanent, fault.unknown, fault.retry_after_s) == (permanent, unknown, wait_s)


@pytest.mark.parametrize(
    "garble",
    ["<html>登录</html>", "[]", " ", '{"a":' * 9000, "x" * 1100000, '{"errcode":"no"}'],
    ids=["page", "list", "nothing", "deep", "huge", "no number"],
)
async def test_an_answer_that_nobody_can_read_leaves_it_unknown(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers, garble: str
) -> None:
    platform.garbles.append(garble)

    fault = await failure(webhook, papers)

    assert (fault.permanent, fault.unknown) == (False, True)


async def test_an_answer_lost_after_the_message_was_taken_is_unknown(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    platform.lose_next_answer()

    fault = await failure(webhook, papers)

    assert (fault.permanent, fault.unknown) == (False, True)
    assert len(platform.said) == 1


async def test_a_platform_too_slow_to_answer_leaves_it_unknown(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock, papers: Papers
) -> None:
    platform.gate.clear()

    fault = await failure(webhook_of(platform.url, http, clock, timeout_s=0.2), papers)

    assert (fault.permanent, fault.unknown) == (False, True)


async def test_a_platform_that_cannot_be_reached_is_tried_again(
    http: aiohttp.ClientSession, clock: ManualClock, papers: Papers
) -> None:
    webhook = webhook_of(f"http://127.0.0.1:{unused_port()}", http, clock)

    fault = await failure(webhook, papers)

    assert (fault.permanent, fault.unknown) == (False, False)


async def test_the_key_gets_into_no_error_and_no_log(
    platform: FakeWeCom,
    http: aiohttp.ClientSession,
    clock: ManualClock,
    papers: Papers,
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = await failure(webhook_of(platform.url, http, clock, key="MARKER-SECRET-KEY"), papers)
    platform.gate.clear()
    slow = await failure(webhook_of(platform.url, http, clock, key="MARKER-SECRET-KEY", timeout_s=0.2), papers)
    dead = await failure(webhook_of(f"http://127.0.0.1:{unused_port()}", http, clock, key="MARKER-SECRET-KEY"), papers)

    told = repr([refused, slow, dead]) + "".join(capsys.readouterr())
    for fault in (refused, slow, dead):
        assert fault.__context__ is None
        assert fault.__cause__ is None
    assert "93000" in told
    assert "MARKER-SECRET-KEY" not in told


async def test_a_webhook_believes_no_caller(webhook: WeComGroupWebhook) -> None:
    with pytest.raises(BadSignatureError):
        webhook.open(Hook(method="POST", query={}, headers={}, body=b"{}", received_at=NOW))


@pytest.mark.parametrize(
    ("key", "finding"),
    [(KEY, "正常：wecom-group:hq 群机器人可用"), ("wrong", "key 无效"), (None, "故障：wecom-group:hq 连不上企业微信")],
)
async def test_a_check_says_what_is_wrong_and_shows_nothing_in_the_group(
    platform: FakeWeCom, http: aiohttp.ClientSession, clock: ManualClock, key: str | None, finding: str
) -> None:
    url = platform.url if key else f"http://127.0.0.1:{unused_port()}"

    (said,) = await webhook_of(url, http, clock, key=key or KEY).check()

    assert finding in said
    assert platform.said == []


async def test_many_posts_at_once_do_not_disturb_each_other(
    webhook: WeComGroupWebhook, platform: FakeWeCom, papers: Papers
) -> None:
    await asyncio.gather(*(webhook.send(post_of(say(f"第{n}条"), key=f"k{n}"), papers.load) for n in range(15)))

    assert sorted(platform.texts) == sorted(f"第{n}条" for n in range(15))


async def test_closing_leaves_the_session_to_whom_it_belongs(
    webhook: WeComGroupWebhook, http: aiohttp.ClientSession
) -> None:
    await webhook.close()
    await webhook.close()

    assert not http.closed
