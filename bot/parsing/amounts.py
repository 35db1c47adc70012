"""Counts and areas become figures, with all that is in force where they stand."""

import re
from decimal import Decimal

from bot.parsing.figure import Figure
from bot.parsing.land import is_of_class
from bot.parsing.lexicon import AFFIRMS
from bot.parsing.lists import on_within
from bot.parsing.making import make, of_all_together, plain_figure
from bot.parsing.members import enter_some, is_numbered
from bot.parsing.reasons import WRONG
from bot.parsing.references import is_land_of_projects, speaks_of
from bot.parsing.shares import adds_up, give_each, is_of_each, is_of_some, of_pair, whole_before, whole_of_part
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.sums import is_of_counties, is_own
from bot.parsing.tokens import Token
from storage.records import Basis

_AFFIRMS = tuple(AFFIRMS.split())
_SOME_OF_THEM = ("里有", "中有", "里面有", "当中有")
_IN_ALL = frozenset({"合计", "小计", "总计"})
_OF_THEM = re.compile(r"(?:地块|宗地|地|用地|项目)?的?(?:(?P<are>均|都|全)|总?面积|合计|共|一共|总共|分别|各)")
"""Behind a count, these speak of what was counted before."""
_IN_ALL_OF_THEM = re.compile(r"(?:地块|宗地|地|用地|项目)?的?(?:总?面积|合计|共|一共|总共|一起|加起来)")
_AREA_OF_IT = re.compile(
    r"(?:批复|批准|获批|批文|上报|申请|用地|审批|供地|总|的|最终|实际)*面积(?:也|同样|均)?(?:就|仍|还)?[是为:]?"
)
_IN_OTHER_WORDS = re.compile(
    r"[,，]?[(/]?(?:即|也?就是|合|约|约合|折合?|折算为?|换算为?|相当于|等于|=)?(?:大?约|近)?[(]?"
)
_MEASURED = re.compile("(?:勘[测界定]|测[绘量]|实测|申请|申报|报批)(?:用地|总)?面积")
_APPROVED = re.compile("(?:批准|批复|获批|审批|核准)(?:用地|总)?面积[为是约:]?$")


def on_count(state: State, token: Token, at: int) -> None:
    """Begin a figure with a count, or complete one that had only an area."""
    assert token.value is not None
    count = int(token.value)
    if token.plus is not None:
        _with_plus(state, token, at, count=count, area_mu=None)
        return
    if _is_said_again(state, token, at, count) or _is_of_whole(state, token, count):
        return
    meant = speaks_of(state, token, at, count) if state.figures else None
    if meant is not None:
        state.now.meant, state.now.said_again = meant, True
        return
    if _is_added(state, at):
        assert state.last is not None
        state.last.count = count + (state.last.count or 0)
        state.last.spans.append((token.start, token.end))
        return
    if _completes(state, at):
        assert state.last is not None
        state.last.count = count
        state.last.spans.append((token.start, token.end))
        return
    enter_some(state, token, count)
    make(state, token, at, count=count, area_mu=None)
    if state.text.startswith(_SOME_OF_THEM, token.end):
        on_within(state, token, at)


def _is_said_again(state: State, token: Token, at: int, count: int) -> bool:
    """Whether the count before is only said again: 批复2宗，就是2宗 · 这2宗 · 2宗面积共64亩 · 合计2宗."""
    last, marks = state.last, state.context.marks
    if last is None or last.count != count or last.sentence != state.sentence or not _same(state, last):
        return False
    if at in state.now.waits and state.now.tokens[state.now.waits[at]].key != last.stage:
        return False  # 上报1宗，下午这1宗受理了
    of_unit = last.owner.county is not None and any(t.text in _IN_ALL for t in state.now.tokens[:at])
    summed = (
        marks.already and not of_unit and not state.now.stage_said and adds_up(state, at) and _stands_alone(state, last)
    )
    marks.already = marks.already and not summed
    if marks.any():
        return False
    again = summed or is_land_of_projects(state, last, token, at)
    again = again or state.text[max(0, token.start - 8) : token.start].rstrip(" ,，").endswith(_AFFIRMS)
    if not again and count > 1:
        told = _OF_THEM.match(state.text, token.end)
        again = told is not None and (last.area_mu is None or told["are"] is not None)
    state.now.said_again = state.now.said_again or again
    return again


