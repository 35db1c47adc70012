"""Random days of the whole campaign: chat, picture, workbook, report and `ledger.json` hold the same figures."""

import datetime as dt
import io
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import docx
import openpyxl
import pytest

from bot import replay
from bot.document import Document, File
from bot.papers import recipe
from bot.papers.memo import WeeklyMemo, write_memo
from bot.papers.sheet import Book, write_book
from bot.papers.views import DailyView, UnitRow, WeeklyView
from bot.publish import editions
from bot.rules.figures import FigureWriter, percent
from config.campaign import Campaign
from storage.database import Database
from storage.records import Figures
from tests.office import Office

ONE_DAY = dt.timedelta(days=1)
DAYS = 4
MESSAGES_A_DAY = 6


@dataclass(frozen=True)
class Shown:
    """What is published of a moment, as it would be read."""

    daily: Document
    daily_picture: DailyView
    weekly: Document
    weekly_picture: WeeklyView
    sheet: dict[str, tuple[Any, ...]]
    report: dict[str, list[str]]
    report_words: str
    ledger: dict[str, Figures]


@pytest.mark.parametrize("seed", range(5))
async def test_on_any_day_all_papers_and_the_ledger_agree(sqlite: Database, campaign: Campaign, seed: int) -> None:
    dice = Random(seed)
    first = campaign.start + dice.randrange(campaign.days - DAYS) * ONE_DAY
    office = await Office.open(sqlite, campaign, at=dt.datetime.combine(first, dt.time(8)))

    for n in range(DAYS):
        await a_day(office, first + n * ONE_DAY, dice)
        shown = await published(office)

        assert shown.ledger
        for region in campaign.regions:
            agree_on_a_unit(shown, region, campaign)
        agree_on_the_whole(shown, campaign)


async def a_day(office: Office, day: dt.date, dice: Random) -> None:
    """Let some units report, most in time, some late or wrong, and the others not at all; end after the digest."""
    moments = sorted(dice.sample(range(9 * 60, 18 * 60 + 30), MESSAGES_A_DAY))
    regions = dice.sample(office.campaign.regions, MESSAGES_A_DAY)
    for minute, region in zip(moments, regions, strict=True):
        await office.until(f"{day:%m-%d} {minute // 60:02}:{minute % 60:02}")
        count, area_mu = dice.randrange(1, 4), dice.randrange(10, 900)
        for text in said(count, area_mu, dice):
            await office.says(region, text)
    await office.until(f"{day:%m-%d} 18:{dice.randrange(31, 59)}")


def said(count: int, area_mu: int, dice: Random) -> tuple[str, ...]:
    """Return what a unit says on a day: progress, a standing, nothing new, what was forgotten, a correction."""
    progress = f"今日批复{count}宗{area_mu}亩，上报{count + 1}宗"
    return dice.choice(
        (
            (progress,),
            (f"{progress}。问题：占补平衡指标不足",),
            (f"累计批复{count + 20}宗{area_mu + 1000}亩",),
            ("无",),
            (f"昨日批复{count}宗{area_mu}亩",),
            (progress, f"更正：今日批复{count + 1}宗{area_mu + 37}.5亩"),
            (progress, "撤回"),
        )
    )


