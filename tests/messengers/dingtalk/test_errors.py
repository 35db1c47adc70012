"""Every documented code and what it means for a message."""

import datetime as dt
import json

import pytest

from bot.messengers.dingtalk.errors import Outcome, Raw, failure, read_api, read_legacy, read_webhook

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def raw(body: object, *, status: int = 200, **headers: str) -> Raw:
    said = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Raw(status=status, headers=named, body=said, now=NOW)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (0, "ok"),
        ("0", "ok"),
        (-1, "retry"),
        (40035, "permanent"),
        (43002, "permanent"),
        (43004, "permanent"),
        (310000, "permanent"),
        (400013, "gone"),
        (400101, "gone"),
        (400102, "gone"),
        (400106, "gone"),
        (300001, "gone"),
        (300005, "gone"),
        (400105, "permanent"),
        (410100, "wait"),
        (130101, "wait"),
        (302033, "wait"),
        (90030, "quota"),
        (430101, "permanent"),
        (430102, "permanent"),
        (430103, "permanent"),
        (430104, "permanent"),
        (460101, "too long"),
        (999999, "unknown"),
    ],
)
def test_a_webhooks_errcode_decides(code: object, outcome: str) -> None:
    assert read_webhook(raw({"errcode": code, "errmsg": "m"})).outcome.value == outcome


@pytest.mark.parametrize(
    ("status", "code", "outcome", "wait_s"),
    [
        (401, "", "token", None),
        (400, "InvalidAuthentication", "token", None),
        (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", "permanent", None),
        (403, "Forbidden.AccessDenied.IpNotInWhiteList", "permanent", None),
        (403, "Forbidden.AccessDenied.QpsLimitForApi", "wait", 1),
        (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "wait", 1),
        (403, "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", "wait", 60),
        (403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "quota", None),
        (403, "Forbidden.AccessDenied.SomethingNew", "unknown", None),
        (429, "system.busy", "retry", None),
        (429, "systemBusy", "retry", None),
        (429, "", "wait", 1),
        (500, "system.error", "retry", None),
        (503, "", "retry", None),
        (500, "", "unknown", None),
        (502, "", "unknown", None),
        (504, "", "unknown", None),
        (408, "", "unknown", None),
        (302, "", "permanent", None),
        (404, "", "permanent", None),
        (400, "send.too.fast", "wait", 60),
        (400, "send.byToken.tooFast", "wait", 60),
        (400, "too.many.group", "wait", 60),
        (400, "too.many.people", "wait", 60),
        (400, "toomuch.msg", "wait", 60),
        (400, "unknown.send.result", "unknown", None),
        (400, "invalidParameter.robotCode.notExsit", "permanent", None),
        (400, "invalidParameter.msgKey.invalid", "permanent", None),
        (400, "robot.oto.notExist", "permanent", None),
        (400, "chatbotId.notAllow.sendOTO", "permanent", None),
        (400, "msgParam.invalid", "permanent", None),
        (400, "msgParam.tooLong", "too long", None),
        (400, "param.invalid", "permanent", None),
        (400, "miss.param.msgKey", "permanent", None),
        (400, "msg.unsupport", "permanent", None),
        (400, "miss.openConversationId", "gone", None),
        (400, "invalid.openConversationId", "gone", None),
        (400, "group.disbanded", "gone", None),
        (400, "conversation.org.notMatch", "gone", None),
        (400, "session.notExisted", "gone", None),
        (400, "session.expired", "gone", None),
        (400, "bot.stopped", "permanent", None),
        (400, "bot.forbidden.sendMessage", "permanent", None),
        (400, "send.forbidden", "permanent", None),
        (400, "unauthorized", "permanent", None),
        (400, "auth.error", "permanent", None),
        (400, "only.groupAdmin.canAtAll", "permanent", None),
        (400, "contain.unsafe.url", "permanent", None),
        (400, "contain.notAllowed.picture", "permanent", None),
        (400, "resource.not.found", "media", None),
        (400, "resource.unavailable", "media", None),
        (400, "who.knows", "unknown", None),
    ],
)
def test_the_new_apis_status_and_code_decide_together(
    status: int, code: str, outcome: str, wait_s: float | None
) -> None:
    reply = read_api(raw({"code": code, "message": "m"}, status=status))

    assert (reply.outcome.value, reply.wait_s) == (outcome, wait_s)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (0, "ok"),
        ("0", "ok"),
        (-1, "retry"),
        (15, "unknown"),
        (33, "token"),
        (88, "permanent"),
        (40004, "permanent"),
        (40014, "token"),
        (42001, "token"),
        (90002, "wait"),
        (90018, "wait"),
        (90020, "quota"),
        (12345, "unknown"),
    ],
)
def test_the_legacy_apis_errcode_decides(code: object, outcome: str) -> None:
    assert read_legacy(raw({"errcode": code, "errmsg": "m"})).outcome.value == outcome


def test_an_answer_without_a_code_is_success_for_the_new_api() -> None:
    assert read_api(raw({"processQueryKey": "q"})).outcome is Outcome.OK


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", "ok", "[" * 100_000])
def test_an_answer_that_says_nothing_is_unknown(body: str) -> None:
    assert read_api(raw(body)).outcome is Outcome.UNKNOWN
    assert read_webhook(raw(body)).outcome is Outcome.UNKNOWN


def test_success_under_a_failing_status_is_not_believed() -> None:
    assert read_webhook(raw({"errcode": 0}, status=502)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html><title>punish</title>",
        {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "u"},
    ],
)
def test_an_address_that_called_too_often_waits_five_minutes(body: object) -> None:
    for read in (read_api, read_webhook, read_legacy):
        reply = read(raw(body))
        assert (reply.outcome, reply.wait_s) == (Outcome.WAIT, 300)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [("7", 7), ("Thu, 01 Jan 2026 00:01:30 GMT", 90), ("Wed, 31 Dec 2025 00:00:00 GMT", 0), ("soon", 1), ("9" * 9, 1)],
)
def test_retry_after_is_honoured_in_seconds_and_as_a_date(header: str, wait_s: float) -> None:
    assert read_api(raw({}, status=429, retry_after=header)).wait_s == wait_s


def test_a_busy_platform_may_say_when_to_come_back() -> None:
    error = failure(read_api(raw({"code": "system.busy"}, status=429, retry_after="12")), what="message")

    assert (error.permanent, error.unknown, error.retry_after_s) == (False, False, 12)


@pytest.mark.parametrize(
    ("code", "permanent", "unknown", "retry_after_s"),
    [
        ("system.error", False, False, None),
        ("send.too.fast", False, False, 60),
        ("unknown.send.result", False, True, None),
        ("bot.stopped", True, False, None),
        ("group.disbanded", True, False, None),
        ("msgParam.tooLong", True, False, None),
    ],
)
def test_an_outcome_becomes_the_error_that_the_courier_understands(
    code: str, permanent: bool, unknown: bool, retry_after_s: float | None
) -> None:
    error = failure(read_api(raw({"code": code, "message": "m"}, status=400)), what="message")

    assert (error.permanent, error.unknown, error.retry_after_s) == (permanent, unknown, retry_after_s)
    assert str(error) == f"dingtalk message: {code} m"
