"""What the batches of problems say to divisions, to the leading group and to units."""

import datetime as dt
from collections.abc import Sequence

from bot.document import Document
from bot.rules.problem_followup import Batch, Chase
from bot.rules.wording.phrases import day_text
from bot.rules.wording.problems import problem_line, quoted
from config.campaign import Campaign
from storage.kept import KeptProblem

LISTED = 20
"""Problems named one by one in a batch; the list in chat has the rest."""
_WORDS = {
    Chase.NEW: "新转办",
    Chase.SILENT: "请反馈进展",
    Chase.OVERDUE: "已逾期",
    Chase.CONFIRM: "待确认销号",
}


def division_batch(division: str | None, batch: Batch, *, day: dt.date, campaign: Campaign) -> Document:
    """Tell a division (or, of what none handles, headquarters) what is new, silent, overdue or to be confirmed."""
    counts = "，".join(f"{word}{len(batch.chased[why])}个" for why, word in _WORDS.items() if why in batch.chased)
    lines = [f"【问题转办】{division or '未定处室'} {day_text(day)}：{counts}。"]
    for why, word in _WORDS.items():
        lines += _section(word, batch.chased.get(why, ()), day=day, campaign=campaign)
    return Document(lines=(*lines, _how_to_answer(batch)))


def _how_to_answer(batch: Batch) -> str:
    """Say what a division may answer, with the first problem's number."""
    to_do = [p for why in (Chase.NEW, Chase.SILENT, Chase.OVERDUE) for p in batch.chased.get(why, ())]
    if not to_do:
        number = batch.chased[Chase.CONFIRM][0].number
        return f"属实请回“办结 #{number}”；未解决请回“任务 #{number} 日期 措施 责任人”继续办理。"
    number = to_do[0].number
    return f"回复“任务 #{number} 日期 措施 责任人”明确任务，“办结 #{number} 佐证”办结，“转办 #{number} 处室”转办。"


def headquarters_batch(documents: Sequence[Document]) -> Document:
    """Put several divisions' lists into one message, for whoever stands in for their chats."""
    return Document(lines=tuple(line for document in documents for line in document.lines))


def leaders_batch(batch: Batch, *, day: dt.date, campaign: Campaign) -> Document:
    """Tell the leading group which problems were put to it."""
    problems = [p for group in batch.chased.values() for p in group]
    lines = [f"【提请领导小组】{day_text(day)}：{len(problems)}个问题提请研究。"]
    lines += _section("提请研究", batch.chased.get(Chase.ESCALATED, ()), day=day, campaign=campaign)
    lines += _section("多次催办未反馈", batch.chased.get(Chase.GIVEN_UP, ()), day=day, campaign=campaign)
    return Document(lines=tuple(lines))


def region_batch(region: str, batch: Batch) -> Document:
    """Ask a unit to confirm what its division says to be solved."""
    lines = [f"【办结确认】{region}：以下问题已报解决，请核实。"]
    lines += [
        f"#{problem.number} {quoted(problem.text)}；佐证：{quoted(problem.evidence or '')}"
        for problem in batch.chased[Chase.CONFIRM][:LISTED]
    ]
    number = batch.chased[Chase.CONFIRM][0].number
    lines.append(f"属实请回“办结 #{number}”；未解决请再发“问题 …”说明。")
    return Document(lines=tuple(lines))


def _section(word: str, problems: Sequence[KeptProblem], *, day: dt.date, campaign: Campaign) -> list[str]:
    if not problems:
        return []
    lines = [f"{word}：", *(_line(p, day, campaign) for p in problems[:LISTED])]
    return [*lines, f"等{len(problems)}个，发“问题”看全部。"] if len(problems) > LISTED else lines


def _line(problem: KeptProblem, day: dt.date, campaign: Campaign) -> str:
    evidence = f"；佐证：{quoted(problem.evidence)}" if problem.evidence else ""
    return f"{problem_line(problem, today=day)}［{campaign.category(problem.category).name}］{evidence}"
