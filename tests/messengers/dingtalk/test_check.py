"""`check` says what works, and what is to be mended where."""

import aiohttp
import pytest
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.messengers.dingtalk import DingTalk, DingTalkWebhook, Quota
from bot.messengers.dingtalk.quota import Meter
from tests.fakes.dingtalk import FakeDingTalk
from tests.messengers.dingtalk.conftest import APP_SECRET, HOOK_TOKEN

SEND = "/v1.0/robot/groupMessages/send"


async def test_a_robot_in_order_is_reported_so_and_nothing_is_said_to_anybody(
    robot: DingTalk, platform: FakeDingTalk
) -> None:
    assert await robot.check() == ["正常：dingtalk:main 凭证有效，可以发送消息"]
    assert platform.said == []


async def test_a_wrong_secret_is_found_and_not_shown(
    base: str, session: aiohttp.ClientSession, clock: ManualClock, quota: Quota
) -> None:
    robot = DingTalk(
        name="dingtalk:main",
        client_id="dingappdemo",
        client_secret=SecretStr("wrong-marker"),
        session=session,
        clock=clock,
        api_base=base,
        oapi_base=base,
    )

    (finding,) = await robot.check()
    await robot.close()

    assert "Client Secret有误" in finding
    assert "wrong-marker" not in finding


async def test_a_missing_permission_is_found(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.permitted = False

    (finding,) = await robot.check()

    assert "qyapi_robot_sendmsg" in finding


async def test_a_wrong_robot_code_is_found(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.robot_code = "dingother"

    (finding,) = await robot.check()

    assert "robotCode有误" in finding


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (403, "Forbidden.AccessDenied.IpNotInWhiteList", "白名单"),
        (403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "额度已用完"),
        (403, "Forbidden.AccessDenied.QpsLimitForApi", "稍后再试"),
        (400, "bot.stopped", "已启用"),
    ],
)
async def test_what_the_platform_objects_to_is_explained(
    robot: DingTalk, platform: FakeDingTalk, status: int, code: str, words: str
) -> None:
    platform.refuse_next(SEND, {"code": code, "message": "m"}, status=status)

    assert words in (await robot.check())[0]


async def test_a_platform_out_of_reach_is_found(session: aiohttp.ClientSession, clock: ManualClock) -> None:
    robot = DingTalk(
        name="dingtalk:main",
        client_id="dingappdemo",
        client_secret=SecretStr(APP_SECRET),
        session=session,
        clock=clock,
        api_base="http://127.0.0.1:9",
        oapi_base="http://127.0.0.1:9",
    )

    (finding,) = await robot.check()
    await robot.close()

    assert "网络" in finding


async def test_a_send_interface_that_does_not_answer_is_found(robot: DingTalk, platform: FakeDingTalk) -> None:
    platform.lose_next(SEND)

    assert "未应答" in (await robot.check())[0]


async def test_a_low_quota_is_among_the_findings(robot: DingTalk) -> None:
    robot.quota.exhaust(Meter.API)

    assert len(await robot.check()) == 2


async def test_a_webhook_in_order_is_reported_so(webhook: DingTalkWebhook, platform: FakeDingTalk) -> None:
    assert await webhook.check() == ["正常：dingtalk:city 群机器人可用"]
    assert platform.said == []


async def test_a_webhooks_faults_are_found(webhook: DingTalkWebhook, platform: FakeDingTalk) -> None:
    platform.hookups[HOOK_TOKEN].secret = "SECother"
    assert "加签" in (await webhook.check())[0]
    platform.hookups[HOOK_TOKEN].disabled = True
    assert "重新复制" in (await webhook.check())[0]
    platform.refuse_next("/robot/send", {"errcode": 90030, "errmsg": ""})
    assert "额度已用完" in (await webhook.check())[0]
    platform.refuse_next("/robot/send", {"errcode": -1, "errmsg": "系统繁忙"})
    assert "稍后再试" in (await webhook.check())[0]
    platform.lose_next("/robot/send")
    assert "网络" in (await webhook.check())[0]


async def test_the_hosts_to_open_are_named(session: aiohttp.ClientSession, clock: ManualClock) -> None:
    robot = DingTalk(name="dingtalk:main", client_id="d", client_secret=SecretStr("s"), session=session, clock=clock)
    webhook = DingTalkWebhook(name="dingtalk:x", access_token=SecretStr("t"), secret=None, session=session, clock=clock)

    assert robot.hosts() == ["api.dingtalk.com:443", "oapi.dingtalk.com:443"]
    assert webhook.hosts() == ["oapi.dingtalk.com:443"]
