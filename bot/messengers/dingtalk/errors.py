"""What DingTalk's answers mean for a message: every documented code in one table for each family of addresses.

Webhooks and the legacy API answer HTTP 200 with `errcode`; the new API answers with an HTTP status and `code`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from bot.messengers.base import SendError


class Outcome(StrEnum):
    """What became of a call."""

    OK = "ok"
    RETRY = "retry"
    """Not accepted, worth another try."""
    WAIT = "wait"
    """Not accepted; too fast, come back later."""
    TOKEN = "token"  # noqa: S105 an outcome, no secret
    """The access token is no longer good."""
    TOO_LONG = "too long"
    GONE = "gone"
    """This address leads nowhere any more (robot removed, session over, group disbanded)."""
    QUOTA = "quota"
    """The month's uses are gone."""
    MEDIA = "media"
    """The uploaded file is no longer known."""
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    """It may have arrived."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means; `wait_s` is how long to wait when the answer does not say."""

    outcome: Outcome
    wait_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, understood."""

    outcome: Outcome
    code: str = ""
    message: str = ""
    wait_s: float | None = None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An answer as it came; header names are lower case, `now` is when it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    now: datetime


OK = Rule(Outcome.OK)
RETRY = Rule(Outcome.RETRY)
TOKEN = Rule(Outcome.TOKEN)
TOO_LONG = Rule(Outcome.TOO_LONG)
GONE = Rule(Outcome.GONE)
QUOTA = Rule(Outcome.QUOTA)
MEDIA = Rule(Outcome.MEDIA)
PERMANENT = Rule(Outcome.PERMANENT)
UNKNOWN = Rule(Outcome.UNKNOWN)
SECOND = Rule(Outcome.WAIT, 1)
MINUTE = Rule(Outcome.WAIT, 60)
PENALTY = Rule(Outcome.WAIT, 300)
BAN = Rule(Outcome.WAIT, 600)

# https://open.dingtalk.com/document/development/custom-robots-send-group-messages
# https://open.dingtalk.com/document/development/custom-bot-to-send-group-chat-messages
WEBHOOK_CODES: dict[str, Rule] = {
    "0": OK,
    "-1": RETRY,  # system busy
    "40035": PERMANENT,  # a parameter is missing
    "43002": PERMANENT,  # must be POST
    "43004": PERMANENT,  # wrong Content-Type
    "310000": PERMANENT,  # keyword, timestamp, signature or IP list: errmsg says which
    "400013": GONE,  # group disbanded
    "400101": GONE,  # token does not exist
    "400102": GONE,  # robot disabled
    "400106": GONE,  # robot not in the group
    "300001": GONE,  # token, or session, does not exist (seen when a session webhook has ended)
    "300005": GONE,  # token does not exist
    "400105": PERMANENT,  # message type unsupported
    "410100": BAN,  # more than 20 in a minute: silenced for ten
    "130101": BAN,  # the older code for the same
    "302033": MINUTE,  # too fast
    "90030": QUOTA,  # the month's webhook uses are gone
    "430101": PERMANENT,  # unsafe link
    "430102": PERMANENT,  # refused text
    "430103": PERMANENT,  # refused picture
    "430104": PERMANENT,  # refused content
    "460101": TOO_LONG,  # "message too long, exceed 20000 bytes", second-hand
}

# https://open.dingtalk.com/document/development/server-api-error-codes-1
LEGACY_CODES: dict[str, Rule] = {
    "0": OK,
    "-1": RETRY,
    "15": UNKNOWN,  # the far side timed out
    "33": TOKEN,
    "88": PERMANENT,  # no permission (sub-code 60011)
    "40004": PERMANENT,  # wrong media type
    "40014": TOKEN,
    "42001": TOKEN,
    "90002": SECOND,
    "90018": SECOND,
    "90020": QUOTA,
}

# https://open.dingtalk.com/document/development/the-robot-sends-a-group-message
# https://open.dingtalk.com/document/development/chatbots-send-one-on-one-chat-messages-in-batches
# https://open.dingtalk.com/document/development/call-frequency-limit
# A code also stands for all that begin with it and a dot; the longest that fits decides.
API_CODES: dict[str, Rule] = {
    "InvalidAuthentication": TOKEN,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": PERMANENT,
    "Forbidden.AccessDenied.IpNotInWhiteList": PERMANENT,
    "Forbidden.AccessDenied.QpsLimitForApi": SECOND,
    "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi": SECOND,
    "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi": MINUTE,
    "Forbidden.AccessDenied.ApiCountLimitForOrg": QUOTA,
    "invalidClientIdOrSecret": PERMANENT,
    "system.busy": RETRY,
    "systemBusy": RETRY,
    "system.error": RETRY,
    "send.too.fast": MINUTE,
    "send.byToken.tooFast": MINUTE,
    "too.many.group": MINUTE,
    "too.many.people": MINUTE,
    "toomuch.msg": MINUTE,
    "unknown.send.result": UNKNOWN,
    "invalidParameter": PERMANENT,  # robotCode.*, msgKey.*
    "robot.oto.notExist": PERMANENT,
    "chatbotId.notAllow.sendOTO": PERMANENT,
    "msgParam.invalid": PERMANENT,
    "msgParam.tooLong": TOO_LONG,
    "invalidParameter.msgParam.tooLong": TOO_LONG,
    "param.invalid": PERMANENT,
    "miss.param": PERMANENT,
    "msg.unsupport": PERMANENT,
    "miss.openConversationId": GONE,
    "invalid.openConversationId": GONE,
    "group.disbanded": GONE,
    "conversation.org.notMatch": GONE,
    "session.notExisted": GONE,
    "session.expired": GONE,
    "bot.stopped": PERMANENT,
    "bot.forbidden.sendMessage": PERMANENT,
    "send.forbidden": PERMANENT,
    "unauthorized": PERMANENT,
    "auth.error": PERMANENT,
    "only.groupAdmin.canAtAll": PERMANENT,
    "contain.unsafe.url": PERMANENT,
    "contain.notAllowed": PERMANENT,  # text, picture, content
    "resource.not.found": MEDIA,
    "resource.unavailable": MEDIA,
}

# What a status means where the body does not tell more; other ones are unknown.
_STATUSES = {401: TOKEN, 404: PERMANENT, 405: PERMANENT, 413: TOO_LONG, 429: SECOND, 503: RETRY} | dict.fromkeys(
    (301, 302, 303, 307, 308), PERMANENT
)


def read_webhook(raw: Raw) -> Reply:
    """Understand the answer of a custom robot's webhook or of a session webhook."""
    return _read_errcode(raw, WEBHOOK_CODES)


