"""Who is believed: the recorded vectors of the messenger, and everything that is none of it."""

import base64
import dataclasses
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SHANGHAI
from bot.messengers.base import BadSignatureError, MalformedError
from bot.messengers.feishu.signing import EventKeys, believe, decrypt, event_signature, hook_sign
from tests.fakes.feishu import ENCRYPT_KEY, VERIFICATION_TOKEN, seal

SAMPLES = Path(__file__).parents[2] / "samples" / "feishu"
VECTORS: dict[str, Any] = json.loads((SAMPLES / "vectors.json").read_text())
EVENT = VECTORS["event"]
KEYS = EventKeys(encrypt_key=ENCRYPT_KEY, verification_token=VERIFICATION_TOKEN)
NOW = dt.datetime.fromtimestamp(int(EVENT["timestamp"]) + 5, tz=SHANGHAI)


def body_of(plain: object) -> bytes:
    return json.dumps({"encrypt": seal(json.dumps(plain).encode())}).encode()


def signed(body: bytes, *, timestamp: str = EVENT["timestamp"]) -> dict[str, str]:
    return {
        "x-lark-request-timestamp": timestamp,
        "x-lark-request-nonce": EVENT["nonce"],
        "x-lark-signature": event_signature(timestamp, EVENT["nonce"], ENCRYPT_KEY, body),
    }


@pytest.mark.parametrize("vector", VECTORS["aes"])
def test_the_vendors_ciphertext_opens(vector: dict[str, str]) -> None:
    assert decrypt(vector["key"], vector["encrypt"]).decode() == vector["plain"]


def test_the_vendors_event_of_the_first_version_opens() -> None:
    vector = VECTORS["v1_event"]

    plain = decrypt(vector["key"], (SAMPLES / "v1_event.encrypt.txt").read_text().strip())

    assert (len(plain), hashlib.sha256(plain).hexdigest()) == (vector["bytes"], vector["sha256"])
    event = json.loads(plain)
    assert (event["uuid"], event["event"]["type"]) == (vector["uuid"], vector["type"])


@pytest.mark.parametrize(("sample", "signature"), EVENT["signatures"].items())
def test_a_recorded_event_has_its_recorded_signature_and_is_believed(sample: str, signature: str) -> None:
    body = (SAMPLES / sample).read_bytes()

    assert event_signature(EVENT["timestamp"], EVENT["nonce"], ENCRYPT_KEY, body) == signature
    assert believe(signed(body), body, received_at=NOW, keys=KEYS)


def test_a_recorded_message_reads_as_it_was_written() -> None:
    body = (SAMPLES / "message_event.json").read_bytes()

    event = believe(signed(body), body, received_at=NOW, keys=KEYS)

    assert event == json.loads((SAMPLES / "message_event.plain.json").read_bytes())


def test_the_signature_of_any_body_is_the_computed_one() -> None:
    vector = VECTORS["plain_signature"]

    made = event_signature(vector["timestamp"], vector["nonce"], vector["key"], vector["body"].encode())

    assert made == vector["signature"]


@pytest.mark.parametrize(("timestamp", "secret", "sign"), VECTORS["hooks"])
def test_a_hooks_sign_is_the_computed_one(timestamp: str, secret: str, sign: str) -> None:
    assert hook_sign(timestamp, secret) == sign


@pytest.mark.parametrize("missing", ["x-lark-request-timestamp", "x-lark-request-nonce", "x-lark-signature"])
def test_an_event_with_a_header_missing_is_not_believed(missing: str) -> None:
    body = (SAMPLES / "message_event.json").read_bytes()
    headers = {name: value for name, value in signed(body).items() if name != missing}

    with pytest.raises(BadSignatureError):
        believe(headers, body, received_at=NOW, keys=KEYS)


@pytest.mark.parametrize("signature", ["", "0" * 64, "é", "\udcff"])
def test_a_forged_event_is_not_believed(signature: str) -> None:
    body = (SAMPLES / "message_event.json").read_bytes()

    with pytest.raises(BadSignatureError):
        believe(signed(body) | {"x-lark-signature": signature}, body, received_at=NOW, keys=KEYS)


def test_a_body_written_anew_is_not_believed() -> None:
    body = (SAMPLES / "message_event.json").read_bytes()
    again = json.dumps(json.loads(body), indent=1).encode()

    with pytest.raises(BadSignatureError):
        believe(signed(body), again, received_at=NOW, keys=KEYS)


def test_an_unsigned_event_is_not_believed_though_it_is_encrypted_and_knows_the_token() -> None:
    body = (SAMPLES / "message_event.json").read_bytes()

    with pytest.raises(BadSignatureError):
        believe({}, body, received_at=NOW, keys=KEYS)


