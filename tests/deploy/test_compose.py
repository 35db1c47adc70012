"""What compose.yaml and the Dockerfile say is what works: started as processes, fed, and restarted one by one."""

import asyncio
import configparser
import datetime as dt
import fnmatch
import json
import signal
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import typer

from bot import server
from bot.__main__ import app
from config.campaign import load
from storage import ledger
from storage.database import Database
from tests import postgres
from tests.deploy import composed
from tests.deploy.composed import Container
from tests.durability import outside
from tests.durability.outside import ROOT

DAY = dt.date(2023, 11, 15)
SENT_AT = f"{DAY}T10:00:00+08:00"


@pytest.fixture
def empty_url(postgres_server: str) -> Iterator[str]:
    """Yield the URL of a database in which nothing is, as on the first day."""
    postgres.run_sql(postgres_server, "DROP DATABASE IF EXISTS duban_composed WITH (FORCE)")
    postgres.run_sql(postgres_server, "CREATE DATABASE duban_composed")
    yield postgres.named(postgres_server, "duban_composed")
    postgres.run_sql(postgres_server, "DROP DATABASE IF EXISTS duban_composed WITH (FORCE)")


@pytest.fixture
def outer(tmp_path: Path, empty_url: str) -> dict[str, str]:
    """Return what differs here from a Docker host, and what its .env would say."""
    (tmp_path / "campaign.toml").write_text(outside.roomy_campaign(), encoding="utf-8")
    (tmp_path / "roster.toml").write_text(outside.roster(load()), encoding="utf-8")
    return {
        "DUBAN_DATABASE_URL": empty_url,
        "DUBAN_CAMPAIGN": str(tmp_path / "campaign.toml"),
        "DUBAN_ROSTER": str(tmp_path / "roster.toml"),
        "DUBAN_CLOCK": SENT_AT,
        "DUBAN_GENERIC__SECRET": outside.SECRET,
    }


def containers(outer: dict[str, str], folder: Path) -> list[Container]:
    found = []
    for name, plan in composed.services().items():
        if name != "postgres":
            environment = plan["environment"] | outer | {"DUBAN_SPOOL_DIR": str(folder / name)}
            found.append(Container(name, plan, environment, log=folder / f"{name}.log"))
    return found


async def test_the_services_of_compose_yaml_begin_with_an_empty_database_and_are_restarted_without_loss(
    outer: dict[str, str], tmp_path: Path
) -> None:
    image = composed.stages()[-1]
    all_of_them = containers(outer, tmp_path)
    doors = [one for one in all_of_them if one.hears]
    async with outside.receiving() as receiver, aiohttp.ClientSession() as http:
        for one in all_of_them:
            one.environment["DUBAN_GENERIC__PUSH_URL"] = receiver.url
        ends, said = [], 0
        await asyncio.gather(*(one.start() for one in all_of_them))
        try:
            healthy = await asyncio.gather(*(one.healthy(http, image) for one in all_of_them))
            pages = [await _pages(http, one) for one in all_of_them]
            for one in (doors[0], all_of_them[-1]):
                feeding = asyncio.create_task(_say(http, doors, range(said, said + 8)))
                ends.append(await _restart(http, one))
                await feeding
                said += 8
            await receiver.wait_for(said)
        finally:
            ends += await asyncio.gather(*(_stop(one) for one in all_of_them))

    assert (len(doors), all(healthy)) == (2, True)
    assert pages == [(200, 200, 401 if one.hears else 404) for one in all_of_them]
    assert ends == [0] * 6
    assert set(receiver.times().values()) == {1}
    assert len(receiver.arrived) == said
    assert await _standing(outer["DUBAN_DATABASE_URL"]) == (said, Decimal(60 * said))
    _logged_as_json(all_of_them)


async def _pages(http: aiohttp.ClientSession, one: Container) -> tuple[int, ...]:
    """Return how the pages of health answer, and the door to an unsigned call."""
    url = f"http://127.0.0.1:{one.port}"
    async with (
        http.get(f"{url}/readyz") as ready,
        http.get(f"{url}/metrics") as metrics,
        http.post(f"{url}/webhooks/generic", data=b"{}") as call,
    ):
        return ready.status, metrics.status, call.status


async def _say(http: aiohttp.ClientSession, doors: list[Container], numbers: range) -> None:
    """Say something through both doors in turn; what one does not take is said to the other, as a proxy does."""
    body = outside.message(chat="city/恩施州", sender="u-恩施州", text="又批复1宗、60亩", sent_at=SENT_AT)
    for number in numbers:
        turn = number
        async with asyncio.timeout(outside.START_S):
            url = f"http://127.0.0.1:{doors[turn % 2].port}/webhooks/generic"
            while await outside.say(http, url, f"m{number}", body) != 200:
                turn += 1
                url = f"http://127.0.0.1:{doors[turn % 2].port}/webhooks/generic"


