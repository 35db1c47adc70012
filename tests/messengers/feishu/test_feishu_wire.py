"""What was said: texts, posts, mentions, and what is no text."""

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SHANGHAI
from bot.messengers.base import ChatKind, Inbound, MalformedError
from bot.messengers.feishu.wire import read_event

SAMPLES = Path(__file__).parents[2] / "samples" / "feishu"
EVENT: dict[str, Any] = json.loads((SAMPLES / "message_event.plain.json").read_bytes())
NOW = dt.datetime(2026, 1, 1, 8, tzinfo=SHANGHAI)
BOT = {"key": "@_user_1", "id": {"open_id": "ou_bot"}, "mentioned_type": "bot", "name": "督办"}


def event(*, content: object = None, mentions: list[Any] | None = None, **message: Any) -> dict[str, Any]:
    made = copy.deepcopy(EVENT)
    if content is not None:
        message["content"] = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    if mentions is not None:
        message["mentions"] = mentions
    made["event"]["message"].update(message)
    return made


def read(made: dict[str, Any], *, bot_open_id: str | None = None) -> Inbound:
    inbound = read_event(made, bot_open_id=bot_open_id)
    assert inbound
    return inbound


def person(number: int, name: str) -> dict[str, Any]:
    return {"key": f"@_user_{number}", "id": {"open_id": f"ou_{number}"}, "mentioned_type": "user", "name": name}


def test_the_recorded_message_is_read_whole() -> None:
    assert read(EVENT) == Inbound(
        message_id="om_1",
        chat_id="oc_1",
        chat_kind=ChatKind.GROUP,
        sender_id="ou_1",
        text="进度 60%",
        sent_at=dt.datetime.fromtimestamp(1767225599.9, tz=SHANGHAI),
    )


def test_a_private_message_is_told_apart() -> None:
    assert read(event(chat_type="p2p", mentions=[], content={"text": "今日无"})).chat_kind is ChatKind.DIRECT


def test_the_quoted_message_is_told() -> None:
    assert read(event(parent_id="om_0", root_id="om_0")).quoted_id == "om_0"
    assert read(event(parent_id="")).quoted_id is None


def test_a_bots_mention_at_the_beginning_is_left_out_and_others_become_names() -> None:
    mentions = [BOT, person(2, "张三")]

    said = read(event(content={"text": " @_user_1  @_user_1 请@_user_2 报@_user_1"}, mentions=mentions))

    assert said.text == "请@张三 报@督办"


