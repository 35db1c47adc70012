"""The composition root: every long-lived object is built here, once, by plain constructor calls."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot import robots as robots_
from bot.bookkeeping import Office
from bot.clock import Clock, SystemClock
from bot.connections import Connections
from bot.deliver import Courier
from bot.handle import Clerk
from bot.messengers.base import Inbound, Messenger
from bot.messengers.wecom import WeComLongConnection
from bot.meters import Meters
from bot.outage import Outage
from bot.papers.picture import Painter
from bot.publish.studio import Studio
from bot.receive import FrontDoor, Letterbox
from bot.robots import Robots, Workshop
from bot.rules.duty import Duty
from bot.rules.flood import answers_a_minute
from bot.rules.pace import Pacing
from bot.rules.workdays import WorkingDays
from bot.schedule import Timetable
from bot.schedule.by_hand import ByHand
from bot.schedule.push import Ways
from bot.schedule.striker import Striker
from bot.trail import Place, Syslog, Trail, TrailFile
from config.campaign import DEFAULT_CAMPAIGN, Campaign
from config.campaign import load as load_campaign
from config.settings import Settings
from storage.database import Database
from storage.spool import Spool


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
    robots: Robots
    connections: Connections
    meters: Meters
    outage: Outage
    trail: Trail
    inbox_bell: asyncio.Event
    courier_bells: tuple[asyncio.Event, ...]

    @property
    def campaign(self) -> Campaign:
        """The campaign that is run."""
        return self.office.campaign

    async def close(self) -> None:
        """Give back connections, the database last."""
        with contextlib.suppress(Exception):  # a database that is away must not keep us from ending
            await self.meters.keep()
        for messenger in self.messengers.values():
            await messenger.close()
        await self.robots.close()
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
    robots: Robots | None = None,
    wall: Clock | None = None,
    spool: Spool | None = None,
    trail: Sequence[Place] = (),
) -> Service:
    """Put a service together; without a painter its summaries are words and sheets only.

    `robots` are what the messengers need looking after, where they are real ones; `wall` dates their signatures.
    """
    wall, robots = wall or SystemClock(), robots or Robots()
    office = office_of(campaign, has_pictures=painter is not None)
    studio = Studio(database, painter)
    inbox_bell = asyncio.Event()
    letterbox = Letterbox(database, bell=inbox_bell, spool=spool)
    timetable = Timetable(campaign, office.duty.working_days)
    listening = {name: messenger for name, messenger in messengers.items() if name not in robots.deaf}
    connected = {connection.name: connection for connection in robots.connections}
    couriers = [
        Courier(m, database=database, clock=clock, studio=studio, is_ready=_is_ready(connected.get(m.name)))
        for m in messengers.values()
    ]
    ways = Ways.of(messengers)
    return Service(
        office=office,
        database=database,
        clock=clock,
        messengers=messengers,
        letterbox=letterbox,
        door=FrontDoor(
            listening, letterbox=letterbox, database=database, campaign=campaign.key, clock=clock, wall=wall
        ),
        clerk=Clerk(office, database=database, clock=clock, press=ByHand(ways), answers_a_minute=_answers(messengers)),
        couriers=tuple(couriers),
        timetable=timetable,
        striker=Striker(office, timetable, database=database, clock=clock, ways=ways),
        studio=studio,
        painter=painter,
        robots=robots,
        connections=Connections(robots.connections, database=database, campaign=campaign.key, clock=clock),
        meters=Meters(robots.quotas, database=database, campaign=campaign.key, clock=clock),
        outage=Outage(
            database=database,
            campaign=campaign.key,
            messengers=messengers,
            clock=clock,
            has_spool=spool is not None,
        ),
        trail=Trail(trail, database=database, campaign=campaign.key, clock=clock),
        inbox_bell=inbox_bell,
        courier_bells=tuple(asyncio.Event() for _ in messengers),
    )


def _answers(messengers: Mapping[str, Messenger]) -> dict[str, int]:
    """Return how many answers one person gets in a minute, for each messenger that has limits."""
    found = {name: answers_a_minute(messenger.limits.windows) for name, messenger in messengers.items()}
    return {name: most for name, most in found.items() if most is not None}


def _is_ready(connection: WeComLongConnection | None) -> Callable[[], bool]:
    """Return what tells whether a messenger can send from this process."""
    return (lambda: True) if connection is None else (lambda: connection.connected)


async def service_of(
    settings: Settings, campaign: Campaign, *, database: Database, clock: Clock, wall: Clock | None = None
) -> Service:
    """Build the service that the settings describe, with every messenger that is switched on; raise SettingsError."""
    wall = wall or SystemClock()

    async def hear(name: str, inbound: Inbound) -> None:
        await service.door.keep(name, inbound)

    robots = await robots_.open_all(Workshop(settings=settings, database=database, hear=hear, wall=wall))
    service = build(
        campaign,
        database=database,
        messengers=robots.messengers,
        clock=clock,
        painter=painter_of(settings, campaign),
        robots=robots,
        wall=wall,
        spool=spool_of(settings, database),
        trail=trail_of(settings),
    )
    return service


def painter_of(settings: Settings, campaign: Campaign) -> Painter | None:
    """Return who draws the pictures, unless the campaign wants none."""
    return Painter(font_file=settings.font_file) if campaign.pictures else None


def trail_of(settings: Settings) -> list[Place]:
    """Return where the audit trail is copied to."""
    places: list[Place] = []
    if settings.audit_file is not None:
        places.append(TrailFile(settings.audit_file, clock=SystemClock(), keep_days=settings.audit_keep_days))
    if settings.audit_syslog is not None:
        places.append(Syslog(settings.audit_syslog))
    return places


def spool_of(settings: Settings, database: Database) -> Spool | None:
    """Return where messages go while the database is away; a SQLite file is never away alone."""
    return None if database.is_sqlite else Spool(settings.spool_dir)


def clock_of(settings: Settings) -> SystemClock:
    """Return the business clock."""
    return SystemClock(starts_at=settings.clock)


def database_of(settings: Settings) -> Database:
    """Return the database."""
    return Database(settings.database_url.get_secret_value())
