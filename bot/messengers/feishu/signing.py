"""Feishu's signatures and encryption: bytes in, values out, no I/O.

Sources: event subscription, "encrypt key encryption configuration case"
(https://open.feishu.cn/document/event-subscription-guide/event-subscriptions/event-subscription-configure-/encrypt-key-encryption-configuration-case)
and the custom bot guide (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot).
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.messengers.base import BadSignatureError, MalformedError

TIMESTAMP, NONCE, SIGNATURE = "x-lark-request-timestamp", "x-lark-request-nonce", "x-lark-signature"
URL_VERIFICATION = "url_verification"

_BLOCK = 16
_MILLISECONDS_FROM = 10**11
"""A timestamp above this is in milliseconds; in seconds it would lie in the year 5138."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKeys:
    """What an event is believed by: the Encrypt Key (where one is set), the Verification Token, and how old it may be.

    Feishu repeats an event it thinks we missed for about seven hours and does not say whether it stamps it anew.
    """

    verification_token: str = field(repr=False)
    encrypt_key: str | None = field(default=None, repr=False)
    max_age: dt.timedelta = dt.timedelta(hours=8)
    max_ahead: dt.timedelta = dt.timedelta(hours=1)


def decrypt(encrypt_key: str, text: str) -> bytes:
    """Open an `encrypt` field: base64 of iv and AES-256-CBC under SHA-256 of the Encrypt Key; ValueError if broken."""
    raw = base64.b64decode(text.encode(), validate=True)
    if len(raw) < 2 * _BLOCK or len(raw) % _BLOCK:
        raise ValueError("the ciphertext is not whole blocks")
    key = hashlib.sha256(encrypt_key.encode()).digest()
    decryptor = Cipher(algorithms.AES(key), modes.CBC(raw[:_BLOCK])).decryptor()
    plain = decryptor.update(raw[_BLOCK:]) + decryptor.finalize()
    unpadder = padding.PKCS7(8 * _BLOCK).unpadder()
    return unpadder.update(plain) + unpadder.finalize()


def event_signature(timestamp: str, nonce: str, encrypt_key: str, raw_body: bytes) -> str:
    """Return the signature of an event: a plain SHA-256, over the body as it was received."""
    return hashlib.sha256((timestamp + nonce + encrypt_key).encode(errors="replace") + raw_body).hexdigest()


def hook_sign(timestamp: str, secret: str) -> str:
    """Return the `sign` of a custom bot's post: the string to sign is the key, the message is empty."""
    mac = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def believe(headers: Mapping[str, str], body: bytes, *, received_at: dt.datetime, keys: EventKeys) -> dict[str, Any]:
    """Return the event, decrypted, once signature, freshness and token hold.

    Only the URL check may come unsigned, and then nothing tells why it was not believed: an unsigned caller must not
    learn whether a ciphertext of his decrypts.
    """
    if keys.encrypt_key is None:
        event = load_object(body)
        _check_token(event, keys)
        return event
    if any(name in headers for name in (TIMESTAMP, NONCE, SIGNATURE)):
        _check_signature(headers, body, received_at=received_at, keys=keys)
        event = _opened(load_object(body), keys.encrypt_key)
        _check_token(event, keys)
        return event
    return _unsigned_url_check(body, keys)


def load_object(data: bytes | str) -> dict[str, Any]:
    """Read a JSON object of a size that was checked; however deep, it is refused and not followed."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise MalformedError("not JSON") from None
    if not isinstance(value, dict):
        raise MalformedError("not a JSON object")
    return value


def _unsigned_url_check(body: bytes, keys: EventKeys) -> dict[str, Any]:
    try:
        event = load_object(body)
        if "encrypt" in event:
            event = _opened(event, keys.encrypt_key or "")
    except MalformedError:
        raise BadSignatureError("unsigned") from None
    if event.get("type") != URL_VERIFICATION:
        raise BadSignatureError("unsigned")
    _check_token(event, keys)
    return event


def _opened(outer: dict[str, Any], encrypt_key: str) -> dict[str, Any]:
    sealed = outer.get("encrypt")
    if not isinstance(sealed, str):
        raise BadSignatureError("an Encrypt Key is set, but the body is not encrypted")
    try:
        return load_object(decrypt(encrypt_key, sealed))
    except (ValueError, binascii.Error):
        raise MalformedError("the body does not decrypt") from None


def _check_signature(headers: Mapping[str, str], body: bytes, *, received_at: dt.datetime, keys: EventKeys) -> None:
    timestamp, nonce, given = headers.get(TIMESTAMP, ""), headers.get(NONCE, ""), headers.get(SIGNATURE, "")
    expected = event_signature(timestamp, nonce, keys.encrypt_key or "", body)
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise BadSignatureError("the signature does not match")
    age = received_at - _moment(timestamp)
    if not -keys.max_ahead <= age <= keys.max_age:
        raise BadSignatureError("the signature is stale")


def _moment(timestamp: str) -> dt.datetime:
    try:
        stamp = int(timestamp)
        return dt.datetime.fromtimestamp(stamp / 1000 if stamp >= _MILLISECONDS_FROM else stamp, tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise BadSignatureError("the timestamp is none") from None


def _check_token(event: dict[str, Any], keys: EventKeys) -> None:
    """Compare the Verification Token: in the header of a v2 event, at the top of the URL check and of v1 events."""
    header = event.get("header")
    token = header.get("token") if isinstance(header, dict) else event.get("token")
    if not isinstance(token, str) or not hmac.compare_digest(
        token.encode(errors="replace"), keys.verification_token.encode()
    ):
        raise BadSignatureError("the verification token does not match")
