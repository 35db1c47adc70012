"""The vendor's own SDK from outside: it opens the events our adapter opens, and the fake takes what it sends."""

import asyncio
import importlib
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.messengers.base import BadSignatureError, Hook, Inbound
from bot.messengers.feishu import Feishu
from bot.messengers.feishu.signing import EventKeys, believe, event_signature
from tests.fakes import feishu as platform
from tests.fakes.feishu import FakeFeishu

SAMPLES = Path(__file__).parents[2] / "samples" / "feishu"
EVENT: dict[str, Any] = json.loads((SAMPLES / "message_event.plain.json").read_bytes())


@pytest.fixture(scope="module")
def lark() -> Iterator[Any]:
    """The vendor's SDK; quiet, as it logs what it is given.

    It makes an event loop on import and sets it for its thread, so a thread of its own imports it.
    """
    with ThreadPoolExecutor(1) as aside:
        module = aside.submit(importlib.import_module, "lark_channel").result()
    logging.getLogger("Lark").setLevel(logging.CRITICAL)
    yield module
    importlib.import_module("lark_channel.ws.client").loop.close()


class Verifier:
    """The vendor's event handler in its strict mode."""

    def __init__(self, lark: Any) -> None:
        self.heard: list[Any] = []
        security = importlib.import_module("lark_channel.channel.config").SecurityConfig(mode="strict")
        self._request: Callable[[], Any] = importlib.import_module("lark_channel.core.model").RawRequest
        self._handler = (
            lark.EventDispatcherHandler.builder(platform.ENCRYPT_KEY, platform.VERIFICATION_TOKEN, security=security)
            .register_p2_im_message_receive_v1(self.heard.append)
            .build()
        )

    def takes(self, hook: Hook) -> tuple[int, bytes]:
        request = self._request()
        request.uri, request.body = "/webhooks/feishu", hook.body
        request.headers = {name.title(): value for name, value in hook.headers.items()}
        response = self._handler.do(request)
        return response.status_code, response.content


def forged(hook: Hook) -> Hook:
    return Hook(
        method="POST",
        query={},
        headers={**hook.headers, "x-lark-signature": "0" * 64},
        body=hook.body,
        received_at=hook.received_at,
    )


def test_the_sdk_and_we_open_the_same_event(lark: Any, feishu: Feishu, fake: FakeFeishu) -> None:
    verifier, hook = Verifier(lark), fake.event(EVENT)

    status, _ = verifier.takes(hook)
    ours = feishu.open(hook)

    assert status == 200
    theirs = verifier.heard[0].event.message
    assert isinstance(ours, Inbound)
    assert (ours.message_id, ours.chat_id) == (theirs.message_id, theirs.chat_id)
    assert ours.sender_id == verifier.heard[0].event.sender.sender_id.open_id
    assert json.loads(theirs.content)["text"].endswith(ours.text)


def test_the_sdk_and_we_refuse_the_same_forgery(lark: Any, feishu: Feishu, fake: FakeFeishu) -> None:
    verifier, hook = Verifier(lark), forged(fake.event(EVENT))

    status, _ = verifier.takes(hook)

    assert status == 500
    assert not verifier.heard
    with pytest.raises(BadSignatureError):
        feishu.open(hook)


@pytest.mark.parametrize("sample", ["url_check.json", "message_event.json"])
def test_the_sdk_accepts_our_signature_over_the_recorded_bodies(lark: Any, fake: FakeFeishu, sample: str) -> None:
    body = (SAMPLES / sample).read_bytes()
    stamp, nonce = "1767225600", "abcdef0123456789"
    headers = {
        "x-lark-request-timestamp": stamp,
        "x-lark-request-nonce": nonce,
        "x-lark-signature": event_signature(stamp, nonce, platform.ENCRYPT_KEY, body),
    }
    hook = Hook(method="POST", query={}, headers=headers, body=body, received_at=fake.clock.now())

    assert Verifier(lark).takes(hook)[0] == 200
    keys = EventKeys(encrypt_key=platform.ENCRYPT_KEY, verification_token=platform.VERIFICATION_TOKEN)
    assert believe(headers, body, received_at=hook.received_at, keys=keys)


def test_the_sdk_and_we_answer_the_url_check_alike(lark: Any, feishu: Feishu, fake: FakeFeishu) -> None:
    check = {"challenge": "ajls384kdjx98XX", "token": platform.VERIFICATION_TOKEN, "type": "url_verification"}
    hook = fake.event(check)

    theirs, ours = Verifier(lark).takes(hook)[1], feishu.open(hook)

    assert not isinstance(ours, Inbound)
    assert json.loads(theirs) == json.loads(ours.body)


def test_the_sdk_opens_what_we_open(lark: Any) -> None:
    cipher = importlib.import_module("lark_channel.core.utils.decryptor").AESCipher(platform.ENCRYPT_KEY)
    sealed = json.loads((SAMPLES / "message_event.json").read_bytes())["encrypt"]

    assert json.loads(cipher.decrypt_str(sealed)) == EVENT


def model(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"lark_channel.api.im.v1.model.{module}"), name).builder()


async def test_the_fake_takes_what_the_sdk_sends(lark: Any, fake: FakeFeishu, api_base: str) -> None:
    """So the fake, against which our client is tried, asks no more and no less than the vendor's client gives."""
    request = (
        model("create_message_request", "CreateMessageRequest")
        .receive_id_type("chat_id")
        .request_body(
            model("create_message_request_body", "CreateMessageRequestBody")
            .receive_id("oc_1")
            .msg_type("text")
            .content('{"text":"督办"}')
            .uuid("u-1")
            .build()
        )
        .build()
    )
    picture = ("a.png", b"\x89PNG", "image/png")
    body = model("create_image_request_body", "CreateImageRequestBody").image_type("message").image(picture).build()
    upload = model("create_image_request", "CreateImageRequest").request_body(body).build()
    client = lark.Client.builder().app_id(platform.APP_ID).app_secret(platform.APP_SECRET).domain(api_base).build()

    sent = await asyncio.to_thread(client.im.v1.message.create, request)
    uploaded = await asyncio.to_thread(client.im.v1.image.create, upload)

    assert (sent.code, [said.content for said in fake.said]) == (0, [{"text": "督办"}])
    assert uploaded.code == 0, uploaded.msg
    assert (uploaded.code, list(fake.uploads)) == (0, [uploaded.data.image_key])
