"""Tables typed or pasted into a chat: a header, then rows of as many cells.

What a figure is of (step, period, track, unit of measure, owner) is said by its column's head and its row's label.
"""

import re
from itertools import pairwise

from bot.parsing.context import HowItStands, Owner
from bot.parsing.figure import Figure
from bot.parsing.headings import all_tokens
from bot.parsing.reasons import NO_UNIT
from bot.parsing.sorts import Sort
from bot.parsing.state import Column, State
from bot.parsing.tokens import Clause, Token
from bot.parsing.units import unit_in
from storage.records import Basis

_HEAD_WORDS = frozenset(
    {
        Sort.STAGE,
        Sort.COUNT_LABEL,
        Sort.AREA_LABEL,
        Sort.GROUP,
        Sort.UNIT_LABEL,
        Sort.PLAIN,
        Sort.TRACK,
        Sort.PERIOD,
        Sort.CUMULATIVE,
        Sort.ALREADY,
        Sort.NEW,
        Sort.PLACE,
        Sort.OWN,
        Sort.TARGET,
        Sort.LEFT,
        Sort.COMPARE,
        Sort.DONE,
        Sort.STANDS,
        Sort.PROJECT,
        Sort.PAUSE,
    },
)
_LABEL_WORDS = frozenset(
    {
        Sort.STAGE,
        Sort.PLACE,
        Sort.OWN,
        Sort.PERIOD,
        Sort.CUMULATIVE,
        Sort.ALREADY,
        Sort.TRACK,
        Sort.NEW,
        Sort.COUNT_LABEL,
        Sort.AREA_LABEL,
        Sort.GROUP,
        Sort.PLAIN,
        Sort.DONE,
    },
)
_LEFT_OUT = frozenset({Sort.TARGET, Sort.LEFT, Sort.COMPARE})
_FIGURES = frozenset({Sort.COUNT, Sort.AREA, Sort.BARE})
_NO_CELL = frozenset({"", "-", "--", "—", "——", "/", "\\"})
_NOTHING = frozenset({"无", "没有", "暂无"})
_NUMBERS = frozenset({"序号", "编号", "#", "no", "no."})
_SUMS = ("合计", "小计", "总计", "共计")
_PIPES, _SPACES, _COMMAS = re.compile(r"\|"), re.compile(r" +"), re.compile(r"[,，]")
_MOST_CELLS = 24


class Cell:
    """One cell of a line: its words, and the tokens in it."""

    __slots__ = ("text", "tokens")

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text.strip()
        self.tokens = tokens

    def figures(self) -> list[Token]:
        """Return the numbers that stand in it."""
        return [token for token in self.tokens if token.sort in _FIGURES]


def read_header(state: State, line: list[Clause], following: list[Clause] | None) -> bool:
    """Read header = label { column }        # 县市区 | 今日上报 | 批复宗数 | 面积（亩）, over a row of as many cells"""
    if following is None or any(token.sort in _FIGURES for clause in line for token in all_tokens(clause)):
        return False
    said = state.text[line[0].start : line[-1].end]
    split = _separator(said)
    if split is None:
        return False
    heads, row = _cells(state, line, split), _cells(state, following, split)
    if said.startswith(" ") and len(heads) + 1 == len(row) and not row[0].figures():
        heads.insert(0, Cell("", []))  # nothing stands over the rows' labels
    if not 2 <= len(heads) == len(row) <= _MOST_CELLS or _is_only_a_day(heads):
        return False
    numbered = heads[0].text in _NUMBERS
    if numbered:
        heads, row = heads[1:], row[1:]
    if not all(_HEAD_WORDS.issuperset(t.sort for t in cell.tokens) for cell in heads[1:]):
        return False
    columns = [_column(state, cell) for cell in heads]
    _give_on(columns)
    filled = [column for column, cell in zip(columns, row, strict=True) if cell.figures()]
    staged = any(column.stage for column in filled) or any(t.sort is Sort.STAGE for cell in row for t in cell.tokens)
    unlabelled = bool(row[0].figures()) and not (columns[0].stage or columns[0].left_out)
    if len(filled) < 1 or unlabelled or not (staged or state.base_stage) or not all(c.says() for c in filled):
        return False
    state.columns, state.splitter = columns, split
    state.numbered, state.table_from = numbered, len(state.figures)
    place = next((t.place for t in heads[0].tokens if t.sort is Sort.PLACE and t.place is not None), None)
    if place is not None:
        state.context.owner = Owner(place.region, place.county)
        state.base_county = place.county
    return True


