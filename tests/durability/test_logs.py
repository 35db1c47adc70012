"""Logs tell what happened to which message, and never what was said."""

import asyncio
import io
import json
import logging
from typing import Any

import pytest
import structlog
from sqlalchemy import insert

from bot import logs
from bot.demo import cast
from bot.handle import Clerk
from bot.messengers.base import ChatKind, Inbound
from storage.database import FAULTS, Database
from storage.tables import inbox
from tests.office import Office

TEXT = "推送 日报"


@pytest.fixture(params=["json", "console"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what a service logs, in either form."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure(as_json=request.param == "json")
    return written


class Quoting:
    """Whoever pushes by hand, with a bug whose words quote what was said, and that of another bug before it."""

    def __getattr__(self, name: str) -> Any:
        try:
            int(TEXT)
        except ValueError as fault:
            raise RuntimeError(f"cannot read {TEXT}") from fault


async def test_a_bug_that_quotes_a_text_is_logged_with_its_place_and_without_the_text(
    office: Office, logged: io.StringIO
) -> None:
    clerk = Clerk(
        office.service.office, database=office.database, clock=office.clock, press=Quoting(), answers_a_minute={}
    )
    sender = office.id_of("管理员")
    said = Inbound(
        message_id="m1",
        chat_id=sender,
        chat_kind=ChatKind.DIRECT,
        sender_id=sender,
        text=TEXT,
        sent_at=office.clock.now(),
    )
    await office.service.door.keep(cast.MESSENGER, said)

    while await clerk.handle_next():
        pass

    told = logged.getvalue()
    assert all(word in told for word in ("m1", "builtins.ValueError", "builtins.RuntimeError", "test_logs.py"))
    assert TEXT not in told


async def test_a_row_that_the_database_refuses_is_not_shown(database: Database, logged: io.StringIO) -> None:
    """PostgreSQL names the whole row in the detail of its error."""
    try:
        async with database.transaction() as tx:
            await tx.execute(insert(inbox).values(campaign="c", messenger="generic", message_id="m1", text=TEXT))
    except FAULTS as fault:
        structlog.get_logger("test").exception("failed", fault=type(fault).__name__)

    assert "sqlalchemy.exc.IntegrityError" in logged.getvalue()
    assert TEXT not in logged.getvalue()


async def test_what_libraries_log_is_an_event_like_ours_without_its_values(logged: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError(TEXT)

    logging.getLogger("aiohttp.server").error("Error handling request from %s", TEXT)
    logging.getLogger("aiohttp.access").info("%s", TEXT)
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task  # asyncio tells of a fault that nobody asked for

    told = logged.getvalue()
    assert "Error handling request from %s" in told
    assert "Task exception was never retrieved" in told
    assert TEXT not in told
    if told.startswith("{"):
        assert [json.loads(line)["level"] for line in told.splitlines()] == ["error", "error"]
