"""What is said to be polite, and the spaces of those who write no commas: neither means anything by itself."""

import re
from collections.abc import Sequence

_MARK = r"[,，。:：;；!！~、…\s]"
_WHOM = r"(?:各位|尊敬的?)?(?:领导|同事|同志|老师|处长|主任|科长|厅长|局长|群友|小伙伴|大家|你|您)(?:们)?"
_GREETINGS = (
    rf"{_WHOM}(?:早上|上午|中午|下午|晚上|周末|新年)?好(?:呀|啊|哈)?|(?:早上|上午|中午|下午|晚上)好|各位(?:领导|同事|老师|同志)?"
    r"|收到|好的|好嘞|嗯+|那个|ok|辛苦(?:了|大家|各位)?(?:领导)?|(?:报告|汇报)领导"
    r"|(?:现)?(?:汇报|报告|情况|进展)(?:情况)?如下|按要求(?:汇报|上报|报送)|现(?:汇报|报告)|另外"
)
_EMOTICONS = (
    "抱拳 玫瑰 强 握手 鼓掌 胜利 呲牙 微笑 偷笑 愉快 咖啡 太阳 爱心 加油 庆祝 烟花 鲜花 礼物 红包 "
    "耶 ok 奋斗 合十 可怜 流泪 捂脸 笑脸 憨笑 坏笑 旺柴 好的 赞 比心 啤酒 蛋糕 爆竹 福 發 发 机智 "
    "嘿哈 叹气 吃瓜 疑问 惊讶 流汗 尴尬 大哭 再见 拥抱 心 爱你 666 打脸 裂开 苦涩"
)
_EMOTICON = rf"\[(?:{'|'.join(_EMOTICONS.split())})\]"
_BEFORE = re.compile(rf"(?:\s*(?:{_EMOTICON}|(?:{_GREETINGS})(?:{_MARK}|(?=\[|【|「))))+")
_NAMED = r"(?:联系|填报|报送|上报|经办|报告|汇报|值班|统计|填表)人(?:员)?[:： ]?[^()（）\n。，,;；]{1,20}"
_CLOSINGS = (
    r"妥否,?，?请?(?:批示|指示|示)|请(?:领导|各位领导|厅领导|省厅)?(?:批示|指示|审阅|审核|审示|阅示|查收|知悉|知晓|惠存|过目)"
    r"|(?:以上|特此|如上)(?:报告|汇报|上报|情况)?,?，?(?:请(?:领导)?(?:审阅|审核|知悉|批示|指示|查收)|为盼)?"
    r"|收到请(?:回复|回个?话)|(?:汇报|报告|播报)?完毕|就这些|就这么多|没了|over|哈+|详见附件|谢谢(?:各位)?(?:领导|大家)?|辛苦了?"
)
_PROVISO = (
    r"(?:如|若|要是)?有(?:不对|问题|出入|错|误|偏差)的?(?:地方|话)?[,，]?(?:我们?)?(?:明天|明早|回头|后面|随时)再?"
    r"(?:改|更正|调整|修正|说|核)(?:[吧哈啊过])?"
)
"""有不对的明天再改: says nothing of today's figures."""
_LEAVE = rf"(?:[,，。;；!！\n ]{_MARK}*(?:{_CLOSINGS})|{_MARK}*(?:{_EMOTICON}|{_PROVISO}|哈+|[(（]{_NAMED}[)）]))"
_AFTER = re.compile(rf"(?=[,，。:：;；!！~、…\s\[哈(（有如若要]){_LEAVE}+{_MARK}*\Z")
_REPORTS = frozenset("宗亩件个0123456789")
"""A message that ends with one of these takes no leave."""
_TAIL = 60
"""Nobody takes leave in more characters."""
_OTHER_MATTERS = "比[昨上]|[较离距]|请|问题|困难|存在|预计|争取|计划|下步|明[天日]|我[在们正]|正在"
_CLAUSE = rf"(?:今[日天]|昨[日天]|前天|目前|截[至止]|累计|但|已|另|本[周月]|还[差剩]|其中|均为|以上为|{_OTHER_MATTERS})"
_FIGURE = r"[^\n ,，。;；:]{0,20}?[\d一二三四五六七八九十两][^\n ,，。;；:]{0,8}?[宗亩个件]"
_SPACED = re.compile(
    rf"(?<=[宗亩]) {{1,3}}(?=(?!左右|上下|地|的|多|余|以)[\u4e00-\u9fff])(?={_OTHER_MATTERS}|{_FIGURE})"
    rf"|(?<=[宗亩]) {{1,3}}(?=(?:以上)?(?:[都均]|全部?|以上)[是为系])"
    rf"|(?<=不对|有误|错了) {{1,3}}(?=(?:应该?|实际|其实)?[是为])"
    rf"|(?<=[无有0零]) {{1,3}}(?=[\u4e00-\u9fff]{{2}}[^\n]*?[\d无])"
    r"|(?<=[宗亩]) {1,3}(?=任务[^\n ，。]{0,4}完成)"
    r"|(?<=[\u4e00-\u9fff]) {1,3}(?=说是|说[^\n ，。说]{2,12}[不没缺]|[原理]因?由?[是:]|[谢感]谢)"
    rf"|(?<=[\u4e00-\u9fff%]) {{1,3}}(?={_CLAUSE}(?:{_FIGURE}|[^\n]{{0,20}}[?？吗]))"
)
_THANKED = re.compile(rf"[谢感]谢[\u4e00-\u9fff]{{1,10}} (?=[\u4e00-\u9fff]{{0,4}}(?:今[日天]|昨[日天]){_FIGURE})")
"""谢谢规划处 天门今天上报1宗: thanks end where the report begins."""
_LISTS = re.compile(r"(?<!\d)1[.、)](?!\d)[^\n]{2,80}? 2[.、)](?!\d)")
_NEXT_ITEM = re.compile(r"(?<=[^\s:;]) (?=[2-9][.、)](?!\d))")
"""1.水田指标不够 2.林地没批: a list on one line."""
_DESCRIBED = re.compile(r"[的那这][\d一二三四五六七八九十两]{1,3} ?宗 *\Z")
"""昨天报的3宗 今天批了2宗: what was counted is spoken of further."""
_ABOUT = re.compile(r"(?<![预节合公条违签特])(?:大约|约)(?= ?[\d一二三四五六七八九十两])")
_NONE = ("暂无", "没有", "无", "0", "零")
_MARKS = re.compile(r"[，,。；;]")
_ONLY_NAMED = re.compile(r"(?:^|[ 、.)])[\u4e00-\u9fff]{2,4}\Z")
"""潜江 今日批复1宗: a short word before the space owns what follows, unless it says something itself."""
_SAYS = re.compile("[无零没未]|变化|汇报|报告")
_NUMBERED = re.compile(r"[\d一二两三四五六七八九十]")


