from decimal import Decimal

import pytest

from bot.rules.pace import Pacing
from bot.rules.workdays import WorkingDays
from config.campaign import Campaign, load


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    """Return the default campaign, with parcels doubted from twenty times off."""
    campaign = load()
    thresholds = campaign.thresholds.model_copy(update={"parcel_size_factor": Decimal(20)})
    return campaign.model_copy(update={"thresholds": thresholds})


@pytest.fixture(scope="session")
def working_days(campaign: Campaign) -> WorkingDays:
    return WorkingDays(campaign)


@pytest.fixture(scope="session")
def pacing(campaign: Campaign, working_days: WorkingDays) -> Pacing:
    return Pacing(campaign, working_days)
