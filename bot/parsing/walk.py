"""The walk over a message: line by line, clause by clause, each token in turn, with what stays in force."""

import datetime as dt
import re

from bot.parsing import amounts, bare, brackets, days, doubts, lists, marks, nothing, owners, plans, procedures, stages
from bot.parsing.carryover import FACTS, goes_on, note_plan
from bot.parsing.clauses import ends_sentence
from bot.parsing.context import Context, Owner, Standing
from bot.parsing.descriptions import MAY_DESCRIBE, without_descriptions
from bot.parsing.endings import MAY_NAME
from bot.parsing.headings import close_label, take_as_heading
from bot.parsing.lookahead import prepare
from bot.parsing.naming import name_projects
from bot.parsing.pairs import paired, timed
from bot.parsing.reasons import WRONG
from bot.parsing.remarks import go_back, returns_to_count, tells_area, tells_area_below, without_remarks
from bot.parsing.sentences import QUESTION, sentence_voids
from bot.parsing.sorts import Sort
from bot.parsing.state import Now, Rule, Scene, State
from bot.parsing.tables import read_header, read_row
from bot.parsing.tokens import Clause, Token
from storage.records import Basis

_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE, Sort.VAGUE})
_SAYINGS = _FIGURES | {Sort.NIL, Sort.NOTHING, Sort.VISIT}
_NAMING = frozenset({Sort.PROJECT, Sort.NETWORK, Sort.PLACE, Sort.PAUSE, Sort.BULLET, Sort.OTHER_NUMBER, Sort.PLAIN})
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OTHER_TOPICS = frozenset({Sort.CATEGORY, Sort.PROCEDURE})
_NEAR = ("今", "昨")
_HEDGED = re.compile(r"大概|大约|差不多|估摸|左右|上下|可能")


def walk(state: State, lines: list[list[Clause]], problem_clauses: dict[int, str]) -> None:
    """Read all lines; figures, sayings of nothing and reached stages are left in the state."""
    open_list = False
    state.may_name = MAY_NAME.search(state.text) is not None
    describes = MAY_DESCRIBE.search(state.text) is not None
    for number, line in enumerate(lines):
        today = state.context.today if state.line else state.context.sent_on
        _begin_line(state, line, open_list=open_list)
        if read_row(state, line) or read_header(state, line, lines[number + 1] if number + 1 < len(lines) else None):
            continue
        figures_before = len(state.figures) + len(state.nothings) + len(state.reached)
        bare_before = state.unclear
        voids = sentence_voids(line, state.text, state.context.sender_region)
        read = without_descriptions(line, state.text, state.campaign) if describes else line
        read = without_remarks(read, state.text)
        for at, clause in enumerate(read):
            following = read[at + 1] if at + 1 < len(read) and not ends_sentence(clause) else None
            void = problem_clauses.get(clause.start) or voids[at]
            if at > 1 and Sort.AREA in clause.sorts and returns_to_count(state, read, at):
                go_back(state)
            _read_clause(state, clause, following, void)
            if ends_sentence(clause) and at + 1 < len(line) and not tells_area(state, line, at + 1):
                _end_sentence(state)
        found = len(state.figures) + len(state.nothings) + len(state.reached) > figures_before
        if not found and state.unclear == bare_before and not state.now.bare:
            take_as_heading(state, line, today)
        below = lines[number + 1] if found and number + 1 < len(lines) else None
        open_list = below is not None and (lists.opens_list(line) or tells_area_below(state, below))


def _begin_line(state: State, line: list[Clause], *, open_list: bool) -> None:
    """Forget what held for the line before, unless it opened a list."""
    context = state.context
    state.line += 1
    if state.line == 1:
        state.sentence += 1
        return
    if not _says_something(line) and not _says_that_day(line):
        context.today = context.sent_on  # 今日 as a heading is the day of sending again
    if state.dated_by_label == context.today and _speaks_of_today(line):
        context.today = context.sent_on  # 12月10日：批复1宗⏎今日：上报2宗
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
    state.label, state.label_over = "", ("", "")
    state.other_label, state.planned = state.base_other, ("", "")


def _speaks_of_today(line: list[Clause]) -> bool:
    """Whether a line begins with today or yesterday."""
    first = next((token for clause in line[:1] for token in clause.tokens[:1]), None)
    return first is not None and first.sort is Sort.PERIOD and first.text.startswith(_NEAR)


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