async def published(office: Office) -> Shown:
    """Compose the day's digest and the weekly as they would go out now, and read the papers that they promise."""
    rules = office.service.office
    drawing = type(rules)(campaign=rules.campaign, duty=rules.duty, pacing=rules.pacing, has_pictures=True)
    now = office.clock.now()
    async with office.database.transaction(reading=True) as tx:
        daily = (await editions.daily(tx, drawing, day=now.date(), at=now)).document
        weekly = (await editions.weekly_edition(tx, drawing, day=now.date(), at=now)).document
    book, memo = (made(file) for file in weekly.files)
    daily_picture, weekly_picture = made(daily.picture), made(weekly.picture)
    assert isinstance(book, Book)
    assert isinstance(memo, WeeklyMemo)
    assert isinstance(daily_picture, DailyView)
    assert isinstance(weekly_picture, WeeklyView)
    sheet = openpyxl.load_workbook(io.BytesIO(write_book(book)))["进展"]
    report = docx.Document(io.BytesIO(write_memo(memo)))
    state = await replay._ledger(office.service, as_of=now.date(), at=now, first=office.campaign.start)
    return Shown(
        daily=daily,
        daily_picture=daily_picture,
        weekly=weekly,
        weekly_picture=weekly_picture,
        sheet={str(row[0]): row for row in sheet.iter_rows(values_only=True)},
        report={row.cells[0].text: [cell.text for cell in row.cells] for row in report.tables[0].rows},
        report_words="\n".join(paragraph.text for paragraph in report.paragraphs),
        ledger={
            row["region"]: Figures(count=row["count"], area_mu=row["area_mu"] and Decimal(row["area_mu"]))
            for row in state["standings"]
            if (row["track"], row["stage"]) == ("batch", "approved")
        },
    )


def made(file: File | None) -> object:
    assert file is not None
    return recipe.read(file.recipe or "")


def agree_on_a_unit(shown: Shown, region: str, campaign: Campaign) -> None:
    """Hold every place that names a unit against the ledger's figures, written once more."""
    writer, target = FigureWriter(measures=campaign.measures), campaign.target(region, "batch")
    stands = shown.ledger.get(region, Figures())
    daily, weekly, sheet, report = (
        row_of(shown.daily_picture, region),
        row_of(shown.weekly_picture, region),
        shown.sheet[region],
        shown.report[region],
    )

    area = "" if stands.area_mu is None else writer.area_of(stands.area_mu, target.area_mu)
    count = "" if stands.count is None else f"{stands.count}/{target.count}宗"
    for row in (daily, weekly):
        assert row.area is not None
        assert row.count is not None
        assert (row.area.text, row.count.text) == (area, count), region
    assert report[3].split("\n") == [text for text in (count, area) if text] or report[3] == "尚无数据"
    assert sheet[4] == stands.count
    assert sheet[6] == (None if stands.area_mu is None else float(stands.area_mu / 10_000))

    assert target.area_mu is not None
    if stands.area_mu is not None:
        share = percent(Fraction(stands.area_mu) / Fraction(target.area_mu))
        assert daily.area is not None
        assert daily.area.percent_text == report[4] == share == f"{Decimal(str(sheet[8])) * 100:.1f}%"

    gained = Figures(count=sheet[2] or None, area_mu=None if not sheet[3] else Decimal(str(sheet[3])))
    added = writer.added(gained)
    assert report[2] == (added.replace("、", "\n") or "—")
    if not weekly.as_of:
        assert "、".join(filter(None, (weekly.change, weekly.change_note))) == (added or "—")


def agree_on_the_whole(shown: Shown, campaign: Campaign) -> None:
    """Hold the headline figures against the sum of the ledger's lines."""
    writer = FigureWriter(measures=campaign.measures)
    areas = [figures.area_mu for figures in shown.ledger.values() if figures.area_mu is not None]
    whole = writer.area(sum(areas, Decimal(0)))

    assert f"累计批复{whole}，占任务17.32万亩" in shown.daily.lines[0]
    assert shown.weekly.lines[0].split("；")[0] == shown.daily.lines[0].split("；")[0]
    assert shown.weekly.lines[0].removeprefix("一、") in shown.report_words
    for stats in (shown.daily_picture.stats, shown.weekly_picture.stats):
        assert f"累计批复{whole}" in {f"{stat.label}{stat.value}{stat.unit}" for stat in stats}
    for curve in (shown.daily_picture.curve, shown.weekly_picture.curve):
        assert curve is not None
        assert curve.actual[-1][1] == float(sum(areas, Decimal(0)) / 10_000)
        assert curve.actual_text == whole


def row_of(view: DailyView | WeeklyView, region: str) -> UnitRow:
    assert view.units is not None
    return next(row for row in view.units.rows if row.name == region)
