"""Logs: events with fields, as JSON or for a console; never a text, never a secret."""

import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

import structlog

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(*, as_json: bool) -> None:
    """Log to standard error from `info` on."""
    _configure(
        structlog.processors.JSONRenderer() if as_json else _console(colors=sys.stderr.isatty()), level=logging.INFO
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def quiet() -> None:
    """Log only what went wrong: for commands whose output people read."""
    _configure(_console(colors=False), level=logging.ERROR)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _console(*, colors: bool) -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)


def _configure(shown: structlog.typing.Processor, *, level: int) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_without_values),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, Libraries)] + [Libraries(level=logging.WARNING)]


class Libraries(logging.Handler):
    """What libraries log becomes an event like ours: their sentence, without the values in it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log it."""
        sentence = str(record.msg).partition("\n")[0]
        structlog.get_logger(record.name).log(
            record.levelno, sentence, library=record.name, exc_info=record.exc_info or None
        )


def _without_values(exc_info: ExcInfo) -> str:
    """Return a traceback that shows where and what kind of fault, and no fault's own words: they may quote a text."""
    lines: list[str] = []
    for fault in reversed(list(_chain(exc_info[1]))):
        lines += traceback.format_tb(fault.__traceback__)
        lines.append(f"{type(fault).__module__}.{type(fault).__qualname__}\n")
    return "".join(lines).rstrip("\n")


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    """Yield a fault, what it came from, and so on."""
    met: set[int] = set()
    while fault is not None and id(fault) not in met:
        met.add(id(fault))
        yield fault
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
