"""What is said of people and chats: who is in the roster, who asks, what a group is for."""

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.rules.wording.phrases import (
    listed,
    period_text,
)

ROLES = {
    "city_liaison": "联络员",
    "division_liaison": "处室联络员",
    "leader": "领导",
    "admin": "管理员",
    "unknown": "未登记",
}
CHAT_KINDS = {
    "headquarters": "工作群",
    "leaders": "领导群",
    "liaisons": "联络员群",
    "city": "市州群",
    "division": "处室群",
}


def roster_head(people: int, joined: int, requests: int) -> str:
    """Head the roster."""
    waiting = f"，待同意申请{requests}个" if requests else ""
    return f"名单共{people}人，已加入{joined}人{waiting}。"


def roster_gaps(regions: Sequence[str]) -> str:
    """Say which units have nobody who can report."""
    return f"尚无联络员：{listed(regions)}。" if regions else "各市州均有联络员。"


def roster_line(name: str, role: str, where: str | None, *, has_joined: bool, notes: Iterable[str] = ()) -> str:
    """Show one person."""
    said = "，".join(filter(None, [ROLES[role], "" if has_joined else "未加入", *notes]))
    return f"{where or ''} {name[:20]}（{said}）".strip()


def request_line(number: int, name: str, unit: str, kind: str) -> str:
    """Show one open request."""
    what = "申请代报" if kind == "stand_in" else "申请加入"
    return f"{number}. {unit} {name[:20]} {what}，回“同意 {number}”或“拒绝 {number}”"


def refused(name: str) -> str:
    """Confirm that a request was refused."""
    return f"已拒绝{name[:20]}的申请。"


def told_refused(unit: str) -> str:
    """Tell somebody that a request was refused."""
    return f"您加入{unit}的申请未获同意，如有疑问请联系管理员。"


def which_person(how_many: int) -> str:
    """Say that a name is nobody's, or several people's."""
    found = "名单中没有这个人" if not how_many else "请写明单位和姓名"
    return f"{found}，如“移出 武汉市 张明”；不能移出本人。"


def remove_preview(name: str, role: str, where: str | None) -> str:
    """Show who would be taken out of the roster."""
    return f"将移出名单｜{where or ''}{name[:20]}（{ROLES[role]}），此后不能报送、不再收到提醒，已登记的数据不变。"


def removed(name: str) -> str:
    """Confirm that somebody was taken out of the roster."""
    return f"已将{name[:20]}移出名单。"


def removal_of(name: str) -> str:
    """Name a removal that was taken back."""
    return f"{name[:20]}的移出"


def only_in_groups() -> str:
    """Say that chats are bound where they are."""
    return "请把机器人加入要绑定的群，在群里@机器人发“绑定 市州 恩施”“绑定 领导群”等。"


def bind_usage() -> str:
    """Say what a chat can be bound to."""
    return "写法：绑定 恩施州 / 绑定 处室 规划处 / 绑定 领导群 / 绑定 工作群 / 绑定 联络员群"


def bound(kind: str, where: str | None, before: str | None) -> str:
    """Confirm that a chat was bound."""
    was = f"（原为{before}）" if before else ""
    return f"本群已绑定为{where or ''}{CHAT_KINDS[kind]}{was}。"


def unbound() -> str:
    """Confirm that a chat was unbound."""
    return "本群已解绑，不再接收推送。"


def not_bound() -> str:
    """Say that a chat is bound to nothing."""
    return "本群尚未绑定。"


def asks_to_stand_in(number: int, name: str, unit: str, since: dt.date, until: dt.date) -> str:
    """Tell admins that somebody asks to stand in."""
    return f"{name[:20]}申请{period_text(since, until)}代{unit}报送，同意请回“同意 {number}”"
