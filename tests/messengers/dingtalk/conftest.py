"""A DingTalk to talk to, and the robots that talk to it."""

import datetime as dt
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, settings
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.document import Document, File
from bot.messengers.base import ChatKind, Post
from bot.messengers.dingtalk import DingTalk, DingTalkWebhook, Quota
from tests.fakes.dingtalk import FakeDingTalk, Hookup

GROUP = "cidDemo0001=="
APP_SECRET = "app-secret-marker"
HOOK_SECRET = "SEC" + "0" * 64
HOOK_TOKEN = "hook-token-marker"

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Properties are about values; a busy machine says nothing about them."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(dt.datetime.fromtimestamp(1767225600, tz=dt.UTC))


@pytest.fixture
async def platform(clock: ManualClock) -> FakeDingTalk:
    fake = FakeDingTalk(clock, client_secret=APP_SECRET)
    fake.hookups[HOOK_TOKEN] = Hookup(group=GROUP, secret=HOOK_SECRET)
    return fake


@pytest.fixture
async def base(platform: FakeDingTalk) -> AsyncIterator[str]:
    async with TestServer(platform.app) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def quota(clock: ManualClock) -> Quota:
    return Quota(clock=clock)


@pytest.fixture
def webhook(base: str, session: aiohttp.ClientSession, clock: ManualClock, quota: Quota) -> DingTalkWebhook:
    return DingTalkWebhook(
        name="dingtalk:city",
        access_token=SecretStr(HOOK_TOKEN),
        secret=SecretStr(HOOK_SECRET),
        session=session,
        clock=clock,
        oapi_base=base,
        quota=quota,
    )


@pytest.fixture
async def robot(
    base: str, session: aiohttp.ClientSession, clock: ManualClock, quota: Quota, webhook: DingTalkWebhook
) -> AsyncIterator[DingTalk]:
    robot = DingTalk(
        name="dingtalk:main",
        client_id="dingappdemo",
        client_secret=SecretStr(APP_SECRET),
        session=session,
        clock=clock,
        api_base=base,
        oapi_base=base,
        webhooks={"dingtalk:city": webhook},
        quota=quota,
        timeout_s=5,
    )
    yield robot
    await robot.close()


def group_post(document: Document, *, key: str = "k1", route: str | None = None) -> Post:
    return Post(key=key, chat_id=GROUP, chat_kind=ChatKind.GROUP, document=document, route=route)


def direct_post(document: Document, *, key: str = "k1", user: str = "u001") -> Post:
    return Post(key=key, chat_id=user, chat_kind=ChatKind.DIRECT, document=document)


def reply_post(document: Document, path: str, base: str, clock: ManualClock, *, minutes: float = 90) -> Post:
    until_ms = round((clock.now() + dt.timedelta(minutes=minutes)).timestamp() * 1000)
    route = {"session_webhook": f"{base}{path}", "until_ms": until_ms}
    return Post(key="k1", chat_id=GROUP, chat_kind=ChatKind.GROUP, document=document, reply_route=route)


async def nothing_to_load(file: File) -> bytes:
    raise AssertionError(f"{file.name} was asked for")


async def small_bytes(file: File) -> bytes:
    return b"bytes of " + file.name.encode()
