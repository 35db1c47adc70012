"""What is said of projects one by one, and of on-site services."""

import datetime as dt
from collections.abc import Sequence

from bot.rules.figures import FigureWriter
from bot.rules.projects import StageStanding, against_plan, late_stages, standing_of
from bot.rules.visits import VisitTally
from bot.rules.wording.phrases import day_text, listed
from config.campaign import Campaign
from storage.kept import KeptProject

LISTED = 12
"""Projects shown one by one in a chat."""
NAMED = 20


def project_card(
    project: KeptProject, *, today: dt.date, campaign: Campaign, near: Sequence[KeptProject] = ()
) -> tuple[str, ...]:
    """Show one project: where it stands, its history, its plan and what is late."""
    track = campaign.track(project.track).name if project.track else ""
    area = FigureWriter(measures=campaign.measures).area(project.area_mu) if project.area_mu is not None else ""
    facts = "，".join(filter(None, (project.region + (project.county or ""), track, area)))
    history = "，".join(f"{day_text(r.day)}{campaign.stage(r.stage).name}" for r in project.stages[-LISTED:])
    plan = "；".join(plan_text(s, campaign) for s in against_plan(project, today=today, campaign=campaign))
    lines = [
        f"【项目】{project.name}（{facts}）" + ("" if project.listed else "，未入库"),
        f"进展：{history}" if history else "进展：暂未收到",
        f"倒排工期：{plan}" if plan else "",
        f"名称相近：{listed([p.name for p in near], NAMED)}" if near else "",
    ]
    return tuple(filter(None, lines))


def plan_text(stage: StageStanding, campaign: Campaign) -> str:
    """Say how a planned stage stands: 上报 11月20日前，已滞后5天."""
    name = f"{campaign.stage(stage.stage).name}{day_text(stage.planned)}前"
    if stage.reached is None:
        return name + (f"，已滞后{stage.days_late}天" if stage.days_late else "")
    late = f"，晚{stage.days_late}天" if stage.days_late else ""
    return f"{name}，{day_text(stage.reached)}已完成{late}"


def project_line(project: KeptProject, *, today: dt.date, campaign: Campaign, with_region: bool) -> str:
    """Say a project in one line: 汉江大桥：11月15日上报；批复滞后5天."""
    stands = standing_of(project)
    parts = [f"{day_text(stands.day)}{campaign.stage(stands.stage).name}" if stands else "暂未收到进展"]
    late = late_stages(project, today=today, campaign=campaign)
    parts += [f"{campaign.stage(late[0].stage).name}滞后{late[0].days_late}天"] if late else []
    region = f"{project.region} " if with_region else ""
    return f"{region}{project.name}：{'；'.join(parts)}" + ("" if project.listed else "（未入库）")


def project_list(
    projects: Sequence[KeptProject], *, today: dt.date, campaign: Campaign, where: str | None
) -> tuple[str, ...]:
    """List projects, the late ones first."""
    if not projects:
        return (f"{where or ''}暂无项目。",)
    late = [p for p in projects if late_stages(p, today=today, campaign=campaign)]
    new = sum(not p.listed for p in projects)
    told = ([f"滞后{len(late)}个"] if late else []) + ([f"未入库{new}个"] if new else [])
    head = f"【项目】{where or ''}共{len(projects)}个" + (f"，{'，'.join(told)}" if told else "")
    ordered = late + [p for p in projects if p not in late]
    lines = [project_line(p, today=today, campaign=campaign, with_region=where is None) for p in ordered[:LISTED]]
    more = (f"另有{len(ordered) - LISTED}个，发“项目 市州”或“项目 名称”查看。",) if len(ordered) > LISTED else ()
    return (head, *lines, *more)


def near_names(pairs: Sequence[tuple[KeptProject, KeptProject]]) -> tuple[str, ...]:
    """Suggest to admins which names may be one project."""
    if not pairs:
        return ()
    said = [f"{one.region}“{one.name}”与“{other.name}”" for one, other in pairs[:LISTED]]
    return (f"名称相近：{'、'.join(said)}。如为同一项目，发“合并 保留名称 并入名称”。",)


def no_such_project(name: str, near: Sequence[KeptProject]) -> str:
    """Say that no project is called so."""
    tail = f"名称相近的有：{listed([p.name for p in near], NAMED)}。" if near else "发“项目”看清单。"
    return f"没有找到项目“{name[:NAMED]}”，{tail}"


def several_projects(name: str, found: Sequence[KeptProject]) -> str:
    """Say that several units have a project of that name."""
    return f"“{name[:NAMED]}”有{len(found)}个（{listed([p.region for p in found])}），请用“项目 市州”查看。"


def own_unit_only() -> str:
    """Refuse to show another unit's projects."""
    return "只能查看本单位的项目，发“项目”看清单。"


def merge_usage() -> str:
    """Say how two names are merged."""
    return "请写明两个项目名称，如“合并 汉江大桥 汉江公路大桥”（保留前者）。"


def merge_preview(kept: KeptProject, other: KeptProject) -> str:
    """Show what merging two names would do."""
    return (
        f"拟将{other.region}“{other.name}”（进展{len(other.stages)}条）并入“{kept.name}”（进展{len(kept.stages)}条），"
        f"今后报“{other.name}”均记入“{kept.name}”。"
    )


def merged(kept: str, other: str) -> str:
    """Confirm that two names are one project."""
    return f"“{other}”已并入“{kept}”。"


def parted(kept: str, other: str) -> str:
    """Confirm that a merged name is a project of its own again."""
    return f"“{other}”已与“{kept}”分开。"


def merge_refused(kept: KeptProject, other: KeptProject) -> str:
    """Say why two names cannot be merged."""
    if kept.id == other.id:
        return f"“{other.name}”与“{kept.name}”已是同一项目。"
    return f"“{kept.name}”在{kept.region}，“{other.name}”在{other.region}，不能合并。"


def visits_text(tally: VisitTally, campaign: Campaign, *, with_names: bool, own: str | None) -> tuple[str, ...]:
    """Say how many on-site services were held, and who still owes one."""
    who = "厅领导" if campaign.visits_owed_by == "leader" else "处室"
    head = f"上门服务：包联{who}已开展{len(tally.done)}/{len(tally.owed_by)}"
    missing = f"，尚未开展：{listed(list(tally.missing))}" if with_names and tally.missing else ""
    lines = [f"{head}{missing}（{day_text(campaign.end)}前至少1次）。"]
    if own is not None:
        held = [v for v in tally.visits if v.region == own]
        days = "、".join(day_text(v.date) + (v.division or v.leader or "") for v in held[-LISTED:])
        lines.append(f"{own}：已开展{len(held)}次" + (f"（{days}）。" if held else "。"))
    return tuple(lines)


def visit_reminder(division: str, who: str, campaign: Campaign) -> str:
    """Remind a division that its leader, or it, still owes an on-site service."""
    region = campaign.region_of_division(division) or ""
    owes = "贵处" if who == division else f"包联厅领导（{who}）"
    return (
        f"【上门服务提示】{region}：{owes}尚未开展上门服务，请在{day_text(campaign.end)}前安排，"
        f"开展后回复“今日{who if who != division else division}到{region}上门服务”。"
    )
