"""What stands in brackets: a part of the figure before, a remark on it, a heading, a unit, a quotation."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from bot.parsing.bare import add_growth
from bot.parsing.clauses import ends_sentence
from bot.parsing.context import Context
from bot.parsing.figure import Figure
from bot.parsing.headings import all_tokens, take_day
from bot.parsing.marks import COMPARE
from bot.parsing.plans import on_plan
from bot.parsing.reasons import WRONG
from bot.parsing.remarks import tells_how_known
from bot.parsing.sentences import sentence_voids
from bot.parsing.sorts import Sort
from bot.parsing.state import Now, State
from bot.parsing.tails import tells_of_before
from bot.parsing.tellings import tells_all
from bot.parsing.tokens import Clause, Token
from bot.parsing.units import unit_of

_WAS = re.compile(r" ?原(?:来|先|为|是|报)? ?[\d一二三四五六七八九十两]")
ReadClause = Callable[[State, Clause, Clause | None, str], None]
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE})


def read_group(state: State, group: Token, read_clause: ReadClause) -> None:
    """Read a bracket: a heading holds on, a round one with figures is left as it was entered."""
    if _unit_label(state, group):
        return
    outer_now, outer = state.now, state.context
    heading = group.text in "[【" or _dates_line(state, group)
    has_figures = any(token.sort in _FIGURES for clause in group.inner for token in all_tokens(clause))
    if group.text in '“"':
        for clause in group.inner:
            state.passed += [(t.start, t.end, "是引用") for t in all_tokens(clause) if t.sort in _FIGURES]
        return
    if not has_figures:
        if heading:
            outer.today, today = outer.sent_on, outer.today
            _read_remark(state, group, read_clause, heading=heading)
            if not any(token.sort is Sort.PERIOD for clause in group.inner for token in all_tokens(clause)):
                outer.today = today
        else:
            _read_remark(state, group, read_clause, heading=heading)
        return
    if _areas_of_each(state, group) or _is_growth(state, group) or tells_all(state, group):
        return
    if _WAS.match(state.text, group.start + 1) is not None:
        state.passed += [(t.start, t.end, WRONG) for clause in group.inner for t in clause.tokens if t.sort in _FIGURES]
        return  # （原3宗45亩）
    state.context = outer.copy()
    state.context.bracketed = True
    _enter_breakdown(state, outer_now)
    last, label = state.last, state.label
    for at, clause in enumerate(group.inner):
        void = (
            outer_now.void
            or (outer.void if outer.void == COMPARE else "")
            or sentence_voids(list(group.inner), state.text)[at]
        )
        following = group.inner[at + 1] if at + 1 < len(group.inner) else None
        read_clause(state, clause, following, void)
    made = state.now.made
    state.context, state.now = outer, outer_now
    state.last, state.label = last, label
    _ = made


def _dates_line(state: State, group: Token) -> bool:
    """Whether a round bracket at the head of a line says the day of what follows: （12月8日数据）上报2宗."""
    if not state.text[: group.start].rstrip(" ").endswith(("", "\n")[group.start > 0]):
        return False
    sorts = {token.sort for clause in group.inner for token in clause.tokens}
    return Sort.PERIOD in sorts and sorts.isdisjoint({Sort.STAGE, Sort.UP_TO})


def _areas_of_each(state: State, group: Token) -> bool:
    """Read 两宗（60亩、25亩） or 两宗（60、25亩）: as many areas as cases are theirs together."""
    last = state.last
    if last is None or last not in state.now.made or last.count is None or last.area_mu is not None or last.void:
        return False
    tokens = [t for clause in group.inner for t in clause.tokens if t.sort is not Sort.PAUSE and t.text != "+"]
    if len(tokens) < 2 or len(tokens) != last.count or tokens[-1].sort is not Sort.AREA:
        return False
    if not all(t.sort in {Sort.AREA, Sort.BARE} and t.value is not None for t in tokens):
        return False
    unit = Decimal(unit_of(state, tokens[-1]))
    values = ((t.value or Decimal(0)) * (unit if t.sort is Sort.BARE else 1) for t in tokens)
    last.area_mu = sum(values, Decimal(0))
    last.spans += [(t.start, t.end) for t in tokens]
    return True


def _is_growth(state: State, group: Token) -> bool:
    """Read 45宗（+2宗）, 0.46万亩（+0.02万亩）: the standing, and what of it is new today."""
    last = state.last
    tokens = [t for clause in group.inner for t in clause.tokens]
    if last is None or state.text[group.start + 1] != "+" or len(tokens) != 2 or tokens[1].value is None:
        return False
    number = tokens[1]
    if number.sort not in {Sort.COUNT, Sort.AREA}:
        return False
    add_growth(state, last, number, count=number.sort is Sort.COUNT)
    return True


def _enter_breakdown(state: State, outer: Now) -> None:
    """In a bracket behind a figure, counts of the same thing are parts of it."""
    context = state.context
    if outer.made and state.last is not None and state.last in outer.made:
        context.within = state.last.place
        state.track_before, state.owner_before = context.track, context.owner


def _read_remark(state: State, group: Token, read_clause: ReadClause, *, heading: bool) -> None:
    """Read a bracket without figures: more of the figure before it, or what holds from there on."""
    outer, context = state.now, state.context
    heads = heading and group is not outer.tokens[-1] and any(clause.has(Sort.PERIOD) for clause in group.inner)
    made = [] if heads else list(outer.made)  # 【昨日】批复2宗【今日】批复1宗
    if made:
        if tells_of_before(group.inner, made[-1].stage):
            return
        state.context = context.copy()
    for clause in group.inner:
        if made and tells_how_known(state.text, clause):
            continue  # 昨日上报1宗（今天才知道）
        read_clause(state, clause, None, outer.void)
    inner, told = state.now, state.context
    state.now, state.context = outer, context
    if made:
        _apply_remark(group, outer, inner, told, before=context)
        if any(clause.has(Sort.UP_TO) for clause in group.inner) or _ends_list(state, group):
            _date_all(state.of_sentence(), made[-1], today=context.today)
        return
    outer.marked = outer.marked or inner.marked
    outer.stage_said = outer.stage_said or inner.stage_said
    if heading and context.marks.period is not None:
        take_day(state)
        if "昨" in state.text[group.start : group.end]:
            state.dated_by_label = context.today  # 【昨日】批复2宗⏎今日：批复1宗


def _apply_remark(group: Token, outer: Now, inner: Now, told: Context, *, before: Context) -> None:
    """Let what a bracket says hold for the figure before it, or with 均为 for all in the clause."""
    made = list(outer.made)
    if inner.void or told.void or inner.negated:
        return
    names_step = not outer.stage_said and _names_only_step(group)
    if inner.stage_said and not (inner.all_above or names_step) and made[-1].stage not in {None, told.stage}:
        return
    remarks = sum(token.sort is Sort.GROUP for token in outer.tokens)  # 上报3宗（批次）、批复1宗（重点项目）
    of_all = remarks == 1 and (inner.all_above or any(clause.has(Sort.TRACK) for clause in group.inner))
    standing = told.resolve() if told.marks.any() else None
    for figure in made if of_all else made[-1:]:
        if inner.stage_said and (figure.stage is None or inner.all_above or names_step):
            figure.stage = told.stage
        if told.track != before.track:
            figure.track, figure.track_said = told.track, True
        named = told.owner.county is not None or figure.owner.region is None
        if told.owner is not before.owner and named:
            figure.owner, figure.told = told.owner, True
        if standing is not None:
            figure.basis, figure.since, figure.date = standing[:3]


def _ends_list(state: State, group: Token) -> bool:
    """Whether 累计 in a bracket ends a list in which nothing else tells time: 批复46宗，上报60宗（累计）."""
    clause, told = state.now.clause, [token for inner in group.inner for token in inner.tokens]
    if len(told) != 1 or told[0].sort is not Sort.CUMULATIVE or not ends_sentence(clause):
        return False
    return group is clause.tokens[-1] and not any(f.timed or f.added for f in state.of_sentence())


def _date_all(said: list[Figure], dated: Figure, *, today: dt.date) -> None:
    """Let the day that a bracket says they stand at be that of all before it: 上报60宗，批复45宗（截至12月18日）."""
    for figure in said:
        if not figure.timed and figure.within is None and figure.date == today:
            figure.basis, figure.since, figure.date = dated.basis, dated.since, dated.date


def _names_only_step(group: Token) -> bool:
    """Whether a bracket only names the step of the figure before it, which had it from before: 累计60宗（批复）."""
    sorts = [token.sort for clause in group.inner for token in clause.tokens]
    return sorts in ([Sort.STAGE], [Sort.ALREADY, Sort.STAGE])


def _unit_label(state: State, group: Token) -> bool:
    """（单位：万亩）or 面积（亩）: the unit of bare numbers."""
    inside = state.text[group.start + 1 : group.end - 1].strip().replace(" ", "")
    several = inside.replace("、", "/").split("/")
    if len(several) > 1 and all(
        unit in state.vocabulary.units or unit in state.vocabulary.count_units for unit in several
    ):
        state.context.units = state.vocabulary.units_at(":" + inside, 0)  # （宗/亩）
        return True
    factor = state.vocabulary.units.get(inside)
    if factor is not None:
        state.label_factor = str(factor)
        if state.now.clause.closer is Sort.COLON:
            state.label = "area"  # 批复（亩）：40
        known = tuple(unit for unit in state.context.units if unit == "count")
        state.context.units = (*known, str(factor))
        return True
    if inside in state.vocabulary.count_units:
        if state.now.clause.closer is Sort.COLON:
            state.label = "count"
        state.context.units = ("count", *(unit for unit in state.context.units if unit != "count"))
        return True
    return False


def on_unit_label(state: State, token: Token, at: int) -> None:
    """单位：宗、万亩"""
    found = state.vocabulary.units_at(state.text, token.end)
    if found:
        state.context.units = found
    _ = at


def on_label(state: State, token: Token, at: int) -> None:
    """宗数, 面积: what a bare number behind it is; 拟用地2宗 is a plan, 拟用地80亩 the area of what was sent up."""
    after = state.now.tokens[at + 1] if at + 1 < len(state.now.tokens) else None
    if token.text.startswith("拟") and (after is None or after.sort not in {Sort.AREA, Sort.BARE, Sort.GROUP}):
        on_plan(state, token, at)
        return
    state.label = "count" if token.sort is Sort.COUNT_LABEL else "area"
    state.label_factor = "1" if token.text == "亩数" else ""
