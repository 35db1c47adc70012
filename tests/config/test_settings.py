"""Settings: named robots from environment and TOML, and faults that name the setting, never its value."""

import os
from pathlib import Path
from typing import Any

import pytest

from config import settings
from config.settings import SettingsError

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
FEISHU = {"APP_ID": "cli_1", "APP_SECRET": "marker-1", "VERIFICATION_TOKEN": "marker-2"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DUBAN_")]:
        monkeypatch.delenv(name)


def environment(monkeypatch: pytest.MonkeyPatch, robot: str, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"DUBAN_{robot}__{name}", value)


def faults() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        settings.load()
    return caught.value.faults


def test_nothing_set_switches_nothing_on() -> None:
    found = settings.load()

    assert found.generic is None
    assert not any([found.wecom, found.wecom_robot, found.wecom_group, found.dingtalk, found.feishu])


def test_robots_of_one_messenger_are_told_apart_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, "FEISHU__MAIN", **FEISHU)
    environment(monkeypatch, "FEISHU__CITY_2", **FEISHU | {"APP_ID": "cli_2"})

    found = settings.load().feishu

    assert {name: robot.app_id for name, robot in found.items()} == {"main": "cli_1", "city_2": "cli_2"}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"FEISHU__MAIN__APP_ID": "x"}, ["FEISHU__MAIN__APP_SECRET", "FEISHU__MAIN__VERIFICATION_TOKEN"]),
        ({"DINGTALK__MAIN__CLIENT_ID": "x"}, ["DINGTALK__MAIN__CLIENT_SECRET"]),
        ({"DINGTALK_WEBHOOK__A__SECRET": "x"}, ["DINGTALK_WEBHOOK__A__ACCESS_TOKEN"]),
        ({"FEISHU_HOOK__A__SECRET": "x"}, ["FEISHU_HOOK__A__URL"]),
        ({"WECOM_GROUP__HQ__POSTS_PER_MINUTE": "9"}, ["WECOM_GROUP__HQ__KEY"]),
        ({"WECOM__MAIN__CORP_ID": "x"}, ["WECOM__MAIN__AGENT_ID", "WECOM__MAIN__SECRET"]),
        ({"WECOM_ROBOT__MAIN__ROBOT_NAME": "x"}, ["WECOM_ROBOT__MAIN__SECRET"]),
        ({"WECOM_ROBOT__MAIN__BOT_ID": "x"}, ["WECOM_ROBOT__MAIN__SECRET"]),
        ({"WECOM_ROBOT__MAIN__SECRET": "x"}, ["WECOM_ROBOT__MAIN__BOT_ID"]),
        ({"WECOM_ROBOT__MAIN__TOKEN": "x"}, ["WECOM_ROBOT__MAIN__AES_KEY"]),
        ({"WECOM_ROBOT__MAIN__AES_KEY": AES_KEY}, ["WECOM_ROBOT__MAIN__TOKEN"]),
        ({"GENERIC__PUSH_URL": "http://x/"}, ["GENERIC__SECRET"]),
    ],
)
def test_a_robot_that_is_on_without_its_secret_is_named(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], wanted: list[str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"DUBAN_{name}", value)

    assert [fault.split(":")[0] for fault in faults()] == [f"DUBAN_{name}" for name in wanted]


def test_an_empty_secret_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment(monkeypatch, "FEISHU__MAIN", **FEISHU | {"APP_SECRET": ""})
    assert [fault.split(":")[0] for fault in faults()] == ["DUBAN_FEISHU__MAIN__APP_SECRET"]

    file = tmp_path / "duban.toml"
    file.write_text('[feishu.main]\napp_secret = ""\n', encoding="utf-8")
    monkeypatch.setenv("DUBAN_CONFIG", str(file))
    assert [fault.split(":")[0] for fault in faults()] == ["DUBAN_FEISHU__MAIN__APP_SECRET"]


