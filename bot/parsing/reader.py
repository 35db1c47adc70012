"""One message → one Reading."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from bot.parsing.clauses import lines
from bot.parsing.courtesies import with_commas, without_about, without_courtesies
from bot.parsing.figure import Figure
from bot.parsing.forms import closed_up, filled_in, with_colons
from bot.parsing.lexicon import CORRECTS
from bot.parsing.normalize import Plain, normalize
from bot.parsing.notices import is_notice
from bot.parsing.owners import find_zones
from bot.parsing.praise import leave_to_others
from bot.parsing.problems import ProblemReader
from bot.parsing.reasons import NO_UNIT
from bot.parsing.refs import NAMED_ALONE
from bot.parsing.repairs import sent_as_submitted, strike_out
from bot.parsing.results import nil, progress, zeros
from bot.parsing.settle import give_corrected_area, leave_out_repeats, replace_corrected, settle
from bot.parsing.slips import Slips
from bot.parsing.sorts import Sort
from bot.parsing.state import Now, State
from bot.parsing.tokens import Clause, Tokenizer
from bot.parsing.topics import Findings
from bot.parsing.visits import VISITING, visits
from bot.parsing.vocabulary import Vocabulary
from bot.parsing.walk import RULES, new_context, walk
from bot.parsing.watch import Watch
from config.campaign import Campaign
from storage.records import Kind, PassedOver, Problem, ProjectStage, Reading, Resolution, Role, Sender

VERSION = "5"
"""Raised with each change of what a message is read as."""

FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""A fault of ours must not cost the other messages of a batch; the sender is asked."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
_MENTION = re.compile(r"^(?:\s*@[^\s@]{1,20}(?:\s+|$))+")
_SPEAKS = frozenset(
    {
        Sort.STAGE,
        Sort.COUNT,
        Sort.AREA,
        Sort.NIL,
        Sort.NOTHING,
        Sort.VISIT,
        Sort.CATEGORY,
        Sort.PROBLEM,
        Sort.PROJECT,
        Sort.NETWORK,
        Sort.BARE,
        Sort.VAGUE,
        Sort.DIVISION,
        Sort.LEADER,
    },
)


_TOPICAL = frozenset({Sort.PROBLEM, Sort.CATEGORY, Sort.PROCEDURE, Sort.HEARSAY})
"""The sorts of words that may speak of a problem."""
_REPLACES = re.compile(r"(?<=[。;,，\n!])\s*(?:更正|订正|勘误|修正)")
"""Not at the head of a text: what stands before is replaced."""


_BARE_ROW = re.compile(
    r"[今昨][日天](?:的|数据?|数字|情况|[: ])*\d{1,3}(?:\.\d+)?(?:[/、]\d{1,3}(?:\.\d+)?){2,4}"
    r"(?! ?[\u4e00-\u9fff\d./、%])"
)
"""今天的数 3/1/96: numbers in a row, whose units only the sender knows."""


def corrects(text: str) -> bool:
    """Whether a text says that something said before was wrong."""
    return CORRECTS.search(text) is not None


class Reader:
    """Reads messages by the words of one campaign."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.vocabulary = Vocabulary(campaign)
        self.slips = Slips(campaign.vocabulary.typos, self.vocabulary.short_words)
        self.tokenizer = Tokenizer(self.vocabulary)
        self.problems = ProblemReader(campaign, self.vocabulary)

    def read(self, text: str, *, sender: Sender, sent_on: dt.date, watch: Watch | None = None) -> Reading:
        """Read one message that was sent on a day; a watch remembers which words gave what."""
        plain = normalize(text, self.slips.mend)
        mention = _MENTION.match(plain.text)
        words = plain.text
        if mention is not None:
            words = " " * mention.end() + words[mention.end() :]
        words = sent_as_submitted(filled_in(with_colons(closed_up(words))), self.vocabulary.sent_word)
        words = strike_out(with_commas(without_about(without_courtesies(words)), self.vocabulary.stage_words))
        tokens = self.tokenizer.tokens(words)
        sorts = frozenset([token.sort for token in tokens])
        if Sort.ZONE in sorts:
            tokens = find_zones(tokens, self.vocabulary, self._region(sender))
            sorts = frozenset([token.sort for token in tokens])
        topical = not sorts.isdisjoint(_TOPICAL) or NAMED_ALONE.search(words) is not None
        if (sorts.isdisjoint(_SPEAKS) and not topical) or is_notice(words, sorts, sender):
            return Reading(passed_over=_cut_note(plain))
        every = lines(tokens, len(words), has_brackets=Sort.OPEN in sorts)
        findings = self.problems.find(every, words) if topical else Findings([], {})
        state = State(
            words,
            self.campaign,
            self.vocabulary,
            new_context(self._region(sender), sent_on),
            Now(Clause([], 0, 0, None), []),
            RULES if watch is None else watch.over(RULES),
        )
        if watch is not None:
            watch.begin(plain, tokens, every, state)
        state.scenic = bool(findings.drafts) or not sorts.isdisjoint(VISITING)
        if Sort.UNIT_LABEL in sorts:
            label = next(token for token in tokens if token.sort is Sort.UNIT_LABEL)
            state.context.units = self.vocabulary.units_at(words, label.end)
        walk(state, every, findings.inside)
        leave_to_others(state, every, self._region(sender))
        return self._settle(text, state, plain, findings, sender, sorts)

    def _settle(
        self, text: str, state: State, plain: Plain, findings: Findings, sender: Sender, sorts: frozenset[Sort]
    ) -> Reading:
        """Make records of what a walk over a message found."""
        corrected = CORRECTS.search(state.text) is not None
        replaces = _REPLACES.search(state.text) if corrected else None
        if replaces is not None:
            replace_corrected(state.figures, replaces.start())
        if corrected:
            give_corrected_area(state.figures)
        if corrected or "补报" in state.text:
            leave_out_repeats(state.figures)
        items, parts = settle(state.figures, self.campaign)
        found = progress(items, parts, plain.span)
        state.items = items
        zero = [] if _left_unread(state) else zeros(items, state.figures)
        nothings = state.nothings + ([] if state.unclear else state.zeros)
        nils = nil(items, zero, nothings, plain.span)
        projects = _projects(state, plain, text)
        problems, resolutions = _obstacles(findings, state, plain, sender=sender, own=self._region(sender))
        seen = visits(state.scenes, text=state.text, plain=plain, campaign=self.campaign) if state.scenic else ()
        passed = _passed(state, plain)
        if not (found or nils or projects or problems or resolutions or seen):
            return Reading(kind=Kind.UNCLEAR if _must_ask(state, sorts) else Kind.NONE, passed_over=passed)
        return Reading(
            kind=Kind.REPORT,
            correction=bool(found) and corrected,
            progress=found,
            nil=nils,
            projects=projects,
            problems=problems,
            resolutions=resolutions,
            visits=seen,
            again=state.again,
            passed_over=passed,
        )

    def _region(self, sender: Sender) -> str | None:
        """Return the unit that a sender speaks for."""
        if sender.role is Role.DIVISION_LIAISON and sender.region is None and sender.division is not None:
            return self.campaign.region_of_division(sender.division)
        return sender.region


