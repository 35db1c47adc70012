"""A reading shown to people: each word in the colour of the field it gave, the records, and what was left out."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.parsing.explain import Explanation, Field, Given, Passed, Told
from storage.records import Kind, Span

STYLES = {
    Field.WORDS: "underline",
    Field.REGION: "bold blue",
    Field.COUNTY: "bold cyan",
    Field.TRACK: "bold magenta",
    Field.STAGE: "bold green",
    Field.BASIS: "bold yellow",
    Field.DATE: "dark_orange",
    Field.COUNT: "bold red",
    Field.AREA: "bold medium_purple",
    Field.PROJECT: "bold black on cyan",
    Field.CATEGORY: "bold white on red",
    Field.REF: "bold black on green",
    Field.PERSON: "bold white on magenta",
    Field.NIL: "bold black on yellow",
    Field.REASON: "italic grey50",
    Field.PASSED: "strike grey50",
}
"""A colour for each field; of words that gave several, the last one shows."""
_NAMES = {
    Field.REGION: "市州",
    Field.COUNTY: "县区",
    Field.TRACK: "类型",
    Field.STAGE: "环节",
    Field.BASIS: "口径",
    Field.DATE: "日期",
    Field.COUNT: "数量",
    Field.AREA: "面积",
    Field.PROJECT: "项目",
    Field.CATEGORY: "问题类别",
    Field.REF: "销号",
    Field.PERSON: "上门人员",
    Field.NIL: "无变化",
    Field.WORDS: "所说原话",
    Field.PASSED: "未采用",
    Field.REASON: "未采用的缘由",
}
_RECORDS = {
    "progress": "进展",
    "part": "其中",
    "problem": "问题",
    "resolution": "销号",
    "project": "项目",
    "visit": "上门服务",
    "nil": "无变化",
}
_COLUMNS = (Field.REGION, Field.COUNTY, Field.TRACK, Field.STAGE, Field.BASIS, Field.DATE, Field.COUNT, Field.AREA)
_UNSAID = {Field.REGION: "发送人", Field.DATE: "报告日"}
_KINDS = {Kind.REPORT: "报告", Kind.UNCLEAR: "需要追问", Kind.NONE: "不是报告，不产生记录"}


def show(text: str, explained: Explanation) -> Group:
    """Return an explained reading of a text for a terminal."""
    reading = explained.reading
    heading = Text(f"{_KINDS[reading.kind]}{'（更正）' if reading.correction else ''}", style="bold")
    parts: list[RenderableType] = [paint(text, explained), Text(), heading]
    counted = [told for told in explained.records if told.kind in {"progress", "part"}]
    if counted:
        parts.append(_table(text, counted))
    parts += [_line(text, told) for told in explained.records if told not in counted]
    if explained.passed:
        parts += [Text(), *(_left_out(text, passed) for passed in explained.passed)]
    return Group(*parts, Text(), _legend(explained))


def paint(text: str, explained: Explanation) -> Text:
    """Return the text with each word in the colour of what it gave."""
    painted = Text(text)
    for field, span in sorted(_painted(explained), key=lambda each: list(STYLES).index(each[0])):
        painted.stylize(STYLES[field], span[0], min(span[1], len(text)))
    return painted


def _painted(explained: Explanation) -> Iterable[tuple[Field, Span]]:
    """Return the stretches to paint, each with what it gave."""
    for told in explained.records:
        for given in told.fields:
            yield from ((given.field, span) for span in given.spans)
    for passed in explained.passed:
        yield (Field.PASSED, passed.span)
        yield from ((Field.REASON, span) for span in passed.because)


def _table(text: str, records: list[Told]) -> Table:
    """Show items of progress: each field in its colour, under it the words that gave it."""
    fields = [f for f in _COLUMNS if any(given.field is f for told in records for given in told.fields)]
    table = Table("", box=SIMPLE_HEAD, pad_edge=False)
    for field in fields:
        table.add_column(Text(_NAMES[field], style=STYLES[field]), overflow="fold")
    for told in records:
        by_field = {given.field: given for given in told.fields}
        table.add_row(_RECORDS[told.kind], *(_cell(text, by_field.get(field)) for field in fields))
    return table


def _cell(text: str, given: Given | None) -> Text:
    """Show a value and, below, the words that gave it or why it needed none."""
    if given is None:
        return Text("")
    return Text.assemble((given.value, STYLES[given.field]), "\n", _source(text, given))


def _source(text: str, given: Given) -> tuple[str, str]:
    """Quote the words that gave a field."""
    said = "".join(f"“{text[start:end].strip()}”" for start, end in given.spans)
    if said == f"“{given.value}”":
        return ("", "")
    return (said or f"（{_UNSAID.get(given.field, '默认')}）", "dim")


def _line(text: str, told: Told) -> Text:
    """Show another record on one line."""
    line = Text.assemble((_RECORDS[told.kind], "bold"), " ")
    for given in told.fields:
        if given.value:
            line.append(f" {given.value}", STYLES[given.field])
        line.append(*_source(text, given))
    return line


def _left_out(text: str, passed: Passed) -> Text:
    """Show a number that was not taken, and why."""
    start, end = passed.span
    because = "".join(f"“{text[s:e]}”" for s, e in passed.because)
    return Text.assemble(
        (_NAMES[Field.PASSED], "bold"),
        " ",
        (text[start:end], STYLES[Field.PASSED]),
        f" {passed.reason} ",
        (because, STYLES[Field.REASON]),
    )


def _legend(explained: Explanation) -> Text:
    """Name the colours that were used."""
    used = {field for field, _ in _painted(explained)}
    return Text("  ").join(Text(name, style=STYLES[field]) for field, name in _NAMES.items() if field in used)
