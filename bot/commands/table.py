"""Every command: its names, who may, what it takes, what it does, one line of help. Nothing else is a command."""

import datetime as dt
from functools import partial

from bot import parsing
from bot.clock import local
from bot.commands import (
    admins,
    amending,
    claims,
    confirming,
    everyone,
    excel,
    joining,
    leaves,
    liaisons,
    nearby,
    people_admin,
    projects,
    promises,
    pushing,
    supervision,
    targets,
)
from bot.commands.call import Action, Call, Command, Said, say
from bot.commands.grammar import Found, read
from bot.commands.problem_table import FOR_PROBLEMS
from bot.commands.summaries import FOR_SUMMARIES
from bot.document import PostKind
from bot.rules.speaker import Speaker
from bot.rules.wording import hints
from config.campaign import Campaign
from storage.database import Tx
from storage.records import Role

ALL = frozenset(Role)
KNOWN = ALL - {Role.UNKNOWN}
LIAISONS = frozenset({Role.CITY_LIAISON, Role.DIVISION_LIAISON})
WRITERS = LIAISONS | {Role.ADMIN}
ADMINS = frozenset({Role.ADMIN})
WATCHERS = ADMINS | {Role.LEADER}
STAND_INS = ADMINS | {Role.CITY_LIAISON}

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        promises.PROMISE,
        leaves.LEAVE,
        leaves.STANDS_IN,
        supervision.SILENCE,
        supervision.UNSILENCE,
        supervision.EXEMPT,
        supervision.CHASE,
        pushing.PUSH,
        pushing.BROADCAST,
        pushing.TRY_OUT,
        targets.TARGET,
        people_admin.REMOVE,
        excel.IMPORT,
        projects.MERGE,
    )
}
"""What 确认 makes and 恢复 C12 takes back."""

EVERYONE = (
    Command(
        name="进度", aliases=("进展",), may=KNOWN, run=everyone.progress, takes_region=True, help="进度 恩施州：看进度"
    ),
    Command(
        name="未报",
        aliases=("谁没报", "报送情况"),
        may=KNOWN,
        run=everyone.missing,
        help="未报：看今日暂未收到的单位",
    ),
    Command(name="我的", aliases=("我的报送", "我报的"), may=KNOWN, run=everyone.mine, help="我的：看本人所报和编号"),
    Command(
        name="我是",
        may=ALL,
        run=joining.ask,
        words=r"\S{2,20}\s+\S{2,20}",
        help="我是 恩施州 张三：申请加入",
    ),
    Command(name="排名", aliases=("排行",), may=WATCHERS, run=everyone.ranking, help="排名：各市州完成任务排名"),
)

FOR_LIAISONS = (
    Command(
        name="撤回",
        may=WRITERS,
        run=liaisons.withdraw,
        takes_number=True,
        help="撤回 A102：撤回一条登记；不写编号撤回本人最近一条",
        aliases=("上一条作废", "上条作废", "刚才那条不算", "撤销", "作废"),
    ),
    Command(
        name="恢复",
        may=WRITERS,
        run=partial(liaisons.restore, actions=ACTIONS),
        takes_number=True,
        help="恢复 A102：恢复被撤回的登记；恢复 C12：撤销一次操作",
    ),
    Command(
        name="计划",
        may=WRITERS,
        run=promises.promise,
        takes_region=True,
        takes_when=True,
        words=r"(?:完成|补齐|赶上|达到)?(?:序时)?(?:进度)?",
        help="计划 11月24日：承诺补齐进度的日期，此前不再预警",
    ),
    Command(
        name="请假",
        may=LIAISONS,
        run=leaves.leave,
        takes_when=True,
        words=r"[^\d\n]{0,40}",
        help="请假 11月20日至22日 由武汉 李四代报：期间不提醒您，改提醒代报人",
    ),
    Command(name="销假", may=LIAISONS, run=leaves.back, help="销假：提前结束请假"),
    Command(
        name="代报",
        may=STAND_INS,
        run=leaves.stand_in,
        takes_region=True,
        takes_when=True,
        words=r"[^\d\n]{0,20}",
        help="代报 黄石市 11月20日至22日：申请代其他市州报送",
    ),
    Command(name="确认", may=WRITERS, run=partial(confirming.confirm, actions=ACTIONS), help="确认：执行待确认的操作"),
    Command(
        name="台账",
        aliases=("导出台账", "下载台账"),
        may=WRITERS,
        run=excel.ledger_book,
        takes_region=True,
        help="台账：取得xlsx台账（联络员为本单位）；台账 恩施州",
    ),
    Command(name="取消", may=WRITERS, run=confirming.cancel, help="取消：放弃待确认的操作"),
)

