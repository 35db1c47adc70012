"""What is said of problems, projects and visits: to who reports them, to who handles them, and in lists."""

import datetime as dt
from collections.abc import Sequence

from bot.clock import local_day
from bot.rules.problem_book import Outcome, Result
from bot.rules.problem_lists import ListRow
from bot.rules.problem_moves import Unsettled
from bot.rules.wording.phrases import day_text
from config.campaign import Campaign
from storage.kept import Deed, Happening, KeptProblem, KeptProject, ProblemState

QUOTED = 40
LISTED = 12
"""Problems shown one by one in a chat."""
EVENTS = 8
"""Lines of a problem's history shown in a chat: the newest."""
_DONE = {ProblemState.SOLVED, ProblemState.CLOSED}


def quoted(words: str, shown: int = QUOTED) -> str:
    """Quote a person's words back, on one line and not at length."""
    flat = " ".join(words.split())
    return flat if len(flat) <= shown else flat[:shown] + "…"


def result_text(result: Result, region: str, campaign: Campaign) -> str:
    """Say in a phrase what became of a problem reported, or said to be solved; empty for a candidate."""
    if result.outcome is Outcome.CANDIDATE:
        return ""
    if result.outcome is Outcome.UNKNOWN and result.ref is not None:
        return f"没有问题#{result.ref}，发“问题”看在办清单"
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


def status_text(problem: KeptProblem) -> str:
    """Say where a problem is: 已转办 耕保处 · 提请领导小组 · 已解决，待恩施州确认后销号."""
    if problem.state is ProblemState.SOLVED:
        return f"{problem.state}，{waits_for(problem)}"
    if problem.state in {ProblemState.WAITING, ProblemState.ROUTED, ProblemState.IN_HAND} and problem.division:
        return f"{problem.state} {problem.division}"
    return problem.state.value


def problem_line(problem: KeptProblem, *, today: dt.date, with_region: bool = True) -> str:
    """Say a problem in one line: #12 恩施州｜占补指标不足（已转办 耕保处，5天）."""
    region = f"{problem.region} " if with_region else ""
    project = f"{problem.project}：" if problem.project and problem.project not in problem.text else ""
    age = (today - local_day(problem.opened_at)).days
    late = f"，逾期{(today - problem.due).days}天" if problem.due and problem.is_overdue(today) else ""
    since = f"，{age}天" if age else ""
    return f"#{problem.number} {region}{project}{quoted(problem.text)}（{status_text(problem)}{since}{late}）"


def open_list(
    problems: Sequence[KeptProblem], *, today: dt.date, campaign: Campaign, regions: Sequence[str] = ()
) -> tuple[str, ...]:
    """List open problems, the overdue and the oldest first."""
    del campaign
    named = {p.region for p in problems} | set(regions)
    where = named.pop() if len(named) == 1 else ""
    if not problems:
        return (f"{where}没有在办问题。需省厅协调的，发“问题 …”登记。",)
    late = sum(p.is_overdue(today) for p in problems)
    head = f"【问题台账】{where}在办{len(problems)}个" + (f"（逾期{late}个）" if late else "")
    ordered = sorted(problems, key=lambda p: (not p.is_overdue(today), p.number))
    lines = [problem_line(p, today=today, with_region=not where) for p in ordered[:LISTED]]
    more = (f"另有{len(problems) - LISTED}个，发“问题 市州”分别查看。",) if len(problems) > LISTED else ()
    return (head, *lines, *more, f"发“问题 #{ordered[0].number}”看办理过程。")


def shown(problem: KeptProblem, events: Sequence[Happening], *, today: dt.date, campaign: Campaign) -> tuple[str, ...]:
    """Show one problem with its history."""
    category = campaign.category(problem.category).name
    age = (today - local_day(problem.opened_at)).days
    opened = f"{day_text(local_day(problem.opened_at))}登记，{age}天"
    late = f"，逾期{(today - problem.due).days}天" if problem.due and problem.is_overdue(today) else ""
    project = f"{problem.project}：" if problem.project and problem.project not in problem.text else ""
    lines = [
        f"【问题#{problem.number}】{problem.region} {category}（{opened}{late}）",
        f"内容：{project}{quoted(problem.text, 120)}",
        f"状态：{status_text(problem)}",
        f"任务：{task_text(problem)}" if task_text(problem) else "",
        f"佐证：{quoted(problem.evidence, 80)}" if problem.evidence else "",
        "过程：" + "；".join(event_text(e) for e in events[-EVENTS:]),
    ]
    return tuple(filter(None, lines))


def task_text(problem: KeptProblem | ListRow) -> str:
    """Say what is to be done, by whom, until when."""
    parts = [
        quoted(problem.measure) if problem.measure else "",
        problem.person or "",
        f"{day_text(problem.due)}前" if problem.due else "",
    ]
    return "，".join(filter(None, parts))


def event_text(event: Happening) -> str:
    """Say one line of a problem's history: 11月15日转办耕保处."""
    detail = event.detail
    who = f"（{quoted(detail['who'], 10)}）" if detail.get("who") else ""
    said = {
        Deed.OPENED: "登记",
        Deed.REPEATED: "再次反映",
        Deed.REOPENED: "再次反映，恢复办理",
        Deed.ANNOUNCED: f"通知{detail['to']}" if detail.get("to") else "报送领导小组",
        Deed.ASKED: "催办",
        Deed.TASKED: "明确任务",
        Deed.ROUTED: f"转办{detail.get('to', '')}",
        Deed.ESCALATED: "提请领导小组",
        Deed.SOLVED: "报解决",
        Deed.CLOSED: "销号",
        Deed.WITHDRAWN: "撤回办结" if detail.get("from") in _DONE else "随登记撤回",
        Deed.RESTORED: "随登记恢复",
    }[event.deed]
    return f"{day_text(local_day(event.at))}{said}{who}"


