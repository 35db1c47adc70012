"""The sentences of the weekly: the draft to each division, and the compiled report."""

import datetime as dt
from collections.abc import Sequence

from bot.rules.figures import FigureWriter
from bot.rules.pace import Position
from bot.rules.wording import pushes
from bot.rules.wording.phrases import day_text, listed, period_text, progress_text, time_text
from config.campaign import Campaign
from storage.records import Figures

THIS_WEEK = "本周"
NUMBERS_SHOWN = 8


def title(number: int, since: dt.date, day: dt.date, campaign: Campaign) -> str:
    """Head the weekly: 【攻坚周报】第3期（11月10日至16日）."""
    return f"【{campaign.short_name}周报】{issue(number)}（{period_text(since, day)}）"


def issue(number: int) -> str:
    """Say which weekly it is: 第3期."""
    return f"第{number}期"


def lag_text(
    behind: Sequence[tuple[Position, str]], how_many: int, recovered: Sequence[str], campaign: Campaign, *, late: str
) -> str:
    """Say who is behind the schedule, which key projects are late, and who recovered."""
    named = "、".join(pushes.lag_text(position, campaign, level=level) for position, level in behind)
    more = f"等{how_many}家" if how_many > len(behind) else ""
    back = f"恢复正常：{listed(list(recovered))}" if recovered else ""
    said = "；".join(filter(None, [f"进度滞后{how_many}家：{named}{more}" if how_many else "", late, back]))
    return f"{said}。" if said else ""


def problems_text(period: str, *, in_hand: int, new: int, closed: int, overdue: int, visits: tuple[int, int]) -> str:
    """Say how the problem ledger moved, and how many visits were held: 上门服务已开展9/14."""
    parts = [f"在办{in_hand}个"]
    parts += [f"{period}{word}{n}个" for word, n in (("新增", new), ("销号", closed)) if n]
    parts += [f"逾期{overdue}个"] if overdue else []
    held = f"上门服务{visits_text(*visits)}。" if visits[1] else ""
    return f"问题：{'，'.join(parts)}。{held}"


def visits_text(done: int, owed: int) -> str:
    """Say how many visits were held: 已开展9/14."""
    return f"已开展{done}/{owed}"


def confirmed_text(owing: int, unconfirmed: Sequence[str]) -> str:
    """Say whose three lists were confirmed."""
    if not owing:
        return ""
    if not unconfirmed:
        return f"三清单：{owing}家已全部确认。"
    if len(unconfirmed) == owing:
        return f"三清单：{owing}家均未确认。"
    return f"三清单：已确认{owing - len(unconfirmed)}家，未确认{len(unconfirmed)}家：{listed(list(unconfirmed))}。"


def closing(at: dt.datetime, *, has_picture: bool) -> str:
    """Say up to when records were taken in, and where the rest is."""
    more = "明细见图和附件" if has_picture else "明细见附件"
    return f"口径截至{day_text(at.date())}{time_text(at)}，{more}。"


def draft_title(region: str, since: dt.date, day: dt.date, campaign: Campaign) -> str:
    """Head a division's draft."""
    return f"【{campaign.short_name}周报初稿】{region}（{period_text(since, day)}）"


def draft_progress(position: Position, gained: Figures, campaign: Campaign) -> str:
    """Say where the unit stands and what the week brought."""
    some = Figures(count=gained.count or None, area_mu=gained.area_mu or None)
    week = FigureWriter(measures=campaign.measures).added(some) or "无新增"
    return f"{THIS_WEEK}{campaign.counting_stage.name}{week}；{progress_text(position, campaign)}。"


def draft_problems(in_hand: int, unfinished: Sequence[int]) -> str:
    """Say how many problems are in hand, and which lack a measure, a person or a day."""
    if not unfinished:
        return f"问题在办{in_hand}个，措施、责任人、时限齐全。" if in_hand else "问题在办0个。"
    numbers = "、".join(f"#{n}" for n in unfinished[:NUMBERS_SHOWN])
    more = f"等{len(unfinished)}个" if len(unfinished) > NUMBERS_SHOWN else ""
    return f"问题在办{in_hand}个，其中{numbers}{more}缺措施、责任人或时限，回“任务 #号 日期 内容 人”补充。"


def draft_request(confirm_by: dt.datetime) -> str:
    """Ask to confirm the three lists."""
    by = f"{day_text(confirm_by.date())}{time_text(confirm_by)}"
    return f"三清单见附件，请于{by}前核对并回“确认三清单”。"


def confirmed(region: str, day: dt.date) -> str:
    """Say that a unit's lists were confirmed."""
    return f"已确认{region}三清单，将列入{day_text(day)}周报。"


def confirmed_before(region: str) -> str:
    """Say that they were confirmed before."""
    return f"{region}三清单此前已确认，无需重复。"


def too_late(day: dt.date, at: dt.time) -> str:
    """Say that the weekly goes out without this confirmation."""
    return f"{day_text(day)}周报的确认已于{time_text(at)}截止，周报将标“未确认”；更新仍会列入下期。"


def nothing_to_confirm() -> str:
    """Say that this person contracts no unit."""
    return "没有由您的处室包联的单位，无需确认。"


def no_weekly() -> str:
    """Say that no weekly is due any more."""
    return "本次行动没有待发的周报，无需确认。"


THREE_LISTS = "三清单"
LISTS = ("问题清单", "责任清单", "任务清单")
PROGRESS = "进展"
VISITS = "上门服务"
CONFIRMED = {True: "已确认", False: "未确认"}


def book_title(campaign: Campaign, number: int) -> str:
    """Name the workbook."""
    return f"{campaign.name.removesuffix('行动')}周报{issue(number)}"


def status_line(owing: int, unconfirmed: Sequence[str]) -> str:
    """Say in the report whose lists were confirmed."""
    return confirmed_text(owing, unconfirmed).removeprefix("三清单：").removesuffix("。")


def file_name(campaign: Campaign, what: str, day: dt.date, suffix: str) -> str:
    """Name a file: 攻坚日报1115.png."""
    return f"{campaign.short_name}{what}{day:%m%d}.{suffix}"
