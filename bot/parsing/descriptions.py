"""Relative clauses, which only describe: 昨天报的3宗今天批了 · 受理的3宗中，过会1宗 · 批复2宗，都是上周报的.

set = [ time ] stage … 的 [ 那 | 这批 ] ( count [ area ] [ 中 | 里 ] | project )
"""

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.parsing.lookahead import is_negated
from bot.parsing.sorts import Sort
from bot.parsing.tails import TODAY, without_tail
from bot.parsing.tokens import Clause, Token
from config.campaign import Campaign

MAY_DESCRIBE = re.compile(
    r"的|那|宗 ?[中里当之]|个 ?[中里当之]|件 ?[中里当之]|亩 ?[中里当之]"
    r"|是[^，。;,\n]{1,8}[报批审受退组供]|为[^，。;,\n]{1,8}[报批审受退组供]"
)
_OF = re.compile(r"(?!状态)[^的是有为]{0,8}的(?:[那这])?(?:几|些|一?批|所有|全部)?")
_OF_THAT = re.compile(r"的[那这](?:几|些|批)?$")
_OF_THAT_FILE = re.compile("厅?里?的[那这](?:一?个批次|一?批|一?个件|一?份)")
"""上个月报到省厅的那个批次终于批了."""
_LINKS = frozenset("的厅里")
_AMONG = re.compile(r"\s*(?:里面?|当中|之中|中间?(?![心国央])|以?内)")
_NOT_DONE = re.compile(r"(?:没|未)(?:有|能)?[被全都]?[批报受审过供退组动开]")
_DESCRIBING = frozenset(
    {
        Sort.STAGE,
        Sort.PERIOD,
        Sort.ALREADY,
        Sort.CUMULATIVE,
        Sort.LATE,
        Sort.NEW,
        Sort.CLOCK,
        Sort.STANDS,
        Sort.DOING,
        Sort.NOT,
        Sort.FACT,
        Sort.PLAN,  # 原定昨天上报的2宗今天报了
        Sort.COMPARE,  # 去年批复的2宗今天供地了
        Sort.YEAR,
    }
)
"""Words that say nothing of the figure where they only describe it."""
_LEFT_OUT = _DESCRIBING | {Sort.COUNT, Sort.AREA}
_OF_STANDING = frozenset({Sort.CUMULATIVE, Sort.UP_TO, Sort.PERIOD})
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.VAGUE, Sort.BARE})
_BOUNDS = _FIGURES | {Sort.PAUSE, Sort.WITHIN}
_NAMES = frozenset({Sort.PROJECT, Sort.NETWORK})
_SET_APART = frozenset({Sort.PERIOD, Sort.ALREADY, Sort.OWN, Sort.PLACE, Sort.COMPARE, Sort.YEAR})
_GOES_ON = frozenset({Sort.COMMA, Sort.COLON})
_BESIDE = re.compile(r"的(?:还|仍|也|就)?(?:是|有|为|:|那?[\d一二三四五六七八九十两]+[宗件个])")
_ASKED_FOR = re.compile("麻烦|劳烦|拜托|帮忙|关照")
_PUT_OFF = frozenset({Sort.PLAN, Sort.LATER, Sort.REQUEST})
_TAKES_UP = re.compile(r"(?:把|将|给|帮忙?|请|麻烦|劳烦|拜托)[^，。;\n]*$")
_TELLS_OF_IT = re.compile(
    r"(?:用地|地块|宗地|项目|地)?的?(?:也|都|均|全|就|才|还|分别|总|共|合|约|计|是|为|系|属|在|位于|涉及?|面积|其中|[了吧呢啊哈的等里中内])"
)
"""Behind what is described, these tell what it is: 今天批复的2宗都是江夏的."""
_DONE_WITH_IT = re.compile(
    "归档|建档|存档|入库|录入|录完|装订|扫描|盖章|盖个章|签字|移交|编号|整理|打印|复印|寄|核对|公示|公告|备案|建账|做账"
)
_TAKES_DOWN = re.compile(r"查收|审阅|知悉|登记|记[一上下]|入账|计入|加上|算上")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MOST_SETS = 4
_FAR = 3
"""How many clauses ahead a step may be said of a set."""


class _Set(NamedTuple):
    """What is described: the first token of its description, its own first one, the one behind, and its first word."""

    first: int
    at: int
    end: int
    start: int


class _Step(NamedTuple):
    """A step said of a set: in which clause, and at which token of it, if a word says it."""

    clause: int
    at: int
    reached: bool = True


