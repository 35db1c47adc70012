"""The weekly report as a docx in the form of an official one, filled into a template that an office may replace."""

import dataclasses
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.papers.words import printable

if TYPE_CHECKING:
    from docx.document import Document as Docx

SHIPPED_TEMPLATE = Path(__file__).parent / "templates" / "weekly.docx"
MAX_LINES = 2_000
MAX_TEMPLATE_BYTES = 8 * 1024 * 1024
_DAWN = (1980, 1, 1, 0, 0, 0)


class MemoError(Exception):
    """A report could not be written; the message says what is wrong with its template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit's week."""

    name: str
    division: str = ""
    leader: str = ""
    week: str = ""
    total: str = ""
    percent: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One row of the list of problems."""

    number: str
    region: str
    project: str = ""
    text: str
    category: str = ""
    opened: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """One row of the list of responsibilities: the same problem, whose it is and how far they are."""

    number: str
    region: str
    division: str = ""
    person: str = ""
    status: str = ""
    progress: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One row of the list of tasks: the same problem, what is to be done by when."""

    number: str
    region: str
    task: str
    person: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyMemo:
    """The weekly report in ready words."""

    organisation: str
    title: str
    issue: str
    """第3期"""
    date: str
    """2023年11月16日"""
    status: str = ""
    """已确认15家，未确认：鄂州市、随州市"""
    summary: tuple[str, ...] = ()
    units: tuple[UnitLine, ...] = ()
    problems: tuple[ProblemLine, ...] = ()
    duties: tuple[DutyLine, ...] = ()
    tasks: tuple[TaskLine, ...] = ()
    corrections: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def write_memo(memo: WeeklyMemo, *, template: Path = SHIPPED_TEMPLATE) -> bytes:
    """Return the report as docx bytes; the same report and template give the same bytes."""
    # Imported here because start-up counts and a report is written once a week.
    import jinja2  # noqa: PLC0415
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    try:
        if template.stat().st_size > MAX_TEMPLATE_BYTES:
            raise MemoError(f"{template}: larger than {MAX_TEMPLATE_BYTES} bytes")
        document = DocxTemplate(io.BytesIO(template.read_bytes()))
        environment = SandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
        document.render({"memo": _clean(memo)}, environment, autoescape=True)
    except OSError as fault:
        raise MemoError(f"{template}: {fault.strerror}") from fault
    except (jinja2.TemplateError, ValueError, KeyError, zipfile.BadZipFile, SyntaxError) as fault:
        raise MemoError(f"{template}: {fault}") from fault
    document.docx.core_properties.title = printable(memo.title)
    return same_bytes(document.docx)


def _clean(memo: WeeklyMemo) -> dict[str, object]:
    """Return the report with every word fit for paper, as the template's tags name them."""
    return {key: _printable(value) for key, value in dataclasses.asdict(memo).items()}


def _printable(value: object) -> object:
    match value:
        case str():
            return "\n".join(map(printable, value.split("\n")))
        case dict():
            return {key: _printable(part) for key, part in value.items()}
        case tuple() | list():
            return [_printable(part) for part in value[:MAX_LINES]]
        case _:
            return value


def same_bytes(document: "Docx") -> bytes:
    """Return a document packed so that equal contents give equal bytes: fixed times, the parts in order of name."""
    saved, target = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as packed:
        # The list of types stands first, as some readers expect.
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, date_time=_DAWN)
            part.external_attr = 0o600 << 16
            packed.writestr(part, source.read(name), zipfile.ZIP_DEFLATED, 6)
    return target.getvalue()
