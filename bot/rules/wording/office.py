"""What is said to whoever runs the campaign by chat: previews, confirmations, holds, leave, chats, the audit."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from bot.rules.figures import FigureWriter, percent
from bot.rules.pace import Position
from bot.rules.wording.phrases import (
    SUBJECT,
    day_text,
    gap_text,
    item_text,
    listed,
    period_text,
    review_text,
    time_text,
)
from config.campaign import Campaign, Target
from storage.records import Entry, Figures, Report

NAMED = 8
"""Units named one by one where what was done is told; a preview names them all."""
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


def short(words: str, longest: int = 20) -> str:
    """Quote somebody's words on one line, not at length."""
    flat = " ".join(words.split())
    return flat if len(flat) <= longest else flat[:longest] + "…"


# Confirming and undoing --------------------------------------------------------------------------------------------


def ask_to_confirm(minutes: int) -> str:
    """Ask for 确认."""
    return f"回“确认”执行，回“取消”放弃（{minutes}分钟内有效）。"


def how_to_undo(number: int) -> str:
    """Say how a change is taken back."""
    return f"如需撤销，请回复“恢复 C{number}”。"


def nothing_to_confirm() -> str:
    """Say that there is nothing to confirm or cancel."""
    return "当前没有待确认的操作。"


def confirmed_too_late() -> str:
    """Say that the time to confirm is over."""
    return "已超过确认时限，未执行。如仍需要，请重新发起。"


def cancelled() -> str:
    """Say that a change was dropped."""
    return "已取消，未作任何改动。"


def no_such_change(number: int) -> str:
    """Say that no change has that number."""
    return f"没有找到编号C{number}的操作。"


def not_your_change(number: int) -> str:
    """Refuse to undo another's change."""
    return f"C{number}不是您的操作，需撤销请联系管理员。"


def cannot_undo(number: int, *, is_undone: bool) -> str:
    """Say that a change cannot be taken back."""
    return f"C{number}此前已撤销。" if is_undone else f"C{number}不能撤销。"


def undone(what: str) -> str:
    """Say that a change was taken back."""
    return f"已撤销：{what}。"


def did_you_mean(usage: str) -> str:
    """Suggest the command that was nearly said."""
    return f"您是想用这条指令吗？{usage}"


def bad_day(words: str) -> str:
    """Say that a day could not be read."""
    return f"“{short(words)}”不是可用的日期，请写成“11月24日”或“3天”。"


def past_day(day: dt.date) -> str:
    """Say that a day lies in the past."""
    return f"{day_text(day)}已过，请写今天或以后的日期。"


def after_the_end(day: dt.date) -> str:
    """Say that a day lies after the campaign's end."""
    return f"请写{day_text(day)}前的日期。"


def which_unit(usage: str) -> str:
    """Ask for the unit."""
    return f"请写明市州，如“{usage}”。"


def not_your_unit(region: str) -> str:
    """Refuse an order about another's unit."""
    return f"{region}不是您负责的单位，如需办理请联系管理员。"


# Everyone ----------------------------------------------------------------------------------------------------------


def mine(reports: Sequence[tuple[Report, Sequence[Entry]]], campaign: Campaign, *, today: dt.date) -> tuple[str, ...]:
    """Show somebody's own reports, the newest first."""
    if not reports:
        return ("您还没有登记过数据。直接发今日进展即可，无变化回“无”。",)
    head = () if any(r.day == today for r, _ in reports) else (f"{day_text(today)}您还没有报送，上次登记：",)
    return (*head, *(_report_text(report, entries, campaign) for report, entries in reports))


def _report_text(report: Report, entries: Sequence[Entry], campaign: Campaign) -> str:
    said = [item_text(e.progress, campaign, day=report.day, briefly=True) for e in entries if e.live and not e.derived]
    what = "、".join(said) or ("无变化" if report.nil else "其他事项")
    return f"{report.region} {day_text(report.day)} {what} #A{report.number}"


