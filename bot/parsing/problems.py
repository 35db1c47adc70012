"""Obstacles: 存在问题：水田指标不够 · 压矿协议没签、规划没调."""

import re
from itertools import pairwise

from bot.parsing.gathering import BEGINS_ANOTHER, Gathering
from bot.parsing.obstacle_words import CANNOT, MERE_MENTIONS, NO_OBSTACLES, NOT_IN_THE_WAY, NOTHING_WRONG, OBSTACLES
from bot.parsing.refs import REF
from bot.parsing.resolutions import ResolutionReader
from bot.parsing.sections import Section, leaves_section, split_heading
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause, Token
from bot.parsing.topics import INSIDE_PROBLEM, Draft, Findings, Topics
from bot.parsing.vocabulary import Vocabulary, alternation
from config.campaign import Campaign

_HAN = re.compile(r"[\u4e00-\u9fff]")


def _negations(words: str) -> str:
    """Say what is lacking in the other ways too: 没落实 as 没有落实, 没能落实."""
    lacking = [word[1:] for word in words.split() if word[0] == "没" and len(word) > 1 and word[1] != "有"]
    return " ".join([words, *("没有" + rest for rest in lacking), *("没能" + rest for rest in lacking)])


_OBSTACLE = re.compile(f"(?:{alternation(_negations(OBSTACLES).split())})|{CANNOT}")
_STILL_NOT = frozenset({"还没", "尚未"})
_NOT_DONE = ("没做", "未做")
"""会议材料还没做完 is nothing in the way."""
_MERE = frozenset(MERE_MENTIONS.split())
_ONLY_LOOKS = re.compile(f"{NOT_IN_THE_WAY}|(?:{alternation(NO_OBSTACLES.split())})")
_NO_PROBLEM = frozenset(NOTHING_WRONG.split())
_TO_STOP = re.compile(r"[。;\n]")
_ASKS = re.compile(
    r"哪位|谁有(?!门路|办法|路子|高招|[妙好]招|主意|辙)|发一下|发我|再发|([有压涉占批])没\1|([够压涉])不\2|是不是|请问|吗|\?|如何处理|怎么办|怎么处理|怎么弄|(?<!知道)(?<!晓得)(?<!清楚)[怎如][么何]解决|交流一下|谁还没|谁没|听说|听闻|据传|据说|新闻|恭喜|祝贺|某[地市县]|吸取教训|的[^，。;]{0,6}请(?:尽快|抓紧|及时|联系|回复|今天)"
)
_ORDERS = re.compile(
    r"^\s*(?:请(?!省?厅|厅里|领导|上级)|麻烦|烦请|帮|劳驾|辛苦|要求(?!又变)|务必|望|各地|必须|严禁|希望[各大]|祝|愿|要(?!求又变)|加快|抓紧|加强|强化|推进|做好|对|避免|防止|杜绝|谨防|严防|以防|防范)"
)
_SUPPOSES = re.compile(r"\W*(?:如果|要是|假如|假设|倘若|万一|一旦|若是?|只要)(?![^，。;]{0,12}[再还仍][不没])")
"""如果规划没调好 supposes; 如果指标再不落实 does not."""
_DENIES = re.compile(
    r"(?:不|没有?|未|无)再?(?:涉及|涉|占用|占|压覆|压占|压到|压|突破|穿越|跨|位于|踩到|踩|碰到|碰|在(?!开发边界)(?!边界))[^，。;,]{0,6}"
)
"""没有占永农，就等排队: what is denied is not in the way, whatever follows."""
_LASTED = re.compile(r"[^，]{0,8}(?:卡|拖|困扰|耽搁|耽误|堵|搁)[了着住]?[^，]{0,12}的")
_GATHERS = re.compile(
    r"(?:了解|听取|梳理|收集|摸排|汇总|排查|聚焦|围绕)[^，。;\n]{0,40}(?:困难|问题|情况|难题|堵点)\W*$"
)
_PAPER = re.compile(r"(?:通报|通知|[情统明汇调]\w{1,2}表|清单|台账|办法|案卷)(?=\W|已|请|发|收|报|$)")
_PROPOSES = re.compile(r"建议|希望|恳请|盼|请[^，。;]{0,8}(?:研究|明确|统一|出台|审议)")
_WORKS_ON = re.compile(r"研究|讨论|商量|商讨|解决|攻克|破解|化解|会商|开会|协调|对接|攻坚")
_URGES = re.compile(
    r"一律|原则上|不得|严禁|方可|要抓紧|抓紧解决|务必|必须|要尽快|要加快|要高度重视|要(?:分类|逐一|认真|及时|主动|提前|深入|全面|切实|坚决|盯|摸清|梳理)|依法依规|要依法|不能[未强违]|要[严做][细实格守]|零容忍"
)
_REASON = re.compile(
    r"因|由于|原因|理由|说|:|要求(?:先行?|重新?|再)?(?:补|完善|修改|重|处理|查处|整改|落实|核实|调整)|都是|主要是"
)
_PARTING = frozenset({Sort.PAUSE, Sort.BULLET})
_TALLY = re.compile(r"(?:[^，。;、\d]{0,6}\d+[个条项件][，,、; ]*){1,8}[^，。;、\d]{0,4}")
"""新增5个，办结3个 counts problems and tells none."""
_ALL = re.compile(r"\W*(?:[这那]?[一二三四五几两]?(?:样|个|项|件|方面|块))?(?:都|均|全)")
"""Behind what was only named, this says it of all: 一是征地，二是压矿，都没办下来."""


