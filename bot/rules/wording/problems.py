"""What is said of problems, projects and visits: to who reports them, to who handles them, and in lists."""

import datetime as dt
from collections.abc import Sequence

from bot.rules.problem_book import Outcome, Result
from bot.rules.wording.phrases import day_text
from config.campaign import Campaign
from storage.kept import KeptProblem, KeptProject, ProblemState

QUOTED = 40


def quoted(words: str, shown: int = QUOTED) -> str:
    """Quote a person's words back, on one line and not at length."""
    flat = " ".join(words.split())
    return flat if len(flat) <= shown else flat[:shown] + "…"


def result_text(result: Result, region: str, campaign: Campaign) -> str:
    """Say in a phrase what became of a problem reported, or said to be solved; empty for a candidate."""
    if result.outcome is Outcome.CANDIDATE:
        return ""
    if result.outcome is Outcome.UNKNOWN:
        return f"没有找到{region}对应的在办问题，请回复“办结 #号”"
    if result.outcome is Outcome.AMBIGUOUS:
        numbers = "、".join(f"#{p.number}" for p in result.problems)
        return f"{region}有{len(result.problems)}个在办问题相符（{numbers}），请回复“办结 #号 佐证”"
    problem = result.problem
    category = campaign.category(problem.category).name
    return {
        Outcome.OPENED: f"问题#{problem.number}（{category}）{_handed_to(problem)}",
        Outcome.JOINED: f"与在办问题#{problem.number}（{category}）相同，已并入",
        Outcome.REOPENED: f"问题#{problem.number}（{category}）又有反映，已恢复办理",
        Outcome.SOLVED: f"问题#{problem.number}{ProblemState.SOLVED}，{waits_for(problem)}",
        Outcome.CLOSED: f"问题#{problem.number}{ProblemState.CLOSED}",
        Outcome.WAITS: f"问题#{problem.number}此前已报解决，{waits_for(problem)}",
        Outcome.CLOSED_ALREADY: f"问题#{problem.number}此前已销号",
    }[result.outcome]


def _handed_to(problem: KeptProblem) -> str:
    if problem.division is None:
        return "已登记"
    return f"已提请{problem.division}" if problem.state is ProblemState.ESCALATED else f"已转{problem.division}"


def waits_for(problem: KeptProblem) -> str:
    """Say who has to confirm that a problem is solved."""
    who = problem.region if problem.solved_by == "division" else problem.division or "管理员"
    return f"待{who}确认后销号"


def near_text(near: Sequence[KeptProject]) -> str:
    """Say that a name first heard of is near to another."""
    if not near:
        return ""
    return f"（新名称，与“{quoted(near[0].name)}”相近，按新项目登记）"


def due_text(due: dt.date, today: dt.date) -> str:
    """Say until when something is due: 12月1日前, or that it is late."""
    return f"{day_text(due)}前" + (f"，逾期{(today - due).days}天" if due < today else "")