def _says_that_day(line: list[Clause]) -> bool:
    """Whether a heading speaks of the day of the heading above it: 一、当日进展."""
    days = [token for clause in line for token in clause.tokens if token.sort is Sort.PERIOD]
    return bool(days) and all(day.text.startswith(("当日", "当天")) for day in days)


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
    state.group, state.counties = [], set()
    state.other_topic = state.supposing = False
    state.nil_day = None


def _read_clause(state: State, clause: Clause, following: Clause | None, void: str) -> None:
    """Read one clause of a line, then what it means for the figures before it."""
    stage = state.context.stage
    _open_clause(state, clause, following, void)
    now = state.now
    prepare(state)
    rules = state.rules
    for at, token in enumerate(now.tokens):
        rule = rules.get(token.sort)
        if rule is not None:
            rule(state, token, at)
    _close_clause(state, clause)
    if now.void == QUESTION:
        state.context.stage = stage


def _on_group(state: State, token: Token, at: int) -> None:
    """Read what stands in a bracket."""
    brackets.read_group(state, token, _read_clause)
    if at == 0:
        procedures.label_in_bracket(state, token)


def _open_clause(state: State, clause: Clause, following: Clause | None, void: str) -> None:
    """Begin a clause: end a list that it does not go on with, and a plan that it is no part of."""
    context, before = state.context, state.now
    state.now = Now(clause, clause.tokens, void, respectively=state.slashed)
    state.now.sums = before.clause.closer is Sort.COLON and not before.made and Sort.ALREADY in before.clause.sorts
    state.now.all_above = before.all_above and Sort.UP_TO in clause.sorts and clause.sorts.isdisjoint(_SAYINGS)
    owners.come_home(state, clause)
    if clause.closer is Sort.COLON and _is_today_behind_dates(state, clause):
        context.today = context.sent_on
    if state.other_label:
        procedures.go_on_under_label(state, clause, before.clause)
    if context.within is not None and not context.bracketed:
        lists.maybe_end_list(state, clause, before)
    elif context.owner.county is not None and lists.ends_counties(state, clause, before):
        context.owner, context.owners = Owner(context.owner.region), []
    if context.void and context.void != state.base_void and not goes_on(state, clause, before):
        hedged = _HEDGED.search(state.text, clause.start, clause.end) is not None and not clause.has(*FACTS)
        if context.void == marks.PLAN and hedged:
            state.now.void = void or marks.PLAN  # 今天的数晚点报，大概批复3宗
        context.void = state.base_void
    name_projects(state, clause, following)
    if state.subject_done and not state.now.names and clause.has(Sort.COUNT, Sort.OWN, Sort.PLACE):
        state.subjects, state.subject_done = [], False
        context.project = None


def _is_today_behind_dates(state: State, clause: Clause) -> bool:
    """Whether a label is today or yesterday itself, behind dated ones: 12月4日：批复1宗；今天：上报1宗."""
    if (
        len(clause.tokens) != 1
        or clause.tokens[0].sort is not Sort.PERIOD
        or not clause.tokens[0].text.startswith(_NEAR)
    ):
        return False
    return bool(state.figures) and state.figures[-1].line == state.line


def _close_clause(state: State, clause: Clause) -> None:
    """End a clause: see to the figures before its stage, to bare numbers, to plans and labels that go on."""
    now = state.now
    if now.all_above or (now.stage_said and not now.made):
        lists.give_stage_back(state)
    elif now.stage_said and Sort.ALREADY in clause.sorts:
        lists.give_stage_of_sum(state)
    doubts.take_back(state, clause)
    if not now.stage_said:
        if not clause.sorts.isdisjoint(_OTHER_TOPICS):
            state.other_topic = state.other_topic or _is_other_topic(clause)
        if not now.made and clause.closer is Sort.COMMA and Sort.ALREADY in clause.sorts:
            state.context.marks.already = False  # 材料已备齐，批复2宗
    doubts.ask(state, clause)
    if now.names:
        _reach_named(state, clause)
    note_plan(state, clause)
    if clause.closer is Sort.COLON:
        close_label(state, clause)
        state.nil_day = now.nil_day
        procedures.label_other(state, clause)
        state.label_over = (state.label, state.label_factor)
    else:
        state.colon_says_report = False
        if now.made:
            state.label, state.label_factor = "", ""
    if state.scenic:
        _note_scene(state, clause)


