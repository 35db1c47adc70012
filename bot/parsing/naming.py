"""Which projects a clause speaks of: those it names, by the word 项目 or without it."""

from bot.parsing.bare_names import bare_names
from bot.parsing.projects import names
from bot.parsing.sorts import Sort
from bot.parsing.state import State
from bot.parsing.tokens import Clause

_NAMES = frozenset({Sort.PROJECT, Sort.NETWORK, Sort.TRACK})


def name_projects(state: State, clause: Clause, following: Clause | None) -> None:
    """Find the projects named in a clause, and let them be what is spoken of."""
    named = not clause.sorts.isdisjoint(_NAMES)
    if not named and not state.may_name:
        return
    step_at = _step_at(clause, following)
    if named:
        track = state.campaign.projects_track
        key = track.key if track is not None else None
        state.now.names = names(clause.tokens, state.text, clause.body, key, step_at)
    if not state.now.names and state.may_name and (Sort.STAGE in clause.sorts or step_at is not None):
        state.now.names = bare_names(clause.tokens, state.text, clause.body, step_at)
    _speak_of(state)


def _step_at(clause: Clause, following: Clause | None) -> int | None:
    """Return where the step begins that the next clause leads with: 东湖隧道，已批 · 大悟风电场：已组卷."""
    if following is None or not following.tokens or clause.closer not in {Sort.COMMA, Sort.COLON}:
        return None
    first = following.tokens[0]
    leads = first.sort in {Sort.STAGE, Sort.ALREADY, Sort.PERIOD, Sort.DOING, Sort.STANDS, Sort.DONE}
    return first.start if leads and Sort.STAGE in following.sorts and Sort.COUNT not in following.sorts else None


def _speak_of(state: State) -> None:
    """Let named projects be what is spoken of."""
    if not state.now.names:
        return
    if state.subject_done:
        state.subjects, state.subject_done = [], False
    state.subjects = (state.subjects + state.now.names)[-12:]
    state.context.project = state.now.names[-1].name
