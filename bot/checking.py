"""`duban check`: an installation looked over, a line each; nothing is said to anybody, and no secret is shown."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp
from sqlalchemy.exc import SQLAlchemyError
from yarl import URL

from bot import robots, roster, wiring
from bot.clock import Clock, SystemClock
from bot.messengers.base import Inbound
from bot.papers.typeface import Typeface, TypefaceError
from bot.robots import Checked, Robots, Workshop
from bot.roster import Roster
from bot.rules.workdays import is_known
from config import settings as settings_
from config.campaign import Campaign
from config.robots import Robot
from config.settings import Settings
from storage.database import Database

PATIENCE_S = 30.0
"""How long one robot may take to be tried out."""
SKEW = dt.timedelta(seconds=60)
FAULT, HINT = "故障", "注意"


async def check(settings: Settings, *, network: bool, say: Callable[[str], None]) -> int:
    """Check an installation; return how many faults there are (differences are only warnings)."""
    campaign = wiring.campaign_of(settings)
    say(f"行动：{campaign.name}，{campaign.start}至{campaign.end}，{len(campaign.units)}个单位")
    for warning in [*differences(campaign), *unknown_years(campaign), *_of_settings(settings)]:
        say(f"提示：{warning}")
    faults = [*await _of_database(settings), *await asyncio.to_thread(_of_font, settings)]
    watch = Watch(SystemClock())
    shop = Workshop(
        settings=settings, database=wiring.database_of(settings), hear=_hear_nothing, wall=watch.clock, traces=[watch]
    )
    faults += _of_spool(settings, shop.database)
    built = await robots.open_all(shop)
    try:
        if settings.roster is not None:
            rows = roster.load(settings.roster, campaign)
            say(f"名单：{len(rows.people)}人，{len(rows.chats)}个群")
            for warning in unserved(rows, built):
                say(f"提示：{warning}")
        say("通道：" + ("、".join(built.messengers) if built.messengers else "未启用"))
        for finding in await _of_robots(built):
            say(finding)
            faults += [finding] if finding.startswith(FAULT) else []
    finally:
        await built.close()
        await shop.database.close()
    for warning in watch.warnings():
        say(f"提示：{warning}")
    for fault in faults:
        if not fault.startswith(FAULT):
            say(f"错误：{fault}")
    for host in hosts(settings, built) if network else ():
        say(f"放行：{host}")
    return len(faults)


class Watch(aiohttp.TraceConfig):
    """Looks at the date of every answer: how far our clock is off, without a request of its own."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self._off: dict[str, dt.timedelta] = {}
        self.on_request_end.append(self._look)

    async def _look(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        try:
            told = parsedate_to_datetime(params.response.headers["Date"])
            self._off[params.url.host or ""] = self.clock.now() - told
        except (KeyError, ValueError, TypeError):
            return

    def warnings(self) -> list[str]:
        """Return the hosts whose clocks differ from ours by more than a minute."""
        return [
            f"本机时钟比{host}{'快' if off > dt.timedelta() else '慢'}{abs(off).total_seconds():.0f}秒，请校时（NTP）"
            for host, off in sorted(self._off.items())
            if abs(off) > SKEW
        ]


async def _hear_nothing(_name: str, _inbound: Inbound) -> None:
    """Nothing is heard while an installation is checked."""


async def _of_robots(built: Robots) -> list[str]:
    """Try every robot out, all at once; one that fails hides no other."""
    found = await asyncio.gather(*(_of_robot(name, robot) for name, robot in built.checked.items()))
    return [line for lines in found for line in lines]


async def _of_robot(name: str, robot: Checked) -> list[str]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await robot.check()
    except TimeoutError:
        return [f"{FAULT}：{name} {PATIENCE_S:.0f}秒内没有应答，请检查网络和代理"]
    except Exception as fault:  # noqa: BLE001 a bug in one robot's check is a finding too, told without its text
        return [f"{FAULT}：{name} 检查未能完成（{type(fault).__name__}）"]


async def _of_database(settings: Settings) -> Sequence[str]:
    database: Database = wiring.database_of(settings)
    try:
        await database.migrate()
    except (SQLAlchemyError, OSError) as fault:
        return [f"DUBAN_DATABASE_URL: 数据库不可用（{type(fault).__name__}）"]
    finally:
        await database.close()
    return []


def _of_spool(settings: Settings, database: Database) -> list[str]:
    spool = wiring.spool_of(settings, database)
    return [] if spool is None or spool.is_writable else [f"DUBAN_SPOOL_DIR: {settings.spool_dir} 不可写"]


def _of_font(settings: Settings) -> list[str]:
    if settings.font_file is None:
        return []
    try:
        Typeface.load(settings.font_file)
    except TypefaceError as fault:
        return [f"DUBAN_FONT_FILE: 字体不可用（{fault}）"]
    return []


def _of_settings(settings: Settings) -> list[str]:
    found = [f"环境变量{name}不是督办的设置，已忽略，请核对拼写" for name in settings_.unknown()]
    if settings.clock is not None:
        now = wiring.clock_of(settings).now().isoformat(timespec="seconds")
        found.append(f"业务时钟从{settings.clock.isoformat()}起（DUBAN_CLOCK），现在是{now}")
    return found


def unserved(rows: Roster, built: Robots) -> list[str]:
    """Return what the roster names and no setting switches on."""
    named = [*(p.messenger for p in rows.people), *(c.messenger for c in rows.chats)]
    found = [f"名单中的通道{one}未启用" for one in dict.fromkeys(named) if one not in built.messengers]
    pushers = {name.rpartition(":")[2] for name in built.deaf}
    routes = dict.fromkeys(c.route for c in rows.chats if c.route)
    return [*found, *(f"名单中的推送机器人{one}未启用" for one in routes if one.rpartition(":")[2] not in pushers)]


def hosts(settings: Settings, built: Robots) -> list[str]:
    """Return host:port of what has to be reached from here, each once; behind a proxy, the proxy."""
    proxies = [robot.proxy.get_secret_value() for robot in _wanted(settings) if robot.proxy is not None]
    urls = [settings.heartbeat_url.get_secret_value()] if settings.heartbeat_url is not None else []
    found = [host for robot in built.checked.values() for host in robot.hosts()]
    found += [f"{URL(url).host}:{URL(url).port}" for url in [*urls, *proxies]]
    return list(dict.fromkeys(found))


def _wanted(settings: Settings) -> list[Robot]:
    maps = (
        settings.wecom,
        settings.wecom_robot,
        settings.wecom_group,
        settings.dingtalk,
        settings.dingtalk_webhook,
        settings.feishu,
        settings.feishu_hook,
    )
    named: list[Robot] = [robot for robots_ in maps for robot in robots_.values()]
    return named if settings.generic is None else [settings.generic, *named]


def differences(campaign: Campaign) -> list[str]:
    """Return where the declared totals differ from the sum of the units' targets."""
    found = []
    for track in campaign.tracks:
        declared = campaign.totals.targets.get(track.key)
        if declared is None:
            continue
        areas = [t.area_wanmu for u in campaign.units if (t := u.targets.get(track.key)) and t.area_wanmu is not None]
        counts = [t.count for u in campaign.units if (t := u.targets.get(track.key)) and t.count is not None]
        if declared.area_wanmu is not None and abs(sum(areas) - declared.area_wanmu) > 0:
            found.append(f"{track.name}合计{declared.area_wanmu}万亩，各单位之和{sum(areas)}万亩，推送用合计数")
        if declared.count is not None and sum(counts) != declared.count:
            found.append(f"{track.name}合计{declared.count}宗，各单位之和{sum(counts)}宗，推送用合计数")
    return found


def unknown_years(campaign: Campaign) -> list[str]:
    """Return the years of the campaign whose holidays the calendar does not know."""
    years = range(campaign.start.year, campaign.end.year + 1)
    return [
        f"{year}年的节假日安排未知，按周一至周五为工作日，请在行动文件中补充" for year in years if not is_known(year)
    ]
