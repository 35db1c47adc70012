"""The custom robot: signed, idempotent, never faster than it may, and honest about what it cannot carry."""

import aiohttp
import pytest
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.document import Document, File, Table, say
from bot.messengers.base import SendError, Verdict
from bot.messengers.dingtalk import DingTalkWebhook, Usage
from tests.fakes.dingtalk import FakeDingTalk
from tests.messengers.dingtalk.conftest import (
    GROUP,
    HOOK_SECRET,
    HOOK_TOKEN,
    group_post,
    nothing_to_load,
)

SEND = "/robot/send"


async def test_a_signed_push_arrives_and_mentions(webhook: DingTalkWebhook, platform: FakeDingTalk) -> None:
    await webhook.send(group_post(say("请更新", mentions=("u001",))), nothing_to_load)

    (said,) = platform.said
    assert (said.route, said.chat, said.text, said.at) == ("webhook", GROUP, "请更新\n@u001", ("u001",))


async def test_every_signature_survives_the_query(
    webhook: DingTalkWebhook, platform: FakeDingTalk, clock: ManualClock
) -> None:
    """Some Base64 signatures hold + and /, which must be encoded exactly once."""
    for number in range(40):
        clock.advance(seconds=30.001)
        await webhook.send(group_post(say("x"), key=f"k{number}"), nothing_to_load)

    assert len(platform.said) == 40


async def test_a_wrong_secret_is_a_permanent_failure(webhook: DingTalkWebhook, platform: FakeDingTalk) -> None:
    platform.hookups[HOOK_TOKEN].secret = "SECother"

    with pytest.raises(SendError, match="sign not match") as caught:
        await webhook.send(group_post(say("x")), nothing_to_load)

    assert caught.value.permanent


async def test_a_robot_guarded_by_addresses_needs_no_secret(
    platform: FakeDingTalk, base: str, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    platform.hookups[HOOK_TOKEN].secret = ""
    robot = DingTalkWebhook(
        name="dingtalk:city",
        access_token=SecretStr(HOOK_TOKEN),
        secret=None,
        session=session,
        clock=clock,
        oapi_base=base,
    )

    await robot.send(group_post(say("x")), nothing_to_load)

    assert len(platform.said) == 1


async def test_a_repeated_post_has_the_same_key_and_is_shown_once(
    webhook: DingTalkWebhook, platform: FakeDingTalk
) -> None:
    platform.lose_next(SEND)
    post = group_post(say("x"), key="occurrence-1")

    with pytest.raises(SendError) as caught:
        await webhook.send(post, nothing_to_load)
    await webhook.send(post, nothing_to_load)
    await webhook.send(group_post(say("x"), key="occurrence-2"), nothing_to_load)

    assert caught.value.unknown
    assert len(platform.said) == 2
    assert platform.uuids[0] == platform.uuids[1] != platform.uuids[2]


async def test_the_parts_of_a_long_text_have_keys_of_their_own(
    webhook: DingTalkWebhook, platform: FakeDingTalk
) -> None:
    await webhook.send(group_post(Document(lines=("宗" * 15_000,))), nothing_to_load)

    assert len(platform.said) == 3
    assert len(set(platform.uuids)) == 3


async def test_the_twenty_first_post_of_a_minute_is_kept_back_so_that_no_ban_follows(
    webhook: DingTalkWebhook, platform: FakeDingTalk, clock: ManualClock
) -> None:
    for number in range(20):
        await webhook.send(group_post(say("x"), key=f"k{number}"), nothing_to_load)
    clock.advance(seconds=20)

    with pytest.raises(SendError) as caught:
        await webhook.send(group_post(say("x"), key="k20"), nothing_to_load)
    clock.advance(seconds=40)
    await webhook.send(group_post(say("x"), key="k20"), nothing_to_load)

    assert caught.value.retry_after_s == 40
    assert len(platform.said) == 21
    assert platform.hookups[HOOK_TOKEN].banned_until is None


async def test_a_banned_robot_keeps_silent_until_the_ban_is_over(
    webhook: DingTalkWebhook, platform: FakeDingTalk, clock: ManualClock
) -> None:
    hookup = platform.hookups[HOOK_TOKEN]
    hookup.calls.extend([clock.now()] * 20)  # another robot of ours has used the minute up

    with pytest.raises(SendError) as caught:
        await webhook.send(group_post(say("x")), nothing_to_load)
    clock.advance(minutes=4)
    with pytest.raises(SendError) as kept_back:
        await webhook.send(group_post(say("x")), nothing_to_load)
    clock.advance(minutes=6)
    await webhook.send(group_post(say("x")), nothing_to_load)

    assert caught.value.retry_after_s == 600
    assert kept_back.value.retry_after_s == 360
    assert platform.requests.count(SEND) == 2


async def test_a_webhook_lists_the_table_and_names_the_files_it_cannot_carry(
    webhook: DingTalkWebhook, platform: FakeDingTalk
) -> None:
    document = Document(
        title="日报",
        lines=("一",),
        table=Table(header=("市州", "进度"), rows=(("恩施州", "11%"),)),
        picture=File(name="日报.png", media_type="image/png", sha256="a" * 64),
    )

    await webhook.send(group_post(document), nothing_to_load)

    (said,) = platform.said
    assert said.text.split("  \n  ") == [
        "### 日报",
        "一",
        "- **恩施州** 进度 11%",
        "（这里发不了图片和文件，另见：日报.png）",
    ]


async def test_secrets_stand_in_no_error(webhook: DingTalkWebhook, platform: FakeDingTalk) -> None:
    platform.refuse_next(SEND, {"errcode": 310000, "errmsg": f"{HOOK_TOKEN} {HOOK_SECRET}"})
    with pytest.raises(SendError) as refused:
        await webhook.send(group_post(say("x")), nothing_to_load)
    platform.lose_next(SEND)
    with pytest.raises(SendError) as lost:
        await webhook.send(group_post(say("x")), nothing_to_load)

    told = f"{refused.value!r} {lost.value!r} {refused.value.__context__} {lost.value.__context__} {webhook!r}"
    assert HOOK_TOKEN not in told
    assert HOOK_SECRET not in told


async def test_webhook_posts_count_against_the_month(webhook: DingTalkWebhook) -> None:
    await webhook.send(group_post(say("x")), nothing_to_load)

    assert webhook.quota.usage == Usage(month="2026-01", webhook=1)


async def test_a_custom_robot_has_no_callback(webhook: DingTalkWebhook) -> None:
    assert webhook.verdict(Verdict.ACCEPTED).status == 404


async def test_a_limit_too_small_for_a_title_is_refused_at_the_start(
    session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    with pytest.raises(ValueError, match="too small"):
        DingTalkWebhook(
            name="x", access_token=SecretStr("t"), secret=None, session=session, clock=clock, limit_bytes=500
        )