@pytest.mark.parametrize(
    ("age", "believed"),
    [
        (dt.timedelta(hours=8), True),
        (dt.timedelta(hours=8, seconds=1), False),
        (dt.timedelta(hours=-1), True),
        (dt.timedelta(hours=-1, seconds=-1), False),
    ],
)
def test_an_event_is_fresh_as_long_as_feishu_repeats_it(age: dt.timedelta, *, believed: bool) -> None:
    body = body_of({"schema": "2.0", "header": {"token": VERIFICATION_TOKEN}})
    at = dt.datetime.fromtimestamp(int(EVENT["timestamp"]), tz=SHANGHAI) + age

    if believed:
        assert believe(signed(body), body, received_at=at, keys=KEYS)
    else:
        with pytest.raises(BadSignatureError, match="stale"):
            believe(signed(body), body, received_at=at, keys=KEYS)


def test_a_timestamp_in_milliseconds_is_understood() -> None:
    body = body_of({"header": {"token": VERIFICATION_TOKEN}})
    headers = signed(body, timestamp=EVENT["timestamp"] + "000")

    assert believe(headers, body, received_at=NOW, keys=KEYS)


@pytest.mark.parametrize("timestamp", ["", "now", "9" * 40, "-9" * 20, "1.5"])
def test_a_timestamp_that_is_none_is_not_believed(timestamp: str) -> None:
    body = body_of({"header": {"token": VERIFICATION_TOKEN}})

    with pytest.raises(BadSignatureError):
        believe(signed(body, timestamp=timestamp), body, received_at=NOW, keys=KEYS)


@pytest.mark.parametrize("token", [None, "", "other", 7, "\ud800"])
def test_a_wrong_token_is_not_believed_though_the_signature_is_right(token: object) -> None:
    for plain in ({"header": {"token": token}}, {"token": token, "type": "url_verification"}):
        body = body_of(plain)
        with pytest.raises(BadSignatureError, match="token"):
            believe(signed(body), body, received_at=NOW, keys=KEYS)


@pytest.mark.parametrize(
    "sealed",
    [
        "not base64 at all!",
        "中文",
        base64.b64encode(b"short").decode(),
        base64.b64encode(bytes(16)).decode(),
        base64.b64encode(bytes(40)).decode(),
        base64.b64encode(bytes(48)).decode(),
        seal(b"no json"),
        seal(b"[1]"),
        seal(b"\xff\xfe"),
        seal(b"[" * 100_000),
    ],
)
def test_what_does_not_open_is_malformed_and_nothing_worse(sealed: str) -> None:
    body = json.dumps({"encrypt": sealed}).encode()

    with pytest.raises(MalformedError):
        believe(signed(body), body, received_at=NOW, keys=KEYS)


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"[" * 100_000, b'{"a":' * 100_000, b"\xff"])
def test_a_signed_body_that_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedError):
        believe(signed(body), body, received_at=NOW, keys=KEYS)


def test_a_flipped_byte_is_refused() -> None:
    raw = bytearray(base64.b64decode(json.loads((SAMPLES / "message_event.json").read_bytes())["encrypt"]))
    raw[-1] ^= 1
    body = json.dumps({"encrypt": base64.b64encode(bytes(raw)).decode()}).encode()

    with pytest.raises(MalformedError):
        believe(signed(body), body, received_at=NOW, keys=KEYS)


def test_a_signed_body_that_is_not_encrypted_is_not_believed_where_a_key_is_set() -> None:
    body = json.dumps({"schema": "2.0", "header": {"token": VERIFICATION_TOKEN}}).encode()

    with pytest.raises(BadSignatureError):
        believe(signed(body), body, received_at=NOW, keys=KEYS)


@pytest.mark.parametrize("encrypted", [True, False])
def test_the_url_check_may_come_unsigned_with_the_token(*, encrypted: bool) -> None:
    plain = {"challenge": "c", "token": VERIFICATION_TOKEN, "type": "url_verification"}
    body = body_of(plain) if encrypted else json.dumps(plain).encode()

    assert believe({}, body, received_at=NOW, keys=KEYS)["challenge"] == "c"


@pytest.mark.parametrize("body", [b"no json", b'{"encrypt":"AAAA"}', b'{"encrypt":7}', b"{}", b'{"type":"event"}'])
def test_an_unsigned_caller_learns_nothing_of_why(body: bytes) -> None:
    with pytest.raises(BadSignatureError, match=r"^(unsigned|an Encrypt Key is set, but the body is not encrypted)$"):
        believe({}, body, received_at=NOW, keys=KEYS)


def test_without_a_key_the_token_alone_is_looked_at() -> None:
    keys = dataclasses.replace(KEYS, encrypt_key=None)
    right, wrong = ({"schema": "2.0", "header": {"token": token}} for token in (VERIFICATION_TOKEN, "other"))

    assert believe({}, json.dumps(right).encode(), received_at=NOW, keys=keys) == right
    with pytest.raises(BadSignatureError):
        believe({}, json.dumps(wrong).encode(), received_at=NOW, keys=keys)


def test_the_keys_do_not_show_themselves() -> None:
    assert ENCRYPT_KEY not in repr(KEYS)
    assert VERIFICATION_TOKEN not in repr(KEYS)
