"""A text is a command only when the whole of it fits one: no report is ever taken for one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.grammar import read
from bot.commands.table import TABLE
from config.campaign import Campaign

SAMPLES = Path(__file__).parents[1] / "samples"


def told(text: str, campaign: Campaign) -> tuple[str, tuple[str, ...], tuple[int, ...], str, str] | None:
    found = read(text, TABLE, campaign)
    if found is None:
        return None
    return found.command.name, found.args.regions, found.args.numbers, found.args.when, found.args.words


@pytest.mark.parametrize(
    ("text", "name", "regions"),
    [
        ("进度 武汉", "进度", ("武汉市",)),
        ("武汉进度", "进度", ("武汉市",)),
        ("武汉的进度怎么样？", "进度", ("武汉市",)),
        ("@督办 请问恩施州现在进度如何", "进度", ("恩施州",)),
        ("进度", "进度", ()),
        ("全省进度", "进度", ()),
        ("谁没报", "未报", ()),
        ("催报 黄石、鄂州", "催报", ("鄂州市", "黄石市")),
        ("名单 恩施", "名单", ("恩施州",)),
    ],
)
def test_arguments_come_in_any_sensible_order(
    text: str, name: str, regions: tuple[str, ...], campaign: Campaign
) -> None:
    found = read(text, TABLE, campaign)

    assert found is not None
    assert (found.command.name, sorted(found.args.regions)) == (name, sorted(regions))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("静默 恩施州 3天 省里调研", ("静默", ("恩施州",), (), "3天", "省里调研")),
        ("恩施静默3天，省里调研", ("静默", ("恩施州",), (), "3天", "省里调研")),
        ("静默 3天 恩施 省里调研", ("静默", ("恩施州",), (), "3天", "省里调研")),
        ("静默 恩施 省里调研 至11月20日", ("静默", ("恩施州",), (), "至11月20日", "省里调研")),
        ("免报 武汉 11月20日", ("免报", ("武汉市",), (), "11月20日", "")),
        ("计划 11月24日", ("计划", (), (), "11月24日", "")),
        ("计划11月24日前补齐", ("计划", (), (), "11月24日前", "补齐")),
        ("请假 明天到周五", ("请假", (), (), "明天到周五", "")),
        ("撤回 #A102", ("撤回", (), (102,), "", "")),
        ("撤回 A102", ("撤回", (), (102,), "", "")),
        ("ｸ撤回", None),
        ("审计 C12", ("审计", (), (12,), "", "")),
        ("重发 M7", ("重发", (), (7,), "", "")),
        ("我是 恩施州 张三", ("我是", (), (), "", "恩施州 张三")),
        ("改 A102 批复3宗120亩", ("改", (), (), "", "A102 批复3宗120亩")),
        ("目标 恩施州 批次用地 120宗 0.71万亩", ("目标", ("恩施州",), (), "", "批次用地 120宗 0.71万亩")),
    ],
)
def test_units_numbers_days_and_words_are_told_apart(text: str, expected: object, campaign: Campaign) -> None:
    assert told(text, campaign) == expected


@pytest.mark.parametrize(
    "text",
    [
        "今日进度：批复3宗120亩",
        "恩施进展：今日批复2宗，上报3宗",
        "计划11月24日上报3宗",
        "计划明天报3宗",
        "目标120宗，已批复14宗",
        "任务目标0.71万亩，完成0.08万亩",
        "改为批复3宗",
        "改成3宗120亩",
        "代报黄石市：今日批复3宗120亩",
        "确认今日批复3宗",
        "暂停审批的2宗已恢复上报",
        "日报：今日批复3宗",
        "帮助企业办结2宗",
        "我的数据：批复3宗",
        "状态：批复3宗在审2宗",
        "恢复上报3宗",
        "撤回上报2宗50亩",
        "取消批复1宗",
    ],
)
def test_a_report_that_begins_like_a_command_is_none(text: str, campaign: Campaign) -> None:
    assert told(text, campaign) is None


@given(st.text(max_size=60))
def test_any_text_is_looked_at_without_an_error(campaign: Campaign, text: str) -> None:
    read(text, TABLE, campaign)


@given(st.sampled_from([n for c in TABLE for n in (c.name, *c.aliases)]), st.text(max_size=40))
def test_a_name_with_anything_behind_it_is_looked_at_without_an_error(campaign: Campaign, name: str, text: str) -> None:
    read(f"{name} {text}", TABLE, campaign)


def test_no_report_of_the_samples_is_taken_for_a_command(campaign: Campaign) -> None:
    files = sorted(SAMPLES.glob("messages*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
    reports = [line["input"]["text"] for line in lines if line["expect"]["kind"] == "report"]

    taken = [text for text in reports if text not in campaign.vocabulary.bare_nil and told(text, campaign) is not None]

    assert reports
    assert taken == []
