"""Why a figure is no fact of this campaign: a plan, a target, another paper, another thing counted."""

import re

from bot.parsing.context import OTHER_PAPER
from bot.parsing.lexicon import HEDGES, TAILS
from bot.parsing.procedures import OTHER, goes_on_with_other, may_be_matter
from bot.parsing.reasons import NOT_REACHED, UNKNOWN
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tellings import LEADS
from bot.parsing.tokens import Token
from storage.records import Basis

_HAN = re.compile(r"[\u4e00-\u9fff]")


_FOREIGN = frozenset(
    {
        Sort.CATEGORY,
        Sort.PLAIN,
        Sort.PROBLEM,
        Sort.DIVISION,
        Sort.LEADER,
        Sort.VISIT,
        Sort.NOT,
        Sort.REQUEST,
        Sort.PROCEDURE,
    },
)


_TO_STOP, _OF_PARCELS = re.compile(r"[。\n]"), re.compile("[宗亩]|公顷")
REST = "是剩余差额"
OF_OTHERS = "是其余各家合在一起的数"
_OTHERS = re.compile(
    r"其[余他它](?:的|各?县市区?|各?县区?|[县市区]|各地|地方|各家|单位)* ?(?:[共有合计是为约还]{0,2} ?)$"
)
_BEHIND = ("后面", "后头", "后续", "后边")
_AIMED_AT = ("离", "冲", "冲刺", "冲击", "力拼", "够不上", "够不着", "达不到", "到不了")
"""离60宗还差7宗: what is not reached yet."""
_OF_OTHERS = re.compile(r"[审议评验开]")
"""市里审了1宗: a step that is none of ours."""
SOME_OF = "是其中通过的"
_DEEDS = re.compile(
    "正在核|在核|研究|讨论|审议|听取|议定|部署|调度|核查|巡查|接到|接访|接待|会商|摸排|谋划|汇报了|请示了|咨询了|沟通了"
    "|对接|走访|踏勘|抽查|查看|正在催|催了|看了|跑了|帮了|教了|看过|去看|来看|跑省厅|跑现场|服务企业"
)
"""Done with land and yet no step of it."""
_REASONS = ("因", "由于")
_PAPERS_OF_LAND = "(?:用地|地块|项目|土地|地|批文|批复|组卷|上报|报批|材料|报件|卷宗?|手续|审批|征收|工作|任务|文件)+"
_GOES_ON = "[也都已均今昨]|通过|完成|下来|到[了手]|报|送|交|上传|被|退|获"
_OF_LAND = re.compile(
    r"的(?:建设|工业|新增|土地)?"
    rf"(?:(?:总|用地|土地|合计)?面积|{_PAPERS_OF_LAND}(?:[了呢哈啊]*(?![\u4e00-\u9fff])|{_GOES_ON}))"
)
"""Behind a count, what belongs to land; of the call to sign in 组卷2宗的会签单找我签字 nothing was reported."""
_TAILS = re.compile("|".join(sorted(TAILS.split(), key=len, reverse=True)))
_HEDGES = re.compile("|".join(sorted(HEDGES.split(), key=len, reverse=True)))


def why_void(state: State, token: Token, at: int, *, inherited: bool) -> str:
    """Return why the figure is no fact, or nothing."""
    return (
        state.now.void
        or state.context.void
        or _owned_by_none(state)
        or _of_no_stage(state, at, inherited=inherited)
        or _of_the_rest(state, token, inherited=inherited)
        or _of_other_things(state, token, at, inherited=inherited)
    )


def _owned_by_none(state: State) -> str:
    """Return why the figure is no single unit's."""
    now, owner = state.now, state.context.owner
    if owner.whole:
        return "是全省的数"
    return "是几家合在一起的数" if owner.several and not (now.each or now.respectively) else ""


def _of_no_stage(state: State, at: int, *, inherited: bool) -> str:
    """Return why the stage in force is none that was reached here."""
    now = state.now
    if now.negated and not now.stage_said and inherited:
        return NOT_REACHED
    other = (state.context.stage == OTHER_PAPER and at not in now.waits) or (now.other_paper and inherited)
    if Sort.PROCEDURE in now.clause.sorts and at:
        before = now.tokens[at - 1]
        other = other or (before.sort is Sort.PROCEDURE and before.end == now.tokens[at].start)
    closed = state.other_topic and any(t.sort is Sort.STAGE and t.text == "办结" for t in now.tokens)
    goes_on = bool(state.figures) and goes_on_with_other(state, now.tokens[at])
    return OTHER if other or closed or goes_on else ""


def _of_the_rest(state: State, token: Token, *, inherited: bool) -> str:
    """Return why a count is of what is still to come: 累计批复10宗，还有7宗 · 后面3宗都得等."""
    if not inherited or token.sort is not Sort.COUNT:
        return ""
    if state.text.endswith(_BEHIND, 0, token.start):
        return REST if Sort.AREA not in state.now.clause.sorts else ""
    if _of_others(state, token):
        return OF_OTHERS
    last = state.last
    if not state.text.endswith("还有", 0, token.start) or last is None or last.void or state.now.marked:
        return ""
    standing = last.basis is Basis.CUMULATIVE and last.sentence == state.sentence and last.stage == state.context.stage
    return REST if standing else ""


def _of_others(state: State, token: Token) -> bool:
    """Whether a count is of all counties but those told before: 批复71宗，其中监利16宗，洪湖13宗，其余42宗."""
    if "其" not in state.text or _OTHERS.search(state.text, state.now.clause.start, token.start) is None:
        return False
    told = any(figure.owner.county is not None for figure in state.of_sentence())
    return told and Sort.PLACE not in state.now.clause.sorts


