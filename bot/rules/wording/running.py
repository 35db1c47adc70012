"""What is said of the work itself: what waits, what did not arrive, who did what, what admins must look at."""

import datetime as dt
from collections.abc import Mapping, Sequence

from bot.clock import SHANGHAI
from bot.rules.wording.office import short
from bot.rules.wording.phrases import (
    day_text,
    listed,
    time_text,
)


def dead_letters(letters: Sequence[tuple[int, str, str, str]]) -> tuple[str, ...]:
    """List what did not arrive: number, chat, text, reason."""
    if not letters:
        return ("没有未送达的消息。",)
    rows = [f"#M{n} {chat[:40]}：{short(text, 30)}（{short(reason, 30)}）" for n, chat, text, reason in letters]
    return (f"未送达{len(rows)}条，重发请回“重发 M号”：", *rows)


def no_such_letter(number: int) -> str:
    """Say that no undelivered message has that number."""
    return f"没有编号M{number}的未送达消息。"


def sent_again(numbers: Sequence[int]) -> str:
    """Say that messages were owed again."""
    return f"已重新发送：{'、'.join(f'M{n}' for n in numbers)}。"


def status(
    inbox: Mapping[str, int],
    outbox: Mapping[str, int],
    *,
    waits_since: tuple[str, str],
    aside: int,
    conflicts: int,
    questions: int,
) -> tuple[str, ...]:
    """Say how the work stands: what came in, what goes out, what needs a hand."""
    taken = f"收：待处理{inbox.get('waiting', 0)}条{waits_since[0]}，已处理{inbox.get('done', 0)}条"
    waiting = outbox.get("waiting", 0) + outbox.get("leased", 0)
    sent = (
        f"发：待发{waiting}条{waits_since[1]}，已发{outbox.get('sent', 0)}条，未送达{outbox.get('dead', 0)}条，"
        f"过期{outbox.get('expired', 0)}条，可能重复{outbox.get('doubled', 0)}条"
    )
    return taken + "。", sent + "。", f"搁置{aside}条，编号冲突{conflicts}条，待认领{questions}个。"


def since_text(moment: dt.datetime | None) -> str:
    """Say since when something waits: （最早11月15日09:00）."""
    return f"（最早{day_text(moment.date())}{time_text(moment)}）" if moment else ""


def last_runs(runs: Sequence[tuple[str, dt.datetime, str, str | None]]) -> str:
    """Say when each schedule was due last, and what became of it."""
    if not runs:
        return "定时：尚未运行。"
    said = []
    for name, due_at, state, reason in runs:
        became = f"跳过：{reason}" if state == "skipped" else (reason or "已完成")
        said.append(f"{name} {day_text(due_at.date())}{time_text(due_at)} {became}")
    return f"定时：{'；'.join(said)}。"


PROMISES = {
    "unread": "消息超时未处理",
    "stuck": "待发超时",
    "unaccounted": "定时漏记",
    "miscounted": "台账与明细不符",
    "voided": "已撤回仍计入",
    "quarantined": "暂存损坏",
}


def audited(result: tuple[dt.datetime, Mapping[str, int]] | None) -> str:
    """Say when the books were last held against the promises, and which did not hold."""
    if result is None:
        return "自查：尚未进行。"
    at = result[0].astimezone(SHANGHAI)
    found = "、".join(f"{PROMISES.get(promise, promise)}{many}处" for promise, many in result[1].items())
    return f"自查：{day_text(at.date())}{time_text(at)} {found or '正常'}。"


def found(promise: str, count: int) -> str:
    """Tell admins what a self-audit found."""
    return f"【运行提示】自查发现{PROMISES.get(promise, promise)}{count}处，请联系运维人员；详见“状态”。"


def budgets(used: Mapping[str, int]) -> str:
    """Say how many posts of the last minute count against which robot's budget."""
    shown = [f"{name[:40]} {many}条" for name, many in sorted(used.items(), key=lambda pair: -pair[1])[:5]]
    return f"近一分钟：{'、'.join(shown)}。" if shown else ""


def audit_lines(rows: Sequence[tuple[dt.datetime, str, str, str | None, str]], object_: str | None) -> tuple[str, ...]:
    """Show lines of the audit: when, who, what, to which thing, and the particulars."""
    if not rows:
        return (f"{object_ or ''}没有留痕。",)
    said = [
        f"{day_text(at.date())}{time_text(at)} {actor[:20]} {action}{' ' + thing if thing else ''}{detail}"
        for at, actor, action, thing, detail in rows
    ]
    return (f"留痕{'（' + object_ + '）' if object_ else ''}最近{len(said)}条：", *said)


ACTIONS = {
    "agree": "同意申请",
    "refuse": "拒绝申请",
    "withdraw": "撤回",
    "restore": "恢复",
    "amend": "改数",
    "amended": "被改数",
    "propose": "发起",
    "cancel": "取消",
    "undo": "撤销",
    "exempt": "免报",
    "silence": "静默",
    "unsilence": "解除静默",
    "promise": "计划",
    "leave": "请假",
    "back": "销假",
    "claim": "认领",
    "leave out": "不登记",
    "merge": "合并项目",
    "open": "列入问题",
    "task": "明确任务",
    "route": "转办",
    "escalate": "提请",
    "solve": "报解决",
    "close": "销号",
    "stand_in": "代报",
    "chase": "催报",
    "push": "推送",
    "broadcast": "广播",
    "pause": "暂停推送",
    "resume": "恢复推送",
    "trial": "试运行",
    "target": "目标",
    "remove": "移出名单",
    "bind": "绑定",
    "unbind": "解绑",
    "resend": "重发",
    "import": "导入",
}


def action_text(action: str) -> str:
    """Name an action of the audit."""
    return ACTIONS.get(action, action)


def notices_title(day: dt.date, at: dt.datetime) -> str:
    """Head the batch of notices."""
    return f"【待办提示】{day_text(day)}{time_text(at)}"


def notice_join(number: int, name: str, unit: str) -> str:
    """Notice a request to join."""
    return f"{unit} {name[:20]}申请加入，回“同意 {number}”或“拒绝 {number}”"


def notice_aside(many: int) -> str:
    """Notice messages that were set aside."""
    return f"{many}条消息处理失败已搁置，详见“状态”"


def notice_conflicts(many: int) -> str:
    """Notice bodies that came under a known message id."""
    return f"{many}条消息编号相同而内容不同，已另存备查"


def notice_projects(names: Sequence[str]) -> str:
    """Notice projects that are not on the list."""
    return f"清单外项目{len(names)}个：{listed(list(names), 5)}"


def notice_unclaimed(many: int) -> str:
    """Notice questions that nobody answered."""
    return f"待认领数据{many}条，发“待认领”查看"


def notice_ended(kind: str, region: str | None, period: str, reason: str | None) -> str:
    """Notice that a silence is over."""
    why = f"，事由：{short(reason, 30)}" if reason else ""
    return f"{region or '全部单位'}{kind}已到期（{period}{why}）"


def notice_missed(region: str | None, day: dt.date) -> str:
    """Notice that a 计划 was missed."""
    return f"{region}计划{day_text(day)}前补齐进度，未达序时，提醒已恢复"
