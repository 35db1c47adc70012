"""compose.yaml and the Dockerfile read as Docker reads them, and what they start started as plain processes."""

import asyncio
import json
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from tests.durability import outside
from tests.durability.outside import ROOT, Served

PASSWORD = "compose-test-password"


@dataclass(frozen=True, slots=True)
class Image:
    """The last stage of the Dockerfile: its steps, each a word and what follows."""

    steps: tuple[tuple[str, str], ...]

    def said(self, word: str) -> list[str]:
        """Return what follows each step of a kind."""
        return [rest for step, rest in self.steps if step == word]

    def health(self, port: int) -> list[str]:
        """Return the command that asks a container for its health, for a container that listens elsewhere."""
        (rest,) = self.said("HEALTHCHECK")
        program, *arguments = json.loads(rest[rest.index("[") :])
        assert program == "python"
        return [sys.executable, *(one.replace(":8080/", f":{port}/") for one in arguments)]


def stages() -> list[Image]:
    """Return the stages of the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    found: list[list[tuple[str, str]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        found += [[]] if word == "FROM" else []
        found[-1].append((word, rest.strip()))
    return [Image(tuple(steps)) for steps in found]


def services() -> dict[str, Any]:
    """Return the services of compose.yaml, with the password that .env would give."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    text = re.sub(r"\$\{POSTGRES_PASSWORD:\?[^}]*\}", PASSWORD, text)
    assert "$" not in text
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


@dataclass(slots=True)
class Container:
    """One service of compose.yaml as a process of this machine, whose port and spool are its own."""

    name: str
    plan: Mapping[str, Any]
    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=outside.free_port)
    served: Served | None = None

    @property
    def hears(self) -> bool:
        """Whether callbacks are sent to it from outside."""
        return "ports" in self.plan

    async def start(self) -> None:
        """Start what its command says."""
        program, *arguments = self.plan["command"]
        assert program == "duban"
        where = arguments.index("--port") + 1
        assert arguments[where] == "8080"
        arguments[where] = str(self.port)
        self.served = await outside.run(*arguments, environment=self.environment, port=self.port, log=self.log)

    async def healthy(self, http: aiohttp.ClientSession, image: Image) -> bool:
        """Wait until it answers, and ask what Docker asks of every container again and again."""
        assert self.served is not None
        assert await self.served.ready(http), self.log.read_text(encoding="utf-8")
        asked = await asyncio.create_subprocess_exec(*image.health(self.port))
        return await asked.wait() == 0


def words(run: str) -> list[list[str]]:
    """Return the commands of a RUN step."""
    return [shlex.split(command) for command in run.split("&&")]
