"""Obstacles removed: 问题12已解决 · 压矿补偿协议已签 · 违法用地整改到位."""

import re

from bot.parsing.gathering import BEGINS_ANOTHER
from bot.parsing.obstacle_words import COMPLETIONS, RESOLUTIONS
from bot.parsing.refs import REF, refs
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause
from bot.parsing.topics import INSIDE_PROBLEM, Draft, Findings, Topics
from bot.parsing.vocabulary import alternation

_RESOLVED = re.compile(
    rf"(?:{alternation(RESOLUTIONS.split())})|(?<!处)罚没到位"
    r"|(?:(?:问题|困难)\d{0,4}|难题|难点|障碍|冲突|矛盾|的事)"
    r"(?:也|都|就|已经?|现已|全部|总算|终于|昨[天日]|今[天日]|前天|上周|当场|现场|当天|彻底|一并|一起|顺利){0,4}"
    r"(?:(?:解决|化解|解除)(?=$|[，。;,!\s])|没了|没有了|了了)|(?:[道个]坎|这一?关)[儿也都算]{0,2}(?:总算|终于|已经)?(?:过了|过去了|迈过)"
    r"|(?:已经?|昨[天日晚儿]|今[天早日儿]|前天|上午|下午|上周|刚刚?|正式|双方)(?:(?![没未不待等将拟要准])[^，。;,\n]){0,8}(?:签订|签署|签字|签好|签妥)(?!仪式|[率的时])"
    r"|罚款[^，。;,没未]{0,4}(?:交清|缴清)|搞定(?=$|[，。;,!\s])"
)
_COMPLETED = re.compile(
    rf"{alternation(COMPLETIONS.split())}"
    r"|(?:验收|论证|评审|审查|专家)会?(?:昨[天日晚儿]|今[天早日儿]|前天|上周|刚刚?|终于|总算|也|都|已经?|顺利){1,3}(?:过了|通过)"
)
_NOT_YET = re.compile(
    r"(?:未|没|没有|还没|尚未|不|待|等|(?<!老大)难(?![的题点处事])|本想|原想|(?<![主重需])要|[需须应]先|暂未|无法|如何|怎么|请|帮|协助|望|推动|加快|争取|预计|将|计划|力争"
    r"|尽快|抓紧|快|即将|马上|就要|基本(?!农田)|大体|部分|大半|差不多|一旦|假如|才能?|再)[^，。;,]{0,4}$"
)
_PARTLY = re.compile(
    r"(?:一半|大半|多半|一部分|部分|大部分|几户|\d+%)|情况|问题的|的请|与否|时间|进度|率|清单|(?:了|的)?(?:之后|以后|后(?!来)|才|再|就(?:能|可)|的话|前)"
    r"|[^，。;]{0,6}(?:但|不过|可是?|只是|就是|然而)[^，。;]{0,16}(?:没|未|不|差|缺|难)"
)
"""Behind such a word: 签了一半, 到位后才能上报, 罚款交了但房子没移交."""
_WAS_IN_THE_WAY = re.compile(r"终于|总算|上次|上回|之前|此前|先前|反映|[卡拖等][了着住过]|老大难")
_THANKED = re.compile(r".*(?:谢|多亏|幸亏)[^，。;]{0,12}(?:帮|协助)")
"""谢谢规划处帮我们解决了一张图的问题: the help was given."""
_DESCRIBED = re.compile(
    r".*的(?:问题|困难|事|$)|.*(?:不肯?|没|未)[^，。;的]{1,3}的(?=[^，。;]{0,5}[户家人]|今|昨|前天|上|都|全|也)"
)
"""What was in the way before it was removed: 与一张图不符的问题已处理好."""
_WISHED = re.compile(r"\W*(?:希望|盼|愿|祝)")
_COUNTED = re.compile(
    r"(?:解决|化解|办结|答复|协调)[^，。;\d]{0,6}[\d一二三四五六七八九十两几]+[个条项件](?:问题|难题|困难|事项|诉求)?"
)
"""解决难题2个 tells of a visit, and not which."""
_TOLD = re.compile(
    r"请[^，。;]{0,6}(?:各[地县市区位单处]|回复|下载|核对|查收|标注|大家|学习)|各地学习"
    r"|(?:登[录陆]|网络|密码|账号|表格|打印机?|软件|链接|文件|电脑|手机|住宿|格式|乱码|打不开|进不去|食堂|停车|车位|空调|电梯|用车|楼)的?问题"
)
_OF_OTHERS = re.compile(
    "听说|听闻|据说|据传|新闻|恭喜|祝贺|羡慕|森林督查|大棚房|乱占耕地|违建别墅|信访积案|巡察|巡视|审计|主题教育|安全生产|环保督察|地质灾害|四乱|非粮化|非农化"
)
"""What others solved, or what other campaigns did."""
_SPOKEN_OF = re.compile("(?:反映|问|说|提|报|讲|愁|担心|头疼|惦记)[过到了]?的")
_TO_BE_CLOSED = re.compile(r"请[^，。;]{0,4}(?:销号|核销|销掉|闭环)|申请销号|可销号")
"""Right behind what was removed: 补划已到位，问题5请销号."""
_BARELY = ("批了", "批下来了", "更新了", "已更新", "通过了", "下来了")
_OF_NEXT = re.compile(r"\W*第?\d{1,6}号的?(?:[还尚仍]|问题)")
"""问题14解决了，16号还差一步: another one remains."""
_NEAR = 3
_ONLY_NAMES = 3
_SOME = re.compile(r"[\d一二三四五六七八九十两几][户份]")
_OF_ALL = re.compile(r"[全都均]|最后|所有|剩下|余下")
_OWN_STEP = re.compile(r"批复|报告|[\d一二两三四五六七八九十]+[份个件宗]")
"""A paper of another procedure is its step, and removes nothing that anybody spoke of."""
_WORKED = re.compile("[做弄搞][完好]了?")
_SUMS_UP = re.compile(r"\W*(?:(?:这|该|此)[个项些]?)?(?:问题|困难|难题|难点|障碍)")
"""Behind an obstacle told at length, this says that it was one: 差的指标跟大冶买到手了，这个问题解决."""
_PAPERS = ("手续", "审核", "审批", "同意书", "许可", "的事", "问题")
_REMAINS = re.compile(
    r"(?:还有|还剩|尚有|仍有|剩下?)[^。;\n]{0,12}(?:没|未|在协调|在谈)|还差|还缺|尚缺|仍缺|就差|只差|只剩"
    r"|[,，](?:还|尚|仍)(?:没|未|差|在)|(?:但是?|不过|可是|只是|就是|然而)[^。;\n]{0,20}(?:没|未|不(?!过|仅)|差|缺|难)"
)


