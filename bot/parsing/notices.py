"""Whole messages that report nothing of the sender's own: notices and bulletins passed on, trials of the robot."""

import re

from bot.parsing.sorts import Sort
from storage.records import Role, Sender

_OFFICES = r"(?:省厅|厅里|厅办公?室?|部里|省局|攻坚办|专班|省专班|上级|领导小组|领导小组办公室|办公室|厅)"
_PAPERS = r"(?:通知|通报|快报|简报|战报|提示|要求(?=[:,，各全])|来文|文件|消息|公告|公布|发布|日报|周报|月报)"
_TRIAL = re.compile(
    r"[^\w]*(?:(?:这|以下|下面|此|本)[条个]?(?:是|为|系)?|机器人|我[来先]?)?"
    r"(?:测试(?!通过|完|成功|结束|没问题|好)|试一下|试一试|试试|试用|演示|演练|练习|练一下|试发|测一下|test)"
)
"""trial = ( 测试 | 试一下 | 演示 ) …        # 测试一下：批复1宗"""
_BULLETIN = re.compile(
    rf"[^\w]*(?:转发?一?下?[^\w]*)?(?:以下是|这是|附|(?:刚刚?|今天|昨天)?看了?一?下?)?(?:{_OFFICES}(?:刚刚?|今天|今日|昨天|昨日)?的?(?:下?发的?)?{_PAPERS}"
    rf"|{_PAPERS}(?:原文|全文|内容))[^。\n]{{0,14}}?[:,，。\n]"
)
"""bulletin = [ 转发 | 以下是 ] office paper ( ： | ， | 。 )        # 省厅通报：截至11月20日，全省批复420宗"""
_OWN = re.compile(r"现将|现报|我[市州县区局处]|本[市州]|(?:报告|汇报|上报|报送)如下|我们")
_PASSED_ON = re.compile(r"[^\w]*(?:转发|转一?下|转达|转(?=[^\w]))")
_NOTICE = re.compile(r"[^\w]*(?:通知|通报|工作提示|温馨提示|提醒)")
_TO_ALL = re.compile(r"各市州|各地|各单位|各联络员|各县|各处室|请各|请于|请大家|通知|通报|要求")


def is_notice(words: str, sorts: frozenset[Sort], sender: Sender) -> bool:
    """Whether a message reports nothing of its own, whatever figures it shows."""
    if _TRIAL.match(words) is not None:
        return True
    if _BULLETIN.match(words) is not None:
        return _OWN.search(words) is None
    if _PASSED_ON.match(words) is None and _NOTICE.match(words) is None:
        return False
    if sender.role in {Role.LEADER, Role.ADMIN} or Sort.WHOLE in sorts:
        return True
    return _TO_ALL.search(words, 2) is not None and _OWN.search(words) is None
