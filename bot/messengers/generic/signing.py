"""Signatures of the Standard Webhooks specification: HMAC-SHA256 of "id.timestamp.body", constant-time compared."""

import base64
import datetime as dt
import functools
import hmac
from collections.abc import Mapping

from pydantic import SecretStr

from bot.messengers.base import BadSignatureError

# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
TOLERANCE_S = 300
MAX_SIGNATURES = 16
MAX_ID_LENGTH = 256


def sign(secret: SecretStr, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the `v1,<base64>` signature of a body under a message id and Unix seconds."""
    signing = _keyed(secret.get_secret_value()).copy()
    signing.update(b"%s.%d.%s" % (message_id.encode(), timestamp, body))
    return "v1," + base64.b64encode(signing.digest()).decode()


@functools.cache
def _keyed(secret: str) -> hmac.HMAC:
    """Return an HMAC that has taken in the key: that is the same for every call."""
    return hmac.new(base64.b64decode(secret.removeprefix("whsec_")), digestmod="sha256")


def verify(secret: SecretStr, *, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> str:
    """Return the message id of a believed call; raise BadSignatureError for an unsigned, forged or stale one."""
    message_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if not 0 < len(message_id) <= MAX_ID_LENGTH or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise BadSignatureError("unsigned")
    sent_s = int(stamp)
    expected = sign(secret, message_id=message_id, timestamp=sent_s, body=body).encode()
    for one in given[:MAX_SIGNATURES]:
        if hmac.compare_digest(expected, one.encode()):
            break
    else:
        raise BadSignatureError("forged")
    if abs(now.timestamp() - sent_s) > TOLERANCE_S:
        raise BadSignatureError("stale")
    return message_id
