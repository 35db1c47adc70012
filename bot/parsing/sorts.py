"""What a word or mark of a message can be."""

from typing import ClassVar


class Sort(int):
    """What a token is: one of the members below, and nothing else.

    No Enum: up to Python 3.11 each look at a member of an Enum goes through its metaclass and takes five times as long,
    and a message needs hundreds of them.
    """

    # Marks
    BREAK: ClassVar["Sort"]  # a new line
    STOP: ClassVar["Sort"]  # 。！？
    SEMICOLON: ClassVar["Sort"]
    COMMA: ClassVar["Sort"]  # ， | →
    PAUSE: ClassVar["Sort"]  # 、
    COLON: ClassVar["Sort"]
    OPEN: ClassVar["Sort"]
    CLOSE: ClassVar["Sort"]
    RULE: ClassVar["Sort"]  # ————, under a quotation
    BULLET: ClassVar["Sort"]  # 1. ① 一、
    GROUP: ClassVar["Sort"]  # a bracket with what is in it
    # Numbers
    VAGUE: ClassVar["Sort"]  # 十几, 35至40
    COUNT: ClassVar["Sort"]  # 3宗
    AREA: ClassVar["Sort"]  # 0.12万亩
    BARE: ClassVar["Sort"]  # a number without a unit
    OTHER_NUMBER: ClassVar["Sort"]  # a percentage, an ordinal, money, a name
    # The campaign's words
    STAGE: ClassVar["Sort"]
    TRACK: ClassVar["Sort"]
    PLACE: ClassVar["Sort"]
    ZONE: ClassVar["Sort"]  # 高新区, until it is known whose
    OWN: ClassVar["Sort"]
    WHOLE: ClassVar["Sort"]
    DIVISION: ClassVar["Sort"]
    LEADER: ClassVar["Sort"]
    CATEGORY: ClassVar["Sort"]
    PROCEDURE: ClassVar["Sort"]
    VISIT: ClassVar["Sort"]
    NIL: ClassVar["Sort"]
    # Time and standing
    PERIOD: ClassVar["Sort"]
    CLOCK: ClassVar["Sort"]
    YEAR: ClassVar["Sort"]  # 2022年, without a month
    CUMULATIVE: ClassVar["Sort"]
    ALREADY: ClassVar["Sort"]  # 已 共 合计: cumulative unless a period is said
    STANDS: ClassVar["Sort"]  # 目前, 在手
    UP_TO: ClassVar["Sort"]  # 截至
    SINCE: ClassVar["Sort"]  # 以来
    NEW: ClassVar["Sort"]  # 新增 又 再 另
    LATE: ClassVar["Sort"]  # 补报 漏报
    DOING: ClassVar["Sort"]  # 正在
    DONE: ClassVar["Sort"]  # 完成
    # Structure of a list
    WITHIN: ClassVar["Sort"]  # 其中
    RESPECTIVELY: ClassVar["Sort"]
    EACH: ClassVar["Sort"]
    ALL_ABOVE: ClassVar["Sort"]  # 均为
    UNIT_LABEL: ClassVar["Sort"]  # 单位：
    COUNT_LABEL: ClassVar["Sort"]
    AREA_LABEL: ClassVar["Sort"]
    # What is said is no fact
    PLAN: ClassVar["Sort"]
    LATER: ClassVar["Sort"]  # 晚点, 随后: not now, and only in its clause
    PUT_OFF: ClassVar["Sort"]  # 推迟, 改到: what was said before it has not happened
    REQUEST: ClassVar["Sort"]
    ASK: ClassVar["Sort"]
    TARGET: ClassVar["Sort"]
    LEFT: ClassVar["Sort"]
    COMPARE: ClassVar["Sort"]
    ADDED: ClassVar["Sort"]  # 加上昨天的共5宗
    MORE_THAN: ClassVar["Sort"]  # 比昨日增加
    FACT: ClassVar["Sort"]  # 实际: a fact after a plan
    HINDERS: ClassVar["Sort"]  # 影响2宗组卷
    NOT: ClassVar["Sort"]
    NOTHING: ClassVar["Sort"]  # 无 没有
    HEARSAY: ClassVar["Sort"]
    PRAISE: ClassVar["Sort"]
    # Corrections
    INSTEAD: ClassVar["Sort"]  # 应为, 更正为
    WRONG_BEFORE: ClassVar["Sort"]  # 原报 误报为: what follows was wrong
    NOT_THAT: ClassVar["Sort"]  # 不是, 而非
    # Problems, projects, visits
    PROBLEM: ClassVar["Sort"]
    PROJECT: ClassVar["Sort"]
    NETWORK: ClassVar["Sort"]  # 大桥, 高速: a project said without 项目
    PLAIN: ClassVar["Sort"]  # a word that only looks like one of these


for _number, _name in enumerate(Sort.__annotations__):
    setattr(Sort, _name, Sort(_number))