def _is_other_topic(clause: Clause) -> bool:
    """Whether a clause without a step counts another matter: 补划任务120亩 · 信访3件."""
    return Sort.TARGET in clause.sorts or (Sort.PROCEDURE in clause.sorts and Sort.COUNT in clause.sorts)


def _reach_named(state: State, clause: Clause) -> None:
    """Let what only is named behind a figure or a colon have reached its stage: 批复1宗（城北水厂项目）."""
    now, context, last = state.now, state.context, state.last
    if now.stage_said or now.made or now.void or context.void or context.stage is None:
        return
    if not clause.sorts <= _NAMING or len(_HAN.findall(_named_beside(state, clause))) > 1:
        return
    counted = last is not None and last.sentence == state.sentence and last.stage == context.stage and not last.void
    if counted or state.colon_says_report:
        stages.reach(state, context.stage, doing=False)


def _named_beside(state: State, clause: Clause) -> str:
    """Return the words of a clause that stand outside its names."""
    words, at = "", clause.start
    for name in state.now.names:
        words += state.text[at : max(at, name.name_start)]
        at = max(at, name.end)
    return words + state.text[at : clause.end]


def _note_scene(state: State, clause: Clause) -> None:
    """Keep a clause that speaks of problems, visits or projects, with what was in force."""
    context = state.context
    period = context.marks.period or (context.standing.period if context.standing.basis is Basis.INCREMENT else None)
    day = period.last if period is not None and period.last is not None else context.today
    state.scenes.append(
        Scene(clause, context.owner.region, context.owner.county, day, state.now.void or context.void, state.now.names)
    )


RULES: dict[Sort, Rule] = {
    Sort.GROUP: _on_group,
    Sort.STAGE: stages.on_stage,
    Sort.PROCEDURE: procedures.on_procedure,
    Sort.DONE: stages.on_done,
    Sort.NEW: timed(stages.on_new),
    Sort.TRACK: stages.on_track,
    Sort.PLACE: owners.on_place,
    Sort.OWN: owners.on_own,
    Sort.WHOLE: owners.on_whole,
    Sort.PERIOD: timed(days.on_period),
    Sort.CUMULATIVE: timed(marks.on_cumulative),
    Sort.SINCE: marks.on_since,
    Sort.ALREADY: marks.on_already,
    Sort.STANDS: marks.on_stands,
    Sort.UP_TO: marks.on_up_to,
    Sort.MORE_THAN: marks.on_more_than,
    Sort.LATE: marks.on_late,
    Sort.FACT: marks.on_fact,
    Sort.PLAN: plans.on_plan,
    Sort.LATER: plans.on_plan,
    Sort.PUT_OFF: plans.on_put_off,
    Sort.NOT: plans.on_not,
    Sort.TARGET: plans.on_target,
    Sort.LEFT: plans.voider(marks.LEFT),
    Sort.HINDERS: plans.voider(marks.HINDERED),
    Sort.ADDED: plans.voider(marks.ADDED),
    Sort.COMPARE: plans.voider(marks.COMPARE),
    Sort.REQUEST: plans.voider(marks.REQUEST),
    Sort.WRONG_BEFORE: plans.voider(WRONG),
    Sort.NOT_THAT: plans.voider(WRONG),
    Sort.INSTEAD: plans.on_instead,
    Sort.NIL: nothing.on_nil,
    Sort.NOTHING: nothing.on_nothing,
    Sort.COUNT: paired(amounts.on_count),
    Sort.AREA: paired(amounts.on_area),
    Sort.VAGUE: bare.on_vague,
    Sort.BARE: paired(bare.on_bare),
    Sort.OTHER_NUMBER: bare.on_pair,
    Sort.UNIT_LABEL: brackets.on_unit_label,
    Sort.COUNT_LABEL: brackets.on_label,
    Sort.AREA_LABEL: brackets.on_label,
    Sort.WITHIN: lists.on_within,
    Sort.RESPECTIVELY: lists.on_respectively,
    Sort.EACH: lists.on_each,
    Sort.ALL_ABOVE: lists.on_all_above,
    Sort.BULLET: lists.on_bullet,
    Sort.YEAR: days.on_year,
}
"""What each sort of word does where it stands."""


def new_context(sender_region: str | None, sent_on: dt.date) -> Context:
    """Return the context that a message begins with."""
    return Context(sender_region, sent_on, sent_on, Owner(sender_region), standing=Standing())
