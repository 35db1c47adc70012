"""Sayings that nothing happened: 今日无新增, 批复：无, 组卷0，上报0."""

import re

from bot.parsing.marks import PLAN
from bot.parsing.nil_lists import day_in_force, heads_units
from bot.parsing.sorts import Sort
from bot.parsing.state import Nothing, State
from bot.parsing.tokens import Token
from bot.parsing.voids import has_foreign_words
from storage.records import Basis

_ENDS = frozenset({Sort.GROUP, Sort.SEMICOLON, Sort.PAUSE})
_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNCHANGED = re.compile("[变平同]")
_OF_SOME = frozenset({Sort.STAGE, Sort.TRACK})
_PARTICLES = re.compile("[了哦哈的啊呢啦呀哟喔嘛噢呦额]")
_ONLY_IF = re.compile(r"(?:^|[^\w])(?:如(?!下)|若|凡|倘|遇)[\u4e00-\u9fff]{0,6}$")
_RULED = re.compile(r"(?:实行|执行|坚持|落实|实施|推行|严格|请报?|请回|回复|请填|改报|按)[“\"]?$")
_ELSEWHERE = re.compile(r"(?:系统|群|会|表|台账|邮箱|平台)[里上中]$")
_ASKED_FOR = re.compile(r"制度|机制|要求|[也的]?(?:请|要|须|应|回|按)|的(?:不|市|县|单位|地方|有|直接|就)")


def on_nil(state: State, token: Token, at: int) -> None:
    """今日无新增, 零报告: nothing happened on the day said, unless it only tells what is to be reported then."""
    now = state.now
    if now.void or state.context.void == PLAN or _is_of_other_matter(state):
        return
    if heads_units(state, token, at) or _is_instruction(state, token):
        return
    state.nil_said = True
    _say_nothing(state, token)
    if state.nothings and state.context.stage is None and now.clause.sorts.isdisjoint(_OF_SOME):
        state.nothings[-1].unchanged = _UNCHANGED.search(token.text) is not None


def _is_instruction(state: State, token: Token) -> bool:
    """Whether a saying of nothing tells of no day, but what one is to report then: 无变化回无, 如无新增请回复."""
    before = state.text[max(0, token.start - 9) : token.start].rstrip()
    if _ELSEWHERE.search(before) is not None:
        return True  # 系统里什么都没有
    if _ONLY_IF.search(before) is not None or _RULED.search(before) is not None:
        return True
    return _ASKED_FOR.match(state.text, token.end) is not None


def _is_of_other_matter(state: State) -> bool:
    """Whether only another procedure had nothing: 用地预审无新增."""
    return state.now.other_paper and Sort.STAGE not in state.now.clause.sorts


def on_nothing(state: State, token: Token, at: int) -> None:
    """无 at the end of what was said of a day, a unit or a stage."""
    now = state.now
    after = now.tokens[at + 1] if at + 1 < len(now.tokens) else None
    if now.void or state.context.void == PLAN or now.clause.has(Sort.PROBLEM, Sort.CATEGORY):
        return
    if _is_of_other_matter(state):
        return
    if after is not None and at + 1 in now.negated:
        if not state.campaign.stage(after.key).returns and after.key not in state.vocabulary.lasting:
            _say_nothing(state, token)  # but not 没有退件, 没有在审的
    elif after is None or after.sort in _ENDS:
        end = after.start if after is not None and after.sort is Sort.PAUSE else now.clause.end
        tail = _PARTICLES.sub("", state.raw_between(token.end, end))
        if not _HAN.search(tail) and _of_something(state, token, at):
            _say_nothing(state, token)


def _of_something(state: State, token: Token, at: int) -> bool:
    """Whether 无 says something of a day, a unit or a stage."""
    known = {Sort.PERIOD, Sort.PLACE, Sort.STAGE, Sort.OWN}
    raw = state.raw_between(state.now.clause.start, token.start)
    if any(other.sort in known for other in state.now.tokens[:at]):
        return True
    return not _HAN.search(raw) and (state.colon_says_report or _names_only_a_unit(state))


def _names_only_a_unit(state: State) -> bool:
    """Whether the sentence so far only names a unit: 武汉，无."""
    before = state.text[: state.now.clause.start].rsplit("\n", 1)[-1].strip(" ,，、:")
    entry = state.vocabulary.entries.get(before)
    return entry is not None and entry.sort in {Sort.PLACE, Sort.OWN, Sort.PERIOD}


def on_zero(state: State, token: Token) -> bool:
    """Read 上报0: nothing happened, and no unit is needed; told apart from a standing of zero."""
    now, marks, standing = state.now, state.context.marks, state.context.standing
    of_standing = standing.basis is Basis.CUMULATIVE and marks.period is None
    stands = marks.cumulative or marks.already or marks.stands or marks.stands_at or of_standing
    if now.void or state.context.void or stands or not (now.stage_said or now.marked or state.colon_says_report):
        return False
    if state.raw_between(token.end, now.clause.end) or has_foreign_words(state, token):
        return False
    state.zeros.append(_nothing(state, token))
    return True


def _nothing(state: State, token: Token) -> Nothing:
    return Nothing(state.context.owner.region, day_in_force(state), (token.start, token.end))


def _say_nothing(state: State, token: Token) -> None:
    """Note that nothing happened on the day in force."""
    context = state.context
    days = context.marks.days
    context.resolve()
    period = context.standing.period
    if len(days) <= 1 and period is not None:
        days = [period]
    said = [day.last for day in days if day.is_day and day.last is not None] or [context.today]
    owner = context.owner
    if owner.whole:
        return
    regions: list[str | None] = [*dict.fromkeys(place.region for place in context.owners)]
    longer = None
    if state.now.clause.has(Sort.STAGE) and period is not None and not period.is_day and period.first and period.last:
        longer = (period.first, period.last)
    for region in regions or [owner.region]:
        for day in said:
            state.nothings.append(Nothing(region, day, (token.start, token.end), longer))
