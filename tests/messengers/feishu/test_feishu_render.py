"""What is said: forms, parts, and words that stay words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.document import Document, File, Severity, Table, say
from bot.messengers.feishu.render import Form, Kind, Message, Room, Upload, form_of, render, uuid_of, weigh
from tests.fakes.feishu import check_card

PICTURE = File(name="日报.png", media_type="image/png", sha256="a" * 64)
SHEET = File(name="台账.xlsx", media_type="application/vnd.ms-excel", sha256="b" * 64)
UPLOADS = {
    PICTURE.sha256: Upload(kind=Kind.IMAGE, key="img_1"),
    SHEET.sha256: Upload(kind=Kind.FILE, key="file_1"),
}
TABLE = Table(header=("市州", "批复", "占任务"), rows=(("武汉市", "14", "11.3%"), ("恩施州", "", "—")))
HOSTILE = (
    '<at user_id="all">所有人</at>',
    "<at id=all></at>",
    "<AT ids=ou_1,ou_2></at>",
    "[点这里](https://evil.example)",
    "www.evil.example",
    "**粗** `码` ~~删~~ # 题",
    "```\n码\n```",
    "<@all> @all @所有人 @_all",
    "</at><b>x</b>",
    "![图](img_1)",
    "&lt;at id=all&gt;",
)


def body(document: Document, **more: Any) -> tuple[Message, ...]:
    return render(document, room=more.pop("room", Room()), uploads=more.pop("uploads", {}), **more)


def request_bytes(message: Message) -> int:
    request = {"receive_id": "oc_" + "0" * 32, "msg_type": message.msg_type, "content": message.content_string}
    return len(json.dumps({**request, "uuid": "u" * 50}, ensure_ascii=False).encode())


def words(message: Message) -> list[str]:
    """Collect every string that people read, whatever the form."""

    def inside(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [word for key, part in value.items() if key not in {"tag", "summary"} for word in inside(part)]
        if isinstance(value, list):
            return [word for part in value for word in inside(part)]
        return [value] if isinstance(value, str) else []

    return inside(message.content)


def test_plain_lines_are_a_text() -> None:
    (message,) = body(say("已登记｜恩施州 11月15日#A102", "批复＋2宗、＋100亩"))

    assert (message.msg_type, message.content) == (
        "text",
        {"text": "已登记｜恩施州 11月15日#A102\n批复＋2宗、＋100亩"},
    )


def test_a_title_makes_a_post_and_a_table_a_card() -> None:
    titled = Document(title="【报送情况】", lines=("应报17家",))

    assert [message.msg_type for message in body(titled)] == ["post"]
    assert body(titled)[0].content == {
        "zh_cn": {"title": "【报送情况】", "content": [[{"tag": "text", "text": "应报17家"}]]}
    }
    assert form_of(Document(lines=(), table=TABLE)) is Form.CARD
    assert form_of(Document(lines=("x",), title="红", severity=Severity.RED)) is Form.CARD
    assert form_of(Document(lines=("x",), severity=Severity.RED)) is Form.TEXT


def test_a_digest_is_one_card_with_picture_and_native_table() -> None:
    document = Document(title="【攻坚日报】", lines=("一、全省累计", "二、需关注"), table=TABLE, picture=PICTURE)

    (message,) = body(document, uploads=UPLOADS)

    check_card(message.content, {"img_1"})
    lines, picture, table = message.content["body"]["elements"]
    assert lines["text"] == {"tag": "plain_text", "content": "一、全省累计\n二、需关注"}
    assert picture["img_key"] == "img_1"
    assert [column["display_name"] for column in table["columns"]] == ["市州", "批复", "占任务"]
    assert [column["horizontal_align"] for column in table["columns"]] == ["left", "right", "right"]
    assert table["rows"][0] == {"c0": "武汉市", "c1": "14", "c2": "11.3%"}
    assert message.content["config"]["summary"]["content"] == "【攻坚日报】"


@pytest.mark.parametrize(("severity", "colour"), [("info", "blue"), ("notice", "orange"), ("red", "red")])
def test_a_cards_colour_is_the_severity(severity: str, colour: str) -> None:
    (message,) = body(Document(title="提醒", lines=("x",), table=TABLE, severity=Severity(severity)))

    assert message.content["header"]["template"] == colour


def test_files_follow_the_body_and_what_is_missing_is_named() -> None:
    other = File(name="周报.docx", media_type="application/msword", sha256="c" * 64)

    messages = body(Document(lines=("周报见附件",), files=(SHEET, other)), uploads=UPLOADS)

    assert [(message.msg_type, message.content) for message in messages] == [
        ("text", {"text": "周报见附件"}),
        ("file", {"file_key": "file_1"}),
        ("text", {"text": "以下附件未能随消息发送：周报.docx"}),
    ]


def test_files_without_a_word_are_sent_alone() -> None:
    assert [message.msg_type for message in body(Document(lines=(), files=(SHEET,)), uploads=UPLOADS)] == ["file"]


def test_a_picture_that_became_a_file_or_has_no_card_comes_after_the_body() -> None:
    document = Document(title="走势", lines=("x",), picture=PICTURE)

    big = body(document, uploads={PICTURE.sha256: Upload(kind=Kind.FILE, key="file_2")})
    plain = body(document, uploads=UPLOADS, form=Form.TEXT)

    assert [message.msg_type for message in big] == ["interactive", "file"]
    assert [message.msg_type for message in plain] == ["text", "image"]
    assert plain[0].content["text"] == "走势\nx"


@pytest.mark.parametrize("form", list(Form))
def test_only_the_documents_mentions_mention_and_never_everyone(form: Form) -> None:
    document = Document(title="题", lines=("请报",), mentions=("ou_1", "all", "ou_1", "@all", 'ou_2"></at><at id=all'))

    (message,) = body(document, form=form)

    said = json.dumps(message.content, ensure_ascii=False)
    assert said.count("ou_1") == 1
    assert "all" not in said


def test_nobody_is_mentioned_in_a_private_chat() -> None:
    (message,) = body(say("请报", mentions=("ou_1",)), mention=False)

    assert message.content == {"text": "请报"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_in_a_text_are_shown_and_do_not_act(hostile: str) -> None:
    said = body(say(f"张三：{hostile}"))[0].content["text"]

    assert said.replace("\u200b", "") == f"张三：{hostile}"
    assert not any(acting in said.lower() for acting in ("<at", "</at", "<b>", "](", "://", "www."))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_in_a_card_stand_only_where_no_markup_is_read(hostile: str) -> None:
    document = Document(
        title=hostile, lines=(hostile,), table=Table(header=(hostile,), rows=((hostile,),)), mentions=("ou_1",)
    )

    (message,) = body(document)

    check_card(message.content, set())
    mention, lines, table = message.content["body"]["elements"]
    assert mention == {"tag": "markdown", "content": "<at id=ou_1></at>"}
    assert lines == {"tag": "div", "text": {"tag": "plain_text", "content": hostile}}
    assert (table["columns"][0]["data_type"], table["rows"]) == ("text", [{"c0": hostile}])
    assert message.content["header"]["title"]["tag"] == "plain_text"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_in_a_post_stand_only_in_text_pieces(hostile: str) -> None:
    (message,) = body(Document(title="题", lines=(hostile,)))

    assert [piece["tag"] for part in message.content["zh_cn"]["content"] for piece in part] == ["text"]


@pytest.mark.parametrize("form", list(Form))
def test_a_long_document_is_split_on_line_borders_with_marks(form: Form) -> None:
    lines = tuple(f"{number}、恩施州批次用地累计批复0.08万亩，占任务11.3%，请研究“推进措施”。" for number in range(900))
    room = Room(text=30_000, card=30_000)

    messages = body(Document(title="情况", lines=lines), form=form, room=room)

    total = len(messages)
    assert total > 2
    assert all(request_bytes(message) <= 30_000 for message in messages)
    said = [word for message in messages for text in words(message) for word in text.split("\n")]
    kept = [word for word in said if "恩施州" in word]
    assert len(kept) == len(lines)
    assert all(kept_line.endswith(line) for kept_line, line in zip(kept, lines, strict=True))
    for place, message in enumerate(messages, start=1):
        assert any(f"({place}/{total})" in word for word in words(message))
    assert len({message.label for message in messages}) == total


def test_the_mark_of_a_text_without_title_leads_its_first_line() -> None:
    messages = body(say(*["批复" * 200] * 100), room=Room(text=30_000))

    assert [message.content["text"][:6] for message in messages] == [f"({n}/5) " for n in range(1, 6)]


def test_a_long_table_is_split_on_rows_and_keeps_its_header() -> None:
    rows = tuple((f"项目{number}", "用地" * 40, str(number)) for number in range(250))
    table = Table(header=("项目", "内容", "亩"), rows=rows)

    messages = body(Document(title="清单", lines=("三清单",), table=table))

    tables = [element for message in messages for element in message.content["body"]["elements"] if "rows" in element]
    assert [row["c0"] for table in tables for row in table["rows"]] == [row[0] for row in rows]
    assert all(len(table["columns"]) == 3 and len(table["rows"]) <= 100 for table in tables)
    for message in messages:
        check_card(message.content, set())
        assert request_bytes(message) <= 30_000


def test_the_mentions_and_the_picture_come_once() -> None:
    document = Document(title="题", lines=("批复" * 500,) * 30, picture=PICTURE, mentions=("ou_1",))

    messages = body(document, uploads=UPLOADS)

    assert len(messages) > 1
    assert [message.content_string.count("ou_1") for message in messages] == [1] + [0] * (len(messages) - 1)
    assert [message.content_string.count("img_1") for message in messages] == [1] + [0] * (len(messages) - 1)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("char", ["亩", '"', "\\", "😀", "x"])
def test_one_line_longer_than_a_message_is_cut_and_nothing_is_lost(form: Form, char: str) -> None:
    messages = body(Document(title="题", lines=(char * 40_000,)), form=form, room=Room(text=20_000, card=20_000))

    assert sum(word.count(char) for message in messages for word in words(message)) == 40_000
    assert all(request_bytes(message) <= 20_000 for message in messages)


def test_a_row_longer_than_a_message_becomes_lines() -> None:
    document = Document(title="题", lines=(), table=Table(header=("a", "b"), rows=(("短", "x"), ("长" * 20_000, "y"))))

    messages = body(document)

    assert sum(word.count("长") for message in messages for word in words(message)) == 20_000
    assert all(request_bytes(message) <= 30_000 for message in messages)


def test_a_ragged_or_wide_table_is_made_rectangular() -> None:
    ragged = Table(header=("a", "b"), rows=(("1",), ("1", "2", "3")))
    wide = Table(header=tuple(map(str, range(60))), rows=(tuple(map(str, range(60))),))

    (first,), (second,) = (body(Document(lines=(), table=table)) for table in (ragged, wide))

    assert first.content["body"]["elements"][0]["rows"] == [
        {"c0": "1", "c1": "", "c2": ""},
        {"c0": "1", "c1": "2", "c2": "3"},
    ]
    check_card(second.content, set())
    assert second.content["body"]["elements"][0]["rows"][0]["c49"] == "｜".join(map(str, range(49, 60)))


def test_a_table_without_rows_is_left_out() -> None:
    (message,) = body(Document(title="题", lines=("x",), table=Table(header=("a",), rows=())))

    assert message.msg_type == "post"


def test_what_json_cannot_carry_is_dropped() -> None:
    (message,) = body(say("批\x00复\ud83d"))

    assert message.content == {"text": "批复?"}


def test_an_idempotency_key_is_short_steady_and_one_of_each_part() -> None:
    keys = {uuid_of(key, label) for key in ("a", "b", "长" * 500) for label in ("text-1.1/2", "text-1.2/2")}

    assert len(keys) == 6
    assert max(map(len, keys)) <= 50
    assert uuid_of("a", "x") == uuid_of("a", "x")


@given(
    st.lists(st.text(max_size=300), max_size=30),
    st.none() | st.text(min_size=1, max_size=40),
    st.lists(st.tuples(st.text(max_size=50), st.text(max_size=50)), max_size=20),
    st.sampled_from(list(Form)),
)
def test_any_document_fits_its_room(
    lines: list[str], title: str | None, rows: list[tuple[str, str]], form: Form
) -> None:
    table = Table(header=("甲", "乙"), rows=tuple(rows)) if rows else None
    room = Room(text=5_000, card=5_000)

    for message in body(Document(title=title, lines=tuple(lines), table=table), form=form, room=room):
        assert request_bytes(message) <= 5_000
        if message.msg_type == "interactive":
            check_card(message.content, set())


def test_the_weight_of_a_content_is_its_bytes_in_a_request() -> None:
    content = {"text": '说“批复”"3"宗\n'}
    inside, without = (
        json.dumps({"content": text}, ensure_ascii=False).encode()
        for text in (json.dumps(content, ensure_ascii=False), "")
    )

    assert weigh(content) == len(inside) - len(without) + 2