class ResolutionReader:
    """Finds obstacles said to be removed."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics

    def read(self, statement: list[Clause], text: str, findings: Findings) -> list[Clause]:
        """Write down what a statement says to be removed; return the clauses that say so."""
        reports = _reports(statement)
        said = [
            clause
            for at, clause in enumerate(statement)
            if _is_said(_RESOLVED, clause, text)
            or self._is_completed(clause, statement[at + 1 : at + 2], text, reports=reports)
            or (at and self._is_answered(statement[at - 1], clause, text))
        ]
        if (
            not said
            or _OF_OTHERS.search(text, statement[0].start, said[-1].end)
            or self._remains(statement, said, text)
        ):
            return []
        said += [c for c in statement[statement.index(said[-1]) + 1 :] if _closes(c, text)]
        settling = said[1:] if self._only_announces(said, text) else said
        done: set[int] = set()
        for clause in settling:
            if not (done and self._explains_the_last(clause, text, findings, done)):
                self._settle(statement, clause, text, findings, done)
        if done and _SUMS_UP.match(text, said[-1].start, said[-1].end) is not None:
            return statement[: statement.index(said[-1]) + 1]
        return [clause for clause in statement if clause in said or clause.start in done]

    def _is_completed(self, clause: Clause, following: list[Clause], text: str, *, reports: bool) -> bool:
        """Whether what a clause names was got at last: 林地手续批下来了; but 环评批了 is another procedure's step."""
        named = self._topics.strong(clause)
        if not named or not _is_said(_COMPLETED, clause, text):
            return False
        words = text[clause.start : clause.end]
        if _WAS_IN_THE_WAY.search(words) is not None:
            return True
        if named[-1].category == self._topics.other and (
            _OWN_STEP.search(words) is not None or any(Sort.AREA in each.sorts for each in following)
        ):
            return False  # 林地审核同意书今天批了，0.4公顷
        if named[-1].category in self._topics.own and _WORKED.search(words) is not None:
            return False  # 勘测定界今天做完了
        paper = text.startswith(_PAPERS, named[-1].end)
        bare = text.startswith(_BARELY, named[-1].end)  # 总体规划批了 removes nothing
        return not reports and (paper or (named[-1].sort is not Sort.PROCEDURE and not bare))

    def _is_answered(self, before: Clause, clause: Clause, text: str) -> bool:
        """Whether a clause tells that what was spoken of was got: 上周反映的补划问题，省厅昨天已经通过论证."""
        told = bool(self._topics.strong(before)) and _SPOKEN_OF.search(text, before.start, before.end) is not None
        return told and not self._topics.strong(clause) and _is_said(_COMPLETED, clause, text)

    def _remains(self, statement: list[Clause], said: list[Clause], text: str) -> bool:
        """Whether a part of it is still in the way: 签了30户，还有5户没签; but not another: 但占补还没落实."""
        category = self._topics.of(said[-1])
        at = statement.index(said[-1])
        words = text[statement[0].start : said[-1].end]
        for clause in statement[at + 1 :]:
            strong = self._topics.strong(clause)
            another = bool(strong) and strong[-1].category != category
            if another or REF.search(text, clause.start, clause.end) or _OF_NEXT.match(text, clause.start):
                break
            words += "，" + text[clause.start : clause.end]
        return _REMAINS.search(words) is not None

    def _only_announces(self, said: list[Clause], text: str) -> bool:
        """Whether the first clause only says what the others name: 问题已解决：压矿补偿协议签了."""
        first = said[0]
        return (
            first.closer is Sort.COLON
            and not refs(text[first.start : first.end])
            and not self._topics.named(first)
            and any(self._topics.named(clause) for clause in said[1:])
        )

    def _settle(self, statement: list[Clause], clause: Clause, text: str, findings: Findings, done: set[int]) -> None:
        """Write down what a clause says to be removed: each numbered problem, or what is named."""
        topics = self._topics
        numbers = refs(text[clause.start : clause.end])
        named = clause
        if done and not numbers and not topics.named(clause) and not BEGINS_ANOTHER.match(text, clause.start):
            return  # 协议签了，问题解决
        if not numbers and not topics.strong(clause) and not clause.has(Sort.PROBLEM):
            before = self._named_before(statement, clause, text)
            if before is None and not _numbers_in_heading(statement, text):
                return
            named = before or clause
            if named is not clause and named.start in done:
                done.add(clause.start)
                return  # 已签订，已销号
            numbers = refs(text[named.start : named.end])
        if numbers and self._numbers_the_last(clause, numbers, findings, done):
            return
        numbers = numbers or _numbers_before(statement, clause, text) or _numbers_in_heading(statement, text)
        if not numbers and (self._counts_progress(clause, named) or _is_told_to_all(statement, clause, text)):
            return
        category = topics.of(named)
        again = (
            not numbers
            and category not in {None, topics.other}
            and any(d.scene in done and d.category == category for d in findings.drafts)
        )
        done.update((clause.start, named.start))
        if again:
            return
        each: list[str | None] = [*numbers]
        for number in each or [None]:
            findings.drafts.append(Draft(clause.start, clause.start, clause.end, category, resolved=True, ref=number))
        findings.inside[clause.start] = INSIDE_PROBLEM
        findings.inside[named.start] = INSIDE_PROBLEM

    def _explains_the_last(self, clause: Clause, text: str, findings: Findings, done: set[int]) -> bool:
        """Whether a clause only tells what the numbered problem before it was: 问题8办结了，违法建筑已拆除."""
        last = findings.drafts[-1]
        if last.ref is None or last.category is not None or last.scene not in done:
            return False
        several = sum(draft.scene == last.scene for draft in findings.drafts) > 1  # 问题8、问题9已销号，补划已到位
        if not self._topics.strong(clause) or refs(text[clause.start : clause.end]):
            return False
        if several or BEGINS_ANOTHER.match(text, clause.start) is not None:
            return False
        last.category = self._topics.of(clause)
        done.add(clause.start)
        findings.inside[clause.start] = INSIDE_PROBLEM
        return True

    def _numbers_the_last(self, clause: Clause, numbers: list[str], findings: Findings, done: set[int]) -> bool:
        """Whether a clause only gives the number of what was just said to be removed: 已补划到位，问题3销号."""
        last = findings.drafts[-1] if findings.drafts and done else None
        if (
            last is None
            or len(numbers) > 1
            or last.ref is not None
            or last.scene not in done
            or self._topics.named(clause)
        ):
            return False
        last.ref = numbers[0]
        done.add(clause.start)
        return True

    def _named_before(self, statement: list[Clause], clause: Clause, text: str) -> Clause | None:
        """Return the clause that names what is removed: this one by a word that may mean it, or the one before."""
        topics = self._topics
        at = statement.index(clause)
        before = statement[at - 1] if at else None
        other = before is None or clause.has(Sort.PLACE) or not (topics.strong(before) or before.has(Sort.PROBLEM))
        if topics.named(clause) and other:
            return clause
        counts = (
            before is not None
            and before.has(Sort.COUNT)
            and _WAS_IN_THE_WAY.search(text, before.start, before.end) is None
        )
        if before is None or counts or not (topics.named(before) or before.has(Sort.PROBLEM)):
            return None
        return before

    def _counts_progress(self, clause: Clause, named: Clause) -> bool:
        """Whether a clause counts land that reached a step rather than obstacles: 3宗已办结, not 1宗违法用地已办结."""
        if named.has(Sort.PROBLEM):
            return False
        other = clause.has(Sort.PROCEDURE) and clause.has(Sort.STAGE)
        return clause.has(Sort.COUNT) and (not self._topics.strong(clause) or _counted_by_stage(clause) or other)


