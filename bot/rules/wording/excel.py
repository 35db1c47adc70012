"""The words of the office's workbooks: sheets, columns, notes, and what is said of an import."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from bot.rules.figures import FigureWriter, round_half_up
from bot.rules.wording.phrases import day_text
from config.campaign import Campaign, Target
from storage.records import Figures, Progress

OVERVIEW, STANDINGS, PROJECTS, PROBLEMS = "总表", "进度明细", "项目", "问题"
DUTIES, TASKS, VISITS, REPORTS, AUDIT = "责任", "任务", "上门服务", "报送情况", "审计"

REGION, TRACK, STAGE, COUNT, AREA, AS_OF = "市州", "用地类型", "环节", "宗数", "面积", "截至日期"
PROJECT, COUNTY, PLANNED, REACHED = "项目", "县区", "计划", "实际"
LEADER, DIVISION = "包联厅领导", "责任处室"
ALIASES = {
    REGION: ("单位", "地区", "市（州）", "region"),
    TRACK: ("轨道", "类型", "track"),
    STAGE: ("阶段", "进展环节", "stage"),
    COUNT: ("宗数（宗）", "count"),
    AS_OF: ("截至", "截止日期", "数据截至", "日期", "date"),
    PROJECT: ("项目名称", "名称", "name"),
    COUNTY: ("县（市、区）", "县市区", "county"),
}
"""What people call the columns otherwise."""
SUMS = frozenset({"合计", "总计", "小计", "全省合计", "各单位合计"})
"""What stands in the first cell of a row that only adds up others."""
CHAT_LINES = 12
"""Lines of a difference that are told in chat; the rest is counted."""


def with_unit(name: str, unit: str) -> str:
    """Name a column with its unit: 面积（万亩）."""
    return f"{name}（{unit}）"


def file_name(campaign: Campaign, day: dt.date, regions: Sequence[str] = ()) -> str:
    """Name the workbook: 攻坚台账-恩施州-2023-11-15.xlsx."""
    whose = f"-{'、'.join(regions[:3])}" if regions else ""
    return f"{campaign.short_name}台账{whose}-{day.isoformat()}.xlsx"


def newest_text(moment: str | None) -> str:
    """Say up to when the workbook holds what was reported."""
    return f"最近一条登记：{moment}" if moment else "尚无登记"


def overview_notes() -> tuple[str, ...]:
    """Say how the first sheet is to be read."""
    return (
        f"本表由台账汇总；要改数据，请改“{STANDINGS}”表后导入。",
        "完成率、差距按批次口径面积计算（没有面积的按宗数），与聊天推送一致。",
    )


def standings_note() -> str:
    """Say how the ledger's sheet is edited and brought back."""
    return "可直接修改宗数、面积（整表保存后由管理员导入），只有改动的行会登记为更正；空格表示不改。"


def difference_text(track: str, summed: Target, declared: Target, campaign: Campaign) -> str:
    """Say that a declared total is not what the units' targets add up to."""
    writer = FigureWriter(measures=campaign.measures)
    parts = []
    if declared.count is not None and declared.count != summed.count:
        parts.append(f"宗数通知合计{declared.count}，各单位之和{summed.count or 0}")
    if declared.area_mu is not None and declared.area_mu != (summed.area_mu or 0):
        parts.append(f"面积通知合计{writer.area(declared.area_mu)}，各单位之和{writer.area(summed.area_mu or 0)}")
    return f"{track}任务{'；'.join(parts)}；推送按通知合计。" if parts else ""


def whole_label(whole: str) -> str:
    """Name the row that stands against the declared totals."""
    return f"{whole}（任务按通知合计）"


UNITS_SUM = "各单位合计"
NOT_VISITED = "尚未开展"
VISITED = "已开展"
OVERDUE = "逾期"