class ProblemReader:
    """Finds obstacles by the categories of one campaign."""

    def __init__(self, campaign: Campaign, vocabulary: Vocabulary) -> None:
        self._topics = Topics(campaign, vocabulary)
        self._resolutions = ResolutionReader(self._topics)

    def find(self, lines: list[list[Clause]], text: str) -> Findings:
        """Find all obstacles of a message."""
        findings = Findings([], {})
        section = Section()
        for line in lines:
            section.begin_line(line)
            for statement in _statements(line):
                self._read(statement, text, section, findings)
                self._read_brackets(statement, text, findings)
            section.end_line()
        return findings

    def _read_brackets(self, statement: list[Clause], text: str, findings: Findings) -> None:
        """Read what is said in brackets: 退回1宗（水田占补指标没落实）, but not 问题9（压矿协议没签）."""
        for clause in statement:
            for token in clause.tokens:
                if (
                    token.sort is Sort.GROUP
                    and any(inner.category for each in token.inner for inner in each.tokens)
                    and REF.search(text, clause.start, token.start) is None
                ):
                    for inner_statement in _statements(list(token.inner)):
                        self._read(inner_statement, text, Section(), findings)

    def _read(self, statement: list[Clause], text: str, section: Section, findings: Findings) -> None:
        """Read what stands between two stops, semicolons or list numbers."""
        heading, body = split_heading(statement, text)
        if heading is not None:
            section.open(heading, text)
        elif section.on and leaves_section(body):
            section.close()
        said = self._resolutions.read(statement, text, findings) if body else []
        if not body or (said and self._says_no_more(statement, said, text, findings)):
            return
        words = text[body[0].start : body[-1].end].strip(" ,，;。!\n")
        stated = section.on
        if words.lstrip("0123456789.、) ") in _NO_PROBLEM:
            section.close()
            return
        body = [clause for clause in _without_known(body, said, text, findings) if clause not in said]
        if section.of_known or not body:
            return
        found = self._obstacles(statement if heading is not None else body, body, text, stated=stated)
        if self._proposes_once_more(body, found, text, findings):
            return
        findings.drafts += found
        if found or stated:
            self._mark_inside(body, text, found, findings, stated=stated)

    def _proposes_once_more(self, body: list[Clause], found: list[Draft], text: str, findings: Findings) -> bool:
        """Whether a statement only asks to take up what was just said: 各地都碰到。建议提请领导小组定个调."""
        last = findings.drafts[-1] if findings.drafts else None
        if last is None or last.resolved or len(found) != 1 or found[0].category != last.category:
            return False
        special = all(self._is_special(token) for clause in body for token in self._topics.named(clause))
        return special and _PROPOSES.match(text, body[0].start) is not None

    def _says_no_more(self, statement: list[Clause], said: list[Clause], text: str, findings: Findings) -> bool:
        """Whether a statement that says obstacles to be removed is about nothing else."""
        if not findings.drafts or not findings.drafts[-1].resolved:
            return False
        rest = [clause for clause in statement if clause not in said]
        return not any(_OBSTACLE.search(text[c.start : c.end]) and self._topics.named(c) for c in rest)

    def _mark_inside(
        self, body: list[Clause], text: str, found: list[Draft], findings: Findings, *, stated: bool
    ) -> None:
        """Note the clauses whose figures are no progress."""
        for at, clause in enumerate(body):
            reports = clause.has(Sort.COUNT) and (
                clause.has(Sort.STAGE) or self._is_sent_back(clause, body[at + 1 : at + 2], text)
            )
            speaks = bool(self._topics.named(clause)) or any(draft.scene == clause.start for draft in found)
            if stated or (speaks and not reports):
                findings.inside[clause.start] = INSIDE_PROBLEM

    def _is_sent_back(self, clause: Clause, following: list[Clause], text: str) -> bool:
        """Whether the clause behind says that what a clause counts was sent back: 3宗因为补划没过，被省厅打回."""
        words = text[clause.start : clause.end]
        return any(self._topics.sends_back(c) and ("因" in words or "被" in text[c.start : c.end]) for c in following)

    def _obstacles(self, statement: list[Clause], body: list[Clause], text: str, *, stated: bool) -> list[Draft]:
        """Return one draft for each distinct obstacle of a statement."""
        whole = text[body[0].start : body[-1].end]
        if _is_asked(body, text) or (not stated and _URGES.search(whole)):
            return []
        found = self._each_obstacle(body, text, stated=stated)
        special = next((t.category for c in statement for t in self._topics.named(c) if self._is_special(t)), None)
        said = found or stated or _OBSTACLE.search(whole) or any(c.has(Sort.PROBLEM) for c in statement)
        if special is not None and (said or _PROPOSES.search(whole)):
            return [Draft(body[0].start, body[0].start, body[-1].end, special, stated=bool(said))]
        if (
            stated
            and not found
            and _TALLY.fullmatch(whole) is None
            and len(_HAN.findall(_ONLY_LOOKS.sub("", whole))) >= 4
            and not body[0].has(Sort.NOTHING)
        ):
            return [Draft(body[0].start, body[0].start, body[-1].end, self._topics.other, stated=True)]
        return found

    def _is_special(self, token: Token) -> bool:
        return token.category in self._topics.special

    def _each_obstacle(self, body: list[Clause], text: str, *, stated: bool) -> list[Draft]:
        """Read obstacles = obstacle { ( ， | 、 | 还有 ) obstacle }        # 水田指标不够，一宗在生态红线里"""
        topics = self._topics
        reports = any(clause.has(Sort.STAGE) and clause.has(Sort.COUNT) for clause in body)
        back = any(topics.sends_back(clause) for clause in body)
        parts = [(clause.start, part) for clause in body for part in self._parts(clause, text)]
        alone = {token.category for _, part in parts for token in topics.strong(part)}
        found = Gathering(topics.other)
        for at, (scene, part) in enumerate(parts):
            if not topics.named(part) or (not stated and not back and _is_to_do(part, text)):
                found.pass_by(part)
                continue
            weak = bool(alone) and not topics.strong(part)
            if not found.is_another(part, text, weak=weak) and weak and topics.of(part) in alone:
                continue  # 征地协议没签，村民不让步
            rest = [] if weak else [each for _, each in parts[at + 1 : at + 6]]
            said = stated or self._is_obstacle(part, rest, text, reports=reports)
            if said or (back and _is_reason(part, text)):
                draft = Draft(scene, part.start, part.end, None, stated or part.has(Sort.PROBLEM))
                found.add(topics.about(part, text), draft, leans=topics.leans(part))
        return found.drafts()

    def _parts(self, clause: Clause, text: str) -> list[Clause]:
        """Split a clause at its pauses and numbers when each part tells of an obstacle: 压矿协议没签、规划没调."""
        looks = _ONLY_LOOKS.search(text, clause.start, clause.end) if clause.has(*_PARTING) else None
        if not clause.has(*_PARTING) or (looks is not None and "、" in looks[0]):
            return [clause]  # 没有征地、压矿方面的困难
        parts: list[Clause] = []
        tokens: list[Token] = []
        start = clause.start
        for token in clause.tokens:
            if token.sort in _PARTING:
                parts.append(Clause(tokens, start, token.start, Sort.PAUSE, token.text))
                tokens, start = [], token.end
            else:
                tokens.append(token)
        parts.append(Clause(tokens, start, clause.end, clause.closer, clause.mark))
        parts = [part for part in parts if text[part.start : part.end].strip()]
        if all(self._topics.named(part) and _OBSTACLE.search(text, part.start, part.end) for part in parts):
            return parts
        return [clause]

    def _is_denied(self, clause: Clause, text: str) -> bool:
        """Whether a clause says that what it names is not in the way: 不压矿."""
        denied = _DENIES.search(text, clause.start, clause.end)
        topic = self._topics.main(clause)
        return denied is not None and topic is not None and denied.start() < topic.start + 1 <= denied.end() + 1

    def _is_obstacle(self, clause: Clause, rest: list[Clause], text: str, *, reports: bool) -> bool:
        """Whether something is in the way in a clause, in those after it that name nothing else, or in one of all."""
        weak = not self._topics.strong(clause)
        words = text[clause.start : clause.end]
        goes_on = not self._is_denied(clause, text)
        for other in rest:
            goes_on = goes_on and not self._topics.strong(other) and not other.has(Sort.COUNT)
            if goes_on or (not self._topics.named(other) and _ALL.match(text, other.start)):
                words += "，" + text[other.start : other.end]
        if reports and _LASTED.match(words) is not None:
            return False  # 卡了半年的那宗今天批了
        words = _ONLY_LOOKS.sub("", words)
        said = _obstacles_in(words)
        return bool(said - _MERE if weak or reports else said)


