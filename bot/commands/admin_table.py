"""What the campaign office may order: people and chats, duties, pushes, figures, the work itself."""

from bot.commands import (
    admins,
    amending,
    claims,
    excel,
    joining,
    people_admin,
    pushing,
    supervision,
    targets,
)
from bot.commands.call import Command
from storage.records import Role

ADMINS = frozenset({Role.ADMIN})

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
        help="静默 恩施州 3天 省里调研：期间不提醒、不预警；也可写“4小时”",
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
