"""A reading shown to people: the text with what was taken in colour, the records, and what was passed over and why."""

from collections.abc import Iterable
from itertools import chain

from rich.console import Group
from rich.text import Text

from bot.parsing.lines import area_to_text
from config.campaign import Campaign
from storage.records import Basis, Kind, Progress, Reading, Span

STYLES = {
    "progress": "bold green",
    "part": "green",
    "problem": "bold red",
    "resolution": "bold cyan",
    "project": "bold blue",
    "visit": "bold magenta",
    "nil": "bold yellow",
    "passed": "dim strike",
}
_NAMES = {
    "progress": "进展",
    "part": "其中",
    "problem": "问题",
    "resolution": "销号",
    "project": "项目",
    "visit": "上门服务",
    "nil": "零报告",
    "passed": "未采用",
}
_KINDS = {Kind.REPORT: "报告", Kind.UNCLEAR: "需要追问", Kind.NONE: "不是报告"}


def show(text: str, reading: Reading, campaign: Campaign) -> Group:
    """Return a reading of a text for a terminal."""
    heading = Text(f"{_KINDS[reading.kind]}{'（更正）' if reading.correction else ''}", style="bold")
    parts: list[Text] = [paint(text, reading), Text(), heading]
    parts += [_line(kind, words) for kind, words in describe(reading, campaign)]
    parts += [_line("passed", f"{text[p.span[0] : p.span[1]]}：{p.reason}") for p in reading.passed_over]
    parts.append(Text(" ").join(Text(_NAMES[kind], style=style) for kind, style in STYLES.items()))
    return Group(*parts)


def paint(text: str, reading: Reading) -> Text:
    """Return the text with the words of each record in its colour."""
    painted = Text(text)
    for kind, span in _spans(reading):
        painted.stylize(STYLES[kind], span[0], min(span[1], len(text)))
    return painted


def describe(reading: Reading, campaign: Campaign) -> list[tuple[str, str]]:
    """Return each record as its kind and a line of plain words."""
    lines = [("part" if item.part else "progress", _progress(item, campaign)) for item in reading.progress]
    lines += [("problem", f"{p.region} {campaign.category(p.category).name}：{p.text}") for p in reading.problems]
    lines += [("resolution", f"{r.region} {r.ref or r.category or ''}".strip()) for r in reading.resolutions]
    lines += [("project", f"{p.region} {p.project} {campaign.stage(p.stage).name} {p.date}") for p in reading.projects]
    lines += [("visit", " ".join(filter(None, (v.region, v.division, v.leader, str(v.date))))) for v in reading.visits]
    lines += [("nil", f"{n.region} {n.date}") for n in reading.nil]
    return lines


def _progress(item: Progress, campaign: Campaign) -> str:
    """Say one item: 武汉市 江夏区 批次用地 批复 11-15 3宗 1200亩."""
    measures = campaign.measures
    period = f"累计至 {item.date}" if item.basis is Basis.CUMULATIVE else str(item.date)
    if item.since is not None and item.since != item.date:
        period = f"{item.since} 至 {item.date}"
    count = "" if item.count is None else f"{item.count}{measures.count.name}"
    area = "" if item.area_mu is None else f"{area_to_text(item.area_mu)}{measures.area.name}"
    track, stage = campaign.track(item.track).name, campaign.stage(item.stage).name
    return " ".join(filter(None, (item.region, item.county, track, stage, period, count, area)))


def _line(kind: str, words: str) -> Text:
    return Text.assemble((f"{_NAMES[kind]} ", STYLES[kind]), words)


def _spans(reading: Reading) -> Iterable[tuple[str, Span]]:
    """Return the stretches of text to paint, the widest kinds first."""
    return chain(
        (("problem", span) for p in reading.problems for span in p.spans),
        (("resolution", span) for r in reading.resolutions for span in r.spans),
        (("visit", span) for v in reading.visits for span in v.spans),
        (("project", span) for p in reading.projects for span in p.spans),
        (("nil", span) for n in reading.nil for span in n.spans),
        (("part" if i.part else "progress", span) for i in reading.progress for span in i.spans),
        (("passed", p.span) for p in reading.passed_over),
    )