def read_legacy(raw: Raw) -> Reply:
    """Understand the answer of the legacy API (uploads)."""
    return _read_errcode(raw, LEGACY_CODES)


def read_api(raw: Raw) -> Reply:
    """Understand the answer of the new API."""
    body = _object(raw.body)
    code = str(body.get("code") or "")
    rule = _penalty(raw, body)
    if rule is None and raw.status == 200 and body and not code:
        return Reply(outcome=Outcome.OK, body=body)
    return _reply(raw, rule or _longest(code) or _STATUSES.get(raw.status, UNKNOWN), code, body)


def failure(reply: Reply, *, what: str) -> SendError:
    """Make the error that a refused message travels in; `what` is what was tried, in words without secrets."""
    words = f"dingtalk {what}: {reply.code} {reply.message}".rstrip()
    if reply.outcome is Outcome.UNKNOWN:
        return SendError(words, unknown=True)
    if reply.outcome is Outcome.RETRY:
        return SendError(words, retry_after_s=reply.wait_s)
    if reply.outcome in {Outcome.WAIT, Outcome.TOKEN}:
        return SendError(words, retry_after_s=60 if reply.wait_s is None else reply.wait_s)
    return SendError(words, permanent=True)


def _read_errcode(raw: Raw, codes: Mapping[str, Rule]) -> Reply:
    body = _object(raw.body)
    code = str(body.get("errcode", ""))
    rule = _penalty(raw, body) or codes.get(code)
    if rule is OK and raw.status != 200:
        rule = None
    return _reply(raw, rule or _STATUSES.get(raw.status, UNKNOWN), code, body)


def _reply(raw: Raw, rule: Rule, code: str, body: dict[str, Any]) -> Reply:
    return Reply(
        outcome=rule.outcome,
        code=code or f"HTTP {raw.status}",
        message=str(body.get("errmsg") or body.get("message") or "")[:200],
        wait_s=_wait_s(raw, body, rule.wait_s) if rule.outcome in {Outcome.WAIT, Outcome.RETRY} else None,
        body=body,
    )


def _penalty(raw: Raw, body: dict[str, Any]) -> Rule | None:
    """Tell the answer to an address that called too often: a JSON of its own, or an HTML page."""
    html = not body and raw.body.lstrip()[:1] == b"<" and raw.status < 500
    return PENALTY if html or str(body.get("status", "")) == "1111" else None


def _longest(code: str) -> Rule | None:
    """Return the rule of a code, or of the longest piece of it up to a dot."""
    while code:
        if code in API_CODES:
            return API_CODES[code]
        code = code.rpartition(".")[0]
    return None


def _wait_s(raw: Raw, body: dict[str, Any], default: float | None) -> float | None:
    """Return how long to wait in seconds: Retry-After, else the minutes a penalty names, else what the code means."""
    asked = raw.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit() and len(asked) < 6:
        return float(asked)
    if asked:
        try:
            return max(0.0, (parsedate_to_datetime(asked) - raw.now).total_seconds())
        except (ValueError, TypeError, OverflowError):
            pass  # an unreadable header asks for nothing
    minutes = body.get("wait")
    if isinstance(minutes, int) and 0 < minutes <= 60:
        return max(default or 0.0, minutes * 60.0)
    return default


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body.decode())
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
