"""Tables typed into a chat: a header of stages, then a row of numbers for each place."""

from bot.parsing.context import Owner
from bot.parsing.figure import Figure
from bot.parsing.lexicon import Sort
from bot.parsing.state import Column, State
from bot.parsing.tokens import Clause, Token

_HEADER = frozenset(
    {
        Sort.STAGE,
        Sort.COUNT_LABEL,
        Sort.AREA_LABEL,
        Sort.GROUP,
        Sort.COMMA,
        Sort.UNIT_LABEL,
        Sort.COLON,
        Sort.PLAIN,
        Sort.PAUSE,
        Sort.TRACK,
    },
)
_CELLS = frozenset({Sort.BARE, Sort.COUNT, Sort.AREA})


def read_header(state: State, tokens: list[Token]) -> bool:
    """Read header = { stage [ 宗数 | 面积 ] [ (unit) ] }        # 县市区 | 上报 | 批复（单位：宗）"""
    columns: list[Column] = []
    for token in tokens:
        if token.sort not in _HEADER:
            return False
        _add_column(state, columns, token)
    if sum(column.stage is not None for column in columns) < 2:
        return False
    units = state.context.units
    for column in columns:
        column.unit = column.unit or (units[0] if len(units) == 1 else "")
    state.columns = columns
    return True


def _add_column(state: State, columns: list[Column], token: Token) -> None:
    """Let one word of a header begin a column, or say its unit."""
    if token.sort is Sort.STAGE:
        columns.append(Column(token.key))
    elif token.sort in {Sort.COUNT_LABEL, Sort.AREA_LABEL} and columns:
        if columns[-1].unit:
            columns.append(Column(columns[-1].stage))
        if token.sort is Sort.COUNT_LABEL:
            columns[-1].unit = "count"
    elif token.sort is Sort.GROUP and columns:
        inside = state.text[token.start + 1 : token.end - 1].strip()
        if inside in state.vocabulary.count_units:
            columns[-1].unit = "count"
        elif inside in state.vocabulary.units:
            columns[-1].unit = str(state.vocabulary.units[inside])


def read_row(state: State, line: list[Clause]) -> bool:
    """Read row = [ place | 合计 ] number { number }        # as many as the header has columns"""
    columns = state.columns
    tokens = [token for clause in line for token in clause.tokens if token.sort is not Sort.BULLET]
    cells = [token for token in tokens if token.sort in _CELLS]
    if not columns or not cells:
        return False
    if len(cells) != len(columns) or not _is_row(tokens, cells):
        state.columns = []
        return False
    context = state.context
    place = next((token.place for token in tokens if token.sort is Sort.PLACE), None)
    context.owner = Owner(place.region, place.county) if place is not None else Owner(context.owner.region)
    basis, since, date, _ = context.resolve()
    for column, cell in zip(columns, cells, strict=True):
        figure = Figure(
            None,
            None,
            context.owner,
            context.track,
            column.stage,
            basis,
            since,
            date,
            state.sentence,
            state.line,
            spans=[(cell.start, cell.end)],
        )
        _fill(state, figure, column, cell)
    return True


def _is_row(tokens: list[Token], cells: list[Token]) -> bool:
    """Whether nothing but a place or 合计 stands beside the numbers."""
    rest = [token.sort for token in tokens if token not in cells]
    return all(sort in {Sort.PLACE, Sort.OWN, Sort.ALREADY} for sort in rest) and len(rest) <= 2


def _fill(state: State, figure: Figure, column: Column, cell: Token) -> None:
    """Put a cell's number into its figure, by its own unit or its column's."""
    assert cell.value is not None
    if cell.sort is Sort.AREA:
        figure.area_mu = cell.value
    elif cell.sort is Sort.COUNT or column.unit == "count":
        figure.count = int(cell.value)
    elif column.unit:
        figure.area_mu = cell.value * type(cell.value)(column.unit)
    else:
        state.unclear = True
        state.passed.append((cell.start, cell.end, "没有单位"))
        return
    state.enter(figure)