def test_a_smart_robot_works_one_way_or_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, "WECOM_ROBOT__CONNECTED", BOT_ID="b", SECRET="s")
    environment(monkeypatch, "WECOM_ROBOT__CALLED", TOKEN="t", AES_KEY=AES_KEY, BOT_ID="b")
    found = settings.load().wecom_robot
    assert (found["connected"].is_connected, found["called"].is_connected) == (True, False)

    environment(monkeypatch, "WECOM_ROBOT__CALLED", SECRET="s")
    assert "not both" in faults()[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GENERIC__SECRET", "marker"),
        ("WECOM__MAIN", "marker"),
        ("WECOM", "{marker"),
        ("WECOM__MAIN__AGENT_ID", "marker"),
        ("WECOM_ROBOT__MAIN__AES_KEY", "marker"),
        ("WECOM_GROUP__HQ__API_BASE", "https://marker:marker@host"),
        ("WECOM_GROUP__HQ__API_BASE", "marker"),
        ("WECOM_GROUP__HQ__PROXY", "marker"),
        ("WECOM_GROUP__HQ__UNHEARD_OF", "marker"),
        ("FEISHU_HOOK__A__URL", "marker"),
        ("CLOCK", "marker"),
        ("DATABASE_URL", "marker"),
        ("DATABASE_URL", "mysql://marker/marker"),
        ("DATABASE_URL", "postgresql://duban:mar@marker@host/duban"),
        ("HEARTBEAT_URL", "marker"),
        ("GENERIC__PUSH_URL", "marker"),
    ],
)
def test_a_fault_never_shows_the_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DUBAN_{name}", value)

    told = "\n".join(faults())

    assert f"DUBAN_{name}" in told
    assert "marker" not in told


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///duban.db",
        "sqlite:////var/lib/duban/duban.db",
        "postgresql://duban@db/duban",
        "postgresql://duban:a/b:c%40d@[::1]:5432/duban",
        "postgresql+asyncpg://duban:secret@db/duban",
        "postgresql://duban:@/duban?host=/run/postgresql",
    ],
)
def test_a_database_of_either_kind_may_be_written_as_people_write_it(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", url)

    assert settings.load().database_url.get_secret_value() == url


def test_no_secret_is_shown_when_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, "FEISHU__MAIN", **FEISHU)
    environment(monkeypatch, "WECOM_GROUP__HQ", KEY="marker-3", PROXY="http://user:marker-4@proxy:3128")
    monkeypatch.setenv("DUBAN_DATABASE_URL", "postgresql://u:marker-5@host/db")

    assert "marker" not in repr(settings.load())


TOML = """
roster = "from-toml.xlsx"
[wecom_group.hq]
key = "key-of-toml"
posts_per_minute = 7
[wecom_group.city]
key = "key-of-city"
"""


def test_the_environment_beats_the_file_setting_by_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "duban.toml"
    file.write_text(TOML, encoding="utf-8")
    monkeypatch.setenv("DUBAN_CONFIG", str(file))
    monkeypatch.setenv("DUBAN_ROSTER", "from-env.xlsx")
    monkeypatch.setenv("DUBAN_WECOM_GROUP__HQ__KEY", "key-of-env")

    found = settings.load()

    assert found.roster == Path("from-env.xlsx")
    said: dict[str, Any] = {n: (g.key.get_secret_value(), g.posts_per_minute) for n, g in found.wecom_group.items()}
    assert said == {"hq": ("key-of-env", 7), "city": ("key-of-city", 20)}


@pytest.mark.parametrize("toml", ["[wecom_group.HQ]\nkey = 'k'\n", "[wecom_group.'a b']\nkey = 'k'\n"])
def test_a_robots_name_is_one_that_the_environment_can_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, toml: str
) -> None:
    file = tmp_path / "duban.toml"
    file.write_text(toml, encoding="utf-8")
    monkeypatch.setenv("DUBAN_CONFIG", str(file))

    assert "lower case" in faults()[0]


@pytest.mark.parametrize("toml", ["[wecom_group.hq]\nkey = marker", "nothing_like_it = 1"])
def test_a_file_that_cannot_be_used_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, toml: str) -> None:
    file = tmp_path / "duban.toml"
    file.write_text(toml, encoding="utf-8")
    monkeypatch.setenv("DUBAN_CONFIG", str(file))

    assert "marker" not in "\n".join(faults())


def test_a_misspelt_setting_of_the_environment_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, "FEISHUU__MAIN", **FEISHU)
    monkeypatch.setenv("DUBAN_ROSTER", "x.xlsx")

    assert settings.unknown() == [f"DUBAN_FEISHUU__MAIN__{name}" for name in sorted(FEISHU)]
