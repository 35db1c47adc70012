"""Other procedures than those of the campaign: 用地预审, 林地, 压覆矿产审批. Their steps are no progress."""

import re

from bot.parsing.context import OTHER_PAPER
from bot.parsing.lexicon import MATTERS, OWN_MATTERS
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Clause, Token

OTHER = "是其他手续"
_BETWEEN = frozenset({Sort.COUNT, Sort.AREA, Sort.VAGUE, Sort.BARE, Sort.GROUP})
_FIGURES = _BETWEEN - {Sort.GROUP}
_WHEN = frozenset({Sort.PERIOD, Sort.ALREADY, Sort.NEW, Sort.ALL_ABOVE, Sort.CUMULATIVE, Sort.STANDS})
_ARE = frozenset({"是", "都是", "均为", "均是", "全是", "全为", "均系", "均属", "都属", "属", "属于", "系", "为"})
_IS_OF = frozenset({"用地", "的用地", "建设用地", "的是", "的都是", "的为", "了的是"})
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MATTERS = tuple(MATTERS.split())
_LAST = frozenset(word[-1] for word in _MATTERS)
_OF_MATTER = re.compile(
    r"(?:局部|优化|调整|修改|修编|评估|论证|审批|方案|审查|审核|报告|手续|行政|事项|许可|查询|备案|划定|变更|评审|意见|的)*"
)
_OURS = re.compile("建设用地|农用地转用|农转用|土地征收|用地报批|批次|用地审批")
"""Behind the label of another procedure, these speak of the campaign again."""


def may_be_matter(state: State, token: Token) -> bool:
    """Whether a word, right behind a step, is what was reported: 上报图斑12个."""
    if token.sort is Sort.PROCEDURE:
        return True
    known = bool(token.category) and token.category not in state.vocabulary.own_categories
    return known and token.text not in OWN_MATTERS


def is_matter(state: State, token: Token) -> bool:
    """Whether a word names what has approvals of its own: 压覆矿产, 开发边界, but not 征地 nor 单独选址."""
    return may_be_matter(state, token) and token.text not in state.vocabulary.weak_categories


def is_of_other_matter(state: State, at: int) -> bool:
    """Whether what stands right before a stage has approvals of its own: 压覆矿产审批今天通过1宗, 边界优化批复1宗."""
    tokens, first = state.now.tokens, at
    while first and tokens[first - 1].sort in _WHEN:
        first -= 1
    end = tokens[first].start
    named = tokens[first - 1] if first and tokens[first - 1].category else None
    if named is None and state.text[end - 1 : end] not in _LAST:
        return False
    if state.campaign.stage(tokens[at].key).returns:
        return False  # 因压覆矿产退回1宗
    if named is not None and _OF_MATTER.fullmatch(state.raw_between(named.end, end)) and is_matter(state, named):
        return True
    return state.text.endswith(_MATTERS, state.now.clause.body, end)


def goes_on_with_other(state: State, token: Token) -> bool:
    """Whether a step right behind another procedure's figure is of that too: 环评受理2个，批复1个."""
    last = state.figures[-1]
    if last.void != OTHER or last.sentence != state.sentence:
        return False
    return state.now.tokens[0].sort is Sort.STAGE and token.text.endswith(("个", "件"))


def label_other(state: State, clause: Clause) -> None:
    """Let the label of another procedure hold for what follows: 用地预审：今日批复2个项目."""
    if clause.sorts.isdisjoint({Sort.PROCEDURE, Sort.CATEGORY}) or clause.has(Sort.STAGE, Sort.PROBLEM, *_FIGURES):
        return
    last = clause.tokens[-1]
    state.other_label = may_be_matter(state, last) and len(_HAN.findall(state.text[last.end : clause.end])) <= 4


def label_in_bracket(state: State, group: Token) -> None:
    """Let a bracket at the head of a clause that names another procedure be its label: 【用地预审】今日批复2个."""
    clause = group.inner[0] if len(group.inner) == 1 else None
    if (
        clause is not None
        and group.text in "[【("
        and Sort.PROCEDURE in clause.sorts
        and Sort.STAGE not in clause.sorts
    ):
        state.other_label = state.now.other_paper = True


def go_on_under_label(state: State, clause: Clause, before: Clause) -> None:
    """See whether a clause still stands under the label of another procedure."""
    if before.closer is Sort.SEMICOLON or before.closer is Sort.STOP:
        state.other_label = state.base_other
    elif clause.closer is Sort.COLON or _OURS.search(state.text, clause.start, clause.end) is not None:
        state.other_label = False
    state.now.other_paper = state.other_label


def is_other_paper(state: State, at: int) -> bool:
    """Whether another procedure is named right behind the stage: 批复可研, 办结登记, 批复的是先行用地."""
    tokens = state.now.tokens
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or after.sort is not Sort.PROCEDURE:
        return False
    gap = state.raw_between(tokens[at].end, after.start)
    return len(gap) <= 1 or gap in _IS_OF


def on_procedure(state: State, token: Token, at: int) -> None:
    """Note that the clause speaks of another procedure, which may be what was counted before it."""
    now = state.now
    if any(name.start <= token.start < name.end and name.name != token.text for name in now.names):
        return
    now.other_paper = True
    before = now.tokens[at - 1] if at else None
    if before is not None and before.sort in {Sort.COUNT, Sort.AREA} and now.made:
        if state.raw_between(before.end, token.start) in {"", "的"}:
            now.made[-1].void = now.made[-1].void or OTHER  # 批复2宗临时用地
    elif _only_tells(state, token):
        _was_other(state)


def _only_tells(state: State, token: Token) -> bool:
    """Whether a clause only tells what was counted before it: 均为临时用地, （临时用地）."""
    clause = state.now.clause
    if not clause.sorts.isdisjoint(_BETWEEN) or len(_HAN.findall(state.text[token.end : clause.end])) > 2:
        return False
    lead = state.raw_between(clause.start, token.start)
    return lead in _ARE or (not lead and state.text[clause.start - 1 : clause.start] == "(")


def _was_other(state: State) -> None:
    """Void what was counted, or let what is counted next be of another procedure."""
    said = state.of_sentence()
    for figure in said if state.now.clause.has(Sort.ALL_ABOVE) else said[-1:]:
        figure.void = figure.void or OTHER
    if not said:
        state.context.stage = OTHER_PAPER
