"""Days as the campaign may have them, made into views: invented figures, the real units."""

import datetime as dt
from collections.abc import Callable
from itertools import cycle, islice

from bot.papers.views import (
    Bar,
    Curve,
    DailyView,
    Level,
    Line,
    Mark,
    Meter,
    Stat,
    TrendView,
    UnitRow,
    UnitTable,
    View,
    WeeklyView,
)
from config.campaign import Campaign, Unit, load

CAMPAIGN: Campaign = load()
START, END = CAMPAIGN.start, CAMPAIGN.end
TODAY = dt.date(2023, 11, 15)
PACE = 24.6
LONG_NAME = "恩施土家族苗族自治州利川市经济开发区管理委员会自然资源和规划分局"

LEGEND = (
    Line(text="正常"),
    Line(text="低5个百分点", level=Level.BLUE),
    Line(text="低10个", level=Level.YELLOW),
    Line(text="低20个", level=Level.RED),
)
NOTES = ("竖线为序时进度，浅色条为宗数，灰色为暂未收到、不作评价。任务合计以附件所列为准。",)


def row(unit: Unit, percent: float, *, level: Level = Level.NONE, as_of: str = "", leader: bool = False) -> UnitRow:
    target = unit.targets["batch"]
    area, count = float(target.area_wanmu or 0), target.count or 0
    counted = round(count * percent / 100 * 0.9)
    return UnitRow(
        name=unit.region,
        division=unit.division or "",
        leader=(unit.leader or "") if leader else "",
        level=level,
        area=Bar(
            percent=percent,
            percent_text=f"{percent:.1f}%",
            text=f"{area * percent / 100:.2f}/{area:.2f}万亩",
        ),
        count=Bar(
            percent=100 * counted / count,
            percent_text=f"{100 * counted / count:.1f}%",
            text=f"{counted}/{count}宗",
        ),
        change="" if as_of else ("＋2宗" if percent > 25 else "—"),
        change_note="" if as_of or percent <= 25 else "＋194亩",
        as_of=as_of,
    )


def table(rows: tuple[UnitRow, ...], *, pace: float = PACE) -> UnitTable:
    return UnitTable(
        rows=rows,
        head="市州/责任处室",
        short_head="市州",
        change_head="今日",
        pace_percent=pace,
        pace_text=f"序时{pace}%",
    )


def curve(
    *, reached: float = 3.48, forecast: float = 14.9, today: dt.date = TODAY, title: str = "全省累计批复"
) -> Curve:
    days = (today - START).days + 1
    actual = tuple((START + dt.timedelta(days=n), reached * ((n + 1) / days) ** 1.4) for n in range(days))
    return Curve(
        title=f"{title}（万亩）",
        start=START,
        end=END,
        actual=actual,
        pace=((START, 17.32 / 61), (END, 17.32)),
        forecast=((today, reached), (END, forecast)),
        lines=(Mark(at=17.32, text="任务17.32万亩"),),
        actual_text=f"{reached}万亩",
        forecast_text=f"按近7个工作日，年底约{forecast}万亩",
    )


def stats(*, missing: str = "3", approved: str = "3.48") -> tuple[Stat, ...]:
    return (
        Stat(label="累计批复", value=approved, unit="万亩", note="任务17.32万亩"),
        Stat(label="完成", value="20.1%", note="序时24.6%", tone="bad"),
        Stat(label="今日", value="＋0.21", unit="万亩", note="＋31宗"),
        Stat(label="暂未收到", value=missing, unit="家", note="应报17家", tone="plain" if missing == "0" else "bad"),
    )


METERS = (
    Meter(
        label="全省批复面积",
        value="3.48/17.32万亩（20.1%）",
        percent=20.1,
        marks=(Mark(at=PACE, text="序时24.6%，相差4.5个百分点"),),
    ),
    Meter(
        label="全年累计批复",
        value="21.16万亩",
        percent=52.9,
        marks=(Mark(at=87.5, text="保底35万亩"), Mark(at=100, text="冲刺40万亩")),
    ),
)


