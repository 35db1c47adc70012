"""What makes a whole clause or sentence no statement of the sender: questions, praise, hearsay."""

import re

from bot.parsing.clauses import ends_sentence
from bot.parsing.sorts import Sort
from bot.parsing.tokens import Clause

QUESTION, PRAISE, HEARSAY, SLOGAN = "是疑问", "是祝贺", "是转述", "是做法，不是进展"
PAPERS, JEST, CONDITION = "是要文件，不是进展", "不是当真的", "是假设"
_SEEN = ("看", "学", "借")
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE})


_VOIDING = frozenset({Sort.ASK, Sort.PRAISE, Sort.HEARSAY})
_OPENS = ("请问", "想问", "问下", "问一下", "问问", "请教", "咨询", "麻烦", "帮忙", "帮查", "帮我", "查一下", "查下")
"""Words that ask about all that follows them in the sentence."""
_WHICH = re.compile(
    r"(?:算|是|按|为)[^，。;\n]{0,8}还是[^，。;\n]{0,8}[宗个件]|[写填算按][^，。;\n]{0,4}还是|(?:按|算|算作|计)几[宗个件]"
    r"|差了?[\d一二两三四五六七八九十]*[宗个件亩][^，。;\n\d]{0,6}(?:在|是|去|差)哪"
)
"""Asks how all that is said is to be counted: 算1宗还是2宗, 按几宗统计."""
_ASKS_BACK = re.compile(r"\s*(?:收到|看到|行|可以|可否|好|你看|妥)")
"""Asks whether the report has come, not whether it is right: 收到吗？"""
_CHECK = re.compile(r"(?:请|帮|麻烦|烦)[^。;\n]{0,10}(?:核对|核实|核一?下|确认)[^，。;:\n]{0,6}:")
_MAY_VOID = re.compile(
    "|".join(
        [
            "一[宗个件批份]|核|确认|还是|给我|送我|找我|谁",
            "就|才|再|先|快|加班|继续|得|要|我请|别当真|别信|假|玩笑|逗你|骗你",
            *(f"{char}几" for char in "按算计"),
            *(f"{char}一?[下个份]" for char in "发传要拷报补充"),
            *(f"{char}[我过群到]" for char in "发传"),
            *(f"{char}哪" for char in "在放到去"),
        ]
    )
)
_STEP = "(?:组卷|上报|报|受理|审|批复|批准|批|供应|供地|供|出让|开工)"
_SLOGAN = re.compile(rf"(?:成熟|{_STEP})一[宗个件批]、?{_STEP}一[宗个件批]")
"""报一宗批一宗: said of no day, a way of working."""
_PAPER = (
    "(?:文件|批文|批件|扫描件|原件|复印件|清单|台账|明细|名单|材料|资料|电子|卷|红线|矢量|坐标|文号|编号|图|表|照片|附件|数据|确认书|合同|协议|决定书|笔录|备份|底稿|底单|回执"
    "|信息|面积)"
)
_HANDED = r"[发传送寄拷导报给转抄调提共借补核填][送供享出过充]?"
_WANTED = (
    rf"(?:{_HANDED}[^，,。;\n的]{{0,4}}(?:[我咱]|一?[下份个](?![完了来达发周午月])|过来(?!了)|到?群里?(?!了)|到?邮箱(?!了))"
    "|谁[手那]?[里有]|在谁|[要求]一?[份下]|[在放到去]哪)"
)
_OF_PARCELS = rf"[宗个件](?:[\d.]+万?亩)?(?:用地|地块|地|项目)?的?[^，,。;\n\d]{{0,8}}{_PAPER}"
_SPOKEN_OF = rf"的[^，,。;\n的]{{1,5}}[宗个件][，,][^，,。;\n\d]{{0,4}}{_PAPER}"
_WANTS_PAPERS = re.compile(
    rf"(?:{_OF_PARCELS}|{_SPOKEN_OF})[^，,。;:\n我已亩]{{0,14}}(?:[，,][^，,。;:\n已亩宗]{{0,8}}){{0,2}}{_WANTED}"
    r"|的[^，,。;\n的]{0,5}[宗个件]地?[，,][^。;\n\d]{0,16}谁[手那]?[里有]"
    rf"|(?:给我|发我|传我|[要求][^，,。;\n]{{0,2}}[份下个]|谁[手那]?[里有])[^，,。;\n]{{0,16}}{_OF_PARCELS}"
)
"""批复3宗的批文发我一份: papers of what was approved are asked for."""