def _is_of_whole(state: State, token: Token, count: int) -> bool:
    """Whether a count speaks of all that was counted before its parts: 批复3宗，其中鄂城1宗20亩，3宗共90亩."""
    last, context = state.last, state.context
    if count < 2 or last is None or last.sentence != state.sentence or context.marks.any() or context.bracketed:
        return False
    if state.now.stage_said or state.now.clause.start != token.start - _blanks(state, token):
        return False
    if _IN_ALL_OF_THEM.match(state.text, token.end) is None:
        return False
    alike = [f for f in state.of_sentence() if f.count == count and f.area_mu is None and not f.void]
    whole = next((f for f in alike if f.stage == context.stage or len(alike) == 1), None)
    if whole is None or whole.owner.region != context.owner.region:
        return False
    state.last, context.within, context.stage = whole, whole.within, whole.stage
    context.owner, context.owners, context.track = whole.owner, [], whole.track
    state.group, state.now.said_again = [], True
    return True


def _blanks(state: State, token: Token) -> int:
    """Return how many blanks stand before a token in its clause."""
    lead = state.text[state.now.clause.start : token.start]
    return len(lead) if not lead.strip() else -1


def _is_added(state: State, at: int) -> bool:
    """Whether the count is added to the one right before it: 1+2宗, 1宗+2宗."""
    last = state.last
    before = state.now.tokens[at - 2] if at > 1 and state.now.tokens[at - 1].text == "+" else None
    if before is None or last is None or before.sort not in {Sort.COUNT, Sort.BARE}:
        return False
    return last.spans[-1] == (before.start, before.end) and last.count is not None


def _stands_alone(state: State, last: Figure) -> bool:
    """Whether no other figure of the sentence is of the same thing."""
    return not any(f is not last and f.stage == last.stage and not f.void for f in state.of_sentence())


def on_area(state: State, token: Token, at: int) -> None:
    """Give an area to the count before it, or begin a figure; the same area in another unit is neither."""
    assert token.value is not None
    now = state.now
    if token.plus is not None:
        _with_plus(state, token, at, count=None, area_mu=token.value)
        return
    if _is_dealt(state, token) or is_numbered(state, token, at) or _is_taken(state, token, at):
        return
    last = state.last
    if last is not None and last.void == WRONG and not state.context.void:
        last = next((f for f in reversed(state.of_sentence()) if not f.void), last)  # 应为2宗，不是3宗，面积还是64亩
        state.last = last
    dealt = len(state.group) > 1 and not now.respectively and state.group[-1] is last
    of_all = dealt or (last is not None and is_of_counties(state, last))
    if last is not None and of_all and not now.said_again and adds_up(state, at) and not is_own(state, at):
        of_all_together(state, token)
        return
    supposed = bool(state.context.void) and last is not None and not last.void
    if (
        last is not None
        and last.sentence == state.sentence
        and not supposed
        and not _speaks_anew(state, last, at)
        and _same(state, last)
    ):
        state.context.marks.already = False
        if _is_of_named_part(state, last, token):
            make(state, token, at, count=None, area_mu=token.value)
            return
        if last.area_mu is None and (last.count is not None or last.void) and not is_of_some(state, last, at):
            _give_area(state, token, at)
            return
        if last.area_mu is not None and _is_conversion(state, last, token):
            return
    make(state, token, at, count=None, area_mu=token.value)


def _is_dealt(state: State, token: Token) -> bool:
    """Give an area to the next of the figures that 分别 speaks of."""
    if not state.now.respectively or state.cursor >= len(state.group):
        return False
    figure = state.group[state.cursor]
    if figure.area_mu is not None:
        return False
    figure.area_mu = token.value
    figure.spans.append((token.start, token.end))
    state.cursor += 1
    return True


def _is_taken(state: State, token: Token, at: int) -> bool:
    """Whether an area is none of its own: of a class of land, said again, or of all the parcels told before it."""
    last = state.last
    if last is None or last.sentence != state.sentence:
        return False
    if is_of_class(state, last, token):
        state.passed.append((token.start, token.end, "是其中的地类"))
        return True
    known = last.area_mu is not None and last.area_mu == token.value
    if known and (
        state.now.said_again or _is_same_area(state, last, token) or (adds_up(state, at) and not state.now.made)
    ):
        state.context.marks.already = False
        return True  # 2宗44亩，合计44亩
    if last.area_mu is not None and _is_what_was_approved(state, last, token):
        last.area_mu = token.value
        return True
    if state.now.said_again:
        return False
    whole = of_pair(state, token) or whole_before(state, last, token, at) or whole_of_part(state, last, at)
    if whole is not None:
        whole.area_mu = token.value
        whole.spans.append((token.start, token.end))
        state.context.marks.already = False
    return whole is not None


def _is_what_was_approved(state: State, last: Figure, token: Token) -> bool:
    """Whether an area takes the place of what was measured or applied for: 勘测面积20亩，批准面积19.8亩."""
    if _APPROVED.search(state.text, max(0, token.start - 8), token.start) is None:
        return False
    return _MEASURED.search(state.text, last.spans[0][0], token.start) is not None