def without_descriptions(line: Sequence[Clause], text: str, campaign: Campaign) -> Sequence[Clause]:
    """Return the clauses of a line without the words that only describe what another step is said of."""
    if not any(_may_describe(clause, text) for clause in line):
        return line
    clauses = list(line)
    shared: set[int] = set()
    for at in range(len(clauses) - 1, -1, -1):
        if not _may_describe(clauses[at], text):
            continue
        clauses[at] = without_tail(clauses, at, text)
        for described in _sets(clauses[at], text)[-_MOST_SETS:][::-1]:
            _read_set(clauses, at, described, text, campaign, shared)
    return clauses


def _may_describe(clause: Clause, text: str) -> bool:
    """Whether a description may stand in a clause at all."""
    known = Sort.STAGE in clause.sorts or Sort.COUNT in clause.sorts
    return known and MAY_DESCRIBE.search(text, clause.start, clause.end) is not None


def _sets(clause: Clause, text: str) -> list[_Set]:
    """Find what is described in a clause: counts behind 的, and projects right behind one."""
    tokens, found = clause.tokens, []
    first = 0
    for at, token in enumerate(tokens):
        if token.sort is Sort.COUNT and (
            _is_described(tokens, at, first, clause.start, text) or _AMONG.match(text, token.end) is not None
        ):
            area = at + 1 < len(tokens) and tokens[at + 1].sort is Sort.AREA
            found.append(_Set(first, at, at + 1 + area, token.start))
        elif (
            token.sort is Sort.STAGE
            and text[token.end : token.end + 1] in _LINKS
            and (
                (text[token.end] == "的" and _names_follow(tokens, at))
                or _OF_THAT_FILE.match(text, token.end) is not None
            )
        ):
            found.append(_Set(first, at + 1, at + 1, token.end + 1))
        if token.sort in _BOUNDS:
            first = at + 1
    return found


def _is_described(tokens: list[Token], at: int, first: int, start: int, text: str) -> bool:
    """Whether a count stands behind what describes it: 报省厅的3宗, 拖了好久的那1宗."""
    before = next((token for token in reversed(tokens[first:at]) if token.sort is Sort.STAGE), None)
    words = text[before.end if before is not None else max(start, tokens[at].start - 6) : tokens[at].start]
    words = words.replace(" ", "")
    if at and tokens[at - 1].sort is Sort.PLACE:
        words = words.replace(tokens[at - 1].text, "")  # 昨天上报的枝江那2宗
    return _OF_THAT.search(words) is not None or (before is not None and _OF.fullmatch(words) is not None)


def _names_follow(tokens: list[Token], at: int) -> bool:
    """Whether what is described is a project and no count."""
    behind = [token.sort for token in tokens[at + 1 :]]
    name = next((i for i, sort in enumerate(behind) if sort in _NAMES), None)
    return name is not None and _FIGURES.isdisjoint(behind[:name])


def _read_set(clauses: list[Clause], at: int, described: _Set, text: str, campaign: Campaign, shared: set[int]) -> None:
    """Leave out what only describes a set, or the whole set where only some of it reached another step."""
    clause = clauses[at]
    tokens = clause.tokens
    step = _step_behind(clauses, at, described, text)
    main = _main_before(tokens, described, campaign, alone=step is None)
    if main is not None:
        clauses[at] = _left_out(clause, main + 1, described.at, described.start)
        return
    if step is None or _is_dealt_with(clauses, at, described, step, text):
        if _is_only_named(clause, described, text) or _is_dealt_with(clauses, at, described, step, text):
            clauses[at] = _left_out(clause, described.first, described.end, clause.end)
        return
    if described.at == described.end:  # a project
        clauses[at] = _left_out(clause, described.first, described.at, described.start)
        return
    own = _has_own_count(clauses, at, described, step, shared)
    if _stands_beside(clauses, at, described, step, own=own, text=text):
        return
    if own or not step.reached:
        clauses[at] = _left_out(clause, described.first, described.end, tokens[described.end - 1].end)
        return
    shared.add(described.start)
    clauses[at] = _left_out(clause, described.first, described.at, described.start)


def _is_only_named(clause: Clause, described: _Set, text: str) -> bool:
    """Whether nothing is said of a set at all: 批了没？上次报的那2宗."""
    if clause.closer in _GOES_ON or text[clause.tokens[described.end - 1].end : clause.end].strip():
        return False
    return _OF_THAT.search(text[clause.start : described.start].rstrip()) is not None


def _is_dealt_with(clauses: list[Clause], at: int, described: _Set, step: _Step | None, text: str) -> bool:
    """Whether something is done with a set that is no step of it: 上报的2宗材料盖个章, 把已批的3宗录入系统."""
    tokens, start, end = clauses[at].tokens, clauses[at].start, clauses[at].end
    told = next((token for token in reversed(tokens[: described.at]) if token.sort is Sort.STAGE), None)
    if told is None or described.at == described.end or not _is_no_step(clauses, step, told):
        return False
    if Sort.INSTEAD in clauses[at].sorts:
        return False  # 把今天批复的2宗改为3宗
    words = _IN_BRACKETS.sub("", text[tokens[described.end - 1].end : end].replace(" ", ""))
    today = any(t.sort is Sort.PERIOD and t.text.startswith(TODAY) for t in tokens[described.first : described.at])
    if _TAKES_DOWN.search(words) is not None or (today and "已" in words):
        return False  # 今天批复的2宗已经录入系统
    if _DONE_WITH_IT.search(words) is not None or _TAKES_UP.search(text, start, described.start) is not None:
        return bool(words)
    return _TELLS_OF_IT.match(words) is None and len(_HAN.findall(words)) > 2


