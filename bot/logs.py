"""Logs: events with fields, as JSON or for a console; never a text, never a secret."""

import logging
import sys

import structlog

SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

PLAIN = structlog.dev.plain_traceback
"""A traceback that shows no values: they may be texts and secrets."""


def configure(*, as_json: bool) -> None:
    """Log to standard error from `info` on."""
    shown = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=PLAIN)
    )
    tracebacks = (structlog.processors.format_exc_info,) if as_json else ()
    structlog.configure(
        processors=[*SHARED, *tracebacks, shown],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def quiet() -> None:
    """Log only what went wrong: for commands whose output people read."""
    structlog.configure(
        processors=[*SHARED, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=PLAIN)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
