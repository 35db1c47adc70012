"""What is said when nothing was taken: hints, refusals, help."""

from collections.abc import Sequence

from bot.rules.wording.phrases import SUBJECT, listed
from config.campaign import Campaign
from storage.records import PassedOver, Role

QUOTED = 20
"""How many characters of a person's own words are quoted back."""

HELP = {
    Role.CITY_LIAISON: (
        "直接发今日进展即可，如“今日批复2宗100亩，上报3宗200亩”；无变化回“无”。",
        "更正 … / 撤回 A102：改数、撤回",
        "问题 …：登记问题；办结 #12：销号",
        "进度 / 我的 / 依据：看数、看本人所报、看出处",
        "计划 11月24日：承诺补进度日期；请假、代报也可直接说",
    ),
    Role.DIVISION_LIAISON: (
        "进度 / 问题：看包联市州进度和问题",
        "三清单：看三清单；确认三清单：周四15:00前确认",
        "任务 #12 11月24日 内容 责任人：补措施",
        "转办 #12 处室 / 提请 #12：转办、提请领导小组",
        "项目 名称：看项目；办结 #12：销号",
    ),
    Role.LEADER: (
        "日报 / 周报：最近一期",
        "进度 恩施州：某市州进度",
        "三清单 / 项目：问题任务、重点项目",
        "排名：各市州进度排序",
        "依据 恩施州：数据出处（谁、何时、哪条消息）",
    ),
    Role.ADMIN: (
        "未报 / 催报：看未收到的单位、提醒",
        "名单 / 同意 3 / 绑定：人员和群",
        "预览 日报 / 推送 日报：先看后发",
        "静默 恩施州 3天 事由 / 免报：暂停提醒、免报",
        "台账 / 导入 / 状态 / 审计 #A102：导出、导入、运行情况、留痕",
    ),
    Role.UNKNOWN: ("我是 单位 姓名：申请加入，如“我是 恩施州 张三”", "管理员同意后即可报送。"),
}


def help_for(role: Role) -> tuple[str, ...]:
    """Say what a person of that role may ask."""
    return HELP[role]


def private_hint(role: Role) -> str:
    """Answer small talk in a private chat; whoever reports for no unit is told of the commands."""
    if role is not Role.CITY_LIAISON:
        return "没有看懂这条消息。发“帮助”看可用的命令。"
    return "请直接发今日进展，如“今日批复2宗100亩”；无变化回“无”。发“帮助”看更多。"


def unclear_unit(words: str) -> str:
    """Ask for the unit of a figure."""
    return f"“{_quoted(words)}”没有单位，请补上宗或亩后重发，如“批复3宗120亩”。"


def unclear_stage(words: str, campaign: Campaign) -> str:
    """Ask for the stage of figures."""
    stages = [s.name for s in (campaign.next_best_stage, campaign.counting_stage) if s is not None]
    return f"“{_quoted(words)}”是{'还是'.join(stages)}？请带上环节重发，如“批复3宗120亩”。"


def unclear_region(words: str) -> str:
    """Ask whose figures they are."""
    return f"“{_quoted(words)}”是哪个市州的数据？请写明市州后重发。"


def unclear(words: str) -> str:
    """Say that a report could not be read at all."""
    return f"“{_quoted(words)}”没有看懂，未登记。请写明环节、数量和单位，如“今日批复3宗120亩”。"


def passed_over(words: Sequence[PassedOver], text: str) -> str:
    """Say which figures were left out beside others that were taken, and why."""
    shown = [f"“{_quoted(text[p.span[0] : p.span[1]])}”（{p.reason}）" for p in words]
    return f"未计入：{'、'.join(shown)}，请写清后回复“更正 …”。"


def stranger() -> str:
    """Tell a stranger how to join."""
    return "您还未登记，暂不能报送。请回复“我是 单位 姓名”（如“我是 恩施州 张三”），管理员同意后即可报送。"


def asked_to_join(name: str, unit: str) -> str:
    """Confirm that someone asked to join."""
    return f"已收到{unit} {_quoted(name)}的申请，管理员同意后即可报送。"


def joined(name: str, unit: str) -> str:
    """Welcome a person whom an admin let in."""
    return (
        f"{_quoted(name)}，您好！您已登记为{unit}联络员，直接回复今日{SUBJECT}进展即可，无变化回“无”。发“帮助”看更多。"
    )


def not_yours(regions: Sequence[str], own: str | None) -> str:
    """Refuse figures of units that the sender does not write."""
    yours = f"您负责{own}；" if own else ""
    return f"{yours}本条中{listed(list(regions))}的数据未登记，需代报请联系管理员。"


def already_held(regions: Sequence[str]) -> str:
    """Say that a round-up brought nothing that was not held already."""
    return f"{listed(list(regions))}的数据与台账一致，未重复登记。"


def to_be_claimed(regions: Sequence[str]) -> str:
    """Say that figures of others wait for an admin."""
    return f"{listed(list(regions))}的数据已转管理员核对，暂未登记。"


def read_only() -> str:
    """Tell a leader that figures come from the liaisons."""
    return "您的账号用于查看，不登记数据。发“日报”“周报”或“进度 市州”查看。"


def not_allowed() -> str:
    """Refuse a command that the role may not give."""
    return "您没有这项权限，如需办理请联系管理员。发“帮助”看可用指令。"


def near_miss(command: str, usage: str) -> str:
    """Answer a command that is nearly right with its form."""
    return f"“{_quoted(command)}”的写法是：{usage}"


def unknown_place(words: str) -> str:
    """Say that no unit of that name takes part."""
    return f"没有找到“{_quoted(words)}”，请写市州全称，如“恩施州”。"


def _quoted(words: str) -> str:
    """Quote a person's words back, on one line and not at length."""
    flat = " ".join(words.split())
    return flat if len(flat) <= QUOTED else flat[:QUOTED] + "…"