_JEST = re.compile("别当真|别信|是假的|开玩笑|逗你|骗你|假数据|假的数")
_SOME = r"[\d一二三四五六七八九十两]+[宗个件](?!了)"
_TO_DO = rf"(?:{_STEP}|组)(?![了过好完上出到文])[^，。;,\n了好完的]{{0,3}}{_SOME}"
_IF_ONLY = re.compile(
    rf"了[^，。;,\n\d]{{0,4}}[就才再](?:能|可以)?{_TO_DO}"
    r"|[宗个件]地?(?:再(?:请|说|休|走|下班|睡|吃|喝|庆|聊|谈|定|统计)|我就|就请|我请|就(?:能|可以|够|行)(?!了)|才(?:够|行|能|算|完成))"
    rf"|今[天日晚][^，。;\n\d]{{0,2}}(?:加班|(?<![取获])得|要|继续)再?{_TO_DO}"
    r"|快[到有]?[\d一二三四五六七八九十两]+[宗个件]了"
    rf"|(?:说|让|叫|要求)[^，。;,\n]{{0,4}}先{_TO_DO}"
)
"""厅长签字了就批3宗, 批了3宗再请客, 王局说先报2宗看看: what is to be, once something else is."""


def sentence_voids(line: list[Clause], text: str, own: str | None = None) -> list[str]:
    """Return, for each clause of a line, why it is no fact, or nothing; what is told of the own unit may be praised."""
    voids = [""] * len(line)
    if not any(_may_void(clause) for clause in line) and _MAY_VOID.search(text, line[0].start, line[-1].end) is None:
        return voids
    first = 0
    for at, clause in enumerate(line):
        if ends_sentence(clause) or at == len(line) - 1:
            _void(voids, _praised(line, range(first, at + 1), own), PRAISE)
            _judge(line, voids, first, at, text)
            first = at + 1
    return voids


def _may_void(clause: Clause) -> bool:
    """Whether anything in a clause may make it no fact."""
    return clause.mark == "?" or not clause.sorts.isdisjoint(_VOIDING)


def _judge(line: list[Clause], voids: list[str], first: int, last: int, text: str) -> None:
    """Judge one sentence."""
    sentence = range(first, last + 1)
    hearsay = next((at for at in sentence if _is_hearsay(line[at])), None)
    if hearsay is not None:
        _void(voids, range(hearsay, last + 1), HEARSAY)
    opening = next((at for at in sentence if _opens_question(line[at], text)), None)
    if opening is not None:
        _void(voids, range(opening, last + 1), QUESTION)
    reason = _whole_void(text, line[first].start, line[last].end)
    if reason:
        _void(voids, sentence, reason)
    for at in sentence:
        if _SLOGAN.search(text, line[at].start, line[at].end) and not line[at].has(Sort.PERIOD, Sort.AREA):
            voids[at] = voids[at] or SLOGAN
        if _is_admired(line[at]):
            voids[at] = voids[at] or HEARSAY
        if _asks(line[at]):
            voids[at] = voids[at] or QUESTION
    if line[last].mark == "?" or (_asks(line[last]) and not line[last].has(Sort.STAGE)):
        asked = line[last]
        tag = asked.end - asked.start <= 5 and not asked.has(Sort.STAGE) and not _ASKS_BACK.match(text, asked.start)
        whole = tag or asked.has(*_FIGURES)
        _void(voids, sentence if whole else range(last, last + 1), QUESTION)


def _praised(line: list[Clause], sentence: range, own: str | None) -> range:
    """Return which clauses only praise; a liaison reports the own unit all the same: 孝昌批复4宗，干得漂亮."""
    first = next((at for at in sentence if line[at].has(Sort.PRAISE)), None)
    if first is None:
        return range(0)
    others = any(token.place is not None and token.place.region != own for at in sentence for token in line[at].tokens)
    return sentence if own is None or others or line[first].has(Sort.STAGE, *_FIGURES) else range(first, sentence.stop)


def _whole_void(text: str, start: int, end: int) -> str:
    """Return why the words of a sentence make all of it no fact, or nothing."""
    if _WHICH.search(text, start, end) is not None:
        return QUESTION
    if _JEST.search(text, start, end) is not None:
        return JEST
    if _IF_ONLY.search(text, start, end) is not None:
        return CONDITION
    return PAPERS if _WANTS_PAPERS.search(text, start, end) is not None else ""


def _opens_question(clause: Clause, text: str) -> bool:
    """Whether a clause asks about all that follows: 请问…, 帮我核对下：…"""
    if any(token.sort is Sort.ASK and token.text.startswith(_OPENS) for token in clause.tokens):
        return True
    return clause.closer is Sort.COLON and _CHECK.search(text[clause.start : clause.end + 1]) is not None


def _asks(clause: Clause) -> bool:
    """Whether a clause asks; 吧 makes only the figures of its own clause doubtful."""
    said = [token.text for token in clause.tokens if token.sort is Sort.ASK]
    return bool(said) and (set(said) != {"吧"} or clause.has(*_FIGURES))


def _is_hearsay(clause: Clause) -> bool:
    """Whether a clause passes on what others said."""
    return any(token.sort is Sort.HEARSAY and not token.text.startswith(_SEEN) for token in clause.tokens)


def _is_admired(clause: Clause) -> bool:
    """Whether a clause speaks of another's figures: 看到襄阳批了5宗, 学习孝感批复5宗的经验."""
    return clause.has(Sort.HEARSAY) and clause.has(Sort.PLACE) and clause.has(Sort.COUNT)


def _void(voids: list[str], where: range, reason: str) -> None:
    for at in where:
        voids[at] = voids[at] or reason