def _obstacles(
    findings: Findings,
    state: State,
    plain: Plain,
    *,
    sender: Sender,
    own: str | None,
) -> tuple[tuple[Problem, ...], tuple[Resolution, ...]]:
    """Make records of obstacles, each of the unit in force where it was said."""
    problems: list[Problem] = []
    resolutions: list[Resolution] = []
    scenes = {scene.clause.start: scene for scene in state.scenes}
    for draft in findings.drafts:
        scene = scenes.get(draft.scene)
        region = None if scene is None else scene.region or own
        if scene is None or region is None:
            continue
        name = scene.names[0].name if scene.names else None
        span = plain.span(draft.start, draft.end)
        words = state.text[draft.start : draft.end].strip()
        if draft.resolved:
            if draft.ref is not None and any((r.ref, r.region) == (draft.ref, region) for r in resolutions):
                continue
            resolutions.append(
                Resolution(ref=draft.ref, region=region, project=name, category=draft.category, spans=(span,))
            )
        elif draft.category is not None and (draft.stated or sender.role not in {Role.LEADER, Role.ADMIN}):
            problem = Problem(
                region=region, project=name, category=draft.category, text=words, stated=draft.stated, spans=(span,)
            )
            problems.append(problem)
    return tuple(problems), tuple(resolutions)


