"""Vectors of the vendor's sample code (sbzhu/weworkapi_python) and generated ones: tests/samples/wecom."""

import base64
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto  # type: ignore[import-untyped]

from bot.messengers.base import BadSignatureError, MalformedError
from bot.messengers.wecom import wire_group
from bot.messengers.wecom.signing import TOLERANCE, Crypto, decrypt_media

VECTORS: dict[str, dict[str, Any]] = json.loads(Path("tests/samples/wecom/vectors.json").read_text(encoding="utf-8"))
SEALED = {name: one for name, one in VECTORS.items() if "encrypt" in one}
REPRODUCIBLE = ["V7", "V9"]


def crypto_of(vector: dict[str, Any], *, receive_id: str | None = None) -> Crypto:
    return Crypto(
        token=SecretStr(vector["token"]),
        aes_key=SecretStr(vector["EncodingAESKey"]),
        receive_id=vector["receiveid"] if receive_id is None else receive_id,
    )


def query_of(vector: dict[str, Any]) -> dict[str, str]:
    return {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}


def moment_of(vector: dict[str, Any]) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(vector["timestamp"]), tz=dt.UTC)


@pytest.mark.parametrize("vector", SEALED.values(), ids=SEALED)
def test_a_recorded_call_is_believed_and_opened(vector: dict[str, Any]) -> None:
    crypto = crypto_of(vector)

    crypto.believe(query_of(vector), vector["encrypt"], now=moment_of(vector))

    assert crypto.unseal(vector["encrypt"]).decode() == vector["plaintext"]


@pytest.mark.parametrize("name", REPRODUCIBLE)
def test_a_recorded_answer_is_sealed_to_the_byte(name: str) -> None:
    vector = VECTORS[name]
    crypto = crypto_of(vector)

    encrypted = crypto.seal(vector["plaintext"].encode(), salt=b"0123456789abcdef")

    assert encrypted == vector["encrypt"]
    signature = crypto.sign(timestamp=vector["timestamp"], nonce=vector["nonce"], encrypted=encrypted)
    assert signature == vector["msg_signature"]


@pytest.mark.parametrize("length", range(70))
def test_wechatpy_opens_what_we_seal_at_every_length_of_padding(length: int) -> None:
    vector = VECTORS["V9"]
    message = "督" * length

    encrypted = crypto_of(vector).seal(message.encode())

    key = base64.b64decode(vector["EncodingAESKey"] + "=")
    assert PrpCrypto(key).decrypt(encrypted, vector["receiveid"]) == message


@pytest.mark.parametrize("length", range(70))
def test_what_wechatpy_seals_is_believed_and_opened(length: int) -> None:
    vector = VECTORS["V9"]
    message = "<a>" + "办" * length + "</a>"
    outside = WeChatCrypto(vector["token"], vector["EncodingAESKey"], vector["receiveid"])

    sealed = outside.encrypt_message(message, vector["nonce"], vector["timestamp"])

    encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    signature = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    crypto_of(vector).believe(query_of(vector) | {"msg_signature": signature}, encrypted, now=moment_of(vector))
    assert crypto_of(vector).unseal(encrypted).decode() == message


def test_a_forged_signature_is_not_believed() -> None:
    vector = VECTORS["V5"]

    with pytest.raises(BadSignatureError, match="forged"):
        crypto_of(vector).believe(
            query_of(vector) | {"msg_signature": "0" * 40}, vector["encrypt"], now=moment_of(vector)
        )


def test_a_ciphertext_whose_plus_signs_became_spaces_is_not_believed() -> None:
    vector = VECTORS["V5"]

    with pytest.raises(BadSignatureError, match="forged"):
        crypto_of(vector).believe(query_of(vector), vector["encrypt"].replace("+", " "), now=moment_of(vector))


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce"])
def test_a_call_without_its_signature_is_not_believed(missing: str) -> None:
    vector = VECTORS["V5"]
    query = {name: value for name, value in query_of(vector).items() if name != missing}

    with pytest.raises(BadSignatureError, match="unsigned"):
        crypto_of(vector).believe(query, vector["encrypt"], now=moment_of(vector))


@pytest.mark.parametrize("name", ["msgsignature", "signature"])
def test_the_signature_is_taken_under_each_of_the_vendors_names(name: str) -> None:
    vector = VECTORS["V5"]
    query = query_of(vector)
    query[name] = query.pop("msg_signature")

    crypto_of(vector).believe(query, vector["encrypt"], now=moment_of(vector))


@pytest.mark.parametrize("sign", [1, -1])
def test_a_call_is_believed_up_to_ten_minutes_off_and_not_a_second_longer(sign: int) -> None:
    vector = VECTORS["V5"]
    edge = moment_of(vector) + sign * TOLERANCE

    crypto_of(vector).believe(query_of(vector), vector["encrypt"], now=edge)

    with pytest.raises(BadSignatureError, match="stale"):
        crypto_of(vector).believe(query_of(vector), vector["encrypt"], now=edge + sign * dt.timedelta(seconds=1))


@pytest.mark.parametrize("timestamp", ["", "soon", "-1767225600", "١٧٦٧", "9" * 400, "\ud800"])
def test_a_signed_call_whose_timestamp_is_no_number_is_stale(timestamp: str) -> None:
    vector = VECTORS["V5"]
    crypto = crypto_of(vector)
    signature = crypto.sign(timestamp=timestamp, nonce="n", encrypted=vector["encrypt"])

    with pytest.raises(BadSignatureError):
        crypto.believe(
            {"msg_signature": signature, "timestamp": timestamp, "nonce": "n"},
            vector["encrypt"],
            now=moment_of(vector),
        )


def test_what_is_sealed_for_another_receiver_is_not_believed() -> None:
    with pytest.raises(BadSignatureError, match="another"):
        crypto_of(VECTORS["V5"], receive_id="wwother").unseal(VECTORS["V5"]["encrypt"])


@pytest.mark.parametrize(
    "encrypted",
    ["", "not base64!", "\ud800", "督办", base64.b64encode(bytes(15)).decode(), base64.b64encode(bytes(32)).decode()],
    ids=["empty", "no base64", "surrogate", "Chinese", "15 bytes", "wrong padding"],
)
def test_a_broken_ciphertext_is_malformed(encrypted: str) -> None:
    with pytest.raises(MalformedError):
        crypto_of(VECTORS["V5"]).unseal(encrypted)


@pytest.mark.parametrize("pad", ["", "="])
def test_a_media_file_is_decrypted_with_or_without_the_keys_equals_sign(pad: str) -> None:
    vector = VECTORS["V10"]

    data = decrypt_media(base64.b64decode(vector["blob"]), SecretStr(vector["EncodingAESKey"] + pad))

    assert data.decode() == vector["content"]


def test_a_picture_is_sent_with_the_checksum_of_its_bytes() -> None:
    vector = VECTORS["V11"]

    message = wire_group.image(base64.b64decode(vector["base64"]))

    assert message == {"msgtype": "image", "image": {"base64": vector["base64"], "md5": vector["md5"]}}
    assert hashlib.md5(base64.b64decode(vector["base64"])).hexdigest() == vector["md5"]


@pytest.mark.parametrize("key", ["", "short", "x" * 42, "!" * 43, "x" * 44])
def test_a_key_of_the_wrong_form_stops_the_start_without_being_told(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey") as caught:
        Crypto(token=SecretStr("t"), aes_key=SecretStr(key), receive_id="")

    assert not key or key not in str(caught.value)