def calm_day() -> DailyView:
    percents = islice(cycle((27.5, 25.8, 31.2, 29.6, 41.0, 33.1, 26.4)), len(CAMPAIGN.units))
    return DailyView(
        title="“冲刺四季度”服务用地攻坚日报",
        date_line="11月15日 · 第15天，共61天 · 口径截至17:55",
        stats=(
            Stat(label="累计批复", value="4.61", unit="万亩", note="任务17.32万亩"),
            Stat(label="完成", value="26.6%", note="序时24.6%", tone="good"),
            Stat(label="今日", value="＋0.21", unit="万亩", note="＋31宗"),
            Stat(label="暂未收到", value="0", unit="家", note="应报17家"),
        ),
        units=table(tuple(row(u, p) for u, p in zip(CAMPAIGN.units, percents, strict=True))),
        curve=curve(reached=4.61, forecast=18.2),
        problem_stats=(
            Stat(label="在办", value="4", unit="个"),
            Stat(label="新增", value="0", unit="个"),
            Stat(label="逾期", value="0", unit="个"),
        ),
        notes=NOTES,
        legend=LEGEND,
    )


def bad_day(*, leaders: bool = False) -> DailyView:
    percents = (27.5, 21.8, 5.1, 29.6, 31.2, 33.1, 137.4, 0.0, 11.3, 19.5, 13.6, 27.8, 4.7, 100.0, 20.5, 19.5, 30.6)
    levels = {2: Level.RED, 8: Level.YELLOW, 10: Level.YELLOW, 12: Level.RED, 9: Level.BLUE}
    stale = {5: "数据截至11月14日", 14: "数据截至11月10日", 15: "数据截至11月14日"}
    rows = [
        row(unit, percent, level=levels.get(n, Level.NONE), as_of=stale.get(n, ""), leader=leaders)
        for n, (unit, percent) in enumerate(zip(CAMPAIGN.units, percents, strict=True))
    ]
    rows[7] = UnitRow(name="潜江市", division="矿保处", leader="田五红" if leaders else "", change="—")
    return DailyView(
        title="“冲刺四季度”服务用地攻坚日报",
        date_line="11月15日 · 第15天，共61天 · 口径截至17:55",
        badge="试运行",
        stats=stats(),
        meters=METERS,
        attention=(
            Line(
                text="襄阳市：低于序时19.5个百分点（约12天），在审3宗、0.04万亩；年底前每个工作日需批复约290亩。",
                level=Level.RED,
            ),
            Line(text="荆州市：低于序时19.9个百分点（约12天），近7个工作日无新增批复。", level=Level.RED),
            Line(text="恩施州：低于序时13.3个百分点，在审6宗、0.04万亩。", level=Level.YELLOW),
            Line(text="十堰市：低于序时11.0个百分点。", level=Level.YELLOW),
            Line(text="随州市数据截至11月10日，已连续3个工作日未收到，征地中心正在联系。"),
        ),
        units=table(tuple(rows)),
        curve=curve(),
        problem_stats=(
            Stat(label="在办", value="11", unit="个"),
            Stat(label="新增", value="2", unit="个"),
            Stat(label="逾期", value="1", unit="个", note="耕保处", tone="bad"),
        ),
        problems=(
            Line(text="逾期：#37 荆州市 沙市区物流园项目耕地占补平衡指标未落实（耕保处，应于11月12日前办理）。"),
            Line(text="提请领导小组：#29 成片开发方案调整口径（普遍性问题，涉及5个市州）。"),
        ),
        corrections=(Line(text="昨日黄冈市累计批复应为0.31万亩（原0.13万亩）。"),),
        notes=NOTES,
        legend=LEGEND,
    )


