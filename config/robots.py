"""Robots: what each messenger's robot needs and may set, one frozen value a robot, faults told without any value."""

import base64
import binascii
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

ROBOT_NAME = r"^[a-z0-9][a-z0-9_-]{0,31}$"
"""Environment variables know no case, so names of robots are lower case, also in a TOML file."""

RobotName = Annotated[str, Field(pattern=ROBOT_NAME)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Word = Annotated[str, Field(min_length=1)]


def _address(*schemes: str) -> AfterValidator:
    """Take an address of these schemes, without query, user or password."""

    def check(said: str) -> str:
        parts = _split(said)
        if parts is None or parts[0] not in schemes or parts[1]:
            raise ValueError(f"must be an address that begins with {schemes[-1]}://")
        return said.rstrip("/")

    return AfterValidator(check)


def _split(said: str) -> tuple[str, bool] | None:
    """Return the scheme, and whether there is more than host and path; None for what is no address."""
    try:
        url = urlsplit(said)
        is_whole = bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        return None
    return (url.scheme, bool(url.query or url.fragment or url.username)) if is_whole else None


Address = Annotated[str, _address("http", "https")]
SocketAddress = Annotated[str, _address("ws", "wss")]


def _is_secret_address(secret: SecretStr) -> SecretStr:
    parts = _split(secret.get_secret_value())
    if parts is None or parts[0] not in {"http", "https"}:
        raise ValueError("must be an address that begins with http:// or https://")
    return secret


SecretAddress = Annotated[SecretStr, AfterValidator(_is_secret_address)]


def _is_push_address(said: str) -> str:
    _is_secret_address(SecretStr(said))
    return said


def _is_aes_key(secret: SecretStr) -> SecretStr:
    said = secret.get_secret_value().rstrip("=")
    try:
        key = base64.b64decode(said + "=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(said) != 43 or len(key) != 32:
        raise ValueError("must be the 43 letters and digits of the EncodingAESKey")
    return secret


AesKey = Annotated[SecretStr, AfterValidator(_is_aes_key)]


def _is_webhook_secret(secret: SecretStr) -> SecretStr:
    """Take `whsec_` + base64 of 16 to 256 bytes."""
    said = secret.get_secret_value()
    try:
        key = base64.b64decode(said.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not said.startswith("whsec_") or not 16 <= len(key) <= 256:
        raise ValueError("must be whsec_ followed by the base64 of 16 to 256 random bytes")
    return secret


def needs(setting: str, because: str) -> PydanticCustomError:
    """Return the fault of a setting that is missing beside others."""
    return PydanticCustomError("missing", "{because}", {"setting": setting, "because": because})


class Robot(BaseModel):
    """What every messenger's robot may set: how the messenger is reached from here."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    ca_file: Path | None = None
    proxy: SecretAddress | None = None
    timeout_s: float = Field(default=10, gt=0, le=120)


class Generic(Robot):
    """The signed generic webhook: one secret for both directions (`whsec_` + base64)."""

    secret: Annotated[SecretStr, AfterValidator(_is_webhook_secret)]
    push_url: Annotated[str, AfterValidator(_is_push_address)] | None = None
    posts_per_minute: int = Field(default=600, gt=0)


class WeComApp(Robot):
    """A self-built app (自建应用); without token and key it only pushes."""

    corp_id: Word
    agent_id: int = Field(gt=0)
    secret: Secret
    token: Secret | None = None
    aes_key: AesKey | None = None
    api_base: Address = "https://qyapi.weixin.qq.com"
    posts_per_minute: int = Field(default=30, gt=0)
    posts_per_hour: int = Field(default=1000, gt=0)
    duplicate_check: bool = True
    welcome: str | None = None

    @model_validator(mode="after")
    def _hears_wholly_or_not(self) -> Self:
        if self.token is not None and self.aes_key is None:
            raise needs("aes_key", "required beside TOKEN")
        if self.aes_key is not None and self.token is None:
            raise needs("token", "required beside AES_KEY")
        return self


class WeComRobot(Robot):
    """A smart robot (智能机器人): by its long connection when it has BOT_ID and SECRET, else by its callback URL."""

    bot_id: Word | None = None
    secret: Secret | None = None
    token: Secret | None = None
    aes_key: AesKey | None = None
    robot_name: str | None = None
    welcome: str | None = None
    api_base: Address = "https://qyapi.weixin.qq.com"
    ws_endpoint: SocketAddress = "wss://openws.work.weixin.qq.com"
    posts_per_minute: int | None = Field(default=None, gt=0)
    posts_per_hour: int = Field(default=1000, gt=0)

    @property
    def is_connected(self) -> bool:
        """Whether it works by its long connection."""
        return self.secret is not None

    @model_validator(mode="after")
    def _has_one_way(self) -> Self:
        has_callback = self.token is not None or self.aes_key is not None
        if self.secret is not None and has_callback:
            raise needs(
                "secret", "either BOT_ID and SECRET (long connection) or TOKEN and AES_KEY (callback), not both"
            )
        if self.secret is not None and self.bot_id is None:
            raise needs("bot_id", "required beside SECRET")
        if self.secret is None and not has_callback:
            raise needs("secret", "required (long connection), or TOKEN and AES_KEY (callback)")
        if has_callback and self.token is None:
            raise needs("token", "required beside AES_KEY")
        if has_callback and self.aes_key is None:
            raise needs("aes_key", "required beside TOKEN")
        return self


class WeComGroup(Robot):
    """A group's push webhook (群消息推送)."""

    key: Secret
    api_base: Address = "https://qyapi.weixin.qq.com"
    posts_per_minute: int = Field(default=20, gt=0)


class DingTalk(Robot):
    """An app robot (企业内部应用机器人)."""

    client_id: Word
    client_secret: Secret
    robot_code: Word | None = None
    corp_id: Word | None = None
    api_base: Address = "https://api.dingtalk.com"
    oapi_base: Address = "https://oapi.dingtalk.com"
    posts_per_minute: int = Field(default=20, gt=0)
    api_quota: int = Field(default=5_000, gt=0)
    webhook_quota: int = Field(default=3_000, gt=0)


class DingTalkWebhook(Robot):
    """A group's custom robot (自定义机器人); without a secret it must be guarded by an IP list."""

    access_token: Secret
    secret: Secret | None = None
    corp_id: Word | None = None
    oapi_base: Address = "https://oapi.dingtalk.com"
    posts_per_minute: int = Field(default=20, gt=0)


class Feishu(Robot):
    """A self-built app (企业自建应用); a monthly quota of 0 is an edition without one."""

    app_id: Word
    app_secret: Secret
    verification_token: Secret
    encrypt_key: Secret | None = None
    api_base: Address = "https://open.feishu.cn"
    posts_per_second: int = Field(default=5, gt=0)
    monthly_quota: int = Field(default=10_000, ge=0)


class FeishuHook(Robot):
    """A group's custom bot (群自定义机器人): the address is its key."""

    url: SecretAddress
    secret: Secret | None = None
    api_base: Address = "https://open.feishu.cn"
    posts_per_minute: int = Field(default=100, gt=0)
