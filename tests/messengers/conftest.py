"""A service before one platform, for what is asked of all of them; the adapters' own folders have their own."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from bot.clock import SHANGHAI, ManualClock
from config.campaign import Campaign
from tests.messengers.platforms import Platform, Stage


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(dt.datetime(2023, 11, 15, 10, 0, tzinfo=SHANGHAI))


@pytest.fixture
async def platform(request: pytest.FixtureRequest, clock: ManualClock) -> AsyncIterator[Platform]:
    made: Platform = request.param(clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def stage(platform: Platform, sqlite_url: str, campaign: Campaign, clock: ManualClock) -> AsyncIterator[Stage]:
    stage = Stage(platform, url=sqlite_url, campaign=campaign, clock=clock)
    await stage.open()
    yield stage
    await stage.close()