def _is_same_area(state: State, last: Figure, token: Token) -> bool:
    """Whether the area just said is named once more: 批复1宗，勘测面积20亩，批准面积20亩 · 2宗30亩，批复面积30亩."""
    if last.count is None or last.void or last.stage != state.context.stage or state.context.marks.any():
        return False
    if last.count == 1:
        return True
    lead = state.raw_between(state.now.clause.start, token.start)
    return last.spans[-1][0] - last.spans[0][1] <= 1 and _AREA_OF_IT.fullmatch(lead) is not None


def _speaks_anew(state: State, last: Figure, at: int) -> bool:
    """Whether words of time and standing set an area apart from the count before: not 共 alone (3宗，共360亩)."""
    if at and state.now.tokens[at - 1].end == last.spans[-1][1]:
        return False  # 今日1宗14亩批复: nothing was said between
    marks = state.context.marks
    if marks.period or marks.stands_at or marks.cumulative or marks.stands or marks.new:
        return True
    return marks.already and last.area_mu is not None


def _give_area(state: State, token: Token, at: int) -> None:
    """Give an area to the last figure, or to each of those that one 各 made."""
    last = state.last
    assert last is not None
    assert token.value is not None
    if len(state.group) > 1 and last is state.group[-1] and state.group[0].area_mu is None:
        for figure in state.group:
            figure.area_mu = token.value
    elif last.count is not None and is_of_each(state, last, at):
        give_each(state, last, token)
        return
    last.area_mu = token.value
    last.spans.append((token.start, token.end))


def _is_of_named_part(state: State, last: Figure, token: Token) -> bool:
    """Whether an area is of one project of several counted before: 批复2宗：城北水厂项目30亩、产业园项目55亩."""
    context = state.context
    names = [name for name in state.now.names if name.start < token.start]
    whole = last if context.within is None else state.figures[context.within]
    if not names or (last.project == names[-1].name and last.area_mu is None):
        return False
    if whole.count is None or whole.count < 2 or whole.spans[-1][1] > names[0].start:
        return False
    context.within = whole.place
    return True


def _same(state: State, figure: Figure) -> bool:
    """Whether nothing that tells figures apart was said since the last one."""
    context = state.context
    owner = context.owner
    if state.now.respectively and figure in state.now.made:
        return True
    same_owner = figure.owner.key() == owner.key() or (len(state.group) > 1 and owner is state.group_owner)
    same_owner = same_owner or (figure.told and owner.county is None and figure.owner.region == owner.region)
    waits = figure in state.now.waiting
    return same_owner and (waits or figure.stage == context.stage or figure.stage is None or bool(figure.void))


def _is_conversion(state: State, last: Figure, token: Token) -> bool:
    """Whether the area only says the last one in another unit: 4.9012公顷（73.518亩）."""
    assert last.area_mu is not None
    assert token.value is not None
    if _IN_OTHER_WORDS.fullmatch(state.raw_between(last.spans[-1][1], token.start)) is None:
        return False
    larger = max(last.area_mu, token.value)
    near = abs(last.area_mu - token.value) <= larger * Decimal("0.01")
    if near and token.value != last.area_mu and "亩" in token.text and "万" not in token.text:
        last.area_mu = token.value
    return near


def _completes(state: State, at: int) -> bool:
    """Whether the count belongs to the area before it: 0.06平方公里，共3宗."""
    last = state.last
    if last is None or last.count is not None or last.area_mu is None or last.sentence != state.sentence:
        return False
    marks = state.context.marks
    if (
        marks.period
        or marks.stands_at
        or marks.cumulative
        or marks.new
        or not _same(state, last)
        or at in state.now.waits
    ):
        return False
    if last.within != state.context.within or state.now.each:
        return False
    if len(state.counties) > 1 and adds_up(state, at):
        marks.already = False
        return False  # 江夏31亩，新洲54亩，一共2宗85亩
    state.context.marks.already = False
    return True


def _with_plus(state: State, token: Token, at: int, *, count: int | None, area_mu: Decimal | None) -> None:
    """45（+3）宗: the standing, and what of it is new today."""
    assert token.plus is not None
    context = state.context
    context.marks.cumulative = True
    make(state, token, at, count=count, area_mu=area_mu)
    base = state.figures[-1]
    plus = plain_figure(
        state, token, context.owner, context.stage, (Basis.INCREMENT, context.today, context.today, False)
    )
    plus.count = None if count is None else int(token.plus)
    plus.area_mu = None if area_mu is None else token.plus
    plus.void = base.void
    state.enter(plus)
    state.last = base
