import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.document import Document, Severity, Table
from bot.messengers.wecom import wire_app, wire_group
from bot.messengers.wecom.inert import ZERO, as_markdown, as_text, visible
from bot.messengers.wecom.paging import Dialect, only_page, pages
from bot.messengers.wecom.wire import mentionable

TABLE = Table(header=("市州", "批复", "进度"), rows=(("武汉市", "12", "20.1%"), ("恩施州", "14", "11.3%")))
HOSTILE = [
    "<@all>",
    "@所有人",
    "@all",
    '<at user_id="all">',
    "[点我](https://evil.example/x)",
    "https://evil.example/x",
    "www.evil.example",
    "![](https://evil.example/x.png)",
    "```\nrm\n```",
    "`code`",
    "**粗**",
    "_斜_",
    "~~删~~",
    "# 标题",
    "> 引用",
    "- 项",
    "1. 项",
    "---",
    "===",
    "    code",
    '<font color="warning">红</font>',
    '<a href="https://evil.example">x</a>',
    "a | b",
    "--- | ---",
    "&lt;@all&gt;",
    "\\*",
]
ACTIVE = re.compile(
    r"<@|@all|@所有人|<at|<font|<a |\]\(|://|`|\*\*|~~|\||&\w+;|evil\.example"
    r"|^ {0,3}(#|>|[-+*]\s|\d+[.)]\s|[-=]{3})|^ {4}",
    re.MULTILINE,
)
TWINS = str.maketrans("＊＿｀～［］＜｜＼＆", "*_`~[]<|\\&")


def seen(text: str) -> str:
    """What a reader sees, twins taken for their originals."""
    return text.replace(ZERO, "").translate(TWINS)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_and_do_not_act_in_markdown(words: str) -> None:
    for dialect in (Dialect.MARKDOWN, Dialect.MARKDOWN_V2):
        (page,) = pages(Document(lines=(words,)), dialect=dialect, limit=4096)

        assert not ACTIVE.search(page)
        assert seen(page) == words


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_do_not_act_in_a_title_or_a_cell(words: str) -> None:
    table = Table(header=(words, "b"), rows=((words, words),))
    (page,) = pages(Document(title=words, lines=(), table=table), dialect=Dialect.MARKDOWN_V2, limit=4096)

    title, _, head, rule, row = page.split("\n")
    assert not ACTIVE.search(title.removeprefix("# "))
    assert re.fullmatch(r"\| (:--|--:) \| (:--|--:) \|", rule)
    for cell in (*head[1:-1].split(" | "), *row[1:-1].split(" | ")):
        assert not ACTIVE.search(cell.strip())
    assert len(row.split(" | ")) == 2


@pytest.mark.parametrize("words", ["<@all>", "@所有人", "@all", '<a href="https://evil.example">x</a>', "https://x.cn"])
def test_hostile_words_do_not_act_in_a_plain_text(words: str) -> None:
    (page,) = pages(Document(lines=(words,)), dialect=Dialect.TEXT, limit=2048)

    assert not re.search(r"<[@a/]|@all|@所有人|://|evil\.example", page)
    assert seen(page) == words


@given(st.text())
def test_any_words_keep_what_can_be_seen(words: str) -> None:
    kept = visible(words)

    assert visible(kept) == kept
    assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in kept)
    assert as_markdown(words).replace(ZERO, "") == as_markdown(kept).replace(ZERO, "")
    as_text(words).encode()


documents = st.builds(
    Document,
    title=st.none() | st.text(max_size=200),
    lines=st.lists(st.text(max_size=600), max_size=12).map(tuple),
    table=st.none()
    | st.builds(
        Table,
        header=st.lists(st.text(max_size=30), max_size=5).map(tuple),
        rows=st.lists(st.lists(st.text(max_size=80), max_size=5).map(tuple), max_size=30).map(tuple),
    ),
    severity=st.sampled_from(Severity),
)


@given(documents, st.sampled_from(Dialect), st.sampled_from([512, 1024, 2048]))
def test_every_page_keeps_the_limit_in_bytes(document: Document, dialect: Dialect, limit: int) -> None:
    laid = pages(document, dialect=dialect, limit=limit, mentions=("zhangsan", "lisi"))

    assert all(len(page.encode()) <= limit for page in laid)
    if len(laid) > 1:
        assert [page.rsplit("\n", 1)[1] for page in laid] == [f"({n}/{len(laid)})" for n in range(1, len(laid) + 1)]
    assert not any("<@all" in page for page in laid)