def ranking(positions: Sequence[Position], without: Sequence[str], campaign: Campaign) -> tuple[str, ...]:
    """Rank units by the share of their task that is done, the best first; those without a task come last."""
    track = campaign.default_track.name
    if not positions:
        return (f"{track}尚无可排名的数据。",)
    head = f"{track}完成任务排名（截至{day_text(positions[0].day)}，序时{percent(positions[0].pace)}）："
    rows = [f"{n}. {p.region} {percent(p.progress or 0)}{_behind(p, campaign)}" for n, p in enumerate(positions, 1)]
    tail = (f"无任务：{listed(without)}。",) if without else ()
    return (head, *rows, *tail)


def _behind(position: Position, campaign: Campaign) -> str:
    inside = "，".join(filter(None, (gap_text(position, campaign), review_text(position, campaign))))
    return f"（{inside}）" if inside else ""


# Records -----------------------------------------------------------------------------------------------------------


def nothing_to_restore() -> str:
    """Say that there is no record to bring back."""
    return "没有找到可恢复的登记，请写明编号，如“恢复 A102”。"


def still_counts(number: int) -> str:
    """Say that a record was not taken back."""
    return f"#A{number}未被撤回，无需恢复。"


def unreadable_figures(words: str) -> str:
    """Say that new figures of a record could not be read."""
    return f"没有看懂“{short(words)}”，未改动。写法：改 A102 批复3宗120亩"


