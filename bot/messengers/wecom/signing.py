"""Callbacks believed and opened, answers sealed: SHA-1 over four sorted strings, AES-256-CBC padded to 32 bytes.

One scheme for the self-built app (receiveid = CorpID) and for the smart robot (receiveid = ""):
https://developer.work.weixin.qq.com/document/path/90968 and https://developer.work.weixin.qq.com/document/path/101033
"""

import base64
import datetime as dt
import hashlib
import hmac
import os
import struct
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pydantic import SecretStr

from bot.messengers.base import BadSignatureError, MalformedError

BLOCK = 32
"""PKCS#7 pads to 32 bytes, although an AES block has 16: pads of 17 to 32 are normal."""
TOLERANCE = dt.timedelta(minutes=10)
"""How far a call's own timestamp may be off. A repeat inside it is caught by its message id, which is kept for ever."""
SIGNATURE_NAMES = ("msg_signature", "msgsignature", "signature")
"""The vendor's own plugin takes the signature under any of these names, in this order."""


class Crypto:
    """The token and the key of one callback address."""

    def __init__(self, *, token: SecretStr, aes_key: SecretStr, receive_id: str) -> None:
        if not token.get_secret_value():
            raise ValueError("Token is empty")
        self._token = token
        self._key = _key(aes_key)
        self._receive_id = receive_id.encode()

    def sign(self, *, timestamp: str, nonce: str, encrypted: str) -> str:
        """Return the signature of a ciphertext under a timestamp and a nonce, both as the strings they came in."""
        parts = sorted(map(_bytes, (self._token.get_secret_value(), timestamp, nonce, encrypted)))
        return hashlib.sha1(b"".join(parts)).hexdigest()  # noqa: S324 the platform's own scheme

    def believe(self, query: Mapping[str, str], encrypted: str, *, now: dt.datetime) -> None:
        """Return when a ciphertext is signed and fresh; raise BadSignatureError when unsigned, forged or stale."""
        given = next((query[name] for name in SIGNATURE_NAMES if query.get(name)), None)
        timestamp, nonce = query.get("timestamp"), query.get("nonce")
        if given is None or timestamp is None or nonce is None:
            raise BadSignatureError("unsigned")
        expected = self.sign(timestamp=timestamp, nonce=nonce, encrypted=encrypted)
        if not hmac.compare_digest(expected.encode(), _bytes(given)):
            raise BadSignatureError("forged")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise BadSignatureError("stale")
        if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
            raise BadSignatureError("stale")

    def unseal(self, encrypted: str) -> bytes:
        """Decrypt a believed ciphertext; raise MalformedError, or BadSignatureError when it is meant for another."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except ValueError as fault:
            raise MalformedError("not base64") from fault
        plain = _decrypt(sealed, self._key)
        if len(plain) < 20:
            raise MalformedError("too short")
        (size,) = struct.unpack(">I", plain[16:20])
        message, receive_id = plain[20 : 20 + size], plain[20 + size :]
        if len(message) != size:
            raise MalformedError("wrong length")
        if not hmac.compare_digest(receive_id, self._receive_id):
            raise BadSignatureError("sealed for another receiver")
        return message

    def seal(self, message: bytes, *, salt: bytes | None = None) -> str:
        """Encrypt an answer; *salt* is 16 random bytes unless given."""
        plain = (salt or os.urandom(16)) + struct.pack(">I", len(message)) + message + self._receive_id
        pad = BLOCK - len(plain) % BLOCK
        encryptor = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()


def decrypt_media(blob: bytes, aes_key: SecretStr) -> bytes:
    """Decrypt a picture or file that a robot was sent; the key may come with or without its trailing `=`.

    https://developer.work.weixin.qq.com/document/path/100719
    """
    return _decrypt(blob, _key(aes_key))


def _decrypt(sealed: bytes, key: bytes) -> bytes:
    if not sealed or len(sealed) % 16:
        raise MalformedError("not whole blocks")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise MalformedError("wrong padding")
    return plain[:-pad]


def _key(aes_key: SecretStr) -> bytes:
    text = aes_key.get_secret_value().rstrip("=")
    try:
        key = base64.b64decode(text + "=", validate=True)
    except ValueError:
        key = b""
    if len(text) != 43 or len(key) != 32:
        raise ValueError("EncodingAESKey must be 43 letters and digits")
    return key


def _bytes(text: str) -> bytes:
    """Return UTF-8; a lone surrogate, which a stranger may send, must not raise."""
    return text.encode("utf-8", "backslashreplace")