def day_one() -> DailyView:
    rows = tuple(
        UnitRow(name=u.region, division=u.division or "", as_of="尚无数据", area=Bar(percent=0, percent_text="—"))
        for u in CAMPAIGN.units
    )
    return DailyView(
        title="“冲刺四季度”服务用地攻坚日报",
        date_line="11月1日 · 第1天，共61天 · 口径截至17:55",
        stats=(
            Stat(label="累计批复", value="—", note="任务17.32万亩"),
            Stat(label="完成", value="—", note="序时1.6%"),
            Stat(label="今日", value="—"),
            Stat(label="暂未收到", value="17", unit="家", note="应报17家", tone="bad"),
        ),
        units=table(rows, pace=1.6),
        curve=Curve(
            title="全省累计批复（万亩）",
            start=START,
            end=END,
            pace=((START, 17.32 / 61), (END, 17.32)),
            lines=(Mark(at=17.32, text="任务17.32万亩"),),
        ),
        notes=NOTES[:1],
    )


def sixty_units() -> DailyView:
    day = bad_day()
    assert day.units is not None
    rows = tuple(islice(cycle(day.units.rows), 60))
    return DailyView(
        title=day.title,
        date_line=day.date_line,
        stats=day.stats,
        meters=day.meters,
        attention=day.attention,
        units=table(rows),
        curve=day.curve,
        problem_stats=day.problem_stats,
        notes=day.notes,
        legend=day.legend,
    )


def long_names() -> DailyView:
    day = bad_day()
    assert day.units is not None
    rows = tuple(
        UnitRow(
            name=LONG_NAME[: 5 + 2 * n],
            division="自然资源所有者权益与国土空间用途管制处",
            leader="欧阳诸葛慕容",
            level=r.level,
            area=r.area and Bar(percent=r.area.percent, percent_text="1234.56%", text="1234.5678/1234.5678万亩"),
            count=r.count and Bar(percent=r.count.percent, percent_text="1000.0%", text="1234567/1234567宗"),
            change="＋1234567宗",
            change_note="＋1234.5678万亩",
            as_of=r.as_of and "数据截至2023年11月10日17时55分由单位补报",
        )
        for n, r in enumerate(day.units.rows)
    )
    return DailyView(
        title="湖北省自然资源厅“冲刺四季度”服务用地攻坚行动暨重点项目用地要素保障工作每日情况通报",
        date_line="2023年11月15日 · 第15天，共61天 · 口径截至17:55 · 本图由督办机器人自动汇总，试运行期间仅供内部参考",
        badge="试运行补发",
        stats=(
            Stat(
                label="累计批复用地总面积（含重点项目）",
                value="123,456.7890",
                unit="万亩",
                note="任务123,456.7890万亩，其中批次用地99,999万亩",
            ),
            *stats(),
        ),
        meters=(
            Meter(
                label=LONG_NAME,
                value="123,456.7890/123,456.7890万亩（100.0000%）",
                percent=140,
                marks=(
                    Mark(at=99, text="保底35万亩（12月31日前）"),
                    Mark(at=100, text="冲刺40万亩（12月31日前）"),
                    Mark(at=98, text="序时98%"),
                ),
            ),
        ),
        attention=tuple(Line(text=LONG_NAME * 5, level=level) for level in Level),
        units=UnitTable(
            rows=rows,
            head="市州、直管市和林区/责任处室/包联厅领导",
            change_head="较上一工作日变化",
            pace_percent=99.6,
            pace_text="序时进度99.6%（按工作日计）",
        ),
        curve=Curve(
            title=f"{LONG_NAME}累计批复（万亩）",
            start=START,
            end=END,
            actual=((START, 0.0), (END, 17.30)),
            pace=((START, 0.3), (END, 17.32)),
            forecast=((END, 17.30),),
            lines=(
                Mark(at=17.32, text="任务17.32万亩"),
                Mark(at=17.0, text="保底17万亩"),
                Mark(at=17.2, text="冲刺17.2万亩"),
            ),
            actual_text="截至12月31日17.30万亩",
            forecast_text="按近7个工作日推算，年底约17.30万亩，低于任务0.02万亩",
        ),
        problem_stats=tuple(Stat(label=LONG_NAME, value="123456", unit="个", note=LONG_NAME) for _ in range(5)),
        problems=(Line(text="A" * 400), Line(text="，" * 200)),
        notes=(LONG_NAME * 4,),
        legend=tuple(Line(text=LONG_NAME * 2, level=level) for level in Level),
    )