def amended(report: Report, *, number: int, before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """Say how an admin changed a record."""
    head = f"已改｜{report.region} {day_text(report.day)} #A{report.number} → #A{number}"
    was = f"（原{'、'.join(before)}）" if before else ""
    return head, f"{'、'.join(after)}{was}", f"原登记保留备查；如需还原，请回复“撤回 A{number}”。"


def told_of_amendment(report: Report, *, number: int, after: Sequence[str], by: str) -> str:
    """Tell whoever reported it that a record was changed."""
    return (
        f"【更正提示】您{day_text(report.day)}的登记#A{report.number}已由管理员{by[:20]}改为"
        f"{'、'.join(after)}（#A{number}），如有出入请联系管理员。"
    )


# Promises, leave, stand-ins, silences, exemptions ------------------------------------------------------------------


def promised(region: str, day: dt.date) -> str:
    """Confirm a 计划."""
    return f"已记录计划｜{region} {day_text(day)}前补齐进度，此前不再发进度提醒；到期未达序时将恢复提醒。"


def promise_taken_back(region: str) -> str:
    """Say that a 计划 holds no more."""
    return f"{region}的计划，进度提醒恢复"


def on_leave(name: str, since: dt.date, until: dt.date, stand_in: str | None) -> str:
    """Confirm leave."""
    head = f"已登记请假｜{name[:20]} {period_text(since, until)}，期间不再提醒您"
    return f"{head}，由{stand_in}代报。" if stand_in else f"{head}；未指定代报人，提醒将发到市州群。"


def leave_taken_back(name: str) -> str:
    """Say that leave is over."""
    return f"{name[:20]}的请假"


def asked_to_stand_in(name: str, region: str, since: dt.date, until: dt.date) -> str:
    """Tell somebody that he stands in."""
    return (
        f"【代报】{name[:20]}请您{period_text(since, until)}代{region}报送：直接回复“{region}…”或“{region}无变化”即可。"
    )


def stands_in(name: str, region: str, since: dt.date, until: dt.date) -> str:
    """Confirm that somebody stands in."""
    return f"已登记代报｜{name[:20]} {period_text(since, until)}代{region}报送。"


def stand_in_taken_back(name: str, region: str) -> str:
    """Say that somebody stands in no more."""
    return f"{name[:20]}不再代{region}报送"


def asked_admins_to_stand_in(region: str) -> str:
    """Say that admins must agree before somebody stands in for another unit."""
    return f"已收到代{region}报送的申请，管理员同意后即可代报。"


def nobody_of_that_name(words: str) -> str:
    """Say that the stand-in is not in the roster."""
    return f"名单中没有找到“{short(words)}”，请写明单位和姓名，如“请假 11月20日至22日 由武汉 李四代报”。"


def already_stands_in(name: str) -> str:
    """Say that somebody cannot stand in for two."""
    return f"{name[:20]}已有代报安排，请换人或联系管理员。"


def your_own_unit(region: str) -> str:
    """Say that nobody stands in for the own unit."""
    return f"{region}就是您负责的单位，直接报送即可。"


def more_help() -> str:
    """Say how to see all commands."""
    return "发“帮助 全部”看所有指令，发“帮助 进度”看某条的写法。"


def only_liaisons_take_leave() -> str:
    """Say that leave is for those who report."""
    return "请假用于报送联络员。"


def silenced(regions: Sequence[str], since: dt.date, until: dt.date, reason: str) -> str:
    """Confirm a silence."""
    return (
        f"已静默｜{listed(regions, NAMED)} {period_text(since, until)}，事由：{short(reason, 40)}。"
        "期间不发报送提醒和进度预警，到期告知。"
    )


def silence_needs(what: str) -> str:
    """Ask for what is missing of a silence."""
    return f"请写明{what}，如“静默 恩施州 3天 省里调研”。"


def not_silenced(regions: Sequence[str]) -> str:
    """Say that nothing was silenced."""
    return f"{listed(regions)}没有静默。"


def silence_lifted(regions: Sequence[str]) -> str:
    """Confirm that a silence was lifted."""
    return f"{listed(regions, NAMED)}的静默已解除"


def exempted(regions: Sequence[str], since: dt.date, until: dt.date) -> str:
    """Confirm an exemption."""
    return f"已免报｜{listed(regions, NAMED)} {period_text(since, until)}，期间不提醒、不计缺报。"


def exempt_preview(regions: Sequence[str], since: dt.date, until: dt.date) -> str:
    """Show whom an exemption would touch."""
    return f"将免报{len(regions)}家（{period_text(since, until)}）：{listed(regions)}。"


def silence_preview(regions: Sequence[str], since: dt.date, until: dt.date, reason: str) -> str:
    """Show whom a silence would touch."""
    return f"将静默{len(regions)}家（{period_text(since, until)}，事由：{short(reason, 40)}）：{listed(regions)}。"


def taken_back(what: str, regions: Sequence[str]) -> str:
    """Name a hold that was lifted: 恩施州的免报."""
    return f"{listed(regions, NAMED)}的{what}"


# Pushing -----------------------------------------------------------------------------------------------------------


def nobody_missing() -> str:
    """Say that there is nobody to remind."""
    return "没有需要催报的单位：均已收到、免报或无须报送。"


def chase_preview(regions: Sequence[str]) -> str:
    """Show whom 催报 would remind."""
    return f"将提醒暂未收到的{len(regions)}家：{listed(regions)}。"


def chased(regions: Sequence[str], *, posts: int, held: int) -> str:
    """Say who was reminded."""
    if not posts:
        return f"{listed(regions)}没有可提醒的人员或群。"
    return f"已提醒{len(regions)}家：{listed(regions, NAMED)}。{held_text(held)}"


def late_reminder(region: str, *, in_group: bool = False) -> str:
    """Remind of a report whose deadline is over."""
    how = "@我回复" if in_group else "直接回复本消息"
    return f"【报送提示】{region}今日{SUBJECT}进展暂未收到，请尽快{how}：有变化报数，无变化回“无”。"


def held_text(held: int) -> str:
    """Say how many messages wait for the morning."""
    return f"其中{held}条因免打扰时段、节假日或当日条数上限顺延。" if held else ""


def preview(document_text: str, posts: int) -> tuple[str, ...]:
    """Show what would go out, and to how many."""
    return (f"【预览】将发送到{posts}处：", *document_text.split("\n"))


def nothing_to_push(reason: str | None) -> str:
    """Say why nothing would go out."""
    return f"没有要发送的内容：{reason or '无'}。"


def pushed(posts: int, held: int) -> str:
    """Say that a push was owed."""
    return f"已发送{posts}条。{held_text(held)}"


def broadcast(text: str, sender: str) -> tuple[str, ...]:
    """Word a broadcast."""
    return ("【通知】" + text, f"（{sender[:20]}）")


def broadcast_preview(text: str, whom: str, posts: int) -> tuple[str, ...]:
    """Show what a broadcast says and to whom."""
    return (f"将向{whom}（{posts}处）广播：", *text.split("\n")[:20])


def nobody_there(whom: str) -> str:
    """Say that an audience has no chat and no person."""
    return f"{whom}没有可接收的群或人员。"


def paused(reason: str) -> str:
    """Say that pushes are paused."""
    return f"推送已暂停{'，事由：' + short(reason, 40) if reason else ''}。回复不受影响；恢复请回“恢复推送”。"


def paused_because(reason: str) -> str:
    """Say why an occurrence was skipped."""
    return f"推送已暂停{'：' + short(reason, 40) if reason else ''}"


def already_paused() -> str:
    """Say that pushes are paused already."""
    return "推送此前已暂停，恢复请回“恢复推送”。"


def resumed() -> str:
    """Say that pushes go out again."""
    return "推送已恢复。暂停期间未发的不补发，可用“推送 日报”补发。"


def not_paused() -> str:
    """Say that pushes are not paused."""
    return "推送未暂停。恢复某条登记请写“恢复 A102”，撤销操作请写“恢复 C12”。"


def trial_text(*, is_on: bool) -> str:
    """Say whether pushes go to admins only."""
    return "试运行：开，推送只发管理员。" if is_on else "试运行：关，推送发往各群和联络员。"


def trial_preview() -> str:
    """Show what ending the trial means."""
    return "结束试运行后，提醒、预警和日报将发往各群和联络员。"


# Targets -----------------------------------------------------------------------------------------------------------


def target_text(target: Target, campaign: Campaign) -> str:
    """Write a target: 120宗、0.71万亩."""
    figures = Figures(count=target.count, area_mu=target.area_mu)
    return FigureWriter(measures=campaign.measures).figures(figures) or "未设"


def targets(region: str, campaign: Campaign, version: int) -> str:
    """Show a unit's targets."""
    parts = [f"{t.name}{target_text(campaign.target(region, t.key), campaign)}" for t in campaign.tracks]
    changed = f"（第{version}次调整后）" if version else ""
    return f"{region}任务{changed}：{'；'.join(parts)}。"


def target_preview(region: str, track: str, before: str, after: str) -> str:
    """Show how a target would change."""
    return f"将调整任务｜{region}{track}：{before} → {after}。进度、序时和预警按新任务计算。"


def target_changed(region: str, track: str, before: str, after: str, version: int) -> str:
    """Say how a target was changed."""
    return f"已调整任务（第{version}次）｜{region}{track}：{before} → {after}。"


def target_usage() -> str:
    """Say how a target is changed."""
    return "目标 恩施州 批次用地 120宗 0.71万亩"


# People and chats --------------------------------------------------------------------------------------------------


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


# The office's own work ---------------------------------------------------------------------------------------------


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


# Notices to admins -------------------------------------------------------------------------------------------------


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


def notice_ended(kind: str, region: str | None, since: dt.date, until: dt.date, reason: str | None) -> str:
    """Notice that a silence is over."""
    why = f"，事由：{short(reason, 30)}" if reason else ""
    return f"{region or '全部单位'}{kind}已到期（{period_text(since, until)}{why}）"


def notice_missed(region: str | None, day: dt.date) -> str:
    """Notice that a 计划 was missed."""
    return f"{region}计划{day_text(day)}前补齐进度，未达序时，提醒已恢复"