def _obstacles_in(words: str) -> set[str]:
    """Return what is in the way in some words; in 还没谈拢 it is 没谈."""
    said: set[str] = set()
    for match in _OBSTACLE.finditer(words):
        inner = _OBSTACLE.match(words, match.start() + 1) if match[0] in _STILL_NOT else None
        tells = inner is not None and len(inner[0]) > 1 and not inner[0].startswith(_NOT_DONE)
        said.add(inner[0] if inner is not None and tells else match[0])
    return said


def _without_known(body: list[Clause], said: list[Clause], text: str, findings: Findings) -> list[Clause]:
    """Leave out what is said of numbered problems that go on: 问题6仍未解决，征地款没到位."""
    kept: list[Clause] = []
    known = False
    for clause in body:
        if REF.search(text, clause.start, clause.end) is not None:
            known = clause not in said
        elif not known or clause.has(Sort.PERIOD, Sort.STAGE, Sort.NIL) or BEGINS_ANOTHER.match(text, clause.start):
            known = False
            kept.append(clause)
            continue
        if not clause.has(Sort.COUNT):
            findings.inside[clause.start] = INSIDE_PROBLEM
    return kept


def _is_reason(clause: Clause, text: str) -> bool:
    """Whether a clause tells why a file was sent back: 退回1宗，要求补勘界材料."""
    return _REASON.search(text, max(0, clause.start - 1), clause.end) is not None


