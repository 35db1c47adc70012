"""What a reading tells beside its records: where the words stand, what was passed over, what is new, what is stated."""

import pytest

from storage.records import Kind
from tests.parsing.reading import read


def _said(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    "text", ["今日批复3宗，0.12万亩", "@督办机器人 今日批覆３宗，\u200b０．１２万亩", "１１月１５日批复3宗0.12万亩"]
)
def test_spans_lead_to_the_words_as_they_were_received(text: str) -> None:
    (item,) = read(text).progress

    words = "".join(_said(text, item.spans))
    assert words.startswith(("3宗", "３宗"))
    assert words.endswith("万亩")


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("明天计划上报3宗", "3宗", "是计划"),
        ("任务72宗", "72宗", "是目标任务"),
        ("还差27宗", "27宗", "是剩余差额"),
        ("武汉今日批复3宗？", "3宗", "是疑问"),
        ("全省批复612宗", "612宗", "是全省的数"),
        ("用地预审批复3宗", "3宗", "是其他手续"),
        ("更正：批复2宗，原报5宗", "5宗", "是更正前的数"),
        ("今日批复0.12", "0.12", "没有单位"),
        ("今日批复十几宗", "十几", "不是一个确定的数"),
    ],
)
def test_what_is_passed_over_is_named_with_its_reason(text: str, words: str, reason: str) -> None:
    notes = [(text[note.span[0] : note.span[1]], note.reason) for note in read(text).passed_over]

    assert (words, reason) in notes


@pytest.mark.parametrize(
    ("text", "again"),
    [("今天又批复1宗", True), ("今日新增批复1宗", True), ("补报昨日：批复1宗", True), ("今日批复1宗", False)],
)
def test_what_comes_on_top_says_so(text: str, *, again: bool) -> None:
    assert read(text).again is again


@pytest.mark.parametrize(("text", "stated"), [("存在问题：水田指标不够", True), ("水田占补指标不够", False)])
def test_a_problem_under_its_heading_is_stated(text: str, *, stated: bool) -> None:
    assert [problem.stated for problem in read(text).problems] == [stated]


def test_a_message_to_ask_about_is_neither_silent_nor_a_record() -> None:
    reading = read("今日批复0.12")

    assert reading.kind is Kind.UNCLEAR
    assert not reading.has_records
