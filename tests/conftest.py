"""What every test may ask for: the default campaign, a real database of either kind, and an office to talk to."""

import datetime as dt
import itertools
import logging
import os
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.logs import Libraries
from config.campaign import Campaign, load
from storage.database import Database
from tests import postgres
from tests.office import Office

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
"""Workers may share one server of PostgreSQL: each names its databases after itself."""
TEMPLATE = f"duban_template_{WORKER}"
_numbers = itertools.count()
LONGEST = (
    "tests/scenarios/test_replay.py",
    "tests/cli/test_cli.py",
    "tests/deploy/test_compose.py",
    "tests/durability/test_kill.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that take longest begin first: no worker shall end alone with one of them."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return load()


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """Let every test begin with the library's own logging, which a failing test prints."""
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, Libraries)]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Yield the URL of a running server that has a migrated template database."""
    with postgres.server() as url:
        postgres.run_sql(url, f"DROP DATABASE IF EXISTS {TEMPLATE}")
        postgres.run_sql(url, f"CREATE DATABASE {TEMPLATE}")
        postgres.migrate(postgres.named(url, TEMPLATE))
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the URL of a fresh database of the current schema."""
    name = f"duban_{WORKER}_{next(_numbers)}"
    postgres.run_sql(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    postgres.run_sql(postgres_server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield postgres.named(postgres_server, name)
    postgres.run_sql(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated database file that tests begin with copies of."""
    path = tmp_path_factory.mktemp("template") / "duban.db"
    postgres.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of a fresh database of the current schema."""
    shutil.copy(sqlite_template, tmp_path / "duban.db")
    return f"sqlite:///{tmp_path}/duban.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a fresh database: the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def second_postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the URL of a PostgreSQL database without tables, beside a test's own."""
    name = f"duban_{WORKER}_second"
    postgres.run_sql(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    postgres.run_sql(postgres_server, f"CREATE DATABASE {name}")
    yield postgres.named(postgres_server, name)
    postgres.run_sql(postgres_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database without tables, beside a test's own: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/second.db"
    url: str = request.getfixturevalue("second_postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Yield a fresh database of the current schema, once of each kind."""
    opened = Database(database_url)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """Yield a fresh SQLite database, for what does not depend on the kind."""
    opened = Database(sqlite_url, durable=False)
    await opened.migrate()
    yield opened
    await opened.close()


@pytest.fixture
async def office(sqlite: Database, campaign: Campaign) -> Office:
    """Return an office on the fifteenth day of the campaign, a Wednesday, at nine."""
    return await Office.open(sqlite, campaign, at=dt.datetime(2023, 11, 15, 9, 0))  # noqa: DTZ001 local time


@pytest.fixture
def unused_tcp_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