def _is_asked(body: list[Clause], text: str) -> bool:
    """Whether a statement asks, or is asked about in the next."""
    words = text[body[0].start : body[-1].end] + body[-1].mark
    if body[-1].closer is Sort.COMMA:
        words += _TO_STOP.split(text[body[-1].end : body[-1].end + 40], maxsplit=1)[0]
    return _ASKS.search(words) is not None


def _is_to_do(clause: Clause, text: str) -> bool:
    """Whether a clause tells others what to do, what one will, or of papers: 请荆门先调规划, 下步解决处罚问题."""
    words = text[clause.start : clause.end]
    if _ORDERS.match(words) is not None or _SUPPOSES.match(words) is not None or _GATHERS.search(words) is not None:
        return True
    topic = next(token for token in clause.tokens if token.category)
    if _PAPER.search(text, topic.end, clause.end) is not None:
        return True
    plan = next((token.end for token in clause.tokens if token.sort in {Sort.PLAN, Sort.LATER}), topic.start)
    if plan < topic.start and _WORKS_ON.search(text, plan, topic.start) is not None:
        return True
    return any(
        token.sort is Sort.REQUEST and after.sort is Sort.PLACE and token.end == after.start
        for token, after in pairwise(clause.tokens)
    )


def _statements(line: list[Clause]) -> list[list[Clause]]:
    """Split a line at its stops, semicolons and list numbers."""
    found: list[list[Clause]] = [[]]
    for clause in line:
        if found[-1] and clause.tokens and clause.tokens[0].sort is Sort.BULLET:
            found.append([])
        found[-1].append(clause)
        if clause.closer in {Sort.STOP, Sort.SEMICOLON, Sort.BREAK}:
            found.append([])
    return [statement for statement in found if statement]