@given(documents, st.sampled_from([512, 20480]))
def test_an_only_page_keeps_the_limit_and_its_notes(document: Document, limit: int) -> None:
    page = only_page(document, dialect=Dialect.MARKDOWN_V2, limit=limit, notes=("（附注）",))

    assert len(page.encode()) <= limit
    assert page.endswith("（附注）")


def test_a_long_text_is_cut_between_its_lines_and_loses_none() -> None:
    lines = tuple(f"第{n}行：武汉市批复3宗、0.12万亩" for n in range(300))

    laid = pages(Document(lines=lines), dialect=Dialect.MARKDOWN_V2, limit=4096)

    assert len(laid) > 1
    assert [line for page in laid for line in page.split("\n\n(")[0].split("\n")] == list(lines)


def test_a_table_is_cut_between_its_rows_and_every_page_repeats_the_head() -> None:
    table = Table(header=("市州", "进度"), rows=tuple((f"市{n}", f"{n}%") for n in range(400)))

    laid = pages(Document(title="日报", lines=("一",), table=table), dialect=Dialect.MARKDOWN_V2, limit=4096)

    assert laid[0].startswith("# 日报\n一\n\n| 市州 | 进度 |\n| :-- | --: |\n| 市0 | 0% |\n")
    assert all("| 市州 | 进度 |\n| :-- | --: |\n" in page for page in laid)
    rows = [line for page in laid for line in page.split("\n") if line.startswith("| 市") and line[3].isdigit()]
    assert len(rows) == 400


def test_a_line_longer_than_a_page_is_cut_after_a_comma_and_never_inside_a_character() -> None:
    line = "恩施州批复2宗，" * 300

    laid = pages(Document(lines=(line,)), dialect=Dialect.TEXT, limit=2048)

    bare = [page.split("\n\n(")[0] for page in laid]
    assert "".join(bare) == line
    assert all(page.endswith("，") for page in bare)


def test_a_short_message_to_a_group_goes_as_text_and_calls_by_a_list() -> None:
    document = Document(lines=("请于17:30前报送",), mentions=("zhangsan", "all", "ALL", "@all", "lisi", "zhangsan"))

    assert wire_group.messages(document) == [
        {"msgtype": "text", "text": {"content": "请于17:30前报送", "mentioned_list": ["zhangsan", "lisi"]}}
    ]


def test_a_warning_goes_as_markdown_with_colour_and_calls_at_its_end() -> None:
    document = Document(title="红色", lines=("恩施州落后",), severity=Severity.RED, mentions=("zhangsan",))

    (message,) = wire_group.messages(document)

    assert message == {
        "msgtype": "markdown",
        "markdown": {"content": '<font color="warning">红色</font>\n恩施州落后\n<@zhangsan>'},
    }


def test_a_table_goes_as_markdown_v2_and_its_calls_follow_as_text() -> None:
    document = Document(title="日报", lines=("一",), table=TABLE, mentions=("zhangsan",))

    shown, call = wire_group.messages(document)

    assert shown["markdown_v2"]["content"] == (
        "# 日报\n一\n\n| 市州 | 批复 | 进度 |\n| :-- | --: | --: |\n| 武汉市 | 12 | 20.1% |\n| 恩施州 | 14 | 11.3% |"
    )
    assert call == {"msgtype": "text", "text": {"content": "日报", "mentioned_list": ["zhangsan"]}}


def test_the_app_shows_a_table_in_lines_because_its_markdown_has_none() -> None:
    (message,) = wire_app.messages(Document(title="日报", lines=("一",), table=TABLE))

    content = message["markdown"]["content"]
    assert content == "**日报**\n一\n\n**市州｜批复｜进度**\n武汉市｜12｜20.1%\n恩施州｜14｜11.3%"


def test_the_app_writes_a_few_plain_words_as_text_which_every_client_shows() -> None:
    assert wire_app.messages(Document(lines=("已登记",))) == [{"msgtype": "text", "text": {"content": "已登记"}}]


@pytest.mark.parametrize("user_id", ["all", "ALL", "@all", "", "a b", "x>", "<@all>", "所有人", "x" * 65, "a\n"])
def test_nobody_but_a_member_is_ever_called(user_id: str) -> None:
    assert mentionable((user_id,)) == ()


def test_a_document_without_words_makes_no_message() -> None:
    assert wire_group.messages(Document(lines=())) == []
    assert wire_app.messages(Document(lines=())) == []