def without_courtesies(words: str) -> str:
    """Leave out, as blanks, the greeting at the head of a message, the leave taken at its end, and emoticons."""
    head = _BEFORE.match(words)
    if head is not None:
        words = _blank(words, 0, head.end())
    if words[-1:] in _REPORTS:
        return words
    start = max(0, len(words) - _TAIL)
    tail = _AFTER.search(words, start)
    return words if tail is None or tail.start() == 0 else _blank(words, tail.start(), tail.end())


def without_about(words: str) -> str:
    """Leave out, as blanks, the 约 before a number: it is read as the number itself."""
    return _ABOUT.sub(lambda found: " " * len(found[0]), words) if "约" in words else words


def with_commas(words: str, stage_words: Sequence[str]) -> str:
    """Read a space behind a figure, or in front of a word that begins a clause, as the comma that it stands for.

    Figures without a step of their own still wait for one behind the space: 恩施市2宗 利川1宗 均已批复.
    """
    if " " not in words:
        return words
    if _LISTS.search(words) is not None:
        words = _NEXT_ITEM.sub(";", words)
    return "\n".join(_with_commas(line, stage_words) if _NUMBERED.search(line) else line for line in words.split("\n"))


def _with_commas(line: str, stage_words: Sequence[str]) -> str:
    def comma(found: re.Match[str]) -> str:
        said = _MARKS.split(line[: found.start()])[-1]
        if said.endswith(_NONE):
            of_step = said.rstrip("".join(_NONE)).rstrip(":： ").endswith(tuple(stage_words))
            return "，" + found[0][1:] if of_step else found[0]  # 批复无 上报无 在审6宗
        if _ONLY_NAMED.search(said) is not None and _names(said.split(" ")[-1], stage_words):
            return found[0]
        waits = "宗" in said and not any(word in said for word in stage_words)
        return found[0] if waits or _DESCRIBED.search(said) else "，" + found[0][1:]

    line = _SPACED.sub(comma, line)
    return _THANKED.sub(lambda found: found[0][:-1] + "，", line) if "谢" in line else line


def _names(word: str, stage_words: Sequence[str]) -> bool:
    """Whether a word only names what is spoken of."""
    return _SAYS.search(word) is None and not any(stage in word for stage in stage_words)


def _blank(words: str, start: int, end: int) -> str:
    """Put blanks in place of a stretch, lines kept, so that every place stays where it was."""
    return words[:start] + re.sub(r"[^\n]", " ", words[start:end]) + words[end:]
