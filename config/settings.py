"""Settings: environment (prefix DUBAN_, nested with __) over the TOML file that DUBAN_CONFIG names."""

import base64
import binascii
import datetime as dt
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "DUBAN_"


class SettingsError(Exception):
    """Settings that cannot be used; `faults` name the setting and what is wrong, never its value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Robot(BaseModel):
    """What every messenger's robot may set: how it is reached from here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ca_file: Path | None = None
    proxy: str | None = None
    timeout_s: float = Field(default=10, gt=0, le=120)


class Generic(Robot):
    """The signed generic webhook: one secret for both directions (`whsec_` + base64)."""

    secret: SecretStr
    push_url: str | None = None
    posts_per_minute: int = Field(default=600, gt=0)

    @field_validator("secret")
    @classmethod
    def _is_a_webhook_secret(cls, secret: SecretStr) -> SecretStr:
        """Take `whsec_` + base64 of 16 to 256 bytes."""
        said = secret.get_secret_value()
        try:
            key = base64.b64decode(said.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            key = b""
        if not said.startswith("whsec_") or not 16 <= len(key) <= 256:
            raise ValueError("must be whsec_ followed by the base64 of 16 to 256 random bytes")
        return secret


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
    font_file: Path | None = None
    heartbeat_url: SecretStr | None = None
    clock: dt.datetime | None = None
    log_json: bool = False
    generic: Generic | None = None

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


def _fault(fault: dict[str, Any]) -> str:
    name = PREFIX + "__".join(str(step).upper() for step in fault["loc"])
    return f"{name}: {str(fault['msg']).removeprefix('Value error, ')}"