def three_lists(rows: Sequence[ListRow], *, day: dt.date, where: str | None, asks: bool = False) -> tuple[str, ...]:
    """Say the three lists: what is in the way, who is responsible, what is to be done until when.

    `asks` whoever may complete them for what is missing.
    """
    head = f"【三清单】{where or ''}{day_text(day)}"
    if not rows:
        return (f"{head}：没有在办问题。",)
    shown_rows = rows[:LISTED]
    several = len({row.region for row in rows}) > 1 or where not in {row.region for row in rows}
    what = [
        f"#{r.number} {f'{r.region} ' if several else ''}{quoted(r.what)}（{r.category}，{r.age_days}天）"
        for r in shown_rows
    ]
    who = [f"#{r.number} {r.division or '未定处室'} {r.person or '未定责任人'}" for r in shown_rows]
    todo = [
        f"#{r.number} {_todo(r)}（{r.status}{f'，逾期{r.days_overdue}天' if r.days_overdue else ''}）"
        for r in shown_rows
    ]
    more = (f"另有{len(rows) - LISTED}个未列出，发“三清单 市州”分别查看。",) if len(rows) > LISTED else ()
    incomplete = [f"#{r.number}" for r in rows if asks and not (r.measure and r.person and r.due)]
    ask = (
        (f"待补措施、责任人或时限：{'、'.join(incomplete[:LISTED])}，请回“任务 #号 日期 措施 责任人”。",)
        if incomplete
        else ()
    )
    return (f"{head}：{len(rows)}个", "一、问题清单", *what, "二、责任清单", *who, "三、任务清单", *todo, *more, *ask)


def _todo(row: ListRow) -> str:
    due = f"，{day_text(row.due)}前" if row.due else "，未定时限"
    return f"{quoted(row.measure) if row.measure else '未定措施'}{due}"


def opened(problem: KeptProblem, campaign: Campaign) -> str:
    """Confirm that a problem mentioned in passing was opened."""
    category = campaign.category(problem.category).name
    return f"已列入｜{problem.region} 问题#{problem.number}（{category}）{_handed_to(problem)}：{quoted(problem.text)}"


def joined(problem: KeptProblem) -> str:
    """Say that what was mentioned in passing is an open problem already."""
    return f"与在办问题#{problem.number}相同，已并入。"


def settled(problem: KeptProblem) -> str:
    """Confirm that a problem is solved, or closed."""
    if problem.state is ProblemState.CLOSED:
        return f"问题#{problem.number}已销号（{problem.region}：{quoted(problem.text)}）。"
    return f"问题#{problem.number}已记为解决，{waits_for(problem)}。"


def unsettled(why: Unsettled, problem: KeptProblem) -> str:
    """Say why a problem could not be closed."""
    number = problem.number
    return {
        Unsettled.NO_EVIDENCE: f"请附一句办结佐证，如“办结 #{number} 指标已调剂到位”。",
        Unsettled.WAITS_FOR_OTHER: f"问题#{number}已记为解决，{waits_for(problem)}。",
        Unsettled.CLOSED_ALREADY: f"问题#{number}已销号；又出现的，发“问题 …”重新登记。",
    }[why]


def tasked(problem: KeptProblem) -> str:
    """Confirm a problem's task."""
    return f"问题#{problem.number}处置中：{task_text(problem)}。"


def routed(problem: KeptProblem) -> str:
    """Confirm that a problem was handed on."""
    return f"问题#{problem.number}已转{problem.division}，将随下一批通知。"


def escalated(problem: KeptProblem) -> str:
    """Confirm that a problem was put to the leading group."""
    return f"问题#{problem.number}已提请领导小组，将随下一批报送；原办理处室继续跟进。"


def there_already(problem: KeptProblem) -> str:
    """Say that a problem is where it was to go."""
    return f"问题#{problem.number}已是{status_text(problem)}。"


def no_such_problem(number: int) -> str:
    """Say that no problem has that number."""
    return f"没有问题#{number}，发“问题”看在办清单。"


def not_your_problem(problem: KeptProblem) -> str:
    """Refuse to show or move another's problem."""
    return f"问题#{problem.number}不在您的办理范围，如需办理请联系管理员。"


def own_unit_only() -> str:
    """Refuse to list another unit's problems."""
    return "只能查看本单位的问题，发“问题”看在办清单。"


def nothing_to_enlist() -> str:
    """Say that nothing was mentioned that could be opened."""
    return "没有待列入的问题。登记问题请发“问题 …”，如“问题 耕地占补指标不足，请省厅协调”。"


def no_such_division(words: str, divisions: Sequence[str]) -> str:
    """Say that no division is called so."""
    return f"没有找到处室“{quoted(words, 12)}”，可选：{'、'.join(divisions)}。"


def day_is_over(day: dt.date) -> str:
    """Say that a due day lies behind."""
    return f"{day_text(day)}已过，请写明今后的日期，如“12月1日前”。"
