"""The composition root: every long-lived object is built here, once, by plain constructor calls."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from bot.bookkeeping import Office
from bot.clock import Clock, SystemClock
from bot.deliver import Courier
from bot.handle import Clerk
from bot.messengers.base import Messenger
from bot.messengers.generic.client import Generic
from bot.papers.picture import Painter
from bot.publish.studio import Studio
from bot.receive import FrontDoor, Letterbox
from bot.rules.duty import Duty
from bot.rules.pace import Pacing
from bot.rules.workdays import WorkingDays
from bot.schedule import Timetable
from bot.schedule.striker import Striker
from config.campaign import DEFAULT_CAMPAIGN, Campaign
from config.campaign import load as load_campaign
from config.settings import Robot, Settings
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that works together for one campaign."""

    office: Office
    database: Database
    clock: Clock
    messengers: Mapping[str, Messenger]
    letterbox: Letterbox
    door: FrontDoor
    clerk: Clerk
    couriers: tuple[Courier, ...]
    timetable: Timetable
    striker: Striker
    studio: Studio
    painter: Painter | None
    inbox_bell: asyncio.Event
    courier_bells: tuple[asyncio.Event, ...]

    @property
    def campaign(self) -> Campaign:
        """The campaign that is run."""
        return self.office.campaign

    async def close(self) -> None:
        """Give back connections, the database last."""
        for messenger in self.messengers.values():
            await messenger.close()
        if self.painter is not None:
            await self.painter.close()
        await self.database.close()


def office_of(campaign: Campaign, *, has_pictures: bool = False) -> Office:
    """Return the rules that hold for a campaign."""
    working_days = WorkingDays(campaign)
    return Office(
        campaign=campaign,
        duty=Duty(campaign, working_days),
        pacing=Pacing(campaign, working_days),
        has_pictures=has_pictures,
    )


def campaign_of(settings: Settings) -> Campaign:
    """Load the campaign that the settings name; raise CampaignError."""
    return load_campaign(settings.campaign or DEFAULT_CAMPAIGN)


def build(
    campaign: Campaign,
    *,
    database: Database,
    messengers: Mapping[str, Messenger],
    clock: Clock,
    painter: Painter | None = None,
) -> Service:
    """Put a service together; without a painter its summaries are words and sheets only."""
    office = office_of(campaign, has_pictures=painter is not None)
    studio = Studio(database, painter)
    inbox_bell = asyncio.Event()
    letterbox = Letterbox(database, campaign=campaign.key, bell=inbox_bell)
    timetable = Timetable(campaign, office.duty.working_days)
    jittery = frozenset(name for name, messenger in messengers.items() if messenger.limits.jitter)
    return Service(
        office=office,
        database=database,
        clock=clock,
        messengers=messengers,
        letterbox=letterbox,
        door=FrontDoor(messengers, letterbox=letterbox, campaign=campaign.key, clock=clock, wall=SystemClock()),
        clerk=Clerk(office, database=database, clock=clock),
        couriers=tuple(Courier(m, database=database, clock=clock, studio=studio) for m in messengers.values()),
        timetable=timetable,
        striker=Striker(office, timetable, database=database, clock=clock, jittery=jittery),
        studio=studio,
        painter=painter,
        inbox_bell=inbox_bell,
        courier_bells=tuple(asyncio.Event() for _ in messengers),
    )


def messengers_of(settings: Settings) -> dict[str, Messenger]:
    """Build the messengers that are switched on; their signatures go by the wall clock, whatever the business clock."""
    wall = SystemClock()
    built: dict[str, Messenger] = {}
    if settings.generic is not None:
        built["generic"] = Generic(
            secret=settings.generic.secret,
            push_url=settings.generic.push_url,
            http=_http(settings.generic),
            clock=wall,
            posts_per_minute=settings.generic.posts_per_minute,
        )
    return built


def painter_of(settings: Settings, campaign: Campaign) -> Painter | None:
    """Return who draws the pictures, unless the campaign wants none."""
    return Painter(font_file=settings.font_file) if campaign.pictures else None


def clock_of(settings: Settings) -> SystemClock:
    """Return the business clock."""
    return SystemClock(starts_at=settings.clock)


def database_of(settings: Settings) -> Database:
    """Return the database."""
    return Database(settings.database_url.get_secret_value())


def _http(robot: Robot) -> aiohttp.ClientSession:
    trust = ssl.create_default_context(cafile=str(robot.ca_file)) if robot.ca_file else True
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trust, limit=32),
        proxy=robot.proxy,
        timeout=aiohttp.ClientTimeout(total=robot.timeout_s),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
