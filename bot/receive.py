"""The front door: believe a webhook call, keep its message durably, and only then say 200."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import structlog
from aiohttp import web

from bot import workbooks
from bot.clock import Clock
from bot.failpoints import reach
from bot.messengers.base import Answer, BadSignatureError, Hook, Inbound, MalformedError, Messenger, Verdict
from storage import intake
from storage.database import Database
from storage.inbox import Message
from storage.intake import Intake
from storage.spool import Spool

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 64 * 1024
BODY_TIMEOUT_S = 10.0
COMMIT_TIMEOUT_S = 4.0
"""Messengers wait about five seconds for their answer."""
AWAY_AFTER_S = 2.0
"""A database that has not committed by then is away: there is still time to spool."""
DRAIN_AT_ONCE = 500
DRAIN_TIMEOUT_S = 10.0

VERDICTS = {
    Intake.NEW: Verdict.ACCEPTED,
    Intake.DUPLICATE: Verdict.DUPLICATE,
    Intake.CONFLICT: Verdict.CONFLICT,
}


class Letterbox:
    """Messages that come while a commit is under way share the next one.

    While the database is away they go to the spool, and all that follow go there too until it is handed on: the order
    of receipt is kept.
    """

    def __init__(self, database: Database, *, bell: asyncio.Event, spool: Spool | None = None) -> None:
        self._database = database
        self._bell = bell
        self.spool = spool
        self._waiting = _Batch()
        self._committing: asyncio.Task[None] | None = None
        self._met: set[tuple[str, str]] = set()

    def drop(self, message: Message) -> asyncio.Future[Intake]:
        """Keep a message durably; the future tells what became of it when it is committed, not before."""
        future: asyncio.Future[Intake] = asyncio.get_running_loop().create_future()
        self._waiting.add(message, future)
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        return future

    async def _commit_all(self) -> None:
        """Commit batch after batch until nobody waits; a failed one fails those who wait for it, and no other."""
        try:
            while self._waiting.messages:
                batch, self._waiting = self._waiting, _Batch()
                try:
                    batch.answer(await self._keep(batch.messages))
                except Exception as fault:  # noqa: BLE001 whoever waits is told, and answers for it
                    batch.fail(fault)
        finally:
            self._committing = None

    async def _keep(self, messages: Sequence[Message]) -> list[Intake]:
        """Commit messages, or spool them while the database is away."""
        if self.spool is None:
            return await self._commit(messages)
        if self.spool.is_empty:
            try:
                async with asyncio.timeout(AWAY_AFTER_S):
                    return await self._commit(messages)
            except Exception as fault:
                if _is_refused(fault):
                    raise
                log.error("database away, messages go to the spool", fault=type(fault).__name__)  # noqa: TRY400
        await self.spool.append(messages)
        return [Intake.NEW] * len(messages)

    async def drain(self) -> bool:
        """Hand the oldest spooled messages on to the database; return whether there were any and it took them."""
        if self.spool is None or self.spool.is_empty:
            return False
        messages = await self.spool.oldest(DRAIN_AT_ONCE)
        if not messages:
            return False
        try:
            async with asyncio.timeout(DRAIN_TIMEOUT_S):
                await self._commit(messages, point="drain")
        except Exception as fault:  # noqa: BLE001 away, or a message that it will not have
            if _is_refused(fault):
                return await self._drain_one(messages[0], fault)
            log.warning("database still away", waiting_bytes=self.spool.size, fault=type(fault).__name__)
            return False
        await self.spool.hand_over(messages)
        log.info("spool handed on", messages=len(messages), waiting_bytes=self.spool.size)
        return True

    async def _drain_one(self, message: Message, fault: Exception) -> bool:
        """Hand on one message of a batch that the database refuses; set it apart when it is the culprit."""
        assert self.spool is not None
        try:
            await self._commit([message], point="drain")
        except Exception as still:
            if not _is_refused(still):
                raise
            log.error("spooled message set apart", message_id=message.message_id, fault=type(fault).__name__)  # noqa: TRY400
            await self.spool.set_apart(message)
        else:
            await self.spool.hand_over([message])
        return True

    async def _commit(self, messages: Sequence[Message], *, point: str = "intake") -> list[Intake]:
        strangers = {(m.messenger, m.chat_id): m for m in messages if (m.messenger, m.chat_id) not in self._met}
        answers = await intake.add(
            self._database,
            messages,
            strangers=list(strangers.values()),
            before_commit=partial(reach, f"{point}.before_commit"),
        )
        reach(f"{point}.after_commit")
        self._met |= strangers.keys()
        self._bell.set()
        return answers


def _is_refused(fault: Exception) -> bool:
    """Whether the database is there, and will not take this message however often it is offered."""
    state = str(getattr(fault, "sqlstate", None) or "")
    return isinstance(fault, ValueError | TypeError) or state.startswith(("22", "23"))


class _Batch:
    """Messages to be committed together, and who waits for them: not longer than a messenger does."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._futures: list[asyncio.Future[Intake]] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, message: Message, future: asyncio.Future[Intake]) -> None:
        """Take a message in."""
        if self._timer is None:
            late = TimeoutError("not committed in time")
            self._timer = asyncio.get_running_loop().call_later(COMMIT_TIMEOUT_S, self.fail, late)
        self.messages.append(message)
        self._futures.append(future)

    def answer(self, answers: Sequence[Intake]) -> None:
        """Tell everybody who still waits."""
        self._over()
        for future, answer in zip(self._futures, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    def fail(self, fault: Exception) -> None:
        """Tell everybody who still waits that it failed."""
        self._over()
        for future in self._futures:
            if not future.done():
                future.set_exception(fault)

    def _over(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


class FrontDoor:
    """Every webhook of every messenger that is switched on; what is off is 404."""

    def __init__(
        self,
        messengers: Mapping[str, Messenger],
        *,
        letterbox: Letterbox,
        database: Database,
        campaign: str,
        clock: Clock,
        wall: Clock,
    ) -> None:
        self._messengers = messengers
        self._letterbox = letterbox
        self._database = database
        self._campaign = campaign
        self._clock = clock
        self._wall = wall

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the routes of the webhooks: fixed paths, which are found by one look into a dict."""
        return [
            web.route("*", f"/webhooks/{path}", partial(self.hook, messenger))
            for path, messenger in self._paths().items()
        ]

    def _paths(self) -> dict[str, Messenger]:
        """Return who listens where: `wecom:main` at wecom/main, and at wecom too when it is the only one."""
        paths = {name.replace(":", "/"): messenger for name, messenger in self._messengers.items()}
        kinds = Counter(name.partition(":")[0] for name in self._messengers)
        only = {name.partition(":")[0]: m for name, m in self._messengers.items() if kinds[name.partition(":")[0]] == 1}
        return only | paths

    async def hook(self, messenger: Messenger, request: web.Request) -> web.Response:
        """Answer one webhook call."""
        body = await _bounded_body(request)
        if body is None:
            return web.Response(status=413, text="body too large")
        hook = Hook(
            method=request.method,
            query=request.query if request.query_string else {},
            headers=request.headers,
            body=body,
            received_at=self._wall.now(),
        )
        return _response(await self.open(messenger, hook))

    async def open(self, messenger: Messenger, hook: Hook) -> Answer:
        """Believe a call, keep its message, and say what became of it."""
        try:
            opened = messenger.open(hook)
        except BadSignatureError:
            log.warning("call not believed", messenger=messenger.name)
            return Answer(status=401)
        except MalformedError as fault:
            log.warning("call malformed", messenger=messenger.name, fault=str(fault))
            return Answer(status=422, body=b'{"status":"malformed"}')
        if isinstance(opened, Answer):
            return opened
        try:
            return messenger.verdict(await self.keep(messenger.name, opened))
        except Exception as fault:  # the database's many errors have one answer: not kept, come again
            log.exception("message not kept", messenger=messenger.name, fault=type(fault).__name__)
            return messenger.verdict(Verdict.UNAVAILABLE)

    async def keep(self, messenger: str, inbound: Inbound, *, body: bytes | None = None) -> Verdict:
        """Keep a believed message durably; *body* is what it is compared by when its id comes again."""
        identity = body or inbound.identity or _said(inbound)
        if inbound.workbook is not None or inbound.file is not None:
            inbound = await workbooks.take(inbound, messenger, self._database)
        now = self._clock.now()
        message = Message(
            campaign=self._campaign,
            messenger=messenger,
            message_id=inbound.message_id,
            body_sha256=hashlib.sha256(identity).hexdigest(),
            chat_id=inbound.chat_id,
            chat_kind=inbound.chat_kind,
            sender_id=inbound.sender_id,
            sender_name=inbound.sender_name,
            text=inbound.text.replace("\x00", ""),
            form=inbound.form,
            quoted_id=inbound.quoted_id,
            reply_route=inbound.reply_route,
            reply_until=inbound.reply_until,
            sent_at=inbound.sent_at or now,
            received_at=now,
        )
        taken = await self._letterbox.drop(message)
        if taken is Intake.CONFLICT:
            log.warning("same id, another body", messenger=messenger, message_id=inbound.message_id)
        return VERDICTS[taken]


async def _bounded_body(request: web.Request) -> bytes | None:
    """Read a body of at most MAX_BODY_BYTES; None when it is larger. A slow one is cut off with 408."""
    if request.content_length is not None and request.content_length > MAX_BODY_BYTES:
        return None
    if request.content.is_eof():  # it is all here already, as nearly always
        body = request.content.read_nowait()
        return body if len(body) <= MAX_BODY_BYTES else None
    chunks, size = [], 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.content.iter_any():
                size += len(chunk)
                if size > MAX_BODY_BYTES:
                    return None
                chunks.append(chunk)
    except TimeoutError as slow:
        raise web.HTTPRequestTimeout from slow
    return b"".join(chunks)


def _said(inbound: Inbound) -> bytes:
    """Return who said what and where; not when, which some calls only tell by their arrival."""
    where = (inbound.chat_kind.value, inbound.chat_id, inbound.sender_id)
    return json.dumps([*where, inbound.form, inbound.text, inbound.quoted_id]).encode()


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)