def answer(day: dt.date, regions: Sequence[str], campaign: Campaign) -> str:
    """Hand the workbook over."""
    whose = "、".join(regions[:3]) if regions else "全部单位"
    return f"{campaign.short_name}台账（{whose}，截至{day_text(day)}）见附件。"


def ask_in_private() -> str:
    """Say that the ledger is not given to a group of others."""
    return "台账含多家单位数据，请在与我的私聊中发送“台账”。"


# Faults of a row -----------------------------------------------------------------------------------------------------


def unknown_name(said: str) -> str:
    """Say that nobody and nothing bears this name."""
    return f"不认识“{said[:30]}”"


def missing() -> str:
    """Say that a cell may not be empty."""
    return "不能为空"


def no_count() -> str:
    """Say that a cell holds no count."""
    return "应为不小于0的整数"


def no_area() -> str:
    """Say that a cell holds no area."""
    return "应为不小于0的数"


def too_large() -> str:
    """Say that a figure is beyond all bounds."""
    return "数值过大"


def too_long(longest: int) -> str:
    """Say that words are too long."""
    return f"超过{longest}个字"


def no_day() -> str:
    """Say that a cell holds no day."""
    return "应为日期，如2023-10-31"


def day_ahead(day: dt.date) -> str:
    """Say that a day has not come yet."""
    return f"{day.isoformat()}还没有到"


def day_too_old(day: dt.date) -> str:
    """Say that a day lies too far back."""
    return f"{day.isoformat()}过早"


def stands_twice(place: str) -> str:
    """Say that another row is about the same."""
    return f"与{place}重复"


def no_columns(columns: Sequence[str]) -> str:
    """Say that no sheet has the columns that are needed."""
    return f"没有找到含“{'”“'.join(columns)}”列的表"


def area_needs_unit(units: Sequence[str]) -> str:
    """Say that the header must name the area's unit."""
    return f"表头须写明单位，如“{'”或“'.join(with_unit(AREA, unit) for unit in units)}”"


def too_many_faults(more: int) -> str:
    """Count the faults that are not told."""
    return f"另有{more}处问题未列出"


# What an import would change -----------------------------------------------------------------------------------------


def change_text(place: str, item: Progress, before: Figures, campaign: Campaign, *, doubt: str = "") -> str:
    """Say one changed row: 进度明细 5：恩施州 批次用地 批复（截至2023-10-31）宗数 12→14、面积 800亩→900亩."""
    writer = FigureWriter(measures=campaign.measures)
    parts = []
    if item.count is not None and item.count != before.count:
        parts.append(f"{COUNT} {'空' if before.count is None else before.count}→{item.count}")
    if item.area_mu is not None and item.area_mu != before.area_mu:
        held = "空" if before.area_mu is None else plain_area(before.area_mu, writer)
        parts.append(f"{AREA} {held}→{plain_area(item.area_mu, writer)}")
    line = f"{item.region} {campaign.track(item.track).name} {campaign.stage(item.stage).name}"
    return f"{place}：{line}（截至{item.date.isoformat()}）{'、'.join(parts)}" + (f"〔{doubt}〕" if doubt else "")


def plain_area(area_mu: Decimal, writer: FigureWriter) -> str:
    """Write an exact area in the small unit, so that no difference is rounded away."""
    text = f"{round_half_up(area_mu, 6):f}"
    return f"{text.rstrip('0').rstrip('.')}{writer.measures.area.name}"


def plan_text(changed: int, same: int, regions: int) -> str:
    """Count what an import would change."""
    if not changed:
        return f"{same}行与台账一致，没有变化。"
    return f"共{changed}行有变化，涉及{regions}个单位；{same}行不变。"


def projects_text(added: int, changed: int, same: int) -> str:
    """Count what an import of projects would change."""
    return f"新增{added}个项目，更新{changed}个，{same}个不变。"


def project_text(place: str, region: str, name: str, outcome: str) -> str:
    """Say one project that is brought in."""
    return f"{place}：{'新增' if outcome == 'added' else '更新'} {region} {name}"


