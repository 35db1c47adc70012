"""Each planned stage is judged against its day; near names are found and never taken for one another."""

import datetime as dt

import pytest

from bot.rules import projects
from bot.rules.projects import ProjectBook
from config.campaign import Campaign
from storage.kept import KeptProject, Reached

TODAY = dt.date(2023, 11, 20)


def project(name: str = "汉江大桥", *, stages: tuple[tuple[str, int], ...] = (), id_: int = 1) -> KeptProject:
    return KeptProject(
        id=id_,
        campaign="hubei-2023q4",
        region="恩施州",
        name=name,
        listed=True,
        planned={"submitted": dt.date(2023, 11, 10), "approved": dt.date(2023, 11, 30)},
        stages=tuple(Reached(stage=stage, day=dt.date(2023, 11, day)) for stage, day in stages),
    )


def test_a_planned_day_gone_by_makes_a_stage_late(campaign: Campaign) -> None:
    late = projects.late_stages(project(), today=TODAY, campaign=campaign)

    assert [(s.stage, s.days_late) for s in late] == [("submitted", 10)]


def test_on_its_planned_day_a_stage_is_not_late(campaign: Campaign) -> None:
    assert projects.late_stages(project(), today=dt.date(2023, 11, 10), campaign=campaign) == ()


def test_a_later_stage_reached_means_the_earlier_was(campaign: Campaign) -> None:
    standing = projects.against_plan(project(stages=(("accepted", 12),)), today=TODAY, campaign=campaign)

    assert [(s.stage, s.reached, s.days_late, s.is_late) for s in standing] == [
        ("submitted", dt.date(2023, 11, 12), 2, False),
        ("approved", None, 0, False),
    ]


def test_a_return_undoes_what_was_submitted(campaign: Campaign) -> None:
    returned = project(stages=(("submitted", 8), ("returned", 14)))
    again = project(stages=(("submitted", 8), ("returned", 14), ("submitted", 16)))

    assert [s.stage for s in projects.late_stages(returned, today=TODAY, campaign=campaign)] == ["submitted"]
    assert projects.late_stages(again, today=TODAY, campaign=campaign) == ()


@pytest.mark.parametrize("name", ["汉江公路大桥", "汉江大桥改扩建", "汉江大桥项目二期"])
def test_near_names_are_found(campaign: Campaign, name: str) -> None:
    assert [p.name for p in projects.near([project(), project("燕矶机场", id_=2)], name, campaign)] == ["汉江大桥"]


def test_the_word_for_project_at_a_names_end_changes_nothing() -> None:
    assert projects.find([project()], "汉江大桥项目") == project()


def test_a_merged_name_stands_for_the_project_that_is_kept() -> None:
    other = KeptProject(id=2, campaign="hubei-2023q4", region="恩施州", name="汉江公路大桥", merged_into=1)

    assert projects.find([project(), other], "汉江公路大桥") == project()


def test_a_name_is_called_near_only_when_it_is_first_met(campaign: Campaign) -> None:
    book = ProjectBook(campaign, [project()])

    assert [p.name for p in book.meet("恩施州", "汉江公路大桥")] == ["汉江大桥"]
    assert book.meet("恩施州", "汉江公路大桥") == []
    assert book.meet("武汉市", "汉江公路大桥") == []
