"""What of a plan, a target or a mistake goes on in the clauses behind it."""

import re

from bot.parsing import marks
from bot.parsing.reasons import WRONG
from bot.parsing.sorts import Sort
from bot.parsing.state import Now, State
from bot.parsing.tokens import Clause

FACTS = frozenset({Sort.PERIOD, Sort.CUMULATIVE, Sort.ALREADY, Sort.STANDS, Sort.UP_TO, Sort.FACT, Sort.DONE})
"""Words that speak of what is."""
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE})
_THEN = re.compile(r"\s*(?:再|就|才|即可|便)(?!次)")
_ONLY = re.compile(r"\s*(?:但|但是|最后|最终|结果)?[只仅](?![要能有等])")
"""原定上报3宗，只报了2宗."""
_SPEAKS_ON = re.compile(r"\s*(?:而是|是|应|实|(?:总?面积)?(?:还|仍|依然|依旧)|面积(?:是|为|应))")


def goes_on(state: State, clause: Clause, before: Now) -> bool:
    """Whether a clause is still a part of the plan or target before it."""
    void = state.context.void
    heads = before.clause.closer is Sort.COLON and not before.made
    told = heads and void in {WRONG, marks.COMPARE}  # 原报：5宗 · 去年同期批复：38宗
    if told or state.supposing or (void == marks.PLAN and _THEN.match(state.text, clause.start) is not None):
        return True
    facts = set(FACTS)
    if marks.only_sums(clause.tokens):
        facts.remove(Sort.ALREADY)
    only_area = Sort.AREA in clause.sorts and not clause.has(Sort.COUNT, Sort.STAGE, Sort.NEW, *facts)
    if void == marks.PLAN:
        facts -= {Sort.PERIOD, Sort.DONE} if state.plan_heads else set()  # 下步打算：本周完成3宗组卷
        more = state.plan_has_figures or only_area  # 月底能批，120亩呢
        return more and not clause.has(*facts) and _ONLY.match(state.text, clause.start) is None
    if void == marks.TARGET and state.target_heads and state.plan_has_figures:
        return not clause.has(*facts)
    if void == marks.ADDED:
        of_days = Sort.PERIOD in before.clause.sorts  # 加上昨天的1宗，一共报了3宗
        sums = Sort.ALREADY in clause.sorts and not clause.has(Sort.CUMULATIVE, Sort.PERIOD)
        return sums and (of_days or Sort.STAGE not in clause.sorts)
    if void == marks.TARGET:
        labelled = only_area and Sort.AREA_LABEL in clause.sorts
        of_counted = labelled and before.clause.sorts.isdisjoint(_FIGURES)  # 批复104宗，占任务的90.4%；面积1.13万亩
        return clause.has(*_FIGURES) and not (of_counted or clause.has(Sort.STAGE, Sort.NEW, *facts))
    return only_area and _SPEAKS_ON.match(state.text, clause.start) is None and not _is_of_right(state, before)


def _is_of_right(state: State, before: Now) -> bool:
    """Whether an area is of what was said to be right: 应为2宗不是3宗，面积0.02万亩."""
    right = Sort.NOT_THAT in before.clause.sorts
    return right and any(not figure.void and figure.area_mu is None for figure in state.of_sentence())


def note_plan(state: State, clause: Clause) -> None:
    """Note whether a plan or target goes on in the clauses behind."""
    now, void = state.now, state.context.void
    heads = clause.closer is Sort.COLON
    if void == marks.TARGET:
        below = state.target_over and (now.stage_said or not now.made)
        state.plan_has_figures = (heads and not now.made) or below  # 11月目标：上报20宗，批复15宗
        state.target_over = heads or below
    elif void == marks.PLAN:
        state.plan_has_figures = now.stage_said or bool(now.made) or heads or state.plan_heads
        state.plan_heads = state.plan_heads or heads
    else:
        state.plan_heads = state.target_over = False