def _is_no_step(clauses: list[Clause], step: _Step | None, told: Token) -> bool:
    """Whether what stands behind a set only asks for something, or names its papers: 批复的2宗批文扫描一下."""
    if step is None or step.at == len(clauses[step.clause].tokens):
        return True
    behind = clauses[step.clause].tokens[step.at]
    return behind.key == told.key and behind.text.endswith("文")


def _main_before(tokens: list[Token], described: _Set, campaign: Campaign, *, alone: bool) -> int | None:
    """Return the step that is said of the set before its description: 今日批复上周上报的3宗, 重报退回的2宗."""
    order = campaign.stage_order
    steps = [i for i in range(described.first, described.at) if tokens[i].sort is Sort.STAGE]
    for main, last in itertools.pairwise(steps):
        if any(token.sort in _SET_APART for token in tokens[main + 1 : last]):
            return main
        one, other = tokens[main].key, tokens[last].key
        if alone and (order[one] > order[other] or campaign.stage(other).returns > campaign.stage(one).returns):
            return main
    return None


def _step_behind(clauses: list[Clause], at: int, described: _Set, text: str) -> _Step | None:
    """Find the step that is said of a set behind it, in its own clause or soon after."""
    for ahead in range(at, min(at + _FAR, len(clauses))):
        clause = clauses[ahead]
        first = described.end if ahead == at else 0
        put_off = False
        for i in range(first, len(clause.tokens)):
            token = clause.tokens[i]
            put_off = put_off or token.sort in _PUT_OFF
            if token.sort is Sort.NOTHING or (token.sort is Sort.STAGE and _BESIDE.match(text, token.end)):
                return None
            if token.sort is Sort.STAGE:
                return _Step(ahead, i, reached=not put_off and not is_negated(clause.tokens, i, text))
        begins = described.start if ahead == at else clause.start
        asked = ahead == at and _ASKED_FOR.search(text, begins, clause.end) is not None
        if put_off or asked or _NOT_DONE.search(text, begins, clause.end) is not None:
            return _Step(ahead, len(clause.tokens), reached=False)
        if clause.closer not in _GOES_ON or (ahead > at and clause.has(Sort.COUNT)):
            return None
    return None


def _has_own_count(clauses: list[Clause], at: int, described: _Set, step: _Step, shared: set[int]) -> bool:
    """Whether the step is said with a count of its own: 昨天报的3宗今天批了2宗."""
    tokens = clauses[step.clause].tokens
    for token in tokens[described.end :] if step.clause == at else tokens:
        if token.sort is Sort.PAUSE and step.clause == at:
            return False
        if token.sort in {Sort.COUNT, Sort.VAGUE} and token.start not in shared:
            return True
    return False


def _stands_beside(clauses: list[Clause], at: int, described: _Set, step: _Step, *, own: bool, text: str) -> bool:
    """Whether what seems to describe is a report of its own: 今天上报的3宗，批复2宗 · 今天报的3宗，还没受理."""
    tokens = clauses[at].tokens
    describing = tokens[described.first : described.at]
    behind = clauses[step.clause].tokens
    if _AMONG.match(text, tokens[described.end - 1].end) is not None:
        return False
    if own and any(token.sort is Sort.STAGE and token.key == behind[step.at].key for token in describing):
        return True
    days = [token for token in describing if token.sort is Sort.PERIOD]
    if not days or not all(day.text.startswith(TODAY) for day in days):
        return False
    return not step.reached or (own and step.clause > at and step.at == 0)


def _left_out(clause: Clause, first: int, end: int, body: int) -> Clause:
    """Return a clause without the words of a description; today, and what it stands at, count for the rest."""
    section = clause.tokens[first:end]
    stands = any(token.sort in {Sort.CUMULATIVE, Sort.UP_TO} for token in section)
    section = [
        token
        for token in section
        if token.sort not in _LEFT_OUT or (token.sort in _OF_STANDING and (stands or token.text.startswith(TODAY)))
    ]
    return _with(clause, clause.tokens[:first] + section + clause.tokens[end:], body)


def _with(clause: Clause, tokens: list[Token], body: int) -> Clause:
    return Clause(tokens, clause.start, clause.end, clause.closer, clause.mark, body)
