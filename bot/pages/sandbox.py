"""The sandbox page: several chats side by side in a browser, a clock to move, and the bot's answers as they come."""

import asyncio
import datetime as dt
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.document import File
from bot.pages import words
from bot.pages.feed import Chat, Event, Feed, GoneError, Message, Person, Purpose, RosterChange, Tick
from bot.pages.requests import MAX_TEXT, Refusal, check_sender, found, read_json, read_text
from bot.pages.shown import SHOWN_INLINE, chat_json, clock_json, message_json, person_json
from config.campaign import Campaign

HERE = Path(__file__).parent
STATIC = {
    "sandbox.css": "text/css",
    "sandbox.js": "text/javascript",
    "api.js": "text/javascript",
    "view.js": "text/javascript",
    "favicon.svg": "image/svg+xml",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

MAX_HISTORY = 200
HEARTBEAT_S = 15.0

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Step(StrEnum):
    """How far the clock is moved; the evening is 18:10, when digest and warnings are out."""

    HOUR = "hour"
    EVENING = "evening"
    NEXT_DAY = "next_day"


class Sandbox(Protocol):
    """What the page looks at; whatever is said or happens is published to `feed`."""

    feed: Feed

    def people(self) -> Sequence[Person]:
        """Return everybody one may be."""
        ...

    def chats(self) -> Sequence[Chat]:
        """Return the groups; everybody's private chat with the bot goes without saying."""
        ...

    def now(self) -> dt.datetime:
        """Return where the clock stands."""
        ...

    async def say(self, person: Person, chat_id: str, text: str) -> None:
        """Take a message in for good; it and the answers to it come through the feed."""
        ...

    async def move(self, step: Step) -> None:
        """Move the clock and return when all that was due on the way has been said."""
        ...

    async def load(self, file: File) -> bytes:
        """Return the bytes of a published file; raise KeyError when they are not kept any more."""
        ...


class SandboxPage:
    """The page's routes over one sandbox."""

    def __init__(self, sandbox: Sandbox, campaign: Campaign, *, hosts: frozenset[str] | None = LOOPBACK) -> None:
        self.sandbox = sandbox
        self.campaign = campaign
        self.hosts = hosts
        self.heartbeat_s = HEARTBEAT_S
        self.session = secrets.token_hex(8)
        self._moving = asyncio.Lock()
        templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )
        self._template = templates.get_template("sandbox.html")

    def mount(self, app: web.Application) -> None:
        """Add the routes to an application; its shutdown ends the open event streams."""
        app.add_routes(
            [
                web.get("/", self._guarded(self.page)),
                web.get("/static/{name}", self._guarded(self.static)),
                web.get("/files/{sha256}", self._guarded(self.file), allow_head=False),
                web.get("/api/state", self._guarded(self.state)),
                web.get("/api/history", self._guarded(self.history)),
                web.get("/api/events", self._guarded(self.events), allow_head=False),
                web.post("/api/say", self._guarded(self.say)),
                web.post("/api/clock", self._guarded(self.clock)),
            ],
        )
        app.on_shutdown.append(self._close)

    async def page(self, _request: web.Request) -> web.Response:
        """Show the page; what is in it comes by `/api/state`."""
        html = self._template.render(campaign=self.campaign, bot=words.BOT)
        return web.Response(text=html, content_type="text/html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Give one of the page's own files."""
        name = request.match_info["name"]
        if name not in STATIC:
            raise Refusal(404, words.NO_FILE)
        return web.FileResponse(HERE / "static" / name, headers={"Content-Type": f"{STATIC[name]}; charset=utf-8"})

    async def file(self, request: web.Request) -> web.Response:
        """Give a picture to be shown, or a file to be kept."""
        file = self.sandbox.feed.file(request.match_info["sha256"])
        if file is None:
            raise Refusal(404, words.NO_FILE)
        try:
            content = await self.sandbox.load(file)
        except KeyError:
            raise Refusal(404, words.NO_FILE) from None
        inline = file.media_type in SHOWN_INLINE
        manner = "inline" if inline else "attachment"
        headers = {
            "Content-Type": file.media_type if inline else "application/octet-stream",
            "Content-Disposition": f"{manner}; filename*=UTF-8''{quote(file.name, safe='')}",
            "Cache-Control": "private, max-age=31536000, immutable",
        }
        return web.Response(body=content, headers=headers)

    async def state(self, _request: web.Request) -> web.Response:
        """Say who and what there is, and from which event on to listen."""
        feed = self.sandbox.feed
        people = self.sandbox.people()
        chats = [*self.sandbox.chats(), *map(private_chat, people)]
        return web.json_response(
            {
                "session": self.session,
                "cursor": feed.last,
                "bot": words.BOT,
                "clock": clock_json(Tick(now=self.sandbox.now(), moving=self._moving.locked()), self.campaign),
                "roles": [{"key": role.value, "name": name} for role, name in words.ROLES.items()],
                "people": [person_json(person) for person in people],
                "chats": [chat_json(chat, feed.history(chat.id, limit=1)) for chat in chats],
                "max_text": MAX_TEXT,
            },
        )

    async def history(self, request: web.Request) -> web.Response:
        """Give the last messages of a chat."""
        chat = self._chat(request.query.get("chat"))
        limit = request.query.get("limit", "100")
        if not (limit.isascii() and limit.isdigit() and len(limit) < 5 and 1 <= int(limit) <= MAX_HISTORY):
            raise Refusal(422, words.BAD_LIMIT.format(limit=MAX_HISTORY))
        names = self._names()
        messages = self.sandbox.feed.history(chat.id, limit=int(limit))
        return web.json_response({"messages": [message_json(number, m, names) for number, m in messages]})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream events as they happen (text/event-stream), beginning after the one the page saw last."""
        feed = self.sandbox.feed
        seen = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        if not (seen.isascii() and seen.isdigit() and len(seen) < 16) or request.query.get("session") != self.session:
            raise Refusal(409, words.STALE)
        number = int(seen)
        try:
            fresh = await feed.after(number, wait_s=0)
        except GoneError:
            raise Refusal(409, words.STALE) from None
        response = web.StreamResponse(
            headers=HEADERS | {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while not feed.closed:
                await response.write(self._lines(fresh))
                number = fresh[-1][0] if fresh else number
                fresh = await feed.after(number, wait_s=self.heartbeat_s)
        except (ConnectionError, GoneError):
            pass  # the page is gone, or so far behind that it must begin anew
        return response

    async def say(self, request: web.Request) -> web.Response:
        """Take in what a person says in a chat."""
        body = await read_json(request)
        person = self._person(body.get("person"))
        chat = self._chat(body.get("chat"))
        if person.id not in chat.members:
            raise Refusal(403, words.NOT_A_MEMBER)
        await self.sandbox.say(person, chat.id, read_text(body.get("text")))
        return web.json_response({"accepted": True}, status=202)

    async def clock(self, request: web.Request) -> web.Response:
        """Move the clock and answer when it has arrived."""
        try:
            step = Step(str((await read_json(request)).get("step")))
        except ValueError:
            raise Refusal(422, words.BAD_STEP) from None
        if self._moving.locked():
            raise Refusal(409, words.BUSY_CLOCK)
        async with self._moving:
            self.sandbox.feed.publish(Tick(now=self.sandbox.now(), moving=True))
            try:
                await self.sandbox.move(step)
            finally:
                arrived = Tick(now=self.sandbox.now())
                self.sandbox.feed.publish(arrived)
        return web.json_response({"clock": clock_json(arrived, self.campaign)})

    def _guarded(self, handler: Handler) -> Handler:
        """Keep other sites out, add the headers, and tell a refusal as JSON."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                check_sender(request, self.hosts)
                response = await handler(request)
            except Refusal as refusal:
                response = web.json_response({"error": refusal.sentence}, status=refusal.status)
            if not response.prepared:
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return guarded

    def _person(self, person_id: object) -> Person:
        return found((p for p in self.sandbox.people() if p.id == person_id), words.NO_PERSON)

    def _chat(self, chat_id: object) -> Chat:
        chats = [*self.sandbox.chats(), *map(private_chat, self.sandbox.people())]
        return found((c for c in chats if c.id == chat_id), words.NO_CHAT)

    def _names(self) -> dict[str, str]:
        return {person.id: person.name for person in self.sandbox.people()}

    def _lines(self, events: Sequence[tuple[int, Event]]) -> bytes:
        """Write events down as an event stream has them; a comment keeps a silent stream alive."""
        names = self._names() if events else {}
        return b"".join(self._event(number, event, names) for number, event in events) or b": \n\n"

    def _event(self, number: int, event: Event, names: Mapping[str, str]) -> bytes:
        name, data = self._named(number, event, names)
        return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()

    def _named(self, number: int, event: Event, names: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        match event:
            case Message():
                return "message", message_json(number, event, names)
            case Tick():
                return "clock", clock_json(event, self.campaign)
            case RosterChange():
                return "roster", {}

    async def _close(self, _app: web.Application) -> None:
        self.sandbox.feed.close()


def make_app(sandbox: Sandbox, campaign: Campaign, *, hosts: frozenset[str] | None = LOOPBACK) -> web.Application:
    """Make an application of the page alone; `hosts` are the names it may be called by (None: any)."""
    app = web.Application()
    SandboxPage(sandbox, campaign, hosts=hosts).mount(app)
    return app


def private_chat(person: Person) -> Chat:
    """Return a person's chat with the bot alone."""
    return Chat(id=person.id, name=words.BOT, purpose=Purpose.DIRECT, members=frozenset({person.id}))
