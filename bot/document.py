"""What is to be said, neutral: every messenger renders a Document in its own good form."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class PostKind(StrEnum):
    """What an outgoing message is for."""

    ACK = "ack"
    QUESTION = "question"
    HINT = "hint"
    REFUSAL = "refusal"
    ANSWER = "answer"
    REMINDER = "reminder"
    MISSING = "missing"
    DAILY = "daily"
    WARNING = "warning"
    WEEKLY = "weekly"
    SUMMARY = "summary"
    PROBLEM = "problem"
    ALERT = "alert"


class Severity(StrEnum):
    """How loud a message is; red goes first."""

    INFO = "info"
    NOTICE = "notice"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a header; every cell is text ready to be shown."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A picture or a file by the SHA-256 under which its bytes are kept; one not made yet has only its recipe."""

    name: str
    media_type: str
    sha256: str
    recipe: str | None = None
    """What it is made from when it is sent (`bot.papers.recipe`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One message to be said: plain words, never a messenger's markup.

    `text` is the whole of it in plain lines; title, table, picture and files are what a messenger with a richer form
    may show better. User words inside are inert until an adapter renders them, and adapters keep them inert.
    """

    lines: tuple[str, ...]
    title: str | None = None
    table: Table | None = None
    picture: File | None = None
    files: tuple[File, ...] = ()
    mentions: tuple[str, ...] = ()
    severity: Severity = Severity.INFO

    @property
    def text(self) -> str:
        """The whole message as plain text, one line below another."""
        return "\n".join((self.title, *self.lines) if self.title else self.lines)

    @property
    def attachments(self) -> tuple[File, ...]:
        """The picture, if there is one, and the files."""
        return ((self.picture,) if self.picture else ()) + self.files

    def to_json(self) -> dict[str, Any]:
        """Return the document as plain JSON values, empty parts left out."""
        full = {
            "title": self.title,
            "lines": list(self.lines),
            "table": self.table and {"header": list(self.table.header), "rows": [list(r) for r in self.table.rows]},
            "picture": self.picture and _file_json(self.picture),
            "files": [_file_json(f) for f in self.files],
            "mentions": list(self.mentions),
            "severity": None if self.severity is Severity.INFO else self.severity.value,
        }
        return {key: value for key, value in full.items() if value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Rebuild what `to_json` wrote."""
        table = data.get("table")
        picture = data.get("picture")
        return cls(
            title=data.get("title"),
            lines=tuple(data.get("lines", ())),
            table=Table(header=tuple(table["header"]), rows=tuple(tuple(r) for r in table["rows"])) if table else None,
            picture=File(**picture) if picture else None,
            files=tuple(File(**f) for f in data.get("files", ())),
            mentions=tuple(data.get("mentions", ())),
            severity=Severity(data.get("severity", Severity.INFO)),
        )


def _file_json(file: File) -> dict[str, str]:
    made = {"name": file.name, "media_type": file.media_type, "sha256": file.sha256}
    return made if file.recipe is None else made | {"recipe": file.recipe}


def say(*lines: str, mentions: tuple[str, ...] = ()) -> Document:
    """Make a document of plain lines."""
    return Document(lines=lines, mentions=mentions)
