"""Signatures of the Standard Webhooks specification: HMAC-SHA256 of "id.timestamp.body", constant-time compared."""

import base64
import datetime as dt
import functools
import hmac
from collections.abc import Mapping

from pydantic import SecretStr

from bot.messengers.base import BadSignatureError

# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
TOLERANCE = dt.timedelta(minutes=5)
MAX_SIGNATURES = 16
MAX_ID_LENGTH = 256


def sign(secret: SecretStr, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the `v1,<base64>` signature of a body under a message id and Unix seconds."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.digest(_key(secret.get_secret_value()), signed, "sha256")
    return "v1," + base64.b64encode(digest).decode()


@functools.cache
def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def verify(secret: SecretStr, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> str:
    """Return the message id of a believed call; raise BadSignatureError for an unsigned, forged or stale one."""
    message_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if not 0 < len(message_id) <= MAX_ID_LENGTH or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise BadSignatureError("unsigned")
    expected = sign(secret, message_id=message_id, timestamp=int(stamp), body=body).encode()
    matches = [hmac.compare_digest(expected, one.encode()) for one in given[:MAX_SIGNATURES]]
    if not any(matches):
        raise BadSignatureError("forged")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise BadSignatureError("stale")
    return message_id