def more_lines(more: int) -> str:
    """Count the lines that are not told."""
    return f"……另有{more}行"


def imported(changed: int, numbers: Sequence[int]) -> str:
    """Confirm an import."""
    shown = "、".join(f"#A{n}" for n in numbers[:5]) + ("等" if len(numbers) > 5 else "")
    return f"已导入，更正{changed}行，登记为{shown}。" if changed else "台账没有变化，未登记。"


def received(name: str) -> str:
    """Say in the inbox what a file was; no reading makes a report of it."""
    return f"（导入文件：{name[:60]}）"


def trial_over() -> str:
    """Say that the opening figures are confirmed and pushes go out from now on."""
    return "期初数据已确认，试运行结束，推送将发往各群和联络员。"


def import_undone(numbers: Sequence[int]) -> str:
    """Say that an import was taken back."""
    return f"已撤销导入，{len(numbers)}条登记作废，台账恢复原状。"


def cannot_import(faults: int) -> str:
    """Head the faults of a file."""
    return f"文件有{faults}处问题，未导入任何数据："


def plan_is_stale() -> str:
    """Say that the ledger moved since the difference was shown."""
    return "台账在此期间有变化，未导入，请重新发送文件核对。"


def file_is_gone() -> str:
    """Say that a file is not kept."""
    return "没有找到该文件，请重新发送。"


def only_hands_over(text: str) -> bool:
    """Whether what was said beside a workbook is nothing, or the order to bring it in: a report is never swallowed."""
    return re.fullmatch(r"\s*(?:@\S+\s*)?(?:导入(?:\s*台账)?)?\s*", text) is not None


def sent_workbook(sha256: str) -> str:
    """Say in the inbox that a workbook was sent: the same as whoever orders it to be brought in."""
    return f"导入 {sha256}"


def how_to_import() -> tuple[str, ...]:
    """Say how a workbook is brought in."""
    return (
        f"导入台账：先发“台账”取得xlsx，改“{STANDINGS}”表（市州、用地类型、环节、宗数、面积、截至日期），再在私聊里把文件发给我（2MB以内）；先看改动，确认后才写入。",
        "通讯软件不转交文件时，请运维在服务器上运行 duban import ledger 文件.xlsx（加 --dry-run 只看改动）；",
        "项目清单用 duban import projects 文件.xlsx。",
    )


DOUBTS = {
    "unit_slip": "面积单位可能有误",
    "parcel_size": "平均每宗面积与任务相差较大",
    "over_target": "远超任务",
    "lower": "低于此前的累计",
    "higher": "高于此后的累计",
}
"""What is put beside a changed row that looks odd."""

# Columns -------------------------------------------------------------------------------------------------------------

TARGET_COUNT, TARGET_AREA = "任务宗数", "任务面积"
RATE, PACE, GAP, LEVEL, DATA_AS_OF, REPORT = "完成率", "序时", "差距（百分点）", "预警", "数据截至", "今日报送"
SOURCE, SENT_AT, SENDER = "依据", "登记时间", "报送人"
NUMBER, CATEGORY, TEXT, STATUS, OPENED, MEASURE = "编号", "类别", "问题", "状态", "提出日期", "任务（措施）"
PERSON, DUE, LATE, EVIDENCE = "责任人", "时限", "逾期天数", "办结佐证"
NOW_AT, BEHIND, LISTED = "当前环节", "逾期环节", "清单内"
VISIT_DAY, VISITOR = "日期", "带队"
WHEN, WHO, ACTION, OBJECT, DETAIL = "时间", "操作人", "动作", "对象", "详情"
YES, NO = "是", "否"


def cumulative(track: str, stage: str) -> str:
    """Name the column of what a track has reached: 批次用地累计批复."""
    return f"{track}累计{stage}"


def behind_text(stage: str, day: dt.date) -> str:
    """Say that a project has not reached a stage on its planned day."""
    return f"{stage}（计划{day.isoformat()}）"