def _of_other_things(state: State, token: Token, at: int, *, inherited: bool) -> str:
    """Return why what is counted is no land of this campaign."""
    now = state.now
    if state.text.endswith(_AIMED_AT, 0, token.start):
        return REST
    if _of_other_deeds(state, token, at) or _tells_problem(state, token) or _has_other_papers(state, token):
        return "说的不是办理进度"
    of_problem = Sort.PROBLEM in now.clause.sorts  # 问题部分再加一个：…
    if inherited and token.sort is Sort.COUNT and (of_problem or has_foreign_tail(state, token)):
        return UNKNOWN
    if inherited and state.text.endswith("通过", 0, token.start):
        return SOME_OF  # 会审3宗，通过2宗
    if inherited and (_follows_foreign_word(state, token, at) if now.marked else has_foreign_words(state, token)):
        return UNKNOWN
    return "说的不是用地" if now.stage_said and not now.names and _foreign_object(state, token, at) else ""


def _tells_problem(state: State, token: Token) -> bool:
    """Whether a further problem is told, not a parcel: 问题4已经销号。新报一个：……"""
    if not state.text.startswith(":", token.end) or not token.text.endswith("个"):
        return False
    behind = _TO_STOP.split(state.text[token.end : token.end + 60], maxsplit=1)[0]
    return "问题" in state.text[: token.start] and _OF_PARCELS.search(behind) is None


def _has_other_papers(state: State, token: Token) -> bool:
    """Whether something else is spoken of than what is counted: 组卷2宗的会签单找我签字."""
    if token.sort is not Sort.COUNT or not state.text.startswith("的", token.end):
        return False
    tail = state.text[token.end : min(token.end + 12, state.now.clause.end)]
    after = next((t for t in state.now.tokens if t.start >= token.end), None)
    if after is not None and after.sort in {Sort.AREA, Sort.STAGE, Sort.AREA_LABEL} and after.start <= token.end + 2:
        return False
    return len(_HAN.findall(tail)) > 2 and _OF_LAND.match(tail) is None


def _of_other_deeds(state: State, token: Token, at: int) -> bool:
    """Whether what was done with the land is no step: 研究了3宗用地报批."""
    now = state.now
    start = now.clause.start
    if Sort.STAGE in now.clause.sorts:
        start = max([t.end for t in now.tokens[:at] if t.sort is Sort.STAGE], default=start)
    return start < token.start and _DEEDS.search(state.text, start, token.start) is not None


def _follows_foreign_word(state: State, token: Token, at: int) -> bool:
    """Whether another word stands right before the figure: 市级审查2宗."""
    before = state.now.tokens[at - 1] if at else None
    if before is None or before.sort is not Sort.OWN or state.now.names:
        return False
    return len(_HAN.findall(_HEDGES.sub("", state.raw_between(before.end, token.start)))) >= 2


def has_foreign_words(state: State, token: Token) -> bool:
    """Whether other words stand between the clause's beginning and the figure: 研究了3个项目."""
    now = state.now
    start = now.clause.body
    for other in now.tokens:
        if other.start >= token.start:
            break
        if other.sort in {
            Sort.COUNT,
            Sort.AREA,
            Sort.TRACK,
            Sort.PROJECT,
            Sort.WITHIN,
            Sort.BULLET,
            Sort.PLACE,
            Sort.GROUP,
        }:
            start = max(start, other.end)
    for name in now.names:
        if name.start < token.start:
            start = max(start, name.end)
    gaps: list[str] = []
    for other in now.tokens:
        if other.start >= token.start:
            break
        if other.sort in _FOREIGN:
            gaps.append(other.text)
        if other.end > start:
            gaps.append(state.raw_between(start, max(start, other.start)))
            start = other.end
    raw = _HEDGES.sub("", "".join(gaps) + state.raw_between(start, token.start))
    return len(_HAN.findall(raw)) >= 2 or _OF_OTHERS.search(raw) is not None


def _foreign_object(state: State, token: Token, at: int) -> bool:
    """Whether something else than land was reported: 上报典型案例2个."""
    before = state.now.tokens[at - 1] if at else None
    if before is None:
        return False
    if at > 1 and state.now.tokens[at - 2].sort is Sort.STAGE and may_be_matter(state, before):
        return True  # 上报图斑12个
    if before.end == token.start or before.sort not in {Sort.STAGE, Sort.PLAIN}:
        return False
    return (
        len(_HAN.findall(_HEDGES.sub("", state.raw_between(max(before.end, state.now.clause.body), token.start)))) >= 3
    )


def has_foreign_tail(state: State, token: Token) -> bool:
    """Whether 完成 took another verb behind the figure: 完成3宗勘界."""
    after = next((t for t in state.now.tokens if t.start >= token.end), None)
    if after is not None and after.start == token.end and after.sort in _FOREIGN:
        return True
    if (
        after is not None
        and after.sort in {Sort.DOING, Sort.NOT}
        and not any(t.sort is Sort.STAGE and t.start > after.start for t in state.now.tokens)
    ):
        return True  # 另有1宗正在公示
    tail = state.raw_between(token.end, after.start if after else state.now.clause.end)
    if after is not None and after.sort is Sort.PLACE and LEADS.fullmatch(tail) is not None:
        return False  # 一宗位于张湾区
    if tail.startswith(_REASONS):
        return False  # 3宗因为补划没过，被省厅打回
    return len(_HAN.findall(_TAILS.sub("", tail))) >= 2
