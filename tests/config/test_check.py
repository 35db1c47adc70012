"""`duban check` with every kind of robot on: what it finds, what it lists, and what it never shows."""

import contextlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp.test_utils import TestServer, unused_port

from bot import checking
from bot.checking import Watch
from bot.clock import ManualClock, SystemClock
from config import settings
from tests.fakes import feishu as feishu_fake
from tests.fakes import wecom as wecom_fake
from tests.fakes.dingtalk import FakeDingTalk, Hookup
from tests.fakes.feishu import FakeFeishu
from tests.fakes.wecom import FakeWeCom
from tests.messengers.platforms.generic import SECRET as GENERIC_SECRET
from tests.messengers.platforms.wecom import AES_KEY, TOKEN

DING_SECRET, DING_TOKEN, SEC = "marker-ding-secret", "marker-ding-token", "SEC" + "1" * 64
SECRETS = [
    DING_SECRET,
    DING_TOKEN,
    SEC,
    AES_KEY,
    TOKEN,
    GENERIC_SECRET,
    wecom_fake.KEY,
    wecom_fake.SECRET,
    wecom_fake.BOT_SECRET,
    feishu_fake.APP_SECRET,
    feishu_fake.ENCRYPT_KEY,
    feishu_fake.VERIFICATION_TOKEN,
    feishu_fake.HOOK_TOKEN,
    feishu_fake.HOOK_SECRET,
    "marker-of-the-database",
    "t-marker-token",
    "TOKEN-1",
    "token-1-marker",
]


class World:
    """All platforms, and settings for a robot of every kind."""

    def __init__(self) -> None:
        clock = ManualClock(SystemClock().now())
        self.wecom, self.feishu = FakeWeCom(clock), FakeFeishu(clock)
        self.dingtalk = FakeDingTalk(clock, client_secret=DING_SECRET)
        self.dingtalk.hookups[DING_TOKEN] = Hookup(group="cidDemo0001==", secret=SEC)
        self.servers = [self.wecom.server, TestServer(self.feishu.app), TestServer(self.dingtalk.app)]

    def settings(self, folder: Path) -> dict[str, Any]:
        wecom, feishu, ding = (str(server.make_url("")).rstrip("/") for server in self.servers)
        app = {"corp_id": wecom_fake.CORP_ID, "agent_id": wecom_fake.AGENT_ID, "secret": wecom_fake.SECRET}
        connected = {"bot_id": wecom_fake.BOT_ID, "secret": wecom_fake.BOT_SECRET, "ws_endpoint": self.wecom.ws_url}
        hook = f"{feishu}/open-apis/bot/v2/hook/{feishu_fake.HOOK_TOKEN}"
        keys = {"encrypt_key": feishu_fake.ENCRYPT_KEY, "verification_token": feishu_fake.VERIFICATION_TOKEN}
        return {
            "database_url": f"sqlite:///{folder}/marker-of-the-database.db",
            "generic": {"secret": GENERIC_SECRET, "push_url": f"{wecom}/push"},
            "wecom": {"main": app | {"token": TOKEN, "aes_key": AES_KEY, "api_base": wecom}},
            "wecom_robot": {
                "called": {"token": TOKEN, "aes_key": AES_KEY, "api_base": wecom},
                "connected": connected,
            },
            "wecom_group": {"hq": {"key": wecom_fake.KEY, "api_base": wecom}},
            "dingtalk": {
                "main": {
                    "client_id": "dingappdemo",
                    "client_secret": DING_SECRET,
                    "api_base": ding,
                    "oapi_base": ding,
                }
            },
            "dingtalk_webhook": {"city": {"access_token": DING_TOKEN, "secret": SEC, "oapi_base": ding}},
            "feishu": {
                "main": keys | {"app_id": feishu_fake.APP_ID, "app_secret": feishu_fake.APP_SECRET, "api_base": feishu}
            },
            "feishu_hook": {"qun": {"url": hook, "secret": feishu_fake.HOOK_SECRET, "api_base": feishu}},
        }


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    for server in made.servers:
        await server.start_server()
    yield made
    made.feishu.release()
    for server in made.servers:
        await server.close()


async def checked(wanted: dict[str, Any], *, network: bool = False) -> tuple[int, str]:
    """Check; return the faults and everything that was said or logged."""
    lines: list[str] = []
    logged = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(logged), wrapper_class=structlog.BoundLogger)
    with contextlib.redirect_stderr(logged):
        faults = await checking.check(settings.load(**wanted), network=network, say=lines.append)
    structlog.reset_defaults()
    return faults, "\n".join([*lines, logged.getvalue()])


