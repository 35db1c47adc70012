"""DingTalk's one signature formula: callbacks carry it in headers, custom webhooks in their query."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from bot.messengers.base import BadSignatureError

# https://open.dingtalk.com/document/development/receive-message
TOLERANCE_MS = 3_600_000


def sign(timestamp: str, secret: str) -> str:
    """Return the raw Base64 signature of a timestamp (ms since the epoch, decimal); a query still has to encode it."""
    mac = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def verify(headers: Mapping[str, str], secret: str, *, now: datetime) -> None:
    """Believe a callback or raise BadSignatureError.

    The body is not covered by DingTalk's signature: a captured pair of headers is good for an hour with any body, so
    the caller also keeps message ids for ever and checks the robot's code.
    """
    timestamp, given = headers.get("timestamp", ""), headers.get("sign", "")
    if not timestamp or not given:
        raise BadSignatureError("the call is unsigned")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        raise BadSignatureError("the timestamp is no number of milliseconds")
    expected = sign(timestamp, secret).encode()
    if not hmac.compare_digest(expected, given.encode("utf-8", "surrogatepass")):
        raise BadSignatureError("the signature is not ours")
    if abs(milliseconds(now) - int(timestamp)) > TOLERANCE_MS:
        raise BadSignatureError("the call is stale")


def milliseconds(moment: datetime) -> int:
    """Return a moment as DingTalk counts time: whole milliseconds since the epoch."""
    return round(moment.timestamp() * 1000)