FOR_ADMINS = (
    Command(
        name="名单",
        aliases=("人员名单", "花名册"),
        may=ADMINS,
        run=people_admin.roster,
        takes_region=True,
        help="名单 恩施州：看人员、请假和代报；名单：看缺人的市州和待同意的申请",
    ),
    Command(name="同意", may=ADMINS, run=joining.agree, takes_number=True, help="同意 3：同意加入或代报"),
    Command(
        name="移出",
        may=ADMINS,
        run=people_admin.remove,
        words=r"(?:[^\s\d]{2,20}\s+)?[^\s\d]{1,20}",
        help="移出 武汉市 张明：把离任人员移出名单",
    ),
    Command(name="拒绝", may=ADMINS, run=people_admin.refuse, takes_number=True, help="拒绝 3：拒绝申请"),
    Command(
        name="绑定",
        may=ADMINS,
        run=people_admin.bind,
        words=r"[^\d\n]{0,30}",
        help="绑定 恩施州 / 绑定 处室 规划处 / 绑定 领导群：在群里说明本群用途",
    ),
    Command(name="解绑", may=ADMINS, run=people_admin.unbind, help="解绑：本群不再接收推送"),
    Command(
        name="催报",
        may=ADMINS,
        run=supervision.chase,
        takes_region=True,
        help="催报 恩施州：马上提醒；催报：提醒全部暂未收到的单位",
    ),
    Command(
        name="预览",
        may=ADMINS,
        run=pushing.preview,
        words=rf"(?:{pushing.KIND})?",
        help="预览 日报 / 报送情况 / 预警 / 提醒：只给您看，不发送",
    ),
    Command(
        name="推送",
        may=ADMINS,
        run=pushing.push,
        words=rf"(?:{pushing.KIND})?",
        help="推送 日报 / 报送情况 / 预警 / 提醒：先看后发",
    ),
    Command(
        name="广播",
        may=ADMINS,
        run=pushing.broadcast,
        words=r".{1,900}",
        long_words=True,
        help="广播 文字：发到各市州群；广播 联络员：文字、广播 武汉、恩施：文字",
    ),
    Command(
        name="静默",
        may=ADMINS,
        run=supervision.silence,
        takes_region=True,
        takes_when=True,
        words=r"[^\n]{0,100}",
        help="静默 恩施州 3天 省里调研：期间不提醒、不预警",
    ),
    Command(
        name="解除静默",
        aliases=("取消静默",),
        may=ADMINS,
        run=supervision.unsilence,
        takes_region=True,
        help="解除静默 恩施州",
    ),
    Command(
        name="免报",
        may=ADMINS,
        run=supervision.exempt,
        takes_region=True,
        takes_when=True,
        words=r"[^\n]{0,100}",
        help="免报 恩施州 11月20日：当日不提醒、不计缺报",
    ),
    Command(
        name="暂停", may=ADMINS, run=pushing.pause, words=r"(?:推送[^\n]{0,60})?", help="暂停推送 事由：暂停一切推送"
    ),
    Command(name="恢复推送", aliases=("恢复 推送",), may=ADMINS, run=pushing.resume, help="恢复推送"),
    Command(
        name="试运行",
        may=ADMINS,
        run=pushing.trial,
        words=r"(?:开|关|开启|关闭|开始|结束|状态)?",
        help="试运行 开 / 关：推送只发管理员 / 发往各群",
    ),
    Command(
        name="目标",
        aliases=("任务目标", "调整目标"),
        may=ADMINS,
        run=targets.target,
        takes_region=True,
        words=rf"(?:{targets.FIGURES})?",
        help="目标 恩施州 批次用地 120宗 0.71万亩：调整任务",
    ),
    Command(
        name="改",
        may=ADMINS,
        run=amending.amend,
        words=amending.WORDS,
        help="改 A102 批复3宗120亩：更正一条登记的数",
    ),
    Command(name="待认领", may=ADMINS, run=claims.listed, help="待认领：看无人答复、他人代报的数据"),
    Command(
        name="认领",
        may=ADMINS,
        run=claims.claim,
        words=r"[#＃]?\d{1,9}(?:\s+\S.{0,30})?",
        help="认领 12 / 认领 12 不登记",
    ),
    Command(
        name="导入",
        may=ADMINS,
        run=excel.bring_in,
        words=excel.FILE_WORDS,
        help="导入 台账：把改好的xlsx台账导入，先看改动再确认",
    ),
    Command(name="状态", aliases=("运行状态", "运行情况"), may=ADMINS, run=admins.status, help="状态：看运行情况"),
    Command(
        name="审计",
        aliases=("留痕",),
        may=ADMINS,
        run=admins.audit_,
        takes_number=True,
        help="审计 A102：谁在何时做了什么",
    ),
    Command(
        name="重发", may=ADMINS, run=admins.resend, takes_number=True, help="重发 M15：重发未送达的消息；重发：列出"
    ),
)

_OTHERS = (*EVERYONE, *FOR_LIAISONS, *FOR_PROBLEMS, *FOR_SUMMARIES, *FOR_ADMINS)
_TOPICS = "|".join(name for command in _OTHERS for name in (command.name, *command.aliases))


async def help_(tx: Tx, call: Call) -> Said:
    """帮助 [指令 | 全部]: what this person may ask."""
    del tx
    return everyone.help_for(call, TABLE)


HELP = Command(
    name="帮助",
    aliases=("help", "使用说明", "指令"),
    may=ALL,
    run=help_,
    words=rf"(?:全部|所有|{_TOPICS})?",
    help="帮助：看可用指令；帮助 全部：看所有指令",
)
TABLE: tuple[Command, ...] = (HELP, *_OTHERS)


def find(text: str, speaker: Speaker, campaign: Campaign) -> Found | None:
    """Return the command that the whole text is, or None when it is none."""
    found = read(text, TABLE, campaign)
    if found is not None and found.command.yields:
        sent_at = local(campaign.start, dt.time.min)
        reading = parsing.parse(text, sender=speaker.sender, sent_at=sent_at, campaign=campaign)
        return None if reading.has_records else found
    return found


async def run(tx: Tx, command: Command, call: Call) -> Said:
    """Obey a command, if the speaker may give it: deny by default."""
    if call.speaker.role not in command.may:
        stranger = call.speaker.role is Role.UNKNOWN
        return say(hints.stranger() if stranger else hints.not_allowed(), kind=PostKind.REFUSAL)
    return await command.run(tx, call)


def suggest(text: str, speaker: Speaker) -> str | None:
    """Return how the command is said that a short text in private nearly was, or None."""
    return nearby.suggest(text, speaker.role, TABLE)
