import pytest

from bot.rules.pace import Pacing
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, load


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return load()


@pytest.fixture(scope="session")
def working_days(campaign: Campaign) -> WorkingDays:
    return WorkingDays(campaign)


@pytest.fixture(scope="session")
def pacing(campaign: Campaign, working_days: WorkingDays) -> Pacing:
    return Pacing(campaign, working_days)
