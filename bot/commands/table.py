"""Every command: its names, who may, what it takes, what it does, one line of help. Nothing else is a command."""

from bot.commands import everyone, joining, liaisons
from bot.commands.call import Call, Command, Said, say
from bot.commands.grammar import Found, read
from bot.document import PostKind
from bot.rules.speaker import Speaker
from bot.rules.wording import hints
from config.campaign import Campaign
from storage.database import Tx
from storage.records import Role

ALL = frozenset(Role)
KNOWN = ALL - {Role.UNKNOWN}
WRITERS = frozenset({Role.CITY_LIAISON, Role.DIVISION_LIAISON, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})

TABLE: tuple[Command, ...] = (
    Command(name="帮助", aliases=("help", "使用说明", "指令"), may=ALL, run=everyone.help_, help="看可用指令"),
    Command(name="进度", aliases=("进展",), may=KNOWN, run=everyone.progress, takes_region=True, help="看进度"),
    Command(name="未报", aliases=("谁没报", "报送情况"), may=KNOWN, run=everyone.missing, help="看暂未收到的单位"),
    Command(name="我是", may=ALL, run=joining.ask, words=r"\S{2,20}\s+\S{2,20}", help="申请加入"),
    Command(name="同意", may=ADMINS, run=joining.agree, takes_number=True, help="同意加入"),
    Command(
        name="撤回",
        may=WRITERS,
        run=liaisons.withdraw,
        takes_number=True,
        help="撤回一条登记",
        aliases=("上一条作废", "上条作废", "刚才那条不算", "撤销", "作废"),
    ),
)


def find(text: str, speaker: Speaker, campaign: Campaign) -> Found | None:
    """Return the command that the whole text is, or None when it is none."""
    del speaker
    return read(text, TABLE, campaign)


async def run(tx: Tx, command: Command, call: Call) -> Said:
    """Obey a command, if the speaker may give it: deny by default."""
    if call.speaker.role not in command.may:
        stranger = call.speaker.role is Role.UNKNOWN
        return say(hints.stranger() if stranger else hints.not_allowed(), kind=PostKind.REFUSAL)
    return await command.run(tx, call)
