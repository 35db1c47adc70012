"""The commands on problems, projects and on-site services: lines of the table."""

from bot.commands import problems, projects
from bot.commands.call import Command
from storage.records import Role

KNOWN = frozenset(Role) - {Role.UNKNOWN}
WRITERS = frozenset({Role.CITY_LIAISON, Role.DIVISION_LIAISON, Role.ADMIN})
HANDLERS = frozenset({Role.DIVISION_LIAISON, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})
ONE_NUMBER = r"\d{1,6}\s*号?(?:问题)?"
"""A bare number is one of ours only where nothing else is said."""
NOT_COUNTED = r"(?!\s*[宗件个批笔起亩万公平%％.\d])"

FOR_PROBLEMS = (
    Command(
        name="问题",
        aliases=("问题台账", "问题清单", "在办问题"),
        may=KNOWN,
        run=problems.ask,
        takes_region=True,
        takes_number=True,
        help="问题 恩施州 / 问题 #12：看在办问题、办理过程；问题 …：登记问题",
    ),
    Command(name="列入", may=WRITERS, run=problems.enlist, help="列入：把刚才提到的问题列入台账"),
    Command(
        name="办结",
        aliases=("销号",),
        may=WRITERS,
        run=problems.close,
        takes_number=True,
        needs_number=True,
        words=r".*",
        help="办结 #12 佐证：办结问题，或确认对方的办结",
    ),
    Command(name="办结", aliases=("销号",), may=WRITERS, run=problems.close, words=ONE_NUMBER, help="办结 #12 佐证"),
    Command(
        name="任务",
        may=HANDLERS,
        run=problems.task,
        takes_number=True,
        needs_number=True,
        words=r".*",
        help="任务 #12 12月1日前 完成补划方案 王工：明确措施、时限、责任人",
    ),
    Command(
        name="任务",
        may=HANDLERS,
        run=problems.task,
        words=rf"\d{{1,6}}号?\s+{NOT_COUNTED}\S.*",
        help="任务 #12 日期 措施 责任人",
    ),
    Command(
        name="转办",
        may=HANDLERS,
        run=problems.route,
        takes_number=True,
        needs_number=True,
        words=r".*",
        help="转办 #12 耕保处：转其他处室办理",
    ),
    Command(
        name="转办",
        may=HANDLERS,
        run=problems.route,
        words=rf"\d{{1,6}}号?\s+{NOT_COUNTED}\S{{2,20}}|[^\d\s#]{{2,20}}\s*#?\s*\d{{1,6}}号?",
        help="转办 #12 耕保处",
    ),
    Command(
        name="提请",
        may=HANDLERS,
        run=problems.escalate,
        takes_number=True,
        needs_number=True,
        words=r".*",
        help="提请 #12 理由：提请领导小组研究",
    ),
    Command(
        name="提请",
        may=HANDLERS,
        run=problems.escalate,
        words=rf"{ONE_NUMBER}|\d{{1,6}}号?\s+{NOT_COUNTED}\S.*",
        help="提请 #12 理由",
    ),
    Command(
        name="三清单",
        aliases=("三个清单", "三张清单"),
        may=HANDLERS | {Role.LEADER},
        run=problems.lists,
        takes_region=True,
        help="三清单：看问题、责任、任务清单",
    ),
    Command(
        name="项目",
        may=KNOWN,
        run=projects.ask,
        takes_region=True,
        words=r"[^\s，,。;；：:？?\n]{0,30}",
        yields=True,
        help="项目 名称 / 项目 恩施州：看项目进展和倒排工期",
    ),
    Command(
        name="合并",
        may=ADMINS,
        run=projects.merge,
        words=r"(?:项目)?\S{2,40}\s+\S{2,40}",
        yields=True,
        help="合并 汉江大桥 汉江公路大桥：后一名称并入前一项目",
    ),
    Command(
        name="上门服务",
        may=KNOWN,
        run=projects.ask_visits,
        words=r"(?:情况|进度|台账|开展情况|完成情况)?(?:怎么样|如何)?",
        help="上门服务：看已开展几次、谁还没开展",
    ),
)