def _left_unread(state: State) -> bool:
    """Whether numbers without a unit were left out: 安陆2，云梦1，大悟0宗 is no day on which nothing happened."""
    return any(reason == NO_UNIT for _, _, reason in state.passed)


def _projects(state: State, plain: Plain, text: str) -> tuple[ProjectStage, ...]:
    """Make records of the projects that reached a stage: the last word on each."""
    reached: dict[tuple[str, str], ProjectStage] = {}
    for step in state.reached:
        if step.region is not None:
            span = plain.span(step.name.name_start, step.name.name_start + len(step.name.name))
            name = text[span[0] : span[1]]
            record = ProjectStage(region=step.region, project=name, stage=step.stage, date=step.date, spans=(span,))
            reached[(step.region, name)] = record
    return tuple(reached.values())


def _must_ask(state: State, sorts: frozenset[Sort]) -> bool:
    """Whether a message without records was plainly meant as a report."""
    if state.unclear:
        return True
    if "?" in state.text or Sort.ASK in sorts:
        return any(_is_nobodys(figure) for figure in state.figures)
    if _BARE_ROW.search(state.text) is not None:
        return True
    if Sort.WHOLE in sorts and all(f.stage is None for f in state.figures):
        return False  # 全省30宗，其中黄冈2宗
    corrects = CORRECTS.search(state.text) is not None
    return any(not f.void and (f.stage is not None or corrects or f.plainly) for f in state.figures)


def _is_nobodys(figure: Figure) -> bool:
    """Whether a figure lacks nothing but its unit: 区里今天上报了2宗，请问发这里对不对？"""
    return not figure.void and figure.timed and figure.stage is not None and figure.owner.region is None


def _cut_note(plain: Plain) -> tuple[PassedOver, ...]:
    if not plain.cut:
        return ()
    return (PassedOver(span=(plain.length, plain.length), reason="太长，后面的没有读"),)


def _passed(state: State, plain: Plain) -> tuple[PassedOver, ...]:
    """Tell which figures were passed over, and why."""
    notes = [(*figure.spans[0], figure.void) for figure in state.figures if figure.void and figure.spans]
    if not (notes or state.passed):
        return _cut_note(plain)
    notes = sorted([*state.passed, *notes])
    return (*(PassedOver(span=plain.span(s, e), reason=r) for s, e, r in notes), *_cut_note(plain))


_BY_ID: dict[int, tuple[Campaign, Reader]] = {}
"""A reader for each campaign, by the campaign's identity; the campaign is kept, so that no other takes its place."""
_MOST_READERS = 16


def reader_of(campaign: Campaign) -> Reader:
    """Return the reader of a campaign, made once for each."""
    known = _BY_ID.get(id(campaign))
    if known is None or known[0] is not campaign:
        if len(_BY_ID) >= _MOST_READERS:
            _BY_ID.clear()
        known = (campaign, Reader(campaign))
        _BY_ID[id(campaign)] = known
    return known[1]


def parse(text: str, *, sender: Sender, sent_at: dt.datetime, campaign: Campaign) -> Reading:
    """Read one message; never raises, and the same message is always read the same."""
    try:
        return _parse(text, sender=sender, sent_at=sent_at, campaign=campaign)
    except FAULTS:
        return Reading(kind=Kind.UNCLEAR, passed_over=(PassedOver(span=(0, len(text)), reason="没有读懂"),))


def _parse(text: str, *, sender: Sender, sent_at: dt.datetime, campaign: Campaign) -> Reading:
    sent_on = (sent_at if sent_at.tzinfo is None else sent_at.astimezone(SHANGHAI)).date()
    return reader_of(campaign).read(text, sender=sender, sent_on=sent_on)