def weekly() -> WeeklyView:
    day = bad_day()
    assert day.units is not None
    return WeeklyView(
        title="“冲刺四季度”服务用地攻坚周报",
        date_line="第3期 · 11月10日至11月16日 · 口径截至11月16日16:00",
        stats=(
            Stat(label="本周批复", value="0.92", unit="万亩", note="上周0.71万亩", tone="good"),
            Stat(label="累计批复", value="3.69", unit="万亩", note="任务17.32万亩"),
            Stat(label="完成", value="21.3%", note="序时26.2%", tone="bad"),
            Stat(label="三清单", value="15/17", note="已确认"),
        ),
        meters=METERS,
        summary=(Line(text="本周全省批复138宗、0.92万亩，较上周多0.21万亩；上报162宗，在审97宗、1.02万亩。"),),
        lagging=(
            Line(text="襄阳市 低21.1个百分点（上周低15.2）", level=Level.RED),
            Line(text="恩施州 低13.3个百分点（上周低12.8）", level=Level.YELLOW),
        ),
        recovered=(Line(text="咸宁市 黄色提醒解除，达序时进度"), Line(text="仙桃市 蓝色提醒解除")),
        units=UnitTable(
            rows=day.units.rows,
            head="市州/责任处室",
            change_head="本周",
            pace_percent=26.2,
            pace_text="序时26.2%",
        ),
        curve=day.curve,
        problem_stats=day.problem_stats,
        notes=NOTES,
        legend=LEGEND,
    )


def trend() -> TrendView:
    return TrendView(
        title="恩施州用地进展走势",
        date_line="截至11月15日 · 第15天，共61天",
        stats=(
            Stat(label="累计批复", value="0.08", unit="万亩", note="任务0.71万亩"),
            Stat(label="完成", value="11.3%", note="序时24.6%", tone="bad"),
            Stat(label="宗数", value="14/120", unit="宗", note="在审6宗"),
        ),
        curves=(
            Curve(
                title="累计批复面积（万亩）",
                start=START,
                end=END,
                actual=tuple((START + dt.timedelta(days=n), 0.08 * (n / 14) ** 2) for n in range(15)),
                pace=((START, 0.0116), (END, 0.71)),
                forecast=((TODAY, 0.08), (END, 0.38)),
                lines=(Mark(at=0.71, text="任务0.71万亩"),),
                actual_text="0.08万亩",
                forecast_text="年底约0.38万亩",
            ),
            Curve(
                title="累计批复宗数（宗）",
                start=START,
                end=END,
                actual=tuple((START + dt.timedelta(days=n), float(n)) for n in range(15)),
                pace=((START, 2), (END, 120)),
                forecast=((TODAY, 14), (END, 60)),
                lines=(Mark(at=120, text="任务120宗"),),
                actual_text="14宗",
                forecast_text="年底约60宗",
            ),
        ),
        lines=(Line(text="近7个工作日日均91亩，年底前每个工作日需批复约197亩。"),),
        notes=("口径：截至11月15日17:55已登记数据。",),
    )


ALL: dict[str, Callable[[], View]] = {
    "calm": calm_day,
    "bad": bad_day,
    "leaders": lambda: bad_day(leaders=True),
    "first": day_one,
    "sixty": sixty_units,
    "long": long_names,
    "weekly": weekly,
    "trend": trend,
}