def _is_told_to_all(statement: list[Clause], clause: Clause, text: str) -> bool:
    """Whether others are told, or a thing of no file is meant: 问题解决了请回复, 登录问题解决了."""
    return _TOLD.search(text, clause.start, statement[-1].end) is not None


def _numbers_before(statement: list[Clause], clause: Clause, text: str) -> list[str]:
    """Return the numbers that a clause before only names: 关于问题11，矿业权人已签字."""
    at = statement.index(clause)
    for before in reversed(statement[max(0, at - _NEAR) : at]):
        words = text[before.start : before.end]
        rest = REF.sub("", words)
        if rest != words:
            for token in before.tokens:
                rest = rest.replace(token.text, "") if token.sort in {Sort.PLACE, Sort.PERIOD} else rest
            return refs(words) if len(rest.strip()) <= _ONLY_NAMES else []
    return []


def _numbers_in_heading(statement: list[Clause], text: str) -> list[str]:
    """Return the numbers of 问题11：, under which a statement stands."""
    heading = statement[0]
    if heading.closer is not Sort.COLON or not heading.has(Sort.PROBLEM):
        return []
    return refs(text[heading.start : heading.end])


def _reports(statement: list[Clause]) -> bool:
    """Whether a statement reports progress: 今日批复2宗，占补指标已落实."""
    return any(clause.has(Sort.STAGE) and clause.has(Sort.COUNT) and not clause.has(Sort.NOT) for clause in statement)


