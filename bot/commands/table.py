"""Every command: its names, who may, what it takes, what it does, one line of help. Nothing else is a command."""

import datetime as dt
from functools import partial

from bot import parsing
from bot.clock import local
from bot.commands import (
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
from bot.commands.admin_table import FOR_ADMINS
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