def _is_only_a_day(heads: list[Cell]) -> bool:
    """Whether a line is a date with an ornament before it: 📅 2023-11-17."""
    return len(heads) == 2 and heads[0].text != "" and not re.search(r"\w", heads[0].text) and _is_day(heads[1])


def _is_day(cell: Cell) -> bool:
    return [token.sort for token in cell.tokens] == [Sort.PERIOD]


def _separator(text: str) -> re.Pattern[str] | None:
    """Return what stands between the cells of a header: pipes, else spaces, else commas."""
    if "|" in text:
        return _PIPES
    if ":" in text or ";" in text or "。" in text:
        return None
    if " " in text.strip():
        return _SPACES
    return _COMMAS if len(_COMMAS.findall(text)) > 1 else None


def _cells(state: State, line: list[Clause], split: re.Pattern[str]) -> list[Cell]:
    """Cut a line into its cells."""
    tokens = [token for clause in line for token in clause.tokens]
    start, end = line[0].start, line[-1].end
    while end > start and state.text[end - 1] in " |":
        end -= 1
    while start < end and state.text[start] in " |":
        start += 1
    cells: list[Cell] = []
    begin = start
    for mark in [*split.finditer(state.text, start, end), None]:
        upto = end if mark is None else mark.start()
        cells.append(Cell(state.text[begin:upto], [t for t in tokens if begin <= t.start < upto]))
        begin = end if mark is None else mark.end()
        if len(cells) > _MOST_CELLS:
            break
    return cells


def _column(state: State, cell: Cell) -> Column:
    """Read what a head or a label says of the figures in its column or row."""
    said = Column(None)
    for token in cell.tokens:
        if token.sort is Sort.STAGE:
            said.stage = token.key
        elif token.sort is Sort.TRACK:
            said.track = token.key
        elif token.sort is Sort.PLACE and token.place is not None:
            said.owner = Owner(token.place.region, token.place.county)
        elif token.sort is Sort.OWN:
            said.owner = Owner(state.context.owner.region, None, seat=token.key == "seat")
        elif token.sort is Sort.COUNT_LABEL:
            said.unit = "count"
        elif token.sort is Sort.GROUP:
            said.unit = unit_in(state, token) or said.unit
        elif token.sort in _LEFT_OUT:
            said.left_out = True
    said.area = said.area or any(token.sort is Sort.AREA_LABEL for token in cell.tokens)
    said.left_out = said.left_out or cell.text in {"备注", "完成率", "占比", *_NUMBERS}
    said.sums = cell.text.startswith(_SUMS)
    said.standing = _standing(state, cell)
    return said


def _standing(state: State, cell: Cell) -> HowItStands | None:
    """Read 今日, 本周 or 累计 in a head or label."""
    context = state.context
    if any(token.sort is Sort.CUMULATIVE or token.text in {"已", "目前"} for token in cell.tokens):
        return Basis.CUMULATIVE, None, context.standing.stands_at or context.today, False
    for token in cell.tokens:
        if token.sort is Sort.PERIOD:
            period = context.settle_period(token.text)
            if period is not None and period.first is not None and period.last is not None:
                return Basis.INCREMENT, period.first, period.last, False
        elif token.sort is Sort.NEW:
            return Basis.INCREMENT, context.today, context.today, False
    return None


def _give_on(columns: list[Column]) -> None:
    """Let 批复宗数 | 面积（亩） be of one step and time: what the second head leaves out, the first gives."""
    for before, column in pairwise(columns):
        follows = column.area or column.unit not in {"", "count"}
        if follows and column.stage is None and before.unit in {"", "count"} and not before.area:
            column.stage = before.stage
            column.standing = column.standing or before.standing
            column.track = column.track or before.track