async def _restart(http: aiohttp.ClientSession, one: Container) -> int:
    code = await _stop(one)
    await one.start()
    assert one.served is not None
    assert await one.served.ready(http)
    return code


async def _stop(one: Container) -> int:
    """Stop a container as Docker does: it is killed when it takes longer than its grace."""
    assert one.served is not None
    async with asyncio.timeout(float(one.plan["stop_grace_period"].removesuffix("s"))):
        return await one.served.end(signal.SIGTERM)


async def _standing(url: str) -> tuple[int | None, Decimal | None]:
    database = Database(url)
    async with database.transaction(reading=True) as tx:
        found = await ledger.standings(tx, "hubei-2023q4", as_of=DAY, stages=["approved"])
    await database.close()
    figures = found["恩施州", "batch", "approved"][1]
    return figures.count, figures.area_mu


def _logged_as_json(all_of_them: list[Container]) -> None:
    """Hold every line that was logged against what is promised of logs: an event each, no text and no secret."""
    lines = [line for one in all_of_them for line in one.log.read_text(encoding="utf-8").splitlines()]
    events = [json.loads(line) for line in lines]
    handled = {event["inbox_id"] for event in events if event["event"] == "message handled"}

    assert handled == {e["inbox_id"] for e in events if e["event"] == "delivered"}
    assert not [line for line in lines if "批复" in line or outside.SECRET in line]


def test_every_service_reaches_the_database_that_is_beside_it() -> None:
    plans = composed.services()
    kept = plans.pop("postgres")["environment"]

    for plan in plans.values():
        url = urlsplit(plan["environment"]["DUBAN_DATABASE_URL"])
        assert (url.hostname, url.username, url.password) == (
            "postgres",
            kept["POSTGRES_USER"],
            kept["POSTGRES_PASSWORD"],
        )
        assert url.path == f"/{kept['POSTGRES_DB']}"
        assert plan["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert all(one.endswith(":8080") and one.startswith("127.0.0.1:") for one in plan.get("ports", []))


def test_whoever_hears_may_write_to_a_spool_of_its_own() -> None:
    """A new volume belongs to root, unless the image has the folder with another owner."""
    image = composed.stages()[-1]
    (user,) = image.said("USER")
    made = [command for run in image.said("RUN") for command in composed.words(run) if command[0] == "install"]
    volumes = []

    for plan in composed.services().values():
        if "ports" in plan:
            spool = plan["environment"]["DUBAN_SPOOL_DIR"]
            volumes += [one.removesuffix(f":{spool}") for one in plan["volumes"] if one.endswith(f":{spool}")]
            assert [c for c in made if f"--owner={user}" in c and c[-1] == spool]

    assert len(set(volumes)) == 2


def test_the_image_is_built_from_everything_that_the_package_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    copied = {name for rest in composed.stages()[0].said("COPY") for name in rest.split()[:-1]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    packages = {name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]}
    named = {"pyproject.toml", "constraints.txt", project["project"]["readme"], *project["project"]["license-files"]}

    assert copied == packages | named == let_through


def test_every_file_beside_the_code_is_installed_with_it() -> None:
    """The image has what setuptools installs, and nothing of the folder that it was built in."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    left_out = []

    for package, patterns in tools["package-data"].items():
        for path in (ROOT / package).rglob("*"):
            name = path.relative_to(ROOT / package).as_posix()
            is_code = path.suffix in {".py", ".pyc"} or path.is_dir()
            if not is_code and not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
                left_out.append(path)

    assert left_out == []


def test_the_image_and_the_unit_start_what_the_command_line_knows() -> None:
    serve = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "docs/deploy/duban.service", encoding="utf-8")
    (by_image,) = composed.stages()[-1].said("CMD")
    commands = [json.loads(by_image), unit["Service"]["ExecStart"].split()]

    asked = [serve.make_context(name, arguments).params for _, name, *arguments in commands]

    assert [(one["host"], one["port"]) for one in asked] == [("0.0.0.0", 8080), ("127.0.0.1", 8080)]  # inside, outside
    assert unit["Service"]["WorkingDirectory"] == f"/var/lib/{unit['Service']['StateDirectory']}"
    assert float(unit["Service"]["TimeoutStopSec"]) > server.SHUTDOWN_S
