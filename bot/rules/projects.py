"""Projects one by one: which name is meant, which names are near, and how each stage stands against its plan."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.rules.problem_same import likeness
from config.campaign import Campaign
from storage.kept import KeptProject, Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStanding:
    """One planned stage: when it was planned, when it was reached, and how many days late that is."""

    stage: str
    planned: dt.date
    reached: dt.date | None
    days_late: int

    @property
    def is_late(self) -> bool:
        """Whether the planned day is over and the stage not reached."""
        return self.reached is None and self.days_late > 0


def against_plan(project: KeptProject, *, today: dt.date, campaign: Campaign) -> tuple[StageStanding, ...]:
    """Return how each planned stage stands (倒排工期), in the order of the steps."""
    found = []
    for stage in sorted(project.planned, key=lambda key: campaign.stage_order[key]):
        planned = project.planned[stage]
        reached = reached_on(project.stages, stage, campaign)
        late = max(((reached or today) - planned).days, 0)
        found.append(StageStanding(stage=stage, planned=planned, reached=reached, days_late=late))
    return tuple(found)


def late_stages(project: KeptProject, *, today: dt.date, campaign: Campaign) -> tuple[StageStanding, ...]:
    """Return the planned stages that are late."""
    return tuple(s for s in against_plan(project, today=today, campaign=campaign) if s.is_late)


def reached_on(stages: Sequence[Reached], stage: str, campaign: Campaign) -> dt.date | None:
    """Return the first day on which a stage, or one after it, was reached; a return undoes the steps from 上报 on."""
    order = campaign.stage_order
    returned = {s.key for s in campaign.stages if s.returns}
    next_best = campaign.next_best_stage or campaign.counting_stage
    undone = max((r.day for r in stages if r.stage in returned), default=None)
    days = [
        r.day
        for r in stages
        if r.stage not in returned
        and order[r.stage] >= order[stage]
        and (undone is None or order[stage] < order[next_best.key] or r.day > undone)
    ]
    return min(days, default=None)


def standing_of(project: KeptProject) -> Reached | None:
    """Return the stage a project stands at: the newest day's, of one day the last said."""
    newest = sorted(enumerate(project.stages), key=lambda pair: (pair[1].day, pair[0]))
    return newest[-1][1] if newest else None


def shown(projects: Iterable[KeptProject]) -> list[KeptProject]:
    """Return the projects to be shown: no other names, and none of which only withdrawn reports spoke."""
    return [p for p in projects if p.merged_into is None and (p.listed or p.stages)]


def find(projects: Sequence[KeptProject], name: str) -> KeptProject | None:
    """Return the project that is called exactly so, or goes by that other name."""
    met = next((p for p in projects if plain_name(p.name) == plain_name(name)), None)
    if met is None or met.merged_into is None:
        return met
    return next((p for p in projects if p.id == met.merged_into), met)


def near(projects: Iterable[KeptProject], name: str, campaign: Campaign) -> list[KeptProject]:
    """Return the projects with another name near to this one, the nearest first."""
    limit = campaign.thresholds.same_project_similarity
    others = [p for p in projects if p.merged_into is None and plain_name(p.name) != plain_name(name)]
    scored = [(max(likeness(p.name, name), 100.0 * _contains(p.name, name)), p) for p in others]
    return [p for score, p in sorted(scored, key=lambda pair: -pair[0]) if score >= limit]


def plain_name(name: str) -> str:
    """Return a project's name without what people add or leave out."""
    return "".join(name.split()).removesuffix("项目").removesuffix("工程")


def _contains(one: str, other: str) -> bool:
    short, long = sorted((plain_name(one), plain_name(other)), key=len)
    return len(short) > 2 and short in long


class ProjectBook:
    """The projects of some units while a batch of messages is worked through."""

    def __init__(self, campaign: Campaign, kept: Iterable[KeptProject] = ()) -> None:
        self._campaign = campaign
        self._kept: dict[str, list[KeptProject]] = {}
        for project in kept:
            self._kept.setdefault(project.region, []).append(project)

    def meet(self, region: str, name: str) -> list[KeptProject]:
        """Meet a name in a report; return the projects that a name never met before is near to."""
        here = self._kept.setdefault(region, [])
        if find(here, name) is not None:
            return []
        found = near(here, name, self._campaign)
        here.append(KeptProject(campaign=self._campaign.key, region=region, name=name))
        return found
