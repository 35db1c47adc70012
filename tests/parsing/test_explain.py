"""Which words gave which field, what was left out and why, and how people are shown it."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from rich.console import Console

from bot.parsing.colour import STYLES, paint, show
from bot.parsing.explain import Explanation, Field, explain
from tests.parsing.reading import CAMPAIGN, NOW, WUHAN, files, read, sample
from tests.parsing.strategies import scraps


def _explain(text: str) -> Explanation:
    return explain(text, sender=WUHAN, sent_at=NOW, campaign=CAMPAIGN)


def _words(text: str, record: int = 0) -> dict[str, str]:
    """Return, for each field of a record, the words that gave it."""
    told = _explain(text).records[record]
    return {given.field: "".join(text[start:end] for start, end in given.spans) for given in told.fields}


def test_each_field_of_a_figure_names_its_words() -> None:
    text = "江夏区重点项目昨日批复3宗0.12万亩"

    assert _words(text) == {
        "region": "江夏区", "county": "江夏区", "track": "重点项目", "stage": "批复", "basis": "昨日", "date": "昨日",
        "count": "3宗", "area": "0.12万亩",
    }  # fmt: skip


def test_what_went_without_saying_names_no_words() -> None:
    assert _words("批复3宗") == {"region": "", "track": "", "stage": "批复", "basis": "", "date": "", "count": "3宗"}


@pytest.mark.parametrize(
    ("text", "record", "field", "words"),
    [
        ("今日批复3宗，累计45宗", 1, Field.STAGE, "批复"),
        ("今日批复3宗，累计45宗", 1, Field.BASIS, "累计"),
        ("今日批复3宗，累计45宗", 1, Field.DATE, ""),
        ("2宗今日获批", 0, Field.STAGE, "获批"),
        ("今日上报和批复分别为3宗、1宗", 1, Field.STAGE, "批复"),
        ("截至11月14日24时累计批复45宗", 0, Field.DATE, "11月14日"),
        ("昨日批复2宗。今日上报3宗", 1, Field.DATE, "今日"),
        ("昨日批复2宗。上报3宗", 1, Field.DATE, ""),
        ("11月14日进展：\n批复2宗", 0, Field.DATE, "11月14日"),
        ("今日新增2宗", 0, Field.STAGE, "新增"),
        ("今日批复３宗，江夏区２宗", 1, Field.COUNT, "２宗"),
        ("县区|批复宗数\n江夏区|2", 0, Field.STAGE, "批复"),
        ("城北水厂项目今日已上报", 0, Field.PROJECT, "城北水厂"),
        ("城北水厂项目今日已上报", 0, Field.STAGE, "上报"),
        ("存在问题：水田指标不够", 0, Field.CATEGORY, "水田指标"),
        ("问题3已办结", 0, Field.REF, "3"),
        ("规划处今天到江夏区现场办公", 0, Field.PERSON, "规划处"),
        ("今日无新增", 0, Field.NIL, "无新增"),
    ],
)
def test_a_field_names_the_words_that_gave_it(text: str, record: int, field: Field, words: str) -> None:
    assert _words(text, record)[field] == words


@pytest.mark.parametrize(
    ("text", "words", "reason", "because"),
    [
        ("预计明天批复3宗", "3宗", "是计划", "预计"),
        ("任务72宗", "72宗", "是目标任务", "任务"),
        ("全省批复612宗", "612宗", "是全省的数", "全省"),
        ("听说黄石批复5宗", "5宗", "是转述", "听说"),
        ("今日批复3宗，完成率62.5%", "62.5%", "不是宗数、面积", ""),
        ("今天3宗", "3宗", "没说是哪个环节", ""),
        ("「黄石：今日批复2宗」\n——————\n面积是多少", "2宗", "是引用", ""),
        ("今日批复0.12", "0.12", "没有单位", ""),
    ],
)
def test_a_number_left_out_is_told_with_its_reason(text: str, words: str, reason: str, because: str) -> None:
    told = [
        (text[p.span[0] : p.span[1]], p.reason, "".join(text[s:e] for s, e in p.because)) for p in _explain(text).passed
    ]

    assert (words, reason, because) in told


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_every_message_is_explained_as_it_is_read(file: Path) -> None:
    other = []
    for text in (message["input"]["text"] for message in sample(file.name)):
        explained, reading = _explain(text), read(text)
        figures = [told for told in explained.records if told.kind in {"progress", "part"}]
        if explained.reading != reading or len(figures) != len(reading.progress):
            other.append(text)

    assert other == []


@settings(max_examples=100, deadline=None, derandomize=True)
@given(scraps)
def test_words_in_any_order_are_explained_without_an_error(text: str) -> None:
    assert _explain(text).reading == read(text)


def test_an_explanation_is_shown_in_colour_with_records_reasons_and_legend() -> None:
    text = "昨日批复3宗0.12万亩，明天计划上报2宗。存在问题：占补指标不够"
    console = Console(width=100, record=True, file=io.StringIO())

    console.print(show(text, _explain(text)))
    shown = console.export_text()

    assert "“昨日”" in shown
    assert "1200亩" in shown
    assert "未采用 2宗 是计划" in shown
    assert "问题类别" in shown.splitlines()[-1]
    styles = {str(span.style) for span in paint(text, _explain(text)).spans}
    assert {
        STYLES[Field.STAGE],
        STYLES[Field.DATE],
        STYLES[Field.COUNT],
        STYLES[Field.AREA],
        STYLES[Field.PASSED],
    } <= styles