def read_row(state: State, line: list[Clause]) -> bool:
    """Read row = label { number }        # as many cells as the header has"""
    columns = state.columns
    if not columns:
        return False
    assert state.splitter is not None
    cells = _cells(state, line, state.splitter)
    if cells[0].text.startswith(_SUMS):
        cells[1:1] = [Cell("", [])] * (len(columns) - len(cells))  # empty cells between spaces are not seen
    if state.numbered and len(cells) == len(columns) + 1:
        del cells[1 if cells[0].text.startswith(_SUMS) and not cells[1].text else 0]
    if (
        len(cells) != len(columns)
        or not any(cell.figures() for cell in cells[1:])
        or (cells[0].figures() and not (columns[0].stage or columns[0].left_out))
    ):
        state.columns = []
        return False
    labels = [cell for cell in cells if not cell.figures() and not cell.text.isdigit()]
    if not all(_LABEL_WORDS.issuperset(t.sort for t in cell.tokens) for cell in labels[:1]):
        state.columns = []
        return False
    row = _column(state, Cell(" ".join(c.text for c in labels), [t for c in labels for t in c.tokens]))
    if row.left_out or any(token.sort is Sort.WHOLE for cell in labels for token in cell.tokens):
        return True
    state.sentence += 1
    owner, several = state.context.owner, sum(column.sums for column in columns)
    last: Figure | None = None
    for column, cell in zip(columns, cells, strict=True):
        if cell.text in _NO_CELL or column.left_out or (several and column.sums):
            continue
        last = _read_cell(state, row, column, cell, owner=owner, before=last)
    return True


def _read_cell(
    state: State, row: Column, column: Column, cell: Cell, *, owner: Owner, before: Figure | None
) -> Figure | None:
    """Make the figure of one cell, or give its area to the count in the cell before."""
    context = state.context
    stage = column.stage or row.stage or context.stage or state.base_stage
    figures = cell.figures()
    if stage is None or not (figures or cell.text in _NOTHING):
        return before
    basis, since, date, _ = _stands(state, row, column)
    whose = row.owner or column.owner or (Owner(owner.region) if row.sums else owner)
    track = column.track or row.track or context.track
    figure = Figure(None, None, whose, track, stage, basis, since, date, state.sentence, state.line)
    figure.track_said = track is not None
    figure.void = "是目标任务" if context.void else ""
    if row.sums and len({f.track for f in state.figures[max(state.table_from, len(state.figures) - 60) :]}) > 1:
        figure.void = "只是合计"
    figure.spans = [(token.start, token.end) for token in figures] or [(0, 0)]
    for token in figures:
        _fill(state, figure, column.unit or row.unit, token, area=column.area or row.area)
    if not figures:
        figure.count = 0
    if before is not None and figure.count is None and before.area_mu is None and before.key() == figure.key():
        before.area_mu = figure.area_mu
        before.spans += figure.spans
        return before
    if figure.count is not None or figure.area_mu is not None:
        state.enter(figure)
    return figure


def _stands(state: State, row: Column, column: Column) -> HowItStands:
    """Return how a cell's figure stands: as its column and row say, else as what is in force."""
    context = state.context
    base, period = context.standing, context.standing.period
    default: HowItStands = (Basis.INCREMENT, context.today, context.today, False)
    if base.basis is Basis.CUMULATIVE:
        default = (Basis.CUMULATIVE, None, base.stands_at or context.today, False)
    elif period is not None and period.first is not None and period.last is not None:
        default = (Basis.INCREMENT, period.first, period.last, False)
    if row.standing is None or column.standing is None:
        return column.standing or row.standing or default
    if column.standing[0] is Basis.CUMULATIVE:
        return Basis.CUMULATIVE, column.standing[1], row.standing[2], False
    if row.standing[0] is Basis.CUMULATIVE:
        return Basis.CUMULATIVE, None, column.standing[2], False  # 日期 11月17日⏎累计批复 18宗
    return column.standing


def _fill(state: State, figure: Figure, unit: str, token: Token, *, area: bool) -> None:
    """Put a number into its figure, by its own unit, or its column's, its row's or the heading's."""
    assert token.value is not None
    units = state.context.units
    if token.sort is Sort.BARE and not unit:
        areas = [known for known in units if known != "count"]
        unit = areas[0] if area and areas else units[0] if len(units) == 1 and not area else ""
    if token.sort is Sort.AREA:
        figure.area_mu = token.value
    elif token.sort is Sort.COUNT or (unit == "count" and token.value == token.value.to_integral_value()):
        figure.count = int(token.value)
    elif unit and unit != "count":
        figure.area_mu = token.value * type(token.value)(unit)
    else:
        state.unclear = True
        state.passed.append((token.start, token.end, NO_UNIT))
