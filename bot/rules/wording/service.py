"""What the bot says of its own work: what it cannot read, what went wrong, how it is doing."""

import datetime as dt
import re
from collections.abc import Sequence

from bot.rules.wording.phrases import day_text, time_text

OWN_OPENINGS = re.compile(
    r"已(?:登记|更正|撤回|恢复)[｜ ]|【(?:报送提示|报送情况|进度提醒|进度提示|审查提示|问题转办|待办提示|运行提示|依据)"
)
OWN_FIGURES = re.compile(r"（\d+\.\d%，序时\d+\.\d%）|的\d+\.\d%（序时\d+\.\d%）")
"""A share beside the share due, as only the bot writes it."""
OWN_HINTS = re.compile(
    r"请补上宗或亩后重发，|请带上环节重发，|请写明市州后重发。|没有看懂，未登记。|请写清后回复“更正|您还未登记，暂不能报送|"
    r"发“帮助”看|发“日报”“周报”或|目前只能识别文字，|消息较多，以下\d+条|这是督办机器人的原话|"
    r"处待核，请先答复：|：回1 [^。]{1,80}，回2 |答复前(?:暂不计入|按[^。]{1,20}计)"
)


def is_own(text: str) -> bool:
    """Whether a text is the bot's own words, pasted or forwarded back to it: they record nothing."""
    own = (OWN_OPENINGS.match(text.strip()), OWN_FIGURES.search(text), OWN_HINTS.search(text))
    return any(found is not None for found in own)


def own_words() -> str:
    """Say that the bot's own words were not taken for a report, in case there was more to it."""
    return "这是督办机器人的原话，未登记。如需报送，请用自己的话发今日进展。"


def only_text() -> str:
    """Answer a picture, a file or a sticker."""
    return "目前只能识别文字，请用文字报送，如“今日批复2宗100亩”；无变化回“无”。"


def file_not_fetched() -> str:
    """Ask an admin for a workbook again."""
    return "文件没有取到（须为2MB以内的xlsx，也可能是网络原因），请重新发送，或由运维在服务器上导入。"


def set_aside(sender: str, message_id: str) -> str:
    """Tell admins that a message could not be handled."""
    return f"【运行提示】{sender}的一条消息处理失败，已搁置待查（编号{message_id[:40]}），其他消息不受影响。"


def not_evaluated(regions: Sequence[str]) -> str:
    """Tell admins which units' levels could not be worked out."""
    more = f"等{len(regions)}个单位" if len(regions) > 5 else ""
    return f"【运行提示】{'、'.join(regions[:5])}{more}的预警等级未能评定，请联系运维人员；其他单位不受影响。"


def undelivered(robot: str, number: int, reason: str) -> str:
    """Tell admins how many messages of the last hour a robot could not deliver, and why the last one failed."""
    why = {"expired": "（等待发送期间已过时效）", "": ""}.get(reason, f"（{reason[:80]}）")
    return f"【运行提示】通道{robot}近1小时有{number}条消息未能送达{why}，详见“状态”，可用“重发 #M号”重发。"


def connection_given_up(robot: str, reason: str) -> str:
    """Tell admins that a long connection is over, and what to do."""
    why = {
        "kicked": "被同一机器人的另一个连接顶掉，请停掉那个程序后重启督办",
        "refused": "凭据被拒，请核对 BotID 和 Secret 后重启督办",
    }
    return f"【运行提示】通道{robot}的长连接已停止：{why.get(reason, '请查看日志')}。停止期间收不到该机器人的消息。"


def database_away(since: dt.datetime, *, has_spool: bool) -> str:
    """Tell admins that the database does not answer, and what becomes of messages meanwhile."""
    kept = "其间收到的消息已暂存本机，恢复后按序处理，不会丢失" if has_spool else "其间的消息由平台稍后重发"
    at = f"{day_text(since.date())}{time_text(since)}"
    return f"【运行提示】数据库自{at}起无法连接，请尽快检查。{kept}；答复和推送暂停。"


def database_back(since: dt.datetime, now: dt.datetime) -> str:
    """Tell admins that the database answers again."""
    minutes = max(1, round((now - since).total_seconds() / 60))
    return f"【运行提示】数据库已恢复，中断约{minutes}分钟，暂存的消息正在按序处理。"


def let_in(name: str, unit: str) -> str:
    """Confirm to an admin that somebody was let in."""
    return f"已同意{name[:20]}加入，身份为{unit}联络员。"


def no_such_join(number: int) -> str:
    """Say that no open request has that number."""
    return f"没有编号{number}的待办申请。"


def nothing_to_withdraw() -> str:
    """Say that there is no record to take back."""
    return "没有找到可撤回的登记，请写明编号，如“撤回 A102”。"


def not_your_record(number: int) -> str:
    """Refuse to take back another's record."""
    return f"#A{number}不是您单位的登记，未撤回。"


def already_withdrawn(number: int) -> str:
    """Say that a record counts no more already."""
    return f"#A{number}此前已撤回。"


def left_out(region: str) -> str:
    """Confirm that a doubted figure is not recorded."""
    return f"好的，{region}该数据不登记。"


def heard(text: str) -> str:
    """Repeat what a voice message was heard as."""
    flat = " ".join(text.split())
    return f"语音识别：“{flat if len(flat) <= 100 else flat[:100] + '…'}”"
