"""Reasons for passing a figure over that more than one rule gives, or that others act on."""

NOT_CERTAIN = "不是一个确定的数"
NO_UNIT = "没有单位"
WRONG = "是更正前的数"
NOT_REACHED = "还没有发生"
UNKNOWN = "没说是哪个环节"