async def test_robots_in_order_are_found_so(world: World, tmp_path: Path) -> None:
    faults, told = await checked(world.settings(tmp_path), network=True)

    assert faults == 0, told
    for name in ("generic", "wecom:main", "wecom-robot:called", "wecom-robot:connected", "wecom-group:hq"):
        assert f"正常：{name}" in told
    for name in ("dingtalk:main", "dingtalk-webhook:city", "feishu:main", "feishu-hook:qun"):
        assert f"正常：{name}" in told
    assert told.count("放行：127.0.0.1:") == 3
    assert not [secret for secret in SECRETS if secret in told]
    assert world.wecom.said == []
    assert world.dingtalk.said == []
    assert world.feishu.said == []


async def test_wrong_secrets_are_found_and_not_shown(world: World, tmp_path: Path) -> None:
    wanted = world.settings(tmp_path)
    wanted["wecom"]["main"]["secret"] = "marker-wrong-1"
    wanted["wecom_group"]["hq"]["key"] = "marker-wrong-2"
    wanted["dingtalk"]["main"]["client_secret"] = "marker-wrong-3"
    wanted["dingtalk_webhook"]["city"]["access_token"] = "marker-wrong-4"
    wanted["feishu"]["main"]["app_secret"] = "marker-wrong-5"
    wanted["feishu_hook"]["qun"]["url"] = wanted["feishu_hook"]["qun"]["url"].replace("marker", "marker-wrong-6")

    faults, told = await checked(wanted)

    assert faults == 6, told
    assert "marker" not in told.replace("marker-of-the-database.db", "")


async def test_platforms_out_of_reach_are_found(tmp_path: Path, world: World) -> None:
    wanted = world.settings(tmp_path)
    dead = f"http://127.0.0.1:{unused_port()}"
    for server in world.servers[1:]:
        await server.close()
    wanted["wecom_group"]["hq"]["api_base"] = dead

    faults, told = await checked(wanted)

    assert faults == 5, told
    assert not [secret for secret in SECRETS if secret in told]


async def test_a_robot_that_cannot_be_built_names_its_setting(tmp_path: Path, world: World) -> None:
    wanted = world.settings(tmp_path)
    wanted["feishu"]["main"]["ca_file"] = tmp_path / "nothing.pem"

    with pytest.raises(settings.SettingsError) as caught:
        await checked(wanted)

    assert caught.value.faults == ["DUBAN_FEISHU__MAIN__CA_FILE: cannot be used (FileNotFoundError)"]


async def test_a_spool_that_cannot_be_written_is_found_before_it_is_needed(tmp_path: Path, postgres_url: str) -> None:
    (tmp_path / "file").touch()

    faults, told = await checked({"database_url": postgres_url, "spool_dir": tmp_path / "file" / "spool"})

    assert faults == 1
    assert "DUBAN_SPOOL_DIR" in told


async def test_what_the_roster_names_and_nothing_switches_on_is_told(tmp_path: Path) -> None:
    roster = tmp_path / "roster.toml"
    roster.write_text(
        '[[people]]\nmessenger = "feishu:main"\nname = "张三"\nrole = "city_liaison"\nregion = "恩施州"\n'
        '[[chats]]\nmessenger = "feishu:main"\nchat_id = "oc_1"\nkind = "leaders"\nroute = "wecom-group:hq"\n',
        encoding="utf-8",
    )

    faults, told = await checked({"database_url": f"sqlite:///{tmp_path}/d.db", "roster": roster})

    assert faults == 0
    assert "通道feishu:main未启用" in told
    assert "推送机器人wecom-group:hq未启用" in told


async def test_a_proxy_is_what_has_to_be_reached(tmp_path: Path, world: World) -> None:
    wanted = {"wecom_group": {"hq": world.settings(tmp_path)["wecom_group"]["hq"]}}
    wanted["wecom_group"]["hq"]["proxy"] = f"http://user:marker-pw@127.0.0.1:{unused_port()}"

    faults, told = await checked(wanted | {"database_url": f"sqlite:///{tmp_path}/d.db"}, network=True)

    assert faults == 1, told
    assert told.count("放行：") == 2
    assert "marker-pw" not in told


async def test_a_clock_that_is_off_is_told(world: World) -> None:
    slow = ManualClock(SystemClock().now())
    slow.advance(minutes=-5)
    watch = Watch(slow)

    async with aiohttp.ClientSession(trace_configs=[watch]) as http, http.get(world.servers[1].make_url("/")):
        pass

    (warning,) = watch.warnings()
    assert warning.startswith("本机时钟比127.0.0.1慢")
