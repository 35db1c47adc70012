"""One Feishu under a standing clock, and the robots that talk to it."""

import datetime as dt
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.clock import SHANGHAI, ManualClock
from bot.messengers.feishu import Feishu, FeishuHook
from tests.fakes import feishu as platform
from tests.fakes.feishu import FakeFeishu


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(dt.datetime.fromtimestamp(1767225605, tz=SHANGHAI))


@pytest.fixture
def fake(clock: ManualClock) -> FakeFeishu:
    return FakeFeishu(clock)


@pytest.fixture
async def server(fake: FakeFeishu) -> AsyncIterator[TestServer]:
    server = TestServer(fake.app)
    await server.start_server()
    yield server
    fake.release()
    await server.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def api_base(server: TestServer) -> str:
    return str(server.make_url("")).rstrip("/")


@pytest.fixture
def hook(api_base: str, session: aiohttp.ClientSession, clock: ManualClock) -> FeishuHook:
    return FeishuHook(
        name="feishu:group",
        hook_url=SecretStr(f"{api_base}/open-apis/bot/v2/hook/{platform.HOOK_TOKEN}"),
        hook_secret=SecretStr(platform.HOOK_SECRET),
        api_base=api_base,
        session=session,
        clock=clock,
    )


@pytest.fixture
async def feishu(
    api_base: str, session: aiohttp.ClientSession, clock: ManualClock, hook: FeishuHook
) -> AsyncIterator[Feishu]:
    feishu = Feishu(
        name="feishu:main",
        app_id=platform.APP_ID,
        app_secret=SecretStr(platform.APP_SECRET),
        encrypt_key=SecretStr(platform.ENCRYPT_KEY),
        verification_token=SecretStr(platform.VERIFICATION_TOKEN),
        api_base=api_base,
        session=session,
        clock=clock,
        fallbacks={"feishu:group": hook},
    )
    yield feishu
    await feishu.close()
