"""A day, a measure and a person are told apart in any order."""

import datetime as dt

import pytest

from bot.commands import task_words
from bot.commands.task_words import Task

TODAY = dt.date(2023, 11, 15)
FULL = Task(measure="完成补划方案", person="王工", due=dt.date(2023, 12, 1))


@pytest.mark.parametrize(
    "words",
    [
        "12月1日前 完成补划方案 王工",
        "完成补划方案 王工 12月1日前",
        "王工 完成补划方案 12月1日",
        "12月1日前完成补划方案 王工",
        "完成补划方案，责任人：王工，12月1日",
        "12.1 完成补划方案 王工",
        "由王工负责 12月1日前 完成补划方案",
    ],
)
def test_the_order_does_not_matter(words: str) -> None:
    said = task_words.read(words, TODAY)

    assert (said.due, said.person) == (FULL.due, FULL.person)
    assert (said.measure or "").endswith("补划方案")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("王工", Task(person="王工")),
        ("月底前", Task(due=dt.date(2023, 11, 30))),
        ("下周五", Task(due=dt.date(2023, 11, 24))),
        ("协调调剂指标", Task(measure="协调调剂指标")),
        ("李明", Task(person="李明")),
        ("协调调剂指标 李明", Task(measure="协调调剂指标", person="李明")),
        ("", Task()),
    ],
)
def test_what_is_not_said_stays_open(words: str, expected: Task) -> None:
    assert task_words.read(words, TODAY) == expected
