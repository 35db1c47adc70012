"""The fixed words of the papers; everything else in them is campaign data or comes ready from the rules."""

LEVEL_MARKS = {"red": "红", "yellow": "黄", "blue": "蓝"}

AREA = "面积"
COUNT = "宗数"
ACTUAL = "实际"
PACE = "序时"
FORECAST = "预计"
NO_DATA = "尚无数据"
NO_TASK = "无任务"
ATTENTION = "需关注"
LAGGING = "进度滞后"
RECOVERED = "已恢复正常"
SUMMARY = "本周情况"
PROBLEMS = "问题台账"
CORRECTIONS = "更正"


def month_and_day(month: int, day: int) -> str:
    """Say a day the short way: 11月1日."""
    return f"{month}月{day}日"
