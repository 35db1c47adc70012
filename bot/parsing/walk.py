"""The walk over a message: line by line, clause by clause, each token in turn, with what stays in force between them."""

import datetime as dt
import re

from bot.parsing import amounts, marks, owners, stages
from bot.parsing.clauses import ends_sentence
from bot.parsing.context import Context, Owner, Standing
from bot.parsing.lexicon import Sort
from bot.parsing.numerals import CHINESE_NUMBER
from bot.parsing.projects import names
from bot.parsing.sentences import sentence_voids
from bot.parsing.state import Now, Scene, State
from bot.parsing.tables import read_header, read_row
from bot.parsing.tokens import Clause, Token
from storage.records import Basis

_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE})
_SAYINGS = _FIGURES | {Sort.NIL, Sort.NOTHING, Sort.VISIT}
_HEADING = re.compile(
    r"进展|情况|日报|周报|月报|战报|快报|简报|明细|接龙|数据|汇报|报告|小结|通报|统计|台账|进度|一览|表|更新|播报|汇总|清单|动态|报送|填报|工作|计划|打算|安排|任务|如下|补报|战果|成绩",
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPOKEN = re.compile(rf"[:了]?{CHINESE_NUMBER}")
_LOOK_BACK = 60
_SPEAKS_ON = re.compile(r"\s*(?:而是|是|应|实)")
_OPENS_LIST = frozenset({Sort.PLACE, Sort.TRACK, Sort.WITHIN, Sort.PROJECT, Sort.NETWORK, Sort.BULLET, Sort.GROUP})
_ENDS_LIST = frozenset(
    {Sort.STAGE, Sort.CUMULATIVE, Sort.PERIOD, Sort.ALREADY, Sort.OWN, Sort.NEW, Sort.STANDS, Sort.UP_TO}
)


def walk(state: State, lines: list[list[Clause]], problem_clauses: dict[int, str]) -> None:
    """Read all lines; figures, sayings of nothing and reached stages are left in the state."""
    open_list = False
    for line in lines:
        today = state.context.today if state.line else state.context.sent_on
        _begin_line(state, line, open_list=open_list)
        if read_row(state, line):
            continue
        figures_before = len(state.figures) + len(state.nothings) + len(state.reached)
        bare_before = state.unclear
        voids = sentence_voids(line)
        for at, clause in enumerate(line):
            following = line[at + 1] if at + 1 < len(line) and not ends_sentence(clause) else None
            void = problem_clauses.get(clause.start) or voids[at]
            _read_clause(state, clause, following, void)
            if ends_sentence(clause) and at + 1 < len(line):
                _end_sentence(state)
        found = len(state.figures) + len(state.nothings) + len(state.reached) > figures_before
        if not found and state.unclear == bare_before and not state.now.bare:
            _take_as_heading(state, line, today)
        last = line[-1] if line else None
        open_list = found and _opens_list(line)
        _ = last


def _opens_list(line: list[Clause]) -> bool:
    """Whether a line with figures goes on below: 其中：, 分别为："""
    last = next((clause for clause in reversed(line) if clause.tokens), None)
    if last is None:
        return False
    ends_open = line[-1].closer is Sort.COLON or last.closer is Sort.COLON or last.mark == "、"
    return ends_open or last.tokens[-1].sort in {Sort.WITHIN, Sort.RESPECTIVELY}


def _begin_line(state: State, line: list[Clause], *, open_list: bool) -> None:
    """Forget what held for the line before, unless it opened a list."""
    context = state.context
    state.line += 1
    if not _says_something(line):
        context.today = context.sent_on  # 今日 as a heading is the day of sending again
    if open_list:
        state.sentence += 1
        return
    kept = state.base
    standing = context.standing
    ended = state.now.clause.closer is Sort.BREAK and state.now.clause.tokens
    carried = standing.period is not None or standing.stands_at is not None
    if ended and carried and not _names_another(state, line):
        kept = standing
    _end_sentence(state)
    context.standing = kept.copy()
    context.track = state.base_track
    context.void = state.base_void
    if state.base_stage is not None:
        context.stage = state.base_stage
    context.owner = Owner(context.owner.region, state.base_county, whole=context.owner.whole)
    context.owners = []
    state.bare_cursor = 0
    state.label = ""


def _says_something(line: list[Clause]) -> bool:
    """Whether a line gives figures, or says that there are none."""
    for clause in line:
        if not clause.sorts.isdisjoint(_SAYINGS):
            return True
        if Sort.GROUP in clause.sorts and any(
            _says_something(list(token.inner)) for token in clause.tokens if token.inner
        ):
            return True
    return False


def _names_another(state: State, line: list[Clause]) -> bool:
    """Whether a line begins with another unit's name."""
    for clause in line:
        for token in clause.tokens:
            if token.sort is Sort.PLACE and token.place is not None:
                return token.place.region != state.context.owner.region or token.place.county is None
            if token.sort is not Sort.BULLET:
                return False
    return False


def _end_sentence(state: State) -> None:
    """Forget what holds for one sentence only."""
    context = state.context
    context.end_sentence(state.line_base)
    context.track = state.base_track
    context.owner = Owner(context.owner.region, state.base_county, whole=context.owner.whole)
    context.owners = []
    context.void = state.base_void
    state.sentence += 1
    state.subjects, state.subject_done = [], False
    state.group = []


def _take_as_heading(state: State, line: list[Clause], today: dt.date) -> None:
    """A line without figures that looks like a heading holds for the lines below it."""
    tokens = [token for clause in line for token in _all_tokens(clause)]
    context = state.context
    said_day, context.today = context.today, today
    if not tokens or not _looks_like_heading(state, line):
        return
    if read_header(state, tokens):
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


def _all_tokens(clause: Clause) -> list[Token]:
    """Return the tokens of a clause with those of its brackets."""
    found: list[Token] = []
    for token in clause.tokens:
        found.append(token)
        for inner in token.inner:
            found += _all_tokens(inner)
    return found


def _looks_like_heading(state: State, line: list[Clause]) -> bool:
    """Whether a line is a heading: a colon or bracket at its end, a word like 进展, or nothing but known words."""
    text = state.text[line[0].start : line[-1].end].strip()
    if line[-1].closer is Sort.COLON or any(
        c.closer is Sort.COLON and not c2.tokens for c, c2 in zip(line, line[1:], strict=False)
    ):
        return True
    if text.endswith((")", "】", "]", ":")) or text.startswith(("【", "[", "#")):
        return True
    known = sum(token.end - token.start for clause in line for token in clause.tokens)
    rest = len(_HAN.findall(text)) - known
    return rest <= 1 or (_HEADING.search(text) is not None and line[-1].closer is not Sort.STOP)


def _read_clause(state: State, clause: Clause, following: Clause | None, void: str) -> None:
    """Read one clause of a line, then what it means for the figures before it."""
    _open_clause(state, clause, void)
    now, context = state.now, state.context
    stages.prepare(state, clause, following)
    for at, token in enumerate(now.tokens):
        if token.sort is Sort.GROUP:
            _read_group(state, token)
        else:
            handler = _HANDLERS.get(token.sort)
            if handler is not None:
                handler(state, token, at)
    _close_clause(state, clause)
    _ = context


def _open_clause(state: State, clause: Clause, void: str) -> None:
    """Begin a clause: end a list that it does not go on with, and a plan that it is no part of."""
    context = state.context
    state.now = Now(clause, clause.tokens, void)
    if context.within is not None and not context.bracketed:
        _maybe_end_list(state, clause)
    if context.void and context.void != state.base_void and not _goes_on(state, clause):
        context.void = state.base_void
    if clause.has(Sort.PROJECT, Sort.NETWORK, Sort.TRACK):
        projects = state.campaign.projects_track
        state.now.names = names(clause.tokens, state.text, clause.start, projects and projects.key)
        _speak_of(state)
    if state.subject_done and not state.now.names and clause.has(Sort.COUNT, Sort.OWN, Sort.PLACE):
        state.subjects, state.subject_done = [], False
        context.project = None


def _speak_of(state: State) -> None:
    """Let named projects be what is spoken of."""
    if not state.now.names:
        return
    if state.subject_done:
        state.subjects, state.subject_done = [], False
    state.subjects = (state.subjects + state.now.names)[-12:]
    state.context.project = state.now.names[-1].name


def _maybe_end_list(state: State, clause: Clause) -> None:
    """A clause of its own stage or standing, and of no new place, ends a 其中 list."""
    for token in clause.tokens:
        if token.sort in _OPENS_LIST:
            return
        if token.sort in _ENDS_LIST:
            break
        if token.sort is Sort.AREA or token.sort is Sort.AREA_LABEL:
            return
        if token.sort is Sort.COUNT:
            break
    else:
        return
    context = state.context
    context.within = None
    context.track = state.track_before
    context.owner = state.owner_before
    context.owners = []
    context.project = None


def _goes_on(state: State, clause: Clause) -> bool:
    """Whether a clause is still a part of the plan or target before it."""
    void = state.context.void
    facts = {Sort.PERIOD, Sort.CUMULATIVE, Sort.ALREADY, Sort.STANDS, Sort.UP_TO, Sort.FACT, Sort.DONE}
    if void == marks.PLAN:
        return state.plan_has_figures and not clause.has(*facts)
    if void == marks.TARGET and state.target_heads and state.plan_has_figures:
        return not clause.has(*facts)
    if void == marks.TARGET:
        return clause.has(*_FIGURES) and not clause.has(Sort.STAGE, Sort.NEW, *facts)
    only_area = clause.has(Sort.AREA) and not clause.has(Sort.COUNT, Sort.STAGE, Sort.NEW, *facts)
    return only_area and _SPEAKS_ON.match(state.text, clause.start) is None


def _close_clause(state: State, clause: Clause) -> None:
    """End a clause: a stage without figures may be that of the figures before; bare numbers may be asked about."""
    now, context = state.now, state.context
    if now.all_above or (now.stage_said and not now.made):
        _give_stage_back(state)
    if marks_wrong(state, clause):
        for figure in now.made:
            figure.void = figure.void or marks.WRONG
    if now.bare:
        _ask_about_bare(state, clause)
    elif now.stage_said and not now.made and not now.void and not context.void and clause.tokens[-1].sort is Sort.STAGE:
        state.unclear = (
            state.unclear or _SPOKEN.fullmatch(state.raw_between(clause.tokens[-1].end, clause.end)) is not None
        )
    if context.void == marks.TARGET:
        state.plan_has_figures = clause.closer is Sort.COLON and not now.made
    if context.void == marks.PLAN:
        state.plan_has_figures = now.stage_said or bool(now.made) or clause.closer is Sort.COLON
    if clause.closer is Sort.COLON:
        _close_label(state, clause)
    else:
        state.colon_says_report = False
        if now.made:
            state.label = state.label_factor = ""
    if state.scenic:
        _note_scene(state, clause)


def _note_scene(state: State, clause: Clause) -> None:
    """Keep a clause that speaks of problems, visits or projects, with what was in force."""
    context = state.context
    period = context.marks.period or (context.standing.period if context.standing.basis is Basis.INCREMENT else None)
    day = period.last if period is not None and period.last is not None else context.today
    state.scenes.append(
        Scene(clause, context.owner.region, context.owner.county, day, state.now.void or context.void, state.now.names)
    )


def marks_wrong(state: State, clause: Clause) -> bool:
    """Whether the figures of a clause are said to be wrong behind them: 前面发的3宗有误."""
    made = state.now.made
    if not made:
        return False
    tail = state.text[made[-1].spans[-1][1] : clause.end]
    return _WRONG_AFTER.match(tail) is not None


_WRONG_AFTER = re.compile(r"[^，。;,]{0,4}?(?:有误|错了|写错|报错|不对|是错的|作废|不算|报重|报多|重复了|为误报)")


def _close_label(state: State, clause: Clause) -> None:
    """A colon after words without figures: what they say holds for what follows, a date for the whole line."""
    now, context = state.now, state.context
    known = {Sort.PERIOD, Sort.PLACE, Sort.STAGE, Sort.OWN}
    state.colon_says_report = any(token.sort in known for token in _all_tokens(clause)) and not clause.has(Sort.PROBLEM)
    if now.made or not (context.marks.period or context.marks.stands_at):
        return
    period = context.marks.period
    dated = any(token.sort is Sort.PERIOD and "月" in token.text for token in clause.tokens)
    context.resolve()
    state.line_base = context.standing.copy()
    if period is not None and period.is_day and period.last is not None and dated:
        context.today = period.last


def _give_stage_back(state: State) -> None:
    """江夏2宗、新洲1宗，均已批复: a stage without figures of its own is that of those before it."""
    now, context = state.now, state.context
    if now.void or context.void:
        return
    before = [f for f in state.of_sentence() if f not in now.made]
    if now.all_above and not before:
        before = [f for f in state.figures[-_LOOK_BACK:] if f.line == state.line or f.stage is None]
    given = [f for f in before if f.stage is None or now.all_above]
    if not given:
        return
    marked = context.marks.any()
    basis, since, date, _ = context.resolve()
    for figure in given:
        if now.stage_said and (figure.stage is None or now.all_above):
            figure.stage = context.stage
        if now.all_above and Sort.PLACE in now.clause.sorts and figure.owner.region == context.owner.region:
            figure.owner = context.owner
        if marked:
            figure.basis, figure.since, figure.date = basis, since, date


def _ask_about_bare(state: State, clause: Clause) -> None:
    """A bare number said of a stage must be asked about."""
    now = state.now
    if now.void or state.context.void or state.context.owner.whole:
        return
    bare = [
        token
        for token in now.bare
        if not (clause.has(Sort.PROBLEM) and state.text[token.start - 2 : token.start] == "问题")
    ]
    if not bare:
        return
    for token in bare:
        state.passed.append((token.start, token.end, "没有单位"))
    known = now.stage_said or now.marked
    raw = state.raw_between(clause.start, clause.end)
    rest = len(_HAN.findall(raw)) - sum(len(_HAN.findall(t.text)) for t in clause.tokens)
    if (known and state.context.stage is not None and rest <= 4 and not now.other_paper) or (
        clause.has(Sort.PERIOD) and rest == 0
    ):
        state.unclear = True


def _read_group(state: State, group: Token) -> None:
    """Read a bracket: a heading holds on, a round one with figures is left as it was entered."""
    if _unit_label(state, group):
        return
    outer_now, outer = state.now, state.context
    heading = group.text in "[【"
    has_figures = any(token.sort in _FIGURES for clause in group.inner for token in _all_tokens(clause))
    if group.text in '“"':
        for clause in group.inner:
            state.passed += [(t.start, t.end, "是引用") for t in _all_tokens(clause) if t.sort in _FIGURES]
        return
    if not has_figures:
        if heading:
            outer.today, today = outer.sent_on, outer.today
            _read_remark(state, group, heading=heading)
            if not any(token.sort is Sort.PERIOD for clause in group.inner for token in _all_tokens(clause)):
                outer.today = today
        else:
            _read_remark(state, group, heading=heading)
        return
    state.context = outer.copy()
    state.context.bracketed = True
    _enter_breakdown(state, outer_now)
    last, label = state.last, state.label
    for at, clause in enumerate(group.inner):
        void = outer_now.void or sentence_voids(list(group.inner))[at]
        following = group.inner[at + 1] if at + 1 < len(group.inner) else None
        _read_clause(state, clause, following, void)
    made = state.now.made
    state.context, state.now = outer, outer_now
    state.last, state.label = last, label
    _ = made


def _enter_breakdown(state: State, outer: Now) -> None:
    """In a bracket behind a figure, counts of the same thing are parts of it."""
    context = state.context
    if outer.made and state.last is not None and state.last in outer.made:
        context.within = state.last.place
        state.track_before, state.owner_before = context.track, context.owner


def _read_remark(state: State, group: Token, *, heading: bool) -> None:
    """A bracket without figures says more of the figure before it, or holds for what follows."""
    outer = state.now
    made = list(outer.made)
    context = state.context
    stage, track, owner = context.stage, context.track, context.owner
    if made:
        state.context = context.copy()
    for clause in group.inner:
        _read_clause(state, clause, None, outer.void)
    inner, told = state.now, state.context
    state.now = outer
    if not made:
        outer.marked = outer.marked or inner.marked
        outer.stage_said = outer.stage_said or inner.stage_said
        if heading and context.marks.period is not None:
            _take_day(state)
        return
    state.context = context
    if inner.void or told.void or inner.negated:
        return
    figures = (
        made
        if inner.all_above or any(token.sort is Sort.TRACK for c in group.inner for token in c.tokens)
        else made[-1:]
    )
    if inner.stage_said and not inner.all_above and made[-1].stage not in {None, told.stage}:
        return
    for figure in figures:
        if inner.stage_said and (figure.stage is None or inner.all_above):
            figure.stage = told.stage
        if told.track != track:
            figure.track, figure.track_said = told.track, True
        if told.owner is not owner and told.owner.county is not None:
            figure.owner = told.owner
    if told.marks.any():
        basis, since, date, _ = told.resolve()
        for figure in figures:
            figure.basis, figure.since, figure.date = basis, since, date
    _ = stage


def _take_day(state: State) -> None:
    """A date in a heading's bracket is the report's day from there on."""
    context = state.context
    period = context.marks.period
    if period is None or period.last is None or period.kind not in {"day", "range"}:
        return
    context.resolve()
    context.today = period.last
    state.base = context.standing.copy()
    state.line_base = state.base


def _unit_label(state: State, group: Token) -> bool:
    """（单位：万亩）or 面积（亩）: the unit of bare numbers."""
    inside = state.text[group.start + 1 : group.end - 1].strip().replace(" ", "")
    factor = state.vocabulary.units.get(inside)
    if factor is not None:
        state.label_factor = str(factor)
        known = tuple(unit for unit in state.context.units if unit == "count")
        state.context.units = (*known, str(factor))
        return True
    if inside in state.vocabulary.count_units:
        state.context.units = ("count", *(unit for unit in state.context.units if unit != "count"))
        return True
    return False


def _on_unit_label(state: State, token: Token, at: int) -> None:
    """单位：宗、万亩"""
    found = state.vocabulary.units_at(state.text, token.end)
    if found:
        state.context.units = found
    _ = at


def _on_label(state: State, token: Token, at: int) -> None:
    """宗数, 面积: what a bare number behind it is."""
    state.label = "count" if token.sort is Sort.COUNT_LABEL else "area"
    state.label_factor = ""
    _ = at


def _on_within(state: State, token: Token, at: int) -> None:
    """其中: what follows is a part of the figure before."""
    context = state.context
    if state.last is None or not state.figures:
        return
    if context.within is None:
        state.track_before, state.owner_before = context.track, context.owner
    if context.within is None:
        context.within = state.last.place
    _ = token, at


def _on_respectively(state: State, token: Token, at: int) -> None:
    """分别: figures are dealt out in order; behind one figure and before places it is 其中."""
    state.now.respectively = True
    state.cursor = 0
    after = state.now.tokens[at + 1 :]
    bare = [f for f in state.of_sentence() if f.count is not None and f.area_mu is None and not f.void]
    areas = [other for other in after if other.sort is Sort.AREA]
    if len(bare) == len(areas) > 1 and not any(other.sort is Sort.COUNT for other in after):
        state.group = bare
        return
    follows = any(other.sort is Sort.PLACE for other in state.now.tokens[at + 1 :])
    if follows and state.last is not None and len(state.group) <= 1:
        _on_within(state, token, at)
        state.now.respectively = False


def _on_each(state: State, token: Token, at: int) -> None:
    """各: the figure is of each of those side by side."""
    state.now.each = True
    _ = token, at


def _on_all_above(state: State, token: Token, at: int) -> None:
    """均为: what follows is said of all figures before."""
    if not any(other.sort in _FIGURES for other in state.now.tokens):
        state.now.all_above = True
    _ = token, at


def _on_bullet(state: State, token: Token, at: int) -> None:
    """A number of a list ends what held for the item before."""
    context = state.context
    context.owner = Owner(context.owner.region, state.base_county, whole=context.owner.whole)
    context.owners = []
    context.within = None
    context.void = state.base_void
    _ = token, at


_HANDLERS = {
    Sort.STAGE: stages.on_stage,
    Sort.PROCEDURE: stages.on_procedure,
    Sort.DONE: stages.on_done,
    Sort.NEW: stages.on_new,
    Sort.TRACK: stages.on_track,
    Sort.PLACE: owners.on_place,
    Sort.OWN: owners.on_own,
    Sort.WHOLE: owners.on_whole,
    Sort.PERIOD: marks.on_period,
    Sort.CUMULATIVE: marks.on_cumulative,
    Sort.SINCE: marks.on_since,
    Sort.ALREADY: marks.on_already,
    Sort.STANDS: marks.on_stands,
    Sort.UP_TO: marks.on_up_to,
    Sort.MORE_THAN: marks.on_more_than,
    Sort.LATE: marks.on_late,
    Sort.FACT: lambda state, token, _at: marks.fact(state, token),
    Sort.PLAN: marks.on_plan,
    Sort.LATER: marks.on_plan,
    Sort.TARGET: marks.on_target,
    Sort.LEFT: marks.voider(marks.LEFT),
    Sort.COMPARE: marks.voider(marks.COMPARE),
    Sort.REQUEST: marks.voider(marks.REQUEST),
    Sort.WRONG_BEFORE: marks.voider(marks.WRONG),
    Sort.NOT_THAT: marks.voider(marks.WRONG),
    Sort.INSTEAD: marks.on_instead,
    Sort.NIL: marks.on_nil,
    Sort.NOTHING: marks.on_nothing,
    Sort.COUNT: amounts.on_count,
    Sort.AREA: amounts.on_area,
    Sort.VAGUE: amounts.on_vague,
    Sort.BARE: amounts.on_bare,
    Sort.UNIT_LABEL: _on_unit_label,
    Sort.COUNT_LABEL: _on_label,
    Sort.AREA_LABEL: _on_label,
    Sort.WITHIN: _on_within,
    Sort.RESPECTIVELY: _on_respectively,
    Sort.EACH: _on_each,
    Sort.ALL_ABOVE: _on_all_above,
    Sort.BULLET: _on_bullet,
}


def new_context(sender_region: str | None, sent_on: dt.date) -> Context:
    """Return the context that a message begins with."""
    return Context(sender_region, sent_on, sent_on, Owner(sender_region), standing=Standing())
