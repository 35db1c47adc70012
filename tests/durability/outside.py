"""What stands around a service in a durability test: its process, who writes to it, and who receives its posts."""

import asyncio
import base64
import datetime as dt
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from bot.messengers.generic.signing import sign
from config.campaign import DEFAULT_CAMPAIGN, Campaign
from tests.fakes.wall import wall_s

SECRET = "whsec_" + base64.b64encode(b"durability-test-secret-0").decode()
ROOT = Path(__file__).parents[2]
START_S = 60.0


@dataclass(slots=True)
class Receiver:
    """A fake messenger: accepts every signed post and remembers it; `behaviour` may answer something else."""

    port: int = 0
    arrived: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """What to answer next instead of 200: status and headers."""
    delay_s: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    def times(self) -> dict[str, int]:
        """Return how often each post arrived, by its webhook-id."""
        found: dict[str, int] = {}
        for key, _ in self.arrived:
            found[key] = found.get(key, 0) + 1
        return found

    async def wait_for(self, posts: int, *, seconds: float = 40.0) -> None:
        """Wait until that many posts have arrived."""
        async with asyncio.timeout(seconds):
            while len(self.arrived) < posts:
                self.news.clear()
                await self.news.wait()

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.add_routes([web.post("/push", self._take)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        self.port = self.port or free_port()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def stop(self) -> None:
        """Listen no more; the port stays the same when it is started again."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/push"

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.answers:
            status, headers = self.answers.pop(0)
            return web.Response(status=status, headers=headers)
        self.arrived.append((request.headers["webhook-id"], json.loads(body)))
        self.news.set()
        return web.Response()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Yield a messenger that receives posts."""
    receiver = Receiver()
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop()


@dataclass(slots=True)
class Served:
    """One `duban serve` process."""

    process: asyncio.subprocess.Process
    port: int

    @property
    def url(self) -> str:
        """Where its generic webhook is."""
        return f"http://127.0.0.1:{self.port}/webhooks/generic"

    async def ready(self, http: aiohttp.ClientSession) -> bool:
        """Wait until it answers; False when it died before."""
        async with asyncio.timeout(START_S):
            while self.process.returncode is None:
                try:
                    async with http.get(f"http://127.0.0.1:{self.port}/healthz") as response:
                        return response.status == 200
                except aiohttp.ClientError:
                    await asyncio.sleep(0.01)
        return False

    async def end(self, number: signal.Signals) -> int:
        """Send it a signal and wait until it is gone."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(START_S):
            return await self.process.wait()


async def serve(environment: dict[str, str], *, port: int, roles: str = "web,worker,scheduler") -> Served:
    """Start a service."""
    return await run("serve", "--port", str(port), "--roles", roles, environment=environment, port=port)


async def run(*arguments: str, environment: dict[str, str], port: int, log: Path | None = None) -> Served:
    """Start the duban command; what it logs is shown on demand, or goes on in a file."""
    with (log or Path(os.devnull)).open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=ROOT,
            env=_inherited() | environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=None if "KILL_VERBOSE" in os.environ else file,
        )
    return Served(process, port)


def _inherited() -> dict[str, str]:
    """Return our own environment without our settings; modules are compiled once and not at each start."""
    left_out = ("DUBAN_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def signed(message_id: str, body: bytes, *, at: dt.datetime) -> dict[str, str]:
    """Return the headers of a call that was signed at a moment."""
    stamp = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(SecretStr(SECRET), message_id=message_id, timestamp=stamp, body=body),
        "content-type": "application/json",
    }


async def say(http: aiohttp.ClientSession, url: str, message_id: str, body: bytes) -> int:
    """Post one signed message; return the status, 0 when no answer came."""
    headers = signed(message_id, body, at=dt.datetime.fromtimestamp(wall_s(), dt.UTC))
    try:
        async with http.post(url, data=body, headers=headers) as response:
            await response.read()
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


def message(*, chat: str, sender: str, text: str, sent_at: str, kind: str = "group") -> bytes:
    """Return the body of one message."""
    said = {
        "type": "message",
        "chat": {"id": chat, "kind": kind},
        "sender": {"id": sender, "name": sender},
        "text": text,
        "sent_at": sent_at,
    }
    return json.dumps(said, ensure_ascii=False).encode()


def roster(campaign: Campaign) -> str:
    """Return a roster file: a liaison and a group for every unit, a leader, an admin and their groups."""
    people = [("leader", "leader", ""), ("admin", "admin", "")]
    people += [(f"u-{region}", "city_liaison", region) for region in campaign.regions]
    lines = []
    for user, role, region in people:
        lines += ["[[people]]", 'messenger = "generic"', f'user_id = "{user}"', f'name = "{user}"', f'role = "{role}"']
        lines += [f'region = "{region}"'] if region else []
    chats = [("headquarters", "headquarters", ""), ("leaders", "leaders", "")]
    chats += [(f"city/{region}", "city", region) for region in campaign.regions]
    for chat, kind, region in chats:
        lines += ["[[chats]]", 'messenger = "generic"', f'chat_id = "{chat}"', f'kind = "{kind}"']
        lines += [f'region = "{region}"'] if region else []
    return "\n".join(lines) + "\n"


def roomy_campaign() -> str:
    """Return the default campaign with targets so large that no number of reports is doubted."""
    text = DEFAULT_CAMPAIGN.read_text(encoding="utf-8")
    text = re.sub(r"count = \d+", "count = 1000000", text)
    text = re.sub(r"area_wanmu = [\d.]+", "area_wanmu = 6000", text)
    return text.replace('places_file = "', f'places_file = "{DEFAULT_CAMPAIGN.parent}/')


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
