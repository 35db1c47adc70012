"""Lines and brackets that stand over what follows: dates, places, steps, units."""

import datetime as dt
import itertools
import re

from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Clause, Token

_HEADING = re.compile(
    r"进展|情况|日报|周报|月报|战报|快报|简报|明细|接龙|数据|汇报|报告|小结|通报|统计|台账|进度|一览|表|更新|播报|汇总|清单|动态|报送|填报|工作|计划|打算|安排|任务|如下|补报|战果|成绩",
)


_HAN = re.compile(r"[\u4e00-\u9fff]")


def take_as_heading(state: State, line: list[Clause], today: dt.date) -> None:
    """Let a line without figures that looks like a heading hold for the lines below it."""
    tokens = [token for clause in line for token in all_tokens(clause)]
    context = state.context
    said_day, context.today = context.today, today
    if not tokens or not _looks_like_heading(state, line):
        return
    if any(token.sort is Sort.PERIOD for token in tokens):
        context.today = said_day
    sorts = {token.sort for token in tokens}
    if context.marks.any() or context.standing.basis is not None:
        context.resolve()
        state.base = context.standing.copy()
        period = state.base.period
        if period is not None and period.last is not None and period.kind in {"day", "range"}:
            context.today = period.last
    state.base_other = Sort.PROCEDURE in sorts and sorts.isdisjoint({Sort.STAGE, Sort.TRACK, Sort.PROBLEM})
    if Sort.TRACK in sorts:
        state.base_track = context.track
    if Sort.STAGE in sorts:
        state.base_stage = context.stage
    if Sort.PLACE in sorts:
        state.base_county = context.owner.county
    elif Sort.OWN in sorts:
        state.base_county = None
    state.base_void = context.void if sorts & {Sort.PLAN, Sort.TARGET} else ""
    state.line_base = state.base


_TODAY = ("今日", "今天", "本日")


def _looks_like_heading(state: State, line: list[Clause]) -> bool:
    """Whether a line is a heading: a colon or bracket at its end, a word like 进展, or nothing but known words."""
    text = state.text[line[0].start : line[-1].end].strip()
    if line[-1].closer is Sort.COLON or any(
        c.closer is Sort.COLON and not c2.tokens for c, c2 in itertools.pairwise(line)
    ):
        return True
    if text.endswith((")", "】", "]", ":")) or text.startswith(("【", "[", "#")):
        return True
    known = sum(token.end - token.start for clause in line for token in clause.tokens)
    rest = len(_HAN.findall(text)) - known
    return rest <= 1 or (_HEADING.search(text) is not None and line[-1].closer is not Sort.STOP)


def all_tokens(clause: Clause) -> list[Token]:
    """Return the tokens of a clause with those of its brackets."""
    found: list[Token] = []
    for token in clause.tokens:
        found.append(token)
        for inner in token.inner:
            found += all_tokens(inner)
    return found


def take_day(state: State) -> None:
    """Make a date in a heading's bracket the report's day from there on."""
    context = state.context
    period = context.marks.period
    if period is None or period.last is None or period.kind not in {"day", "range"}:
        return
    context.resolve()
    context.today = period.last
    state.base = context.standing.copy()
    state.line_base = state.base


def close_label(state: State, clause: Clause) -> None:
    """Let words before a colon hold for what follows, a date among them for the whole line."""
    now, context = state.now, state.context
    known = {Sort.PERIOD, Sort.PLACE, Sort.STAGE, Sort.OWN}
    state.colon_says_report = any(token.sort in known for token in all_tokens(clause)) and not clause.has(Sort.PROBLEM)
    if now.made or not (context.marks.period or context.marks.stands_at):
        return
    period = context.marks.period
    dated = Sort.STAGE not in clause.sorts and any(
        token.sort is Sort.PERIOD and "月" in token.text for token in all_tokens(clause)
    )
    context.resolve()
    state.line_base = context.standing.copy()
    if period is not None and period.is_day and period.last is not None and dated:
        context.today = period.last
        said = state.text[clause.end + 1 :].split("\n", 1)[0].strip()
        of_today = any(word in said for word in _TODAY)  # 12月10日进展：今日上报2宗
        state.dated_by_label = period.last if said and not of_today else None