def _is_said(resolved: re.Pattern[str], clause: Clause, text: str) -> bool:
    """Whether a clause says that something is removed, and not only that it shall be, or in part."""
    if resolved.search(text, clause.start, clause.end) is None:
        return False  # as most clauses
    words = _outside_brackets(clause, text)
    match = resolved.search(words)
    if match is None or clause.has(Sort.PLAN, Sort.LATER, Sort.ASK) or _COUNTED.search(words) is not None:
        return False
    if _SOME.search(words) is not None and _OF_ALL.search(words) is None:
        return False
    before = _DESCRIBED.sub("", REF.sub("", words[: match.start()]))
    before = _THANKED.sub("", before)
    if match[0].startswith("已"):
        before = before.removesuffix("难")  # 补划难已经解决
    return (
        _NOT_YET.search(before) is None and _WISHED.match(words) is None and _PARTLY.match(words, match.end()) is None
    )


def _closes(clause: Clause, text: str) -> bool:
    """Whether a clause asks to close a numbered problem."""
    return (
        _TO_BE_CLOSED.search(text, clause.start, clause.end) is not None
        and REF.search(text, clause.start, clause.end) is not None
    )


def _outside_brackets(clause: Clause, text: str) -> str:
    """Return the words of a clause without what stands in its brackets: 问题23（指标不足）已办结."""
    words, at = "", clause.start
    for token in clause.tokens:
        if token.sort is Sort.GROUP:
            words += text[at : token.start]
            at = token.end
    return words + text[at : clause.end]


def _counted_by_stage(clause: Clause) -> bool:
    """Whether a stage that is no word of settling counts: 压矿协议已签的3宗已上报."""
    return any(token.sort is Sort.STAGE and token.text != "办结" for token in clause.tokens)
