"""The three lists as sheets: three views of the same rows."""

from collections.abc import Sequence

from bot.papers.sheet import Book, Column, Sheet
from bot.rules.problem_lists import ListRow
from bot.rules.wording import papers, weekly
from bot.rules.wording.phrases import day_text


def three_lists(rows: Sequence[ListRow]) -> tuple[Sheet, ...]:
    """Return 问题清单, 责任清单 and 任务清单."""
    names = weekly.LISTS
    common = (Column(header="编号", width=8), Column(header="市州", width=12))
    return (
        Sheet(
            name=names[0],
            title=names[0],
            columns=(
                *common,
                Column(header="项目", width=22, wrap=True),
                Column(header="问题", width=48, wrap=True),
                Column(header="类别", width=16),
                Column(header="提出日期", width=12),
                Column(header="状态", width=20),
            ),
            rows=tuple(
                (number(r), r.region, r.project or "", r.what, r.category, day_text(r.opened), status(r)) for r in rows
            ),
        ),
        Sheet(
            name=names[1],
            title=names[1],
            columns=(
                *common,
                Column(header="责任处室", width=18),
                Column(header="责任人", width=14),
                Column(header="状态", width=20),
                Column(header="问题", width=48, wrap=True),
            ),
            rows=tuple((number(r), r.region, r.division or "", r.person or "", status(r), r.what) for r in rows),
        ),
        Sheet(
            name=names[2],
            title=names[2],
            columns=(
                *common,
                Column(header="任务", width=48, wrap=True),
                Column(header="责任人", width=14),
                Column(header="完成时限", width=12),
                Column(header="状态", width=20),
                Column(header="问题", width=40, wrap=True),
            ),
            rows=tuple(
                (number(r), r.region, r.measure or papers.TO_BE_SET, r.person or "", due(r), status(r), r.what)
                for r in rows
            ),
        ),
    )


def lists_book(rows: Sequence[ListRow], *, title: str) -> Book:
    """Return a workbook of the three lists."""
    return Book(title=title, sheets=three_lists(rows))


def number(row: ListRow) -> str:
    """Show a problem's number."""
    return f"#{row.number}"


def due(row: ListRow) -> str:
    """Show a problem's due day."""
    return day_text(row.due) if row.due else ""


def status(row: ListRow) -> str:
    """Show where a problem is, and how long it is overdue."""
    return f"{row.status.value}（逾期{row.days_overdue}天）" if row.days_overdue else row.status.value
