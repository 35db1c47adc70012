"""Who is believed: the sheet's vectors, the vendor's own snippet, OpenSSL, and everybody who is not DingTalk."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import shutil
import subprocess
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.base import BadSignatureError
from bot.messengers.dingtalk.signing import sign, verify
from tests.messengers.dingtalk.conftest import patient

SAMPLES = Path("tests/samples/dingtalk")
VECTORS = [tuple(v.values()) for v in json.loads((SAMPLES / "signatures.json").read_text())]
SECRET = "duban-test-app-secret"
HEADERS = {"timestamp": "1767225600000", "sign": "VTqt+uXYNsP5B6/A66FS7wDkYJW0+vVYQ6Zitxtn3nk="}


def at(milliseconds: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=milliseconds)


def vendors_sign(timestamp: str, secret: str) -> str:
    """The Python snippet of https://open.dingtalk.com/document/dingstart/customize-robot-security-settings."""
    secret_enc = secret.encode("utf-8")
    string_to_sign = f"{timestamp}\n{secret}"
    string_to_sign_enc = string_to_sign.encode("utf-8")
    hmac_code = hmac.new(secret_enc, string_to_sign_enc, digestmod=hashlib.sha256).digest()
    return urllib.parse.quote_plus(base64.b64encode(hmac_code))


@pytest.mark.parametrize(("timestamp", "secret", "expected"), VECTORS)
def test_the_sheets_vectors_are_signed_the_same(timestamp: str, secret: str, expected: str) -> None:
    assert sign(timestamp, secret) == expected


@patient
@given(st.integers(0, 10**13), st.text(min_size=1).filter(lambda s: s.isprintable()))
def test_the_vendors_snippet_signs_as_we_do(timestamp: int, secret: str) -> None:
    assert urllib.parse.quote_plus(sign(str(timestamp), secret)) == vendors_sign(str(timestamp), secret)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
@pytest.mark.parametrize(("timestamp", "secret", "expected"), VECTORS)
def test_openssl_signs_as_we_do(timestamp: str, secret: str, expected: str) -> None:
    signed = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", secret, "-binary"],
        input=f"{timestamp}\n{secret}".encode(),
        capture_output=True,
        check=True,
    )

    assert base64.b64encode(signed.stdout).decode() == expected


@pytest.mark.parametrize("now_ms", [1767222000000, 1767225600000, 1767229200000])
def test_a_signed_call_is_believed_for_an_hour_either_way(now_ms: int) -> None:
    verify(HEADERS, SECRET, now=at(now_ms))


@pytest.mark.parametrize("now_ms", [1767221999999, 1767229200001])
def test_a_stale_call_is_not_believed(now_ms: int) -> None:
    with pytest.raises(BadSignatureError, match="stale"):
        verify(HEADERS, SECRET, now=at(now_ms))


@pytest.mark.parametrize(
    "change",
    [
        {"sign": ""},
        {"timestamp": ""},
        {"timestamp": "soon"},
        {"timestamp": "１７６７２２５６００００"},
        {"timestamp": "9" * 5000},
        {"timestamp": "-1767225600000"},
        {"sign": sign("1767225600000", "another secret")},
        {"sign": urllib.parse.quote_plus(HEADERS["sign"])},
        {"sign": "测试"},
        {"sign": "\udcff"},
        {"sign": HEADERS["sign"] + " "},
    ],
)
def test_whoever_signs_otherwise_is_not_believed(change: dict[str, str]) -> None:
    with pytest.raises(BadSignatureError):
        verify(HEADERS | change, SECRET, now=at(1767225600000))


@patient
@given(st.text(), st.text())
def test_no_header_is_answered_with_anything_but_disbelief(timestamp: str, signature: str) -> None:
    with pytest.raises(BadSignatureError):
        verify({"timestamp": timestamp, "sign": signature}, SECRET, now=at(1767225600000))
