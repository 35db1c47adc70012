"""How a document looks in DingTalk, and that nothing people wrote can act there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.document import Document, Table
from bot.messengers.dingtalk import inert
from bot.messengers.dingtalk.payload import FRAME_BYTES, compact, part_body, part_message
from bot.messengers.dingtalk.render import Part, escaped_bytes, render
from tests.messengers.dingtalk.conftest import patient

HOSTILE = [
    "@所有人 开会",
    "@all",
    "<@all>",
    '<at user_id="all">',
    "[点此](https://evil.example/x)",
    "![](https://evil.example/x.png)",
    "```代码```",
    "**粗** _斜_ ~~删~~",
    "# 标题",
    "> 引用",
    "- 项目",
    "1. 编号",
    "---",
    "| a | b |",
    "&nbsp;&lt;",
    "https://evil.example www.evil.example",
    "dingtalk://dingtalkclient/page/link?url=x",
    "\u202e反\u200b字",
]
ACTS = re.compile(r"@所有人|@all|\]\(|://|www\.|[`*_~<>\[\]|&]|^(#|[-+] |\d+[.)] |---)", re.MULTILINE)


def only(document: Document, *, limit_bytes: int = 15_000, mentions: bool = True, table: bool = True) -> Part:
    (part,) = render(document, limit_bytes=limit_bytes, mentions=mentions, table=table)
    return part


def test_an_acknowledgement_is_plain_text() -> None:
    part = only(Document(lines=("已登记｜恩施州 11月15日 #A102", "批复＋2宗、＋100亩")))

    assert part == Part(
        title="已登记｜恩施州 11月15日 #A102",
        text="已登记｜恩施州 11月15日 #A102\n批复＋2宗、＋100亩",
        markdown=False,
    )


def test_a_titled_document_is_markdown_with_its_title_as_a_heading() -> None:
    part = only(Document(title="【攻坚日报】11月15日", lines=("一、全省累计批复3.48万亩", "二、需关注：恩施州")))

    assert part.markdown
    assert part.text == "### 【攻坚日报】11月15日  \n  一、全省累计批复3.48万亩  \n  二、需关注：恩施州"


def test_a_table_is_a_list_for_dingtalk_knows_no_tables() -> None:
    table = Table(header=("市州", "批复", "进度"), rows=(("恩施州", "14宗", "11.3%"), ("黄冈市", "", "24%")))
    part = only(Document(lines=("合计2家",), table=table))

    assert part.text == "合计2家  \n  - **恩施州** 批复 14宗 · 进度 11.3%  \n  - **黄冈市** 进度 24%"


def test_a_table_is_left_out_when_its_picture_goes_along() -> None:
    table = Table(header=("市州",), rows=(("恩施州",),))

    assert only(Document(lines=("合计",), table=table), table=False).text == "合计"


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_wrote_never_acts_in_markdown(words: str) -> None:
    assert not ACTS.search(inert.markdown(words))


@pytest.mark.parametrize("words", ["@所有人", "https://evil.example", "WWW.evil.example", "dingtalk://x"])
def test_what_people_wrote_neither_mentions_nor_links_in_plain_text(words: str) -> None:
    assert not re.search(r"@|://|www\.", inert.plain(words), re.IGNORECASE)


@patient
@given(st.text())
def test_no_text_at_all_acts_as_markdown(words: str) -> None:
    part = only(Document(title="题", lines=(words,)))

    assert not ACTS.search(part.text.removeprefix("### 题").replace("  \n  ", "\n"))


@pytest.mark.parametrize(
    "words", ["批复3宗，0.12万亩（约1,200亩）！", "#A102 已撤回", "进度 -3.5 个百分点", "2023-11-15 18:00"]
)
def test_ordinary_words_read_the_same(words: str) -> None:
    shown = inert.markdown(words)

    assert shown.replace("＃", "#") == words


def test_hostile_titles_cells_and_names_are_harmless_too() -> None:
    table = Table(header=("市州", "[x](y)"), rows=(("**a**\n# b", "@all | c"),))
    part = only(Document(title="# @所有人 [x](https://e)\n- y", lines=("ok",), table=table))

    heading, *rest = part.text.split("  \n  ")
    assert heading == "### ＃ ＠所有人 ［x］(https：//e) - y"
    assert rest == ["ok", "- **＊＊a＊＊ # b** ［x］(y) ＠all ｜ c"]


def test_only_the_documents_mentions_mention_and_never_everybody() -> None:
    part = only(
        Document(lines=("请 @u009 更新",), mentions=("u001", "all", "@all", "所有人", "u002", "u001", "x y", ""))
    )

    assert part.at == ("u001", "u002")
    assert part.text == "请 ＠u009 更新\n@u001 @u002"


def test_a_route_that_cannot_mention_shows_no_ids() -> None:
    part = only(Document(lines=("请更新",), mentions=("u001",)), mentions=False)

    assert (part.text, part.at) == ("请更新", ())


def test_more_than_fifty_people_are_mentioned_in_more_than_one_message() -> None:
    parts = render(
        Document(lines=("请更新",), mentions=tuple(f"u{n:03}" for n in range(120))), limit_bytes=15_000, mentions=True
    )

    assert [len(part.at) for part in parts] == [50, 50, 20]
    assert all(f"@{one}" in part.text for part in parts for one in part.at)


def test_a_long_text_is_cut_between_lines_and_numbered() -> None:
    lines = tuple(f"第{n}家单位：今日暂未收到报送，请联系了解情况。" for n in range(400))
    parts = render(Document(title="报送情况", lines=lines), limit_bytes=14_800, mentions=False)

    assert [part.text.split("  \n  ")[0] for part in parts] == [
        "### 报送情况（1/3）",
        "### 报送情况（2/3）",
        "### 报送情况（3/3）",
    ]
    assert [line for part in parts for line in part.text.split("  \n  ")[1:]] == list(lines)


def test_one_endless_line_is_cut_between_characters() -> None:
    parts = render(Document(lines=("宗" * 20_000,)), limit_bytes=14_800, mentions=False)

    assert "".join(part.text.split("\n")[1] for part in parts) == "宗" * 20_000


def test_a_title_too_long_is_shortened_and_stands_whole_in_the_text() -> None:
    part = only(Document(title="长" * 300, lines=("末行",)))

    assert len(part.title) < 90
    assert "长" * 300 in part.text


def test_a_picture_alone_has_no_words() -> None:
    assert render(Document(lines=()), limit_bytes=15_000, mentions=True) == []


@patient
@given(
    title=st.none() | st.text(max_size=400),
    lines=st.lists(st.text(max_size=3000) | st.sampled_from(['"' * 2000, "\\" * 900, "😀" * 700]), max_size=8),
    mentions=st.lists(st.from_regex(r"[a-z0-9]{1,64}", fullmatch=True), max_size=60),
    limit=st.integers(2_000, 20_000),
)
def test_no_part_is_ever_larger_than_its_route_takes(
    title: str | None, lines: list[str], mentions: list[str], limit: int
) -> None:
    document = Document(title=title, lines=tuple(lines), mentions=tuple(mentions))

    for part in render(document, limit_bytes=limit - FRAME_BYTES, mentions=True):
        assert len(compact(part_body(part, uuid="u" * 32)).encode()) <= limit
        assert len(part_message(part).param.encode()) <= limit
        assert len(part.at) <= 50


@patient
@given(st.text())
def test_the_measure_of_a_text_adds_up(words: str) -> None:
    shown = inert.plain(words)

    assert escaped_bytes(shown) == sum(escaped_bytes(char) for char in shown)
