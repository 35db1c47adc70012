import datetime as dt
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.clock import SHANGHAI, ManualClock
from tests.fakes.wecom import FakeWeCom
from tests.messengers.wecom.papers import Papers

NOW = dt.datetime(2026, 1, 1, 8, 0, tzinfo=SHANGHAI)
"""1767225600, the moment of the recorded calls."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
async def platform(clock: ManualClock) -> AsyncIterator[FakeWeCom]:
    fake = FakeWeCom(clock)
    await fake.server.start_server()
    yield fake
    fake.gate.set()
    await fake.server.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
