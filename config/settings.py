"""Settings: environment (prefix DUBAN_, nested with __) over the TOML file that DUBAN_CONFIG names."""

import datetime as dt
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as UnreadableError

from config.robots import (
    DingTalk,
    DingTalkWebhook,
    Feishu,
    FeishuHook,
    Generic,
    RobotName,
    SecretAddress,
    WeComApp,
    WeComGroup,
    WeComRobot,
)

PREFIX = "DUBAN_"
DATABASE_URL = re.compile(r"sqlite(?:\+aiosqlite)?:///.+|postgres(?:ql)?(?:\+asyncpg)?://(?:[^@/:]*(?::[^@]*)?@)?[^@]*")


class SettingsError(Exception):
    """Settings that cannot be used; `faults` name the setting and what is wrong, never its value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """Everything an installation decides."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: SecretStr = SecretStr("sqlite:///duban.db")
    campaign: Path | None = None
    roster: Path | None = None
    spool_dir: Path = Path("spool")
    font_file: FilePath | None = None
    heartbeat_url: SecretAddress | None = None
    audit_file: Path | None = None
    audit_keep_days: int | None = Field(default=None, gt=0)
    audit_syslog: str | None = None
    clock: dt.datetime | None = None
    log_json: bool = False
    generic: Generic | None = None
    wecom: dict[RobotName, WeComApp] = {}
    wecom_robot: dict[RobotName, WeComRobot] = {}
    wecom_group: dict[RobotName, WeComGroup] = {}
    dingtalk: dict[RobotName, DingTalk] = {}
    dingtalk_webhook: dict[RobotName, DingTalkWebhook] = {}
    feishu: dict[RobotName, Feishu] = {}
    feishu_hook: dict[RobotName, FeishuHook] = {}

    @field_validator("database_url")
    @classmethod
    def _is_a_known_kind(cls, secret: SecretStr) -> SecretStr:
        """Refuse what no driver of ours reads, and a host with the rest of a password before it, which nobody finds."""
        said = secret.get_secret_value()
        if not DATABASE_URL.fullmatch(said):
            raise ValueError(
                "must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME, an @ in the password as %40"
            )
        return secret

    @field_validator("audit_syslog")
    @classmethod
    def _is_an_address(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"(?:udp|tcp)://[^/\s]+|unix:///\S+", address):
            raise ValueError("must be udp://HOST:PORT, tcp://HOST:PORT or unix:///PATH")
        return address

    @field_validator("clock")
    @classmethod
    def _has_an_offset(cls, clock: dt.datetime | None) -> dt.datetime | None:
        """Take a moment without an offset as local time in Shanghai."""
        if clock is not None and clock.tzinfo is None:
            return clock.replace(tzinfo=dt.timezone(dt.timedelta(hours=8)))
        return clock

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment beat the TOML file."""
        del dotenv_settings, file_secret_settings
        file = os.environ.get(PREFIX + "CONFIG")
        toml = (TomlConfigSettingsSource(settings_cls, Path(file)),) if file else ()
        return (init_settings, env_settings, *toml)


def load(**overrides: Any) -> Settings:  # noqa: ANN401 any setting may be given
    """Read the settings; raise SettingsError with every fault, never printing a value."""
    file = os.environ.get(PREFIX + "CONFIG")
    if file and not Path(file).is_file():
        raise SettingsError([f"{PREFIX}CONFIG: {file}: no such file"])
    try:
        return Settings(**overrides)
    except ValidationError as faults:
        raise SettingsError([_fault(dict(fault)) for fault in faults.errors(include_input=False)]) from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError([f"{file}: {fault}"]) from None
    except UnreadableError as fault:
        raise SettingsError([f"{PREFIX}{_field(str(fault))}: not readable"]) from None


def unknown() -> list[str]:
    """Return the environment's DUBAN_ names that no setting has: one misspelt would be passed over in silence."""
    known = {*Settings.model_fields, "config"}
    names = [name for name in os.environ if name.upper().startswith(PREFIX)]
    return sorted(name for name in names if name[len(PREFIX) :].lower().split("__")[0] not in known)


def _field(said: str) -> str:
    """Return the setting's name from what the library says of one that is no JSON; never its value."""
    found = re.search(r'field "(\w+)"', said)
    return found[1].upper() if found else "*"


def _fault(fault: dict[str, Any]) -> str:
    more = fault.get("ctx", {}).get("setting")
    steps = [str(step) for step in fault["loc"] if step != "[key]"] + ([more] if isinstance(more, str) else [])
    if "[key]" in fault["loc"]:
        return f"{_name(steps)}: a robot's name is of lower case letters, digits, - and _, 32 at most"
    return f"{_name(steps)}: {str(fault['msg']).removeprefix('Value error, ')}"


def _name(steps: list[str]) -> str:
    return PREFIX + "__".join(step.upper() for step in steps)