def test_our_own_mention_is_known_by_its_open_id_where_the_kind_is_not_told() -> None:
    ours = {"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "督办"}

    assert read(event(mentions=[ours]), bot_open_id="ou_bot").text == "进度 60%"
    assert read(event(mentions=[ours])).text == "@督办 进度 60%"


def test_the_tenth_mention_is_not_taken_for_the_first() -> None:
    mentions = [person(1, "甲"), person(10, "乙")]

    assert read(event(content={"text": "@_user_10和@_user_1"}, mentions=mentions)).text == "@乙和@甲"


def test_a_mention_of_all_is_shown_as_words() -> None:
    assert read(event(content={"text": "@_all 今日批复3宗"}, mentions=[])).text == "@所有人 今日批复3宗"
    assert read(event(content={"text": "@_all今日"}, mentions=[])).text == "@所有人今日"


def test_a_mention_nobody_explains_stays_as_it_is() -> None:
    mentions = [None, {"key": 7}, {"key": "@_user_3"}, {"key": "@_user_4", "name": "", "id": None}]

    said = read(event(content={"text": "@_user_9 @_user_3 @_user_4"}, mentions=mentions))

    assert said.text == "@_user_9 @某人 @某人"


def test_a_post_is_read_as_its_lines() -> None:
    content = {
        "title": "恩施州11月15日",
        "content": [
            [{"tag": "at", "user_id": "@_user_1", "user_name": "督办"}, {"tag": "text", "text": "批复3宗"}],
            [{"tag": "a", "href": "https://example.com", "text": "附表"}, {"tag": "img", "image_key": "k"}],
            [{"tag": "at", "user_id": "ou_x", "user_name": "李四"}, {"tag": "emotion"}, {"tag": "hr"}],
            [{"tag": "code_block", "text": "上报2宗"}, {"tag": "text"}, "?"],
            "?",
        ],
    }

    said = read(event(message_type="post", content=content, mentions=[BOT]))

    assert said.form == "text"
    assert said.text == "恩施州11月15日\n@督办 批复3宗\n附表\n@李四 \n上报2宗"


def test_a_post_of_pictures_alone_is_a_picture() -> None:
    content = {"title": "", "content": [[{"tag": "img", "image_key": "k"}]]}

    said = read(event(message_type="post", content=content))

    assert (said.form, said.text) == ("image", "")


@pytest.mark.parametrize(
    ("kind", "form"),
    [("image", "image"), ("file", "file"), ("audio", "voice"), ("media", "video"), ("sticker", "sticker")],
)
def test_what_is_no_text_is_named_with_an_empty_text(kind: str, form: str) -> None:
    said = read(event(message_type=kind, content={"file_key": "k", "text": "not this"}))

    assert (said.form, said.text) == (form, "")


@pytest.mark.parametrize("sender_type", ["bot", "app", ""])
def test_a_bot_is_not_listened_to(sender_type: str) -> None:
    made = event()
    made["event"]["sender"]["sender_type"] = sender_type

    assert read_event(made) is None


def test_a_recalled_message_and_other_events_are_ignored() -> None:
    other = event() | {"header": {"event_type": "im.chat.member.bot.added_v1"}}
    first_version = {"uuid": "u", "token": "t", "type": "event_callback", "event": {"type": "message"}}

    assert read_event(event(content="")) is None
    assert read_event(other) is None
    assert read_event(first_version) is None


def test_the_moment_is_the_messages_own_if_it_has_one() -> None:
    sent_at = read(event(create_time="1767225599900")).sent_at

    assert sent_at is not None
    assert sent_at.utcoffset() == dt.timedelta(hours=8)
    assert read(event(create_time="")).sent_at is None


def test_a_sender_without_open_id_is_known_by_another() -> None:
    made = event()
    made["event"]["sender"]["sender_id"] = {"open_id": "", "user_id": "u1"}

    assert read(made).sender_id == "u1"


def test_what_no_database_takes_is_dropped() -> None:
    assert read(event(content='{"text":"批\\u0000复\\ud83d3宗\\u001b"}', mentions=[])).text == "批复?3宗"


@pytest.mark.parametrize(
    "broken",
    [
        {"content": "not json"},
        {"content": "[1]"},
        {"content": "[" * 100_000},
        {"content": {"text": 7}},
        {"content": {}},
        {"message_id": ""},
        {"message_id": "a b"},
        {"message_id": "x" * 200},
        {"chat_id": None},
        {"parent_id": {"a": 1}},
        {"create_time": "soon"},
        {"create_time": "9" * 30},
        {"message_type": None},
        {"message_type": "\n"},
    ],
)
def test_a_message_that_is_not_as_documented_is_malformed(broken: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        read_event(event(**broken))


@pytest.mark.parametrize("part", ["message", "sender"])
def test_a_message_with_a_part_missing_is_malformed(part: str) -> None:
    made = event()
    del made["event"][part]

    with pytest.raises(MalformedError):
        read_event(made)


def test_content_that_is_no_string_and_a_sender_without_id_are_malformed() -> None:
    nobody, no_string = event(), event()
    nobody["event"]["sender"]["sender_id"] = {}
    no_string["event"]["message"]["content"] = {"text": "x"}

    for made in (nobody, no_string):
        with pytest.raises(MalformedError):
            read_event(made)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["text", "post", "image", "audio"]), st.dictionaries(st.text(), _JSON, max_size=3), _JSON)
def test_no_content_and_no_mentions_break_the_reader(kind: str, content: dict[str, Any], mentions: Any) -> None:
    made = event(message_type=kind, content={"text": "@_user_1", "content": [[content]], **content})
    made["event"]["message"]["mentions"] = mentions

    try:
        read_event(made)
    except MalformedError:
        assert kind == "text"
